"""Which factors matter most for an outcome, and which of them cannot be told apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.indices.salib import DUMMY

MAIN = {"sobol": "total", "morris": "mu_star", "delta": "delta", "pawn": "median"}
"""Index by which a method ranks factors."""
COLUMNS = ("outcome", "method", "rank", "factor", "index", "value", "low", "high", "share", "cumulative")
"""Columns of a ranking, in order."""
FIRST = 5
"""Factors that are looked at from the top."""
MATTERS = 0.05
"""Least share of the sum of indices of a factor that is looked at."""


def ranking(indices: pd.DataFrame) -> pd.DataFrame:
    """Factors by outcome and method, greatest main index first.

    Args:
        indices: Columns as :data:`sim.indices.salib.COLUMNS`.

    Returns:
        Columns ``outcome``, ``method``, ``rank`` (1 for the greatest), ``factor``, ``index`` (the one ranked by, see
        :data:`MAIN`), ``value``, ``low``, ``high``, ``share`` (of the sum over factors; what is below 0 counts as 0),
        ``cumulative``. Dummies have no rank.

    Example:
        >>> rows = [("y", "sobol", name, "", "total", value, 0, 1, 8) for name, value in (("a", 0.2), ("b", 0.6))]
        >>> from sim.indices.salib import COLUMNS as OF_INDICES
        >>> ranking(pd.DataFrame(rows, columns=OF_INDICES))[["rank", "factor", "cumulative"]].round(2).values.tolist()
        [[1, 'b', 0.75], [2, 'a', 1.0]]
    """
    rows = indices[(indices["index"] == indices["method"].map(MAIN)) & (indices["factor"] != DUMMY)]
    order = {pair: at for at, pair in enumerate(dict.fromkeys(zip(rows["outcome"], rows["method"], strict=True)))}
    place = [order[pair] for pair in zip(rows["outcome"], rows["method"], strict=True)]
    rows = rows.assign(place=place).sort_values(
        ["place", "value", "factor"], ascending=[True, False, True], ignore_index=True
    )
    groups = rows.groupby("place", sort=False)
    kept = rows["value"].clip(lower=0.0)
    whole = kept.groupby(rows["place"]).transform("sum")
    rows["rank"] = groups.cumcount() + 1
    rows["share"] = np.divide(kept, whole, out=np.full(len(rows), np.nan), where=whole.to_numpy() > 0)
    rows["cumulative"] = groups["share"].cumsum()
    return rows[list(COLUMNS)]


def alike(ranked: pd.DataFrame) -> list[list[str]]:
    """Groups among the first factors whose intervals overlap with that of the first of the group.

    Intervals that overlap do not prove factors equal: the data do not say which of them comes first.

    Args:
        ranked: Ranking of one outcome by one method.

    Returns:
        Names of the factors of each group of two or more, by rank.

    Example:
        >>> alike(pd.DataFrame({"factor": ["a", "b", "c"], "share": [0.4, 0.35, 0.25], "low": [0.6, 0.5, 0.1],
        ...                     "high": [0.8, 0.7, 0.2]}))
        [['a', 'b']]
    """
    first = ranked[ranked["share"] >= MATTERS].head(FIRST)
    groups: list[list[str]] = []
    bound = np.inf
    for factor, low, high in zip(first["factor"], first["low"], first["high"], strict=True):
        if groups and high >= bound:
            groups[-1].append(factor)
        else:
            groups.append([factor])
            bound = low
    return [group for group in groups if len(group) > 1]
