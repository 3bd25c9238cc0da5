"""Boxes and their scores as tidy tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.discovery.cases import Cases
from sim.discovery.found import Found
from sim.discovery.refining import quasi_p_values
from sim.discovery.scoring import score, wilson, worth
from sim.discovery.wording import restriction

Float = NDArray[np.float64]
Flags = NDArray[np.bool_]
BOXES = (
    *("box", "factor", "title", "unit", "low", "high", "sampled_low", "sampled_high", "side"),
    *("quasi_p", "quasi_p_low", "quasi_p_high", "words"),
)
"""Columns of boxes, in order."""
SCORES = (
    *("box", "cases", "of_interest", "mass", "coverage", "density", "new_coverage", "score", "restricted"),
    *("held_out_mass", "held_out_coverage", "held_out_coverage_low", "held_out_coverage_high"),
    *("held_out_density", "held_out_density_low", "held_out_density_high", "chance_p", "words"),
)
"""Columns of scores, in order."""
_TEXT = ("box", "factor", "title", "unit", "side", "words")


def limits(levels: Float, low: float, high: float) -> tuple[float, float]:
    """Limits of a box in a factor's own unit: midway between the last value inside and the next one outside.

    Args:
        levels: float64, the values sampled, rising.
        low: Lower bound in ranks.
        high: Upper bound in ranks.

    Returns:
        Limits, infinite where not restricted. A value on a limit lies inside: where two values are so close that
        nothing lies between them, the limit is the one inside.

    Example:
        >>> limits(np.array([0.0, 1.0, 2.0, 4.0]), 0.5, 2.5)
        (0.5, 3.0)
    """
    bottom, top = low, high
    if np.isfinite(low):
        first = int(np.floor(low)) + 1
        outer, inner = float(levels[first - 1]), float(levels[first])
        # Halved before they are added, so that huge values do not overflow.
        middle = outer / 2 + inner / 2
        bottom = middle if outer < middle <= inner else inner
    if np.isfinite(high):
        last = int(np.ceil(high)) - 1
        inner, outer = float(levels[last]), float(levels[last + 1])
        middle = inner / 2 + outer / 2
        top = middle if inner <= middle < outer else inner
    return float(bottom), float(top)


def box_table(cases: Cases, found: list[Found], titles: Mapping[str, str], units: Mapping[str, str]) -> pd.DataFrame:
    """Restrictions of boxes; see :attr:`sim.discovery.result.Discovery.boxes`.

    Args:
        cases: The cases.
        found: The boxes.
        titles: Factors as people read them, by name.
        units: Units by name.

    Returns:
        A row a box and factor that it restricts; a box's strongest restriction (least ``quasi_p``) first.
    """
    rows: list[dict[str, Any]] = []
    for number, each in enumerate(found, 1):
        some = each.box, cases.ranks, cases.interest, cases.group
        whole = quasi_p_values(*some, together=True)
        by_side = dict(zip(each.box.sides, quasi_p_values(*some), strict=True))
        own = []
        for at, p in zip(each.box.restricted.tolist(), whole, strict=True):
            low, high = limits(cases.levels[at], each.box.low[at], each.box.high[at])
            name = cases.names[at]
            least, most = float(cases.draws[:, at].min()), float(cases.draws[:, at].max())
            title = titles.get(name, name)
            own.append(
                {
                    "box": str(number),
                    "factor": name,
                    "title": title,
                    "unit": units.get(name, ""),
                    "low": low if np.isfinite(low) else least,
                    "high": high if np.isfinite(high) else most,
                    "sampled_low": least,
                    "sampled_high": most,
                    "side": "below" if np.isinf(low) else "above" if np.isinf(high) else "both",
                    "quasi_p": p,
                    "quasi_p_low": by_side.get((at, 0), np.nan),
                    "quasi_p_high": by_side.get((at, 1), np.nan),
                    "words": restriction(title, low, high, cases.levels[at]),
                }
            )
        rows += sorted(own, key=lambda row: row["quasi_p"])
    return _frame(rows, BOXES)


def score_table(cases: Cases, found: list[Found], held: Flags, words: list[str]) -> pd.DataFrame:
    """How good boxes are; see :attr:`sim.discovery.result.Discovery.scores`.

    Args:
        cases: The cases.
        found: The boxes.
        held: bool (case,), whether a case lies in any of the boxes found without its fold.
        words: Each in words.

    Returns:
        A row a box, and one for all of them where there are several.
    """
    rows: list[dict[str, Any]] = []
    earlier = np.zeros(len(cases), np.bool_)
    for number, (each, told) in enumerate(zip(found, words, strict=True), 1):
        inside = each.box.inside(cases.ranks)
        about = {"box": str(number), "restricted": len(each.box.restricted), "chance_p": each.chance, "words": told}
        rows.append(about | _scores(cases, inside, inside & ~earlier, each.held))
        earlier = earlier | inside
    if len(found) > 1:
        factors = {int(at) for each in found for at in each.box.restricted}
        about = {"box": "all", "restricted": len(factors), "chance_p": np.nan, "words": "any of the boxes"}
        rows.append(about | _scores(cases, earlier, earlier, held))
    return _frame(rows, SCORES)


def _scores(cases: Cases, inside: Flags, new: Flags, held: Flags) -> dict[str, float]:
    """Scores of a box."""
    interest, total, total_hits = cases.interest, len(cases), int(cases.interest.sum())
    n, hits, out = int(inside.sum()), int((inside & interest).sum()), int(held.sum())
    found = {
        "cases": n,
        "of_interest": hits,
        "mass": n / total,
        "coverage": hits / total_hits,
        "density": hits / n if n else np.nan,
        "new_coverage": int((new & interest).sum()) / total_hits,
        "score": float(score(np.array(n), np.array(hits), total, total_hits)),
        "held_out_mass": out / total,
    }
    for name, hit, among in (("coverage", held, interest), ("density", interest, held)):
        share = float(hit[among].mean()) if among.any() else np.nan
        low, high = wilson(share, worth(hit[among], cases.group[among]))
        found |= {f"held_out_{name}": share, f"held_out_{name}_low": low, f"held_out_{name}_high": high}
    return found


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows as a frame whose columns keep their kind where there are none."""
    table = pd.DataFrame(rows, columns=list(columns))
    whole = ("cases", "of_interest", "restricted")
    kinds = {name: "str" if name in _TEXT else "int64" if name in whole else "float64" for name in columns}
    return table.astype(kinds)
