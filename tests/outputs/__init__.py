"""Stored outputs: each shipped scenario with seed 1, to the last bit. See `python -m tests.outputs --help`."""
