"""The command line: a thin layer over the functions of the same names."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.commands.app import app as app_
from sim.commands.calibrate import calibrate
from sim.commands.check import check
from sim.commands.compare import compare
from sim.commands.discover import discover
from sim.commands.evidence import evidence
from sim.commands.manners import mannered
from sim.commands.recover import recover
from sim.commands.report import report
from sim.commands.run import run
from sim.commands.scenarios import list_
from sim.commands.schema import schema
from sim.commands.sensitivity import sensitivity
from sim.commands.sweep import sweep
from sim.commands.trace import trace
from sim.commands.validate import validate

app = typer.Typer(
    name="sim",
    help="Simulates how sanctioned drones reach the sides of a war, and what restrictions deny them.",
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Entry point of the command `sim`."""
    app()


@app.callback(invoke_without_command=True)
def help_first(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Prints the version, or help where no command is given."""
    if version:
        from sim import __version__

        typer.echo(f"sim {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command()(mannered(run))
app.command()(mannered(compare))
app.command()(mannered(trace))
app.command()(mannered(report))
app.command()(mannered(sweep))
app.command()(mannered(sensitivity))
app.command()(mannered(discover))
app.command()(mannered(calibrate))
app.command()(mannered(validate))
app.command()(mannered(recover))
app.command()(mannered(check))
app.command()(mannered(schema))
app.command(name="app")(mannered(app_))
app.command(name="list")(mannered(list_))
app.command()(mannered(evidence))
