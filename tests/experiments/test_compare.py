"""Arms over the same seeds: what is simulated, what is paired, what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import sim
from sim.declare.errors import ScenarioError
from sim.experiments.arms import ArmError, typed
from sim.experiments.compare import compare
from sim.experiments.comparison import CompareResult
from sim.experiments.differences import ABOUT
from sim.experiments.jobs import Setting, as_of
from sim.experiments.precision import TargetError
from sim.world.build import build, with_policies
from tests.experiments.fake import FakeEngine
from tests.measures.synthetic import SCENARIO

RUNS = 3


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeEngine]:
    """Puts an engine in place that simulates nothing, and leaves out what takes long."""
    monkeypatch.setattr("sim.engine.Engine", FakeEngine)
    monkeypatch.setattr(FakeEngine, "made", [])
    monkeypatch.setattr(FakeEngine, "inert", ())
    monkeypatch.setattr("sim.experiments.plotting.ComparePlots.save", lambda self, folder: None)
    return FakeEngine


@pytest.fixture(scope="module")
def half() -> sim.Scenario:
    return sim.load("small", {"policies.china_ban.intensity": 0.5})


@pytest.fixture(scope="module")
def result(half: sim.Scenario) -> CompareResult:
    """The real engine: the small scenario against half a ban, and against itself."""
    return compare({"full": "small", "half": half, "again": sim.load("small")}, runs=RUNS, parts=0, luck_runs=2)


def other() -> sim.Scenario:
    """The hand-made scenario with another cost of a policy: the same twin, other runs."""
    return sim.load(SCENARIO, {"policies.look.cost": 7.0})


# What is simulated


def test_a_shared_twin_is_simulated_once(fake: type[FakeEngine]) -> None:
    """Two arms and one twin a seed; a run without the only policy that differs is shared as well."""
    compare({"a": SCENARIO, "b": other()}, runs=2, parts=0, workers=1)
    twins = [made for made in fake.made if len(made[1]) == 3]
    assert len(twins) == 2, "one a seed"
    assert len(fake.made) == 6
    fake.made.clear()
    result = compare({"a": SCENARIO, "b": other()}, runs=1, parts=1, workers=1)
    # Without `look` both arms are the same: 1 run without look, 2 each without ban and names. For the parts the seed's
    # 2 runs and 1 twin are made again.
    assert len(fake.made) == result.simulations == 2 * (2 + 1) + 1 + 2 * 2


def test_arms_that_are_the_same_are_simulated_once(fake: type[FakeEngine]) -> None:
    compare([SCENARIO, SCENARIO], runs=2, parts=0)
    assert len(fake.made) == 4, "a run and a twin a seed"


def test_luck_varies_in_one_world(fake: type[FakeEngine]) -> None:
    """World of the first seed, luck of the seeds; the first of them is the first run itself."""
    result = compare({"a": SCENARIO, "b": other()}, runs=2, parts=0, luck_runs=3, seed=5)
    assert sorted(set(result.fixed["seed"])) == [5, 6, 7]
    assert result.simulations == 3 * 2 + 3 * 3
    keys = ["arm", "seed", *ABOUT]
    one = result.fixed[result.fixed["seed"] == 5].set_index(keys)["value"]
    pd.testing.assert_series_equal(one, result.measures.set_index(keys)["value"].loc[one.index])
    assert set(result.pairing["case"]) == {"world and luck", "luck only"}


def test_luck_leaves_the_world() -> None:
    """Other draws from the first tick on, the same agents; the same luck is the same run, bit for bit."""
    world = build(sim.load("small"), 3)
    moved, same = world.with_luck(4), world.with_luck(3)
    assert moved.agents is world.agents
    first, second, third = (sim.Engine(each).run() for each in (world, moved, same))
    assert first.deliveries["units"].sum() != second.deliveries["units"].sum()
    for name, column in first.deliveries.items():
        np.testing.assert_array_equal(column, third.deliveries[name])
    with pytest.raises(ValueError, match="seed"):
        world.with_luck(-1)


def test_worlds_with_other_policies_are_those_built(half: sim.Scenario) -> None:
    """Nothing but policies depends on policies."""
    for scenario in (half, sim.load("small").without_policies(["eu_ban", "listings"])):
        moved, built = with_policies(build(sim.load("small"), 2), scenario), build(scenario, 2)
        assert moved.names == built.names
        for part in ("agents", "groups", "legs", "links"):
            for name, column in vars(getattr(built, part)).items():
                np.testing.assert_array_equal(getattr(getattr(moved, part), name), column)
        for name in ("policy_key", "listing_lag", "reference_price", "diversion", "enforcement"):
            np.testing.assert_array_equal(getattr(moved, name), getattr(built, name))


def test_a_shared_twin_reads_as_each_arms_own() -> None:
    """Records of one scenario's twin, read as another's, are what the engine leaves for that one."""
    scenario = sim.load("small")
    fewer = scenario.without_policies(["eu_ban"])
    gone = ("china_ban", "exit_checks", "leader_exit")
    made = sim.Engine(build(scenario, 1), without=(*gone, "eu_ban")).run()
    told = as_of(made, Setting(fewer, gone))
    own = sim.Engine(build(fewer, 1), without=gone).run()
    assert told.policies_off == own.policies_off
    assert told.world.names == own.world.names
    for group in ("deliveries", "waits", "ledger", "nodes", "series", "agents"):
        for name, column in getattr(own, group).items():
            np.testing.assert_array_equal(getattr(told, group)[name], column, err_msg=f"{group} {name}")


# What is paired


def test_arms_have_the_measures_of_a_run(result: CompareResult) -> None:
    """What `run` finds for each arm alone, to the bit, ledger included."""
    alone = sim.run(result.arms["half"], runs=RUNS, check_policies=False, ledger="all").measures
    own = result.measures[result.measures["arm"] == "half"].drop(columns="arm").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)


def test_differences_are_those_worked_out_by_hand(result: CompareResult) -> None:
    """Mean and Student's interval of the values of each seed, one arm less the other."""
    whole = result.measures[(result.measures["product"] == "") & (result.measures["by"] == "")]
    table = whole.pivot_table(index=["measure", "side"], columns=["arm", "seed"], values="value", dropna=False)
    found = result.differences.query("arm == 'half' and against == 'full' and product == '' and by == ''")
    seen = 0
    for row in found.itertuples():
        if row.method != "Student t" or row.n < RUNS:
            continue
        apart = (table.loc[(row.measure, row.side), "half"] - table.loc[(row.measure, row.side), "full"]).to_numpy()
        assert row.difference == pytest.approx(apart.mean(), abs=1e-12)
        half = stats.t.ppf(0.95, RUNS - 1) * apart.std(ddof=1) / np.sqrt(RUNS)
        assert (row.low, row.high) == pytest.approx((apart.mean() - half, apart.mean() + half), rel=1e-9, abs=1e-9)
        seen += 1
    assert seen > 30


