"""Tests of `sim.policy`."""
