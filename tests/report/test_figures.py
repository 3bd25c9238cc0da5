"""Figures: what they show, and that nothing overlaps."""

from __future__ import annotations

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report import style
from sim.report.observed import observed
from sim.report.price import price_and_cover
from sim.report.supply import supply

SIDES = ["civil", "east", "west"]


def traces(seeds: int = 3, weeks: int = 80) -> pd.DataFrame:
    """Courses that rise and fall."""
    rng = np.random.default_rng(2)
    dates = pd.date_range("2022-01-03", periods=weeks, freq="7D").as_unit("s")
    parts = []
    for seed, arm, (row, side) in itertools.product(range(1, seeds + 1), ("run", "twin"), enumerate(SIDES)):
        base = 100 * (row + 1) * (1 - 0.5 * (arm == "run") * (np.arange(weeks) > 40))
        parts.append(
            pd.DataFrame(
                {
                    "seed": seed,
                    "arm": arm,
                    "tick": np.arange(weeks),
                    "date": dates,
                    "side": side,
                    "supply": base + rng.normal(0, 8, weeks),
                    "home_made": 40.0 if side == "west" else 0.0,
                    "price": 1 + rng.random(weeks) / 5,
                    "cover": 3 + rng.random(weeks),
                }
            )
        )
    return pd.concat(parts, ignore_index=True).astype({"side": pd.CategoricalDtype(SIDES)})


def seen(seeds: int = 3) -> pd.DataFrame:
    """True crossings into a state, twice what exporters' records show and four times what importers' do."""
    rows = traces(seeds)
    rows = rows[rows["side"] == "east"].drop(columns="side").assign(into="EE")
    return rows.assign(true=rows["supply"], exporter=rows["supply"] / 2, importer=rows["supply"] / 4)


def policies(*onsets: tuple[str, str]) -> pd.DataFrame:
    """Policies by title and effective date."""
    return pd.DataFrame(
        {
            "policy": [f"policy_{at}" for at in range(len(onsets))],
            "title": [title for title, _ in onsets],
            "effective": pd.to_datetime([day for _, day in onsets]),
        }
    )


CROWDED = policies(
    ("The market leader leaves", "2022-04-26"),
    ("Allied bans", "2022-05-10"),
    ("Transit tracked", "2022-05-20"),
    ("Export controls", "2022-05-20"),
    ("Checks in autumn", "2022-08-01"),
    ("Banks under threat", "2023-06-20"),
    ("Rules revised", "2023-07-01"),
    ("In force all along", "2020-12-18"),
    ("Long after the end", "2030-01-01"),
)


def overlaps(axes: list[Axes]) -> list[tuple[str, str]]:
    """Pairs of texts that overlap, or leave the figure."""
    figure = axes[0].figure
    figure.draw_without_rendering()
    boxes = []
    for axis in axes:
        texts = [*axis.texts, axis.yaxis.label, axis.xaxis.get_offset_text()]
        texts += axis.get_yticklabels() + (axis.get_xticklabels() if axis is axes[-1] else [])
        boxes += [
            (text.get_text(), text.get_window_extent()) for text in texts if text.get_text() and text.get_visible()
        ]
    for legend in figure.legends:
        boxes.append(("legend", legend.get_window_extent()))
    width, height = figure.canvas.get_width_height()
    bad = [
        (name, "outside") for name, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height + 1
    ]
    inner = {name for axis in axes for name in (text.get_text() for text in axis.get_yticklabels())}
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        if a.shrunk(0.98, 0.9).overlaps(b.shrunk(0.98, 0.9)) and not {one, other} <= inner:
            bad.append((one, other))
    return bad


@pytest.mark.parametrize("draw", [supply, price_and_cover])
@pytest.mark.parametrize("seeds", [1, 3])
def test_nothing_overlaps(draw, seeds: int) -> None:
    assert overlaps(draw(traces(seeds), CROWDED)) == []


@pytest.mark.parametrize("seeds", [1, 3])
def test_nothing_overlaps_in_what_is_observed(seeds: int) -> None:
    assert overlaps(observed(seen(seeds), CROWDED)) == []


