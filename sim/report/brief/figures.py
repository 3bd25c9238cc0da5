"""The figures of a report, as pictures inside the page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes

from sim.experiments.comparison import CompareResult
from sim.experiments.results import RunResult
from sim.report.style import figure_of

LARGEST = 300_000
"""Bytes of a drawing in lines (SVG) above which it is put into the page as dots (PNG)."""
WIDEST = 9.0
"""Width of a figure, inches, above which it is too small on an upright page."""
DOTS = (170, 120, 85)
"""Dots an inch of a PNG: the first with which it is no larger than that either, or the last."""


@dataclass(frozen=True)
class Shown:
    """How a figure is shown.

    Attributes:
        plot: Name of the method of ``result.plot`` that draws it.
        title: Its heading.
        caption: How to read it.
        alt: What is to be seen, for those who do not see it.
    """

    plot: str
    title: str
    caption: str
    alt: str


FIGURES = (
    Shown(
        "supply",
        "Supply to each side",
        "Foreign-made units that reach each side a week. The coloured line is with the policies, the dashed grey one "
        "the twin without them; bands hold the middle nine tenths of the runs. Dotted: what the side makes itself. "
        "Upright lines are the days on which policies take effect. The gap between the two lines is what the policies "
        "denied.",
        "Line chart, a panel a side, of units a week over time, with the policies and in the twin without them.",
    ),
    Shown(
        "price_and_cover",
        "Prices and stocks",
        "Above: what each side pays, as a multiple of the reference price. Below: for how many weeks its stock lasts. "
        "Solid lines are with the policies, dashed ones without.",
        "Two line charts over time, of prices paid against the reference price and of cover in weeks, a line a side.",
    ),
    Shown(
        "differences",
        "Differences between the arms",
        "What each arm has more, or less, than the first, side by side. Marks are means, lines their 90% intervals: a "
        "line that crosses zero shows no difference that can be told from luck.",
        "Forest plot, a panel a measure, of the mean difference of each arm from the first with its interval, by side.",
    ),
    Shown(
        "denied",
        "What was denied, to whom",
        "The part of what came without the policies that did not come with them, at the left, and the same in units, "
        "by side and product. Below zero more came than without them. Collateral is what civil users lacked more.",
        "Marks with intervals, by side and product, of the denied share and of the units denied.",
    ),
    Shown(
        "corridors",
        "Ways that goods took",
        "States that goods passed on their way, as bands: before the policies, later in the twin that lacks them, and "
        "later with them. A band that grows is a way around.",
        "Stacked bars joined by bands, a panel a side, of units a week by corridor before and after the policies.",
    ),
    Shown(
        "alluvial",
        "From state to state",
        "The same ways from the state of origin, at the left, to that of the user, at the right. The higher a band, "
        "the more units a week.",
        "Bands that run from the state of origin over those in between to the user's, a row a side, with and without "
        "the policies.",
    ),
    Shown(
        "map",
        "The ways on a map",
        "States that goods went through on their way to the sides that are not civil, and the ways between them: the "
        "wider a line, the more units a week.",
        "Maps with lines between states, as wide as the units a week that went over them, without the policies and "
        "with them.",
    ),
    Shown(
        "chains",
        "Firms in between, and what each adds to the price",
        "Above: through how many trading firms units went between maker and user. Below: the mark-up of each sale. "
        "Hollow grey marks are the twin; whiskers hold the middle nine tenths of the runs.",
        "Dot plots, a column a side, of the share of units by number of firms, and of the mark-up sale by sale.",
    ),
)
"""Figures in order. A result shows those that its ``.plot`` has; one more figure is one more entry here."""


@dataclass(frozen=True)
class Picture:
    """A figure in the page.

    Attributes:
        shown: How it is shown.
        data: The picture as a ``data:`` address.
        wide: Whether it needs a page across to be read on paper.
    """

    shown: Shown
    data: str
    wide: bool


def pictures(result: RunResult | CompareResult) -> tuple[list[Picture], list[str]]:
    """Draws the figures that a result has.

    Args:
        result: The result.

    Returns:
        The pictures, and a sentence for each that cannot be drawn from this result.
    """
    drawn, missing = [], []
    for shown in FIGURES:
        draw: Callable[[], Any] | None = getattr(result.plot, shown.plot, None)
        if draw is None:
            continue
        try:
            axes = draw()
            wide = figure_of(axes).get_size_inches()[0] > WIDEST
            drawn.append(Picture(shown, embedded(axes), bool(wide)))
        except (ValueError, IndexError) as error:
            missing.append(f"“{shown.title}” is not shown: {error}")
    return drawn, missing


def embedded(axes: list[Axes]) -> str:
    """A figure as a ``data:`` address: the same bytes for the same figure.

    Args:
        axes: Its panels.

    Returns:
        Lines (SVG), which stay sharp on paper; dots (PNG) where lines would take too many bytes.
    """
    figure = figure_of(axes)
    picture = BytesIO()
    # Without the date and with fixed names of its parts, a figure has the same bytes whenever it is drawn.
    with mpl.rc_context({"svg.hashsalt": "sim", "svg.fonttype": "path"}):
        figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": None})
    kind = "svg+xml"
    for dots in DOTS:
        if picture.tell() <= LARGEST:
            break
        picture, kind = BytesIO(), "png"
        figure.savefig(picture, format="png", dpi=dots, metadata={"Software": None})
    return f"data:image/{kind};base64,{b64encode(picture.getvalue()).decode('ascii')}"
