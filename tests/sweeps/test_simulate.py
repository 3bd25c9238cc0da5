"""The work of a batch, against runs made one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

import sim
from sim.engine import Cancelled
from sim.measures.registry import REGISTRY
from sim.sweeps import designs, plan
from sim.sweeps.simulate import FAILED, failed, simulate
from sim.sweeps.sweep import DETAILS
from tests.sweeps.common import break_draws, made, short


def test_a_run_of_a_sweep_is_the_run_of_its_draw() -> None:
    """Sharing worlds and twins, and parting from the twin late, leaves every value as `sim.run` has it, to the bit."""
    frame = pd.DataFrame({"ban": [0.2, 0.9, 0.2], "checks": [0.1, 0.7, 0.2], "compliance": [0.3, 0.3, 0.7]})
    every = list(REGISTRY)
    found = made(frame, None, measures=every, detail=DETAILS).measures
    for draw, seed in product(range(3), (1, 2)):
        row = frame.iloc[draw]
        alone = sim.run(short().with_draws(row.to_dict()), runs=1, seed=seed, check_policies=False).measures
        mine = found[(found["draw"] == draw) & (found["seed"] == seed)]
        theirs = alone
        keys = ["measure", "side", "product", "by", "item"]
        both = mine.astype(dict.fromkeys(keys, "str")).merge(theirs, on=keys, validate="1:1")
        assert len(both) == len(mine) == len(theirs) > 300
        for column in ("value", "twin", "above"):
            assert np.array_equal(both[f"{column}_x"], both[f"{column}_y"], equal_nan=True)


def test_details_are_kept_as_asked() -> None:
    found = made("lhs", 1, seeds=1, detail=["product", "corridor"], measures=["delivered", "corridor_share"]).measures
    assert set(found["by"]) == {"", "corridor"} and (found["product"] != "").any()
    plain = made("lhs", 1, seeds=1, measures=["delivered", "corridor_share"]).measures
    assert set(plain["by"]) == {""} and set(plain["product"]) == {""}


def test_without_twins_what_compares_is_undefined() -> None:
    found = made("lhs", 1, seeds=1, twins=False).measures
    denied = found[found["measure"] == "denied"]
    assert denied["value"].isna().all() and set(denied["reason"]) == {"no twin was run"}
    assert found[found["measure"] == "delivered"]["value"].notna().all()


def test_a_run_that_fails_is_a_row_and_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    break_draws(monkeypatch, 0.7)
    found = made(pd.DataFrame({"ban": [0.5, 0.7, 0.6]}), None)
    assert found.runs["status"].tolist() == ["done"] * 2 + ["failed"] * 2 + ["done"] * 2
    errors = found.runs.query("status == 'failed'")["error"]
    assert errors.str.contains("policies.china_ban.intensity").all() and found.finished
    assert set(found.measures["draw"]) == {0, 2}
    assert found.manifest["runs_failed"] == 2
    sample = found.sample("denied:russia")
    assert np.isnan(sample.y).tolist() == [[False] * 2, [True] * 2, [False] * 2]
    assert sample.undefined == {"the run failed": 2}


def test_cancelled_between_ticks() -> None:
    design = designs.make(short(), "lhs", 1)
    of = plan.Plan(short(), design.space.names, short().restrictions, ("delivered",))
    batch = next(plan.batches(design, of.versus, (1,), 1))
    with pytest.raises(Cancelled):
        simulate(of, batch, lambda: True)


def test_a_batch_that_is_given_up() -> None:
    design = designs.make(short(), "lhs", 2)
    batch = next(plan.batches(design, (), (1, 2), 9))
    found = failed(batch, "why")
    assert found.runs.num_rows == 4 and set(found.runs["status"].to_pylist()) == {FAILED}
    assert found.measures.num_rows == 0
