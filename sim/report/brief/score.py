"""How the model stands beside the evidence, as a report tells it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.declare.carried import carried
from sim.experiments import store
from sim.experiments.ensemble import FOLDER
from sim.report.brief.arms import Arm
from sim.report.brief.caveats import calibrated
from sim.report.validation import TITLES, rows, summary
from sim.scenario.differing import differing
from sim.scenario.loading import load
from sim.scenario.model import Scenario

WORDS = ("fact", "role", "text", "unit", "bound", "why", "missing", "reason")
"""Columns of a validation that hold words."""
STORED = "validation"
"""Folder of a shipped ensemble that holds its validation."""


class ScoreError(ValueError):
    """A folder that holds no validation."""


@dataclass(frozen=True)
class Missed:
    """A fact that the model does not reach.

    Attributes:
        fact: Its id.
        role: What it was used for.
        text: What was observed, with its unit.
        evidence: The number observed.
        median: The model's median.
        interval: The 90% interval of the model's runs.
        near: Whether the median is within a factor of two.
        missing: The mechanism that is missing, where that is known.
    """

    fact: str
    role: str
    text: str
    evidence: str
    median: str
    interval: str
    near: bool
    missing: str


@dataclass(frozen=True)
class Score:
    """The score of a validation.

    Attributes:
        whose: Whose it is, in a sentence.
        told: What it comes to, in sentences.
        missed: Facts outside the interval.
    """

    whose: str
    told: list[str]
    missed: list[Missed]


def score(arms: list[Arm], folder: Path | None) -> Score | None:
    """The score to show.

    Args:
        arms: Arms of the result.
        folder: What `sim validate --out` wrote; by default the stored validation of the shipped ensemble that was
            calibrated for the first arm's scenario, or for one that it extends.

    Returns:
        The score; None where there is none.

    Raises:
        ScoreError: If the folder holds no validation.
    """
    if folder is not None:
        return _read(
            folder, f"This is the score of the validation in {folder.name}, which was given beside the result."
        )
    scenario = arms[0].scenario
    name, _ = calibrated(scenario)
    path = carried("seeds") / FOLDER / name / STORED
    if not name or not path.is_dir():
        return None
    return _read(path, _whose(name, scenario))


def _whose(name: str, scenario: Scenario) -> str:
    """Whose score the stored one is."""
    changes = differing(load(name), scenario)
    count = f"{len(changes)} value{'s' if len(changes) > 1 else ''}"
    same = f"What is shown here differs from it in {count}" if changes else "What is shown here has the same values"
    return (
        f"This is the score of the shipped scenario “{name}” with its calibrated ensemble, not of the runs shown here. "
        f"{same}."
    )


def _read(folder: Path, whose: str) -> Score:
    """Reads a validation."""
    wanted = "give a folder that `sim validate ... --out DIR` wrote"
    if not folder.is_dir():
        raise ScoreError(f"{folder} is {'a file' if folder.exists() else 'not there'}; {wanted}")
    try:
        facts, scores = (store.read_table(folder / f"{table}.csv", WORDS) for table in ("facts", "scores"))
        return Score(whose, summary(scores), _missed(facts))
    except FileNotFoundError as error:
        raise ScoreError(f"{folder} holds no validation: there is no {Path(error.filename).name}; {wanted}") from None
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ScoreError(f"the validation in {folder} cannot be read: {error}; {wanted}") from error


def _missed(facts: pd.DataFrame) -> list[Missed]:
    """Facts outside the interval, role by role."""
    facts = facts.assign(**{name: facts[name].astype(str) == "True" for name in ("inside", "within_two")})
    out = facts[~facts["inside"]]
    near = out.set_index("fact")["within_two"]
    found = []
    for role in TITLES:
        for name, text, unit, evidence, median, interval, *_, missing in rows(out, role):
            told = f"{text} ({unit})" if unit else text
            found.append(Missed(name, TITLES[role], told, evidence, median, interval, bool(near[name]), missing))
    return found
