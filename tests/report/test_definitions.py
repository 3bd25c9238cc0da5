"""What the measures are, as text, tells all that is declared of each."""

from __future__ import annotations

import pytest

import sim
from sim.declare.errors import ScenarioError
from sim.report.definitions import WIDTH, definitions_text


def test_every_measure_is_told_with_all_that_is_declared() -> None:
    whole = definitions_text()
    assert max(len(line) for line in whole.splitlines()) <= WIDTH
    for key, row in sim.definitions().iterrows():
        text = definitions_text(f"measures.{key}")
        assert text in whole
        flat = " ".join(text.split())
        assert flat.startswith(f"{row['label']}: {key}")
        assert row["unit"] in ("", "1") or f"({row['unit']})" in flat
        assert " ".join(row["description"].replace("``", "`").split()) in flat
        assert f"Over runs: {row['over_runs']}." in flat
        assert (row["undefined"] or "Never undefined") in flat
        assert ("Needs the twin." in flat) == row["compares"]


def test_windows_of_their_own() -> None:
    assert "Window: one of its own." in definitions_text("measures.denied_90")
    assert "Window: the whole record, or the dates asked for." in definitions_text("measures.denied")


def test_an_unknown_measure_has_a_nearest() -> None:
    with pytest.raises(ScenarioError) as caught:
        definitions_text("measures.deneid")
    assert (caught.value.codes, caught.value.problems[0].nearest) == (["S305"], "measures.denied")
