"""Which scenario values name which evidence."""

from __future__ import annotations

import pytest

from sim.scenario import citations as module
from sim.scenario.citations import citations
from sim.scenario.loading import load
from sim.seeds.reading import read_evidence


def test_citations_say_what_the_scenarios_hold() -> None:
    found = citations()
    assert set(found) <= {*read_evidence().table_of, "assumed"}
    for key, cited in found.items():
        assert cited, key
    baseline = load("baseline")
    (price,) = found["P03"]
    assert price.value == baseline.products["enterprise"].reference_price
    assert {"baseline", "no-policy"} <= set(price.scenarios)
    legs = {each.path for each in found["P38"]}
    assert legs and all(path.startswith("legs.") and path.endswith(".inspection") for path in legs)
    assert {"policies.china_controls.announced", "policies.china_controls.effective"} <= {
        each.path for each in found["T06"]
    }
    no_policy = [each for each in found["T06"] if "no-policy" in each.scenarios]
    assert not no_policy, "a scenario without policies cites no date of one"


def test_the_same_path_with_another_value_stands_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    scenarios = {"one": load("small"), "two": load("small", {"market.smoothing": 0.25}), "three": load("small")}
    monkeypatch.setattr(module, "shipped", lambda: scenarios)
    monkeypatch.setattr(module, "load", lambda name: scenarios[name])
    found = [each for cited in citations().values() for each in cited if each.path == "market.smoothing"]
    assert [(each.value, each.scenarios) for each in found] == [(0.5, ("one", "three")), (0.25, ("two",))]