def test_a_scenario_differs_from_itself_in_nothing(result: CompareResult) -> None:
    """Exactly zero everywhere, and a warning; the arm that differs has none."""
    same = result.differences.query("arm == 'again' and against == 'full'")
    assert (same["difference"].dropna() == 0.0).all()
    assert (same.loc[same["method"] == "Student t", ["low", "high"]].dropna() == 0.0).all(axis=None)
    told = [text for text in result.warnings if "differs from" in text]
    assert told == [f"again differs from full in nothing: with each of {RUNS} seeds its run is the same to the bit."]


def test_the_other_order_turns_signs(result: CompareResult, half: sim.Scenario) -> None:
    turned = compare({"half": half, "full": "small"}, runs=RUNS, parts=0)
    keys = list(ABOUT)
    one = result.differences.query("arm == 'half' and against == 'full'").set_index(keys)
    two = turned.differences.query("arm == 'full' and against == 'half'").set_index(keys).loc[one.index]
    np.testing.assert_array_equal(one["difference"], -two["difference"])
    np.testing.assert_allclose(one["low"], -two["high"])
    np.testing.assert_array_equal(one["value"], two["against_value"])


def test_arm_less_reference_is_the_difference(result: CompareResult) -> None:
    """In every row where all runs are defined, the first arm or the twin: what is printed adds up."""
    keys = ["side", "product", "by", "item", "measure"]
    summary = result.summary().drop_duplicates(["arm", *keys]).set_index(["arm", *keys])
    seen: dict[str, set[str]] = {"twin": set(), "full": set()}
    for row in result.differences.query("undefined == 0").itertuples():
        about = tuple(getattr(row, key) for key in keys)
        twin = row.against == "twin"
        places = (row.arm, *about), (row.arm if twin else row.against, *about)
        # An item that an arm never has is nothing there.
        own, other = (
            summary.at[place, column] if place in summary.index else 0.0
            for place, column in zip(places, ("estimate", "twin" if twin else "estimate"), strict=True)
        )
        assert own - other == pytest.approx(row.difference, rel=1e-9, abs=1e-9), row
        seen[row.against].add(row.measure)
    assert {"delay", "delivered", "cost", "premium"} <= seen["full"] & (seen["twin"] | {"cost"})


def test_against_the_twin(result: CompareResult) -> None:
    """Each arm less its own twin; what has no value in a twin is not there."""
    rows = result.differences.query("against == 'twin' and measure == 'delivered' and product == '' and by == ''")
    assert set(rows["arm"]) == {"full", "half", "again"}
    denied = result.differences.query("against == 'twin' and measure == 'denied'")
    assert denied.empty
    units = result.summary().query("arm == 'full' and measure == 'units_denied' and product == ''").set_index("side")
    lost = -rows[rows["arm"] == "full"].set_index("side")["difference"]
    pd.testing.assert_series_equal(lost, units["estimate"], check_names=False)


