"""Who can impose a policy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import sim
from sim.policy import KINDS

GROUPS = sim.load("small").groups
NEEDED: dict[str, dict[str, Any]] = {
    "data_sharing": {"members": ["CN", "KZ"]},
    "input_restriction": {"groups": ["leader"]},
    "inspection": {"added": 0.1},
    "quota": {"units": 5.0},
    "entity_listing": {"hazard": 0.1},
}


def made(kind: str, **fields: Any) -> Any:
    return KINDS[kind].model_validate({"kind": kind, "effective": date(2023, 1, 1), **NEEDED.get(kind, {}), **fields})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_who(kind: str) -> None:
    found = made(kind).who(GROUPS)
    assert found.why and not found.stated
    assert found.firms == (kind in ("voluntary_suspension", "distributor_contract"))
    assert bool(found.states) == (kind == "data_sharing")


def test_states_are_derived_from_where_a_policy_acts() -> None:
    assert made("export_ban", origins=["CN", "PL"], destinations=["RU"]).who(GROUPS).states == ("CN", "PL")
    assert made("inspection", destinations=["KZ"]).who(GROUPS).states == ("KZ",)
    assert made("transit_tracking", origins=["TR"], destinations=["KZ"]).who(GROUPS).states == ("KZ",)
    threatened = made("secondary_sanctions", origins=["CN"]).who(GROUPS)
    assert threatened.states == () and "names no state" in threatened.why


def test_who_is_named_comes_first() -> None:
    found = made("export_ban", by="reg_eu", origins=["CN"]).who(GROUPS)
    assert found.groups == ("reg_eu",) and found.states == ("PL",) and found.stated
    firms = made("voluntary_suspension", by="leader").who(GROUPS)
    assert firms.groups == ("leader",) and firms.states == () and firms.firms


def test_of_a_group_in_many_states_those_count_where_the_policy_acts() -> None:
    baseline = sim.load("baseline")
    tracking = baseline.policies["kz_tracking"].who(baseline.groups)
    assert tracking.states == ("KZ",) and len(tracking.groups) == 1
