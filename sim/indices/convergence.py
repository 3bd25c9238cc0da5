"""Whether a sweep has enough draws and seeds for its indices, and how many would do.

Sarrazin, Pianosi and Wagener (2016, Global sensitivity analysis of environmental models: convergence and validation.
Environmental Modelling & Software 79, 135-152) judge by the width of intervals: of the indices themselves, and of
whether a ranking or a screening would come out the same. The limits here are ours; they are
stated in each warning, so that nobody has to accept them.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.declare.errors import listed
from sim.indices.designs import base_rows
from sim.indices.luck import in_mean
from sim.indices.pawn import INTERVALS
from sim.indices.ranking import MAIN, alike
from sim.indices.salib import DUMMY
from sim.indices.sentences import amount
from sim.sweeps.sample import Sample

WIDE = 0.1
"""Half-width of an interval of an index between 0 and 1, above which there are too few draws."""
WIDE_EFFECT = 0.25
"""The same for ``mu_star``, against the greatest ``mu_star``."""
HIGH_DUMMY = 0.2
"""Upper bound of the dummy above which weak factors cannot be seen."""
MUCH_LUCK = 0.1
"""Share of luck in the variance of draws' means above which indices are partly of these seeds."""
MOST_SEEDS = 200
"""Most seeds that are advised."""
TIES = 0.05
"""Share of draws with the very same outcome above which densities are in doubt."""


def draws_needed(half: float, n: int, width: float, power_of_two: bool = False) -> int:
    """Draws after which an interval would be narrow enough, if its width falls with the square root of draws.

    Args:
        half: Half-width with ``n``.
        n: Base draws, trajectories or draws.
        width: Half-width wanted.
        power_of_two: Whether to round up to a power of 2, as Sobol's sequence wants.

    Example:
        >>> draws_needed(0.2, 64, 0.1), draws_needed(0.25, 64, 0.1), draws_needed(0.25, 64, 0.1, power_of_two=True)
        (256, 400, 512)
    """
    needed = math.ceil(n * (half / width) ** 2 - 1e-9)
    return 2 ** math.ceil(math.log2(needed)) if power_of_two else needed


def doubts(sample: Sample, indices: pd.DataFrame, ranked: pd.DataFrame, method: str) -> list[str]:
    """What stands against the indices of one outcome by one method.

    Args:
        sample: The sample.
        indices: Its indices.
        ranked: Its ranking.
        method: Name of the method.

    Returns:
        Warnings, each a sentence that says what to do; none where all is well.
    """
    about = f"{sample.label}, {method}"
    found = [*_wide(indices, method, sample.unit), *_OF_METHOD[method](sample, indices)]
    found += [
        f"{' and '.join(group) if len(group) == 2 else ', '.join(group)} cannot be ranked among themselves: their "
        "intervals overlap"
        for group in alike(ranked)
    ]
    return [f"{about}: {each}" for each in found]


def few_seeds(sample: Sample, variance: pd.DataFrame) -> list[str]:
    """Whether luck blurs the indices of an outcome.

    Args:
        sample: The sample.
        variance: Its variance, as :func:`sim.indices.luck.split` gives it.

    Returns:
        A warning, or none.
    """
    seeds, share = sample.y.shape[1], in_mean(variance)
    if seeds == 1:
        return [
            f"{sample.label}: there is one seed, so indices are of its luck too, and nothing says how much; use "
            "--seeds 5 or more"
        ]
    if not share > MUCH_LUCK:
        return []
    # Luck over parameters falls with seeds: share ÷ (1 - share) now, MUCH_LUCK ÷ (1 - MUCH_LUCK) then.
    wanted = MUCH_LUCK / (1 - MUCH_LUCK)
    needed = seeds * share / (1 - share) / wanted if share < 1 else math.inf
    todo = (
        f"with --seeds {math.ceil(needed - 1e-9)} it would be {MUCH_LUCK:.0%}"
        if needed <= MOST_SEEDS
        else f"no number of seeds up to {MOST_SEEDS} would bring it to {MUCH_LUCK:.0%}: these ranges move it too little"
    )
    return [
        f"{sample.label}: {share:.0%} of the variance of the means over {seeds} seeds is luck, which indices count as "
        f"an effect of parameters; {todo}"
    ]


