"""Goods on a map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import FancyArrowPatch

from sim.report.land import projected, rings
from sim.report.map import THINNEST, flow_map, map_table
from tests.report.test_alluvial import ROWS, flows

PLACES = {"A": (40.0, 110.0), "B": (50.0, 70.0), "C": (50.0, 20.0), "D": (40.0, 30.0), "E": (55.0, 37.0)}


def test_each_leg_counts_all_that_passes_it() -> None:
    table = map_table(ROWS, ["east"])
    run = table[table["bar"] == "with policies"].set_index(["origin", "destination"])["units"]
    assert run["A", "E"] == pytest.approx(70.0)
    assert run["A", "B"] == run["B", "E"] == pytest.approx(15.0)
    assert run["A", "C"] == pytest.approx(0.45), "two corridors begin with this leg"
    assert run["C", "D"] == run["D", "E"] == pytest.approx(0.2)


def test_goods_that_stay_are_in_the_table_and_no_arrow() -> None:
    table = map_table(ROWS, ["west"])
    assert table[["origin", "destination", "units"]].values.tolist() == [["A", "A", 2.5]] * 2
    (first, _) = flow_map(table, PLACES)
    assert not [patch for patch in first.patches if isinstance(patch, FancyArrowPatch)]


def test_arrows_and_names() -> None:
    table = map_table(ROWS, ["east"])
    axes = flow_map(table, PLACES, ["east", "west"])
    assert [panel.get_title(loc="left") for panel in axes] == ["twin without policies", "with policies"]
    for panel in axes:
        rows = table[
            (table["bar"] == panel.get_title(loc="left")) & (table["units"] >= THINNEST * table["units"].max())
        ]
        assert len([patch for patch in panel.patches if isinstance(patch, FancyArrowPatch)]) == len(rows)
        assert {text.get_text() for text in panel.texts} == set("ABCDE")


def test_all_states_lie_within_the_frame() -> None:
    for panel in flow_map(map_table(ROWS, ["east"]), PLACES):
        x, y = projected([each[1] for each in PLACES.values()], [each[0] for each in PLACES.values()])
        assert (x > panel.get_xlim()[0]).all() and (x < panel.get_xlim()[1]).all()
        assert (y > panel.get_ylim()[0]).all() and (y < panel.get_ylim()[1]).all()


def test_widths_go_by_units() -> None:
    """Twice the goods, twice the width of the arrow."""
    table = map_table(flows([(1, "east", "A>E", 80.0, 40.0)]))
    widths = [panel.patches[0].get_arrowstyle().tail_width for panel in flow_map(table, PLACES)]
    assert widths[1] == pytest.approx(2 * widths[0])


def test_nothing_to_show() -> None:
    assert map_table(ROWS[:0]).empty
    assert flow_map(map_table(ROWS[:0]), PLACES) == []


def test_land_is_where_it_is() -> None:
    from matplotlib.path import Path

    outlines = [Path(ring) for ring in rings()]
    for longitude, latitude, land in (
        (116.4, 39.9, True),
        (37.6, 55.8, True),
        (-40.0, 30.0, False),
        (179.0, 68.0, True),
    ):
        assert any(outline.contains_point((longitude, latitude)) for outline in outlines) is land


def test_areas_are_kept() -> None:
    """The projection keeps areas: a cell of ten degrees has the area that it has on a sphere."""
    for south in (0.0, 30.0, 60.0):
        edge = np.linspace(0.0, 10.0, 201)
        east = np.concatenate([edge, np.full(201, 10.0), edge[::-1], np.zeros(201)])
        north = south + np.concatenate([np.zeros(201), edge, np.full(201, 10.0), edge[::-1]])
        x, y = projected(east, north)
        area = 0.5 * abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))
        sphere = np.radians(10.0) * (np.sin(np.radians(south + 10.0)) - np.sin(np.radians(south)))
        assert area == pytest.approx(sphere, rel=2e-4)


def test_of_a_result() -> None:
    import sim

    result = sim.run("small", runs=2, check_policies=False)
    axes = result.plot.map()
    sides = [name for name, side in result.scenario.sides.items() if not side.civil]
    assert axes
    table = map_table(result.flows, sides)
    assert set(table["side"]) <= set(sides)
    whole = result.flows[(result.flows["period"] == "after") & result.flows["side"].isin(sides)]
    into = table[table["bar"] == "with policies"]
    first = {name.split(">")[0] for name in whole["corridor"]}
    out = into[into["origin"].isin(first)]["units"].sum()
    assert out >= whole["run"].sum() / 2 * (1 - 1e-9), "all goods leave a state where they are made, mean of two runs"
    assert isinstance(table, pd.DataFrame)
