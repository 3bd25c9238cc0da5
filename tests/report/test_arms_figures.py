"""Figures of corridors, chains and differences: the numbers behind them, and that nothing overlaps."""

from __future__ import annotations

import itertools
import math
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.chains import chain_table, chains
from sim.report.corridors import ALL, OTHERS, TOP, corridor_table, corridors
from sim.report.forest import forest, forest_table
from tests.report import test_figures

SIDES = ("civil", "east", "west")
ROUTES = ("AA>EE", "AA>KK>EE", "AA>LL>EE", "AA>MM>EE", "AA>NN>EE", "AA>OO>EE", "AA>PP>EE", "AA>QQ>RR>EE", "AA>SS>EE")


TICK = re.compile(r"[+\u2212]?[\d,.]+%?")


def overlaps(axes: list[Axes]) -> list[tuple[str, str]]:
    """Pairs of texts that overlap, without labels of ticks beyond the scale: they have a place and are not drawn."""
    return [
        pair
        for pair in test_figures.overlaps(axes)
        if not (pair[1] in ("outside", "legend") and TICK.fullmatch(pair[0]))
    ]


def flows(arms: tuple[str, ...] = (), seeds: int = 3) -> pd.DataFrame:
    """Units a week by corridor: the first is widest, each further one half as wide, the last in one seed only."""
    rows = []
    for arm, seed, period, side in itertools.product(arms or ("",), range(1, seeds + 1), ("before", "after"), SIDES):
        for at, corridor in enumerate(ROUTES):
            if corridor == ROUTES[-1] and seed > 1:
                continue
            twin = 1000 / 2**at * (1 + seed / 10)
            run = twin * (0.5 if at == 0 and period == "after" else 1) * (0.9 if arm == "b" else 1)
            rows.append((arm, seed, period, f"{period}..x", side, corridor, run, twin))
    frame = pd.DataFrame(rows, columns=["arm", "seed", "period", "window", "side", "corridor", "run", "twin"])
    return frame if arms else frame.drop(columns="arm")


def measures(arms: tuple[str, ...] = (), seeds: int = 3, ledgers: int = 3) -> pd.DataFrame:
    """Shares of chain lengths and mark-ups."""
    rows = []
    for arm, seed, side in itertools.product(arms or ("",), range(1, seeds + 1), SIDES):
        for length, share in enumerate((0.1, 0.6, 0.299, 0.001)):
            rows.append((arm, seed, "chain_length_share", side, "chain_length", str(length), share, share, ""))
        if seed > ledgers:
            rows.append((arm, seed, "mark_up", side, "", "", math.nan, math.nan, "the run kept no ledger"))
            continue
        for hop in range(1, 6):
            rows.append((arm, seed, "mark_up", side, "hop", str(hop), 0.1 * hop + seed / 100, 0.05 * hop, ""))
    names = ["arm", "seed", "measure", "side", "by", "item", "value", "twin", "reason"]
    frame = pd.DataFrame(rows, columns=names).assign(product="", window="w", above=math.nan, unit="share")
    return frame if arms else frame.drop(columns="arm")


def differences(arms: tuple[str, ...] = ("b", "c")) -> pd.DataFrame:
    """Differences of three measures, one of them undefined for one side."""
    rows = []
    for arm, (measure, scale), side in itertools.product(arms, (("delivered", 900.0), ("denied", 0.02)), SIDES):
        mean = scale * (1 + SIDES.index(side)) * (-1 if arm == "b" else 1)
        if (measure, side) == ("denied", "west"):
            mean = math.nan
        rows.append((arm, "a", measure, side, mean, mean - scale, mean + scale))
    frame = pd.DataFrame(rows, columns=["arm", "against", "measure", "side", "difference", "low", "high"])
    return frame.assign(product="", by="", item="", n=20)


def test_corridor_table() -> None:
    """Means over all seeds, a seed without a corridor counting as none; the rest pooled; bars in order."""
    table = corridor_table(flows(), top=6)
    assert list(dict.fromkeys(table["bar"])) == ["before the policies", "twin without policies", "with policies"]
    east = table[(table["side"] == "east") & (table["bar"] == "with policies")].set_index("corridor")
    assert east.loc["AA>EE", "units"] == pytest.approx(1000 * 0.5 * 1.2)
    assert (east.loc["AA>EE", "low"], east.loc["AA>EE", "high"]) == pytest.approx((555.0, 645.0))
    assert list(east.index[:-2]) == list(ROUTES[:6])
    rest = sum(1000 / 2**at * 1.2 for at in (6, 7)) + 1000 / 2**8 * 1.1 / 3
    assert east.loc[OTHERS, "units"] == pytest.approx(rest)
    assert east["units"].drop(ALL).sum() == pytest.approx(east.loc[ALL, "units"])
    assert east["share"].drop(ALL).sum() == pytest.approx(1.0)


