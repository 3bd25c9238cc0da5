"""The question of a report, and its answer in two or three sentences made of the numbers."""

from __future__ import annotations

import math

import pandas as pd

from sim.declare.words import joined
from sim.experiments.comparison import CompareResult
from sim.experiments.results import RunResult
from sim.report.brief.arms import FEW, Arm, removed, sides_of
from sim.report.cells import between
from sim.report.numbers import number, signed


def question(result: RunResult | CompareResult, arms: list[Arm]) -> str:
    """The question that a result answers, where nobody gave one.

    Args:
        result: The result.
        arms: Its arms.
    """
    if isinstance(result, RunResult):
        names = [arms[0].scenario.policies[key].title or key for key in arms[0].versus]
        if not names:
            return f"Who gets what in “{arms[0].title}”?"
        if len(names) > FEW:
            return f"What did the {len(names)} policies of “{arms[0].title}” deny, and to whom?"
        return f"What did {joined(f'“{name}”' for name in names)} deny, and to whom?"
    gone = removed(arms[1], arms[0].scenario) if len(arms) == 2 else []
    if gone:
        return f"What {'does' if len(gone) == 1 else 'do'} {joined(f'“{name}”' for name in gone)} deny, and to whom?"
    others = joined(f"“{arm.title}”" for arm in arms[1:])
    return f"What {'does' if len(arms) == 2 else 'do'} {others} change against “{arms[0].title}”?"


def answer(result: RunResult | CompareResult, arms: list[Arm]) -> list[str]:
    """The answer, in sentences.

    Args:
        result: The result.
        arms: Its arms.
    """
    if isinstance(result, RunResult):
        return _of_a_run(arms[0], len(result.seeds))
    return _of_arms(result, arms)


def _of_a_run(arm: Arm, runs: int) -> list[str]:
    """What the policies denied, what came through all the same, what it cost."""
    sides = sides_of([arm])
    if not arm.versus:
        got = [
            _estimate(arm, "delivered", side, f"{title} received {{}} foreign-made units")
            for side, title in sides.items()
        ]
        last = "No policy is left out of the twin, so nothing is said of what one denied."
        return [*(f"{text}." for text in got if text), last]
    clear, unclear = [], []
    for side, title in sides.items():
        row = _row(arm.rows("denied", side))
        if row is None:
            continue
        if runs > 1 and row["low"] <= 0.0 <= row["high"]:
            unclear.append(f"for {title} it cannot be told from nothing{_bracket(row)}")
        elif row["estimate"] < 0.0:
            gain = f"{number(-row['estimate'], 'share')} more"
            clear.append(f"{title} received {gain} than without them{_bracket(row, less=True)}")
        else:
            clear.append(f"{title} were denied {number(row['estimate'], 'share')}{_bracket(row)}")
    lead = "Of the foreign-made goods in scope that each side gets in the same runs without the policies"
    found = [f"{lead}, {'; '.join([*clear, *unclear])}."] if clear or unclear else []
    leaks = [
        _estimate(arm, "leakage", side, f"{{}} for {title}")
        for side, title in sides.items()
        if not arm.scenario.sides[side].civil
    ]
    leaks = [text for text in leaks if text]
    if leaks:
        found.append(
            "Goods that came all the same, against a law, a contract or a maker's own word, amount to "
            f"{joined(leaks)}, measured against what came without the policies."
        )
    price = [_estimate(arm, "cost", "", "enforcement cost {}")]
    price += [
        _estimate(arm, "collateral", side, f"{title} went without {{}} units more than they would have")
        for side, title in sides.items()
        if arm.scenario.sides[side].civil and _above_zero(arm, side)
    ]
    price = [text for text in price if text]
    if price:
        text = joined(price)
        found.append(f"{text[0].upper()}{text[1:]}.")
    if runs == 1:
        found.append("This is one run: how much of it is luck is not known.")
    return found


