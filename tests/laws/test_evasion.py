"""Evasion is what leaks: without it a ban holds, with it goods flow by longer ways."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.ledger import frames
from sim.world.records import Records
from tests.laws.common import bits, differences, run, small

BAN = {
    "policies.china_ban.announced": "2023-01-09",
    "policies.china_ban.effective": "2023-02-06",
}
"""The Chinese ban on sales to one side and into its state, alone."""
OTHERS = {f"policies.{name}.enabled": False for name in small().policies if name != "china_ban"}
NO_EVASION = {f"evasion.{name}.enabled": False for name in small().evasion}
DRY = 39
"""Recorded tick by which what left before the ban has arrived and been used up or sold."""
SEEDS = (1, 2, 3)


@cache
def records(seed: int, *changes: tuple[str, Any]) -> Records:
    """The small world under the ban alone, with more changes."""
    return run(small().with_changes(BAN | OTHERS | dict(changes)), seed)


def foreign(run_: Records, side: str, first: int) -> int:
    """Units of foreign make delivered to a side from a tick on."""
    world, rows = run_.world, run_.deliveries
    home = world.groups.home_side[world.agents.group[run_.nodes["maker"][rows["node"]]]]
    s = world.names.sides.index(side)
    return int(rows["units"][(rows["tick"] >= first) & (rows["side"] == s) & (home != s)].sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_without_evasion_a_ban_ends_deliveries(seed: int) -> None:
    """Once the pipeline is dry nothing of foreign make arrives; other sides are served as before."""
    without = records(seed, *NO_EVASION.items())
    assert foreign(without, "russia", 0) > 100
    assert foreign(without, "russia", DRY) == 0
    assert foreign(without, "ukraine", DRY) > 100


@pytest.mark.parametrize("seed", SEEDS)
def test_with_evasion_goods_flow_all_the_same(seed: int) -> None:
    """They flow by ways that hide, and all of them count as diverted."""
    run_ = records(seed)
    assert foreign(run_, "russia", DRY) > 100
    rows = frames.deliveries(run_)
    late = rows[(rows["tick"] >= DRY) & (rows["side"] == "russia") & ~rows["home_made"]]
    left_after = late["units"][late["diverted"]].sum()
    assert left_after > 0.8 * late["units"].sum()


def test_resale_alone_lengthens_chains_and_moves_corridors() -> None:
    """Where nothing but resale is on, goods of the banned origin reach the side through third states only."""
    only = {key: value for key, value in NO_EVASION.items() if "resale" not in key}
    free = run(small().with_changes(OTHERS | {"policies.china_ban.enabled": False}), 1)
    run_ = records(1, *only.items())
    before, after = (frames.deliveries(each) for each in (free, run_))

    def hops(rows: Any) -> float:
        rows = rows[(rows["tick"] >= DRY) & (rows["side"] == "russia") & ~rows["home_made"]]
        return float(np.average(rows["chain_length"], weights=rows["units"]))

    rows = after[(after["tick"] >= DRY) & (after["side"] == "russia") & ~after["home_made"]]
    assert rows["units"].sum() > 100
    assert not rows["direct"].any()
    assert hops(after) > hops(before)


def test_evasion_without_a_law_changes_nothing() -> None:
    """In a world without policies no consignment goes by a false way; switching all of them off changes no bit."""
    free = {f"policies.{name}.enabled": False for name in small().policies}
    false = [key for key, fields in small().evasion.items() if key != "military_purpose"]
    with_them = run(small().with_changes(free), 2)
    without = run(small().with_changes(free | {f"evasion.{key}.enabled": False for key in false}), 2)
    names = with_them.world.ways.names
    ways = with_them.series["ways"].sum(axis=(0, 2))
    assert {names[i] for i in np.flatnonzero(ways)} <= {"honest", "military_purpose"}
    gone = {"series.ways", "nodes.way", "ledger.way", "series.counters"}
    assert set(differences(bits(with_them), bits(without))) <= gone


@pytest.mark.parametrize("one", ["rerouting", "personal_carriage", "civil_face", "vague_description"])
def test_a_way_carries_goods_only_where_it_is_on(one: str) -> None:
    """Switched off, no unit goes by it, and the run is another one; switched on again, the bits are back."""
    scenario = small().with_changes(BAN | OTHERS | {"policies.china_ban.products": ["consumer"]})
    on, off = run(scenario, 4), run(scenario.with_changes({f"evasion.{one}.enabled": False}), 4)
    assert one not in off.world.ways.names
    if on.series["ways"][:, on.world.ways.names.index(one)].sum():
        assert differences(bits(on), bits(off)) != []
    again = run(scenario.with_changes({f"evasion.{one}.cost": 0.0}).with_changes(
        {f"evasion.{one}.cost": small().evasion[one].cost}), 4)  # fmt: skip
    assert differences(bits(on), bits(again)) == []


def test_compliant_sellers_send_with_true_papers() -> None:
    """Nobody who is compliant uses a false way."""
    run_ = records(2)
    rows = run_.ledger
    assert rows is not None
    world = run_.world
    way = np.array([name not in ("honest", "military_purpose") for name in world.ways.names])[rows["way"]]
    heirs = run_.agents["owner"] != np.arange(len(world.agents.key))
    plain = world.agents.compliant & ~heirs
    assert way.any()
    assert not (way & plain[rows["seller"]]).any()
