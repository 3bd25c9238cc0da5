"""Agent-based simulation of how sanctioned drones reach the sides of a war, and what restrictions deny them.

The public names below are loaded when they are first used, so that `import sim` is fast.

Example:
    >>> import sim
    >>> result = sim.run("small", runs=2, check_policies=False)
    >>> result.summary().columns[:3].tolist()
    ['measure', 'side', 'product']

A result has the true ledger (``.ledger``, every shipment), and the customs ledger (``.customs``, what records show of
it, joined by ``row``):

    >>> seen = result.ledger.merge(result.customs, on=["seed", "arm", "row"], suffixes=("", "_told"))
    >>> bool((seen["units_told"] <= seen["units"]).all())
    True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.calibration.calibrate import Calibration as Calibration
    from sim.calibration.calibrate import calibrate as calibrate
    from sim.calibration.calibrate import open_calibration as open_calibration
    from sim.calibration.recover import Recovery as Recovery
    from sim.calibration.recover import recover as recover
    from sim.declare.errors import ScenarioError as ScenarioError
    from sim.discovery.discover import discover as discover
    from sim.discovery.result import Discovery as Discovery
    from sim.engine import Engine as Engine
    from sim.experiments.compare import compare as compare
    from sim.experiments.comparison import CompareResult as CompareResult
    from sim.experiments.opening import open_result as open_result
    from sim.experiments.results import RunResult as RunResult
    from sim.experiments.run import run as run
    from sim.experiments.tracing import Trace as Trace
    from sim.experiments.tracing import trace as trace
    from sim.indices.analysis import Sensitivity as Sensitivity
    from sim.indices.analysis import sensitivity as sensitivity
    from sim.ledger.trace import chains as chains
    from sim.measures.frame import definitions as definitions
    from sim.measures.frame import measures as measure
    from sim.mesa_model import Buyer as Buyer
    from sim.mesa_model import Intermediary as Intermediary
    from sim.mesa_model import LeakageModel as LeakageModel
    from sim.mesa_model import Manufacturer as Manufacturer
    from sim.mesa_model import Regulator as Regulator
    from sim.report.brief.write import brief as brief
    from sim.scenario.loading import load as load
    from sim.scenario.model import Scenario as Scenario
    from sim.scenario.schema import schema as schema
    from sim.scenario.shipped import shipped as shipped
    from sim.seeds.frame import evidence as evidence
    from sim.sweeps.space import Space as Space
    from sim.sweeps.stored import Sweep as Sweep
    from sim.sweeps.stored import open_sweep as open_sweep
    from sim.sweeps.sweep import sweep as sweep
    from sim.sweeps.sweep import sweep_cost as sweep_cost
    from sim.validation.validate import Validation as Validation
    from sim.validation.validate import validate as validate
    from sim.world.build import build as build

__version__ = "0.1.0"

_PUBLIC = {
    "Buyer": "sim.mesa_model",
    "Calibration": "sim.calibration.calibrate",
    "CompareResult": "sim.experiments.comparison",
    "Discovery": "sim.discovery.result",
    "Engine": "sim.engine",
    "Intermediary": "sim.mesa_model",
    "LeakageModel": "sim.mesa_model",
    "Manufacturer": "sim.mesa_model",
    "Recovery": "sim.calibration.recover",
    "Regulator": "sim.mesa_model",
    "RunResult": "sim.experiments.results",
    "Scenario": "sim.scenario.model",
    "ScenarioError": "sim.declare.errors",
    "Sensitivity": "sim.indices.analysis",
    "Space": "sim.sweeps.space",
    "Sweep": "sim.sweeps.stored",
    "Validation": "sim.validation.validate",
    "Trace": "sim.experiments.tracing",
    "brief": "sim.report.brief.write",
    "build": "sim.world.build",
    "calibrate": "sim.calibration.calibrate",
    "chains": "sim.ledger.trace",
    "compare": "sim.experiments.compare",
    "definitions": "sim.measures.frame",
    "discover": "sim.discovery.discover",
    "evidence": "sim.seeds.frame",
    "load": "sim.scenario.loading",
    "measure": "sim.measures.frame:measures",
    "open_calibration": "sim.calibration.calibrate",
    "open_result": "sim.experiments.opening",
    "open_sweep": "sim.sweeps.stored",
    "recover": "sim.calibration.recover",
    "run": "sim.experiments.run",
    "schema": "sim.scenario.schema",
    "sensitivity": "sim.indices.analysis",
    "shipped": "sim.scenario.shipped",
    "sweep": "sim.sweeps.sweep",
    "sweep_cost": "sim.sweeps.sweep",
    "validate": "sim.validation.validate",
    "trace": "sim.experiments.tracing",
}
"""Public names and the modules that hold them, with the name there where it differs."""

__all__ = [
    "Buyer",
    "Calibration",
    "CompareResult",
    "Discovery",
    "Engine",
    "Intermediary",
    "LeakageModel",
    "Manufacturer",
    "Recovery",
    "Regulator",
    "RunResult",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "Space",
    "Sweep",
    "Trace",
    "Validation",
    "__version__",
    "brief",
    "build",
    "calibrate",
    "chains",
    "compare",
    "definitions",
    "discover",
    "evidence",
    "load",
    "measure",
    "open_calibration",
    "open_result",
    "open_sweep",
    "recover",
    "run",
    "schema",
    "sensitivity",
    "shipped",
    "sweep",
    "sweep_cost",
    "trace",
    "validate",
]


def __getattr__(name: str) -> object:
    """Loads a public name."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sim' has no attribute {name!r}; it has {', '.join(sorted(__all__))}")
    module, _, inner = _PUBLIC[name].partition(":")
    value = getattr(import_module(module), inner or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Public names, loaded or not."""
    return sorted({*globals(), *_PUBLIC})
