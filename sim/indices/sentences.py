"""The answer in words."""

from __future__ import annotations

import math

import pandas as pd

from sim.indices.ranking import MAIN, alike
from sim.indices.salib import DUMMY

NAMED = 3
"""Factors named in a sentence."""
LUCK = ("luck", "luck by parameters")


def percent(value: float, low: float = math.nan, high: float = math.nan) -> str:
    """A share in per cent with its interval.

    Args:
        value: The share.
        low: Lower bound, or NaN for none.
        high: Upper bound.

    Example:
        >>> percent(0.621, 0.553, 0.7), percent(0.004), percent(-0.0001, -0.03, 0.02)
        ('62% [55, 70]', '0.4%', '0% [-3, 2]')
    """
    text = f"{_rounded(value)}%"
    return text if math.isnan(low) or math.isnan(high) else f"{text} [{round(100 * low)}, {round(100 * high)}]"


def amount(value: float, unit: str) -> str:
    """A change of an outcome.

    Args:
        value: The change, in the unit of the outcome.
        unit: Its unit.

    Example:
        >>> amount(0.123, "share"), amount(1234.5, "units"), amount(3.21, "weeks")
        ('12.3 points', '1,230 units', '3.21 weeks')
    """
    if unit == "share":
        return f"{100 * value:.3g} points"
    text = f"{value:.3g}" if abs(value) < 1000 else f"{float(f'{value:.3g}'):,.0f}"
    return f"{text} {unit}".strip()


def of_indices(label: str, unit: str, indices: pd.DataFrame, ranked: pd.DataFrame) -> str:
    """What the indices of one outcome by one method say.

    Args:
        label: The outcome, as people read it.
        unit: Its unit.
        indices: Its indices by one method.
        ranked: Their ranking.

    Returns:
        A sentence, or a few.
    """
    method = indices["method"].iloc[0]
    text = _sobol(indices, ranked) if method == "sobol" else (
        _morris(unit, indices, ranked) if method == "morris" else _given(indices, ranked))  # fmt: skip
    first = next((group for group in alike(ranked) if ranked["factor"].iloc[0] in group), [])
    unsure = f" Which of {', '.join(first)} comes first is not settled." if first else ""
    return f"{label}: {text}.{unsure}"


def of_luck(label: str, variance: pd.DataFrame) -> str:
    """What the split of the variance of one outcome says.

    Args:
        label: The outcome, as people read it.
        variance: As :func:`sim.indices.luck.split` gives it.

    Returns:
        A sentence.
    """
    reason = variance["reason"].iloc[0]
    if reason:
        return f"{label}: how much of it is luck is undefined: {reason}."
    by = variance.set_index("source")
    told = {name: percent(*by.loc[name, ["share", "low", "high"]]) for name in by.index}
    return (
        f"{label}: of the variance of a single run parameters make {told['parameters']}, luck {told[LUCK[0]]}, and "
        f"luck that differs with parameters {told[LUCK[1]]}."
    )


def _sobol(indices: pd.DataFrame, ranked: pd.DataFrame) -> str:
    """Shares alone and with interactions."""
    by = indices.set_index(["index", "factor", "other"])[["value", "low", "high"]]
    parts = []
    for factor in ranked["factor"].head(NAMED):
        alone, whole = (percent(*by.loc[(index, factor, "")]) for index in ("first", "total"))
        verb = "explains " if not parts else ""
        parts.append(f"{factor} {verb}{alone}{' of the variance' if not parts else ''} alone and {whole} with its "
                     "interactions")  # fmt: skip
    text = "; ".join(parts)
    pairs = indices[(indices["index"] == "second") & (indices["low"] > 0)].sort_values("value", ascending=False)
    if len(pairs):
        top = pairs.iloc[0]
        share = percent(top["value"], top["low"], top["high"])
        text += f"; {top['factor']} and {top['other']} together add {share}"
    return text


def _morris(unit: str, indices: pd.DataFrame, ranked: pd.DataFrame) -> str:
    """Mean sizes of effects, and whether they differ."""
    by = indices.set_index(["index", "factor"])
    parts = []
    for factor in ranked["factor"].head(NAMED):
        star, mu, sigma = (by.loc[(index, factor), "value"] for index in ("mu_star", "mu", "sigma"))
        low, high = by.loc[("mu_star", factor), ["low", "high"]]
        scale = 100 if unit == "share" else 1
        how = ""
        if abs(mu) < 0.5 * star:
            how = ", up in places and down in others"
        elif sigma > star:
            how = ", very unlike from place to place"
        bounds = f" [{scale * low:.3g}, {scale * high:.3g}]"
        parts.append(f"{factor} moves it by {amount(star, unit)}{bounds} over its range{how}")
    return "; ".join(parts)


def _given(indices: pd.DataFrame, ranked: pd.DataFrame) -> str:
    """Indices against that of a dummy."""
    method = indices["method"].iloc[0]
    dummy = indices[(indices["index"] == MAIN[method]) & (indices["factor"] == DUMMY)].iloc[0]
    seen = ranked[ranked["value"] > dummy["high"]]
    named = "; ".join(
        f"{row['factor']} {row['value']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"
        for row in seen.head(NAMED).to_dict("records")
    )
    bar = f"the {dummy['high']:.2f} that one without effect may have"
    name = "PAWN" if method == "pawn" else method
    if seen.empty:
        return f"by {name} none of {len(ranked)} factors is above {bar}"
    return f"by {name} {len(seen)} of {len(ranked)} factors {'is' if len(seen) == 1 else 'are'} above {bar}: {named}"


def _rounded(value: float) -> str:
    """Per cent: whole ones, a digit more where little."""
    size = 100 * value
    return f"{round(size)}" if abs(size) >= 1 or abs(size) < 0.05 else f"{size:.1f}"
