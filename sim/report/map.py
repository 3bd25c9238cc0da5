"""Figure: goods on a map, from state to state, in the twin and in the run or each arm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import ArrowStyle, FancyArrowPatch

from sim.declare.words import joined
from sim.report import style
from sim.report.corridors import BEFORE, corridor_table
from sim.report.land import projected, rings
from sim.report.numbers import number

SIZE = 7.5
"""Width of the figure, inches."""
WIDEST = 11.0
"""Width of the widest arrow, points."""
THINNEST = 0.005
"""Part of the widest arrow's goods from which an arrow is drawn."""
BEND = (0.12, 0.26, 0.4)
"""Bend of the arrows of each side, so that those of two sides between the same states are both seen."""
MARGIN = 0.09
"""Room around the states shown, as a part of the map."""
CORNERS = ((1, 1), (-1, 1), (1, -1), (-1, -1))
"""Where a name may stand from its dot, right or left and above or below; the first that is free."""
LETTER, HEIGHT = 4.6, 9.0
"""Width of a letter and height of a line of names, points."""
LAND, BORDER = "#EAEAEA", "#FFFFFF"

Spot = tuple[float, float]
Places = Mapping[str, Spot]


def map_table(flows: pd.DataFrame, sides: Iterable[str] | None = None) -> pd.DataFrame:
    """The numbers behind the figure: units a week from state to state, by the side they reached, over runs.

    Args:
        flows: As in :func:`sim.experiments.flows.flows`, with ``seed``, and ``arm`` where there are several.
        sides: Sides; all by default.

    Returns:
        After the policies, a row a panel, side and pair of states. Columns: ``side``, ``bar`` (the panel), ``window``,
        ``origin``, ``destination`` (the same for goods used where they were made), ``units`` (mean over runs, units a
        week), ``low`` and ``high`` (5% and 95% quantiles over runs; missing for one run), ``runs``. Goods that
        pass several states count on each leg.

    Example:
        >>> flows = pd.DataFrame(
        ...     [(1, "after", "w", "x", "A>B>C", 9.0, 7.0), (1, "after", "w", "x", "A>B", 1.0, 1.0)],
        ...     columns=["seed", "period", "window", "side", "corridor", "run", "twin"],
        ... )
        >>> table = map_table(flows)
        >>> table[table["bar"] == "with policies"][["origin", "destination", "units"]].values.tolist()
        [['A', 'B', 10.0], ['B', 'C', 9.0]]
    """
    after = flows[flows["period"] == "after"]
    legs = after.assign(corridor=[_legs(name) for name in after["corridor"]]).explode("corridor", ignore_index=True)
    keys = [name for name in legs.columns if name not in ("run", "twin")]
    legs = legs.groupby(keys, sort=False, as_index=False)[["run", "twin"]].sum()
    table = corridor_table(legs, top=len(legs))
    # What is joined and added up there is of legs, and says nothing.
    table = table[(table["bar"] != BEFORE) & table["corridor"].str.contains(">")]
    if sides is not None:
        table = table[table["side"].isin(list(sides))]
    table = table.reset_index(drop=True)
    ends = table.pop("corridor").str.split(">", expand=True)
    table.insert(3, "origin", ends[0] if len(table) else pd.Series(dtype="str"))
    table.insert(4, "destination", ends[1] if len(table) else pd.Series(dtype="str"))
    return table.drop(columns="share")


def flow_map(
    table: pd.DataFrame, places: Places, sides: Sequence[str] | None = None, axes: Sequence[Axes] | None = None
) -> list[Axes]:
    """Draws goods as arrows on a map, the wider the more of them.

    A panel shows the twin, others the run or each arm.

    Args:
        table: As in :func:`map_table`.
        places: Latitude and longitude of each state, degrees.
        sides: All sides in order, for their colours; those of the table by default.
        axes: One for each panel; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If there are fewer axes than panels.
    """
    panels, shown = list(dict.fromkeys(table["bar"])), sorted(set(table["side"]))
    if not panels:
        return list(axes or ())
    inks = {side: style.colour(at) for at, side in enumerate(sides or shown)}
    widest = max(float(table["units"].max()) if len(table) else 0.0, 1e-9)
    states = sorted({*table["origin"], *table["destination"]})
    spots: dict[str, Spot] = {}
    for state in states:
        x, y = projected(*places[state][::-1])
        spots[state] = (float(x), float(y))
    with mpl.rc_context(style.RC):
        given = style.enough(axes, len(panels), f"{len(panels)} panels")
        low, high = _frame(spots)
        height = SIZE * (high[1] - low[1]) / (high[0] - low[0])
        drawn = given or style.grid(len(panels), 1, SIZE, height + 0.25)
        for panel, name in zip(drawn, panels, strict=True):
            _land(panel, low, high)
            rows = table[(table["bar"] == name) & (table["units"] >= THINNEST * widest)]
            for row in rows.sort_values("units", ascending=False, kind="stable").itertuples():
                if row.origin != row.destination:
                    ends = (spots[row.origin], spots[row.destination])
                    _arrow(panel, *ends, row.units / widest, BEND[shown.index(row.side) % len(BEND)], inks[row.side])
            _states(panel, spots)
            panel.set_title(name, loc="left", fontweight="bold", fontsize=9, color=style.GREY)
        if given is None:
            style.legend(
                drawn, _key({side: inks[side] for side in shown}, widest), _note(table, set(inks) - set(shown))
            )
    return drawn if given is None else list(axes or ())


