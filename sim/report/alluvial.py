"""Figure: the states that goods went through on their way to each side, in the twin and in the run or each arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sim.report import style
from sim.report.corridors import ALL, BEFORE, OTHERS, corridor_table
from sim.report.numbers import number

LEAST = 0.02
"""Part of a side's goods, in any panel, from which a state has a name of its own; the others are one node."""
GAP = 0.035
"""Room between nodes of a stage, as a part of the scale."""
WIDTH = 0.055
"""Width of a node; stages stand 1 apart."""
THINNEST = 0.001
"""Part of the scale from which a chain is drawn."""
LEAST_NAMED = 0.004
"""Part of the scale from which a node has its name beside it."""
LINE = 0.085
"""Least distance of the middles of nodes with names, as a part of the scale: room for the names."""
OPACITY = 0.85
"""Opacity of bands: where they cross both are seen."""
DIRECT = ""
"""Node that goods pass in a stage in which they were in no state: none is drawn."""


def alluvial_table(flows: pd.DataFrame, least: float = LEAST) -> pd.DataFrame:
    """The numbers behind the figure: units a week by chain of states, over runs, after the policies.

    Args:
        flows: As in :func:`sim.experiments.flows.flows`, with ``seed``, and ``arm`` where there are several.
        least: Part of a side's goods, in any panel, from which a state has a name of its own; the others are joined
            as ``"others"``.

    Returns:
        As :func:`sim.report.corridors.corridor_table` without the time before the policies: ``bar`` is the panel, and
        ``corridor`` the chain of states from the origin to the destination.

    Example:
        >>> flows = pd.DataFrame(
        ...     [(1, "after", "w", "x", "A>B>C", 90.0, 90.0), (1, "after", "w", "x", "A>D>C", 1.0, 1.0)],
        ...     columns=["seed", "period", "window", "side", "corridor", "run", "twin"],
        ... )
        >>> table = alluvial_table(flows)
        >>> table[table["bar"] == "with policies"]["corridor"].tolist()
        ['A>B>C', 'A>others>C', 'all']
    """
    flows = flows[flows["period"] == "after"]
    parts = []
    for _, rows in flows.groupby("side", sort=True):
        kept = _kept(rows, least)
        names = {name: _joined(name, kept) for name in rows["corridor"].unique()}
        parts.append(rows.assign(corridor=rows["corridor"].map(names)))
    if not parts:
        return corridor_table(flows)
    joined = pd.concat(parts, ignore_index=True)
    keys = [name for name in joined.columns if name not in ("run", "twin")]
    joined = joined.groupby(keys, sort=False, as_index=False)[["run", "twin"]].sum()
    table = corridor_table(joined, top=len(joined))
    # All chains are kept by name: what is left over, and what is nowhere, is nothing.
    return table[(table["bar"] != BEFORE) & (table["corridor"] != OTHERS)].reset_index(drop=True)


