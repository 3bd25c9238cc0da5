"""True crossings into a state and what records show of them, by hand and in a run."""

from __future__ import annotations

import pytest

from sim.experiments.observed import observed
from sim.ledger.customs import customs
from sim.ledger.frames import ledger
from tests.ledger.test_customs import told
from tests.measures.synthetic import ByHand


def test_by_date_of_sending() -> None:
    """Seized goods do not go in, but can be on record; sales at home and goods to others are left out."""
    b = ByHand()
    node = b.path("leader", "shop")
    b.ship(10, "quad", 40, 1.0, 1.0, node, arrival=30, recorded=0b0011)
    b.ship(10, "quad", 20, 1.0, 1.0, node, arrival=30, recorded=0b0101)
    b.ship(10, "fpv", 8, 1.0, 1.0, node, recorded=0b0001, seized=True, arrival=-1)
    b.ship(10, "quad", 99, 1.0, 1.0, b.path("leader", "traders #0"), recorded=0b0011)
    b.ship(10, "quad", 99, 1.0, 1.0, b.path("leader", "shop", "front_east"))
    frame = observed(b.records(), "EE").set_index("tick")
    shown = ["true", "exporter", "importer"]
    assert frame.loc[9, shown].tolist() == [0.0, 0.0, 0.0]
    for tick in range(10, 14):
        assert frame.loc[tick, shown].tolist() == [15.0, 17.0, 10.0]
    assert frame.loc[14, shown].tolist() == [0.0, 0.0, 0.0]
    quads = observed(b.records(), "EE", ["quad"]).set_index("tick")
    assert quads.loc[10, shown].tolist() == [15.0, 10.0, 10.0], "a vague record tells no product"
    assert set(frame["into"]) == {"EE"}


@pytest.mark.parametrize("tick", [3, 12, 24])
def test_a_mean_over_four_weeks(tick: int) -> None:
    """What left in them, of the frames of both ledgers."""
    records = told("vague_description")[0]
    frame, true = observed(records, "RU").set_index("tick"), ledger(records)
    own = customs(records).merge(true[["row", "tick"]], on="row")
    own = own[own["tick"].between(tick - 3, tick)]
    for side, other in (("exporter", "partner"), ("importer", "reporter")):
        units = own.loc[(own["side"] == side) & (own[other] == "RU"), "units"].sum()
        assert units > 0
        assert frame.loc[tick, side] == pytest.approx(units / 4)
    enters = true["corridor"].astype("str").str.endswith("-RU") & true["corridor"].ne("RU-RU") & ~true["seized"]
    assert frame.loc[tick, "true"] == pytest.approx(
        true.loc[enters & true["tick"].between(tick - 3, tick), "units"].sum() / 4
    )


def test_names_that_there_are_not() -> None:
    """A state or a product; and a run without a ledger."""
    b = ByHand()
    with pytest.raises(ValueError, match="no jurisdiction 'XX'"):
        observed(b.records(), "XX")
    with pytest.raises(ValueError, match="no product 'qaud' \\(did you mean 'quad'\\?\\)"):
        observed(b.records(), "EE", ["qaud"])
    with pytest.raises(ValueError, match="kept no ledger"):
        observed(b.records(ledger=False), "EE")