def _of_arms(result: CompareResult, arms: list[Arm]) -> list[str]:
    """How each arm differs from the first."""
    apart = result.differences
    apart = apart[(apart["product"] == "") & (apart["by"] == "") & (apart["against"] == arms[0].name)]
    sides, found = sides_of(arms), []
    for arm in arms[1:]:
        own = apart[(apart["arm"] == arm.name) & (apart["measure"] == "delivered")]
        told, same, luck, more = [], [], [], False
        for side, title in sides.items():
            row = _row(own[own["side"] == side], "difference")
            if row is None:
                continue
            if row["difference"] == 0.0 and not (row["low"] < 0.0 or row["high"] > 0.0):
                same.append(title)
            elif _told_apart(row):
                told.append(f"{title} receive {_more(row)}{_interval(row)}")
                more = more or row["difference"] > 0.0
            else:
                luck.append(f"{title}{_interval(row)}")
        parts = list(told)
        if luck:
            parts.append(f"no difference can be told from luck for {joined(luck)}")
        if same:
            parts.append(f"nothing changes for {joined(same)}")
        gone = removed(arm, arms[0].scenario)
        lead = (
            f"Without {joined(f'“{name}”' for name in gone)}"
            if gone
            else f"With “{arm.title}” in place of “{arms[0].title}”"
        )
        if parts:
            found.append(f"{lead}, {'; '.join(parts)}.")
        if gone and more:
            it, they = ("it", "it") if len(gone) == 1 else ("them", "they")
            found.append(f"What a side receives more without {it} is what {they} denied that side.")
        found += _prices(apart[apart["arm"] == arm.name], arm, sides)
    if len(result.seeds) == 1:
        found.append("Each arm was run once: how much of this is luck is not known.")
    return found


def _prices(apart: pd.DataFrame, arm: Arm, sides: dict[str, str]) -> list[str]:
    """How prices and the cost of enforcement differ, where that can be told."""
    parts = []
    for side, title in sides.items():
        row = _row(apart[(apart["measure"] == "premium") & (apart["side"] == side)], "difference")
        if row is not None and not arm.scenario.sides[side].civil and _told_apart(row):
            word = "higher" if row["difference"] > 0.0 else "lower"
            points = f"{100 * abs(row['difference']):.1f} points of the reference price"
            parts.append(f"prices that {title} pay are {points} {word}{_interval(row)}")
    row = _row(apart[(apart["measure"] == "cost") & (apart["side"] == "")], "difference")
    if row is not None and _told_apart(row):
        word = "more" if row["difference"] > 0.0 else "less"
        parts.append(
            f"enforcing all policies costs {number(abs(row['difference']), row['unit'])} {word}{_interval(row)}"
        )
    if not parts:
        return ["No difference in prices or in the cost of enforcement can be told from luck."]
    text = "; ".join(parts)
    return [f"{text[0].upper()}{text[1:]}."]


def _told_apart(row: pd.Series) -> bool:
    """Whether a difference is no mere luck: its interval does not hold zero, or there is none."""
    return bool(row["difference"] != 0.0 and not row["low"] <= 0.0 <= row["high"])


def _more(row: pd.Series) -> str:
    """A difference in units, and in per cent where that makes sense."""
    size, word = abs(row["difference"]), "more" if row["difference"] > 0 else "fewer"
    part = ""
    if row["against_value"] > 0:
        part = f", {number(size / row['against_value'], 'share')} of what they get there"
    return f"{number(size, 'units')} foreign-made units {word}{part}"


def _interval(row: pd.Series) -> str:
    """The interval of a difference, in brackets."""
    if not (math.isfinite(row["low"]) and math.isfinite(row["high"])):
        return ""
    return f" (90% interval {signed(row['low'], row['unit'])} to {signed(row['high'], row['unit'])})"


def _bracket(row: pd.Series, less: bool = False) -> str:
    """The interval over runs, in brackets."""
    text = between(-row["high"], -row["low"], row["unit"]) if less else between(row["low"], row["high"], row["unit"])
    return f" ({text})" if text else ""


def _estimate(arm: Arm, measure: str, side: str, text: str) -> str:
    """A measure in words; empty where it is undefined."""
    row = _row(arm.rows(measure, side))
    if row is None:
        return ""
    return text.format(f"{number(row['estimate'], row['unit'])}{_bracket(row)}")


def _above_zero(arm: Arm, side: str) -> bool:
    """Whether civil users lost, in nine runs of ten."""
    row = _row(arm.rows("collateral", side))
    return row is not None and row["estimate"] > 0.0 and not row["low"] <= 0.0


def _row(rows: pd.DataFrame, column: str = "estimate") -> pd.Series | None:
    """The row, where it holds a number."""
    return rows.iloc[0] if len(rows) and math.isfinite(rows.iloc[0][column]) else None
