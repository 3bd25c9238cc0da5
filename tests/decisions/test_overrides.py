"""Own agents: super() changes nothing, anything else changes its own cells and the outcome, and errors are clear."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest

import sim
from sim.decisions.table import DECISIONS, DecisionError, column
from sim.mesa_model import LeakageModel
from sim.world.columns import CLOSING
from sim.world.records import COUNTERS
from tests.decisions.common import EVADING, WORLDS, classes, model, scenario, seed
from tests.laws.common import Bits, bits, differences, run

GROUPS = {
    "production": "second_brand", "restock_level": "ru_importers", "ask_price": "cn_exporters",
    "bid_ceiling": "kz_traders", "premium": "cn_exporters", "inspection_share": "reg_cn", "investigate": "reg_cn",
}  # fmt: skip
"""A group of the small world for each decision that can be other than it is."""


@cache
def plain(world: str | int) -> Bits:
    """What a run without own agents leaves behind."""
    return bits(run(scenario(world), seed(world)))


def same(agent: Any, value: Any, about: Any) -> Any:
    """The decision as it is."""
    return value


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("decision", DECISIONS)
def test_super_gives_the_same_bits(decision: str, world: str | int) -> None:
    """For all groups at once; and in the small world they are asked."""
    calls: Counter[str] = Counter()
    own = model(world, classes(scenario(world), decision, same, calls=calls))
    own.run_model()
    assert differences(bits(own.records()), plain(world)) == []
    if world == "small":
        assert sum(calls.values()) > 100


def test_super_gives_the_same_bits_where_inputs_are_barred() -> None:
    """A maker's own capacity is what its inputs allow."""
    world = 173
    own = model(world, classes(scenario(world), "production", same))
    own.run_model()
    assert own.records().series["counters"][:, COUNTERS.index("input_shortages")].sum() > 20
    assert differences(bits(own.records()), plain(world)) == []


def test_all_decisions_at_once_give_the_same_bits() -> None:
    """A class may override several."""
    parts = [classes(scenario("small"), decision, same) for decision in DECISIONS]
    joined = {}
    for part in parts:
        for group, own in part.items():
            joined[group] = type("Own", (own, joined.get(group, own)) if group in joined else (own,), {})
    own = model("small", joined)
    own.run_model()
    assert differences(bits(own.records()), plain("small")) == []


def columns_at(model: LeakageModel, tick: int) -> dict[str, np.ndarray]:
    """All decision columns of a tick, as they stand when orders are placed."""
    found: dict[str, np.ndarray] = {}
    engine = model.engine
    place_orders = engine._order

    def order() -> int:
        if engine.tick == tick:
            found.update({name: np.array(column(engine, name)) for name in DECISIONS})
        return place_orders()

    engine._order = order  # type: ignore[method-assign]
    while engine.tick <= tick:
        model.step()
    return found


def mine(model: LeakageModel, decision: str, group: str) -> np.ndarray:
    """Rows of a decision column that are a group's."""
    world, links = model.engine.world, model.engine.state.links
    rows = np.array([agent.row for agent in model.group(group)])
    of = DECISIONS[decision].of
    if of == "link":
        return np.flatnonzero(np.isin(links.seller[: len(column(model.engine, decision))], rows))
    if of == "leg":
        return np.flatnonzero(world.legs.origin == world.agents.jurisdiction[rows[0]])
    if of == "policy":
        return np.array([i for i, p in enumerate(model.engine.policies) if p.by == group])
    return rows


