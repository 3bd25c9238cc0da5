"""What can be wrong with a sweep that is asked for, or with one on disk."""

from __future__ import annotations


class SweepError(ValueError):
    """A sweep that cannot be made, read, or gone on with; the message says what to do."""
