"""Commands that are a module of their own; `sim.cli` lists them."""
