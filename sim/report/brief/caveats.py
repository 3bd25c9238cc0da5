"""What a reader must know before believing a result: said by the result itself, and what the model never can say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sim.declare.carried import carried
from sim.declare.errors import ScenarioError
from sim.declare.parameter import ASSUMED
from sim.experiments.comparison import CompareResult
from sim.experiments.ensemble import FILE, FOLDER, Ensemble, EnsembleError, read_ensemble
from sim.experiments.results import RunResult
from sim.report.brief.arms import Arm
from sim.report.brief.cells import listed
from sim.scenario.citations import cited_values
from sim.scenario.model import Scenario

NEVER = (
    "It gives no forecast: what would have happened without a policy is the model's own world, not a record.",
    "It names no live trader. Firms are kinds of firms; a chain in it accuses nobody.",
    "Official figures show a part of what happens. From them the coverage of records can be told, demand cannot.",
    "Markets that grow at the cost of others, goods held back for a better price, and brands that are new and scarce "
    "are not in it; the table of evidence says where that shows.",
    "It does not say what a drone does at the front, nor whether a policy is right. It says what arrives, how, and at "
    "what cost to whom.",
    "Ways around a policy are abstract choices with a cost and a risk. The model is for judging restrictions, not for "
    "getting around them.",
)
"""What the model cannot say, whatever was run; README.md, under “How far to trust it” and “Use and misuse”."""


def of_the_result(result: RunResult | CompareResult, arms: list[Arm]) -> list[str]:
    """What the result itself warns of.

    Args:
        result: The result.
        arms: Its arms.

    Returns:
        Sentences: its warnings, then the number of runs.
    """
    titles = {key: policy.title for arm in arms for key, policy in arm.scenario.policies.items() if policy.title}
    found = [_with_title(warning, titles) for warning in _once(result.warnings, arms)]
    runs = len(result.seeds)
    if runs < 20:
        what = "One run was made" if runs == 1 else f"Only {runs} runs were made"
        found.append(f"{what}. With twenty or more the intervals mean more.")
    if result.interrupted:
        found.append(f"The work was stopped: {runs} of {result.asked} runs are in these numbers.")
    return found


def _once(warnings: list[str], arms: list[Arm]) -> list[str]:
    """Warnings, each once with the titles of the arms that it is about."""
    about: dict[str, list[str]] = {}
    for warning in warnings:
        named = [arm for arm in arms if warning.startswith(f"{arm.name}: ")]
        text = warning.removeprefix(f"{named[0].name}: ") if named else warning
        about.setdefault(text, []).extend(arm.title for arm in named)
    return [
        text if len(who) in (0, len(arms)) else f"In {listed(f'“{title}”' for title in who)}: {text}"
        for text, who in about.items()
    ]


def _with_title(warning: str, titles: Mapping[str, str]) -> str:
    """A warning with the title of the policy it names beside its id."""
    match = re.search(r"Policy (\S+) changed nothing", warning)
    if match is None or match[1] not in titles:
        return warning
    return warning.replace(f"Policy {match[1]} ", f"Policy {match[1]} (“{titles[match[1]]}”) ", 1)


def of_the_parameters(result: RunResult | CompareResult, arms: list[Arm]) -> list[str]:
    """How much of the scenario is evidence, and how what is not known was treated.

    Args:
        result: The result.
        arms: Its arms.
    """
    first = arms[0].scenario
    rows = [row for row, _, _ in cited_values(first)]
    assumed = rows.count(ASSUMED)
    found = [
        f"Of {len(rows):,} values of the scenario {len(rows) - assumed:,} name the evidence behind them; {assumed:,} "
        "are assumed. Many of those assumed hardly matter; which ones do, `sim sweep` with `sim sensitivity` tells."
    ]
    ensemble = result.ensemble if isinstance(result, RunResult) else result.ensemble.get(arms[0].name)
    if ensemble is not None:
        names = len(ensemble.draws.columns)
        found.append(
            f"Each run has a draw of {names} uncertain values from the ensemble “{ensemble.name}”, so that the ranges "
            "carry what is not known of them as well as luck."
        )
        return found
    if not first.uncertain:
        return [*found, "The scenario declares nothing as uncertain: the ranges show luck alone."]
    found.append(
        f"The scenario declares {len(first.uncertain)} values as uncertain. Each run has the scenario's own value for "
        "all of them: the ranges show luck alone, and are too narrow for what is not known. `--ensemble` changes that."
    )
    return found + _outside(first)


def _outside(scenario: Scenario) -> list[str]:
    """Values outside what a calibration of this scenario found to agree with the facts."""
    name, ensemble = calibrated(scenario)
    if ensemble is None:
        return []
    outside = []
    for entry in ensemble.draws.columns:
        uncertain = scenario.uncertain[entry]
        value: Any = 1.0 if uncertain.role == "factor" else scenario.at(uncertain.path).value
        if not isinstance(value, int | float):
            continue
        low, high = float(ensemble.draws[entry].min()), float(ensemble.draws[entry].max())
        if not low <= value <= high:
            times = " times that" if uncertain.role == "factor" else ""
            what = "as it stands" if times else f"{value:g}"
            outside.append(f"{uncertain.path} ({what}; the calibration has {low:.3g} to {high:.3g}{times})")
    if not outside:
        return [f"All of them lie within what the calibrated ensemble “{name}” holds possible."]
    return [
        f"{len(outside)} of them lie outside what the calibrated ensemble “{name}” holds possible: {listed(outside)}."
    ]


def calibrated(scenario: Scenario) -> tuple[str, Ensemble | None]:
    """The ensemble of the package that was calibrated for a scenario, or for one that it extends.

    Args:
        scenario: The scenario.

    Returns:
        Its name and the draws that the scenario leaves open; an empty name and None where there is none.

    Example:
        >>> import sim
        >>> calibrated(sim.load("small"))
        ('', None)
    """
    for path in sorted((carried("seeds") / FOLDER).glob(f"*/{FILE}")):
        name = path.parent.name
        try:
            found = read_ensemble(name)
            of = Scenario.from_data(found.manifest["scenario"])
            if not _extends(scenario, of):
                continue
            fitted = found.fitted(scenario)
        except (EnsembleError, ScenarioError, KeyError):
            continue
        return name, fitted
    return "", None


def _extends(scenario: Scenario, of: Scenario) -> bool:
    """Whether a scenario has the world of another one: its sides, goods, states and groups, or more of them."""
    return all(
        set(getattr(of, key)) <= set(getattr(scenario, key)) for key in ("sides", "products", "jurisdictions", "groups")
    )