def _wide(indices: pd.DataFrame, method: str, unit: str) -> list[str]:
    """The widest interval, where it is too wide."""
    rows = indices[(indices["factor"] != DUMMY) & indices["index"].isin(("first", MAIN[method]))]
    halves = (rows["high"] - rows["low"]).to_numpy() / 2
    greatest = rows.loc[rows["index"] == MAIN[method], "value"].max()
    limit = WIDE_EFFECT * greatest if method == "morris" else WIDE
    widest = int(np.argmax(halves))
    half, row = float(halves[widest]), rows.iloc[widest]
    if not half > limit or not limit > 0:
        return []
    needed = draws_needed(half, int(row["n"]), limit, power_of_two=method == "sobol")
    if method == "morris":
        return [
            f"the interval of the mean size (mu*) of {row['factor']} is ±{amount(half, unit)}, over "
            f"{WIDE_EFFECT:.0%} of the greatest; below that it would be with about {needed} trajectories, --n {needed}"
        ]
    size = f"--n {needed}" if method == "sobol" else f"{needed:,} draws"
    index = f"{row['index']} index" if method == "sobol" else row["index"]
    return [f"the interval of the {index} of {row['factor']} is ±{half:.2f}; for ±{WIDE:g} it would take about {size}"]


def _sobol(sample: Sample, indices: pd.DataFrame) -> list[str]:
    """Sums that cannot be."""
    by = {name: indices[indices["index"] == name].set_index("factor") for name in ("first", "total")}
    found, first = [], by["first"]
    half = float(np.sqrt((((first["high"] - first["low"]) / 2) ** 2).sum()))
    if first["value"].sum() - half > 1:
        found.append(
            f"first indices sum to {first['value'].sum():.2f}, and cannot sum to more than 1; use a greater --n"
        )
    above = [name for name in first.index if first.loc[name, "low"] > by["total"].loc[name, "high"]]
    if above:
        found.append(
            f"the first index of {listed(above)} is above the total one, which cannot be; use a greater --n, and see "
            "whether a few draws have extreme outcomes"
        )
    return found


def _morris(sample: Sample, indices: pd.DataFrame) -> list[str]:
    """Nothing of its own."""
    return []


def _given(sample: Sample, indices: pd.DataFrame) -> list[str]:
    """Draws left out, and a dummy that is too high."""
    n, found = int(indices["n"].iloc[0]), []
    if sample.design == "sobol":
        found.append(
            f"of {len(sample.y):,} draws it uses the {len(base_rows(sample)):,} base ones, for the others share "
            "positions with them; a sweep of design lhs wastes none"
        )
    left_out = len(base_rows(sample)) - n
    if left_out:
        reasons = listed(sample.undefined)
        why = f" ({reasons})" if reasons else ""
        found.append(
            f"{left_out} draws in which the outcome is undefined are left out{why}; indices are of the other {n:,}"
        )
    dummy = indices[(indices["factor"] == DUMMY) & indices["index"].isin(set(MAIN.values()))].iloc[0]
    if dummy["high"] > HIGH_DUMMY:
        classes = f", with {n / INTERVALS:.0f} draws a class," if dummy["method"] == "pawn" else ""
        found.append(
            f"a factor without any effect{classes} has an index of up to {dummy['high']:.2f}, so weak factors cannot "
            f"be seen; for {HIGH_DUMMY:g} it would take about {draws_needed(dummy['high'], n, HIGH_DUMMY):,} draws"
        )
    return found


def _delta(sample: Sample, indices: pd.DataFrame) -> list[str]:
    """As for others on given draws, and an outcome without a density."""
    mean = sample.mean[base_rows(sample)]
    mean = mean[np.isfinite(mean)]
    values, counts = np.unique(mean, return_counts=True)
    share, value = counts.max() / len(mean), values[counts.argmax()]
    tied = [
        f"the outcome is exactly {value:g} in {share:.0%} of draws; delta compares densities and reads too low there, "
        "so go by pawn"
    ]
    return _given(sample, indices) + (tied if share > TIES and counts.max() > 1 else [])


_OF_METHOD = {"sobol": _sobol, "morris": _morris, "delta": _delta, "pawn": _given}
