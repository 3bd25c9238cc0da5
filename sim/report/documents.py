"""What commands print with `--json`: a table for each kind of result, which `sim.report.json_values` makes plain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.declare.errors import ScenarioError, shortened
from sim.experiments.comparison import CompareResult
from sim.experiments.results import RunResult
from sim.experiments.tracing import Trace
from sim.scenario.advice import advice, counts
from sim.scenario.model import Scenario

if TYPE_CHECKING:
    from sim.calibration.calibrate import Calibration
    from sim.calibration.recover import Recovery
    from sim.discovery.result import Discovery
    from sim.indices.analysis import Sensitivity
    from sim.report.brief.write import Brief
    from sim.sweeps.cost import Cost
    from sim.sweeps.stored import Sweep
    from sim.validation.validate import Validation

Document = dict[str, Any]


def run_document(result: RunResult) -> Document:
    """A run: its measures with intervals, its policies, and what a user should know.

    Args:
        result: The result.
    """
    return {
        "kind": "run",
        "scenario": _named(result.scenario),
        "twin_lacks": result.versus,
        "seeds": result.seeds,
        "runs_asked": result.asked,
        "interrupted": result.interrupted,
        "ensemble": None if result.ensemble is None else result.ensemble.name,
        "summary": result.summary(),
        "policies": result.policies,
        "warnings": result.warnings,
    }


def compare_document(result: CompareResult) -> Document:
    """A comparison: measures of each arm, paired differences, and each policy's part.

    Args:
        result: The result.
    """
    return {
        "kind": "compare",
        "arms": {name: _named(scenario) for name, scenario in result.arms.items()},
        "twin_lacks": result.versus,
        "seeds": result.seeds,
        "runs_asked": result.asked,
        "interrupted": result.interrupted,
        "summary": result.summary(),
        "differences": result.differences,
        "parts": result.parts,
        "pairing": result.pairing,
        "policies": result.policies,
        "advice": result.advice,
        "warnings": result.warnings,
    }


def trace_document(found: Trace) -> Document:
    """Chains, widest first, and the hops of the widest.

    Args:
        found: The chains.
    """
    return {"kind": "trace", "chains": found.chains, "hops": found.hops, "note": found.note}


def brief_document(made: Brief) -> Document:
    """What `sim report` wrote.

    Args:
        made: The page.
    """
    return {"kind": "report", "path": str(made.path), "bytes": made.size, "notes": list(made.notes)}


def sweep_document(found: Sweep) -> Document:
    """What a sweep came to; the values are in its folder.

    Args:
        found: The sweep.
    """
    known = found.manifest
    names = ("finished", "runs", "runs_done", "runs_failed", "draws", "design")
    return {
        "kind": "sweep",
        "folder": found.folder,
        **{name: known[name] for name in names},
        "factors": found.space.names,
        "seeds": found.seeds,
        "outcomes": found.outcomes,
        "interrupted": found.interrupted,
    }


def cost_document(cost: Cost) -> Document:
    """What a sweep would cost.

    Args:
        cost: The cost.
    """
    return {"kind": "cost", **vars(cost), "text": str(cost)}


def sensitivity_document(found: Sensitivity) -> Document:
    """Indices, the split of variance, swings, and sentences.

    Args:
        found: The analysis.
    """
    return {
        "kind": "sensitivity",
        "design": found.design,
        "methods": found.methods,
        "labels": found.labels,
        "units": found.units,
        "indices": found.indices,
        "ranking": found.ranking(),
        "variance": found.variance,
        "swings": found.swings,
        "refused": found.refused,
        "sentences": found.sentences(),
        "warnings": found.warnings,
        "settings": found.settings,
    }


def discovery_document(found: Discovery) -> Document:
    """Boxes, their scores, and the text.

    Args:
        found: What was found.
    """
    return {
        "kind": "discovery",
        "where": str(found.where),
        "boxes": found.boxes,
        "scores": found.scores,
        "text": found.text,
        "warnings": found.warnings,
        "notes": found.notes,
    }


def validation_document(found: Validation) -> Document:
    """Facts beside their forecasts, scores, and facts that no run shows.

    Args:
        found: The validation.
    """
    return {
        "kind": "validation",
        "runs": found.runs,
        "ensemble": None if found.ensemble is None else found.ensemble.name,
        "inside": found.share,
        "facts": found.table,
        "scores": found.scores,
        "not_compared": found.not_compared,
    }


def calibration_document(found: Calibration) -> Document:
    """Parameters, fit, and what the evidence cannot tell apart; the draws are in its folder.

    Args:
        found: The calibration.
    """
    return {
        "kind": "calibration",
        "folder": found.folder,
        "draws": len(found.ensemble),
        "parameters": found.parameters,
        "fit": found.fit,
        "ridges": found.ridges,
        "directions": found.directions,
    }


def recovery_document(found: Recovery) -> Document:
    """How often intervals hold the truth, and which parameters come back.

    Args:
        found: The recovery.
    """
    return {
        "kind": "recovery",
        "coverage": found.coverage,
        "coverage_learned": found.coverage_learned,
        "facts": found.facts,
        "parameters": found.parameters,
        "ridges": found.ridges,
    }


def check_document(scenario: Scenario) -> Document:
    """A scenario without errors: its warnings, and how much of what there is in it.

    Args:
        scenario: The scenario.
    """
    return {
        "kind": "check",
        "scenario": _named(scenario),
        "errors": [],
        "warnings": advice(scenario),
        "start": scenario.time.start,
        "end": scenario.time.end,
        "counts": counts(scenario),
    }


def errors_document(error: ScenarioError) -> Document:
    """What is wrong with a scenario.

    Args:
        error: The errors.
    """
    found = []
    for each in error.problems:
        value = None if each.value is None else shortened(each.value)
        found.append(vars(each) | {"value": value, "todo": each.to_do})
    return {"kind": "errors", "errors": found}


def _named(scenario: Scenario) -> Document:
    """Which scenario it is."""
    return {"name": scenario.name, "title": scenario.title, "hash": scenario.hash}