def test_states_observed_have_a_panel_each() -> None:
    """In the order of the table, with one key; fewer axes than states are refused."""
    table = pd.concat([seen(2), seen(2).assign(into="LV")])
    axes = observed(table, CROWDED)
    assert [axis.texts[0].get_text() for axis in axes] == [f"into {name}, by date of sending" for name in ("EE", "LV")]
    assert overlaps(axes) == []
    with pytest.raises(ValueError, match="2 states need 2 axes; 1 are given"):
        observed(table, policies(), axes[:1])


def test_true_crossings_stand_above_the_records() -> None:
    (axis,) = observed(seen(), CROWDED)
    lines = [line for line in axis.get_lines() if len(line.get_xdata()) > 2]
    twin, true, exporter, importer = (float(np.mean(line.get_ydata())) for line in lines)
    assert twin > true
    assert (exporter, importer) == pytest.approx((true / 2, true / 4))
    assert len(axis.collections) == 3, "bands of the run"
    assert "EE" in axis.texts[0].get_text()
    figure = Figure()
    given = figure.subplots()
    assert observed(seen(1), policies(), [given]) == [given]
    assert not figure.legends


def test_supply_panels() -> None:
    axes = supply(traces(), CROWDED)
    assert len(axes) == 3
    assert [axis.texts[0].get_text() for axis in axes] == SIDES
    assert [sum(line.get_linestyle() == ":" for line in axis.get_lines()) for axis in axes] == [0, 0, 1], "home-made"
    assert all(any(line.get_linestyle() == "--" for line in axis.get_lines()) for axis in axes), "the twin"
    assert len(axes[0].collections) == 2, "bands of run and twin"
    assert not supply(traces(1), CROWDED)[0].collections, "one run has no band"
    assert "In force from the first date shown: policy_7" in axes[0].figure.legends[0].get_title().get_text()


def test_every_onset_has_a_line_and_a_label() -> None:
    axes = supply(traces(), CROWDED)
    labels = "\n".join(text.get_text() for text in axes[0].texts)
    for title in CROWDED["title"][:7]:
        assert title in labels
    assert "In force all along" not in labels
    assert "Long after the end" not in labels


def test_long_names_of_policies_are_cut_and_never_to_nothing() -> None:
    """After a word, or within one that is too long by itself."""
    assert style._short("EU ban on sales to Russia and Belarus") == "EU ban on sales to Russia and…"
    assert style._short("x" * 40) == "x" * (style.LONGEST - 1) + "…"
    assert style._short("x" * style.LONGEST) == "x" * style.LONGEST


def test_lines_are_means_and_quantiles() -> None:
    rows = traces(4)
    found = style.course(rows, "east", "run", "supply")
    at = found["date"].iloc[7]
    values = rows[(rows["side"] == "east") & (rows["arm"] == "run") & (rows["date"] == at)]["supply"]
    assert found["mean"].iloc[7] == pytest.approx(values.mean())
    assert (found["low"].iloc[7], found["high"].iloc[7]) == pytest.approx(tuple(values.quantile([0.05, 0.95])))


def test_gaps_stay_gaps() -> None:
    rows = traces(2)
    rows.loc[rows["tick"] == 5, "price"] = np.nan
    found = style.course(rows, "east", "run", "price")
    assert np.isnan(found["mean"].iloc[5])
    assert found["n"].iloc[5] == 0


def test_given_axes_are_used_and_nothing_is_shown() -> None:
    before = plt.get_fignums()
    figure = Figure()
    axes = list(figure.subplots(3, 1))
    assert supply(traces(), policies(), axes) == axes
    assert not figure.legends, "the key is the caller's where the axes are"
    with pytest.raises(ValueError, match="need 3 axes"):
        supply(traces(), policies(), axes[:1])
    with pytest.raises(ValueError, match="need 2 axes"):
        price_and_cover(traces(), policies(), axes[:1])
    assert plt.get_fignums() == before


def test_settings_do_not_leak() -> None:
    before = dict(plt.rcParams)
    supply(traces(1), CROWDED)
    assert dict(plt.rcParams) == before


def test_a_notebook_shows_a_figure_as_a_picture() -> None:
    """New panels are a list that draws itself; a caller's own axes come back as they were given."""
    panels = supply(traces(), policies())
    assert repr(panels).startswith("<figure of 3 panels, ")
    assert panels._repr_png_().startswith(b"\x89PNG")
    assert all(panel.figure is panels.figure for panel in panels)
    figure, axes = plt.subplots(3)
    given = supply(traces(), policies(), list(axes))
    assert type(given) is list
    plt.close(figure)
