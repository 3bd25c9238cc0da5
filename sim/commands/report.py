"""`sim report`: a result as one page for people who never run code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.report.terminal import answer, console

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder of results, as of `sim run` or `sim compare` with --out DIR.")
]


def report(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="The page; report.html in the folder by default.")
    ] = None,
    title: Annotated[str, typer.Option(help="Title of the page; that of the scenario by default.")] = "",
    question: Annotated[
        str, typer.Option(help="The question that the page answers; made of the arms by default.")
    ] = "",
    validation: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of `sim validate` with --out DIR, for the score beside the evidence; by default that of the "
            "shipped scenario that the result extends.",
        ),
    ] = None,
) -> None:
    """Write a result as one page of HTML, with its figures in it, to be mailed, opened anywhere and printed.

    \b
    Of any result:  sim report results
    Elsewhere:      sim report results --out page.html
    In your words:  sim report results --title "TITLE" --question "QUESTION"
    """  # noqa: D301
    # The function is named as in Python: `sim.report` is the package of tables and figures.
    from sim.report.brief.write import brief
    from sim.report.documents import brief_document

    made = brief(folder, out, title=title, question=question, validation=validation)
    answer(lambda: brief_document(made))
    for note in made.notes:
        typer.echo(note, err=True)
    console().print(f"Written to {made.path} ({made.size / 1e6:.1f} MB).", soft_wrap=True, highlight=False)
