"""The Mesa face: same bits as the engine, and what Mesa offers works as Mesa's users know it."""

from __future__ import annotations

import copy
import gc
import inspect
import math
import pickle
import subprocess
import sys
import warnings
import weakref
from typing import Any

import mesa
import numpy as np
import pytest

import sim
from sim.declare.errors import ScenarioError
from sim.engine import Engine
from sim.ledger.frames import agents as agents_frame
from sim.mesa_model import Buyer, Intermediary, LeakageModel, Manufacturer, Regulator
from sim.world.build import build
from sim.world.columns import ALIVE
from tests.decisions.common import classes, scenario
from tests.laws.common import bits, differences, run, small, state_bits


@pytest.fixture(scope="module")
def done() -> LeakageModel:
    """A run of the small world; not to be changed."""
    model = LeakageModel("small", seed=7)
    model.run_model()
    return model


# Same bits


def test_same_bits_tick_by_tick() -> None:
    """Every column of the state after every tick, and all records at the end."""
    model, engine = LeakageModel("small", seed=7), Engine(build(small(), 7))
    policies = engine.world.names.policies
    while model.running:
        model.step()
        engine.step()
        assert differences(state_bits(model.engine, policies), state_bits(engine, policies)) == [], engine.tick
    assert engine.finished
    assert differences(bits(model.records()), bits(engine.records())) == []


def test_same_as_sim_run(done: LeakageModel) -> None:
    """Records and measures, with the twin."""
    result = sim.run("small", seed=7, check_policies=False)
    assert differences(bits(done.records()), bits(result.records[7, "run"])) == []
    twin = LeakageModel("small", seed=7, without=small().policies)
    twin.run_model()
    assert differences(bits(twin.records()), bits(result.records[7, "twin"])) == []
    found = done.measures(twin)
    assert found.equals(done.measures(twin.records()))
    expected = result.measures.drop(columns="seed")
    assert found.equals(expected)
    assert done.measures(only=["delivered"])["value"].sum() > 0


def test_sources_and_changes() -> None:
    """A name, a path by name, a dict, a scenario, a world; values by dotted path."""
    change = {"policies.china_ban.intensity": 0.5, "time.end": "2023-02-26"}
    expected = bits(run(small().with_changes(change), 3))
    for source in ("small", small(), small().to_dict()):
        model = LeakageModel(source, seed=3, **change)
        model.run_model()
        assert differences(bits(model.records()), expected) == []
    model = LeakageModel(build(small().with_changes(change), 3))
    model.run_model()
    assert differences(bits(model.records()), expected) == []
    assert LeakageModel("small", ledger=False).records().ledger is None
    assert LeakageModel("small").seed == 0


def test_it_ends() -> None:
    """`running` turns False after the last tick; one more is an error."""
    model = LeakageModel("small", **{"time.end": "2023-01-15"})
    assert model.running and model.tick == 0 and model.date == small().time.start
    ticks = model.engine.world.calendar.ticks
    model.run_model()
    assert not model.running and model.steps == ticks == model.tick
    assert model.date == model.engine.world.calendar.first_days[-1]
    with pytest.raises(IndexError, match="the run has ended"):
        model.step()


# Agents


def test_agents_are_those_alive() -> None:
    """In every tick; firms close and are founded in the run; ids stay."""
    model = LeakageModel("small", seed=7)
    ids = {agent: agent.unique_id for agent in model.handles}
    assert len(set(ids.values())) == len(ids)
    seen = set(model.agents)
    left, came = set(), set()
    while model.running:
        model.step()
        now = set(model.agents)
        alive = {model.handles[row] for row in np.flatnonzero(model.engine.state.agents.state == ALIVE)}
        assert now == alive and len(model.agents) == len(alive) == model.alive()
        assert all(agent.state == "alive" for agent in now)
        left |= seen - now
        came |= now - seen
        seen = now
    assert left and came
    assert {agent: agent.unique_id for agent in model.handles} == ids
    assert int(model.records().series["alive"][-1].sum()) == len(model.agents)
    assert {"closing", "closed"} & {agent.state for agent in left}


