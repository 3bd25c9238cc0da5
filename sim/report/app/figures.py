"""The figures of the dashboard, in one table: one more figure is one more line."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from sim.experiments.comparison import CompareResult
from sim.report.alluvial import alluvial_table
from sim.report.chains import chain_table
from sim.report.corridors import corridor_table
from sim.report.denied import denied_table
from sim.report.forest import forest_table
from sim.report.map import map_table
from sim.report.style import figure_of

DPI = 150
"""Dots an inch: sharp on a screen, and there soon."""

Draw = Callable[[CompareResult, str], list[Axes]]
Table = Callable[[CompareResult, str], pd.DataFrame]


@dataclass(frozen=True)
class Shown:
    """A figure of the dashboard.

    Attributes:
        title: Name of its tab.
        about: What it shows, in a sentence.
        draw: Draws it, of a result and an arm.
        table: The numbers it shows.
        each: Whether it is of one arm, and so drawn for each; all arms are in it otherwise.
    """

    title: str
    about: str
    draw: Draw
    table: Table
    each: bool = False


FIGURES = (
    Shown("Differences", "The second arm less the first, paired by seed, with 90% intervals.",
          lambda result, _: result.plot.differences(), lambda result, _: forest_table(result.differences)),
    Shown("Supply", "Units that reach each side over time, beside the twin without the policies.",
          lambda result, arm: result.plot.supply(arm), lambda result, arm: result.traces(arm), each=True),
    Shown("Price and cover", "What is paid over the reference price, and for how many weeks stocks last.",
          lambda result, arm: result.plot.price_and_cover(arm), lambda result, arm: result.traces(arm), each=True),
    Shown("Corridors", "By which states goods came, before the policies and after, in the twin and in both arms.",
          lambda result, _: result.plot.corridors(), lambda result, _: corridor_table(result.flows)),
    Shown("States", "Through which states goods went, stage by stage; bands are as wide as what they carry.",
          lambda result, _: result.plot.alluvial(), lambda result, _: alluvial_table(result.flows)),
    Shown("Denied", "What each side was denied, by product, with intervals.",
          lambda result, _: result.plot.denied(), lambda result, _: denied_table(result.summary())),
    Shown("Map", "Goods on a map, from state to state, in the twin and in both arms.",
          lambda result, _: result.plot.map(), lambda result, _: map_table(result.flows)),
    Shown("Chains", "How many firms goods went through, and what each sale added to the price.",
          lambda result, _: result.plot.chains(), lambda result, _: chain_table(result.measures)),
)  # fmt: skip
"""Figures in order of their tabs."""


def png(axes: list[Axes]) -> bytes:
    """A figure as a picture.

    Args:
        axes: Its panels.

    Returns:
        A PNG file.
    """
    file = io.BytesIO()
    figure_of(axes).savefig(file, format="png", dpi=DPI)
    return file.getvalue()
