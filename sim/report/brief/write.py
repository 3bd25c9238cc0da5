"""`brief`: writes a result as one page of HTML that needs nothing else."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from sim.experiments import store
from sim.experiments.comparison import CompareResult
from sim.experiments.opening import OpenedComparison, OpenedRun, open_result
from sim.experiments.results import RunResult
from sim.report.brief import arms as arms_
from sim.report.brief import caveats, headline, levers, making
from sim.report.brief.answer import answer, question
from sim.report.brief.figures import pictures
from sim.report.brief.score import score

Source = str | os.PathLike[str] | RunResult | CompareResult
"""What a report can be of: a folder of results, or a result."""
PAGE = "report.html"
"""Name of the file in the folder of results, unless told otherwise."""


@dataclass(frozen=True)
class Brief:
    """A report that was written.

    Attributes:
        path: The file.
        size: Its size, bytes.
        notes: What could not be shown, in sentences.
    """

    path: Path
    size: int
    notes: tuple[str, ...]


def brief(
    source: Source,
    out: str | os.PathLike[str] | None = None,
    *,
    title: str = "",
    question: str = "",
    validation: str | os.PathLike[str] | None = None,
) -> Brief:
    """Writes a result as one page of HTML, for people who never run code.

    The page holds its figures and needs no network; it can be mailed, opened anywhere, and printed. The command is
    `sim report`. The function has another name, since :mod:`sim.report` is the package that makes tables and figures.

    Args:
        source: A folder that `sim run --out` or `sim compare --out` wrote, or a result.
        out: Where to; `report.html` in the folder by default. A file there is written over.
        title: Title of the page; made of that of the scenario by default.
        question: The question that it answers; by default one is made of the arms.
        validation: A folder that `sim validate --out` wrote, for the score beside the evidence; by default the stored
            validation of the shipped scenario that the result extends, where it does.

    Returns:
        The file, its size, and what could not be shown.

    Raises:
        OpenError: If the folder holds no result, or one that was not written to the end.
        ScoreError: If the folder of the validation holds none.
        OutputError: If the page cannot be written.
        ValueError: If the result has no finished run, or there is no folder and no ``out``.

    Example:
        >>> import sim, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     result = sim.run("small", runs=2, check_policies=False)
        ...     brief(result, f"{folder}/page.html").size < 3_000_000
        True
    """
    result = source if isinstance(source, RunResult | CompareResult) else open_result(source)
    if not result.seeds:
        raise ValueError(f"{result!r} has no finished run; there is nothing to report")
    path = _place(result, out)
    text, notes = page(result, title=title, asked=question, validation=None if validation is None else Path(validation))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        store.write_text(text, path)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise store.OutputError(f"{path} cannot be written: {why}; give another place with --out") from error
    return Brief(path, len(text.encode("utf-8")), tuple(notes))


def page(
    result: RunResult | CompareResult, *, title: str = "", asked: str = "", validation: Path | None = None
) -> tuple[str, list[str]]:
    """The page as text: the same for the same result.

    Args:
        result: The result.
        title: As in :func:`brief`.
        asked: The question.
        validation: As in :func:`brief`.

    Returns:
        HTML, and what could not be shown.
    """
    arms = arms_.arms_of(result)
    of = score(arms, validation)
    figures, missing = pictures(result)
    manifest = _manifest(result)
    drawn = {arm.name: making.resolved(arm.scenario) for arm in arms}
    text = (
        _environment()
        .get_template("report.html")
        .render(
            title=title or (arms[0].title if len(arms) == 1 else f"{arms[0].title}: a comparison"),
            question=asked or question(result, arms),
            answer=answer(result, arms),
            compared=isinstance(result, CompareResult),
            arms=arms,
            told=arms_.told,
            sides=arms_.sides_of(arms),
            period=_period(result),
            runs=len(result.seeds),
            headline=headline.headline(result, arms),
            intervals=headline.intervals_told(result),
            pictures=figures,
            missing=missing,
            levers=levers.levers(result, arms),
            levers_told=levers.told(result),
            parts=isinstance(result, CompareResult) and len(result.parts) > 0,
            warnings=caveats.of_the_result(result, arms),
            parameters=caveats.of_the_parameters(result, arms),
            never=caveats.NEVER,
            score=of,
            command=making.command(result),
            made_by=making.made_by(manifest),
            seeds=result.seeds,
            manifest=manifest,
            scenarios=drawn,
        )
    )
    return text, missing


def _environment() -> Environment:
    """Templates; what a result says is escaped wherever it stands."""
    found = Environment(
        loader=PackageLoader("sim.report.brief"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters["coded"] = _coded
    return found


def _coded(text: str) -> Markup:
    """A sentence in which what stands between backticks is shown as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _place(result: RunResult | CompareResult, out: str | os.PathLike[str] | None) -> Path:
    """Where the page goes."""
    if out is not None:
        path = Path(out)
        return path / PAGE if path.is_dir() else path
    if isinstance(result, OpenedRun | OpenedComparison):
        return result.folder / PAGE
    raise ValueError("the result is in memory: say where the page goes, such as out='report.html'")


def _manifest(result: RunResult | CompareResult) -> dict[str, Any]:
    """What the manifest says; of a result in memory the versions only."""
    if isinstance(result, OpenedRun | OpenedComparison) and result.manifest is not None:
        return {"command": [], "versions": {}, "code": "", "created": "", "platform": "", **result.manifest}
    return {"command": [], "versions": store.versions(), "code": store.code(), "created": "", "platform": ""}


def _period(result: RunResult | CompareResult) -> str:
    """The days that most measures are about."""
    return str(result.measures["window"].mode().iloc[0]).replace("..", " to ")
