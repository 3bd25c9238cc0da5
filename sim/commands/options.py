"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

INTERRUPTED = 130
"""Exit code after Ctrl-C."""

Scenario = Annotated[str, typer.Argument(help="Name of a shipped scenario (see `sim list`), or path of a .toml file.")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change a value of the scenario by its dotted path. May be repeated."
    ),
]

Seed = Annotated[int, typer.Option(min=0, max=2**62, help="First seed; further runs have the seeds that follow.")]
Versus = Annotated[
    list[str] | None,
    typer.Option(metavar="POLICY", help="Policy that the twin lacks; all of them by default. May be repeated."),
]
Draws = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|DIR|FILE.csv", help="Draws of the uncertain parameters, one a run, as of `sim calibrate`."
    ),
]
Workers = Annotated[
    int | None, typer.Option(min=1, max=1024, help="Threads; as many as there are processors by default.")
]
