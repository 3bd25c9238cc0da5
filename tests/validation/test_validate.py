"""`sim.validate` on the small world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.declare.errors import EvidenceError
from sim.engine import Engine
from sim.experiments.ensemble import EnsembleError
from sim.observables.columns import RIVAL
from sim.observables.reading import chosen, not_compared
from sim.observables.rivals import SHARE
from sim.observables.values import values
from sim.sweeps.errors import SweepError
from sim.sweeps.sweep import SHARES
from sim.validation.score import factor, score
from sim.validation.validate import FORECASTS, MODEL, Validation, validate
from sim.world.build import build
from tests.sweeps.common import break_draws, short

NAMED = ["D02", "D11", "F01d", "D15", "D31", "D07"]
DRAWS = pd.DataFrame({"compliance": [0.25, 0.5, 0.75], "ru_demand": [1.0, 1.5, 0.75]})


@pytest.fixture(scope="module")
def found() -> Validation:
    """Three runs, each with a draw of its own."""
    return validate(short(), ensemble=DRAWS, runs=3, seed=7, evidence=NAMED, workers=1)


def test_runs_are_those_of_draws_and_seeds(found: Validation) -> None:
    """To the bit, each with luck of its own."""
    own = found.values[found.values["forecast"] == MODEL]
    for draw, row in DRAWS.iterrows():
        scenario = short().with_draws(row.to_dict())
        records = Engine(build(scenario, 7 + draw), ledger=True).run()
        wanted = values(records, chosen(NAMED))
        mine = own[own["draw"] == draw]
        assert mine["seed"].unique().tolist() == [7 + draw]
        assert mine["fact"].tolist() == list(wanted)
        np.testing.assert_array_equal(mine["value"], [each.value for each in wanted.values()])
        assert mine["reason"].tolist() == [each.reason for each in wanted.values()]


def test_the_table(found: Validation) -> None:
    table = found.table.set_index("fact")
    assert table.index.tolist() == list(chosen(NAMED)) and found.runs == 3
    for name, fact in found.facts.items():
        own = found.values[(found.values["forecast"] == MODEL) & (found.values["fact"] == name)]["value"]
        row = table.loc[name]
        assert row[MODEL] == score(own.to_numpy(), fact) and row["undefined"] == own.isna().mean()
        if own.notna().any():
            assert row["median"] == own.median() and row["low"] <= row["median"] <= row["high"]
        else:
            assert row["reason"] and np.isnan(row["median"]) and not row["inside"]
    assert np.isnan(table.loc["D31", "evidence"]) and table.loc["D31", "least"] == 1.0


def test_naive_forecasts_stand_beside_it(found: Validation) -> None:
    table = found.table.set_index("fact")
    tried = {name for name in found.values["forecast"] if name.startswith(f"{SHARE}=")}
    assert tried == {f"{SHARE}={share:g}" for share in SHARES} and found.share in tried
    # Of who dares no naive forecast says anything; before the record there is no last value.
    assert table.loc["D31", list(FORECASTS[1:])].isna().all() and np.isnan(table.loc["D02", "persists"])
    fitted = [name for name, each in found.facts.items() if each.role == "fit"]

    def mean(forecast: str) -> float:
        rows = found.values[found.values["forecast"] == forecast]
        return float(
            np.mean([score(rows.loc[rows["fact"] == name, "value"].to_numpy(), found.facts[name]) for name in fitted])
        )

    assert mean(found.share) == min(map(mean, tried))


def test_scores_are_over_what_all_forecast(found: Validation) -> None:
    for row in found.scores.itertuples():
        part = found.table[found.table["role"] == row.role]
        common = part.dropna(subset=list(FORECASTS))
        assert (row.facts, row.compared, row.inside) == (len(part), len(common), part["inside"].sum())
        for name in FORECASTS:
            expected = factor(common[name].mean())
            assert getattr(row, name) == expected or (np.isnan(expected) and np.isnan(getattr(row, name)))
    assert found.not_compared == not_compared()


def test_what_is_shown(found: Validation) -> None:
    assert repr(found).startswith(f"<Validation of {short().name}: 3 runs; off by a factor of: fit ")
    assert found._repr_html_().count("<table") == 2


def test_without_an_ensemble_runs_differ_in_luck_alone() -> None:
    found = validate(short(), runs=3, evidence=["D02", "D11"], workers=1)
    own = found.values[(found.values["forecast"] == MODEL) & (found.values["fact"] == "D02")]
    assert own["seed"].tolist() == [1, 2, 3] and own["value"].nunique() == 3 and found.ensemble is None
    again = validate(short(), runs=3, evidence=["D02", "D11"], workers=2, threads=True)
    pd.testing.assert_frame_equal(found.values, again.values, check_exact=True)


def test_roles_and_changes() -> None:
    found = validate(short(), runs=1, evidence=["pattern"], changes={"groups.ru_units.count": 3}, workers=1)
    assert set(found.table["role"]) == {"pattern"} and found.sweep.scenario.groups["ru_units"].count == 3


def test_it_goes_on_from_a_folder(tmp_path: Path) -> None:
    asked = {"runs": 2, "evidence": ["D02"], "workers": 1, "out": tmp_path / "a"}
    first = validate(short(), **asked)
    seen: list[tuple[int, int]] = []
    second = validate(short(), progress=lambda done, total: seen.append((done, total)), **asked)
    assert seen[-1] == (2, 2) and len(second.sweep.manifest["sessions"]) == 1
    pd.testing.assert_frame_equal(first.values, second.values, check_exact=True)
    assert set(first.values.loc[first.values["forecast"] != MODEL, "forecast"]) and RIVAL in set(
        first.sweep.measures["by"]
    )


def test_what_cannot_be_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="runs is 0"):
        validate(short(), runs=0)
    with pytest.raises(EvidenceError, match="D2"):
        validate(short(), runs=1, evidence=["D2"])
    with pytest.raises(EnsembleError, match="did you mean 'compliance'"):
        validate(short(), runs=1, ensemble=pd.DataFrame({"complience": [0.5]}))
    with pytest.raises(SweepError, match="restrictions"):
        validate(short().without_policies(), runs=1, evidence=["D02"])
    break_draws(monkeypatch, 0.25)
    with pytest.raises(SweepError, match="fail; the first with: ScenarioError"):
        validate(short(), runs=1, ensemble=DRAWS, evidence=["D02"], workers=1)


def test_stopped_before_the_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to show, and Ctrl-C goes on to the caller."""

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        validate(short(), runs=2, evidence=["D02"], workers=1, progress=stop)
