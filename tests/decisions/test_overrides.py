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
from sim.world.records import COUNTERS
from tests.decisions.common import WORLDS, classes, model, scenario, seed
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
    """A group that never refuses takes its own refusals out of the count."""
    own = model("small", classes(scenario("small"), "premium", lambda agent, value, about: 0.0))
    own.run_model()
    assert own.records().series["counters"][:, COUNTERS.index("refused_by_premium")].sum() == 0
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


@pytest.mark.parametrize(("decision", "wrong"), [("corridor", "CN-TR"), ("corridor", 3), ("way", 1), ("way", None)])
def test_only_what_the_engine_honours_is_taken(decision: str, wrong: Any) -> None:
    """The leg between the two, and honest papers."""

    def change(agent: Any, shipped: Any, about: Any) -> Any:
        return wrong if about[0].jurisdiction == "RU" else shipped

    own = model("small", classes(scenario("small"), decision, change, "kz_traders"))
    with pytest.raises(DecisionError, match=rf"kz_traders #\d \(OwnIntermediary\): {decision}\(ru_") as caught:
        own.run_model()
    assert ("'KZ-RU'" if decision == "corridor" else "0, honest papers") in str(caught.value)


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
