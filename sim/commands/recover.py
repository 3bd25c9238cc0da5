"""`sim recover`: which parameters come back from the customs ledgers of known truths."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.report.bar import Bar
from sim.report.terminal import answer, console, say, show


def recover(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of a calibration, as of `sim calibrate ... --out DIR`.")
    ],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder for results; the same command goes on from what is there.")
    ],
    truths: Annotated[int, typer.Option(min=2, help="Truths that are hidden.")] = 24,
    draws: Annotated[int, typer.Option(min=2, help="Draws of the second wave of each truth.")] = 60,
    fact: Annotated[
        list[str] | None,
        typer.Option(help="Fact kept of each truth; the customs figures fitted by default. May be repeated."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**30, help="Seed of truths, errors, chains and luck.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes; as many as there are processors by default.")
    ] = None,
) -> None:
    """Hide known parameters, keep only what customs would have recorded, and see which parameters come back.

    Says how often 90% intervals hold the truth, and what official figures can never tell apart.
    """
    with Bar("runs") as bar:
        from sim.calibration.recover import recover as recover_
        from sim.report.calibration import recovery_tables
        from sim.report.documents import recovery_document

        found = recover_(
            folder, truths=truths, draws=draws, evidence=fact or None, seed=seed, workers=workers,
            progress=bar.update, told=bar.say, out=out,
        )  # fmt: skip
        found.save(out)
    show(recovery_tables(found), console())
    answer(lambda: recovery_document(found))
    say(f"Written to {out}.")
