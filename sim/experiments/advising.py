"""How many runs intervals need to be as narrow as asked."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.experiments.comparison import CompareResult
from sim.experiments.precision import Target, TargetError, runs_needed


def advise(result: CompareResult, wanted: Iterable[Target], made: int) -> tuple[int, list[str]]:
    """Predicts how many runs intervals need.

    Args:
        result: The runs so far.
        wanted: Intervals that are to be narrow.
        made: Runs made.

    Returns:
        Runs needed in all (``made`` where there are enough), and a sentence an interval.

    Raises:
        TargetError: If a target is about something that the runs do not have.
    """
    most, sentences = made, []
    for target in wanted:
        try:
            half, n = result.half_width(target)
        except KeyError:
            raise TargetError(f"{target.measure} has no value for {target.side!r} as a whole; name a side") from None
        if not math.isfinite(half):
            needed, known = 2 * made, f"its difference is defined in {n} of {made} runs, too few for an interval"
        else:
            # Pairs in which a value is undefined do not narrow an interval: as many more will be needed.
            needed = math.ceil(runs_needed(half, n, target.width) * made / n)
            known = f"known to ±{half:.3g} with {made} runs"
        if half <= target.width:
            sentences.append(f"{target}: {known}, as asked (±{target.width:g}).")
        else:
            needed = max(needed, made + 1)
            told = f"about {needed} are needed" if math.isfinite(half) else "more are tried"
            sentences.append(f"{target}: {known}; for ±{target.width:g} {told}.")
            most = max(most, needed)
    return most, sentences
