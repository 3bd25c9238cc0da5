"""Small random scenarios on which engine and oracle must agree, and which reach every rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.world_banks import add_banks
from tests.world_certificates import add_certificates
from tests.world_draws import START, Draws
from tests.world_evasion import add_evasion, old_evasion
from tests.world_exemptions import add_exemptions
from tests.world_marked import add_marked
from tests.world_policies import add_conditions, input_restrictions, more_policies
from tests.world_shortage import add_shortage

Plain = dict[str, Any]
"""A table of a scenario, as a file would hold it."""
FIRST_WITH_MORE = 40
"""The worlds before this one hold the oldest kinds of policy only: faults name worlds."""
FIRST_WITH_CONDITIONS = 140
"""From this one on some policies have exemptions, or wait for a trigger."""
FIRST_WITH_INPUTS = 160
"""From this one on makers hold foreign inputs, and policies may take them away."""
WITH_SHORTAGE = range(43, 200, 5)
"""Small worlds in which sellers price a shortage that they expect, and records leave legs out."""
FIRST_WITH_EVASION = 80
"""The worlds before this one evade by resale, stockpiling and one cheap way only."""
FIRST_WITH_BANKS = 180
"""From this one on banks may be threatened, and records pooled."""
WITH_MARKED_GOODS = (*range(120, 140), *range(184, 200))
"""Scenarios with content rules and distributor contracts."""
FIRST_WITH_CERTIFICATES = 41
"""From this one on every other world asks for end-use statements."""


def small_world(number: int) -> Plain:
    """A valid small scenario, the same for the same number.

    Args:
        number: Which one.

    Returns:
        A plain dict for ``sim.scenario.loading.load``.
    """
    return _Maker(number).scenario()


class _Maker(Draws):
    """Draws one scenario, part by part."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.sides = ["east", "west", "civil"][: 2 + int(self.chance(0.6))]
        self.places = ["AA", "BB", "CC", "DD"][: int(self.rng.integers(2, 5))]
        self.drones = ["cam", "fpv", "quad"][: int(self.rng.integers(1, 4))]
        self.parts = ["motor"] if self.chance(0.6) or len(self.drones) == 1 else []
        self.scarcity = self.between(0.35, 1.3)

    def place(self) -> Any:
        """A jurisdiction, or a choice."""
        if self.chance(0.6):
            return self.one_of(self.places)
        return {"choice": {place: self.between(0.1, 1.0) for place in self.places}}

    # Parts

    def scenario(self) -> Plain:
        """All parts."""
        end = START + timedelta(days=self.recorded * self.step - 1 + self.whole(0, self.step - 1))
        burn_in = self.whole(4, 12)
        groups = self.groups()
        legs = self.legs()
        data = {
            "name": f"small_{self.number}",
            "time": {
                "start": START.isoformat(), "end": end.isoformat(), "step_days": self.step, "burn_in": burn_in,
                "settle": self.whole(0, burn_in),
            },
            "market": self.market(),
            "sides": {side: {"civil": side == "civil"} for side in self.sides},
            "products": self.products(),
            "jurisdictions": self.jurisdictions(),
            "legs": legs,
            "groups": groups,
            "links": self.links_that_can_be(groups, legs),
            "policies": self.policies(groups),
            "evasion": old_evasion(self.number),
        }  # fmt: skip
        if self.number >= FIRST_WITH_EVASION:
            add_evasion(self.number, self, data)
        if self.number >= FIRST_WITH_CONDITIONS:
            add_conditions(self.number, self, data)
        if self.number >= FIRST_WITH_BANKS:
            add_banks(self.number, self, data)
        if self.number in WITH_MARKED_GOODS:
            add_marked(self.number, self, data)
        if self.number >= FIRST_WITH_CERTIFICATES and self.number % 2 == 1:
            add_certificates(self.number, self, data)
        if self.number >= FIRST_WITH_MORE:
            add_exemptions(self.number, self, data)
        if self.number in WITH_SHORTAGE:
            add_shortage(self.number, self, data)
        return data

    def market(self) -> Plain:
        """Rules of the market, livelier than the defaults."""
        return {
            "calls": self.whole(1, 4),
            "price_weight": self.between(0.0, 8.0),
            "restock_gain": self.between(0.05, 0.25),
            "smoothing": self.between(0.1, 0.5),
            "refused_weight": self.between(0.0, 0.2),
            "scarcity_gain": self.between(0.05, 0.4),
            "refusal_belief": self.between(0.2, 0.8),
            "consignment_units": self.whole(2, 200),
            "urgency_exponent": self.between(0.0, 1.0),
            "bid_noise": self.between(0.0, 0.3),
            "trust_gain": self.between(0.05, 0.5),
            "risk_gain": self.between(0.1, 0.6),
            "neighbour_risk_gain": self.between(0.0, 0.2),
            "seen_gain": self.between(0.05, 0.5),
            "search_rate": self.between(0.2, 1.0),
            "link_idle_weeks": self.whole(4, 30),
            "de_minimis": self.between(0.0, 2000.0),
            "inspection_value": self.between(500.0, 10_000.0),
            "inspection_delay_weeks": self.between(0.0, 3.0),
            "fine": self.between(0.0, 1.0),
            "payout_share": self.between(0.0, 0.5),
            "sell_off": self.between(0.4, 1.0),
            "sell_off_weeks": self.whole(1, 10),
            "owner_returns": self.between(0.3, 1.0),
            "entry_share": self.between(0.2, 1.5),
            "ceiling_band": self.between(0.0, 0.05),
        }

    def products(self) -> Plain:
        """Drones, which replace each other, and sometimes a component."""
        found: Plain = {}
        for product in self.drones:
            others = [other for other in self.drones if other != product]
            found[product] = {
                "hs_code": "8806", "reference_price": self.between(150.0, 2500.0),
                "flight_minutes": self.whole(10, 50), "takeoff_kg": self.between(0.1, 30.0),
                "thermal": self.chance(0.4), "radio": self.chance(0.4),
                "substitutes": {other: self.between(0.1, 0.6) for other in self.some(others, 0.7)},
            }  # fmt: skip
        for product in self.parts:
            found[product] = {"hs_code": "8501", "reference_price": self.between(10.0, 80.0)}
        return found

    def jurisdictions(self) -> Plain:
        """Places; sometimes two of them in a customs union."""
        union = set(self.places[-2:]) if len(self.places) > 2 and self.chance(0.4) else set()
        found: Plain = {}
        for i, place in enumerate(self.places):
            found[place] = {
                "latitude": 10.0 * i, "longitude": 20.0 * i,
                "customs_union": "union" if place in union else "",
                "home_side": self.one_of(["", *self.sides[:2]]) if i else "",
                "diversion": {side: self.between(0.0, 0.7) for side in self.some(self.sides, 0.7)},
                "enforcement": self.schedule(0.2, 1.5),
            }  # fmt: skip
        return found

    def legs(self) -> Plain:
        """All inner legs and most others."""
        found: Plain = {}
        for a in self.places:
            for b in self.places:
                if a != b and self.chance(0.1):
                    continue
                leg: Plain = {
                    "lead_weeks": self.between(0.0, 1.0) if a == b else self.between(0.5, 4.0),
                    "lead_spread": self.between(0.0, 0.8),
                    "freight": self.between(0.0, 0.1),
                }
                if a != b:
                    leg["inspection"] = self.schedule(0.0, 0.7)
                if self.chance(0.12):
                    leg["open"] = {"step": {self.day(0, 5).isoformat(): 0, self.day(6, 20).isoformat(): 1}}
                if self.chance(0.2):
                    leg["capacity"] = self.schedule(20.0, 300.0)
                found[f"{a}-{b}"] = leg
        return found

    def seller(self) -> Plain:
        """What every seller has."""
        usual = self.one_of([self.between(0.05, 0.4), {"uniform": [0.02, self.between(0.1, 0.8)]}])
        return {
            "mark_up": usual,
            "mark_up_max": self.between(0.3, 1.2),
            "compliant_share": self.between(0.0, 0.6),
            "tolerance": self.trait(0.5, 60.0),
            "diligence": self.trait(0.0, 1.0),
            "concealment": self.trait(0.0, 0.5),
            "bidding_share": self.one_of([0.0, 0.5, 1.0]),
            "review_weeks": self.whole(1, 3),
            "safety_weeks": self.between(0.0, 4.0),
            "stockpile_weeks": self.between(0.0, 20.0),
            "storage_weeks": self.between(4.0, 52.0),
            "founding_capital": self.between(3_000.0, 40_000.0),
            "working_weeks": self.between(2.0, 12.0),
            "overhead": self.one_of([0.0, self.between(0.0, 500.0), self.between(500.0, 8_000.0)]),
            "size": self.one_of([1.0, {"lognormal": {"mean": 1.0, "cv": 0.6}}]),
        }

    def groups(self) -> Plain:
        """Makers, arms, traders, retailers, buyers, a regulator."""
        found: Plain = {"customs": {"kind": "regulator", "count": 1, "jurisdiction": self.places[0]}}
        users = self.user_groups()
        demand = {p: sum(self.mean(group["demand"].get(p, 0.0)) for group in users.values()) for p in self.drones}
        makers = ["maker"] if self.chance(0.6) else ["maker", "second"]
        for name in makers:
            found[name] = self.maker(name, {p: demand[p] / len(makers) for p in self.drones})
        if self.parts:
            bills = [found[name]["bill"] for name in makers]
            needed = sum(bill[p][self.parts[0]] * demand[p] for bill in bills for p in bill) / len(makers)
            found["parts_maker"] = {
                **self.seller(), "kind": "manufacturer", "count": 1, "jurisdiction": self.place(),
                "products": self.parts, "capacity": {self.parts[0]: round(needed * self.between(0.6, 1.8), 2)},
                "production_cost": self.between(0.3, 0.8),
            }  # fmt: skip
        found["arms"] = {**self.trader(1, 2), "arm_of": "maker"}
        found["traders"] = self.trader(1, 5)
        if self.chance(0.7):
            found["transit"] = self.trader(1, 3)
        found["retailers"] = self.trader(1, 2)
        found["retailers"]["side_on_paper"] = self.one_of(["", *self.sides])
        for side in self.sides[:2]:
            found[f"fund_{side}"] = self.fund(side, demand)
        return {**found, **users}

    def mean(self, value: Any) -> float:
        """A rough mean of a schedule."""
        if isinstance(value, dict):
            points = list(next(iter(value.values())).values())
            return float(sum(points) / len(points))
        return float(value)

    def user_groups(self) -> Plain:
        """End users of every side."""
        found: Plain = {}
        for side in self.sides:
            group: Plain = {
                "kind": "buyer", "side": side, "end_user": True, "count": self.whole(1, 3),
                "jurisdiction": self.place(), "products": self.drones,
                "demand": {p: self.schedule(10.0, 160.0) for p in self.some(self.drones, 0.8) or self.drones[:1]},
                "sorties_survived": self.trait(1.0, 5.0), "sorties_per_unit": self.between(0.5, 3.0),
                "cover_weeks": self.between(0.0, 5.0), "review_weeks": self.whole(1, 3),
                "elasticity": -self.between(0.0, 1.5), "ceiling": self.between(1.3, 3.0),
                "ceiling_cv": self.between(0.0, 0.5), "carry_over_weeks": self.between(1.0, 13.0),
            }  # fmt: skip
            if side == "civil" or self.chance(0.6):
                group["budget"] = self.schedule(20_000.0, 300_000.0)
                group["donation_cv"] = self.one_of([0.0, self.between(0.1, 1.0)])
            if self.chance(0.3):
                group["side_on_paper"] = self.one_of(self.sides)
            found[f"users_{side}"] = group
        return found

    def fund(self, side: str, demand: dict[str, float]) -> Plain:
        """Pass-through buyers of a side."""
        price = sum(demand.values()) * 1_000.0
        return {
            "kind": "buyer", "side": side, "end_user": False, "count": self.whole(1, 2), "jurisdiction": self.place(),
            "products": self.drones, "budget": self.schedule(0.1 * price, 0.8 * price),
            "donation_cv": self.one_of([0.0, self.between(0.1, 1.0)]), "cover_weeks": self.between(0.0, 4.0),
            "review_weeks": self.whole(1, 2), "ceiling": self.between(1.3, 3.5), "elasticity": -self.between(0.0, 1.0),
            "side_on_paper": self.one_of(["", *self.sides]),
        }  # fmt: skip

    def maker(self, name: str, demand: dict[str, float]) -> Plain:
        """Makers of drones, sometimes from components."""
        bill = {p: {self.parts[0]: self.whole(1, 3)} for p in self.some(self.drones, 0.7)} if self.parts else {}
        capacity = {p: round(max(demand[p], 5.0) * self.scarcity * self.between(0.7, 1.3), 2) for p in self.drones}
        if self.parts and self.chance(0.3):
            # This maker builds components of its own too, for itself and for others.
            capacity[self.parts[0]] = round(sum(demand.values()) * self.between(0.2, 2.0), 2)
        return {
            **self.seller(), "kind": "manufacturer", "count": self.whole(1, 2),
            "jurisdiction": self.one_of(self.places[:2]), "products": self.drones + self.parts, "bill": bill,
            "capacity": capacity, "production_cost": self.between(0.4, 0.8),
            "home_side": self.one_of(["", "", *self.sides[:2]]),
            "founding_capital": self.between(50_000.0, 500_000.0), "overhead": 0.0,
        }  # fmt: skip

    def trader(self, low: int, high: int) -> Plain:
        """A group of intermediaries with slots."""
        return {
            **self.seller(), "kind": "intermediary", "count": self.whole(low, high), "jurisdiction": self.place(),
            "products": self.drones if self.chance(0.7) else (self.some(self.drones, 0.6) or self.drones),
            "slots": self.whole(0, 3), "founding_rate": self.between(0.0, 1.0),
            "founding_lag_weeks": self.trait(0.0, 5.0),
        }  # fmt: skip

    def links(self, groups: Plain) -> Plain:
        """From makers through traders to buyers, with some loops among traders."""
        makers = [g for g in ("maker", "second") if g in groups]
        middle = [g for g in ("traders", "transit") if g in groups]
        users = [g for g in groups if g.startswith("users_")]
        funds = [g for g in groups if g.startswith("fund_")]
        rules: Plain = {
            "a_out": {"sellers": makers, "buyers": ["arms"]},
            "b_traders": {"sellers": ["arms", *self.some(makers, 0.5)], "buyers": middle},
            "c_retail": {"sellers": ["arms", *middle], "buyers": ["retailers"]},
            "d_funds": {"sellers": [*middle, "retailers", *self.some(makers, 0.3)], "buyers": funds},
            "e_users": {"sellers": ["retailers", *self.some(["arms", *middle], 0.4)], "buyers": users},
        }
        if self.chance(0.5):
            rules["f_loop"] = {"sellers": middle, "buyers": middle}
        if self.chance(0.3):
            rules["g_back"] = {"sellers": ["retailers"], "buyers": middle}
        if self.parts:
            sellers = ["parts_maker", *(g for g in makers if self.parts[0] in groups[g]["capacity"])]
            rules["h_parts"] = {"sellers": sellers, "buyers": [g for g in makers if groups[g]["bill"]]}
        for fund in funds:
            side = fund.removeprefix("fund_")
            rules[f"i_{fund}"] = {"sellers": [fund], "buyers": [f"users_{side}"]}
        for name, rule in rules.items():
            rule["degree"] = self.between(1.0, 3.0)
            rule["attachment"] = self.between(0.0, 2.0)
            rule["trust"] = self.between(0.1, 0.9)
            if name in ("d_funds", "e_users") and self.chance(0.2):
                rule["products"] = self.some(self.drones, 0.7) or self.drones
        return rules

    def links_that_can_be(self, groups: Plain, legs: Plain) -> Plain:
        """The rules whose groups share a product and have a leg between them."""

        def places(names: list[str]) -> set[str]:
            found = [groups[name]["jurisdiction"] for name in names]
            return {place for where in found for place in (where["choice"] if isinstance(where, dict) else [where])}

        def traded(name: str, buying: bool) -> set[str]:
            group = groups[name]
            if group["kind"] != "manufacturer":
                return set(group["products"])
            return {part for parts in group["bill"].values() for part in parts} if buying else set(group["capacity"])

        kept: Plain = {}
        for name, rule in self.links(groups).items():
            sold = {p for seller in rule["sellers"] for p in traded(seller, False)}
            shared = sold & {p for buyer in rule["buyers"] for p in traded(buyer, True)}
            if "products" in rule:
                rule["products"] = sorted(shared & set(rule["products"])) or sorted(shared)
            joined = {f"{a}-{b}" for a in places(rule["sellers"]) for b in places(rule["buyers"])} & set(legs)
            if shared and joined:
                kept[name] = rule
        return kept

    def policies(self, groups: Plain) -> Plain:
        """One to five policies of random kinds."""
        kinds = ["export_ban", "export_ban", "inspection", "entity_listing", "voluntary_suspension"]
        found: Plain = {}
        hunted = self.chance(0.3)
        for i in range(self.whole(3 if hunted else 1, 5)):
            kind = "export_ban" if i == 0 and self.chance(0.7) else self.one_of(kinds)
            if hunted and i < 3:
                kind = ("export_ban", "entity_listing", "inspection")[i]
            effective = self.day(-8, 3) if hunted and i < 3 else self.day(-6, self.recorded + 2)
            policy: Plain = {"kind": kind, "effective": effective.isoformat(), "intensity": self.intensity()}
            if self.chance(0.6):
                policy["announced"] = (effective - timedelta(days=self.whole(1, 70))).isoformat()
            if self.chance(0.25):
                policy["ends"] = (effective + timedelta(days=self.whole(20, 150))).isoformat()
            if kind != "entity_listing":
                self.scope(policy)
            if kind == "export_ban":
                policy["penalty"] = self.between(0.0, 30_000.0)
            elif kind == "inspection":
                policy["added"] = self.between(0.1, 1.0)
            elif kind == "voluntary_suspension":
                policy["by"] = "maker"
            else:
                self.listing(policy, groups)
            found[f"p{self.whole(0, 9)}_{i}"] = policy
        if self.number >= FIRST_WITH_MORE:
            found |= more_policies(self.number, self, groups)
        if self.number >= FIRST_WITH_INPUTS:
            found |= input_restrictions(self.number, self, groups)
        return found

    def intensity(self) -> Any:
        """Often full, sometimes nothing at all."""
        last = 0.0 if self.chance(0.3) else 1.0
        return self.one_of([1.0, 1.0, self.schedule(0.0, 1.0), self.between(0.3, 1.0), last])

    def scope(self, policy: Plain) -> None:
        """Sides or destinations, origins, products or traits."""
        kind = policy["kind"]
        if self.chance(0.5):
            policy["origins"] = self.some(self.places, 0.7) or [self.places[0]]
        if kind != "voluntary_suspension" and self.chance(0.4):
            policy["destinations"] = self.some(self.places[1:], 0.6) or [self.places[-1]]
        ban_on_side = kind == "export_ban" and ("destinations" not in policy or self.chance(0.3))
        if kind == "voluntary_suspension" or ban_on_side:
            policy["sides"] = self.some(self.sides[:2], 0.6) or [self.one_of(self.sides[:2])]
        if kind == "voluntary_suspension":
            policy.pop("origins", None)  # it has no use for them; drawn above, so that other draws stay as they were
        if self.chance(0.25):
            policy["products"] = self.some(self.drones, 0.6) or [self.drones[0]]
        if self.chance(0.25):
            beyond = [{"flight_minutes": self.whole(10, 45)}, {"thermal": True}, {"takeoff_kg": 4.0, "radio": True}]
            policy["traits"] = self.one_of(beyond)

    def listing(self, policy: Plain, groups: Plain) -> None:
        """Investigations that come soon."""
        policy["hazard"] = self.between(0.05, 1.5)
        policy["observation"] = self.between(0.0, 0.9)
        policy["fading"] = self.between(0.0, 0.2)
        policy["capacity"] = self.whole(0, 5)
        policy["lag_weeks"] = self.trait(0.0, 6.0)
        policy["stock"] = self.one_of(["frozen", "sold_off"])
        policy["chill"] = self.between(0.0, 0.6)
        if self.number % 3 == 0:  # no draw of its own: other worlds stay as they were
            policy["sides"] = [self.sides[self.number % 2]]
        if self.chance(0.3):
            names = [g for g in ("arms", "traders", "transit", "retailers") if g in groups]
            policy["groups"] = self.some(names, 0.6) or [names[0]]