def test_queries(done: LeakageModel) -> None:
    """Select, by type, group by, aggregate, get, as in Mesa."""
    agents = done.agents
    assert set(done.agents_by_type) == {Manufacturer, Intermediary, Buyer, Regulator} == set(done.agent_types)
    chosen = agents.select(lambda agent: agent.jurisdiction == "KZ", agent_type=Intermediary)
    assert {agent.group for agent in chosen} == {"kz_traders"}
    cash = done.engine.state.agents.cash
    assert chosen.agg("cash", sum) == sum(cash[agent.row] for agent in chosen)
    by_group = agents.groupby("group")
    sizes = {group: len(found) for group, found in by_group}
    assert sum(sizes.values()) == len(agents) and sizes["leader"] == 1 and sizes["reg_cn"] == 2
    assert max(agents.get("unique_id")) <= len(done.handles)
    assert next(iter(agents.sort("unique_id", ascending=True))).unique_id == min(agents.get("unique_id"))
    assert {agent.side for agent in done.agents_by_type[Buyer]} == {"russia", "ukraine", "civil"}
    assert {agent.side for agent in chosen} == {None}
    assert done.group("ru_contractors")[1].side_on_paper == "civil"
    assert [str(agent) for agent in done.group("leader")] == ["leader #0"]
    with pytest.raises(KeyError, match="did you mean 'leader'"):
        done.group("leeder")


def test_attributes_are_cells() -> None:
    """Reading and writing by product, side and link; the market takes what is written."""
    model = LeakageModel("small", seed=7)
    model.step()
    a, trader = model.engine.state.agents, model.group("kz_traders")[0]
    place = model.products["consumer"]
    assert trader.stock == dict(zip(model.products, a.stock[trader.row].tolist(), strict=True))
    trader.mark_up["consumer"] = 0.4
    assert a.mark_up[trader.row, place] == 0.4 == trader.mark_up["consumer"]
    trader.mark_up = 0.3
    assert (a.mark_up[trader.row] == 0.3).all()
    trader.mark_up = {"thermal": 0.2}
    trader.mark_up.update(consumer=0.1)
    assert (trader.mark_up["consumer"], trader.mark_up["thermal"]) == (0.1, 0.2)
    trader.seen = {"russia": 0.5}
    assert a.seen[trader.row, model.sides["russia"]] == 0.5
    trader.cash = 1234.0
    assert a.cash[trader.row] == 1234.0
    trader.compliant = True
    trader.tolerance = 2
    assert trader.compliant is True and a.tolerance[trader.row] == 2.0
    trader.diligence = 0.25
    assert model.engine.world.agents.diligence[trader.row] == 0.25
    supplier, link = next(iter(trader.suppliers.items()))
    assert link.customer is trader and link.seller is supplier and trader in supplier.customers
    link.trust = 0.75
    assert trader.trust[supplier] == 0.75
    trader.trust[supplier] = 0.25
    link.risk = 0.5
    assert (model.engine.state.links.trust[link.row], link.risk) == (0.25, 0.5)
    assert link.leg == f"{supplier.jurisdiction}-KZ" and set(link.products) <= set(trader.buys)
    assert set(link.premium) == set(model.products)
    model.step()


def test_what_is_written_matters() -> None:
    """A higher mark-up, set by hand, is asked in the next tick."""
    model, usual = (LeakageModel("small", seed=7, **{"time.settle": 20}) for _ in range(2))
    trader = model.group("kz_traders")[0]
    trader.mark_up = 0.9
    for each in (model, usual):
        each.step()
    asked = trader.decided("ask_price")["consumer"]
    assert (
        asked == trader.ask_price("consumer") or asked > usual.group("kz_traders")[0].decided("ask_price")["consumer"]
    )
    assert model.engine.ask_price[trader.row, model.products["consumer"]] == asked
    model.run_model()
    usual.run_model()
    assert "deliveries.units" in differences(bits(model.records()), bits(usual.records()))


