"""Tables for the terminal."""

from __future__ import annotations

import math

import pytest
from rich.console import Console

from sim.experiments.run import run
from sim.report.numbers import dollars, number, with_interval
from sim.report.tables import print_warnings, tables
from tests.experiments.fake import FakeEngine
from tests.measures.synthetic import SCENARIO


def printed(**arguments: object) -> str:
    """What is printed of a result of the fake engine."""
    console = Console(width=160, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: SIM115
    result = run(SCENARIO, check_policies=False, **arguments)
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
        (-0.05, "share", "-5.0%"),
        (0.5, "probability", "0.50"),
    ],
)
def test_numbers(value: float, unit: str, text: str) -> None:
    assert number(value, unit) == text


def test_intervals() -> None:
    assert with_interval(1500.0, 1000.0, math.inf, "US dollars") == "$1.50k [$1.00k, ∞]"
    assert dollars(-12.0) == "-$12"
