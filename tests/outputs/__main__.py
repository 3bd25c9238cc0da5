"""Checks the stored outputs of the shipped scenarios, or writes them anew: `python -m tests.outputs [--update]`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from sim.scenario.shipped import shipped
from tests.outputs.stored import FOLDER, changes, output, path_of, read, text


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks or updates.

    Returns:
        Number of scenarios whose outputs are not what was stored; 0 after an update.
    """
    parser = argparse.ArgumentParser(description="Holds the shipped scenarios against their stored outputs.")
    parser.add_argument("scenarios", nargs="*", metavar="NAME", help="scenarios; all by default")
    parser.add_argument("--update", action="store_true", help="store what the runs give now")
    chosen = parser.parse_args(arguments)
    known = list(shipped())
    if unknown := sorted(set(chosen.scenarios) - set(known)):
        parser.error(f"there is no scenario {unknown[0]!r}; there are {', '.join(known)}")
    differ = 0
    for name in chosen.scenarios or known:
        found = output(name)
        different = changes(read(path_of(name)), found)
        print(f"{name}: {f'{len(different)} values differ' if different else 'as stored'}")
        print(*(f"  {change}" for change in different), sep="\n", end="\n" if different else "")
        if chosen.update:
            path_of(name).write_text(text(found), encoding="utf-8", newline="\n")
        differ += bool(different)
    if not chosen.update:
        return differ
    if not chosen.scenarios:
        for path in sorted(FOLDER.glob("*.csv")):
            if path.stem not in known:
                path.unlink()
                print(f"{path.stem}: removed, there is no such scenario")
    return 0


if __name__ == "__main__":
    raise SystemExit(min(main(), 1))
