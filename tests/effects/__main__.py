"""Makes the effect table: `python -m tests.effects [small|baseline] [--seeds 30] [--kind KIND] [--update]`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tests.effects.page import SEEDS, WINDOWS, found, table, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table, or writes it into `scenarios/README.md`.

    Returns:
        Number of outcomes that did not move as they should, and of rows that moved what they must not.
    """
    parser = argparse.ArgumentParser(description="What each kind of policy and of evasion does when it alone is on.")
    parser.add_argument("scenario", nargs="?", default="small", choices=list(WINDOWS))
    parser.add_argument("--seeds", type=int, default=SEEDS, help="paired seeds; few show little")
    parser.add_argument("--kind", action="append", default=[], help="only this kind; several by giving it again")
    parser.add_argument("--update", action="store_true", help="write it into scenarios/README.md")
    chosen = parser.parse_args(arguments)
    results = found(chosen.scenario, chosen.seeds, chosen.kind)
    print(table(chosen.scenario, results))
    wrong = 0
    for each in results:
        for outcome, sign in each.row.moves.items():
            if each.moved(outcome) == 0 or (sign and each.moved(outcome) != sign):
                wrong += 1
                way = {1: "up", -1: "down", 0: "one way or the other"}[sign]
                print(
                    f"{each.row.kind}: {outcome} should move {way}, and moves by {each.difference[outcome]:.4g} "
                    f"± {each.half[outcome]:.4g} (95% interval over {chosen.seeds} paired seeds)"
                )
        if each.still != 0.0:
            wrong += 1
            print(f"{each.row.kind}: it acts where it must not, by {each.still:g}")
    if chosen.update and not chosen.kind:
        write(chosen.scenario, table(chosen.scenario, results))
    return wrong


if __name__ == "__main__":
    raise SystemExit(main())
