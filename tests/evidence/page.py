"""What pages say of the calibrated baseline, from what is stored of it: ``python -m tests.evidence.page`` writes it
anew.

Stored in `seeds/ensembles/baseline/`: what ``sim calibrate baseline``, ``sim recover`` and ``sim validate baseline
--ensemble baseline`` gave, with the manifest that makes it again.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from sim.calibration.calibrate import Calibration, open_calibration
from sim.calibration.recover import Recovery, open_recovery
from sim.declare.carried import carried
from sim.report.validation import TITLES, number, rows, summary, validation_markdown

ROOT = Path(__file__).parents[2]
STORED = carried("seeds") / "ensembles" / "baseline"
PAGES = {"README.md": ("validation",), "seeds/README.md": ("facts", "calibration", "ridges", "recovery")}
"""Blocks of each page."""


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The facts and scores of the stored validation."""
    facts, scores = (pd.read_csv(STORED / "validation" / f"{name}.csv") for name in ("facts", "scores"))
    return facts, scores


def validation() -> str:
    """The short table of the front page: the facts kept aside, and how all of them came out."""
    facts, scores = tables()
    lines = [
        f"**{TITLES['check']}**",
        "",
        "| id | fact | evidence | median | 90% interval | agrees |",
        "|---" * 6 + "|",
    ]
    for name, text, unit, *numbers, missing in rows(facts, "check"):
        evidence, median, interval, verdict = numbers[:4]
        verdict += f"; missing: {missing}" if missing else ""
        cells = (name, f"{text} ({unit})" if unit else text, evidence, median, interval, verdict)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *(f"- {line}" for line in summary(scores))])


def facts() -> str:
    """All facts and patterns, with the scores of every forecast."""
    return validation_markdown(*tables())


def calibration(known: Calibration | None = None) -> str:
    """What was learned of each parameter."""
    known = known or open_calibration("baseline")
    lines = ["| parameter | path | prior | calibrated | narrowed by |", "|---|---|---|---|---|"]
    for row in known.parameters.sort_values("narrowed", ascending=False, kind="stable").itertuples():
        prior = f"{number(row.prior)} ({number(row.prior_low)} – {number(row.prior_high)})"
        after = f"{number(row.median)} ({number(row.low)} – {number(row.high)})"
        lines.append(f"| {row.parameter} | `{row.path}` | {prior} | {after} | {max(0.0, row.narrowed):.0%} |")
    said = known.manifest
    waves = " + ".join(map(str, said["waves"]))
    lines += [
        "",
        f"{waves} runs, seed {said['seed']}; the last wave has {said['effective_draws']:.0f} effective draws of "
        f"{said['waves'][-1]}, the ensemble {said['distinct_draws']} different ones of {said['size']}.",
    ]
    return "\n".join(lines)


def ridges(known: Calibration | None = None) -> str:
    """Pairs of parameters that the facts tie together."""
    known = known or open_calibration("baseline")
    lines = ["| parameter | goes with | correlation |", "|---|---|---|"]
    lines += [f"| {row.first} | {row.second} | {row.correlation:+.2f} |" for row in known.ridges.itertuples()]
    lines += ["", "| combination of normal scores, best known first | variance gone |", "|---|---|"]
    lines += [f"| {row.combination} | {row.known:.0%} |" for row in known.directions.itertuples()]
    return "\n".join(lines)


def recovery(back: Recovery | None = None) -> str:
    """Which parameters come back from customs ledgers alone."""
    back = back or open_recovery("baseline")
    head = "| parameter | intervals that hold it | narrowed by | truth and estimate | comes back |"
    lines = [head, "|---|---|---|---|---|"]
    for row in back.parameters.itertuples():
        narrowed = f"{max(0.0, row.narrowed):.0%}"
        cells = (row.parameter, f"{row.held:.0%}", narrowed, f"{row.correlation:+.2f}", row.verdict)
        lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "",
        f"{back.truths['truth'].nunique()} truths, {len(back.facts)} customs figures of each. 90% intervals hold "
        f"{back.coverage:.0%} of all values, {back.coverage_learned:.0%} of those of parameters narrowed by a tenth or "
        "more.",
        "",
        "| parameter | goes with | correlation, mean over truths |",
        "|---|---|---|",
    ]
    lines += [f"| {row.first} | {row.second} | {row.correlation:+.2f} |" for row in back.ridges.itertuples()]
    return "\n".join(lines)


def written(text: str, names: tuple[str, ...]) -> str:
    """A page with its blocks as they should be.

    Args:
        text: The page.
        names: Names of its blocks.

    Raises:
        ValueError: If a block has no markers.
    """
    for name in names:
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(\n?<!-- end -->)", re.S)
        if not pattern.search(text):
            raise ValueError(f"the page has no block {name}")
        block = globals()[name]()
        text = pattern.sub(lambda found, block=block: f"{found.group(1)}{block}\n<!-- end -->", text, count=1)
    return text


def main() -> None:
    """Writes the blocks of all pages."""
    for page, names in PAGES.items():
        path = ROOT / page
        path.write_text(written(path.read_text(encoding="utf-8"), names), encoding="utf-8")


if __name__ == "__main__":
    main()