def test_what_cannot_be_written_is_told() -> None:
    """Units, wrong keys, wrong values; cash within a tick."""
    model = LeakageModel("small", seed=7)
    trader = model.group("kz_traders")[0]
    with pytest.raises(AttributeError, match="stock follows from the rules; it can be read, not written"):
        trader.stock["consumer"] = 5
    with pytest.raises(AttributeError, match="stock follows from the rules"):
        trader.stock = 5
    with pytest.raises(AttributeError, match="size follows from the rules"):
        trader.size = 5
    with pytest.raises(KeyError, match="did you mean 'consumer'"):
        trader.mark_up["consumr"] = 0.1
    with pytest.raises(KeyError, match="did you mean 'consumer'"):
        trader.ask_price("consumr")
    with pytest.raises(TypeError, match="keys do not come or go"):
        del trader.mark_up["consumer"]
    for value in (math.nan, math.inf, -0.1):
        with pytest.raises(ValueError, match=r"mark_up\['consumer'\] is .*; it must be a finite number of at least 0"):
            trader.mark_up["consumer"] = value
    with pytest.raises(ValueError, match="at most 1"):
        trader.concealment = 1.5
    with pytest.raises(TypeError, match="must be a number"):
        trader.tolerance = "high"
    with pytest.raises(TypeError, match="must be True or False"):
        trader.compliant = 1
    with pytest.raises(NotImplementedError, match="firms open and close by the rules"):
        trader.remove()
    with pytest.raises(KeyError, match="kz_traders #0 does not sell to leader #0; it sells to "):
        trader.corridor(model.group("leader")[0], "consumer")
    with pytest.raises(RuntimeError, match="before the first tick"):
        trader.premium(next(iter(trader.customers)), "consumer")
    with pytest.raises(KeyError, match="did you mean 'ask_price'"):
        trader.decided("ask_prize")

    def spend(agent: Any, value: float, about: Any) -> float:
        agent.cash = 0.0
        return value

    own = LeakageModel("small", seed=7, agents=classes(small(), "ask_price", spend, "kz_traders"))
    with pytest.raises(RuntimeError, match="kz_traders #0: cash cannot be written within a tick"):
        own.step()
    assert not own.running


def test_traits_are_the_models_own() -> None:
    """Writing one does not reach a world that others use."""
    world = build(small(), 7)
    model = LeakageModel(world)
    agent = model.group("kz_traders")[0]
    before = world.agents.tolerance[agent.row], world.agents.working[agent.row]
    agent.tolerance = before[0] + 1.0
    agent.working = before[1] + 1.0
    assert (world.agents.tolerance[agent.row], world.agents.working[agent.row]) == before


def test_values_copy_and_pickle_as_dicts(done: LeakageModel) -> None:
    """So that a data collector keeps what was, not a window on what is."""
    stock = done.group("kz_traders")[0].stock
    for other in (copy.copy(stock), copy.deepcopy(stock), pickle.loads(pickle.dumps(stock))):
        assert type(other) is dict and other == stock


def test_uniforms_are_keyed() -> None:
    """The same for the same seed, agent, tick and index; independent of policies; spread evenly."""
    found = []
    for without in ((), small().policies):
        model = LeakageModel("small", seed=7, without=without)
        values = []
        for _ in range(4):
            values += [agent.uniform(i) for agent in model.handles for i in (0, 1)]
            model.step()
        found.append(values)
    assert found[0] == found[1]
    assert len(set(found[0])) == len(found[0])
    # 800 uniforms and more: mean within 4 standard errors of 1/2.
    assert abs(np.mean(found[0]) - 0.5) < 4.0 / math.sqrt(12.0 * len(found[0]))
    assert LeakageModel("small", seed=8).handles[0].uniform() != LeakageModel("small", seed=7).handles[0].uniform()


# What else Mesa offers


