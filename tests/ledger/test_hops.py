"""Hops and the network out of frames, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.ledger import frames
from sim.ledger.hops import hop_table, nodes, totals
from sim.ledger.network import edges
from sim.ledger.trace import chains
from tests.measures.synthetic import ByHand


def shared_trunk() -> ByHand:
    """A maker's sale to a trader that served both sides, and a delivery that left before the ledger began."""
    b = ByHand()
    east = b.path("leader", "traders #0", "front_east", breach=1)
    west = b.path("leader", "traders #0", "fund", "front_west")
    trunk = b.nodes[east]["parent"]
    b.ship(1, "quad", 30, 100.0, 80.0, trunk)
    b.ship(2, "quad", 10, 140.0, 80.0, trunk)
    b.ship(4, "quad", 12, 200.0, 110.0, east)
    b.ship(5, "quad", 3, 200.0, 110.0, east, seized=True, arrival=-1, breach=1)
    b.deliver(6, "quad", 12, 2400.0, east)
    b.deliver(6, "quad", 7, 1400.0, west)
    b.deliver(0, "quad", 2, 300.0, b.path("leader", "shop", "front_east"))
    return b


def test_nodes() -> None:
    """Holder, parent and flags of each node; all of them or those asked for."""
    b = shared_trunk()
    frame = nodes(b.records())
    assert frame["node"].tolist() == list(range(len(b.nodes)))
    assert frame["parent"].tolist() == [node["parent"] for node in b.nodes]
    assert frame["agent"].astype(str).tolist()[:3] == ["leader", "traders #0", "front_east"]
    assert frame["law"].tolist()[:3] == [False, False, True]
    pd.testing.assert_frame_equal(
        nodes(b.records(), [2, 0]).reset_index(drop=True), frame.iloc[[2, 0]].reset_index(drop=True)
    )
    assert nodes(ByHand().records()).empty


def test_edges_of_chains_hold_what_arrived() -> None:
    """Of a hop that both sides share only the units of the side count; what else was shipped there is told beside."""
    b = shared_trunk()
    records = b.records()
    ledger, path_nodes, found = frames.ledger(records), nodes(records), chains(records)
    east = edges(ledger, path_nodes, found[found["side"] == "east"]).set_index(["seller", "buyer"])
    first = east.loc[("leader", "traders #0")]
    assert (first["units"], first["shipped"], first["shipments"]) == (12, 40, 2)
    assert first["value"] == pytest.approx(12 * 110.0)
    last = east.loc[("traders #0", "front_east")]
    assert (last["units"], last["shipped"], last["seized"], last["seized_units"], last["law"]) == (12, 15, 1, 3, 2)
    before = east.loc[("leader", "shop")]
    assert (before["units"], before["shipments"]) == (2, 0)
    assert np.isnan(before["value"])
    assert pd.isna(before["first"])
    assert ("fund", "front_west") not in east.index
    whole = edges(ledger, path_nodes).set_index(["seller", "buyer"])
    assert whole["units"].to_dict() == {("leader", "traders #0"): 40, ("traders #0", "front_east"): 15}
    assert whole.columns.tolist() == east.columns.tolist()
    assert edges(ledger, path_nodes, found.iloc[:0]).dtypes.to_dict() == east.reset_index().dtypes.to_dict()


def test_labels_and_money_beside_the_price() -> None:
    """Corridor and way of a hop come from its node, what papers said from the rows; a code is not taken for a label."""
    b = shared_trunk()
    records = b.records()
    ledger, path_nodes = frames.ledger(records), nodes(records)
    assert "way" not in totals(ledger.assign(way=0), ["node"])
    told = ledger.assign(way=pd.Categorical(["by post", "none", "none", "none"]), declared=pd.NA, unit_facilitation=2.5)
    found = totals(told, ["seller"])
    assert found.loc["leader", ["way", "corridor", "unit_facilitation"]].tolist() == ["by post; none", "AA-KK", 100.0]
    line = path_nodes.iloc[:3]
    labels = line["agent"].astype(str)
    agents = pd.DataFrame({"jurisdiction": "AA", "shown": labels.to_numpy()}, index=labels)
    hops = hop_table(line, told, agents, "quad")
    assert hops["unit_facilitation"].tolist() == [2.5, 2.5]
    assert hops["way"].tolist() == ["honest", "honest"]
    assert hops["corridor"].tolist() == ["AA-KK", "KK-EE"]
    assert hops["declared"].isna().all()
    assert hop_table(line, ledger, agents, "quad")["declared"].tolist() == ["KK", "EE"]
    assert edges(told, path_nodes)["facilitation"].tolist() == [100.0, 37.5]
    assert edges(told, path_nodes, chains(records))["facilitation"].dropna().tolist() == [19 * 2.5, 12 * 2.5]


def test_legs_where_goods_were_seized_are_named() -> None:
    """Beside the corridor that they were on."""
    b = shared_trunk()
    b.ledger[-1]["stopped"] = b.names.legs.index("KK-EE")
    found = totals(frames.ledger(b.records()), ["node"])
    assert found["stopped"].dropna().tolist() == ["KK-EE"]
