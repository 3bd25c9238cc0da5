"""The customs ledger: record by record what the engine told authorities, and nothing that papers hide."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.engine import Engine
from sim.evasion.common import BEYOND, STOPS, UNDECLARED
from sim.ledger.customs import IMPORTER, VAGUE_HEADING, Entries, customs, entries
from sim.ledger.frames import ledger
from sim.ledger.labels import tick_dates
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import COUNTERS, Records
from sim.world.ways import GOES
from tests.measures.synthetic import ByHand, world

WAYS = (
    "civil_face", "facilitation", "ghost_transit", "military_purpose", "off_the_shelf", "personal_carriage",
    "rerouting", "splitting", "understatement", "vague_description",
)  # fmt: skip
PLACES = ("CN", "KZ", "PL", "RU", "TR", "UA")
DUTY = {
    "kind": "levy", "title": "a levy", "effective": "2023-03-06", "origins": ["CN", "TR"],
    "destinations": ["KZ", "PL", "RU"], "rate": 0.5, "evidence": "assumed",
}  # fmt: skip
TRACKING = {
    "kind": "transit_tracking", "title": "tracking", "by": "reg_cn", "effective": "2023-03-06",
    "origins": ["KZ", "TR"], "found": 0.5, "evidence": "assumed",
}  # fmt: skip


def only(way: str) -> dict[str, Any]:
    """Changes that leave one way of evasion, at no cost, with a levy to evade; everything is recorded."""
    changes: dict[str, Any] = {f"evasion.{other}.enabled": False for other in WAYS if other != way}
    changes |= {f"evasion.{way}.{name}": 0.0 for name in ("cost", "penalty")}
    changes |= {f"jurisdictions.{j}.{side}_coverage": 1.0 for j in PLACES for side in ("export", "import")}
    return changes | {"policies.duty": DUTY, "policies.exit_checks.added": 0.6}


@cache
def told(way: str, tracked: bool = False) -> tuple[Records, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A run, and what its authorities knew: of what left in the burn-in, and in all; units and values."""
    changes = only(way) | {"time.end": "2023-08-27"}
    if tracked:
        changes |= {"policies.track": TRACKING, "policies.duty.enabled": False, "policies.exit_checks.added": 0.0}
    engine = Engine(build(load("small", changes), 2), ledger=True)
    while engine.tick < engine.world.calendar.burn_in:
        engine.step()
    known = engine.state.known
    before = known.units.copy(), known.value.copy()
    records = engine.run()
    return records, *before, known.units, known.value