def test_arms_share_a_bar_for_their_twin() -> None:
    bars = list(dict.fromkeys(corridor_table(flows(("a", "b")))["bar"]))
    assert bars == ["before the policies", "twin without policies", "a", "b"]
    frame = flows(("a", "b"))
    frame.loc[frame["arm"] == "b", "twin"] *= 2
    assert "twin of b" in set(corridor_table(frame)["bar"])
    assert set(corridor_table(frame[frame["period"] == "after"])["bar"]) == {
        "twin without policies",
        "a",
        "b",
        "twin of b",
    }


def test_chain_table() -> None:
    table = chain_table(measures(ledgers=1)).set_index(["quantity", "side", "arm", "item"])
    assert table.loc[("chain_length_share", "east", "with policies", 1), "mean"] == pytest.approx(0.6)
    assert table.loc[("mark_up", "east", "with policies", 2), "mean"] == pytest.approx(0.21)
    assert table.loc[("mark_up", "east", "with policies", 2), "n"] == 1
    assert table.loc[("mark_up", "east", "twin", 2), "mean"] == pytest.approx(0.1)
    arms = set(chain_table(measures(("a", "b")))["arm"])
    assert arms == {"a", "b", "twin"}, "a twin that arms share is there once"


def test_forest_table() -> None:
    rows = pd.concat([differences(), differences(("a",)).assign(against="twin")])
    table = forest_table(rows, ("denied", "delivered"))
    assert list(dict.fromkeys(table["measure"])) == ["denied", "delivered"]
    assert "twin" not in set(table["against"])


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("arms", [(), ("a", "b"), ("a", "b", "an arm with quite a long name", "d")])
def test_nothing_overlaps(arms: tuple[str, ...], seeds: int) -> None:
    assert overlaps(corridors(corridor_table(flows(arms, seeds)))) == []
    drawn = chains(chain_table(measures(arms, seeds)))
    assert overlaps(drawn[:3]) == []
    assert overlaps(drawn[3:]) == []
    if arms:
        drawn = forest(forest_table(differences(arms[1:])))
        assert overlaps(drawn) == []


def test_what_is_undefined_is_said() -> None:
    denied = forest(forest_table(differences()))[1]
    assert [text.get_text() for text in denied.texts] == ["undefined", "undefined"]
    same = differences()
    same[["difference", "low", "high"]] = 0.0
    assert [panel.get_xlim() for panel in forest(forest_table(same))] == [(-1, 1)] * 2


def test_uncertainty_and_twin_are_drawn() -> None:
    panel = corridors(corridor_table(flows()))[0]
    assert len(panel.containers) > TOP, "bands, and whiskers of the total"
    small_print = corridors(corridor_table(flows()))[0].figure.legends[0].get_title().get_text()
    assert "Whiskers: 5-95% of 3 runs" in small_print
    figure = chains(chain_table(measures(ledgers=1)))[0].figure
    assert "1 of 3 runs kept a ledger" in figure.legends[0].get_title().get_text()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["twin without policies", "with policies"]


@pytest.mark.parametrize(("drop", "words"), [("mark_up", "no ledger kept"), ("", "nothing delivered")])
def test_an_empty_panel_says_why(drop: str, words: str) -> None:
    table = chain_table(measures())
    gone = (table["side"] == SIDES[0]) & (table["quantity"] == drop if drop else True)
    kept = table[~gone]
    if not drop:
        kept = pd.concat([kept, table[gone].assign(quantity="other")])
    panels = chains(kept)
    empty = panels[len(SIDES)]
    assert [text.get_text() for text in empty.texts] == [words]
    assert not panels[len(SIDES) + 1].texts


def test_given_axes_are_used_and_nothing_is_shown() -> None:
    before = (plt.get_fignums(), dict(plt.rcParams))
    for draw, table, count in (
        (corridors, corridor_table(flows()), 3),
        (chains, chain_table(measures()), 6),
        (forest, forest_table(differences()), 2),
    ):
        axes = list(np.ravel(Figure().subplots(count, 1)))
        assert draw(table, axes) == axes
        assert not axes[0].figure.legends, "the key is the caller's where the axes are"
        with pytest.raises(ValueError, match=f"need {count} axes"):
            draw(table, axes[:1])
    assert (plt.get_fignums(), dict(plt.rcParams)) == before