@pytest.mark.parametrize("decision", GROUPS)
def test_another_decision_changes_the_cells_of_its_group_and_the_outcome(decision: str) -> None:
    """In the first tick the column differs there, nowhere else, by exactly what was said; the run ends elsewhere."""
    tick, group = 45, GROUPS[decision]
    said: list[float] = []

    def change(agent: Any, value: float, about: Any) -> float:
        if agent.model.tick < tick:
            return value
        said.append(0.25 * value + 0.5 if value < math.inf else 1.0)
        return said[-1]

    base, own = model("small"), model("small", classes(scenario("small"), decision, change, group))
    before, after = columns_at(base, tick), columns_at(own, tick)
    changed = before[decision] != after[decision]
    elsewhere = np.ones(len(changed), dtype=np.bool_)
    elsewhere[mine(base, decision, group)] = False
    assert changed.any() and not changed[elsewhere].any()
    assert set(after[decision][changed]) <= set(said)
    earlier = list(DECISIONS)[: list(DECISIONS).index(decision)]
    assert [name for name in earlier if not np.array_equal(before[name], after[name], equal_nan=True)] == []
    base.run_model()
    own.run_model()
    assert "ledger.units" in differences(bits(own.records()), bits(base.records()))


def test_a_premium_acts_where_there_is_no_policy() -> None:
    """An agent may refuse customers in free trade; the refusals are counted."""
    free = scenario("small").with_changes({f"policies.{p}.enabled": False for p in scenario("small").policies})

    def refuse(agent: Any, value: float, about: Any) -> float:
        assert value == 0.0
        return math.inf if agent.model.tick >= 30 and about[0].jurisdiction == "RU" else value

    own = LeakageModel(free, seed=7, agents=classes(free, "premium", refuse, "cn_exporters"))
    own.run_model()
    base = LeakageModel(free, seed=7)
    base.run_model()
    place = own.engine.world.names.groups.index("cn_exporters")
    ledger = own.records().ledger
    assert ledger is not None
    agents = own.engine.world.agents
    to_ru = agents.jurisdiction[ledger["buyer"]] == own.engine.world.names.jurisdictions.index("RU")
    from_group = agents.group[ledger["seller"]] == place
    late = ledger["tick"] >= 30 - own.engine.world.calendar.burn_in
    assert not (to_ru & from_group & late).any() and (to_ru & from_group & ~late).any()
    refused = own.records().series["counters"][:, COUNTERS.index("refused_by_premium")]
    assert refused[:10].sum() == 0 and (refused[10:] > 0).any()
    assert base.records().series["counters"][:, COUNTERS.index("refused_by_premium")].sum() == 0
    assert "deliveries.units" in differences(bits(own.records()), bits(base.records()))


def test_refusals_are_counted_once_under_policies() -> None:
    """Who never refuses takes its own refusals out of the count; firms that sell off are not asked, and refuse some."""
    own = model("small", classes(scenario("small"), "premium", lambda agent, value, about: 0.0))
    engine, place = own.engine, COUNTERS.index("refused_by_premium")
    place_orders, counted = engine._order, []

    def order() -> int:
        k, a = engine.state.links, engine.state.agents
        refused = np.isinf(k.premium[: k.count]) & k.carries[: k.count] & (a.need[k.buyer[: k.count]] > 0)
        refused &= (~k.dead[: k.count])[:, None]
        assert (a.state[k.seller[np.flatnonzero(refused.any(axis=1))]] == CLOSING).all()
        assert engine.sums.counters[place] == refused.sum()
        counted.append(int(refused.sum()))
        return place_orders()

    engine._order = order  # type: ignore[method-assign]
    own.run_model()
    assert sum(counted) > 0
    assert own.records().series["counters"][:, place].sum() < plain("small")["series.counters"][:, place].sum()
    assert plain("small")["series.counters"][:, COUNTERS.index("refused_by_premium")].sum() > 0


def test_the_greatest_of_several_regulators_holds() -> None:
    """Two in one place: the stricter one is obeyed."""

    def change(agent: Any, value: float, about: Any) -> float:
        return 0.9 if agent.index == 1 and about[0] == "CN-KZ" else 0.0

    own = model("small", classes(scenario("small"), "inspection_share", change, "reg_cn"))
    own.step()
    share = own.engine.inspection_share
    assert (share[own.legs["CN-KZ"]] == 0.9).all() and (share[own.legs["CN-PL"]] == 0.0).all()


