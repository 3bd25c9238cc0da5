"""`sim sensitivity`: what outcomes of a sweep depend on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.report.terminal import answer, console, show

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep, as of `sim sweep SCENARIO --out DIR`.")]


def sensitivity(
    folder: Folder,
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE:SIDE",
            help="Outcome, such as denied:SIDE or listings; may be repeated. By default leakage and denied share of "
            "each side that is not civil.",
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(help="sobol, morris, delta or pawn; by default what suits the design of the sweep."),
    ] = None,
    resamples: Annotated[
        int, typer.Option(min=20, max=100_000, help="Bootstrap resamples of Sobol indices; other methods make 100.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the resamples.")] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write tables, sentences and figures to a folder.")
    ] = None,
) -> None:
    """Show which parameters the outcomes of a sweep depend on, with intervals, and how much of them is luck.

    \b
    Shares of variance:  sim sweep SCENARIO --design sobol --n 256 --out sweep; sim sensitivity sweep
    A first screening:   sim sweep SCENARIO --design morris --n 20 --out sweep; sim sensitivity sweep
    From any sample:     sim sweep SCENARIO --design lhs --n 1000 --out sweep; sim sensitivity sweep
    """  # noqa: D301
    from sim.indices.analysis import sensitivity as sensitivity_
    from sim.report.documents import sensitivity_document
    from sim.report.sensitivity import sensitivity_tables

    found = sensitivity_(folder, outcome or None, method=method, resamples=resamples, seed=seed, out=out)
    screen = console()
    show(sensitivity_tables(found), screen)
    answer(lambda: sensitivity_document(found))
    if out is not None:
        screen.print(f"Written to {out}.", soft_wrap=True, highlight=False)
