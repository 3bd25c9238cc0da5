"""Tests of `sim.tick`."""