def test_the_data_collector(done: LeakageModel) -> None:
    """The default one, and one of the user's."""
    frame = done.datacollector.get_model_vars_dataframe()
    series = done.records().series
    assert len(frame) == done.steps
    burn_in = done.engine.world.calendar.burn_in
    for side, place in done.sides.items():
        assert (frame[f"delivered.{side}"].to_numpy()[burn_in:] == series["delivered"].sum(2).cumsum(0)[:, place]).all()
        assert (frame[f"delivered.{side}"].to_numpy()[:burn_in] == 0).all()
        assert frame[f"unmet.{side}"].iloc[-1] == pytest.approx(series["unmet"][:, place].sum())
    assert (frame["alive"].to_numpy()[burn_in:] == series["alive"].sum(1)).all()

    model = LeakageModel("small", seed=7)
    model.datacollector = mesa.DataCollector(
        model_reporters={"agents": lambda model: len(model.agents), "tick": "tick"},
        agent_reporters={"group": "group", "cash": "cash"},
        agenttype_reporters={Intermediary: {"stock": "stock"}},
    )
    stock = []
    trader = model.group("kz_traders")[0]
    for _ in range(12):
        model.step()
        stock.append(dict(trader.stock))
    assert model.datacollector.get_model_vars_dataframe()["tick"].tolist() == list(range(1, 13))
    cash = model.datacollector.get_agent_vars_dataframe()["cash"]
    assert cash.xs(trader.unique_id, level="AgentID").iloc[-1] == trader.cash
    kept = model.datacollector.get_agenttype_vars_dataframe(Intermediary)["stock"]
    assert kept.xs(trader.unique_id, level="AgentID").tolist() == stock and stock[0] != stock[-1]


@pytest.mark.parametrize("given", ["seed", "rng"])
def test_batch_run(given: str) -> None:
    """Parameters by dotted path, and seeds: each run is that of its own scenario and seed."""
    intensities, seeds, end = [0.1, 1.0], [1, 2, 3], "2023-05-28"
    parameters: dict[str, Any] = {"source": "small", "policies.china_ban.intensity": intensities, "time.end": end}
    options: dict[str, Any] = {"display_progress": False}
    if given == "seed":
        parameters["seed"] = seeds
    elif "rng" in inspect.signature(mesa.batch_run).parameters:
        options["rng"] = seeds
    else:
        parameters["rng"] = seeds
    rows = mesa.batch_run(LeakageModel, parameters, **options)
    assert len(rows) == 6
    outcomes = set()
    for row in rows:
        changes = {"policies.china_ban.intensity": row["policies.china_ban.intensity"], "time.end": end}
        model = LeakageModel("small", seed=row[given], **changes)
        model.run_model()
        for side in model.sides:
            assert row[f"delivered.{side}"] == model.delivered(side)
        outcomes.add(tuple(row[f"delivered.{side}"] for side in model.sides))
    assert {row[given] for row in rows} == set(seeds) and len(outcomes) == 6


def test_batch_run_of_a_scenario_in_a_list() -> None:
    """As the documentation says."""
    short = small().with_changes({"time.end": "2023-01-15"})
    rows = mesa.batch_run(LeakageModel, {"source": [short, short.to_dict()]}, display_progress=False)
    assert len(rows) == 2 and rows[0]["delivered.russia"] == rows[1]["delivered.russia"] > 0


def test_seeds() -> None:
    """Whole numbers; `rng` is another name; None is none."""
    short = {"time.end": "2023-01-15"}
    assert LeakageModel("small", rng=5, **short).seed == LeakageModel("small", seed=5, rng=None, **short).seed == 5
    assert LeakageModel("small", seed=np.int64(5), rng=5, **short).seed == 5
    assert LeakageModel("small", seed=2**62, **short).seed == 2**62
    with pytest.raises(ValueError, match="seed is 1 and rng is 2"):
        LeakageModel("small", seed=1, rng=2)
    with pytest.raises(ValueError, match="at least 0"):
        LeakageModel("small", seed=-1)
    for wrong in (1.5, "1", True, np.random.default_rng(1)):
        with pytest.raises(TypeError, match=r"rng is .*; it must be a whole number"):
            LeakageModel("small", rng=wrong)
    with pytest.raises(ValueError, match="neither seed nor changes"):
        LeakageModel(build(small(), 1), seed=2)


def test_bad_arguments() -> None:
    """Scenario errors as ever; a policy that is not there."""
    with pytest.raises(ScenarioError, match=r"policies\.china_ban\.intensity"):
        LeakageModel("small", **{"policies.china_bann.intensity": 0.5})
    with pytest.raises(ScenarioError, match="There is no section `sed`"):
        LeakageModel("small", sed=5)
    with pytest.raises(ValueError, match=r"without: there is no policy 'china_bann' \(did you mean 'china_ban'\?\)"):
        LeakageModel("small", without="china_bann")
    assert LeakageModel("small", without="china_ban").engine.without == ("china_ban",)


