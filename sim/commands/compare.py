"""`sim compare`: scenarios with the same luck."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import INTERRUPTED, Draws, Seed, Versus, Workers
from sim.report.bar import Bar
from sim.report.terminal import answer, console, show


def compare(
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIO...", help="Scenarios; each is an arm, the first the reference.")
    ],
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Add one more arm: the scenario with this value. Repeated, one arm with all of these values.",
        ),
    ] = None,
    arm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME:PATH=VALUE",
            help="Add one more arm NAME: the first scenario with this value; or NAME:SCENARIO. Repeat it with another "
            "NAME for another arm, with the same NAME for another value.",
        ),
    ] = None,
    everywhere: Annotated[
        list[str] | None,
        typer.Option("--all", metavar="PATH=VALUE", help="Change a value in all arms. May be repeated."),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, max=1_000_000, help="Number of seeds; every arm is run with each.")] = 50,
    seed: Seed = 1,
    until: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE:SIDE<WIDTH",
            help="Add runs until the 90% interval of the difference is known to ± WIDTH, in the measure's unit (shares "
            "as 0.02). At least 20 runs are made first. May be repeated.",
        ),
    ] = None,
    max_runs: Annotated[int, typer.Option(min=1, max=1_000_000, help="Most seeds with --until.")] = 1000,
    parts: Annotated[
        int,
        typer.Option(min=0, help="Seeds with which each policy is also left out, to find its part; 0 for none."),
    ] = 1,
    luck_runs: Annotated[
        int,
        typer.Option(min=0, help="Runs of each arm in the world of the first seed, with other luck."),
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for results; finished seeds stay, the same command goes on from them."
        ),
    ] = None,
    versus: Versus = None,
    ensemble: Draws = None,
    workers: Workers = None,
) -> None:
    """Compare scenarios over the same seeds, and print how they differ.

    \b
    One value changed:  sim compare baseline --set policies.ID.intensity=0.5
    Two policies off:   sim compare baseline --arm a:policies.A.enabled=false --arm b:policies.B.enabled=false
    Two scenarios:      sim compare baseline mine.toml
    As sharp as asked:  sim compare baseline mine.toml --until "denied:SIDE<0.02"
    """  # noqa: D301
    # The imports take seconds: the bar is there before them.
    with Bar() as bar:
        from sim.experiments.arms import typed
        from sim.experiments.compare import compare as compare_
        from sim.experiments.precision import parse_target
        from sim.report.comparison import compare_tables
        from sim.report.documents import compare_document
        from sim.report.tables import print_warnings
        from sim.scenario.loading import parse_changes

        targets = [parse_target(text) for text in until or ()]
        result = compare_(
            typed(scenarios, changes, arm),
            runs=runs,
            seed=seed,
            changes=parse_changes(everywhere or ()),
            versus=versus or None,
            ensemble=ensemble,
            workers=workers,
            parts=parts,
            luck_runs=luck_runs,
            precision=targets,
            max_runs=max_runs,
            progress=bar.update,
            told=bar.say,
            out=out,
        )
    screen = console()
    show(compare_tables(result), screen)
    print_warnings(result, screen)
    answer(lambda: compare_document(result))
    if out is not None:
        screen.print(f"Written to {out}.", soft_wrap=True, highlight=False)
    if result.interrupted:
        saved = f"saved in {out}; the same command goes on" if out is not None else "not saved: no --out was given"
        typer.echo(f"Stopped: {len(result.seeds)} seeds finished, {saved}.", err=True)
        raise typer.Exit(INTERRUPTED)
