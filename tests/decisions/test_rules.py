"""Own rules: a function in place of a decision, for all or for one group."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import sim
from sim.decisions.table import DECISIONS, DecisionError
from sim.tick.decide import KERNELS
from sim.world.records import COUNTERS
from tests.decisions.common import classes, model, scenario, seed
from tests.decisions.test_overrides import GROUPS, columns_at, mine, plain
from tests.laws.common import bits, differences, run


def cost_plus_fifty(unit_cost, taken_mark_up):
    return unit_cost + 50.0


def dearer(unit_cost, taken_mark_up):
    return 1.1 * (unit_cost * (1.0 + taken_mark_up))


def not_a_number(unit_cost, taken_mark_up):
    return math.nan


@pytest.mark.parametrize("decision", KERNELS)
def test_the_shipped_function_as_a_rule_gives_the_same_bits(decision: str) -> None:
    """For all, and for one group."""
    function = DECISIONS[decision].function
    of_group = [{decision: {GROUPS.get(decision, "cn_exporters"): function}}] if decision != "corridor" else []
    for rules in ({decision: function}, *of_group):
        own = model("small", rules=rules)
        own.run_model()
        assert differences(bits(own.records()), plain("small")) == []


def test_a_rule_for_one_group_changes_its_cells_only() -> None:
    """Exactly those, in the first tick."""
    base, own = model("small"), model("small", rules={"ask_price": {"cn_exporters": cost_plus_fifty}})
    before, after = columns_at(base, 0), columns_at(own, 0)
    changed = (before["ask_price"] != after["ask_price"]).any(axis=1)
    assert set(np.flatnonzero(changed)) == set(mine(base, "ask_price", "cn_exporters"))
    own.run_model()
    assert "deliveries.units" in differences(bits(own.records()), plain("small"))


def test_a_rule_and_an_agent_that_say_the_same_are_the_same() -> None:
    """Compiled for all, and in Python for every group."""
    rule = model("small", rules={"ask_price": dearer})
    own = model("small", classes(scenario("small"), "ask_price", lambda agent, value, about: 1.1 * value))
    rule.run_model()
    own.run_model()
    assert differences(bits(rule.records()), bits(own.records())) == []
    assert "deliveries.units" in differences(bits(rule.records()), plain("small"))


def test_super_of_an_agent_is_the_rule_of_its_group() -> None:
    """And that of other groups the shipped function."""
    rules = {"ask_price": {"kz_traders": cost_plus_fifty}}
    own = model("small", classes(scenario("small"), "ask_price", lambda agent, value, about: value), rules=rules)
    alone = model("small", rules=rules)
    own.run_model()
    alone.run_model()
    assert differences(bits(own.records()), bits(alone.records())) == []


def test_a_refusing_rule_is_counted() -> None:
    """Premiums for one group only: infinite ones are refusals."""

    def refuse(believed, risk, penalty, stake, tolerance, consignment):
        return math.inf

    own = model("small", rules={"premium": {"cn_exporters": refuse}})
    own.run_model()
    counted = own.records().series["counters"][:, COUNTERS.index("refused_by_premium")].sum()
    assert counted > plain("small")["series.counters"][:, COUNTERS.index("refused_by_premium")].sum()


def test_a_rule_for_ways_is_obeyed_whatever_it_says() -> None:
    """For all, and for one group: the dearest way by the shipped reckoning, which bounds from below leave out."""

    def contrary(handling, rate, price, premium, patience, weeks):
        return -(price * (1.0 + rate + patience * weeks) + handling)

    usual = ways_used(model("small"))
    everybody = ways_used(model("small", rules={"way": contrary}))
    some = ways_used(model("small", rules={"way": {"cn_exporters": contrary}}))
    assert everybody["cn_exporters"] == some["cn_exporters"] != usual["cn_exporters"]
    assert everybody["eu_resellers"] != some["eu_resellers"] == usual["eu_resellers"]

    def never(handling, rate, price, premium, patience, weeks):
        return math.inf

    own = model("small", rules={"way": never})
    own.run_model()
    ledger = own.records().ledger
    assert ledger is not None and (ledger["way"] == 0).all()


def ways_used(own: sim.LeakageModel) -> dict[str, set[str]]:
    """Ways in the column, by group of seller, in the first tick in which any ban is in force."""
    found = columns_at(own, 35)["way"]
    groups, ways = own.engine.world.names.groups, own.engine.world.ways.names
    used: dict[str, set[str]] = {group: set() for group in groups}
    for link, p in zip(*np.nonzero(found), strict=True):
        used[groups[own.engine.world.agents.group[own.engine.state.links.seller[link]]]].add(ways[found[link, p]])
    return used


def test_a_rule_for_corridors_is_that_of_the_forwarders() -> None:
    """They offer another corridor to all, to own agents too."""

    def longest(freight, price, lead_weeks, patience, lost):
        return -lead_weeks

    usual, own = model("small"), model("small", rules={"corridor": longest})
    for each in (usual, own):
        each.step()
    names = own.engine.world.corridors.names
    pair = own.engine.world.legs.pair[own.legs["CN-RU"]]
    offered = [names[each.engine.stops[pair, 0]] for each in (usual, own)]
    weeks = dict(zip(names, own.engine.world.corridors.lead_weeks.tolist(), strict=True))
    assert weeks[offered[1]] > weeks[offered[0]]
    assert weeks[offered[1]] == max(weeks[name] for name in names if name.startswith("CN-") and name.endswith("-RU"))


def test_sim_run_takes_agents_and_rules_and_gives_them_to_the_twin() -> None:
    """The same bits as a model; and the manifest names them."""
    own = classes(scenario("small"), "ask_price", lambda agent, value, about: 1.1 * value)
    result = sim.run("small", seed=7, agents=own, check_policies=False)
    for arm, without in (("run", ()), ("twin", tuple(scenario("small").policies))):
        alone = model("small", rules={"ask_price": dearer}, without=without)
        alone.run_model()
        assert differences(bits(result.records[7, arm]), bits(alone.records())) == []
    assert set(result.own["agents"]) == set(own)
    again = sim.run("small", seed=7, rules={"ask_price": dearer}, check_policies=False)
    assert differences(bits(again.records[7, "run"]), bits(result.records[7, "run"])) == []


# Errors


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"ask_prize": dearer}, r"no rule for 'ask_prize'.*did you mean 'ask_price'"),
        ({"corridor": {"kz_traders": dearer}}, r"a rule is for all and not for a group"),
        ({"ask_price": {"kz_trader": dearer}}, r"no group 'kz_trader'; did you mean 'kz_traders'"),
        ({"ask_price": {"ru_units": dearer}}, r"'ru_units' is a group of kind buyer, which does not decide ask_price"),
    ],
    ids=["decision", "corridor", "group", "kind"],
)
def test_rules_for_what_is_not_there(rules: Any, told: str) -> None:
    """Decision, group, kind."""
    with pytest.raises(ValueError, match=told):
        model("small", rules=rules)


def three(unit_cost, taken_mark_up, more):
    return unit_cost


def text(unit_cost, taken_mark_up):
    return "dear"


def reads_a_file(unit_cost, taken_mark_up):
    with open("prices.txt") as file:
        return float(file.read())


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (three, r"takes \(unit_cost, taken_mark_up, more\); it must take \(unit_cost, taken_mark_up\)"),
        (text, "the rule text cannot be compiled: it returns"),
        (reads_a_file, "the rule reads_a_file cannot be compiled: .* the math module"),
        (5, "it must be a function"),
    ],
)
def test_functions_that_are_no_rules(function: Any, told: str) -> None:
    """Other parameters, other results, what cannot be compiled, no function."""
    with pytest.raises(TypeError, match=told):
        model("small", rules={"ask_price": function})


def test_a_rule_that_gives_nonsense_is_told() -> None:
    """NaN in each decision names rule, agent and product."""
    for decision, group in (GROUPS | {"way": "cn_exporters", "corridor": ""}).items():
        parameters = ", ".join(DECISIONS[decision].function.__code__.co_varnames)
        session: dict[str, Any] = {}
        exec(f"def wrong({parameters}):\n    return 0.0 * {parameters.split(', ')[0]} + float('nan')", session)
        of_group = [{group: session["wrong"]}] if decision in ("ask_price", "premium", "way") else []
        for rule in (session["wrong"], *of_group):
            own = model("small", rules={decision: rule})
            with pytest.raises(DecisionError, match=rf"the rule wrong.*: {decision}\(.*\) gave nan") as caught:
                own.run_model()
            assert (DECISIONS[decision].cost or DECISIONS[decision].allowed) in str(caught.value)


def test_own_runs_are_not_forked() -> None:
    """Their agents and rules belong to one run; a plain run can be."""
    agents = classes(scenario("small"), "ask_price", lambda agent, value, about: value)
    for options in ({"rules": {"ask_price": dearer}}, {"agents": agents}):
        with pytest.raises(ValueError, match="cannot be forked"):
            model("small", **options).engine.fork(())
    assert differences(bits(model("small").engine.fork(()).run()), plain("small")) == []


def test_a_plain_run_is_untouched_by_rules_of_another() -> None:
    """Rules are a run's own."""
    model("small", rules={"ask_price": dearer}).step()
    assert differences(bits(run(scenario("small"), seed("small"))), plain("small")) == []
