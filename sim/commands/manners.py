"""What all commands have in common: how they talk, and what they say when something goes wrong."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from sim.commands.options import INTERRUPTED
from sim.report.terminal import answer, talking

BAD_INPUT = 2
"""Exit code where the user has something to correct."""

_NOTHING = "Stopped before the first run was finished; nothing was saved."
_GOES_ON = "Stopped; the same command goes on from what is there."
STOPPED = {
    "run": _NOTHING,
    "compare": _NOTHING,
    "calibrate": _GOES_ON,
    "sweep": _GOES_ON,
}
"""What a command says when it was stopped before it had anything to show."""

Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but what goes wrong; no progress either.")]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document in place of tables, and what is wrong as JSON too.")
]


def mannered(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options `--json` and `--quiet`, and turns what can go wrong into a message and an exit code.

    Args:
        command: A command, which prints by :mod:`sim.report.terminal`.

    Returns:
        The same with these options.
    """

    @functools.wraps(command)
    def wrapper(*args: Any, quiet: bool = False, json: bool = False, **kwargs: Any) -> None:
        with talking(quiet, json):
            _told(command, *args, **kwargs)

    # Typer reads the signature and the annotations.
    own = inspect.signature(command, eval_str=True)
    word = inspect.Parameter.KEYWORD_ONLY
    more = [inspect.Parameter(name, word, default=False, annotation=kind) for name, kind in _OPTIONS.items()]
    signature = own.replace(parameters=[*own.parameters.values(), *more])
    wrapper.__signature__ = signature  # type: ignore[attr-defined]
    wrapper.__annotations__ = {each.name: each.annotation for each in signature.parameters.values()}
    return wrapper


_OPTIONS = {"quiet": Quiet, "json": Json}


def _told(command: Callable[..., None], *args: Any, **kwargs: Any) -> None:
    """Runs a command; what goes wrong by a user's doing becomes a message and an exit code."""
    from sim.declare.errors import ScenarioError

    try:
        command(*args, **kwargs)
    except ScenarioError as error:
        wrong = error

        def document() -> dict[str, Any]:
            from sim.report.documents import errors_document

            return errors_document(wrong)

        answer(document)
        _fail(str(error))
    except KeyboardInterrupt:
        typer.echo(STOPPED.get(command.__name__, "Stopped."), err=True)
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        if not isinstance(error, _expected()):
            raise
        message = str(error)
        answer(lambda: {"kind": "errors", "errors": [{"message": message}]})
        _fail(message)


def _expected() -> tuple[type[Exception], ...]:
    """Errors that are a user's to correct. Imported here, since they bring pandas."""
    from sim.calibration.plan import CalibrationError
    from sim.discovery.errors import DiscoveryError
    from sim.experiments.arms import ArmError
    from sim.experiments.ensemble import EnsembleError
    from sim.experiments.kept import TraceError
    from sim.experiments.opening import OpenError
    from sim.experiments.precision import TargetError
    from sim.experiments.store import OutputError
    from sim.indices.errors import SensitivityError
    from sim.report.app.serve import AppError
    from sim.report.brief.score import ScoreError
    from sim.sweeps.errors import SweepError

    return (
        AppError, ArmError, CalibrationError, DiscoveryError, EnsembleError, OpenError, OutputError, ScoreError,
        SensitivityError, SweepError, TargetError, TraceError,
    )  # fmt: skip


def _fail(message: str) -> None:
    """Ends with a message for bad input."""
    typer.echo(message, err=True)
    raise typer.Exit(BAD_INPUT)
