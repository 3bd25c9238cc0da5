"""What records show of true crossings, by hand and in a run."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ledger.mirror import mirror
from sim.measures.frame import measures
from sim.measures.view import View
from sim.measures.visibility import passed
from sim.world.records import COUNTERS, LEDGER_WHOLE
from tests.ledger.test_customs import told
from tests.measures.cases import value
from tests.measures.synthetic import ByHand, world

NO_LEDGER = "the run kept no ledger"


def crossed() -> ByHand:
    """Four crossings by AA-KK, two recorded by exporters, one by importers; two borders by AA-KK-EE; a sale at home.

    Understated by nothing; the first consignment is worth 20,000, of which half stands in importers' records.
    """
    b = ByHand(
        world(
            evasion__around={"kind": "rerouting"},
            **{f"jurisdictions__{j}__understatement": 0.0 for j in ("AA", "KK", "EE")},
        )
    )
    around = b.world.ways.names.index("around")
    long = b.world.corridors.names.index("AA-KK-EE")
    near = b.path("leader", "traders #0")
    b.ship(1, "quad", 100, 100.0, 80.0, near, recorded=0b0011)
    b.ship(1, "quad", 100, 100.0, 80.0, near, recorded=0b0001)
    b.ship(1, "fpv", 10, 50.0, 40.0, near)
    b.ship(9, "fpv", 10, 50.0, 40.0, near)
    far = b.path("leader", "shop", corridor=long, way=around)
    b.ship(2, "quad", 10, 100.0, 80.0, far, recorded=0b00110001)
    b.ship(
        2, "quad", 10, 100.0, 80.0, far, recorded=0b0001, seized=True, arrival=-1,
        stopped=b.names.legs.index("KK-EE"),
    )  # fmt: skip
    b.ship(2, "quad", 10, 100.0, 80.0, far, seized=True, arrival=-1, stopped=b.names.legs.index("AA-KK"))
    b.ship(3, "quad", 10, 100.0, 80.0, b.path("leader", "users"))
    counters = {"exporter_records": 5, "importer_records": 2}
    for name, count in counters.items():
        b.set("counters", np.eye(60)[2] * count, name)
    for leg, count in {"AA-AA": 1, "AA-KK": 7, "KK-EE": 2}.items():
        b.set("crossings", np.eye(60)[2] * count, leg, "quad")
    return b


def test_crossings_over_borders() -> None:
    """None at home, as many as the corridor has legs, and those up to where it was seized."""
    assert passed(View(crossed().records())).tolist() == [1, 1, 1, 1, 2, 2, 1, 0]


def test_visibility() -> None:
    """In all from series, with or without a ledger; by corridor and way from the ledger."""
    b = crossed()
    for records in (b.records(), b.records(ledger=False)):
        assert value(records, None, "visibility_exporter") == pytest.approx(5 / 9)
        assert value(records, None, "visibility_importer") == pytest.approx(2 / 9)
    run = b.records()
    assert value(run, None, "visibility_exporter", by="corridor", item="AA-KK") == pytest.approx(2 / 4)
    assert value(run, None, "visibility_importer", by="corridor", item="AA-KK") == pytest.approx(1 / 4)
    assert value(run, None, "visibility_exporter", by="corridor", item="AA-KK-EE") == pytest.approx(3 / 5)
    assert value(run, None, "visibility_exporter", by="way", item="around") == pytest.approx(3 / 5)
    assert value(run, None, "visibility_importer", by="way", item="around") == pytest.approx(1 / 5)
    bare = b.records(ledger=False)
    for by in ("corridor", "way"):
        assert value(bare, None, "visibility_exporter", by=by, column="reason") == NO_LEDGER
    still = ByHand().records()
    assert value(still, None, "visibility_exporter", column="reason") == "no goods crossed a border"


def test_mirror_gap() -> None:
    """Importers' over exporters' value; missing where exporters' records are worth little, or where no ledger is."""
    b = crossed()
    run = b.records()
    assert value(run, None, "mirror_gap") == pytest.approx((10_000 + 1000) / (20_000 + 1000 + 1000 + 1000))
    assert value(run, None, "mirror_gap", by="pair", item="AA-KK") == pytest.approx(10_000 / 22_000)
    small = "less than $10,000 on the exporter's side"
    assert value(run, None, "mirror_gap", products=["fpv"], column="reason") == small
    frame = measures(run, None, only=["mirror_gap"])
    assert set(frame["item"]) == {"", "AA-KK"}, "KK-EE is worth 1,000"
    assert value(b.records(ledger=False), None, "mirror_gap", column="reason") == NO_LEDGER
    assert value(run, crossed().records(), "mirror_gap", column="twin") == value(run, None, "mirror_gap")


def test_vague_records_count_where_all_products_do() -> None:
    """Nobody can tell which product they are of."""
    b = ByHand()
    node = b.path("leader", "traders #0")
    b.ship(1, "quad", 200, 100.0, 80.0, node, recorded=0b0011)
    b.ship(1, "quad", 200, 100.0, 80.0, node, recorded=0b0101)
    assert value(b.records(), None, "mirror_gap", products=["quad", "fpv"]) == pytest.approx(0.5)
    assert value(b.records(), None, "mirror_gap", products=["quad"]) == pytest.approx(1.0)


def test_ledger_and_series_agree() -> None:
    """Crossings and records of a run, counted one by one and by the engine."""
    records = told("rerouting", tracked=True)[0]
    assert records.ledger is not None
    legs = records.world.legs
    counted = records.series["crossings"][:, legs.origin != legs.destination].sum()
    assert passed(View(records)).sum() == counted
    whole = measures(records, only=["visibility_exporter", "visibility_importer", "mirror_gap"])
    by_way = whole[whole["by"] == "way"].set_index(["measure", "item"])["value"]
    weight = {}
    for way, name in enumerate(records.world.ways.names):
        rows = {column: records.ledger[column][records.ledger["way"] == way] for column in LEDGER_WHOLE}
        weight[name] = passed(View(records))[records.ledger["way"] == way].sum()
        assert len(rows["tick"])
    for side in ("exporter", "importer"):
        total = sum(by_way[f"visibility_{side}", name] * weight[name] for name in weight)
        counters = records.series["counters"].sum(axis=0)
        assert total == pytest.approx(counters[COUNTERS.index(f"{side}_records")])
    sums = mirror(records)[["exporter_value", "importer_value"]].sum()
    gap = whole[(whole["measure"] == "mirror_gap") & (whole["by"] == "")]["value"].iloc[0]
    assert gap == pytest.approx(sums["importer_value"] / sums["exporter_value"])
