"""One pair of a run and its twin, worked out on paper."""

from __future__ import annotations

import numpy as np

from sim.measures.frame import measures
from sim.world.records import Records
from tests.measures.synthetic import TICKS, ByHand

EAST = 0b010
"""Mask of the side east: sides are civil, east, west."""
ALL = ("ban", "look", "names")


def run_by_hand() -> ByHand:
    """The run: east gets 200 units by three ways, west 40 and 30 of its own, civil users 200."""
    b = ByHand()
    shelf = b.path("leader", "shop", "front_east")
    round_about = b.path("leader", "traders #0", "shop", "front_east", barred_law=EAST)
    against = b.path("leader", "traders #0", "front_east", breach=4)
    gift = b.path("small #1", "traders #1", "fund", "front_west")
    own = b.path("home", "fund", "front_west")
    users = b.path("leader", "users")
    b.deliver(3, "quad", 200, 20_000.0, users)
    b.deliver(5, "quad", 100, 15_000.0, shelf)
    b.deliver(10, "quad", 50, 10_000.0, round_about)
    b.deliver(10, "quad", 40, 6_000.0, gift)
    b.deliver(12, "fpv", 30, 1_500.0, own)
    b.deliver(20, "fpv", 50, 5_000.0, against)
    return b


def twin_by_hand() -> ByHand:
    """The twin: east 300 directly and 100 by the round-about way, west 100, civil users 200."""
    b = ByHand(policies_off=ALL)
    b.deliver(3, "quad", 200, 20_000.0, b.path("leader", "users"))
    b.deliver(5, "quad", 300, 30_000.0, b.path("leader", "shop", "front_east"))
    b.deliver(6, "quad", 100, 12_000.0, b.path("leader", "traders #0", "shop", "front_east"))
    b.deliver(7, "quad", 100, 12_000.0, b.path("leader", "traders #0", "fund", "front_west"))
    return b


def value(run: Records, twin: Records | None, measure: str, **about: object) -> float:
    """One value of a measure.

    Args:
        run: The run.
        twin: Its twin.
        measure: Id.
        **about: ``side``, ``product``, ``by``, ``item``; ``column`` for another column; the rest goes to ``measures``.
    """
    keys = {name: about.pop(name, "") for name in ("side", "product", "by", "item")}
    column = about.pop("column", "value")
    frame = measures(run, twin, only=[measure], **about)  # type: ignore[arg-type]
    for name, wanted in keys.items():
        frame = frame[frame[name] == wanted]
    assert len(frame) == 1, f"{len(frame)} rows for {measure} {keys}"
    return frame[column].iloc[0]


def weekly(units: list[int], off: tuple[str, ...] = ()) -> Records:
    """A run in which east gets so many quads in each tick, directly.

    Args:
        units: Units by tick; 0 is no delivery.
        off: Policies left out.
    """
    b = ByHand(policies_off=off)
    node = b.path("leader", "shop", "front_east")
    for tick, count in enumerate(np.resize(units, TICKS) if len(units) == 1 else units):
        if count:
            b.deliver(tick, "quad", int(count), 100.0 * count, node)
    return b.records()
