"""Paths read as chains."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.ledger.paths import corridor_of, diverted, home_made, paths, stops
from tests.measures.synthetic import ByHand

PLACES = st.lists(st.sampled_from("ABCD"), min_size=1, max_size=8).map(tuple)


@given(PLACES)
def test_corridor(visited: tuple[str, ...]) -> None:
    """Both ends stay, nothing in between is named twice or is an end, and its order is that of first visits."""
    found = corridor_of(visited)
    assert (found[0], found[-1]) == (visited[0], visited[-1])
    between = found[1:-1]
    assert len(set(between)) == len(between)
    assert not {visited[0], visited[-1]} & set(between)
    assert set(found) == set(visited)
    assert sorted(between, key=visited.index) == list(between)


def test_chains_by_hand() -> None:
    """Corridor, firms in between and the last seller that took a price, node by node."""
    b = ByHand()
    nodes = {
        "direct": b.path("leader", "shop", "front_east"),
        "round": b.path("leader", "traders #0", "traders #1", "shop", "front_east"),
        "gift": b.path("leader", "traders #0", "fund", "front_west"),
        "own": b.path("home", "fund", "front_west"),
        "maker": b.path("leader"),
        "users": b.path("leader", "users"),
    }
    found = paths(b.records())
    corridor = {name: found.corridors[found.corridor[node]] for name, node in nodes.items()}
    assert corridor == {
        "direct": "AA>EE",
        "round": "AA>KK>EE",
        "gift": "AA>KK>WW",
        "own": "WW",
        "maker": "AA",
        "users": "AA",
    }
    assert {name: bool(found.direct[node]) for name, node in nodes.items()} == {
        "direct": True,
        "round": False,
        "gift": False,
        "own": True,
        "maker": True,
        "users": True,
    }
    assert {name: int(found.length[node]) for name, node in nodes.items()} == {
        "direct": 1,
        "round": 3,
        "gift": 1,
        "own": 0,
        "maker": 0,
        "users": 0,
    }
    sellers = {name: int(found.priced_seller[node]) for name, node in nodes.items()}
    assert sellers["round"] == b.agent("shop")
    assert sellers["gift"] == b.agent("traders #0"), "the fund hands on and takes no price"
    assert sellers["own"] == b.agent("home")
    assert sellers["maker"] == -1


def test_states_passed_on_the_way_are_in_between() -> None:
    """A sale over another corridor passes the states on it; a state that a firm had before counts once."""
    b = ByHand()
    names = b.world.corridors.names
    over = names.index("AA-KK-EE")
    sold = b.path("leader", "shop", corridor=over)
    end = {"parent": sold, "hops": 2, "corridor": names.index("EE-EE")}
    b.nodes.append({**b.nodes[sold], "holder": b.agent("front_east"), **end})
    users = len(b.nodes) - 1
    straight = b.path("small #1", "shop")
    again = b.path("leader", "traders #0", "shop")
    b.nodes[again]["corridor"] = names.index("KK-EE")
    found = paths(b.records())
    at = {
        node: (found.corridors[found.corridor[node]], bool(found.direct[node]))
        for node in (sold, users, straight, again)
    }
    assert at == {
        sold: ("AA>KK>EE", False),
        users: ("AA>KK>EE", False),
        straight: ("AA>EE", True),
        again: ("AA>KK>EE", False),
    }


def test_stops_are_those_of_the_corridor() -> None:
    """Between the ends, in order, and none of no corridor."""
    of = ByHand().world
    found = stops(of)
    places = of.names.jurisdictions
    for row, name in enumerate(of.corridors.names):
        assert [places[j] for j in found[row] if j >= 0] == name.split("-")[1:-1]
    assert (found[-1] == -1).all()


def test_diverted_bits() -> None:
    """Breaches anywhere on the path, and the bit of the side reached, class by class."""
    b = ByHand()
    clean = b.path("leader", "shop", "front_east")
    law = b.path("leader", "traders #0", "front_east", barred_law=0b010)
    both = b.path("leader", "traders #1", "front_east", breach=4, barred_contract=0b010)
    node = np.array([clean, law, law, both])
    side = np.array([1, 1, 2, 1])
    records = b.records()
    assert diverted(records, node, side).tolist() == [0, 1, 0, 6]


def test_home_made() -> None:
    """Only for the makers' own side."""
    b = ByHand()
    own, other = b.path("home", "fund", "front_west"), b.path("leader", "users")
    assert home_made(b.records(), np.array([own, own, other]), np.array([2, 1, 0])).tolist() == [True, False, False]


def test_no_nodes() -> None:
    """An empty table of nodes is no error."""
    found = paths(ByHand().records())
    assert found.corridors == ()
    assert found.length.size == 0
