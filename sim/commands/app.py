"""`sim app`: the dashboard in a browser."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sim.report.app.serve import check_installed, port_for, serve
from sim.report.terminal import manner


def app(
    scenario: Annotated[
        str, typer.Argument(help="Scenario to begin with: name of a shipped one (see `sim list`), or path of a file.")
    ] = "baseline",
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Port on this machine; by default the first free one from 8501 on."),
    ] = None,
) -> None:
    """Move levers of a scenario in a browser, run it both ways with the same luck, and take the results along.

    \b
    It listens on this machine only and sends nothing anywhere. Ctrl-C ends it.
    """  # noqa: D301
    check_installed()
    from sim.scenario.loading import load

    load(scenario)
    out, how = sys.stdout, manner()

    def ready(address: str) -> None:
        if how.json:
            import json

            print(json.dumps({"kind": "app", "address": address}), file=out, flush=True)
        elif not how.quiet:
            print(f"{address} has the app; Ctrl-C ends it.", file=out, flush=True)

    serve(scenario, port_for(port), ready)
