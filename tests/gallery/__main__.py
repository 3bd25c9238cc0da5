"""Makes the gallery of `scenarios/README.md` anew: `python -m tests.gallery` draws its pictures and writes its numbers.

A number stands in the page between `<!-- number: NAME -->` and `<!-- end -->`; what is between them is written over.
"""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from PIL import Image

import sim
from sim.experiments.comparison import CompareResult
from sim.experiments.results import RunResult
from sim.measures.registry import REGISTRY
from sim.report.numbers import with_interval
from sim.report.style import figure_of
from sim.scenario.shipped import scenarios_dir

RUNS = 8
AIDED = ("delivered", "premium", "unmet", "cover")
"""Measures that the picture of aid shows."""
LISTED = ("denied", "premium", "unmet", "cover")
"""Measures that the picture of the listing shows."""
HOARDED = ("delivered", "denied", "premium", "cover")
"""Measures that pictures of notice show."""
DPI = 100
COLOURS = 64
"""Colours of a picture: enough for lines, bands and letters, and half the bytes."""
PLACE = re.compile(r"(<!-- number: (?P<name>[a-z0-9-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True)
class Alone:
    """A scenario shown by runs of its own, over their twins.

    Attributes:
        measure: The headline.
        sides: Of which sides.
        draw: Draws the picture.
    """

    measure: str
    sides: tuple[str, ...]
    draw: Callable[[RunResult], list[Axes]]


@dataclass(frozen=True)
class Beside:
    """A scenario shown by what differs from the baseline, paired by seed.

    Attributes:
        measure: The headline.
        side: Of which side.
        draw: Draws the picture.
    """

    measure: str
    side: str
    draw: Callable[[CompareResult], list[Axes]]


SHOWN: dict[str, Alone | Beside] = {
    "baseline": Alone("denied", ("russia",), lambda result: result.plot.supply()),
    "no-policy": Alone("premium", ("russia",), lambda result: result.plot.price_and_cover()),
    "maker-exit-only": Alone("denied", ("russia",), lambda result: result.plot.corridors()),
    "controls-2023": Alone("denied", ("ukraine",), lambda result: result.plot.price_and_cover()),
    "allied-bans": Beside("denied", "russia", lambda result: result.plot.corridors()),
    "listing-2020": Beside("denied", "russia", lambda result: result.plot.differences(measures=LISTED)),
    "tight-arms": Beside("diverted", "russia", lambda result: result.plot.differences(measures=DIFFERENCES)),
    "leaky-arms": Beside("denied", "ukraine", lambda result: result.plot.differences(measures=DIFFERENCES)),
    "transit-tracking": Beside("denied", "russia", lambda result: result.plot.differences(measures=DIFFERENCES)),
    "allies-aligned": Beside("denied", "russia", lambda result: result.plot.corridors()),
    "surprise": Beside("denied", "russia", lambda result: result.plot.differences(measures=HOARDED)),
    "long-notice": Beside("denied", "russia", lambda result: result.plot.differences(measures=HOARDED)),
    "asymmetric-enforcement": Beside("denied", "russia", lambda result: result.plot.differences(measures=LISTED)),
    "secondary-sanctions": Beside("premium", "russia", lambda result: result.plot.differences(measures=LISTED)),
    "distributor-contracts": Beside("denied", "ukraine", lambda result: result.plot.differences(measures=LISTED)),
    "us-content": Beside("denied", "russia", lambda result: result.plot.differences(measures=LISTED)),
    "no-evasion": Alone("denied", ("russia", "ukraine"), lambda result: result.plot.supply()),
    "dozen-firm-chains": Alone("longest_chain", ("russia", "ukraine"), lambda result: result.plot.chains()),
    "more-aid": Beside("delivered", "ukraine", lambda result: result.plot.differences(measures=AIDED)),
    "small": Alone("denied", ("russia",), lambda result: result.plot.supply()),
    "symmetric": Alone("delivered", ("east", "west"), lambda result: result.plot.supply()),
}
"""What is shown of each scenario."""
OVERVIEWS: dict[str, tuple[str, ...]] = {
    "overview": ("allied-bans", "controls-2023", "listing-2020", "maker-exit-only", "more-aid", "no-policy"),
    "episodes": (
        "allies-aligned",
        "asymmetric-enforcement",
        "leaky-arms",
        "long-notice",
        "surprise",
        "tight-arms",
        "transit-tracking",
    ),
}
"""Scenarios beside the baseline in one picture. One that differs a hundred times as much would hide the others."""
DIFFERENCES = ("denied", "premium", "diverted", "chain_length")


def alone(name: str, shown: Alone, runs: int) -> tuple[str, list[Axes]]:
    """Runs a scenario.

    Returns:
        Its number as a sentence, and its picture.
    """
    result = sim.run(name, runs=runs, ledger="none", check_policies=False)
    rows = result.summary()
    rows = rows[(rows["measure"] == shown.measure) & (rows["product"] == "") & (rows["by"] == "")].set_index("side")
    told = []
    for side in shown.sides:
        row = rows.loc[side]
        value = with_interval(row["estimate"], row["low"], row["high"], row["unit"])
        told.append(f"{result.scenario.sides[side].title} {value}{_unit(row['unit'])}")
    label = REGISTRY[shown.measure].label.capitalize()
    note = f"mean of {runs} runs, 5% and 95% quantile of them; `sim run {name} --runs {runs}`"
    return f"**{label}: {'; '.join(told)}** ({note})", shown.draw(result)


def _unit(unit: str) -> str:
    """A unit behind a number that does not show it."""
    return "" if unit == "share" else f" {unit}"


def beside(name: str, shown: Beside, runs: int) -> tuple[str, list[Axes]]:
    """Runs a scenario beside the baseline.

    Returns:
        Its number as a sentence, and its picture.
    """
    result = sim.compare(["baseline", name], runs=runs, parts=0)
    rows = result.differences
    row = rows[
        (rows["measure"] == shown.measure) & (rows["side"] == shown.side) & (rows["against"] == "baseline")
        & (rows["product"] == "") & (rows["by"] == "")
    ].iloc[0]  # fmt: skip
    value = signed(row["difference"], row["low"], row["high"], row["unit"])
    side = result.arms[name].sides[shown.side].title
    what = f"{REGISTRY[shown.measure].label.capitalize()}, {side}, less the baseline's"
    note = f"mean of {row['n']} paired differences, 90% interval; `sim compare baseline {name} --runs {runs}`"
    return f"**{what}: {value}** ({note})", shown.draw(result)


def signed(value: float, low: float, high: float, unit: str) -> str:
    """A difference with its interval; shares in percentage points."""
    share = unit == "share"
    told = [f"{100 * each:+.1f}" if share else f"{each:+,.0f}" for each in (value, low, high)]
    first, second, third = (each.replace("-", "−") for each in told)
    return f"{first} [{second}, {third}] {'percentage points' if share else unit}"


def overview(name: str, runs: int) -> tuple[str, list[Axes]]:
    """Scenarios that build on the baseline, beside it.

    Returns:
        What prints these numbers as a sentence, and the picture.
    """
    arms = ["baseline", *OVERVIEWS[name]]
    result = sim.compare(arms, runs=runs, parts=0)
    drawn = result.plot.differences(measures=DIFFERENCES)
    return f"`sim compare {' '.join(arms)} --runs {runs}` prints these and more.", drawn


def picture(axes: Sequence[Axes], path: Path) -> None:
    """Writes a picture small enough for a page.

    Args:
        axes: Its panels.
        path: Where to.
    """
    raw = io.BytesIO()
    figure_of(axes).savefig(raw, dpi=DPI, format="png")
    image = Image.open(raw).convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    image.save(path, optimize=True)


def written(page: str, numbers: dict[str, str]) -> str:
    """A page with numbers in their places.

    Args:
        page: The page.
        numbers: Sentences by name.

    Raises:
        ValueError: Where a number has no place.
    """
    places = {match["name"] for match in PLACE.finditer(page)}
    if missing := sorted(set(numbers) - places):
        raise ValueError(f"the page has no place for {', '.join(missing)}")

    def put(match: re.Match[str]) -> str:
        name = match["name"]
        return f"{match[1]}{numbers[name]}\n{match[3]}" if name in numbers else match[0]

    return PLACE.sub(put, page)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draws the pictures and writes the numbers."""
    parser = argparse.ArgumentParser(description="Makes the gallery of scenarios/README.md anew.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"scenarios, or {', '.join(OVERVIEWS)}; everything by default"
    )
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each scenario")
    chosen = parser.parse_args(arguments)
    known = [*OVERVIEWS, *SHOWN]
    if unknown := sorted(set(chosen.names) - set(known)):
        parser.error(f"there is no {unknown[0]!r} in the gallery; there are {', '.join(known)}")
    mpl.use("Agg")
    folder = scenarios_dir()
    numbers: dict[str, str] = {}
    for name in chosen.names or known:
        shown: Any = SHOWN.get(name)
        if shown is None:
            found = overview(name, chosen.runs)
        else:
            found = (alone if isinstance(shown, Alone) else beside)(name, shown, chosen.runs)
        numbers[name], axes = found
        path = folder / "pictures" / f"{name}.png"
        picture(axes, path)
        print(f"{name}: {path.stat().st_size / 1000:.0f} kB. {numbers[name]}")
    page = folder / "README.md"
    page.write_text(written(page.read_text(encoding="utf-8"), numbers), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
