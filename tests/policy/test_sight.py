"""What authorities see: own sources, pooled records, and records that do not match."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import COUNTERS
from tests.policy.test_by_hand import day, world

LIST: dict[str, Any] = {
    "kind": "entity_listing", "effective": day(0), "by": "watch", "hazard": 0.0, "observation": 1.0, "fading": 0.0,
    "sources": ["B"],
}  # fmt: skip
"""Looks into every record that it sees, and acts on none."""
BAN: dict[str, Any] = {"kind": "export_ban", "effective": day(0), "origins": ["A"], "sides": ["west"]}
"""Goods from A are barred to somebody, so that their records are looked into; nobody here breaks it."""
POOL: dict[str, Any] = {"kind": "data_sharing", "effective": day(5), "by": "watch", "members": ["A", "C"]}


def engine_of(policies: dict[str, Any], **changes: Any) -> Engine:
    """A trader in A between a maker there and the user in C; customs of A record all exports, those of C no imports."""
    data = world({"ban": BAN, "list": LIST} | policies)
    trader = {
        key: value for key, value in data["groups"]["maker_a"].items() if key not in ("capacity", "production_cost")
    }
    data["groups"] |= {
        "trader": trader | {"kind": "intermediary", "jurisdiction": "A"},
        "watch": {"kind": "regulator", "count": 1, "jurisdiction": "B"},
        "others": {"kind": "regulator", "count": 1, "jurisdiction": "B"},
    }
    data["legs"]["A-A"] = data["legs"]["C-C"]
    data["links"] = {
        "in": {"sellers": ["maker_a"], "buyers": ["trader"], "degree": 1},
        "out": {"sellers": ["trader"], "buyers": ["user"], "degree": 1},
    }
    data["jurisdictions"]["A"] |= {"export_coverage": 1.0}
    data["jurisdictions"]["C"] |= {"import_coverage": 0.0}
    for path, value in changes.items():
        *tables, last = path.split("__")
        place = data
        for table in tables:
            place = place[table]
        place[last] = value
    return Engine(build(load(data), 1))


def seen_of_trader(policies: dict[str, Any], **changes: Any) -> tuple[float, int, int]:
    """Exposure of the trader at the end, pieces that it sent since tick 5, and mismatches found."""
    engine = engine_of(policies, **changes)
    records = engine.run()
    names, ledger = records.world.names, records.ledger
    assert ledger is not None
    row = int(np.flatnonzero(records.world.agents.group == names.groups.index("trader"))[0])
    pieces = int(((ledger["seller"] == row) & (ledger["tick"] >= 5)).sum())
    assert pieces > 10
    exposure = engine.state.agents.exposure[names.policies.index("list"), row]
    return float(exposure), pieces, int(records.series["counters"][:, COUNTERS.index("mismatches")].sum())


def test_who_sees_neither_end_suspects_nobody() -> None:
    """B has no record of trade from A to C."""
    assert seen_of_trader({})[0] == 0.0


def test_pooled_records_of_exports_are_seen_as_own_ones() -> None:
    """From A alone: every piece counts once; there is nothing to compare with."""
    exposure, pieces, found = seen_of_trader({"pool": POOL | {"members": ["A"], "mismatch": 3.0}})
    assert (exposure, found) == (pieces, 0)


def test_records_that_the_other_end_does_not_match_count_more() -> None:
    """C has no record of what A records: half a consignment more for each piece."""
    exposure, pieces, found = seen_of_trader({"pool": POOL | {"mismatch": 0.5}})
    assert (exposure, found) == (pytest.approx(1.5 * pieces), pieces)
    matched = seen_of_trader({"pool": POOL | {"mismatch": 0.5}}, jurisdictions__C__import_coverage=1.0)
    assert matched == (matched[1], pieces, 0)
    unrecorded = seen_of_trader({"pool": POOL}, jurisdictions__A__export_coverage=0.0)
    assert unrecorded[::2] == (0.0, 0)


def test_the_share_pooled_scales_what_is_seen_and_what_does_not_match() -> None:
    """At a fifth: about a fifth of the pieces, at one and a tenth of a consignment each."""
    exposure, pieces, found = seen_of_trader({"pool": POOL | {"mismatch": 0.5, "intensity": 0.2}})
    assert exposure == pytest.approx(1.1 * found)
    assert 0 < found < pieces
    whole = seen_of_trader({"pool": POOL | {"intensity": 0.2}, "list": LIST | {"sources": ["A"]}})
    assert whole[2] > found, "records of its own sources are seen whole, before and after"


def test_only_the_authorities_named_see_the_pool() -> None:
    """By `by` or by `groups`, through the listings that they carry out."""
    assert seen_of_trader({"pool": POOL | {"by": "others"}})[0] == 0.0
    assert seen_of_trader({"pool": POOL | {"by": "others", "groups": ["watch"]}})[0] > 0.0
    assert seen_of_trader({"pool": POOL, "list": LIST | {"by": ""}})[0] == 0.0


def test_seizures_are_not_pooled() -> None:
    """What is seized in A is heard of by those whose source is A, and by nobody else."""
    seized = {
        "legs__A-C": {"lead_weeks": 2, "lead_spread": 0.0, "freight": 0.02, "inspection": 1.0},
        "groups__trader__concealment": 0.0, "groups__trader__tolerance": 1e9, "market__inspection_value": 1.0,
        "market__de_minimis": 0.0, "evasion": {"face": {"kind": "civil_face", "penalty": 0.0, "concealment": 0.0}},
    }  # fmt: skip
    ban = {"ban": BAN | {"sides": ["east"], "effective": day(5), "penalty": 0.0}}
    pool = ban | {"pool": POOL}
    exposure, pieces, _ = seen_of_trader(pool, **seized)
    own, _, _ = seen_of_trader(pool | {"list": LIST | {"sources": ["A"]}}, **seized)
    assert own > 0.7 * pieces
    assert exposure < 0.3 * pieces


def test_several_pools_give_the_greatest_share_and_weight() -> None:
    """No mismatch is seen where the two ends are in different pools."""
    pools = {
        "one": POOL | {"members": ["A", "C"], "intensity": 0.5, "mismatch": 1.0},
        "two": POOL | {"members": ["A", "B"], "intensity": 1.0, "mismatch": 0.25},
        "three": POOL | {"members": ["A", "C"], "intensity": 0.25, "mismatch": 8.0, "ends": day(8)},
    }
    engine = engine_of(pools)
    while engine.tick < 12 + 7:
        engine.step()
    row = engine.world.names.policies.index("list")
    assert engine.sees[row].tolist() == [[1.0, 1.0, 0.5]] * 2
    weights = engine._sight.mismatch[row].reshape(3, 3)
    assert weights.tolist() == [[2.0, 0.25, 2.0], [0.25, 0.25, 0.0], [2.0, 0.0, 2.0]]
    while engine.tick < 12 + 10:
        engine.step()
    assert engine._sight.mismatch[row].reshape(3, 3)[0].tolist() == [0.5, 0.25, 0.5]
