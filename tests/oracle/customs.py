"""Customs records: which trades are written down, by whom, and when they are reported."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.world.draws import RECORD
from tests.oracle.routes import BEYOND, Pair
from tests.oracle.ways import TRUE, Sending

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel

EXPORTER, IMPORTER = 0, 1


@dataclass(frozen=True)
class Record:
    """One record of a trade.

    Attributes:
        by: The jurisdiction that keeps it. side: EXPORTER or IMPORTER. trade: Which trade of the papers.
    """

    by: int
    side: int
    trade: int
    pair: Pair
    vague: bool


class Customs:
    """All customs offices, and what their records have told so far.

    Attributes:
        units, value: What is reported, by (tick, side of the record, pair, product or, last, vague).
    """

    def __init__(self, model: OracleModel) -> None:
        self.model = model
        self.units: dict[tuple[int, int, int, int], int] = {}
        self.value: dict[tuple[int, int, int, int], float] = {}

    def fields(self, place: int) -> Any:
        """What the scenario says of a jurisdiction."""
        world = self.model.world
        return world.scenario.jurisdictions[world.names.jurisdictions[place]]

    def factors(self, pair: Pair, today: Any) -> tuple[float, float]:
        """Factors of the leg between two jurisdictions on exporters' and importers' records; 1 where there is none."""
        names = self.model.world.names
        leg = self.model.world.scenario.legs.get(
            f"{names.jurisdictions[pair.origin]}-{names.jurisdictions[pair.destination]}"
        )
        return (leg.export_recorded.at(today), leg.import_recorded.at(today)) if leg is not None else (1.0, 1.0)

    def records(self, sending: Sending, address: int, ordered: int, seized_at: int | None) -> list[Record]:
        """The records of one piece.

        Args:
            sending: How it goes.
            address: Its index among draws.
            ordered: The tick of its draws.
            seized_at: The border where it was seized, None where it was not.
        """
        factor = sending.link.seller.recorded
        today = self.model.world.calendar.first_days[self.model.tick]
        found: list[Record] = []
        if factor == 0.0:
            return found
        for trade, pair in sending.trades():
            if pair.origin == pair.destination or (seized_at is not None and trade >= seized_at):
                continue
            exporter, importer = self.fields(pair.origin), self.fields(pair.destination)
            out, into = self.factors(pair, today)
            u0, u1, u2, u3 = self.model.uniforms_at(ordered, sending.link.key, RECORD, address + (trade << 22))
            hidden = sending.way.hides_product
            if u0 < exporter.export_coverage.at(today) * out * factor:
                found.append(Record(pair.origin, EXPORTER, trade, pair, hidden or u2 < exporter.vague_share))
            arrives = sending.way.story != BEYOND and (sending.way.story != TRUE or seized_at is None)
            if arrives and u1 < importer.import_coverage.at(today) * into * factor:
                found.append(Record(pair.destination, IMPORTER, trade, pair, hidden or u3 < importer.vague_share))
        return found

    def report(self, sending: Sending, records: list[Record], units: int, price: float, arrival: int) -> None:
        """Reports records when it is time, unless that is after the last tick."""
        model = self.model
        for record in records:
            model.diary.count("exporter_records" if record.side == EXPORTER else "importer_records")
            fields = self.fields(record.by)
            lag = math.floor(fields.report_weeks / model.world.calendar.weeks_per_tick + 0.5)
            tick = (model.tick if record.side == EXPORTER else arrival) + lag
            if tick >= model.world.calendar.ticks:
                continue
            share = sending.way.declared
            product = len(model.products) if record.vague else sending.product
            cell = (tick, record.side, record.pair.row, product)
            self.units[cell] = self.units.get(cell, 0) + max(1, math.floor(units * share))
            value = units * price * share * (1.0 - fields.understatement)
            self.value[cell] = self.value.get(cell, 0.0) + value

    def exported(self, pair: Pair, tick: int) -> int:
        """Units of exporters' records of a pair that are reported in a tick, whatever they are."""
        return sum(self.units.get((tick, EXPORTER, pair.row, p), 0) for p in range(len(self.model.products) + 1))


def bits(records: list[Record]) -> int:
    """The records of a piece as the ledger writes them."""
    total = 0
    for record in records:
        one = (1 if record.side == EXPORTER else 2) * (5 if record.vague else 1)
        total += one * 16**record.trade
    return total