def _legs(corridor: str) -> list[str]:
    """Pairs of states of a corridor, one after the other; a state with itself where goods did not leave it."""
    states = corridor.split(">")
    return [f"{a}>{b}" for a, b in pairwise(states)] or [f"{corridor}>{corridor}"]


def _frame(spots: Mapping[str, tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Lower left and upper right corner of a map that shows these places."""
    where = np.array(list(spots.values())) if spots else np.zeros((1, 2))
    low, high = where.min(axis=0), where.max(axis=0)
    # States in a row, or one alone, have little extent; arrows bend to the north.
    pad = np.maximum(MARGIN * (high - low).max() * np.array([1.0, 0.5]), 0.06)
    room = np.maximum(0.25 * (high - low).max() - (high - low), 0.0) / 2
    return low - pad - room, high + pad + room


def _land(panel: Axes, low: np.ndarray, high: np.ndarray) -> None:
    """States, cut to the frame."""
    outlines = [np.column_stack(projected(ring[:, 0], ring[:, 1])) for ring in rings()]
    panel.add_collection(PolyCollection(outlines, facecolor=LAND, edgecolor=BORDER, linewidth=0.5, zorder=0))
    panel.set_xlim(low[0], high[0])
    panel.set_ylim(low[1], high[1])
    panel.set_aspect("equal")
    panel.set_xticks([])
    panel.set_yticks([])
    panel.grid(False)
    for spine in panel.spines.values():
        spine.set_visible(False)


def _arrow(panel: Axes, tail: Spot, head: Spot, part: float, bend: float, ink: str) -> None:
    """Goods from one state to another."""
    width = max(0.6, WIDEST * part)
    style_ = ArrowStyle.Simple(tail_width=width, head_width=width + 3.0, head_length=0.7 * width + 3.0)
    panel.add_patch(
        FancyArrowPatch(
            tail, head, connectionstyle=f"arc3,rad={bend}", shrinkA=1.5, shrinkB=2.5, arrowstyle=style_,
            mutation_scale=1.0, linewidth=0, facecolor=ink, alpha=0.7, zorder=3 - part,
        )
    )  # fmt: skip


def _states(panel: Axes, spots: Mapping[str, tuple[float, float]]) -> None:
    """Dots and names of states."""
    corners = _corners(spots, SIZE * 72 / (panel.get_xlim()[1] - panel.get_xlim()[0]))
    for name, (x, y) in spots.items():
        right, up = corners[name]
        # Above all names: a neighbour's may lie over it.
        panel.plot(x, y, "o", color="black", markersize=2.2, zorder=7)
        panel.annotate(
            name, (x, y), xytext=(3 * right, 3 * up), textcoords="offset points", fontsize=7, zorder=6,
            ha="left" if right > 0 else "right", va="bottom" if up > 0 else "top",
            bbox={"facecolor": "white", "linewidth": 0, "alpha": 0.6, "pad": 0.4},
        )  # fmt: skip


def _corners(spots: Mapping[str, Spot], points: float) -> dict[str, tuple[int, int]]:
    """The corner of each name at which it hides the fewest dots and names before it; ``points`` a unit of the map."""
    dots = {name: (points * x, points * y) for name, (x, y) in spots.items()}
    taken: list[tuple[float, float, float, float]] = []
    found: dict[str, tuple[int, int]] = {}
    for name, (x, y) in dots.items():
        boxes = {}
        for right, up in CORNERS:
            west, east = sorted((x + 3 * right, x + (3 + LETTER * len(name)) * right))
            south, north = sorted((y + 3 * up, y + (3 + HEIGHT) * up))
            boxes[right, up] = (west, east, south, north)
        others = [(a - 1.5, a + 1.5, b - 1.5, b + 1.5) for other, (a, b) in dots.items() if other != name]
        hidden = {corner: sum(_overlap(box, each) for each in others + taken) for corner, box in boxes.items()}
        found[name] = min(CORNERS, key=hidden.__getitem__)
        taken.append(boxes[found[name]])
    return found


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether two boxes (left, right, bottom, top) overlap."""
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _key(inks: Mapping[str, str], widest: float) -> list[Artist]:
    """Colours of sides, and what two widths mean."""
    step = 10.0 ** np.floor(np.log10(widest))
    most = step * np.floor(widest / step)
    colours: list[Artist] = [
        Line2D([], [], color=ink, linewidth=4, alpha=0.7, label=side) for side, ink in inks.items()
    ]
    widths: list[Artist] = [
        Line2D([], [], color=style.GREY, linewidth=max(0.5, WIDEST * units / widest), solid_capstyle="butt",
               label=f"{number(units, 'units')} units a week")
        for units in (most, most / 10)
    ]  # fmt: skip
    return colours + widths


def _note(table: pd.DataFrame, without: Iterable[str] = ()) -> str:
    """What the figure shows, as small print."""
    runs = int(table["runs"].max()) if len(table) else 0
    window = table["window"].iloc[0].replace("..", " to ") if len(table) else ""
    mean = f", mean of {runs} runs" if runs > 1 else ", one run"
    left = f" Not drawn: what reached {joined(sorted(without))}." if without else ""
    return (
        f"Foreign-made units a week, by the side they reached{mean}; {window}. Panels have one scale.{left}\n"
        f"Arrows below {THINNEST:.1%} of the widest are not drawn: where one ends, thinner ones may go on. "
        "Outlines: Natural Earth."
    )
