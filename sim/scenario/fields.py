"""The tables of a scenario file, each parameter declared once."""

from __future__ import annotations

from datetime import date

from sim.declare.parameter import Fields, parameter
from sim.declare.types import Distribution, Schedule, Substitutes, Words


class TimeFields(Fields):
    """`[time]`: the calendar."""

    start: date = parameter(unit="date", text="First day of the first recorded tick.")
    end: date = parameter(unit="date", text="Last day of the last recorded tick, at the latest.")
    step_days: int = parameter(7, unit="days", low=1, high=31, text="Length of a tick.")
    burn_in: int = parameter(52, unit="ticks", low=0, high=1000, text="Ticks before the start that fill the pipelines.")
    settle: int = parameter(
        16,
        unit="ticks",
        low=0,
        high=1000,
        text="First ticks of the burn-in in which forecasts and mark-ups keep their first values.",
    )


class MarketFields(Fields):
    """`[market]`: rules of the market that hold for everyone."""

    calls: int = parameter(
        3, unit="calls", low=1, high=4, text="Suppliers a customer calls for one need of one product."
    )
    price_weight: float = parameter(6.0, unit="1", low=0.0, text="Logit weight on the log of the landed price.")
    lead_weight: float = parameter(0.05, unit="1 a week", low=0.0, text="Logit weight on lead time.")
    risk_weight: float = parameter(2.0, unit="1", low=0.0, text="Logit weight on perceived risk.")
    trust_weight: float = parameter(1.0, unit="1", low=0.0, text="Logit weight on trust.")
    restock_gain: float = parameter(
        0.1, unit="1", low=0.01, high=0.25, text="Share of the stock gap closed with one order."
    )
    smoothing: float = parameter(
        0.25, unit="1", low=0.0, high=0.5, text="Forecast smoothing is this over lead and review time in ticks."
    )
    refused_weight: float = parameter(
        0.2, unit="1", low=0.0, high=0.2, text="Weight of refused orders in the forecast."
    )
    scarcity_gain: float = parameter(
        0.06, unit="1 a tick", low=0.0, high=1.0, text="Rise of the mark-up when all orders are refused."
    )
    scarcity_decay: float = parameter(
        0.052, unit="1 a tick", low=0.0, high=1.0, evidence="P15", text="Return of the mark-up to the usual one."
    )
    shortage_mark_up: float = parameter(
        0.0,
        unit="share of unit cost",
        low=0.0,
        high=5.0,
        evidence="P14",
        text="Rise of the mark-up, at once, of a seller all of whose suppliers come to refuse it.",
    )
    refusal_belief: float = parameter(
        0.5, unit="probability", low=0.0, high=1.0, text="Belief from which a compliant seller refuses."
    )
    consignment_units: float = parameter(
        20.0, unit="units", low=1.0, text="Units over which a seller spreads the cost of detection."
    )
    stake_weeks: float = parameter(
        26.0, unit="weeks", low=0.0, text="Weeks of licit margin that a seller sees at stake."
    )
    urgency_exponent: float = parameter(0.5, unit="1", low=0.0, high=5.0, text="Exponent of urgency in bids.")
    bid_noise: float = parameter(
        0.1, unit="1", low=0.0, high=0.5, text="Half-width of the keyed noise on bids, uniform around 1."
    )
    trust_gain: float = parameter(
        0.2, unit="1 an order", low=0.0, high=1.0, text="Step of trust toward the filled share."
    )
    risk_gain: float = parameter(
        0.3, unit="1", low=0.0, high=1.0, text="Step of perceived risk toward 1 after an own seizure."
    )
    neighbour_risk_gain: float = parameter(
        0.05, unit="1", low=0.0, high=1.0, text="The same after a seizure on another link of either end."
    )
    risk_decay: float = parameter(
        0.02, unit="1 a tick", low=0.0, high=1.0, text="Share of learned risk forgotten a tick."
    )
    seen_gain: float = parameter(
        0.1,
        unit="1 a tick",
        low=0.0,
        high=1.0,
        text="Smoothing of what is seen of a firm's customers, and of what a firm buys of each supplier.",
    )
    margin_gain: float = parameter(
        0.05, unit="1 a tick", low=0.0, high=1.0, text="Smoothing of the licit margin that is at stake."
    )
    entry_share: float = parameter(
        0.5, unit="1", low=0.0, high=2.0, text="First forecast of a new firm, over the mean of its group's firms."
    )
    search_rate: float = parameter(
        0.1, unit="probability a tick", low=0.0, high=1.0, text="Chance that a customer with refused orders searches."
    )
    link_idle_weeks: float = parameter(52.0, unit="weeks", low=1.0, text="A link idle for so long lapses.")
    de_minimis: float = parameter(
        800.0, unit="US dollars", low=0.0, text="Value below which a consignment is rarely opened."
    )
    de_minimis_factor: float = parameter(
        0.3, unit="1", low=0.0, high=1.0, text="Factor on inspection below that value."
    )
    inspection_value: float = parameter(
        10_000.0,
        unit="US dollars",
        low=1.0,
        text="Value at which half of the inspection share applies; the share rises with value.",
    )
    inspection_delay_weeks: float = parameter(
        1.0, unit="weeks", low=0.0, text="Delay of lawful goods that are inspected."
    )
    patience: float = parameter(
        0.01,
        unit="share of the price a week",
        low=0.0,
        high=1.0,
        text="What a week on the way is worth to a seller that chooses corridor and way.",
    )
    fine: float = parameter(
        0.1, unit="share of the goods' value", low=0.0, high=10.0, text="Fine on the seller of seized goods."
    )
    payout_share: float = parameter(
        0.25, unit="1 a tick", low=0.0, high=1.0, text="Share of cash above the target paid out."
    )
    sell_off: float = parameter(
        0.7, unit="share of unit cost", low=0.01, high=1.0, text="Price at which a closed firm's stock is sold off."
    )
    sell_off_weeks: float = parameter(
        13.0, unit="weeks", low=0.0, text="After so long what is unsold counts as frozen."
    )
    owner_returns: float = parameter(
        0.3,
        unit="probability",
        low=0.0,
        high=1.0,
        evidence="F07",
        text="Chance that a new firm has a closed firm's owner.",
    )
    ceiling_band: float = parameter(
        0.005,
        unit="1",
        low=0.0,
        high=0.1,
        text="A trade within this share of the buyer's ceiling, or at the highest mark-up, is at a ceiling.",
    )


