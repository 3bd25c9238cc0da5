"""Tests of `sim.agents`."""
