"""The table as it stands in `scenarios/README.md`, between `<!-- effects: NAME -->` and `<!-- end -->`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.scenario.loading import load
from sim.scenario.shipped import scenarios_dir
from tests.effects.rows import PLACES, rows
from tests.effects.table import Effect, effects

PAGE = scenarios_dir() / "README.md"
SEEDS = 30


@dataclass(frozen=True)
class Window:
    """When runs end, the recorded tick from which outcomes count, and the ticks before all policies."""

    end: str
    first: int
    before: int


WINDOWS = {"small": Window("2023-09-03", 9, 1), "baseline": Window("2023-07-02", 61, 48)}


def found(name: str, seeds: int = SEEDS, kinds: Sequence[str] = ()) -> list[Effect]:
    """Runs the rows of a scenario; only those of some kinds where any are named."""
    window = WINDOWS[name]
    wanted = [row for row in rows(load(name), name) if not kinds or row.kind in kinds]
    return effects(name, wanted, seeds, end=window.end, first=window.first, before=window.before)


def table(name: str, results: Sequence[Effect]) -> str:
    """Markdown: a row an effect."""
    side, other = PLACES[name].side, PLACES[name].other
    lines = [
        f"| kind | switched on | delivered to {side} | delivered to {other} | what else | where it must not act |",
        "|---|---|---|---|---|---|",
    ]
    for each in results:
        else_ = [
            f"{outcome}: {_amount(each.base[outcome])} → {_amount(each.base[outcome] + each.difference[outcome])}"
            for outcome in each.row.moves
            if not outcome.startswith("delivered") or outcome.endswith("civil")
        ]
        cells = [
            f"`{each.row.kind}`", each.row.about, _change(each, f"delivered {side}"),
            _change(each, f"delivered {other}"), "; ".join(else_), "0" if each.still == 0.0 else f"{each.still:g}",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _change(each: Effect, outcome: str) -> str:
    """Base, and the mean paired difference with its interval."""
    return f"{each.base[outcome]:,.0f} {each.difference[outcome]:+,.0f} ± {each.half[outcome]:,.0f}"


def _amount(value: float) -> str:
    """A number with three digits or so."""
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def _place(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- effects: {name} -->\n).*?(<!-- end -->)", re.DOTALL)


def written(name: str) -> str:
    """The table that stands in the page."""
    at = _place(name).search(PAGE.read_text(encoding="utf-8"))
    assert at is not None, f"scenarios/README.md has no place for the effects of {name}"
    return at.group(0).split("-->\n", 1)[1].rsplit("\n<!-- end", 1)[0].strip()


def write(name: str, text: str) -> None:
    """Writes the table into the page."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_place(name).sub(lambda at: f"{at.group(1)}{text}\n{at.group(2)}", page), encoding="utf-8")
