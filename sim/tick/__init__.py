"""One module a stage of the tick, in the order of `sim.engine`."""
