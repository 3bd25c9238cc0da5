"""`sim run`: a scenario beside its twin."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.options import INTERRUPTED, Draws, Scenario, Seed, Set, Versus, Workers
from sim.report.bar import Bar
from sim.report.terminal import answer, console, show

if TYPE_CHECKING:
    from rich.console import Console

    from sim.experiments.results import RunResult


class Ledger(StrEnum):
    """Which runs keep their true ledger."""

    first = "first"
    all = "all"
    none = "none"


def run(
    scenario: Scenario,
    seed: Seed = 1,
    runs: Annotated[int, typer.Option(min=1, max=1_000_000, help="Number of runs, each with its twin.")] = 20,
    changes: Set = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for tables (Parquet), figures and manifest; nothing is written without it."
        ),
    ] = None,
    ledger: Annotated[Ledger, typer.Option(help="Which runs keep their true ledger.")] = Ledger.first,
    versus: Versus = None,
    ensemble: Draws = None,
    workers: Workers = None,
    quick: Annotated[bool, typer.Option("--quick", help="Do not look for policies that changed nothing.")] = False,
) -> None:
    """Run a scenario and its twin without the policies, and print what reached each side."""
    screen = console()
    # The imports take seconds: the bar is there before them.
    with Bar() as bar:
        from sim.experiments.run import run as run_
        from sim.report.documents import run_document
        from sim.report.tables import print_warnings
        from sim.scenario.loading import parse_changes

        def first(result: RunResult) -> None:
            with bar.aside():
                _print(result, screen)
                if runs > 1:
                    told = f"The first of {runs} runs. The others go on; Ctrl-C keeps what is finished.\n"
                    screen.print(told, style="dim")

        result = run_(
            scenario,
            seed=seed,
            runs=runs,
            changes=parse_changes(changes or ()),
            versus=versus or None,
            ensemble=ensemble,
            ledger=ledger.value,
            workers=workers,
            check_policies=not quick,
            progress=bar.update,
            first=first,
            out=out,
        )
    if len(result.seeds) > 1 or (runs == 1 and not result.seeds):
        _print(result, screen)
    print_warnings(result, screen)
    answer(lambda: run_document(result))
    if out is not None:
        screen.print(f"Written to {out}.", soft_wrap=True, highlight=False)
    if result.interrupted:
        saved = f"saved in {out}" if out is not None else "not saved: no --out was given"
        typer.echo(f"Stopped: {len(result.seeds)} of {runs} runs finished, {saved}.", err=True)
        raise typer.Exit(INTERRUPTED)


def _print(result: RunResult, screen: Console) -> None:
    """Prints the tables of a result."""
    from sim.report.tables import tables

    show(tables(result), screen)
