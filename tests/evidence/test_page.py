"""Pages say of the calibrated baseline what is stored of it."""

from __future__ import annotations

import pytest

from tests.evidence.page import PAGES, ROOT, written


@pytest.mark.parametrize("page", PAGES)
def test_pages_hold_what_is_stored(page: str) -> None:
    """`python -m tests.evidence.page` would change nothing."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert written(text, PAGES[page]) == text
