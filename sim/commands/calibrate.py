"""`sim calibrate`: draws of the uncertain parameters that agree with the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import Scenario, Set
from sim.report.bar import Bar
from sim.report.terminal import answer, console, say, show


def calibrate(
    scenario: Scenario,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder for results; the same command goes on from what is there.")
    ],
    fact: Annotated[
        list[str] | None,
        typer.Option(help="Fact to fit; by default all whose role is fit. May be repeated."),
    ] = None,
    over: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Entry of [uncertain] to draw; all by default. May be repeated."),
    ] = None,
    wave: Annotated[
        list[int] | None,
        typer.Option(min=2, help="Draws of a wave, repeated for each wave; 1000, 700, 700 by default."),
    ] = None,
    size: Annotated[int, typer.Option(min=1, help="Draws of the ensemble.")] = 200,
    seed: Annotated[int, typer.Option(min=0, max=2**40, help="Seed of draws, chains and luck.")] = 1,
    changes: Set = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes; as many as there are processors by default.")
    ] = None,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers do the work instead.")
    ] = None,
) -> None:
    """Find draws of the uncertain parameters that agree with the evidence, and what the evidence cannot tell apart.

    The ensemble it writes is used by run, compare and validate with --ensemble DIR. After Ctrl-C, a crash or a full
    disk the same command goes on.
    """
    with Bar("runs") as bar:
        from sim.calibration.calibrate import WAVES
        from sim.calibration.calibrate import calibrate as calibrate_
        from sim.report.calibration import calibration_tables
        from sim.report.documents import calibration_document
        from sim.scenario.loading import parse_changes

        found = calibrate_(
            scenario, out=out, evidence=fact or ("fit",), over=over or None, changes=parse_changes(changes or ()),
            waves=wave or WAVES, size=size, seed=seed, workers=workers, dask=dask, progress=bar.update, told=bar.say,
        )  # fmt: skip
    show(calibration_tables(found), console())
    answer(lambda: calibration_document(found))
    say(f"Written to {out}.")
