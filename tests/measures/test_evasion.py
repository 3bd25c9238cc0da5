"""Ways of sending and what they cost, by hand and in a run."""

from __future__ import annotations

import numpy as np
import pytest

from sim.measures.frame import measures
from tests.ledger.test_customs import told
from tests.measures.cases import value
from tests.measures.synthetic import ByHand, world


def sent() -> ByHand:
    """East gets 60 honest quads and 40 that went past officials; 30 of these by hand before that."""
    b = ByHand(
        world(
            evasion__bribe={"kind": "facilitation"},
            evasion__hand={"kind": "personal_carriage"},
            evasion__purpose={"kind": "military_purpose"},
        )
    )
    way = {name: b.world.ways.names.index(name) for name in b.world.ways.names}
    b.deliver(3, "quad", 60, 6000.0, b.path("leader", "shop", "front_east"))
    paid = b.path("leader", "shop", way=way["bribe"])
    carried = b.path("leader", "traders #0", way=way["hand"])
    for parent, units in ((paid, 10), (carried, 30)):
        end = {**b.nodes[parent], "parent": parent, "holder": b.agent("front_east"), "hops": 2, "way": way["honest"]}
        b.nodes.append(end | ({"way": way["bribe"]} if parent == carried else {}))
        b.deliver(4, "quad", units, 100.0 * units, len(b.nodes) - 1)
    b.deliver(4, "fpv", 20, 1000.0, b.path("leader", "front_east", way=way["purpose"]))
    for name, units in {"honest": 60.0, "bribe": 30.0, "hand": 6.0, "purpose": 4.0}.items():
        b.set("ways", np.eye(60)[2] * units, name, "quad")
    b.set("ways", np.eye(60)[2] * 50.0, "hand", "fpv")
    b.set("accounts", np.eye(60)[3] * 750.0, "facilitation")
    return b


def test_units_and_shares_by_way() -> None:
    """Products in scope; papers that name the purpose are not false."""
    run, twin = sent().records(), ByHand(sent().world).records()
    quads = {"products": ["quad"]}
    assert value(run, twin, "sent", **quads) == 100.0
    assert value(run, twin, "sent", by="way", item="bribe", **quads) == 30.0
    assert value(run, twin, "sent", column="twin", **quads) == 0.0
    assert value(run, twin, "way_share", **quads) == pytest.approx(0.36)
    assert value(run, twin, "way_share", by="way", item="honest", **quads) == pytest.approx(0.6)
    assert value(run, twin, "way_share", by="way", item="hand", products=["fpv"]) == 1.0
    assert value(twin, None, "way_share", column="reason", **quads) == "nothing sent abroad"
    assert value(run, twin, "facilitation") == 750.0


def test_delivered_by_false_ways() -> None:
    """On any hop; one that took two ways counts with both."""
    run = sent().records()
    assert value(run, None, "evaded", side="east", product="quad") == pytest.approx(0.4)
    assert value(run, None, "evaded", side="east") == pytest.approx(40 / 120)
    assert value(run, None, "evaded", side="east", by="way", item="bribe") == pytest.approx(40 / 120)
    assert value(run, None, "evaded", side="east", by="way", item="hand") == pytest.approx(30 / 120)
    assert value(run, None, "evaded", side="west", column="reason") == "nothing delivered"


def test_what_is_sent_is_in_the_ledger() -> None:
    """The series of ways is the ledger's units that left a state."""
    records = told("understatement")[0]
    rows, corridors = records.ledger, records.world.corridors
    assert rows is not None
    abroad = corridors.origin[rows["corridor"]] != corridors.destination[rows["corridor"]]
    frame = measures(records, only=["sent"], products=records.world.names.products)
    found = frame[frame["by"] == "way"].set_index("item")["value"].to_dict()
    names = records.world.ways.names
    units = np.bincount(rows["way"][abroad], rows["units"][abroad], len(names))
    assert found == {name: units[w] for w, name in enumerate(names) if units[w]}
