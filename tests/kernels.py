"""Compiles what the tests need, without what they find out: ``python -m tests.kernels``.

Tests that start together would compile the same kernels twice, each while the other waits.
"""

from __future__ import annotations

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from tests.worlds import small_world

SCENARIOS = ("small", "allied-bans", "distributor-contracts", "listing-2020", "more-aid", "secondary-sanctions")
WORLDS = (40, 41, 42, 44, 49, 82, 124, 125, 134, 136, 180)
"""In each of these a kernel meets arguments of new types. Where one is missing nothing fails: a test compiles it."""


def main() -> None:
    """Runs shipped scenarios and small worlds, each once."""
    for name in SCENARIOS:
        Engine(build(load(name), seed=1)).run()
    for number in WORLDS:
        Engine(build(load(small_world(number)), seed=number)).run()


if __name__ == "__main__":
    main()
