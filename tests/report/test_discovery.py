"""Tables and figures of a discovery show its numbers."""

import pytest
from matplotlib.figure import Figure
from rich.console import Console

from sim.discovery.discover import discover
from sim.discovery.result import Discovery
from sim.report.discovery import discovery_tables, limits, pairs, trajectory
from tests.discovery.planted import ONE_SIDED, QUICK, planted


@pytest.fixture(scope="module")
def found() -> Discovery:
    return discover(planted(ONE_SIDED[0], 200), below=0.5, **QUICK)


def printed(found: Discovery) -> str:
    console = Console(width=200, record=True)
    with console.capture() as shown:
        for part in discovery_tables(found):
            console.print(part)
    return shown.get()


def test_tables_show_boxes_scores_and_words(found: Discovery) -> None:
    text = printed(found)
    row = found.scores.iloc[0]
    for told in (found.text[:60], f"{row['density']:.0%}", f"{row['held_out_coverage']:.0%}", *found.boxes["words"]):
        assert told in text
    assert found.boxes["words"].iloc[0] in found._repr_html_().replace("&lt;", "<").replace("&gt;", ">")


def test_where_nothing_is_found_it_is_said() -> None:
    nothing = discover(planted(lambda x: x[:, 0] < 0, 150, noise=0.3), below=0.5, **QUICK)
    text = printed(nothing)
    assert "No part of the sampled space stands out" in text
    assert "warning:" in text
    assert trajectory(nothing)[0].get_ylabel().startswith("density")
    with pytest.raises(ValueError, match="there is no box '1'; there is none"):
        limits(nothing)


def test_the_trajectory_marks_the_step_chosen(found: Discovery) -> None:
    panel = found.plot.trajectory()[0]
    chosen = found.trajectory[found.trajectory["chosen"]].iloc[0]
    stars = [line for line in panel.get_lines() if line.get_marker() == "*"]
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in stars] == [(chosen["coverage"], chosen["density"])]
    assert len(panel.get_lines()[1].get_xdata()) == len(found.trajectory)
    with pytest.raises(ValueError, match="there is no box '7'; there are 1"):
        trajectory(found, "7")


def test_limits_draw_each_factor_over_its_sampled_range(found: Discovery) -> None:
    panel = limits(found)[0]
    names = [tick.get_text() for tick in panel.get_yticklabels()]
    assert names == found.boxes["factor"].tolist()
    row = found.boxes.iloc[0]
    low, high = panel.get_lines()[1].get_xdata()
    width = row["sampled_high"] - row["sampled_low"]
    assert low * width + row["sampled_low"] == pytest.approx(row["low"])
    assert high * width + row["sampled_low"] == pytest.approx(row["high"])


def test_pairs_draw_every_case_and_the_box(found: Discovery) -> None:
    panels = pairs(found)
    assert len(panels) == 1
    assert sum(len(dots.get_offsets()) for dots in panels[0].collections) == len(found.cases)
    corner = panels[0].patches[0].get_bbox()
    by_name = found.boxes.set_index("factor")
    x, y = found.boxes["factor"].iloc[:2]
    expected = (by_name.loc[x, "low"], by_name.loc[y, "low"], by_name.loc[x, "high"], by_name.loc[y, "high"])
    assert corner.extents == pytest.approx(expected)


def test_figures_draw_on_the_axes_given(found: Discovery) -> None:
    axes = Figure().subplots(1, 3)
    for figure, ax in zip((trajectory, limits), axes, strict=False):
        assert figure(found, ax=ax) == [ax]
    assert pairs(found, axes=[axes[2]]) == [axes[2]]


def test_a_tree_and_a_box_of_one_factor_are_drawn_too() -> None:
    tree = discover(planted(lambda x: x[:, 0] < 0.3, 200), below=0.5, method="cart")
    assert tree.boxes["factor"].tolist() == ["f0"]
    assert len(pairs(tree)) == 1
    assert len(trajectory(tree)) == 1
