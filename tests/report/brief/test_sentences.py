"""Question, answer, caveats, score: they say what the numbers say, and no more."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.experiments.opening import OpenedComparison, OpenedRun
from sim.report.brief.answer import answer, question
from sim.report.brief.arms import arms_of
from sim.report.brief.caveats import calibrated, of_the_parameters, of_the_result
from sim.report.brief.headline import intervals_told
from sim.report.brief.score import ScoreError, score
from sim.report.numbers import number


def opened(folder: Path) -> OpenedRun | OpenedComparison:
    return sim.open_result(folder)


def shifted(result: OpenedRun, side: str, values: list[float]) -> OpenedRun:
    """The result with other denied shares."""
    rows = result.measures["measure"].eq("denied") & result.measures["side"].eq(side)
    rows &= result.measures["product"].eq("") & result.measures["by"].eq("")
    result.measures.loc[rows, "value"] = values
    return result


def test_an_answer_names_sides_and_their_numbers(run_folder: Path) -> None:
    result = shifted(opened(run_folder), "russia", [0.25, 0.35])
    told = " ".join(answer(result, arms_of(result)))
    assert "Russian forces were denied 30.0% (25.5% to 34.5%)" in told
    cost = result.summary().query("measure == 'cost' and by == ''")["estimate"].item()
    assert f"nforcement cost {number(cost, 'US dollars')}" in told


def test_an_answer_says_where_nothing_can_be_told(run_folder: Path) -> None:
    result = shifted(opened(run_folder), "russia", [-0.2, 0.4])
    assert "for Russian forces it cannot be told from nothing" in " ".join(answer(result, arms_of(result)))
    result = shifted(opened(run_folder), "russia", [-0.2, -0.4])
    assert "Russian forces received 30.0% more" in " ".join(answer(result, arms_of(result)))


def test_one_run_has_no_interval() -> None:
    result = sim.run("small", runs=1, check_policies=False)
    assert "how much of it is luck is not known" in answer(result, arms_of(result))[-1]
    assert intervals_told(result) == ["There is one run, and so no interval: how far luck moves a number is not shown."]


def differing(result: OpenedComparison, low: float, high: float) -> str:
    """The answer where a difference has an interval."""
    apart = result.differences
    rows = apart["measure"].eq("delivered") & apart["side"].eq("russia") & apart["against"].eq("all")
    rows &= apart["product"].eq("") & apart["by"].eq("")
    apart.loc[rows, ["difference", "low", "high"]] = [(low + high) / 2, low, high]
    return " ".join(answer(result, arms_of(result)))


def test_a_comparison_tells_more_fewer_and_neither(compare_folder: Path) -> None:
    assert "Russian forces receive 200 foreign-made units more" in differing(opened(compare_folder), 100.0, 300.0)
    assert "Russian forces receive 200 foreign-made units fewer" in differing(opened(compare_folder), -300.0, -100.0)
    told = differing(opened(compare_folder), -100.0, 300.0)
    assert "Russian forces receive" not in told
    assert "no difference can be told from luck for Russian forces (90% interval −100 to +300)" in told


def test_questions(compare_folder: Path) -> None:
    result = opened(compare_folder)
    assert question(result, arms_of(result)) == "What does “china_ban” deny, and to whom?"
    half = sim.compare(
        {"all": "small", "half": sim.load("small", {"policies.china_ban.intensity": 0.5})}, runs=1, parts=0
    )
    assert question(half, arms_of(half)).startswith("What does “half” change against “Small:")
    one = sim.run("small", runs=1, versus=["eu_ban", "leader_exit"], check_policies=False)
    assert question(one, arms_of(one)) == "What did “eu_ban” and “leader_exit” deny, and to whom?"


def test_an_arm_is_called_by_what_differs() -> None:
    arms = ["small", sim.load("small", {"policies.china_ban.enabled": False, "policies.eu_ban.intensity": 0.5})]
    result = sim.compare({"small": arms[0], "a.b=1": arms[1]}, runs=1, parts=0)
    titles = [arm.title for arm in arms_of(result)]
    assert titles[1] == "without china_ban; eu_ban: intensity 0.5 in place of 1.0"
    # What may be varied went along with the policy, and is no change of its own.
    assert [change.path for change in arms_of(result)[1].changes] == ["policies.china_ban", "policies.eu_ban.intensity"]


def test_what_comes_more_without_a_policy_was_denied_by_it() -> None:
    """The reader must not turn it round; an arm that somebody named keeps its name beside other arms."""
    less = sim.load("small", {"policies.china_ban.enabled": False})
    result = sim.compare({"small": "small", "without china_ban": less}, runs=1, parts=0)
    arms = arms_of(result)
    assert question(result, arms) == "What does “china_ban” deny, and to whom?"
    told = " ".join(answer(result, arms))
    assert "Without “china_ban”, " in told and "foreign-made units more" in told
    assert "What a side receives more without it is what it denied that side." in told
    assert arms[1].short == "without china_ban"
    rows = result.differences["measure"] == "delivered"
    result.differences.loc[rows, "difference"] = -result.differences.loc[rows, "difference"].abs()
    assert "What a side receives more" not in " ".join(answer(result, arms)), "who gets less without it was helped"
    named = sim.compare({"small": "small", "open": less}, runs=1, parts=0)
    assert arms_of(named)[1].short == "open"


def test_warnings_are_told_once_with_their_arms(compare_folder: Path) -> None:
    result = opened(compare_folder)
    result.warnings[:] = [
        "all: It rains.",
        "no ban: It rains.",
        "no ban: It snows.",
        "Policy eu_ban changed nothing: so.",
    ]
    told = of_the_result(result, arms_of(result))
    assert told[:3] == ["It rains.", "In “no ban”: It snows.", "Policy eu_ban changed nothing: so."]
    assert told[3].startswith("Only 3 runs were made")


def test_parameters_are_counted_and_held_against_the_calibration(compare_folder: Path) -> None:
    result = opened(compare_folder)
    told = of_the_parameters(result, arms_of(result))
    assert "name the evidence behind them" in told[0]
    assert "2 values as uncertain" in told[1]
    assert len(told) == 2
    baseline = sim.load("baseline", {"groups.hk_traders.compliant_share": 0.99})
    name, ensemble = calibrated(baseline)
    # What somebody sets is no draw any more.
    assert name == "baseline" and "hk_compliance" not in ensemble.draws.columns
    assert "arms_compliance" in ensemble.draws.columns


def test_the_stored_score_is_said_to_be_that_of_the_shipped_scenario(compare_folder: Path) -> None:
    small = arms_of(opened(compare_folder))
    assert score(small, None) is None
    world = sim.load("baseline", {"policies.eu_ban.enabled": False})
    found = score([type(small[0])("x", "x", world, (), (), pd.DataFrame())], None)
    assert "the shipped scenario “baseline”" in found.whose and "differs from it in 1 value." in found.whose
    facts = pd.read_csv(sim.shipped()["baseline"].parents[1] / "seeds/ensembles/baseline/validation/facts.csv")
    assert {fact.fact for fact in found.missed} == set(facts.loc[~facts["inside"], "fact"])


def test_a_score_of_a_folder(tmp_path: Path, compare_folder: Path) -> None:
    arms = arms_of(opened(compare_folder))
    with pytest.raises(ScoreError, match="is not there; give a folder that `sim validate"):
        score(arms, tmp_path / "none")
    with pytest.raises(ScoreError, match=r"holds no validation: there is no facts\.csv"):
        score(arms, tmp_path)
    stored = sim.shipped()["baseline"].parents[1] / "seeds/ensembles/baseline/validation"
    found = score(arms, stored)
    assert "which was given beside the result" in found.whose and len(found.told) == 3
    facts = pd.read_csv(stored / "facts.csv").set_index("fact")
    assert [fact.near for fact in found.missed] == facts.loc[
        [fact.fact for fact in found.missed], "within_two"
    ].tolist()
    (tmp_path / "facts.csv").write_text("a\n1\n")
    (tmp_path / "scores.csv").write_text("b\n2\n")
    with pytest.raises(ScoreError, match="cannot be read"):
        score(arms, tmp_path)