def test_only_what_is_overridden_is_asked() -> None:
    """A class without decisions of its own costs nothing, and an inherited override counts."""

    class Plain(sim.Intermediary):
        pass

    assert model("small", {"kz_traders": Plain}).engine.decisions.overrides == {}

    class Dear(sim.Intermediary):
        def ask_price(self, product: str) -> float:
            return 2.0 * super().ask_price(product)

    class Dearer(Dear):
        pass

    own = model("small", {"kz_traders": Dearer})
    assert list(own.engine.decisions.overrides) == ["ask_price"]


# Ways and corridors


def test_ways_are_used_where_super_is_tested() -> None:
    """Every story but honest papers, and corridors of more than one leg."""
    used, long = set(), 0
    for world in ("small", *EVADING):
        records = run(scenario(world), seed(world))
        assert records.ledger is not None
        ways, corridors = records.world.ways, records.world.corridors
        used |= {ways.names[row] for row in np.unique(records.ledger["way"])}
        long += int((corridors.count[records.ledger["corridor"]] > 1).sum())
    assert used >= {"civil_face", "facilitation", "ghost_transit", "military_purpose", "personal_carriage", "rerouting"}
    assert used >= {"splitting", "vague_description"} and long > 100


def shipped_by(model: LeakageModel, group: str, place: str) -> tuple[set[str], set[str]]:
    """Ways and corridors of what a group has sent to a jurisdiction."""
    records = model.records()
    assert records.ledger is not None
    world, ledger = records.world, records.ledger
    mine = world.agents.group[ledger["seller"]] == world.names.groups.index(group)
    mine &= world.agents.jurisdiction[ledger["buyer"]] == world.names.jurisdictions.index(place)
    ways = {world.ways.names[row] for row in np.unique(ledger["way"][mine])}
    return ways, {world.corridors.names[row] for row in np.unique(ledger["corridor"][mine])}


@pytest.mark.parametrize(
    ("way", "place", "expected"),
    [
        ("honest", "RU", {"CN-RU"}),
        ("rerouting", "RU", {"CN-KZ-RU", "CN-PL-RU", "CN-TR-RU"}),
        ("vague_description", "RU", {"CN-RU"}),
        ("personal_carriage", "RU", {"CN-RU"}),
        ("ghost_transit", "KZ", {"CN-KZ"}),
    ],
)
def test_a_way_is_taken_and_its_corridor_follows(way: str, place: str, expected: set[str]) -> None:
    """Also in ticks without any restriction, and for sellers who would never have taken it."""

    def change(agent: Any, value: str, about: Any) -> str:
        return way if way in agent.ways(*about) else "honest"

    off = {f"policies.{p}.enabled": False for p in scenario("small").policies}
    # A firm that is listed sells off, and is not asked.
    for changes in ({"policies.listings.enabled": False}, off):
        of = scenario("small").with_changes(changes)
        own = LeakageModel(of, seed=7, agents=classes(of, "way", change, "cn_exporters"))
        own.run_model()
        ways, corridors = shipped_by(own, "cn_exporters", place)
        assert ways == {way} and corridors and corridors <= expected
        assert shipped_by(own, "cn_exporters", "CN")[0] == {"honest"}


def test_false_papers_are_priced_where_nothing_is_barred() -> None:
    """The premium kernel sees the way that an agent has chosen, in a tick without restrictions too."""
    free = scenario("small").with_changes({f"policies.{p}.enabled": False for p in scenario("small").policies})

    def change(agent: Any, value: str, about: Any) -> str:
        return "vague_description" if about[0].jurisdiction == "RU" else value

    own = LeakageModel(free, seed=7, agents=classes(free, "way", change, "cn_exporters"))
    found = columns_at(own, 30)
    links = own.engine.state.links
    vague = found["way"] == own.ways["vague_description"]
    assert vague.any() and (found["premium"][vague] > 0.0).all() and (found["premium"][~vague] == 0.0).all()
    assert (found["corridor"][vague] == own.engine.world.corridors.direct[links.leg][np.nonzero(vague)[0]]).all()