class ProductFields(Fields):
    """`[products.ID]`: a class of goods that a policy can tell apart."""

    enabled: bool = parameter(True, unit="", text="False removes the product.")
    title: str = parameter("", unit="", text="Name in tables and figures.")
    hs_code: str = parameter(unit="", text="Code of the Harmonized System.")
    reference_price: float = parameter(unit="US dollars", low=0.01, text="Price before shortage and restriction.")
    flight_minutes: float = parameter(0.0, unit="minutes", low=0.0, text="Flight time.")
    takeoff_kg: float = parameter(0.0, unit="kg", low=0.0, text="Take-off mass.")
    thermal: bool = parameter(False, unit="", text="Has a thermal camera.")
    radio: bool = parameter(False, unit="", text="Has a long-range radio.")
    substitutes: Substitutes = parameter(
        {}, unit="1", low=0.0, high=1.0, text="Share of unmet need for this product that moves to another."
    )


class JurisdictionFields(Fields):
    """`[jurisdictions.ID]`: a state or customs territory."""

    enabled: bool = parameter(True, unit="", text="False removes the jurisdiction, its legs too.")
    title: str = parameter("", unit="", text="Name in tables and figures.")
    latitude: float = parameter(unit="degrees", low=-90.0, high=90.0, text="For maps.")
    longitude: float = parameter(unit="degrees", low=-180.0, high=180.0, text="For maps.")
    customs_union: str = parameter("", unit="", text="Customs union; no inspection between its members.")
    home_side: str = parameter("", unit="", text="Side at home here.")
    diversion: Substitutes = parameter(
        {},
        unit="probability",
        low=0.0,
        high=1.0,
        text="By side: how often goods sold to a civil buyer here end with that side, as sellers see it.",
    )
    enforcement: Schedule = parameter(
        1.0, unit="1", low=0.0, text="Capacity: factor on inspection that policies add on legs out of here."
    )
    bank_exposure: Schedule = parameter(
        1.0,
        unit="share of banks",
        low=0.0,
        high=1.0,
        text="Share of the banks here that a threat of secondary sanctions reaches.",
    )
    export_coverage: Schedule = parameter(
        0.45,
        unit="share of consignments",
        low=0.0,
        high=1.0,
        evidence="P10",
        text="Share of declared exports from here that its customs records show.",
    )
    import_coverage: Schedule = parameter(
        0.2,
        unit="share of consignments",
        low=0.0,
        high=1.0,
        evidence="P11",
        text="Share of declared imports to here that its customs records show.",
    )
    report_weeks: float = parameter(
        6.0, unit="weeks", low=0.0, high=104.0, text="From a crossing until the records of here are reported."
    )
    vague_share: float = parameter(
        0.1,
        unit="share of records",
        low=0.0,
        high=1.0,
        text="Share of its records under a heading from which nobody can tell the product.",
    )
    understatement: float = parameter(
        0.06,
        unit="share of value",
        low=0.0,
        high=1.0,
        evidence="P56",
        text="Share of the value that ordinary papers shown here leave out.",
    )


