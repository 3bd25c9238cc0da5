"""What is varied."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim.scenario.loading import load
from sim.sweeps.errors import SweepError
from sim.sweeps.space import Space
from tests.sweeps.common import short


def test_all_that_is_uncertain_unless_told_otherwise() -> None:
    assert set(Space.of(short()).names) == set(short().uncertain)
    assert set(Space.of(short(), ["levers", "uncertain"]).names) == {*short().uncertain, *short().levers}
    assert Space.of(short(), ["checks", "compliance"]).names == ("checks", "compliance")
    assert Space.of(short(), "ban").names == ("ban",)


def test_a_lever_takes_the_place_of_what_is_uncertain() -> None:
    """Both lead to one value in the baseline; named one by one, that is a mistake."""
    scenario = load("baseline")
    path = scenario.levers["kz_tightening"].path
    assert scenario.uncertain["kz_checks"].path == path
    names = Space.of(scenario, ["uncertain", "levers"]).names
    assert "kz_tightening" in names and "kz_checks" not in names
    with pytest.raises(SweepError, match=f"kz_checks and kz_tightening both lead to {path}"):
        Space.of(scenario, ["kz_checks", "kz_tightening"])


def test_a_part_of_a_value_and_the_whole_are_one_place() -> None:
    dated = {"path": "policies.ban.intensity.step.2023-09-01", "low": 0, "high": 1}
    whole = {"path": "policies.ban.intensity", "distribution": {"uniform": [0, 1]}, "role": "factor"}
    scenario = load(
        {
            "extends": "small",
            "policies": {
                "ban": {
                    "kind": "levy",
                    "effective": "2023-01-01",
                    "destinations": ["RU"],
                    "rate": 0.1,
                    "intensity": {"step": {"2023-01-01": 0.2, "2023-09-01": 0.5}},
                    "evidence": "assumed",
                }
            },
            "levers": {"late": dated},
            "uncertain": {"all": whole},
        }
    )
    with pytest.raises(SweepError, match="both lead to"):
        Space.of(scenario, ["late", "all"])
    assert Space.of(scenario, ["uncertain", "late"]).names.count("all") == 0


@pytest.mark.parametrize(
    ("over", "words"),
    [
        (["compliace"], "did you mean 'compliance'"),
        (["nothing", "ban"], "nothing of that name"),
        ([], "nothing to vary"),
    ],
)
def test_bad_names(over: list[str], words: str) -> None:
    with pytest.raises(SweepError, match=words):
        Space.of(short(), over)


def test_two_levers_of_one_value_and_names_that_tables_have() -> None:
    twice = load("small", {"levers.again": {"path": "policies.china_ban.intensity", "low": 0, "high": 1}})
    with pytest.raises(SweepError, match=r"again and ban, both of \[levers\]"):
        Space.of(twice, ["levers"])
    taken = load("small", {"levers.seed": {"path": "groups.cn_exporters.compliant_share", "low": 0, "high": 1}})
    with pytest.raises(SweepError, match="column seed of their own"):
        Space.of(taken, ["seed"])


def test_values_are_quantiles_and_within_range() -> None:
    space = Space.of(load("baseline"), ["uncertain", "levers"])
    positions = np.random.default_rng(1).random((200, len(space.factors)))
    values = space.values(positions)
    for at, factor in enumerate(space.factors):
        assert ((values[:, at] >= factor.low) & (values[:, at] <= factor.high)).all()
        assert (np.argsort(values[:, at], kind="stable") == np.argsort(positions[:, at], kind="stable")).all()
    assert space.problem["num_vars"] == values.shape[1] == len(space.frame())


def test_a_manifest_keeps_it() -> None:
    space = Space.of(load("baseline"), ["uncertain", "levers"])
    assert Space.from_plain(json.loads(json.dumps(space.to_plain()))) == space