def test_a_model_that_is_dropped_is_freed() -> None:
    """Also with agents, rules and a data collector of the user's own, in the middle of a run and after it."""

    def own(agent: Any, value: float, about: Any) -> float:
        return 1.1 * value

    def collector() -> mesa.DataCollector:
        return mesa.DataCollector({"alive": lambda model: len(model.agents)}, {"cash": "cash", "stock": "stock"})

    rules = {"premium": {"tr_traders": sim.mesa_model.DECISIONS["premium"].function}}
    for ticks in (0, 3, 22):
        agents = classes(small(), "ask_price", own)
        model = LeakageModel("small", agents=agents, rules=rules, **{"time.end": "2023-01-15"})
        model.datacollector = collector()
        for _ in range(ticks):
            model.step()
        assert model.running == (ticks < 22)
        seen = [weakref.ref(model), weakref.ref(model.engine), weakref.ref(model.handles[0])]
        del model
        gc.collect()
        assert [ref() for ref in seen] == [None, None, None], ticks


def test_no_warnings() -> None:
    """Mesa deprecates what changes in its next version."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        LeakageModel("small", seed=1, **{"time.end": "2023-01-15"}).run_model()


def test_importing_sim_does_not_import_mesa() -> None:
    """Mesa takes a second, and sets how processes start; its names are there when asked for."""
    code = (
        "import sim, sys; names = dir(sim); assert 'LeakageModel' in names\n"
        "assert not {'mesa', 'numba', 'pandas'} & set(sys.modules)\n"
        "assert issubclass(sim.Buyer, sys.modules['mesa'].Agent)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_regulators_are_agents(done: LeakageModel) -> None:
    """They know their legs, their policies and whom they have seen."""
    customs = done.group("reg_cn")
    assert [agent.unique_id for agent in customs] == [agent.row + 1 for agent in customs]
    assert customs[0].policies == ("china_ban", "exit_checks", "listings")
    assert set(customs[0].legs) == {leg for leg in scenario("small").legs if leg.startswith("CN-")}
    assert done.group("reg_eu")[0].policies == ("eu_ban",)
    exposure = [customs[0].exposure(agent, "listings") for agent in done.agents_by_type[Intermediary]]
    assert max(exposure) > 0.0
    share = customs[0].inspection_share("CN-RU", "consumer")
    assert share == done.engine.inspection_share[done.legs["CN-RU"], done.products["consumer"]] > 0.3
    assert customs[0].inspection_share("CN-CN", "consumer") == 0.0


def test_agents_see_what_is_announced() -> None:
    """From the announcement to the day before it is in force; never in a twin that leaves it out."""
    model, twin = (LeakageModel("small", seed=1, without=off) for off in ((), ("china_ban", "exit_checks")))
    assert model.announced == ()
    seen: dict[str, list[Any]] = {"model": [], "twin": []}
    while model.running:
        day = model.date
        for name, each in (("model", model), ("twin", twin)):
            each.step()
            seen[name] += [(day, policy) for policy in each.announced]
    policies = model.engine.world.scenario.policies
    for name, off in (("model", set()), ("twin", {"china_ban", "exit_checks"})):
        expected = {
            policy
            for policy, fields in policies.items()
            if fields.announced and fields.announced < fields.effective and policy not in off
        }
        assert {policy for _, policy in seen[name]} == expected
        assert expected or name == "twin"
    for day, policy in seen["model"]:
        assert policies[policy].announced <= day < policies[policy].effective


def test_agents_see_who_is_listed(done: LeakageModel) -> None:
    """The name of the policy, as the records of agents have it; None for everybody else."""
    listed = {agent.name: agent.listed_by for agent in done.handles if agent.listed_by is not None}
    table = agents_frame(done.records()).dropna(subset=["listed_by"])
    assert listed == dict(zip(table["agent"].astype(str), table["listed_by"].astype(str), strict=True))
    assert set(listed.values()) == {"listings"}