class LegFields(Fields):
    """`[legs.FROM-TO]`: an ordered pair of jurisdictions over which goods may move."""

    enabled: bool = parameter(True, unit="", text="False removes the leg.")
    lead_weeks: float = parameter(unit="weeks", low=0.0, high=104.0, text="Mean time on the way; at least a tick.")
    lead_spread: float = parameter(
        0.3, unit="share of the mean", low=0.0, high=1.0, text="Half-width of the spread of the time on the way."
    )
    freight: float = parameter(0.03, unit="share of the reference price", low=0.0, high=5.0, text="Freight a unit.")
    inspection: Schedule = parameter(
        0.0, unit="share of consignments", low=0.0, high=1.0, text="Share inspected without any policy."
    )
    open: Schedule = parameter(1.0, unit="1", low=0.0, high=1.0, text="1 open, 0 closed.")
    capacity: Schedule = parameter(
        1e12, unit="units a month", low=0.0, text="Most units over the leg, all products together."
    )
    export_recorded: Schedule = parameter(
        1.0,
        unit="1",
        low=0.0,
        high=1.0,
        text="Factor on the coverage of exporters' records of trade that papers declare from the one to the other.",
    )
    import_recorded: Schedule = parameter(1.0, unit="1", low=0.0, high=1.0, text="The same of importers' records.")


class SideFields(Fields):
    """`[sides.ID]`: who ends up with the units."""

    title: str = parameter("", unit="", text="Name in tables and figures.")
    civil: bool = parameter(False, unit="", text="True for civil users: what policies deny them is collateral.")


class LinkFields(Fields):
    """`[links.ID]`: who may sell to whom, and how many links there are at the start."""

    enabled: bool = parameter(True, unit="", text="False removes the rule.")
    sellers: Words = parameter(unit="", text="Groups that sell.")
    buyers: Words = parameter(unit="", text="Groups that buy.")
    degree: float = parameter(
        unit="links a buyer", low=0.0, text="Mean number of sellers of these groups that a buyer knows at the start."
    )
    attachment: float = parameter(
        1.0,
        unit="1",
        low=0.0,
        high=3.0,
        text="Preferential attachment: exponent of the seller's size in the choice of links.",
    )
    products: Words = parameter((), unit="", text="Products sold over these links; empty for all that both deal in.")
    trust: float = parameter(0.5, unit="1", low=0.0, high=1.0, text="Trust at the start.")


class UncertainFields(Fields):
    """`[uncertain.ID]`: a parameter that is not known."""

    path: str = parameter(unit="", text="Dotted path of a number in the scenario.")
    distribution: Distribution = parameter(unit="", text="What is believed of it.")
    role: str = parameter(
        "value",
        unit="",
        choices=("value", "factor"),
        text="The draw replaces the value, or multiplies it (schedules: only a factor).",
    )


class LeverFields(Fields):
    """`[levers.ID]`: a parameter that somebody can set."""

    path: str = parameter(unit="", text="Dotted path of a number in the scenario.")
    low: float = parameter(unit="", text="Least setting.")
    high: float = parameter(unit="", text="Greatest setting.")
