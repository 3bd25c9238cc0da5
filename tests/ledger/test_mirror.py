"""Mirror statistics by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.ledger.customs import customs
from sim.ledger.mirror import mirror
from tests.ledger.test_customs import told
from tests.measures.synthetic import ByHand, world


def traded() -> ByHand:
    """Goods from AA to KK, two weeks away: sent in January, there in February; a vague record; one after the end."""
    places = ("AA", "KK")
    b = ByHand(
        world(**{f"jurisdictions__{j}__understatement": 0.0 for j in places}, jurisdictions__KK__report_weeks=1.0)
    )
    node = b.path("leader", "traders #0")
    b.ship(3, "quad", 200, 100.0, 80.0, node, arrival=5, recorded=0b0011)
    b.ship(4, "quad", 100, 100.0, 80.0, node, arrival=6, recorded=0b0001)
    b.ship(4, "fpv", 10, 50.0, 40.0, node, arrival=6, recorded=0b0011)
    b.ship(4, "fpv", 300, 50.0, 40.0, node, arrival=6, recorded=0b0101)
    b.ship(58, "quad", 200, 100.0, 80.0, node, arrival=61, recorded=0b0010)
    return b


def test_both_sides_stand_in_the_month_of_sending() -> None:
    """Importers' records go back by the mean lead time; the gap is missing where the exporter's side is small."""
    found = mirror(traded().records())
    january = found[found["month"] == "2022-01-01"].set_index("product")
    assert january.loc["quad", ["exporter_units", "importer_units"]].tolist() == [300, 200]
    assert january.loc["quad", ["exporter_value", "importer_value"]].tolist() == [30_000.0, 20_000.0]
    assert january.loc["quad", "gap"] == pytest.approx(2 / 3)
    assert np.isnan(january.loc["fpv", "gap"])
    vague = january[january.index.isna()].iloc[0]
    assert (vague["exporter_units"], vague["importer_units"], vague["gap"]) == (300, 0, 0.0)
    assert (found["origin"].astype(str) + found["destination"].astype(str)).unique().tolist() == ["AAKK"]
    last = found[found["month"] > "2022-01-01"].iloc[0]
    assert (last["exporter_units"], last["importer_units"], last["month"]) == (0, 200, pd.Timestamp("2023-02-01"))
    assert mirror(traded().records(), 100.0).set_index(["month", "product"]).loc[("2022-01-01", "fpv"), "gap"] == 1.0


def test_what_is_not_reported_yet_can_be_left_out() -> None:
    """The last shipment arrives after the end."""
    assert (mirror(traded().records(), known=True)["month"] == "2022-01-01").all()


def test_nothing_is_lost() -> None:
    """Sums over pairs, months and products are those of the records."""
    records = told("vague_description")[0]
    rows, found = customs(records), mirror(records)
    for side in ("exporter", "importer"):
        own = rows[rows["side"] == side]
        assert found[f"{side}_units"].sum() == own["units"].sum()
        assert found[f"{side}_value"].sum() == pytest.approx(own["value"].sum())
    assert not found.duplicated(["origin", "destination", "month", "product"]).any()


def test_no_records() -> None:
    """An empty frame with the same columns."""
    assert mirror(ByHand().records()).columns.tolist() == mirror(traded().records()).columns.tolist()
    with pytest.raises(ValueError, match="kept no ledger"):
        mirror(traded().records(ledger=False))
