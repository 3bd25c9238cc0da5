"""Tests of sim.ledger."""
