"""Tables that grow forget nothing: small worlds seldom fill them."""

from __future__ import annotations

import numpy as np

from sim.scenario.loading import load
from sim.tick.record import Growing
from sim.world.build import build
from sim.world.paths import Paths, intern
from sim.world.state import Transit


def test_a_path_keeps_its_node_when_the_table_grows() -> None:
    """Every node asked for again is the same, though rows and hash table have grown between."""
    paths = Paths()
    first = len(paths.table)

    def node(number: int) -> int:
        fields = (number % 3, -1, number, -1, 0, 0, 0, 0, 0)
        return int(intern(paths.rows, paths.table, paths.count, *fields))

    numbers = range(first)
    for number in numbers:
        paths.reserve(1)
        assert node(number) == number
        if len(paths.table) > first and number % 1000 == 0:
            assert node(number - 1) == number - 1
    assert len(paths.table) > first
    assert [node(number) for number in numbers] == list(numbers)
    assert int(paths.count[0]) == first


def test_the_pool_of_shipments_has_every_row_once_when_it_grows() -> None:
    """Rows in use and rows free are all rows, whatever was in use when it grew."""
    transit = Transit(build(load("symmetric"), seed=1))
    used: list[int] = []
    for rows in (700, 600, 3000):
        transit.reserve(rows)
        for _ in range(rows):
            row = int(transit.free[0])
            transit.free[0] = transit.next[row]
            transit.used[0] += 1
            used.append(row)
    free = []
    row = int(transit.free[0])
    while row >= 0:
        free.append(row)
        row = int(transit.next[row])
    assert sorted(used + free) == list(range(len(transit.landed)))


def test_a_growing_table_keeps_its_rows() -> None:
    """All columns of all rows, over several growths."""
    table = Growing(2, 1)
    for number in range(20_000):
        table.reserve(1)
        n = int(table.count[0])
        table.whole[n] = number + 1, -number
        table.numbers[n] = number / 2
        table.count[0] += 1
    found = table.columns(("a", "b"), ("c",))
    assert (found["a"] == np.arange(20_000) + 1).all()
    assert (found["b"] == -np.arange(20_000)).all()
    assert (found["c"] == np.arange(20_000) / 2).all()
