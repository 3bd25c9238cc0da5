"""Stage 10 by hand: who closes, what a maker that is its own supplier expects, whom a listing by side looks at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario.loading import load
from sim.tick import learn, sight
from sim.world.build import build
from sim.world.columns import ALIVE, BUYER, CLOSING, INTERMEDIARY, MANUFACTURER
from tests.world.test_by_hand import HAND, hand


def test_rounding_is_no_debt() -> None:
    """Firms close when they owe more than a cent; buyers never do."""
    cash = np.array([-1e-12, -0.0099, -0.0101, -5.0, -0.0101, -5.0, 0.0])
    kind = np.array([INTERMEDIARY] * 4 + [MANUFACTURER, BUYER, MANUFACTURER])
    n = len(cash)
    state, closed = np.full(n, ALIVE), np.full(n, -1)
    units, whole = np.zeros((n, 1), dtype=np.int64), np.zeros(1, dtype=np.int64)
    ends = np.full((n, 1), -1, dtype=np.int64)
    closures = learn.close_firms(
        9, 4.0, kind, state, closed, cash, units, units.copy(), units.copy(), np.zeros((1, 16), dtype=np.int64), ends,
        ends.copy(), whole, whole.copy(),
    )  # fmt: skip
    assert closures == 3
    assert state.tolist() == [ALIVE, ALIVE, CLOSING, CLOSING, CLOSING, ALIVE, ALIVE]
    assert closed.tolist() == [-1, -1, 9, 9, 9, -1, -1]


def own_parts() -> dict[str, Any]:
    """A maker that builds frames for its drones, and sells both."""
    makers = HAND["groups"]["makers"] | {"products": ["drone", "frame"], "capacity": {"drone": 300, "frame": 900}}
    shop = HAND["groups"]["traders"] | {"products": ["frame"], "slots": 0, "count": 1}
    groups = HAND["groups"] | {"makers": makers, "shop": shop}
    links = HAND["links"] | {"f": {"sellers": ["makers"], "buyers": ["shop"], "degree": 1}}
    return HAND | {"groups": groups, "links": links, "policies": {}}


def test_a_maker_expects_to_sell_its_parts_and_to_use_them() -> None:
    """Its first forecast is what its drones need; then it moves toward sales and own use together, by hand."""
    world = build(load(own_parts()), 1)
    row = int(np.flatnonzero(world.agents.group == world.names.groups.index("makers"))[0])
    drone, frame = 0, 1
    need = 130 * 14 / 30.4375
    assert world.agents.initial_forecast[row, :2] == pytest.approx([need, 2 * need])
    engine = Engine(world)
    market = world.scenario.market
    moved = 0
    while not engine.finished:
        before = engine.state.agents.forecast[row, frame]
        engine.step()
        a = engine.state.agents
        wanted = max(0.0, engine.production[row, drone])
        demand = a.sold[row, frame] + market.refused_weight * a.refused[row, frame] + 2 * wanted
        gain = market.smoothing / (1.0 + world.agents.review[row])
        expected = before + gain * (demand - before) if engine.tick > world.calendar.settle else before
        assert a.forecast[row, frame] == pytest.approx(expected, rel=1e-12)
        moved += wanted > 0.0
    assert moved > 3
    assert engine.state.agents.forecast[row, frame] > 0.5 * need


def test_a_maker_of_parts_for_itself_alone_goes_on_building() -> None:
    """Nobody buys its frames and nobody sells it any: drones are built all the same, for ever."""
    plain = own_parts()
    plain["groups"] = {k: g for k, g in plain["groups"].items() if k not in ("shop", "frames")}
    plain["links"] = {k: rule for k, rule in plain["links"].items() if k not in ("a", "f")}
    plain["time"] = plain["time"] | {"end": "2023-12-31"}
    records = Engine(build(load(plain), 1)).run()
    built = records.series["produced"][:, records.world.names.groups.index("makers"), 0]
    assert built[-13:].sum() > 0.5 * 13 * 130 * 14 / 30.4375


def test_a_listing_by_side_counts_what_seems_to_serve_it() -> None:
    """Papers first, then what the jurisdiction diverts; without sides everything counts."""
    world = hand()
    names = world.names
    first = {g: int(np.flatnonzero(world.agents.group == names.groups.index(g))[0]) for g in names.groups}

    def weight(*sides: str) -> dict[str, float]:
        found = sight.serves(world, np.array([s in sides for s in names.sides]))
        return {group: float(found[row]) for group, row in first.items()}

    assert weight() == dict.fromkeys(names.groups, 1.0)
    nobody = dict.fromkeys(names.groups, 0.0)
    # Arms, frames and makers sit in the one place that diverts; the fund buys for red on papers of civil users.
    assert weight("red") == nobody | {"units": 1.0, "arms": 0.3, "frames": 0.3, "makers": 0.3}
    assert weight("blue") == nobody | {"arms": 0.1, "frames": 0.1, "makers": 0.1}
    assert weight("blue", "red") == weight("red")
    assert weight("civil") == nobody | {"civils": 1.0, "fund": 1.0}
