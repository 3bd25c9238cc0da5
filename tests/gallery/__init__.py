"""The gallery of scenarios: its pictures and its numbers. See `python -m tests.gallery --help`."""
