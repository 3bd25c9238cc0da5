"""Records made by hand: a small world, and rows whose measures can be worked out on paper.

The world has three sides (east, west, civil), two products (``quad`` at 100, ``fpv`` at 50 US dollars), makers in AA,
traders in KK, a shop in EE, a fund and home makers in WW. 60 recorded ticks of a week from 3 January 2022.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.ledger.labels import agent_labels
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.columns import World
from sim.world.records import (
    ACCOUNTS,
    COUNTERS,
    LEDGER_NUMBERS,
    LEDGER_WHOLE,
    STATEMENT_WHOLE,
    UNIT_ACCOUNTS,
    Records,
)

TICKS = 60

SELLER = {"mark_up": 0.1, "founding_capital": 1000.0}
SCENARIO: dict[str, Any] = {
    "name": "by_hand",
    "time": {"start": "2022-01-03", "end": "2023-02-26", "step_days": 7, "burn_in": 4, "settle": 1},
    "sides": {"east": {}, "west": {}, "civil": {"civil": True}},
    "products": {
        "quad": {"hs_code": "8806", "reference_price": 100.0, "flight_minutes": 35},
        "fpv": {"hs_code": "8806", "reference_price": 50.0, "flight_minutes": 10},
    },
    "jurisdictions": {
        "AA": {"latitude": 0.0, "longitude": 0.0},
        "KK": {"latitude": 0.0, "longitude": 10.0},
        "EE": {"latitude": 0.0, "longitude": 20.0, "home_side": "east"},
        "WW": {"latitude": 0.0, "longitude": 30.0, "home_side": "west"},
    },
    "legs": {
        "AA-AA": {"lead_weeks": 1.0},
        "AA-KK": {"lead_weeks": 2.0, "inspection": 0.1},
        "AA-EE": {"lead_weeks": 3.0, "inspection": 0.1},
        "AA-WW": {"lead_weeks": 3.0},
        "KK-EE": {"lead_weeks": 1.0, "inspection": 0.2},
        "KK-WW": {"lead_weeks": 1.0},
        "EE-EE": {"lead_weeks": 1.0},
        "WW-WW": {"lead_weeks": 1.0},
    },
    "groups": {
        "leader": {
            "kind": "manufacturer",
            "count": 1,
            "jurisdiction": "AA",
            "products": ["quad", "fpv"],
            "capacity": {"quad": 1000, "fpv": 1000},
            **SELLER,
        },
        "small": {
            "kind": "manufacturer",
            "count": 2,
            "jurisdiction": "AA",
            "products": ["quad"],
            "capacity": {"quad": 100},
            **SELLER,
        },
        "home": {
            "kind": "manufacturer",
            "count": 1,
            "jurisdiction": "WW",
            "products": ["fpv"],
            "capacity": {"fpv": 100},
            "home_side": "west",
            **SELLER,
        },
        "traders": {
            "kind": "intermediary",
            "count": 2,
            "jurisdiction": "KK",
            "products": ["quad", "fpv"],
            "slots": 1,
            **SELLER,
        },
        "shop": {"kind": "intermediary", "count": 1, "jurisdiction": "EE", "products": ["quad", "fpv"], **SELLER},
        "fund": {
            "kind": "buyer",
            "side": "west",
            "end_user": False,
            "count": 1,
            "jurisdiction": "WW",
            "products": ["quad", "fpv"],
            "budget": 1000.0,
        },
        "front_east": {
            "kind": "buyer",
            "side": "east",
            "end_user": True,
            "count": 1,
            "jurisdiction": "EE",
            "products": ["quad", "fpv"],
            "demand": {"quad": 40, "fpv": 20},
            "sorties_survived": 4.0,
            "budget": 1000.0,
        },
        "front_west": {
            "kind": "buyer",
            "side": "west",
            "end_user": True,
            "count": 1,
            "jurisdiction": "WW",
            "products": ["quad", "fpv"],
            "demand": {"quad": 40, "fpv": 20},
            "sorties_survived": 2.0,
        },
        "users": {
            "kind": "buyer",
            "side": "civil",
            "end_user": True,
            "count": 1,
            "jurisdiction": "AA",
            "products": ["quad"],
            "demand": {"quad": 40},
            "sorties_survived": 10.0,
            "budget": 1000.0,
        },
        "customs": {"kind": "regulator", "count": 1, "jurisdiction": "AA"},
    },
    "links": {
        "out": {"sellers": ["leader", "small"], "buyers": ["traders", "users", "shop"], "degree": 1},
        "on": {"sellers": ["traders"], "buyers": ["shop", "fund", "front_east"], "degree": 1},
        "shelf": {"sellers": ["shop"], "buyers": ["front_east"], "degree": 1},
        "gift": {"sellers": ["fund"], "buyers": ["front_west"], "degree": 1},
        "own": {"sellers": ["home"], "buyers": ["fund"], "degree": 1},
    },
    "policies": {
        "ban": {
            "kind": "export_ban",
            "by": "customs",
            "effective": "2022-02-02",
            "announced": "2022-01-10",
            "origins": ["AA"],
            "sides": ["east"],
            "products": ["quad"],
            "cost": 2.0,
        },
        "look": {
            "kind": "inspection",
            "by": "customs",
            "effective": "2022-01-17",
            "origins": ["AA"],
            "added": 0.3,
            "cost": 5.0,
        },
        "names": {"kind": "entity_listing", "by": "customs", "effective": "2022-01-17", "hazard": 0.1, "cost": 100.0},
    },
}
"""The scenario of the hand-made world."""


def world(**changes: object) -> World:
    """The hand-made world.

    Args:
        **changes: Values by dotted path, dots written as ``__``.
    """
    return build(load(SCENARIO, {path.replace("__", "."): value for path, value in changes.items()}), 1)


class ByHand:
    """Collects rows, and makes records of them."""

    def __init__(self, of: World | None = None, policies_off: tuple[str, ...] = ()) -> None:
        """Starts with no rows, and series of zeros."""
        self.world = world() if of is None else of
        self.off = policies_off
        self.names = self.world.names
        self.labels = agent_labels(self.world)
        self.nodes: list[dict[str, int]] = []
        self.deliveries: list[dict[str, float]] = []
        self.waits: list[dict[str, float]] = []
        self.statements: list[dict[str, float]] = []
        self.ledger: list[dict[str, float]] = []
        agents = len(self.labels)
        self.agents = {
            "state": np.ones(agents, np.int64),
            "owner": np.arange(agents),
            "opened": np.zeros(agents, np.int64),
            "closed": np.full(agents, -1),
            "listed_by": np.full(agents, -1),
        }
        sizes = {
            "side": len(self.names.sides),
            "product": len(self.names.products),
            "group": len(self.names.groups),
            "leg": len(self.names.legs),
            "way": len(self.world.ways.names),
            "policy": len(self.names.policies),
            "counter": len(COUNTERS),
            "account": len(ACCOUNTS),
        }
        from sim.ledger.series import SERIES

        self.series = {name: np.zeros((TICKS, *(sizes[d] for d in of))) for name, (of, _) in SERIES.items()}

    def agent(self, label: str) -> int:
        """Row of an agent."""
        return self.labels.index(label)

    def corridor(self, origin: int, destination: int) -> int:
        """The corridor of the leg between two jurisdictions, -1 where there is none."""
        leg = int(self.world.legs.of[origin, destination])
        return int(self.world.corridors.direct[leg]) if leg >= 0 else -1

    def path(self, *labels: str, **flags: int) -> int:
        """A path from a maker through agents; the last hop carries the flags.

        Args:
            *labels: Agents, maker first.
            **flags: ``breach`` bits of the last hop, its ``way`` and ``corridor`` (rows), ``barred_law``,
                ``barred_contract``, ``barred_voluntary`` masks.

        Returns:
            The last node. Nodes without flags on them are shared.
        """
        parent = -1
        for hop, label in enumerate(labels):
            last = hop == len(labels) - 1
            holder = self.agent(label)
            above = self.nodes[parent] if parent >= 0 else {}
            node = {
                "parent": parent,
                "holder": holder,
                "corridor": -1,
                "way": flags.get("way", 0) if last else 0,
                "breach": flags.get("breach", 0) if last else 0,
                "hops": hop,
                "maker": self.agent(labels[0]),
            }
            if parent >= 0:
                place = self.world.agents.jurisdiction
                node["corridor"] = self.corridor(place[above["holder"]], place[holder])
                if last and "corridor" in flags:
                    node["corridor"] = flags["corridor"]
            for kind in ("law", "contract", "voluntary"):
                mask = flags.get(f"barred_{kind}", 0) if last else 0
                node[f"barred_{kind}"] = above.get(f"barred_{kind}", 0) | mask
            node["breach_path"] = above.get("breach_path", 0) | node["breach"]
            if node in self.nodes:
                parent = self.nodes.index(node)
            else:
                self.nodes.append(node)
                parent = len(self.nodes) - 1
        return parent

    def deliver(self, tick: int, product: str, units: int, value: float, node: int) -> None:
        """A delivery to the last agent of a path."""
        buyer = self.nodes[node]["holder"]
        self.deliveries.append(
            {
                "tick": tick,
                "side": int(self.world.agents.true_side[buyer]),
                "product": self.names.products.index(product),
                "units": units,
                "value": value,
                "node": node,
                "buyer": buyer,
                "seller": self.nodes[self.nodes[node]["parent"]]["holder"],
                "since": tick - 2,
            }
        )

    def wait(self, since: int, tick: int, side: str, product: str, units: int, censored: bool = False) -> None:
        """A receipt, or a need still open."""
        self.waits.append(
            {
                "tick": tick,
                "since": since,
                "side": self.names.sides.index(side),
                "product": self.names.products.index(product),
                "units": units,
                "censored": censored,
            }
        )

    def ship(self, tick: int, product: str, units: int, price: float, cost: float, node: int, **more: float) -> None:
        """A ledger row: goods go to the last agent of a path."""
        parent = self.nodes[node]["parent"]
        row = {
            "tick": tick,
            "seller": self.nodes[parent]["holder"],
            "buyer": self.nodes[node]["holder"],
            "product": self.names.products.index(product),
            "units": units,
            "unit_price": price,
            "unit_freight": 1.0,
            "unit_facilitation": 0.0,
            "unit_levy": 0.0,
            "unit_fee": 0.0,
            "unit_cost": cost,
            "node": node,
            "parent": parent,
            "corridor": self.nodes[node]["corridor"],
            "way": self.nodes[node]["way"],
            "breach": self.nodes[node]["breach"],
            "inspected": False,
            "seized": False,
            "arrival": tick + 2,
            "since": tick,
            "auction": False,
            "stopped": -1,
            "declared": int(self.world.agents.jurisdiction[self.nodes[node]["holder"]]),
            "recorded": 0,
        }
        self.ledger.append({**row, **more})

    def set(self, name: str, value: object, *at: str) -> None:
        """Sets a series at all ticks: one number, or one a tick, at names of its dimensions."""
        from sim.ledger.series import SERIES

        of = {
            "side": self.names.sides,
            "product": self.names.products,
            "group": self.names.groups,
            "leg": self.names.legs,
            "way": self.world.ways.names,
            "policy": self.names.policies,
            "counter": COUNTERS,
            "account": ACCOUNTS,
        }
        where = tuple(of[d].index(each) for d, each in zip(SERIES[name][0], at, strict=True))
        self.series[name][(slice(None), *where)] = value

    def records(self, ledger: bool = True) -> Records:
        """The records."""
        floats = {"value", *LEDGER_NUMBERS}
        bools = {"censored", "inspected", "seized", "auction"}

        def columns(rows: list[dict[str, float]], names: tuple[str, ...]) -> dict[str, np.ndarray]:
            kind = lambda n: np.float64 if n in floats else np.bool_ if n in bools else np.int64  # noqa: E731
            return {n: np.array([row[n] for row in rows], kind(n)) for n in names}

        node_names = (
            "parent",
            "holder",
            "corridor",
            "way",
            "breach",
            "barred_law",
            "barred_contract",
            "barred_voluntary",
            "hops",
            "maker",
            "breach_path",
        )
        return Records(
            world=self.world,
            policies_off=self.off,
            deliveries=columns(
                self.deliveries, ("tick", "side", "product", "units", "value", "node", "buyer", "seller", "since")
            ),
            waits=columns(self.waits, ("tick", "since", "side", "product", "units", "censored")),
            ledger=columns(self.ledger, (*LEDGER_WHOLE, *LEDGER_NUMBERS)) if ledger else None,
            nodes=columns(self.nodes, node_names),  # type: ignore[arg-type]
            series=dict(self.series),
            agents=dict(self.agents),
            units=np.zeros((len(UNIT_ACCOUNTS), len(self.names.products)), np.int64),
            statements=columns(self.statements, (*STATEMENT_WHOLE, "false")),
        )
