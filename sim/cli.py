"""The command line: a thin layer over the functions of the same names."""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer

from sim.commands.calibrate import calibrate
from sim.commands.discover import discover
from sim.commands.evidence import evidence
from sim.commands.recover import recover
from sim.commands.report import report
from sim.commands.sensitivity import sensitivity
from sim.commands.sweep import sweep
from sim.commands.trace import trace
from sim.commands.validate import validate
from sim.report.bar import Bar
from sim.report.terminal import console as _console
from sim.report.terminal import show as _show

if TYPE_CHECKING:
    from rich.console import Console

    from sim.experiments.results import RunResult

P = ParamSpec("P")
BAD_INPUT = 2
"""Exit code where the user has something to correct."""
INTERRUPTED = 130
"""Exit code after Ctrl-C."""

_NOTHING = "Stopped before the first run was finished; nothing was saved."
_GOES_ON = "Stopped; the same command goes on from what is there."
STOPPED = {
    "run": _NOTHING,
    "compare": _NOTHING,
    "calibrate": "Stopped; the same command goes on from what is there.",
    "sweep": _GOES_ON,
}
"""What a command says when it was stopped before it had anything to show."""

app = typer.Typer(
    name="sim",
    help="Simulates how sanctioned drones reach the sides of a war, and what restrictions deny them.",
    pretty_exceptions_enable=False,
    add_completion=False,
)


class Ledger(StrEnum):
    """Which runs keep their true ledger."""

    first = "first"
    all = "all"
    none = "none"


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


def main() -> None:
    """Entry point of the command `sim`."""
    app()


def _told(command: Callable[P, None]) -> Callable[P, None]:
    """Turns what can go wrong by a user's doing into a message and an exit code."""

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        from sim.declare.errors import ScenarioError

        try:
            command(*args, **kwargs)
        except ScenarioError as error:
            _fail(str(error))
        except KeyboardInterrupt:
            typer.echo(STOPPED.get(command.__name__, "Stopped."), err=True)
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            # Imported here, since they bring pandas.
            from sim.calibration.plan import CalibrationError
            from sim.discovery.errors import DiscoveryError
            from sim.experiments.arms import ArmError
            from sim.experiments.ensemble import EnsembleError
            from sim.experiments.kept import TraceError
            from sim.experiments.opening import OpenError
            from sim.experiments.precision import TargetError
            from sim.experiments.store import OutputError
            from sim.indices.errors import SensitivityError
            from sim.report.brief.score import ScoreError
            from sim.sweeps.errors import SweepError

            expected = (
                ArmError
                | TargetError
                | TraceError
                | OpenError
                | ScoreError
                | OutputError
                | SweepError
                | SensitivityError
                | DiscoveryError
                | EnsembleError
                | CalibrationError
            )
            if not isinstance(error, expected):
                raise
            _fail(str(error))

    return wrapper


def _fail(message: str) -> None:
    """Ends with a message for bad input."""
    typer.echo(message, err=True)
    raise typer.Exit(BAD_INPUT)


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


@app.command()
@_told
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
    console = _console()
    # The imports take seconds: the bar is there before them.
    with Bar() as bar:
        from sim.experiments.run import run as run_
        from sim.report.tables import print_warnings
        from sim.scenario.loading import parse_changes

        def first(result: RunResult) -> None:
            with bar.aside():
                _print(result, console)
                if runs > 1:
                    told = f"The first of {runs} runs. The others go on; Ctrl-C keeps what is finished.\n"
                    console.print(told, style="dim")

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
        _print(result, console)
    print_warnings(result, console)
    if out is not None:
        console.print(f"Written to {out}.", soft_wrap=True, highlight=False)
    if result.interrupted:
        saved = f"saved in {out}" if out is not None else "not saved: no --out was given"
        typer.echo(f"Stopped: {len(result.seeds)} of {runs} runs finished, {saved}.", err=True)
        raise typer.Exit(INTERRUPTED)


@app.command()
@_told
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
    console = _console()
    _show(compare_tables(result), console)
    print_warnings(result, console)
    if out is not None:
        console.print(f"Written to {out}.", soft_wrap=True, highlight=False)
    if result.interrupted:
        saved = f"saved in {out}; the same command goes on" if out is not None else "not saved: no --out was given"
        typer.echo(f"Stopped: {len(result.seeds)} seeds finished, {saved}.", err=True)
        raise typer.Exit(INTERRUPTED)


app.command()(_told(trace))
app.command()(_told(report))
app.command()(_told(sweep))
app.command()(_told(sensitivity))
app.command()(_told(discover))
app.command()(_told(calibrate))
app.command()(_told(validate))
app.command()(_told(recover))


@app.command()
@_told
def check(scenario: Scenario, changes: Set = None) -> None:
    """Check a scenario, and print all that is wrong with it, and warnings of what can hardly be meant."""
    from sim.scenario.advice import summary
    from sim.scenario.loading import load, parse_changes

    typer.echo(summary(load(scenario, parse_changes(changes or ()))))


@app.command()
@_told
def schema(
    path: Annotated[
        str,
        typer.Argument(
            metavar="[SECTION[.KIND][.KEY]]",
            help="What to print as text, such as market, policies.inspection or groups.buyer.demand; "
            "or measures, or measures.denied, for what the measures of a result are.",
        ),
    ] = "",
) -> None:
    """Print the format of a scenario file, as JSON Schema for editors or a part as text; or what the measures are."""
    if path.split(".")[0] == "measures":
        from sim.report.definitions import definitions_text

        typer.echo(definitions_text(path))
        return
    if path:
        from sim.scenario.reference import reference

        typer.echo(reference(path))
        return
    import json

    from sim.scenario.schema import schema as schema_

    typer.echo(json.dumps(schema_(), indent=2, ensure_ascii=False))


@app.command(name="list")
@_told
def list_() -> None:
    """List the scenarios that come with the package."""
    import tomllib

    from rich.table import Table

    from sim.scenario.shipped import shipped

    table = Table(box=None, pad_edge=False, show_header=False)
    for name, path in shipped().items():
        with path.open("rb") as file:
            title = tomllib.load(file).get("title", "")
        table.add_row(name, title)
    _console().print(table)


app.command()(_told(evidence))


def _print(result: RunResult, console: Console) -> None:
    """Prints the tables of a result."""
    from sim.report.tables import tables

    _show(tables(result), console)
