"""Tests of sim.measures."""
