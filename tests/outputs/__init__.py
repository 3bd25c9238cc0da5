"""Stored outputs: what each shipped scenario gives with seed 1, to the last bit. See `python -m tests.outputs --help`."""