def test_a_corridor_is_taken_where_it_is_open() -> None:
    """With honest papers; a closed leg is not offered, and what the rules have chosen is always allowed."""
    closed = scenario("small").with_changes({"legs.CN-KZ.open": {"step": {"2023-01-02": 1, "2023-05-01": 0}}})

    def change(agent: Any, value: str, about: Any) -> str:
        if about[0].jurisdiction != "RU":
            return value
        names = agent.corridors(*about)
        assert value in names and all(name.startswith("CN-") and name.endswith("-RU") for name in names)
        return "CN-KZ-RU" if "CN-KZ-RU" in names else "CN-TR-RU"

    own = LeakageModel(closed, seed=7, agents=classes(closed, "corridor", change, "cn_exporters"))
    own.run_model()
    ways, corridors = shipped_by(own, "cn_exporters", "RU")
    assert corridors == {"CN-KZ-RU", "CN-TR-RU"} and "honest" in ways

    class Stubborn(sim.Intermediary):
        def way(self, customer: Any, product: str) -> str:
            return "honest"

        def corridor(self, customer: Any, product: str) -> str:
            return "CN-KZ-RU" if customer.jurisdiction == "RU" else super().corridor(customer, product)

    own = LeakageModel(closed, seed=7, agents={"cn_exporters": Stubborn})
    with pytest.raises(DecisionError, match="Choose another: it is closed"):
        own.run_model()


def test_a_way_without_a_corridor_on_offer_is_told() -> None:
    """Where no forwarder goes, goods cannot go with papers that hide the route."""

    def change(agent: Any, value: str, about: Any) -> str:
        return "rerouting" if about[0].jurisdiction == "RU" else value

    own = model("small", classes(scenario("small"), "way", change, "kz_traders"))
    with pytest.raises(DecisionError, match="Choose another: no forwarder offers a corridor for it"):
        own.run_model()


def test_a_purpose_is_named_only_where_it_is_at_home() -> None:
    """It saves time there and nowhere else; and within a jurisdiction papers are honest."""
    for place, told in (("TR", "customers whose side is at home"), ("CN", "within a jurisdiction there are honest")):

        def change(agent: Any, value: str, about: Any, place: str = place) -> str:
            late = agent.model.tick > 30
            return "military_purpose" if late and about[0].jurisdiction == place else value

        own = model("small", classes(scenario("small"), "way", change, "cn_exporters"))
        with pytest.raises(DecisionError, match=told):
            own.run_model()


def test_links_show_what_was_decided() -> None:
    """Way, corridor and premium by product, after a tick."""
    own = model("small")
    own.run_model()
    ways, corridors = set(), set()
    for seller in own.group("cn_exporters"):
        for customer, link in seller.customers.items():
            ways |= set(link.way.values())
            corridors |= set(link.corridor.values())
            assert set(link.way) == set(link.premium) == set(own.products)
            product = link.products[0]
            assert seller.corridor(customer, product) in seller.corridors(customer, product)
            assert seller.way(customer, product) in seller.ways(customer, product)
    assert "honest" in ways and "CN-RU" in corridors


def test_traits_of_owners_are_of_the_run() -> None:
    """What an agent writes of its compliance, tolerance and concealment the market takes."""
    own, base = model("small"), model("small")
    for agent in own.group("cn_exporters"):
        agent.compliant, agent.tolerance, agent.concealment = False, 40.0, 0.9
    own.run_model()
    base.run_model()
    assert shipped_by(own, "cn_exporters", "RU")[0] - shipped_by(base, "cn_exporters", "RU")[0]


# Errors


