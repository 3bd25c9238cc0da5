"""`sim validate`: the model beside the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import Scenario, Set
from sim.report.bar import Bar
from sim.report.terminal import answer, console, say, show


def validate(
    scenario: Scenario = "baseline",
    ensemble: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|DIR|FILE.csv",
            help="Draws of the uncertain parameters, one a run; without it every run has the scenario's own values.",
        ),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="Runs, each with luck of its own and with its twin.")] = 40,
    seed: Annotated[int, typer.Option(min=0, max=2**62, help="First seed.")] = 1,
    fact: Annotated[
        list[str] | None,
        typer.Option(help="Fact, or role (fit, check, pattern) for all of a role; all by default. May be repeated."),
    ] = None,
    changes: Set = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes; as many as there are processors by default.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for runs and table; the same command goes on from what is there."),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the tables as Markdown.")] = False,
) -> None:
    """Hold a scenario against the evidence, fact by fact, beside three naive forecasts of the same facts.

    \b
    The baseline, calibrated:  sim validate baseline --ensemble baseline
    Luck alone:                sim validate baseline
    One fact:                  sim validate baseline --fact D02
    """  # noqa: D301
    with Bar("runs") as bar:
        from sim.observables.reading import COMPARED
        from sim.report.documents import validation_document
        from sim.report.validation import validation_markdown, validation_tables
        from sim.scenario.loading import parse_changes
        from sim.validation.validate import validate as validate_

        found = validate_(
            scenario, ensemble=ensemble, runs=runs, seed=seed, evidence=fact or COMPARED,
            changes=parse_changes(changes or ()), workers=workers, progress=bar.update, told=bar.say, out=out,
        )  # fmt: skip
    if markdown:
        say(validation_markdown(found.table, found.scores))
    else:
        show(validation_tables(found), console())
    answer(lambda: validation_document(found))
    if out is not None:
        found.save(out)
        say(f"Written to {out}.")
