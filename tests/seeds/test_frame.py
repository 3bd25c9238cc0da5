"""The evidence as a frame."""

from __future__ import annotations

import pandas as pd

import sim
from sim.seeds.frame import COLUMNS
from sim.seeds.reading import read_evidence
from sim.seeds.tables import EVIDENCE


def test_every_row_stands_once_and_has_its_columns() -> None:
    frame = sim.evidence()
    found = read_evidence().tables
    assert len(frame) == sum(len(found[name]) for name in EVIDENCE)
    assert frame["id"].is_unique
    assert list(frame.columns) == list(COLUMNS)
    for column in ("value", "low", "high"):
        assert frame[column].dtype == "float64"
    for column in ("announced", "window_start", "window_end"):
        assert pd.api.types.is_datetime64_dtype(frame[column])
    text = frame[[column for column, kind in COLUMNS.items() if kind == "str"]]
    assert not text.isna().any().any()
    assert (frame["source_name"] != "").all()


def test_a_row_says_what_it_is_compared_with_or_why_with_nothing() -> None:
    frame = sim.evidence()
    said = (frame["observable"] != "") | (frame["sets"] != "")
    why_not = frame["not_computed"] != ""
    assert (said ^ why_not)[frame["table"].isin(["facts", "parameters"])].all()


def test_filters_go_together() -> None:
    fit = sim.evidence(role="fit", source="doc000")
    assert fit["id"].tolist() == ["D01", "D02", "D11", "D16", "D17"]
    assert sim.evidence(role="fit", table="parameters").empty
    assert set(sim.evidence(role="policy")["table"]) == {"facts", "clock"}
    assert list(sim.evidence(role="fit", table="parameters").columns) == list(COLUMNS)


def test_rows_come_in_the_order_asked_for() -> None:
    assert sim.evidence("P10", "D02", "P10", "T06")["id"].tolist() == ["P10", "D02", "T06"]
    assert sim.evidence("D02", "P10", role="fit")["id"].tolist() == ["D02"]


def test_a_row_under_the_names_of_the_frame() -> None:
    row = sim.evidence("P06").iloc[0]
    assert (row["what"], row["value"], row["low"], row["high"]) == ("price, agricultural", 14000.0, 8000.0, 20000.0)
    assert (row["sets"], row["rests_on"]) == ("products.agricultural.reference_price", "F09b")
    event = sim.evidence("T06").iloc[0]
    assert (event["window_start"], event["announced"]) == (pd.Timestamp("2023-09-01"), pd.Timestamp("2023-07-31"))
    assert pd.isna(event["value"])
    assert sim.evidence("V17").iloc[0]["what"] == "couriers: to Ukraine direct from China, quadcopters"
