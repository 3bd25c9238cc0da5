"""Checks the stored reference, or writes it anew: `python -m tests.reference [--update]`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tests.reference.pages import FOLDER, pages


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks or updates.

    Returns:
        Number of pages that are not what the declarations say; 0 after an update.
    """
    parser = argparse.ArgumentParser(description="Holds the pages of sim/reference against the declarations.")
    parser.add_argument("--update", action="store_true", help="write the pages anew")
    chosen = parser.parse_args(arguments)
    made = pages()
    stored = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    differ = 0
    for name in sorted({*made, *stored}):
        same = made.get(name) == stored.get(name)
        print(f"{name}: {'as stored' if same else 'differs'}")
        differ += not same
        if chosen.update and name in made:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / name).write_text(made[name], encoding="utf-8", newline="\n")
        elif chosen.update:
            (FOLDER / name).unlink()
    return 0 if chosen.update else differ


if __name__ == "__main__":
    raise SystemExit(min(main(), 1))
