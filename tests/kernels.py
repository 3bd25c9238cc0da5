"""Compiles the kernels that tests need and no shipped scenario does: ``python -m tests.kernels``.

Tests that start together would compile the same ones twice, each waiting for the other.
"""

from __future__ import annotations

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from tests.worlds import small_world

WORLDS = (40, 41, 42, 44, 49, 82, 124, 125, 134, 136, 180)
"""Small worlds in which, after the shipped scenarios, a kernel meets arguments of new types.

Without one of them nothing fails: a test compiles what is missing.
"""


def main() -> None:
    """Runs the worlds."""
    for number in WORLDS:
        Engine(build(load(small_world(number)), seed=number)).run()


if __name__ == "__main__":
    main()