def test_items_that_an_arm_lacks_count_as_nothing(result: CompareResult) -> None:
    """Corridors add up to the whole in differences too."""
    rows = result.differences.query("arm == 'half' and against == 'full' and measure == 'delivered'")
    corridors = rows[rows["by"] == "corridor"].groupby("side")["difference"].sum()
    whole = rows[(rows["by"] == "") & (rows["product"] == "")].set_index("side")["difference"]
    np.testing.assert_allclose(corridors, whole.loc[corridors.index])


def test_the_scope_is_the_same_in_all_arms(half: sim.Scenario) -> None:
    """An arm with a narrow policy only is measured over the products of the other arm as well."""
    narrow = sim.load("small").without_policies(["china_ban", "exit_checks", "leader_exit", "listings"])
    result = compare({"narrow": narrow, "half": half}, runs=1, parts=0)
    products = [set(rows["product"]) for _, rows in result.measures.groupby("arm")]
    assert products[0] == products[1]
    assert set(result.products) == products[0] - {""}
    twins = result.measures.query("measure == 'delivered' and product == '' and by == ''").pivot(
        index="side", columns="arm", values="twin"
    )
    assert (twins["narrow"] == twins["half"]).all()


def test_probability(result: CompareResult) -> None:
    rows = result.probability
    assert set(rows["arm"]) == {"full", "half", "again"}
    assert (rows["n"] + rows["undefined"] == RUNS).all()
    assert rows["window"].nunique() == 1


def test_without_policies_nothing_can_be_judged_and_says_why(half: sim.Scenario) -> None:
    result = compare({"half": half, "none": half.without_policies()}, runs=2, parts=0)
    row = result.differences.query("arm == 'none' and measure == 'denied_after' and side == 'russia'").iloc[0]
    assert np.isnan(row["difference"])
    assert (row["undefined"], row["reason"]) == (2, "no policy compared acts within the record")
    units = result.differences.query("arm == 'none' and measure == 'units_denied' and product == ''")
    assert (units["value"] == 0).all()


def test_parts(fake: type[FakeEngine]) -> None:
    """With all policies less without one; of what changes nothing a warning, in each arm."""
    fake.inert = ("names",)
    result = compare({"a": SCENARIO, "b": other()}, runs=2, parts=2)
    assert set(zip(result.parts["arm"], result.parts["policy"], strict=True)) == {
        (arm, policy) for arm in "ab" for policy in ("ban", "look", "names")
    }
    assert (result.parts["n"] + result.parts["undefined"] == 2).all()
    cover = result.parts.query("measure == 'cover' and side == 'east' and arm == 'a'").set_index("policy")["part"]
    assert cover["names"] == 0
    assert cover["look"] < 0, "31 in stock without it, 30 with it"
    told = [text for text in result.warnings if "changed nothing" in text]
    assert [text.split(" changed")[0] for text in told] == ["a: Policy names", "b: Policy names"]
    assert compare([SCENARIO, other()], runs=1, parts=0).parts.empty
    # Arms may have any name.
    named = compare({"with": SCENARIO, "without": other()}, runs=2, parts=2).parts
    pd.testing.assert_frame_equal(named.drop(columns="arm"), result.parts.drop(columns="arm"))


# What is kept


def stop_after(count: int) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if done == count:
            raise KeyboardInterrupt

    return tell


def test_interrupt_keeps_what_is_finished(fake: type[FakeEngine], tmp_path: Path) -> None:
    """Ctrl-C keeps whole seeds, on disk too; the same call goes on from them, and ends with the same numbers."""
    arms = {"a": SCENARIO, "b": other()}
    with pytest.raises(KeyboardInterrupt):
        compare(arms, runs=4, parts=1, workers=1, progress=stop_after(2))
    part = compare(arms, runs=4, parts=1, workers=1, progress=stop_after(7), out=tmp_path)
    assert part.interrupted
    assert part.seeds == [1, 2]
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert (manifest["finished"], manifest["interrupted"], manifest["seeds"]) == (False, True, [1, 2])
    assert len(pd.read_parquet(tmp_path / "measures.parquet")) == len(part.measures)
    fake.made.clear()
    whole = compare(arms, runs=4, parts=1, workers=1, out=tmp_path)
    assert {made[0] for made in fake.made if len(made[1]) == 3} == {1, 3, 4}, "the first seed again, for parts"
    assert whole.seeds == [1, 2, 3, 4]
    assert json.loads((tmp_path / "manifest.json").read_text())["finished"]
    fresh = compare(arms, runs=4, parts=1, workers=1)
    pd.testing.assert_frame_equal(whole.measures, fresh.measures)
    pd.testing.assert_frame_equal(whole.parts, fresh.parts)
    assert whole.warnings == fresh.warnings
    assert whole.products == fresh.products


