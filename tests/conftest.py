"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# The first example of many tests compiles or loads a kernel: how long an example takes says nothing.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
