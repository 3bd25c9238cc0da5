"""Figures in a page: lines where they are small, dots where they are not."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.report import style
from sim.report.brief.figures import FIGURES, LARGEST, embedded
from tests.report.brief.conftest import read


def drawn(points: int) -> list:
    """A figure of so many marks."""
    panels = style.grid(1, 1, 4.0, 2.0)
    panels[0].plot(np.linspace(0.0, 1.0, points), np.sin(np.arange(points)), "o", markersize=1)
    return panels


def test_small_figures_are_lines_and_large_ones_dots() -> None:
    small, large = embedded(drawn(10)), embedded(drawn(20_000))
    assert small.startswith("data:image/svg+xml;base64,")
    assert b"<dc:date>" not in b64decode(small.partition(",")[2])
    assert large.startswith("data:image/png;base64,")
    assert len(b64decode(large.partition(",")[2])) < LARGEST
    assert embedded(drawn(10)) == small


@pytest.mark.parametrize("kind", ["run", "compare"])
def test_a_page_shows_every_figure_of_its_result(kind: str, request: pytest.FixtureRequest) -> None:
    plot = sim.open_result(request.getfixturevalue(f"{kind}_folder")).plot
    wanted = [shown.alt for shown in FIGURES if hasattr(plot, shown.plot)]
    page: Path = request.getfixturevalue(f"{kind}_page")
    assert [image["alt"] for image in read(page).of("img")] == wanted
    assert len(wanted) >= 6
