"""Records of single legs: factors on what customs record of the trade between two jurisdictions."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.ledger.customs import customs
from sim.world.records import COUNTERS, Records
from tests.laws.common import Bits, bits, differences, run, small

FIELDS = {"exporter": "export_recorded", "importer": "import_recorded"}
ENDS = {"exporter": ("exporter", "CN", "KZ"), "importer": ("importer", "KZ", "CN")}
"""Who records what is sent from China to Kazakhstan: side, own jurisdiction, the other one."""


@cache
def ran(field: str = "", value: float = 1.0, until: str = "") -> Records:
    """The small world where nobody acts on records, with one field of the leg changed, or changed until a day."""
    given: Any = {"step": {"2023-01-02": 1.0, until: value}} if until else value
    return run(small().without_policies(["listings"]).with_changes({f"legs.CN-KZ.{field}": given} if field else {}))


def counts(records: Records) -> pd.Series:
    """Number of records by who keeps them, and from where or to where."""
    found = customs(records)
    return found.groupby([found[key].astype(str) for key in ("side", "reporter", "partner")]).size()


def trades(records: Records) -> Bits:
    """Everything that a run leaves behind but for what is recorded of it."""
    found = bits(records)
    del found["ledger.recorded"]
    kept = [i for i, name in enumerate(COUNTERS) if not name.endswith("er_records")]
    found["series.counters"] = found["series.counters"][:, kept]
    return found


@pytest.mark.parametrize("side", FIELDS)
def test_a_leg_that_records_leave_out_moves_no_trade(side: str) -> None:
    """At 0 this side keeps no record of the pair; all other records, and every unit and dollar, are the same."""
    before, after = counts(ran()), counts(ran(FIELDS[side], 0.0))
    assert before[ENDS[side]] > 50
    assert before.drop([ENDS[side]]).equals(after)
    assert differences(trades(ran()), trades(ran(FIELDS[side], 0.0))) == []


@pytest.mark.parametrize("side", FIELDS)
def test_the_factor_is_a_share_of_the_coverage(side: str) -> None:
    """At a half, half the records, within five standard errors; each of them stood in the whole too."""
    whole, half = (customs(r) for r in (ran(), ran(FIELDS[side], 0.5)))
    n = int(counts(ran())[ENDS[side]])
    assert abs(len(whole) - len(half) - n / 2) < 5.0 * np.sqrt(n / 4)
    assert len(whole.merge(half, how="inner")) == len(half)


def test_the_factor_may_change_with_time() -> None:
    """Nothing is recorded from a day on, as of couriers after February 2022."""
    day = "2023-06-05"
    before, after = (
        customs(r).set_index(["side", "reporter", "partner"]).sort_index()
        for r in (ran(), ran("export_recorded", 0.0, day))
    )
    kept = after.loc[ENDS["exporter"], "date"]
    assert kept.max() < pd.Timestamp(day)
    assert len(kept) == (before.loc[ENDS["exporter"], "date"] < pd.Timestamp(day)).sum() > 10