def test_other_work_does_not_go_on_from_it(fake: type[FakeEngine], tmp_path: Path) -> None:
    """Another scenario, other code: everything is made anew."""
    compare({"a": SCENARIO, "b": other()}, runs=2, parts=0, out=tmp_path)
    count = len(fake.made)
    compare({"a": SCENARIO, "b": other()}, runs=2, parts=0, out=tmp_path)
    assert len(fake.made) == count, "all was there"
    compare({"a": SCENARIO, "b": sim.load(SCENARIO, {"policies.look.cost": 8.0})}, runs=2, parts=0, out=tmp_path)
    assert len(fake.made) == 2 * count


def test_save(fake: type[FakeEngine], tmp_path: Path) -> None:
    result = compare({"a": SCENARIO, "b": other()}, runs=2, luck_runs=2, out=tmp_path)
    for name in ("measures", "summary", "differences", "parts", "pairing", "probability", "flows"):
        assert len(pd.read_parquet(tmp_path / f"{name}.parquet")) > 0, name
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "differences.parquet"), result.differences)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    for name, scenario in result.arms.items():
        assert sim.load(manifest["arms"][name]["scenario"]).hash == scenario.hash
    assert not list(tmp_path.rglob("_*"))


def test_runs_are_added_until_it_is_sharp(fake: type[FakeEngine], monkeypatch: pytest.MonkeyPatch) -> None:
    """The arms do not differ in what arrives, so the first look is enough; what cannot be had stops at the most."""
    monkeypatch.setattr("sim.experiments.compare.LEAST", 4)
    told: list[str] = []
    arms = {"a": SCENARIO, "b": other()}
    result = compare(arms, runs=2, parts=0, precision={"denied share, east": 0.02}, told=told.append)
    assert len(result.seeds) == 4
    assert told == result.advice == ["denied share, east: known to ±0 with 4 runs, as asked (±0.02)."]
    result = compare(arms, runs=2, parts=0, precision={"denied_90:east": 0.001}, max_runs=6)
    assert len(result.seeds) == 6
    assert "Stopped at 6 runs" in result.advice[-1]


# What is refused


@pytest.mark.parametrize(
    ("arms", "options", "message"),
    [
        ("small", {}, "at least two"),
        (["small"], {}, "one arm"),
        ({"twin": "small", "b": "small"}, {}, "may not be named 'twin'"),
        (["small", "symmetric"], {}, "covers 2023-01-02"),
        (["small", "small"], {"precision": {"denied:nobody": 0.1}}, "no side 'nobody'"),
        (["small", "small"], {"precision": {"denied:russia": 0.1}, "max_runs": 5}, "max_runs is 5"),
        (["small", "small"], {"parts": -1}, "parts is -1"),
        (["small", "small"], {"runs": 0}, "runs is 0"),
    ],
)
def test_refused(arms: object, options: dict[str, object], message: str) -> None:
    with pytest.raises((ArmError, TargetError, ValueError), match=message):
        compare(arms, **options)  # type: ignore[arg-type]


def test_problems_of_all_arms_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        compare(["smal", {"name": "x", "nonsense": 1}])
    assert "smal" in str(caught.value)
    assert "nonsense" in str(caught.value)
    with pytest.raises(ScenarioError, match="china_bann"):
        compare(["small", "small"], versus="china_bann")


def test_arms_as_typed() -> None:
    value = "policies.china_ban.intensity=0.5"
    assert list(typed(["small"], [value], None)) == ["small", "china_ban.intensity=0.5"]
    arms = typed(["small"], None, [f"half:{value}", "half:policies.eu_ban.enabled=false", "sym:symmetric"])
    assert list(arms) == ["small", "half", "sym"]
    assert arms["half"].policies["china_ban"].intensity.at(arms["half"].time.start) == 0.5
    assert "eu_ban" not in arms["half"].policies
    assert arms["sym"].hash == sim.load("symmetric").hash
    assert list(typed(["small", "small"], None, None)) == ["small", "small (2)"]
    for scenarios, sets, more, message in [
        (["small"], None, None, "--set PATH=VALUE"),
        (["small", "symmetric"], [value], None, "--all"),
        (["small"], None, ["half"], "NAME:PATH=VALUE"),
        (["small"], None, ["a:small", "a:symmetric"], "a scenario already"),
        (["small"], None, ["small:symmetric"], "two arms"),
    ]:
        with pytest.raises(ArmError, match=message):
            typed(scenarios, sets, more)
    with pytest.raises(ScenarioError, match="china_ban"):
        typed(["small"], ["policies.china_bann.intensity=0.5"], None)
