"""An engine that simulates nothing: its records are those worked out on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sim.world.columns import World
from sim.world.records import Records
from tests.measures.cases import run_by_hand, twin_by_hand


class FakeEngine:
    """Stands in for :class:`sim.engine.Engine`. The run's deliveries grow with the seed."""

    made: list[tuple[int, tuple[str, ...], bool]] = []  # noqa: RUF012
    inert: tuple[str, ...] = ()

    def __init__(self, world: World, *, ledger: bool = True, without: tuple[str, ...] = ()) -> None:
        """Takes what the real one takes."""
        self.world, self.ledger, self.without = world, ledger, without

    tick = 0
    finished = True

    def parts_at(self, without: tuple[str, ...]) -> int:
        """Every other run parts from this one at once."""
        return 0

    def fork(self, without: tuple[str, ...]) -> FakeEngine:
        """Another one of its kind."""
        return type(self)(self.world, ledger=self.ledger, without=without)

    def run(self, cancel: Callable[[], bool] | None = None) -> Records:
        """Remembers what it was asked for, and hands out hand-made records."""
        FakeEngine.made.append((self.world.seed, self.without, self.ledger))
        twin = len(self.without) > 1 or not self.world.scenario.policies
        b = twin_by_hand() if twin else run_by_hand()
        b.world, b.off = self.world, self.without
        if not twin:
            b.deliver(
                30, "quad", 10 * self.world.seed, 1000.0 * self.world.seed, b.path("leader", "shop", "front_east")
            )
        b.set("stock", 30.0, "east", "quad")
        b.set("planned", 40.0, "east", "quad")
        if self.without and self.without[0] not in self.inert:
            b.set("stock", 31.0, "east", "quad")
        b.set("counters", 100.0, "trades")
        b.set("counters", 5.0 if twin else 20.0, "trades_at_ceiling")
        records = b.records(ledger=self.ledger)
        return replace(records, policies_off=self.without)