def added(records: Records, found: Entries, units: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What was known before, and the records on top, one by one in their order."""
    names, calendar = records.world.names, records.world.calendar
    assert records.ledger is not None
    at = found.reported + calendar.burn_in
    product = np.where(found.vague, len(names.products), records.ledger["product"][found.row])
    where = (at, found.side, found.origin * len(names.jurisdictions) + found.destination, product)
    told = at < calendar.ticks
    cells = tuple(column[told] for column in where)
    units, value = units.copy(), value.copy()
    np.add.at(units, cells, found.units[told])
    np.add.at(value, cells, found.value[told])
    return units, value


@pytest.mark.parametrize("way", ["ghost_transit", "military_purpose", "understatement", "vague_description"])
def test_records_are_those_of_the_engine(way: str) -> None:
    """Every cell that regulators read, units and value, to the last bit."""
    records, units_before, value_before, units, value = told(way)
    found = entries(records)
    assert records.ledger is not None
    assert (records.ledger["way"] > 0).any(), "nobody chose it"
    ours = added(records, found, units_before, value_before)
    assert np.array_equal(ours[0], units)
    assert np.array_equal(ours[1], value)
    counters = records.series["counters"].sum(axis=0)
    for side, name in enumerate(("exporter_records", "importer_records")):
        assert (found.side == side).sum() == counters[COUNTERS.index(name)] > 0


def test_goods_seized_on_the_way_are_dated_by_the_mean() -> None:
    """The true ledger does not say when they would have arrived; all else is exact, and so are units and values."""
    records, units_before, value_before, units, value = told("rerouting", tracked=True)
    found = entries(records)
    assert records.ledger is not None
    guessed = (found.side == IMPORTER) & (records.ledger["arrival"][found.row] < 0)
    assert 0 < guessed.sum() < 100
    ours = added(records, found, units_before, value_before)
    assert np.array_equal(ours[0][:, 0], units[:, 0])
    assert np.array_equal(ours[1][:, 0], value[:, 0])
    assert (ours[0] != units).sum() <= 2 * guessed.sum()
    assert ours[0].sum() == pytest.approx(units.sum(), abs=float(found.units[guessed].sum()))


def test_a_rerouted_consignment_has_a_record_at_every_border() -> None:
    """Each state sees the next one as the end of the way."""
    records = told("rerouting", tracked=True)[0]
    frame = customs(records)
    true = ledger(records)
    rerouted = true[(true["way"] == "rerouting") & ~true["seized"]]
    assert len(rerouted)
    for row, corridor in rerouted[["row", "corridor"]].head(20).itertuples(index=False):
        stops = corridor.split("-")
        own = frame[frame["row"] == row]
        seen = {(side, reporter, partner) for side, reporter, partner in own[["side", "reporter", "partner"]].values}
        wanted = {("exporter", a, b) for a, b in pairwise(stops)}
        wanted |= {("importer", b, a) for a, b in pairwise(stops)}
        assert seen == wanted


def test_ghost_transit_is_never_imported() -> None:
    """Papers name a state beyond, which the goods never reach."""
    records = told("ghost_transit")[0]
    frame = customs(records).merge(ledger(records)[["row", "way", "declared", "buyer"]], on="row")
    ghosts = frame[frame["way"] == "ghost_transit"]
    assert set(ghosts["side"]) == {"exporter"}
    assert (ghosts["partner"].astype(str) == ghosts["declared"].astype(str)).all()


def test_vague_records_name_no_product() -> None:
    """A heading of its own stands in the place of the product's."""
    frame = customs(told("vague_description")[0])
    assert 0 < frame["vague"].mean() < 1
    assert (frame["vague"] == frame["product"].isna()).all()
    assert set(frame.loc[frame["vague"], "hs_code"]) == {VAGUE_HEADING}
    assert set(frame.loc[~frame["vague"], "hs_code"]) == {"8806.22", "8807.30"}


def test_nothing_hidden_is_told() -> None:
    """A record has what papers show, and the row behind it; the row tells the rest."""
    records = told("understatement")[0]
    frame = customs(records)
    assert list(frame.columns) == [
        "row", "reporter", "side", "partner", "date", "reported", "known", "product", "hs_code", "units", "value",
        "vague",
    ]  # fmt: skip
    both = frame.merge(ledger(records), on="row", suffixes=("", "_true"))
    assert len(both) == len(frame)
    honest = both["way"] == "honest"
    assert (both["units"] == both["units_true"])[honest].all()
    assert (both["units"] <= both["units_true"]).all()
    less = both[both["way"] == "understatement"]
    assert less["units"].sum() < 0.8 * less["units_true"].sum()
    exports = both["side"] == "exporter"
    assert (both["date"] == both["date_true"])[exports].all()
    assert (both["reported"] > both["date"]).all()
    late = both["reported"] > pd.Timestamp(tick_dates(records)[-1])
    assert (late == ~both["known"]).all()
    assert late.any()


def test_no_record_without_papers() -> None:
    """Carried by hand, nothing stands anywhere."""
    records = told("personal_carriage")[0]
    rows = ledger(records)
    assert records.ledger is not None
    story = records.world.ways.flags[records.ledger["way"], GOES]
    hidden = rows[story == UNDECLARED]
    assert len(hidden)
    assert not hidden["row"].isin(customs(records)["row"]).any()
    assert set(story[customs(records)["row"].to_numpy()]) <= {0, STOPS, BEYOND}


def test_by_hand() -> None:
    """Two records of one shipment, the importer's vague, reported at other times."""
    of = {"AA__report_weeks": 2.0, "AA__understatement": 0.0, "KK__report_weeks": 60.0, "KK__understatement": 0.5}
    b = ByHand(world(**{f"jurisdictions__{name}": value for name, value in of.items()}))
    node = b.path("leader", "traders #0")
    b.ship(3, "quad", 10, 100.0, 80.0, node, arrival=5, recorded=0b1011)
    b.ship(4, "quad", 10, 100.0, 80.0, node)
    frame = customs(b.records())
    assert frame["row"].tolist() == [0, 0]
    assert frame["reporter"].astype(str).tolist() == ["AA", "KK"]
    assert frame["partner"].astype(str).tolist() == ["KK", "AA"]
    assert frame["side"].astype(str).tolist() == ["exporter", "importer"]
    assert frame["date"].tolist() == [pd.Timestamp("2022-01-24"), pd.Timestamp("2022-02-07")]
    assert frame["reported"].iloc[0] == pd.Timestamp("2022-02-07")
    assert frame["known"].tolist() == [True, False]
    assert frame["vague"].tolist() == [False, True]
    assert frame["units"].tolist() == [10, 10]
    assert frame["value"].tolist() == [1000.0, 500.0]
    assert frame["hs_code"].astype(str).tolist() == ["8806", VAGUE_HEADING]
    with pytest.raises(ValueError, match="kept no ledger"):
        customs(b.records(ledger=False))
    assert customs(ByHand().records()).empty
