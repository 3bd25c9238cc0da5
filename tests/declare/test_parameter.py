"""Declared parameters enforce types, bounds and choices, and know their evidence."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from pydantic import ValidationError

from sim.declare.parameter import Fields, parameter
from sim.declare.types import (
    Bill,
    Distribution,
    Schedule,
    ScheduleByProduct,
    Substitutes,
    Trait,
    Traits,
    Words,
    WordTrait,
)


class Sample(Fields):
    """One of each."""

    share: float = parameter(0.5, unit="1", low=0.0, high=1.0, text="A share.", evidence="P01")
    count: int = parameter(1, unit="agents", low=0, high=10, text="A count.")
    flag: bool = parameter(False, unit="", text="A flag.")
    word: str = parameter("a", unit="", choices=("a", "bee"), text="A word.")
    when: date | None = parameter(None, unit="date", text="A date.")
    schedule: Schedule = parameter(0.0, unit="1", low=0.0, high=1.0, text="A schedule.")
    trait: Trait = parameter(1.0, unit="1", low=0.0, high=5.0, text="A trait.", evidence="P02")
    belief: Distribution = parameter(1.0, unit="1", text="A distribution.")
    place: WordTrait = parameter("AA", unit="", text="A place.")
    demand: ScheduleByProduct = parameter({}, unit="1", low=0.0, text="By product.")
    names: Words = parameter((), unit="", text="Names.")
    bill: Bill = parameter({}, unit="", text="A bill.")
    others: Substitutes = parameter({}, unit="1", low=0.0, high=1.0, text="Others.")
    traits: Traits = parameter({}, unit="", text="Traits.")


def codes(**values: object) -> list[tuple[str, str]]:
    """Codes and keys of what is wrong; pydantic's own word where it found it."""
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate(values)
    out = []
    for entry in caught.value.errors():
        bad = entry.get("ctx", {}).get("bad")
        key = ".".join([str(part) for part in entry["loc"][:1]] + list(bad.at if bad else ()))
        out.append((bad.code if bad else entry["type"], key))
    return out


def test_what_is_allowed_is_read() -> None:
    found = Sample.model_validate(
        {
            "share": 1,
            "count": 3.0,
            "when": "2022-02-24",
            "schedule": {"step": {"2022-01-01": 0.25}},
            "trait": {"uniform": [0, 5]},
            "place": {"choice": {"BB": 1, "AA": 1}},
            "demand": {"b": 1, "a": {"linear": {"2022-01-01": 0.25}}},
            "names": ["b", "a"],
            "bill": {"kit": {"part": 2.0}},
            "traits": {"thermal": True, "flight_minutes": 30},
        }
    )
    assert (found.share, found.count, found.when) == (1.0, 3, date(2022, 2, 24))
    assert isinstance(found.count, int)
    assert list(found.demand) == ["a", "b"]
    assert found.names == ("a", "b")
    assert found.place.words == ("AA", "BB")
    assert found.bill == {"kit": {"part": 2}}
    assert Sample.model_validate({"share": np.float64(0.5), "count": np.int64(2)}).count == 2


@pytest.mark.parametrize(
    ("key", "value", "code", "at"),
    [
        ("share", 1.5, "S204", "share"),
        ("share", True, "float_type", "share"),
        ("share", "0.5", "float_type", "share"),
        ("share", float("nan"), "finite_number", "share"),
        ("count", True, "int_type", "count"),
        ("count", 1.5, "int_type", "count"),
        ("count", -1, "S204", "count"),
        ("flag", 1, "bool_type", "flag"),
        ("word", "bea", "S205", "word"),
        ("when", "24.2.2022", "S206", "when"),
        ("when", True, "S206", "when"),
        ("when", datetime(2022, 2, 24, 1), "S206", "when"),
        ("schedule", 1.5, "S204", "schedule"),
        ("schedule", {"step": {"2022-01-01": 0, "2023-01-01": 2}}, "S204", "schedule.step.2023-01-01"),
        ("trait", {"uniform": [1, 6]}, "S204", "trait"),
        ("trait", {"lognormal": {"mean": 1, "cv": 2}}, "S204", "trait"),
        ("trait", "AA", "S208", "trait"),
        ("place", 3, "S208", "place"),
        ("demand", {"a": -1}, "S204", "demand.a"),
        ("demand", {"a": {"step": {"2022-01-01": True}}}, "S203", "demand.a.step.2022-01-01"),
        ("demand", 3, "S203", "demand"),
        ("names", "a", "S209", "names"),
        ("names", ["a", "a"], "S209", "names"),
        ("names", ["a", 3], "S209", "names"),
        ("bill", {"kit": {"part": 0.5}}, "S203", "bill.kit.part"),
        ("bill", {"kit": 2}, "S203", "bill.kit"),
        ("others", {"a": 1.5}, "S204", "others.a"),
        ("traits", {"termal": True}, "S201", "traits.termal"),
        ("traits", {"thermal": 1}, "S203", "traits.thermal"),
        ("traits", {"flight_minutes": True}, "S203", "traits.flight_minutes"),
        ("traits", {"flight_minutes": -1}, "S204", "traits.flight_minutes"),
        ("nope", 1, "extra_forbidden", "nope"),
    ],
)
def test_what_is_not_allowed(key: str, value: object, code: str, at: str) -> None:
    assert codes(**{key: value}) == [(code, at)]


def test_defaults_are_checked_too() -> None:
    class Wrong(Fields):
        """A default out of bounds."""

        share: float = parameter(2.0, unit="1", high=1.0, text="A share.")

    with pytest.raises(ValidationError):
        Wrong()


def test_values_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Sample().share = 0.1  # type: ignore[misc]


def test_evidence_of_defaults_and_of_what_is_given() -> None:
    assert Sample().evidence_of("share") == "P01"
    assert Sample(share=0.1).evidence_of("share") == "assumed"
    assert Sample(share=0.1, evidence="P09").evidence_of("share") == "P09"
    assert Sample(share=0.1, evidence="P09").evidence_of("trait") == "P02"
    assert Sample(evidence={"share": "P03", "*": "P04"}).evidence_of("share") == "P03"
    assert Sample(count=2, evidence={"share": "P03", "*": "P04"}).evidence_of("count") == "P04"


def test_plain_form_keeps_values_and_evidence() -> None:
    for found in (
        Sample(),
        Sample(share=0.1, evidence="P09"),
        Sample(share=0.1, evidence={"share": "P03", "*": "P04"}),
    ):
        again = Sample.model_validate(found.to_plain())
        assert again.to_plain() == found.to_plain()
        assert {key: again.evidence_of(key) for key in ("share", "count", "trait")} == {
            key: found.evidence_of(key) for key in ("share", "count", "trait")
        }
