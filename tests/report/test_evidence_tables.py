"""Tables and figures of validations, calibrations and recoveries."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from rich.console import Console, RenderableType

from sim.calibration.calibrate import Calibration
from sim.calibration.recover import Recovery
from sim.experiments.ensemble import Ensemble
from sim.observables.reading import read_observables
from sim.report.calibration import calibration_tables, recovery_tables
from sim.report.evidence import evidence_row
from sim.report.evidence_figures import EVIDENCE
from sim.report.validation import HEAD, evidence_told, number, rows, summary, validation_markdown, validation_tables
from sim.seeds.frame import evidence
from sim.validation.validate import FORECASTS, Validation, validate
from tests.sweeps.common import short


def printed(parts: Iterable[RenderableType]) -> str:
    """What is printed of some parts, on one line a row."""
    console = Console(width=400, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: SIM115
    for part in parts:
        console.print(part)
    return console.export_text()


@pytest.fixture(scope="module")
def found() -> Validation:
    """Two runs of the small world."""
    draws = pd.DataFrame({"ru_demand": [0.75, 1.5]})
    return validate(short(), ensemble=draws, runs=2, evidence=["D01", "D02", "D03", "D31", "D07"], workers=1)


@pytest.mark.parametrize(
    ("bound", "low", "high", "text"),
    [
        ("at least", 14.5e6, math.nan, "≥ 14,500,000"),
        ("at most", math.nan, 0.0, "≤ 0"),
        ("both", 0.4, 0.5, "0.4 – 0.5"),
        ("both", 70.0, 70.0, "70.0"),
    ],
)
def test_what_the_evidence_says(bound: str, low: float, high: float, text: str) -> None:
    told = evidence_told(pd.Series({"bound": bound, "least": low, "most": high}))
    assert told.replace("0.400", "0.4").replace("0.500", "0.5") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(14_512_345.0, "14,500,000"), (0.4812, "0.481"), (37.44, "37.4"), (-0.02, "-0.0200"), (math.inf, ""), (0.0, "0")],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_a_validation_is_printed(found: Validation) -> None:
    """Every fact with its numbers; what is undefined says why, and patterns in how many runs they show."""
    text = printed(validation_tables(found))
    assert "small beside the evidence: 2 runs, 2 draws of given" in text
    for name, row in found.table.set_index("fact").iterrows():
        (line,) = [line for line in text.splitlines() if line.strip().startswith(f"{name} ")]
        assert evidence_told(row) in line
        if np.isfinite(row["median"]):
            assert number(row["median"]) in line
            assert (f"{row['shown']:.0%}" if row["role"] == "pattern" else "inside" if row["inside"] else "no") in line
        else:
            assert row["reason"] in line and "no" in line
    assert all(line in text for line in summary(found.scores))
    assert "runs that show it" in text and "Facts to fit" in text and "Facts kept aside" not in text


def test_the_same_as_markdown(found: Validation) -> None:
    text = validation_markdown(found.table, found.scores)
    assert text.count("### ") == 2
    for role in ("fit", "pattern"):
        for cells in rows(found.table, role):
            assert len(cells) == len(HEAD) + 1 and "| " + " | ".join(cells) + " |" in text
    assert text.count("|---|") == 2 or text.count("|---") >= 2 * len(HEAD)


def test_scores_in_words() -> None:
    counts = {"role": ["fit", "check"], "facts": [5, 2], "inside": [3, 0], "within_two": [4, 1], "compared": [2, 0]}
    scores = pd.DataFrame(counts | {name: [1.5 + at, math.nan] for at, name in enumerate(FORECASTS)})
    assert summary(scores) == [
        "Facts to fit: 3 of 5 inside the 90% interval, 4 within a factor of two. Typical factor off, over the 2 that "
        "all forecast: model 1.50, a ban makes it vanish 2.50, a fixed share gets through 3.50, the last value "
        "persists 4.50.",
        "Facts kept aside: 0 of 2 inside the 90% interval, 1 within a factor of two. There is none that all forecast.",
    ]


def test_tables_survive_a_file(found: Validation, tmp_path: object) -> None:
    """Rows read again from CSV print the same."""
    folder = found.save(tmp_path)  # type: ignore[arg-type]
    again = pd.read_csv(folder / "facts.csv", dtype={"unit": "str"})
    scores = pd.read_csv(folder / "scores.csv")
    assert validation_markdown(again, scores) == validation_markdown(found.table, found.scores)


def test_figures(found: Validation, tmp_path: Path) -> None:
    (axes,) = found.plot.facts("fit")
    shown = [label.get_text().split()[0] for label in axes.get_yticklabels()]
    fit = found.table[found.table["role"] == "fit"]
    assert shown == fit["fact"].tolist()
    medians = [line for line in axes.lines if line.get_markersize() == 4.5 and line.get_color() != EVIDENCE]
    defined = fit[np.isfinite(fit["median"])]
    assert len(defined) > 0
    assert [line.get_markerfacecolor() == "white" for line in medians] == (~defined["inside"].astype(bool)).tolist()
    told = [text.get_text() for text in axes.texts]
    assert all(number(median) in told for median in defined["median"])
    assert told.count("undefined in the runs") == len(fit) - len(defined)
    with pytest.raises(ValueError, match="no fact with the role 'check'"):
        found.plot.facts("check")
    found.save(tmp_path)
    roles = set(found.table.loc[found.table[["least", "most"]].max(axis=1) > 0.0, "role"])
    assert {path.name for path in tmp_path.iterdir()} == {
        "facts.csv", "scores.csv", *(f"facts-{role}.{ending}" for role in roles for ending in ("png", "svg")),
    }  # fmt: skip
    plt.close("all")


def calibration(ridges: int) -> Calibration:
    """A calibration made by hand."""
    names = ["flow", "coverage"]
    parameters = pd.DataFrame(
        {
            "parameter": names, "path": ["a.b", "c.d"], "prior_low": [1.0, 0.2], "prior": [2.0, 0.5],
            "prior_high": [4.0, 0.8], "low": [1.5, 0.25], "median": [2.5, 0.45], "high": [3.0, 0.75],
            "position_low": [0.2, 0.1], "position_median": [0.6, 0.4], "position_high": [0.8, 0.9],
            "narrowed": [0.4, -0.1],
        }
    )  # fmt: skip
    fit = pd.DataFrame(
        {
            "fact": ["A", "B"], "text": ["a flow", "a share"], "unit": ["units", "1"], "evidence": [100.0, 0.5],
            "bound": ["at least", "both"], "low": [50.0, 0.4], "median": [90.0, 0.45], "high": [120.0, 0.6],
            "explained": [0.66, -0.2], "spread": [0.1, 0.2],
        }
    )  # fmt: skip
    tied = pd.DataFrame(
        [("flow", "coverage", -0.8, 0.4, 1.3)][:ridges], columns=["first", "second", "correlation", "across", "along"]
    )
    manifest = {
        "scenario_name": "small", "waves": [1000, 700], "effective_draws": 123.4, "distinct_draws": 98,
    }  # fmt: skip
    ensemble = Ensemble("calibrated", pd.DataFrame({"flow": [2.0], "coverage": [0.5]}), manifest)
    known = pd.DataFrame([(0.64, "+0.71 flow +0.71 coverage")], columns=["known", "combination"])
    return Calibration(ensemble, parameters, fit, tied, known, pd.DataFrame(), manifest)


def test_a_calibration_is_printed() -> None:
    text = printed(calibration_tables(calibration(1)))
    for words in (
        "small: 1,700 runs in 2 waves; the last has 123 effective draws, the ensemble 98 different ones",
        "2.50 (1.50 – 3.00)",
        "2.00 (1.00 – 4.00)",
        "40%",
        "≥ 100",
        "66%",
        "flow and coverage: the more the less (correlation -0.80)",
    ):
        assert words in text, words
    lines = text.splitlines()
    assert any("coverage" in line and line.rstrip().endswith(" 0%") for line in lines), "less known than before is 0%"
    assert "No two parameters are tied together" in printed(calibration_tables(calibration(0)))
    (axes,) = calibration(1).plot.parameters()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["coverage", "flow"]
    plt.close("all")


def test_a_recovery_is_printed() -> None:
    truths = pd.DataFrame(
        {"truth": [0, 0, 1, 1], "parameter": ["flow", "coverage"] * 2, "held": [True, True, True, False]}
    )
    parameters = pd.DataFrame(
        [("flow", "a.b", 1.0, 0.5, 0.9, "comes back"), ("coverage", "c.d", 0.5, 0.05, 0.1, "does not")],
        columns=["parameter", "path", "held", "narrowed", "correlation", "verdict"],
    )
    ridges = pd.DataFrame([("flow", "coverage", -0.7)], columns=["first", "second", "correlation"])
    found = Recovery(truths, parameters, ridges, ("A",))
    text = printed(recovery_tables(found))
    assert "2 truths, of each 1 customs figures: 90% intervals hold 75% of all values, and 100% of those" in text
    assert "flow and coverage: correlation -0.70" in text and "comes back" in text and "+0.90" in text
    assert "tie no two" in printed(recovery_tables(Recovery(truths, parameters, ridges[:0], ("A",))))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "D02",
            ["In a run", "kind recorded", "what value", "by exporter", "origin CN", "destination RU"],
        ),
        ("D16", ["kind traded", "without components+fpv_kit", "part_sellers eu_resellers", "abroad True"]),
        ("D19", ["base_from 2023-06-05", "Missing      buyers that rush to the shops"]),
        ("D31", ["kind daring", "at_least 1"]),
    ],
)
def test_what_a_fact_is_in_a_run(name: str, words: list[str]) -> None:
    row = evidence(name).to_dict("records")[0]
    text = printed([evidence_row(row, [], [], read_observables()[name])])
    assert all(word in text for word in words), text
    assert "In a run" not in printed([evidence_row(row, [], [])])
