"""Tables for the terminal."""

from __future__ import annotations

import math
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from rich.console import Console

import sim
from sim.experiments.run import run
from sim.report.bar import Bar
from sim.report.effect import effect_label, policies_before
from sim.report.numbers import dollars, number, with_interval
from sim.report.panels import Panels
from sim.report.tables import print_warnings, tables
from tests.experiments.fake import FakeEngine
from tests.measures.synthetic import SCENARIO


def printed(source: dict[str, object] = SCENARIO, **arguments: object) -> str:
    """What is printed of a result of the fake engine."""
    console = Console(width=160, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: SIM115
    result = run(source, check_policies=False, **arguments)
    for part in tables(result):
        console.print(part)
    print_warnings(result, console)
    return console.export_text()


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.engine.Engine", FakeEngine)


def test_one_run() -> None:
    text = printed()
    for line in ("seed 1", "twin: without policies", "Direct share", "AA>KK>EE", "leader", "export_ban", "against law"):
        assert line in text
    assert "[" not in text.split("Policies")[0].replace("[5%", ""), "one run has no intervals"
    assert "warning: 20% of trades" in text


def test_several_runs_have_intervals() -> None:
    text = printed(runs=3)
    assert "3 runs, seeds 1 to 3" in text
    assert "220 [211, 229]" in text, "east gets 210, 220 and 230 units"
    assert "twin 400" in text


def test_undefined_is_said_with_its_reason() -> None:
    text = printed()
    assert "undefined (1)" in text
    assert "(1) " in text


def test_versus_is_named() -> None:
    assert "twin: without look" in printed(versus=["look"])


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.1234, "share", "12.3%"),
        (25.0, "share", "2,500%"),
        (1234567.4, "units", "1,234,567"),
        (2.5, "units", "2.5"),
        (999_999.0, "US dollars", "$1.00M"),
        (99_960.0, "US dollars", "$100k"),
        (0.004667, "units a US dollar", "0.00467"),
        (math.inf, "weeks", "∞"),
        (-0.05, "share", "\u22125.0%"),
        (0.5, "probability", "0.50"),
    ],
)
def test_numbers(value: float, unit: str, text: str) -> None:
    assert number(value, unit) == text


def test_intervals() -> None:
    assert with_interval(1500.0, 1000.0, math.inf, "US dollars") == "$1.50k [$1.00k, ∞]"
    assert dollars(-12.0) == "\u2212$12"


def test_levies_where_there_is_one() -> None:
    """The row stands in the table of a scenario with a levy only; cost is that of enforcement."""
    text = printed()
    assert "Levies collected" not in text
    assert "Cost of enforcement" in text
    levy = {"kind": "levy", "by": "customs", "effective": "2022-06-06", "rate": 0.1}
    policies = {**SCENARIO["policies"], "names": levy}
    assert "Levies collected" in printed({**SCENARIO, "policies": policies})


@pytest.mark.parametrize(
    ("change", "found"),
    [({}, ["ban"]), ({"policies.ban.intensity": 0.0}, [])],
)
def test_the_policy_that_a_window_follows(change: dict[str, object], found: list[str]) -> None:
    """Thirteen weeks after it takes effect, in the first tick from then on; never one that does nothing."""
    scenario = sim.load(SCENARIO, change)
    begins = scenario.policies["ban"].effective + timedelta(weeks=13)
    late = begins + timedelta(days=scenario.time.step_days)
    assert policies_before(f"{begins}..{late}", scenario, scenario.policies) == found
    assert policies_before(f"{late}..{late}", scenario, ["ban"]) == []


def test_weeks_after_a_policy_are_dates() -> None:
    """Both measures of those weeks name the policy, its effect date and the weeks; arms that differ are told apart."""
    scenario = sim.load(SCENARIO)
    begins = scenario.policies["ban"].effective + timedelta(weeks=13)
    window = f"{begins}..{begins + timedelta(weeks=39)}"
    other = f"{begins - timedelta(weeks=4)}..{begins}"
    rows = pd.DataFrame({"arm": ["a", "b"], "estimate": [0.1, 0.2], "window": [window, window]})
    arms = {arm: (scenario, ("ban",)) for arm in "ab"}
    told = f"Denied share in weeks 13 to 52\n  after ban ({scenario.policies['ban'].effective}):\n  "
    assert effect_label("denied_after", rows, arms) == told + window.replace("..", " to ")
    parted = effect_label("denied_after", rows.assign(window=[window, other]), arms)
    assert parted.endswith(f"b: {other.replace('..', ' to ')}")
    assert "a: after ban" in parted
    assert effect_label("denied_90", rows.assign(estimate=math.nan), arms) == "P(denied share ≥ 0.9) in weeks 13 to 52"


def test_panels_are_saved(tmp_path: Path) -> None:
    figure = Figure()
    Panels(figure, [figure.add_subplot()]).savefig(tmp_path / "panels.png", dpi=40)
    assert (tmp_path / "panels.png").read_bytes()[1:4] == b"PNG"


def test_the_bar_is_there_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal before the first simulation is done; to a file nothing is written."""
    for terminal in (True, False):
        screen = StringIO()
        screen.isatty = lambda terminal=terminal: terminal  # type: ignore[method-assign]
        monkeypatch.setattr("sys.stderr", screen)
        with Bar() as bar:
            assert ("compiling or loading the engine" in screen.getvalue()) == terminal
            bar.update(0, 7)
            assert ("0/7" in screen.getvalue()) == terminal
            bar.update(1, 7)
            assert ("1/7" in screen.getvalue()) == terminal
            bar.say("A line.")
        assert "A line." in screen.getvalue()
        assert terminal or screen.getvalue() == "A line.\n"
