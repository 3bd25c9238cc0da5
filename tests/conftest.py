"""What all tests share."""

from __future__ import annotations

import pytest
from hypothesis import settings

# The first example of many tests compiles or loads a kernel: how long an example takes says nothing. The examples are
# the same every time, so that a change is judged by the change; `--hypothesis-profile=search` looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("same")

COMPILES = ("tests/outputs/",)
"""Tests that need nearly every kernel."""
PLAIN = (
    "tests/scenario/", "tests/declare/", "tests/seeds/", "tests/discovery/", "tests/indices/", "tests/test_layout.py",
    "sim/declare/", "sim/scenario/", "sim/seeds/", "sim/discovery/", "sim/indices/",
)  # fmt: skip
"""Tests that need none."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process compiles while another does what needs no kernels; two that compile at once take twice as long."""
    items.sort(key=lambda item: 0 if item.nodeid.startswith(COMPILES) else 1 if item.nodeid.startswith(PLAIN) else 2)