def alluvial(table: pd.DataFrame, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draws chains of states as bands from the origin, at the left, to the destination, at the right.

    The height of a band is units a week, mean over runs; panels of a side have one scale. Goods that go straight on
    pass a stage without a node.

    Args:
        table: As in :func:`alluvial_table`.
        axes: One for each side and panel, side by side; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If there are fewer axes than panels.
    """
    sides, panels = sorted(set(table["side"])), list(dict.fromkeys(table["bar"]))
    count = len(sides) * len(panels)
    with mpl.rc_context(style.RC):
        given = style.enough(axes, count, f"{len(sides)} sides in {len(panels)} panels")
        drawn = given or style.grid(len(sides), len(panels), max(7.5, 3.9 * len(panels)), 2.5)
        for row, side in enumerate(sides):
            own = table[table["side"] == side]
            scale = max(float(own.loc[own["corridor"] == ALL, "units"].max()), 1e-9)
            stages, line = _stages(own, scale), drawn[row * len(panels) : (row + 1) * len(panels)]
            heights = []
            for at, panel in zip(line, panels, strict=True):
                heights.append(_panel(at, own[own["bar"] == panel], stages, scale, style.colour(row)))
                at.set_title(f"{side}, {panel}", loc="left", color=style.colour(row), fontweight="bold", fontsize=9)
            for at in line:
                at.set_ylim(-0.01 * scale, max(heights) * 1.02)
        if given is None:
            style.legend(drawn, [], _note(table))
    return drawn if given is None else list(axes or ())


@dataclass(frozen=True)
class _Band:
    """A chain: its node at each stage, and units a week."""

    stages: tuple[str, ...]
    units: float


def _kept(rows: pd.DataFrame, least: float) -> set[str]:
    """States that have a name of their own: those through which enough goes, in the mean over runs of any panel."""
    arms = ["arm"] if "arm" in rows else []
    sums = rows.groupby([*arms, "corridor"])[["run", "twin"]].sum()
    through: dict[str, np.ndarray] = {}
    panels = sums.unstack(arms).fillna(0.0) if arms else sums
    total = panels.sum(axis=0).to_numpy(np.float64)
    for name, units in zip(panels.index, panels.to_numpy(np.float64), strict=True):
        for state in set(str(name).split(">")):
            through[state] = through.get(state, np.zeros(total.size)) + units
    return {state for state, units in through.items() if (units >= least * np.maximum(total, 1e-12)).any()}


def _joined(corridor: str, kept: set[str]) -> str:
    """A corridor with states that have no name of their own joined; what was several of them in a row is one."""
    found: list[str] = []
    for state in corridor.split(">"):
        name = state if state in kept else OTHERS
        if name != OTHERS or found[-1:] != [OTHERS]:
            found.append(name)
    return ">".join(found)


def _bands(rows: pd.DataFrame, stages: int, scale: float) -> list[_Band]:
    """Chains laid out over stages: transit states from the left, then nothing, then the destination."""
    found = []
    for name, units in rows.loc[rows["corridor"] != ALL, ["corridor", "units"]].itertuples(index=False):
        if units >= THINNEST * scale:
            first, *transit = str(name).split(">")[:-1] or [str(name)]
            nodes = (first, *transit, *[DIRECT] * (stages - 2 - len(transit)), str(name).split(">")[-1])
            found.append(_Band(nodes, float(units)))
    return found


def _stages(rows: pd.DataFrame, scale: float) -> int:
    """States of the longest chain that is drawn."""
    drawn = rows[(rows["corridor"] != ALL) & (rows["units"] >= THINNEST * scale)]
    return max([2, *(len(str(name).split(">")) for name in drawn["corridor"])])


def _panel(panel: Axes, rows: pd.DataFrame, stages: int, scale: float, ink: str) -> float:
    """Nodes, bands and names of one panel; the height that they take."""
    bands = _bands(rows, stages, scale)
    place = _layout(bands, stages, scale)
    for band, base in zip(bands, place, strict=True):
        direct = all(node == DIRECT for node in band.stages[1:-1])
        _draw(panel, base, band.units, style.shade(ink, 0.62 if direct else 0.3))
    names = [
        _nodes(panel, bands, place[:, stage], _through(rows, stage, stages), stage, stages, scale)
        for stage in range(stages)
    ]
    panel.set_xlim(-0.42, stages - 1 + 0.5)
    panel.set_axis_off()
    return max([*names, *(base.max() + band.units for base, band in zip(place, bands, strict=True))])


def _layout(bands: Sequence[_Band], stages: int, scale: float) -> np.ndarray:
    """Lower edge of each band at each stage: float64 (band, stage).

    At a stage bands stand node by node, what passes without one lowest, then the widest node first. Within a node of
    origin they stand in the order of the nodes ahead, within others in that of the stage before, so that few bands
    cross. Nodes with names stand far enough apart for them.
    """
    place = np.zeros((len(bands), stages))
    ranks = [_ranks(bands, stage) for stage in range(stages)]
    ahead = [tuple(ranks[stage][band.stages[stage]] for stage in range(1, stages)) for band in bands]
    before = sorted(range(len(bands)), key=ahead.__getitem__)
    for stage in range(stages):
        size, rank = _sizes(bands, stage), ranks[stage]
        order = sorted(range(len(bands)), key=lambda i: (rank[bands[i].stages[stage]], before.index(i)))
        height, last, free = 0.0, None, -np.inf
        for i in order:
            node = bands[i].stages[stage]
            if last is not None and node != last:
                height += GAP * scale
            if node != last and node != DIRECT and size[node] >= LEAST_NAMED * scale:
                height = max(height, free - size[node] / 2)
                free = height + size[node] / 2 + LINE * scale
            place[i, stage] = height
            height, last = height + bands[i].units, node
        before = order
    return place


def _sizes(bands: Sequence[_Band], stage: int) -> dict[str, float]:
    """Units a week through each node of a stage, of the bands drawn."""
    size: dict[str, float] = {}
    for band in bands:
        size[band.stages[stage]] = size.get(band.stages[stage], 0.0) + band.units
    return size


def _ranks(bands: Sequence[_Band], stage: int) -> dict[str, int]:
    """Places of the nodes of a stage, lowest first."""
    size = _sizes(bands, stage)
    nodes = sorted(size, key=lambda node: (node != DIRECT, node == OTHERS, -size[node], node))
    return {node: place for place, node in enumerate(nodes)}


def _through(rows: pd.DataFrame, stage: int, stages: int) -> dict[str, float]:
    """Units a week through each state at a stage, of all chains, drawn or not."""
    found: dict[str, float] = {}
    for name, units in rows.loc[rows["corridor"] != ALL, ["corridor", "units"]].itertuples(index=False):
        states = str(name).split(">")
        transit = states[1:-1]
        amid = transit[stage - 1] if 0 < stage <= len(transit) else DIRECT
        node = states[0] if stage == 0 else states[-1] if stage == stages - 1 else amid
        found[node] = found.get(node, 0.0) + float(units)
    return found


def _draw(panel: Axes, base: np.ndarray, units: float, colour: tuple[float, float, float]) -> None:
    """A band through all stages, in one piece, so that it has no seams."""
    lower, upper = _edge(base), _edge(base + units)[::-1]
    # Read backwards the controls of a curve stand where they have to.
    corners = [*lower, *upper, lower[0]]
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, *([Path.LINETO, *curve] * (base.size - 2))]
    back = [Path.LINETO, *codes[1:]]
    panel.add_patch(
        PathPatch(Path(corners, [*codes, *back, Path.CLOSEPOLY]), facecolor=colour, linewidth=0, alpha=OPACITY)
    )


def _edge(height: np.ndarray) -> list[tuple[float, float]]:
    """One edge of a band: curves between stages, level within them."""
    points: list[tuple[float, float]] = []
    for stage, (left, right) in enumerate(pairwise(height)):
        x0, x1 = stage + WIDTH / 2, stage + 1 - WIDTH / 2
        middle = (x0 + x1) / 2
        points += [(x0, left), (middle, left), (middle, right), (x1, right)]
    return points


def _nodes(
    panel: Axes,
    bands: Sequence[_Band],
    base: np.ndarray,
    through: dict[str, float],
    stage: int,
    stages: int,
    scale: float,
) -> float:
    """Nodes of a stage, with their names and units at their middles. The height that the names take."""
    edges: dict[str, tuple[float, float]] = {}
    for band, low in zip(bands, base, strict=True):
        node = band.stages[stage]
        if node != DIRECT:
            known = edges.get(node, (np.inf, -np.inf))
            edges[node] = (min(known[0], low), max(known[1], low + band.units))
    top = 0.0
    for node, (low, high) in sorted(edges.items(), key=lambda each: each[1]):
        ink = "#AAAAAA" if node == OTHERS else "#333333"
        panel.add_patch(Rectangle((stage - WIDTH / 2, low), WIDTH, high - low, facecolor=ink, linewidth=0, zorder=3))
        if high - low < LEAST_NAMED * scale:
            continue
        middle = (low + high) / 2
        top = middle + LINE * scale
        # Names of origins stand at the left, all others at the right; those amid bands need a ground.
        first = stage == 0
        amid = not first and stage < stages - 1
        panel.text(
            stage + (-1 if first else 1) * (WIDTH / 2 + 0.03), middle, f"{node} {number(through[node], 'units')}",
            ha="right" if first else "left", va="center", fontsize=7.5, zorder=4,
            bbox={"facecolor": "white", "linewidth": 0, "alpha": 0.7, "pad": 0.6} if amid else None,
        )  # fmt: skip
    return top


def _note(table: pd.DataFrame) -> str:
    """What the figure shows, as small print."""
    window = table["window"].iloc[0].replace("..", " to ") if len(table) else ""
    runs = int(table["runs"].max()) if len(table) else 0
    mean = f", mean of {runs} runs" if runs > 1 else ", one run"
    return (
        f"Foreign-made units a week by the states they were sold through{mean}; {window}.\n"
        "From the origin, at the left, to the destination. Dark: direct. Panels of a side have one scale.\n"
        f"Chains below {THINNEST:.1%} of it are not drawn, nodes below {LEAST_NAMED:.1%} not named."
    )
