"""The reference in `sim/reference`, made from the declarations: `python -m tests.reference [--update]`."""
