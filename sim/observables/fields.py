"""Kinds of observable, each field declared once."""

from __future__ import annotations

from datetime import date

from sim.declare.parameter import Fields, parameter
from sim.declare.types import Words


class ObservableFields(Fields):
    """What every observable has."""

    kind: str = parameter(unit="", text="Kind of observable.")
    tolerance: float = parameter(
        0.25,
        unit="1",
        low=0.001,
        high=3.0,
        text="How far number and model may lie apart for reasons of the number itself: standard deviation of the log.",
    )
    why: str = parameter("", unit="", text="Why this tolerance.")
    missing: str = parameter("", unit="", text="Which mechanism the model lacks, where it does not reach the number.")
    at_least: float | None = parameter(
        None, unit="", text="For a fact without a number: least value with which a run shows it."
    )
    at_most: float | None = parameter(None, unit="", text="For a fact without a number: greatest such value.")
    shows: str = parameter("", unit="", text="For a pattern: what a run shows that lies within the bounds.")


class Goods(ObservableFields):
    """Observables of goods of some products and makers."""

    products: Words = parameter((), unit="", text="Products that count; empty for all.")
    without: Words = parameter((), unit="", text="Products that do not count.")
    makers: Words = parameter((), unit="", text="Groups whose goods count; empty for all.")


class RecordedFields(Goods):
    """What customs records of a state show of trade with another, by date of crossing; none under a vague heading."""

    kind: str = parameter("recorded", unit="", choices=("recorded",), text="Kind of observable.")
    what: str = parameter(
        unit="",
        choices=("units", "value", "value_a_unit", "sellers", "makers", "share"),
        text="What is counted: units, US dollars, the two divided, true sellers or makers behind the records, or the "
        "share of `part` in their value.",
    )
    by: str = parameter(unit="", choices=("exporter", "importer"), text="Whose records.")
    origin: str = parameter(unit="", text="State that goods leave, as declared.")
    destination: str = parameter(unit="", text="State that goods reach, as declared.")
    part: Words = parameter((), unit="", text="Groups of makers whose share it is.")
    ways: Words = parameter((), unit="", text="Kinds of way by which goods truly went; empty for all.")


class TradedFields(Goods):
    """What the true ledger shows of trade: goods shipped in the window and not seized on the way."""

    kind: str = parameter("traded", unit="", choices=("traded",), text="Kind of observable.")
    what: str = parameter(
        unit="",
        choices=("units", "units_a_month", "value", "sellers", "origins", "largest", "share", "growth", "kept"),
        text="What is counted: units, US dollars, sellers, jurisdictions that goods come from with a hundredth of the "
        "units or more, units of the largest seller, the share of `part`, units over those a year earlier, or over "
        "those of the same length before.",
    )
    sellers: Words = parameter((), unit="", text="Groups that sell; empty for all.")
    buyers: Words = parameter((), unit="", text="Groups that buy; empty for all.")
    origins: Words = parameter((), unit="", text="Jurisdictions of sellers; empty for all.")
    destinations: Words = parameter((), unit="", text="Jurisdictions of buyers; empty for all.")
    abroad: bool = parameter(False, unit="", text="Only trade between two jurisdictions.")
    founded: bool = parameter(False, unit="", text="Only sellers founded in the run.")
    part_sellers: Words = parameter((), unit="", text="Groups of sellers whose share it is.")
    part_buyers: Words = parameter((), unit="", text="Groups of buyers whose share it is.")
    part_makers: Words = parameter((), unit="", text="Groups of makers whose share it is.")
    part_chain: int = parameter(0, unit="firms", low=0, text="The share of goods that have passed so many firms.")


class PricesFields(Goods):
    """Prices paid over those of a base, landed, weighted by what was sold in the base (Laspeyres)."""

    kind: str = parameter("prices", unit="", choices=("prices",), text="Kind of observable.")
    what: str = parameter(
        "ratio",
        unit="",
        choices=("ratio", "rise", "fall"),
        text="The ratio, the ratio less one, or the base over what came after.",
    )
    sellers: Words = parameter((), unit="", text="Groups that sell; empty for all.")
    buyers: Words = parameter((), unit="", text="Groups that buy; empty for all.")
    base_days: int = parameter(56, unit="days", low=1, text="Length of the base.")
    base_from: date | None = parameter(
        None, unit="", text="First day of the base; by default it ends on the day before the window."
    )
    last_days: int = parameter(31, unit="days", low=1, text="Last days of the window, which are held against the base.")


class UsedFields(ObservableFields):
    """Units that a side's end users lose or wear out, a month."""

    kind: str = parameter("used", unit="", choices=("used",), text="Kind of observable.")
    side: str = parameter(unit="", text="The side.")


class HomeShareFields(ObservableFields):
    """Share of a side's stock, at its end users, that was made at home."""

    kind: str = parameter("home_share", unit="", choices=("home_share",), text="Kind of observable.")
    side: str = parameter(unit="", text="The side.")


class CoverFields(Goods):
    """Months of sales that firms hold at the end of the window; sales those of the half-year before it."""

    kind: str = parameter("cover", unit="", choices=("cover",), text="Kind of observable.")
    unread = ("makers",)
    sellers: Words = parameter(unit="", text="Groups of firms.")


class LongestFields(ObservableFields):
    """Most firms between maker and buyer, of all goods shipped in the window."""

    kind: str = parameter("longest", unit="", choices=("longest",), text="Kind of observable.")


class VagueFields(ObservableFields):
    """Share of a state's records under a heading from which nobody can tell the product."""

    kind: str = parameter("vague", unit="", choices=("vague",), text="Kind of observable.")
    by: str = parameter(unit="", choices=("exporter", "importer"), text="Whose records.")
    destination: str = parameter(unit="", text="State that goods reach, as declared.")


class DaringFields(ObservableFields):
    """Share of units in breach among those sold by the smaller half of firms, over that of the larger half."""

    kind: str = parameter("daring", unit="", choices=("daring",), text="Kind of observable.")
    sellers: Words = parameter(unit="", text="Groups of firms.")


class MeasureFields(ObservableFields):
    """A measure of the run over the window, as :func:`sim.measures.frame.measures` has it."""

    kind: str = parameter("measure", unit="", choices=("measure",), text="Kind of observable.")
    measure: str = parameter(unit="", text="Id of the measure.")
    side: str = parameter("", unit="", text="The side; empty for a measure about no side.")


class CountedWithFields(Fields):
    """A number that counts together with another one."""

    kind: str = parameter("counted_with", unit="", choices=("counted_with",), text="Kind of observable.")
    other: str = parameter(unit="", text="Id of the other fact.")
    adds: bool = parameter(False, unit="", text="Whether the two numbers are added; else they are one fact told twice.")


KINDS: dict[str, type[ObservableFields] | type[CountedWithFields]] = {
    "recorded": RecordedFields,
    "traded": TradedFields,
    "prices": PricesFields,
    "used": UsedFields,
    "home_share": HomeShareFields,
    "cover": CoverFields,
    "longest": LongestFields,
    "vague": VagueFields,
    "daring": DaringFields,
    "measure": MeasureFields,
    "counted_with": CountedWithFields,
}
"""Fields of each kind of observable."""
