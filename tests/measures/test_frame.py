"""Values that nobody asks for are left out, and change nothing in those that are left."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.engine import Engine
from sim.measures.frame import measures
from sim.scenario.loading import load
from sim.world.build import build


@pytest.mark.parametrize("ledger", [True, False])
def test_parts_that_are_wanted(ledger: bool) -> None:
    scenario = load("small")
    world = build(scenario, 3)
    run = Engine(world, ledger=ledger).run()
    twin = Engine(world, ledger=ledger, without=scenario.restrictions).run()
    every = measures(run, twin)
    for parts in ((), ("product",), ("corridor", "pair"), ("product", "way", "class", "policy", "hop")):
        wanted = every["by"].isin(["", *parts]) & ((every["product"] == "") | ("product" in parts))
        found = measures(run, twin, parts=parts)
        pd.testing.assert_frame_equal(found, every[wanted].reset_index(drop=True), check_exact=True)
        assert len(found) < len(every)
