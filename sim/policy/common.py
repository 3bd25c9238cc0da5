"""What every policy has, and the tables that policies in force become.

Policies compose; none overwrites another (MODEL.md section 4). The tables are recomputed from nothing, in order
of policy id, whenever a policy or a schedule changes:

* bans by *or*: the share of sellers on whom a ban bears is the greatest over policies (one keyed uniform a seller
  decides, so that a wider share holds a narrower one);
* inspection by sum, capped at one when it is read; penalties and levies by sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.declare.parameter import Fields, parameter
from sim.declare.types import Schedule, Traits, Words
from sim.policy.imposing import Imposers, imposers

LAW, CONTRACT, VOLUNTARY = 0, 1, 2
"""Classes of breach, and the bits they have in breach flags: 1, 2, 4."""


MEASURES = {
    "exported_units": (0, "units"),
    "exported_value": (0, "value"),
    "imported_units": (1, "units"),
    "imported_value": (1, "value"),
}
"""What a trigger can look at: the side of the customs records, exporters' or importers', and what is summed."""


OF_TRIGGERS = ("trigger", "trigger_on", "trigger_off", "trigger_weeks")
"""Fields of a trigger; kinds that no record of goods in scope could pull do not read them."""
OF_SALES = ("exempt_groups", "exempt_agents", "grandfather_weeks")
"""Fields that only mean something where a policy bears on sales; other kinds do not read them."""


UNTOLD = "The scenario names no state."
"""Said of a policy of which nothing tells who can impose it, before what is known of its kind."""


def intensity_as(text: str) -> Any:
    """Declares what ``intensity`` means for a kind of policy.

    Args:
        text: What it is, in a sentence.

    Returns:
        A parameter from 0 to 1, of 1 by default.
    """
    return parameter(1.0, unit="1", low=0.0, high=1.0, text=text)


class PolicyFields(Fields):
    """What every policy has: dates, intensity and scope.

    Attributes:
        composes: What several policies of the kind do together, in a sentence.
        restriction: Whether the kind restricts trade. A twin leaves out restrictions only, unless told otherwise.
        by_firms: Whether firms decide on the kind, and not states.
        imposed_at: Keys that name the states from which it is derived who can impose a policy, where it does not say
            ``by`` whom: the first of them that is not empty.
        imposed_why: Why those states are the ones, in a sentence.
    """

    composes: ClassVar[str]
    restriction: ClassVar[bool] = True
    by_firms: ClassVar[bool] = False
    imposed_at: ClassVar[tuple[str, ...]] = ("origins",)
    imposed_why: ClassVar[str] = "Derived: only the states that the goods leave can bind their sellers."

    enabled: bool = parameter(True, unit="", text="False removes the policy, as if it were not in the file.")
    kind: str = parameter(unit="", text="Kind of policy.")
    title: str = parameter("", unit="", text="Name in tables and figures.")
    by: str = parameter("", unit="", text="Group of regulators, or of makers, that carries it out.")
    announced: date | None = parameter(
        None, unit="date", text="Date of the announcement; the effective date where empty."
    )
    effective: date = parameter(unit="date", text="Date from which it acts.")
    ends: date | None = parameter(None, unit="date", text="First date on which it acts no more.")
    intensity: Schedule = intensity_as("Strength, from 0 for none to 1 for all; each kind says of what.")
    products: Words = parameter((), unit="", text="Products in scope; empty for all.")
    traits: Traits = parameter(
        {}, unit="", text="Thresholds on product traits: a product with any of them is in scope too, and only such are."
    )
    origins: Words = parameter((), unit="", text="Jurisdictions that goods leave; empty for all.")
    destinations: Words = parameter((), unit="", text="Jurisdictions that goods reach; empty for none named.")
    sides: Words = parameter((), unit="", text="Sides in scope, as shown on papers.")
    exempt_products: Words = parameter(
        (), unit="", text="Products out of scope though they are named or beyond a level."
    )
    exempt_destinations: Words = parameter(
        (), unit="", text="Jurisdictions for which goods may leave though they leave an origin in scope."
    )
    exempt_groups: Words = parameter((), unit="", text="Groups of sellers that it does not bind.")
    exempt_agents: Words = parameter(
        (), unit="", text="Single sellers that it does not bind, as results name them: group #0, or a group of one."
    )
    grandfather_weeks: float = parameter(
        0.0,
        unit="weeks",
        low=0.0,
        high=520.0,
        text="For so long after the effective date, sales that fill orders dated before it are out of scope.",
    )
    trigger: str = parameter(
        "",
        unit="",
        choices=("", *MEASURES),
        text="What customs records must show of the goods in scope for it to act; it acts by its dates where empty.",
    )
    trigger_on: float = parameter(
        0.0, unit="units or US dollars", low=0.0, text="Level from which it acts, over the window."
    )
    trigger_off: float = parameter(
        0.0, unit="units or US dollars", low=0.0, text="Level at which, or below, it acts no more."
    )
    trigger_weeks: float = parameter(
        13.0, unit="weeks", low=1.0, high=520.0, text="Window over which reported records are summed."
    )
    cost: float = parameter(
        0.0, unit="US dollars a unit of enforcement", low=0.0, text="Cost of one unit of enforcement."
    )

    def who(self, groups: Mapping[str, Any]) -> Imposers:
        """Who can pull this lever: impose the policy, lift it, or set it otherwise.

        Args:
            groups: The scenario's groups by id.

        Returns:
            The groups named in ``by`` and the states they sit in; where none is named, the states that the kind says.
        """
        at: tuple[str, ...] = next((getattr(self, key) for key in self.imposed_at if getattr(self, key)), ())
        known = self.imposed_why.removeprefix("Derived: ")
        why = self.imposed_why if at or self.by_firms else f"{UNTOLD} {known[0].upper()}{known[1:]}"
        return imposers(self._carried_out_by, at, groups, firms=self.by_firms, derived=why)

    @property
    def _carried_out_by(self) -> tuple[str, ...]:
        """Groups that the policy says carry it out."""
        return (self.by,) if self.by else ()


def unlawful_penalty() -> Any:
    """Declares what it costs to send goods against a policy all the same.

    Returns:
        A parameter of 20,000 US dollars by default.
    """
    return parameter(
        20_000.0,
        unit="US dollars a consignment",
        low=0.0,
        text="What a detected unlawful consignment costs its seller, apart from the goods.",
    )


@dataclass(frozen=True)
class Scope:
    """The scope of one policy as masks over columns.

    Attributes:
        products: bool[product].
        origins: bool[pair]: it leaves an origin in scope.
        destinations: bool[pair]: it ends in a destination that the policy names.
        sides: bool[side]: sides named.
        targets: bool[side]: sides named, and sides at home in the destinations named.
        sellers: bool[agent]: sellers bound, parties that can be listed, makers restricted, or buyers aided.
        exempt: bool[agent]: sellers exempt by group or by name; none of them is among `sellers`.
        inner: bool[pair]: both ends are the same jurisdiction or share a customs union.
        exports: bool[pair]: outer pairs from the origins into the destinations named, or into all where none is named.
        moves: bool[pair]: the same with pairs within a customs union, but none within a jurisdiction.
    """

    products: NDArray[np.bool_]
    origins: NDArray[np.bool_]
    destinations: NDArray[np.bool_]
    sides: NDArray[np.bool_]
    targets: NDArray[np.bool_]
    sellers: NDArray[np.bool_]
    exempt: NDArray[np.bool_]
    inner: NDArray[np.bool_]
    exports: NDArray[np.bool_]
    moves: NDArray[np.bool_]


@dataclass
class Tables:
    """What policies in force do, factored (ARCHITECTURE.md section 2). A pair is an ordered pair of jurisdictions.

    For sellers who are exempt from some policies, and for orders dated before them, there are tables of their own:
    see :mod:`sim.tick.standings`.

    Attributes:
        ban: float64[pair, product, side]: share of sellers on whom a ban bears when papers show this side.
        target: float64[pair, product, side]: the same, for goods that leave the pair's origin and end with this side.
        penalty: float64[pair, product, side]: penalty for a consignment sent against a ban, US dollars.
        suspended: float64[agent, product, side]: share of the agent's usual willingness that a maker's suspension
            takes away: 1 where it bears fully.
        inspection: float64[pair, product]: inspection added, before the cap.
        tracking: float64[pair]: chance that goods whose papers hide where they go are followed and found.
        levy_rate: float64[pair, product]: levies as a share of the price.
        levy_unit: float64[pair, product]: levies in US dollars a unit.
        strength: float64[policy]: intensity of quotas, licences, end-use certificates, distributor contracts, content
            rules, inspections, aid, input restrictions, secondary sanctions and data sharing in force, 0 for others.
        listing: float64[policy]: factor of listing policies in force, 0 where they are not.
        stockpile: float64[pair, product]: factor on the cover that buyers over the pair hoard (announced, not yet
            in force).
        stockpile_seller: float64[agent, product]: the same for a seller's customers (announced suspensions).
        warned: float64[pair, product]: share of sellers whom customers at the end of the pair expect to turn away,
            since a ban or a licence that is announced is aimed at them.
        warned_seller: float64[agent, product, side]: the same of one seller by customers where a side is at home
            (announced suspensions).
    """

    ban: NDArray[np.float64]
    target: NDArray[np.float64]
    penalty: NDArray[np.float64]
    suspended: NDArray[np.float64]
    inspection: NDArray[np.float64]
    tracking: NDArray[np.float64]
    levy_rate: NDArray[np.float64]
    levy_unit: NDArray[np.float64]
    strength: NDArray[np.float64]
    listing: NDArray[np.float64]
    stockpile: NDArray[np.float64]
    stockpile_seller: NDArray[np.float64]
    warned: NDArray[np.float64]
    warned_seller: NDArray[np.float64]

    @classmethod
    def empty(cls, pairs: int, products: int, sides: int, agents: int, policies: int) -> Tables:
        """Tables of a world without policies."""
        return cls(
            ban=np.zeros((pairs, products, sides)),
            target=np.zeros((pairs, products, sides)),
            penalty=np.zeros((pairs, products, sides)),
            suspended=np.zeros((agents, products, sides)),
            inspection=np.zeros((pairs, products)),
            tracking=np.zeros(pairs),
            levy_rate=np.zeros((pairs, products)),
            levy_unit=np.zeros((pairs, products)),
            strength=np.zeros(policies),
            listing=np.zeros(policies),
            stockpile=np.zeros((pairs, products)),
            stockpile_seller=np.zeros((agents, products)),
            warned=np.zeros((pairs, products)),
            warned_seller=np.zeros((agents, products, sides)),
        )


def barred_as_by_a_ban(scope: Scope) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """What a ban of this scope bars, whatever the product; trade within a jurisdiction or customs union is no export.

    Args:
        scope: Scope of the policy.

    Returns:
        Papers barred, bool (pair, side): those that show a side named, or a destination named. And the ends of goods'
        way that are barred for what leaves over the pair, bool (pair, side): these, and all sides aimed at.
    """
    out = (scope.origins & ~scope.inner)[:, None]
    barred = out & (scope.sides[None, :] | scope.destinations[:, None])
    return barred, barred | (out & scope.targets[None, :])


def bar_sides(tables: Tables, penalty: float, scope: Scope, intensity: float) -> None:
    """Bars the sides named, as a ban does, for what needs a paper that they cannot get.

    On papers wherever the paper is needed, and as the end of the goods' way wherever they leave an origin.

    Args:
        tables: Tables to add to.
        penalty: What a consignment sent all the same costs its seller where it is found, US dollars.
        scope: Scope of the policy.
        intensity: Share of sellers on whom it bears, 0 to 1.
    """
    out = scope.origins & ~scope.inner
    product = scope.products[None, :, None]
    sides = scope.sides[None, None, :]
    for table, legs in ((tables.ban, scope.exports), (tables.target, out)):
        where = legs[:, None, None] & product & sides
        table[where] = np.maximum(table[where], intensity)
    tables.penalty[out[:, None, None] & product & sides] += penalty
