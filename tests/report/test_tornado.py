"""The tornado shows what the table of swings holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from sim.indices.analysis import Sensitivity, sensitivity
from sim.indices.errors import SensitivityError
from sim.report.tornado import tornado
from tests.indices import samples


@pytest.fixture(scope="module")
def found() -> Sensitivity:
    given = samples.random(samples.first_two, 3, 120, 1)
    broken = np.where(np.arange(120)[:, None] < 60, np.nan, given.y)
    other = replace(given, outcome="z", label="the other", y=broken)
    return sensitivity([other, given], resamples=20)


def test_bars_and_whiskers_are_the_table(found: Sensitivity) -> None:
    (panel,) = found.plot.tornado("y")
    rows = found.swings[found.swings["outcome"] == "y"]
    assert [text.get_text().split("\n")[0] for text in panel.get_yticklabels()] == rows["factor"].tolist()
    assert rows["factor"].tolist()[:2] == ["a", "b"]
    # A bar's patch is normal from left to right, whichever side of the mean it is on.
    ends = [bar.get_x() + bar.get_width() for bar in panel.patches]
    np.testing.assert_allclose(ends, [*rows["lowest"], *rows["highest"]])
    whiskers = [line.get_segments() for line in panel.collections]
    for end, segments in zip(("lowest", "highest"), whiskers, strict=True):
        np.testing.assert_allclose([[a[0], b[0]] for a, b in segments], rows[[f"{end}_low", f"{end}_high"]])


def test_shares_are_told_in_per_cent(found: Sensitivity) -> None:
    rows = found.swings[found.swings["outcome"] == "y"]
    (panel,) = tornado(rows, "denied share", "share")
    assert panel.get_xlabel() == "mean of denied share, %"
    assert panel.xaxis.get_major_formatter()(0.25, 0) == "25"
    given = Figure().add_subplot()
    assert tornado(rows, "cost", "US dollars", given) == [given]
    assert given.get_xlabel() == "mean of cost, US dollars"


def test_an_outcome_without_swings_is_passed_over(found: Sensitivity, tmp_path: Path) -> None:
    assert found.plot.tornado()[0].get_title(loc="left") == "the outcome"
    with pytest.raises(SensitivityError, match="the other has no swings: undefined in 60 of 120"):
        found.plot.tornado("z")
    with pytest.raises(SensitivityError, match="no swings of 'x'; there are of"):
        found.plot.tornado("x")
    with pytest.raises(ValueError, match="no swings: undefined"):
        tornado(found.swings[found.swings["outcome"] == "z"], "the other", "")
    found.save(tmp_path)
    assert {path.name for path in tmp_path.glob("tornado*")} == {"tornado-y.png", "tornado-y.svg"}
    again = pd.read_csv(tmp_path / "swings.csv", keep_default_na=False, na_values=[""])
    pd.testing.assert_frame_equal(again.drop(columns="reason"), found.swings.drop(columns="reason"), check_dtype=False)