@pytest.mark.parametrize("decision", [d for d in DECISIONS if d not in ("corridor", "way")])
@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0, None, "12", True, [1.0]], ids=repr)
def test_what_is_not_allowed_is_told(decision: str, value: Any) -> None:
    """Agent, method, what it was about, value and what is allowed; no traceback of the compiler's."""
    if decision == "premium" and value == math.inf:
        return
    group = GROUPS[decision]

    def change(agent: Any, shipped: float, about: Any) -> Any:
        return value if agent.model.tick >= 40 else shipped

    own = model("small", classes(scenario("small"), decision, change, group))
    with pytest.raises(DecisionError) as caught:
        own.run_model()
    told = str(caught.value)
    assert told.startswith(f"{group} #") and f": {decision}(" in told and repr(value) in told
    assert DECISIONS[decision].allowed in told
    assert ("Did you forget `return`?" in told) == (value is None)
    assert not own.running


@pytest.mark.parametrize(
    ("decision", "wrong", "told"),
    [
        (
            "corridor",
            "CN-TR",
            "'CN-RU', 'CN-KZ-RU', 'CN-PL-RU', 'CN-TR-RU': .*\\n.* Choose another: it does not lead",
        ),
        ("corridor", "CN-KZ-R", "Did you mean 'CN-KZ-RU'"),
        ("corridor", 3, "the name of an open corridor between the two\\n  To do: Correct `corridor`"),
        ("corridor", None, "Did you forget `return`"),
        (
            "way",
            "off_the_shelf",
            "'honest', 'civil_face', .*\\n.* Choose another: the seller's group cannot use it",
        ),
        ("way", "military_purpose", "To do: Choose another: its date has not come"),
        ("way", "vague_descriptions", "Did you mean 'vague_description'"),
        ("way", 1, "'vague_description': the id of a way open to the seller\\n  To do: Correct `way`"),
        ("way", None, "Did you forget `return`"),
    ],
)
def test_only_what_the_engine_honours_is_taken(decision: str, wrong: Any, told: str) -> None:
    """Names of open corridors, and ids of ways that are open to the seller."""

    def change(agent: Any, shipped: Any, about: Any) -> Any:
        return wrong if about[0].jurisdiction == "RU" else shipped

    of = scenario("small").with_changes({"evasion.off_the_shelf.groups": ["kz_traders"]})
    own = LeakageModel(of, seed=7, agents=classes(of, decision, change, "cn_exporters"))
    with pytest.raises(DecisionError, match=rf"cn_exporters #\d \(OwnIntermediary\): {decision}\(ru_") as caught:
        own.run_model()
    assert re.search(told, str(caught.value)), caught.value


def test_an_exception_in_a_decision_says_whose_it_was() -> None:
    """The user's own error, with a note."""

    def change(agent: Any, shipped: float, about: Any) -> float:
        return 1.0 / 0.0

    for decision in ("ask_price", "corridor"):
        own = model("small", classes(scenario("small"), decision, change, "kz_traders"))
        with pytest.raises(ZeroDivisionError) as caught:
            own.run_model()
        told = rf"raised while kz_traders #\d \(OwnIntermediary\) decided {decision}\(.*consumer\)"
        assert re.fullmatch(told, caught.value.__notes__[0])


def test_numbers_of_other_types_are_numbers() -> None:
    """Whole numbers and NumPy's are taken."""
    for change in (lambda a, v, o: 900, lambda a, v, o: np.float64(900.0), lambda a, v, o: np.int64(900)):
        own = model("small", classes(scenario("small"), "ask_price", change, "kz_traders"))
        own.step()
        assert own.group("kz_traders")[0].decided("ask_price")["consumer"] == 900.0


def test_classes_must_fit_their_group() -> None:
    """The kind, the group, and something that is no class."""
    with pytest.raises(TypeError, match=r"kz_traders is a group of kind intermediary: give a subclass of sim.Inter"):
        model("small", {"kz_traders": sim.Buyer})
    with pytest.raises(TypeError, match="give a subclass"):
        model("small", {"kz_traders": lambda: None})
    with pytest.raises(ValueError, match=r"no group 'kz_trader' \(did you mean 'kz_traders'\?\)"):
        model("small", {"kz_trader": sim.Intermediary})
