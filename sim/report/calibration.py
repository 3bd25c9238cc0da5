"""A calibration for the terminal: parameters before and after, facts, ridges."""

from __future__ import annotations

import math

from rich.console import RenderableType
from rich.text import Text

from sim.calibration.calibrate import Calibration
from sim.calibration.recover import Recovery
from sim.report.tables import empty_table
from sim.report.validation import number

MOST_RIDGES = 12
"""Ridges that are printed, the strongest first."""


def calibration_tables(found: Calibration) -> list[RenderableType]:
    """What `sim calibrate` prints.

    Args:
        found: The calibration.

    Returns:
        Sentences and tables, in order.
    """
    known = found.manifest
    heading = (
        f"{known['scenario_name']}: {sum(known['waves']):,} runs in {len(known['waves'])} waves; the last has "
        f"{known['effective_draws']:.0f} effective draws, the ensemble {known['distinct_draws']} different ones"
    )
    return [Text(heading, style="bold"), _parameters(found), _facts(found), *_ridges(found)]


def _parameters(found: Calibration) -> RenderableType:
    """Parameters before and after."""
    heads = ("parameter", "prior", "calibrated", "narrowed by")
    table = empty_table("What the evidence says of the parameters (medians and 90% intervals)", heads)
    for row in found.parameters.itertuples():
        table.add_row(
            row.parameter,
            f"{number(row.prior)} ({number(row.prior_low)} – {number(row.prior_high)})",
            f"{number(row.median)} ({number(row.low)} – {number(row.high)})",
            f"{max(0.0, row.narrowed):.0%}",
        )
    return table


def _facts(found: Calibration) -> RenderableType:
    """Facts in runs of the ensemble."""
    heads = ("id", "fact", "unit", "evidence", "median", "90% interval", "emulator explains")
    table = empty_table("The facts that were fitted", heads, text=3)
    bounds = {"both": "", "at least": "≥ ", "at most": "≤ "}
    for row in found.fit.itertuples():
        explained = f"{max(0.0, row.explained):.0%}" if math.isfinite(row.explained) else ""
        interval = f"{number(row.low)} – {number(row.high)}"
        evidence = f"{bounds[row.bound]}{number(row.evidence)}"
        table.add_row(row.fact, row.text, row.unit, evidence, number(row.median), interval, explained)
    return table


def _ridges(found: Calibration) -> list[RenderableType]:
    """What the evidence ties together."""
    if not len(found.ridges):
        return [Text("No two parameters are tied together by the evidence.")]
    lines = [
        Text(
            f"{row.first} and {row.second}: {'the more the less' if row.correlation < 0 else 'the more the more'} "
            f"(correlation {row.correlation:+.2f})"
        )
        for row in found.ridges.head(MOST_RIDGES).itertuples()
    ]
    known = [Text(f"{row.combination}: {row.known:.0%} of the variance gone") for row in found.directions.itertuples()]
    lines += [Text("Combinations that the evidence knows best (normal scores)", style="bold"), *known]
    return [Text("Ridges: parameters that the evidence ties together and does not tell apart", style="bold"), *lines]


def recovery_tables(found: Recovery) -> list[RenderableType]:
    """What `sim recover` prints.

    Args:
        found: The recovery.

    Returns:
        Sentences and tables, in order.
    """
    count = found.truths["truth"].nunique()
    heads = ("parameter", "intervals that hold it", "narrowed by", "truth and estimate", "comes back")
    table = empty_table("Which parameters come back", heads)
    for row in found.parameters.itertuples():
        narrowed = f"{max(0.0, row.narrowed):.0%}"
        table.add_row(row.parameter, f"{row.held:.0%}", narrowed, f"{row.correlation:+.2f}", row.verdict)
    ridges = [
        Text(f"{row.first} and {row.second}: correlation {row.correlation:+.2f}")
        for row in found.ridges.head(MOST_RIDGES).itertuples()
    ]
    heading = Text("Ridges: what these figures tie together, and will not tell apart", style="bold")
    return [
        Text(
            f"{count} truths, of each {len(found.facts)} customs figures: 90% intervals hold {found.coverage:.0%} of "
            f"all values, and {found.coverage_learned:.0%} of those of parameters narrowed by a tenth or more",
            style="bold",
        ),
        table,
        *((heading, *ridges) if ridges else (Text("The figures tie no two parameters together."),)),
    ]
