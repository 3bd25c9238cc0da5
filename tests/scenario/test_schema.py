"""The JSON Schema and the reference know every key, and agree with the scenarios that are shipped."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from small_world import SMALL, small_data

import sim
from sim.declare.errors import ScenarioError
from sim.declare.parameter import extra_of
from sim.declare.plain import plain
from sim.policy import KINDS as POLICIES
from sim.scenario.reference import reference
from sim.scenario.schema import schema
from sim.scenario.shipped import shipped
from sim.scenario.tables import HEAD, SECTIONS

TABLES = [
    (f"{name}.{kind}" if kind else name, fields)
    for name, section in SECTIONS.items()
    for kind, fields in section.classes.items()
]


@pytest.fixture(scope="module")
def validator() -> Any:
    """Checks against the whole schema, which `test_it_is_a_schema` checks itself: that takes most of a second."""
    return pytest.importorskip("jsonschema").Draft202012Validator(schema())


def as_editors_read(path: Any) -> dict[str, Any]:
    """A file without what it extends; dates as text, as editors give them to a validator."""
    return plain(tomllib.loads(path.read_text(encoding="utf-8")))


def test_it_knows_every_key() -> None:
    found = json.loads(json.dumps(schema()))
    assert set(found["properties"]) == {*SECTIONS, *HEAD}
    for name, section in SECTIONS.items():
        shape = found["properties"][name]
        table = next(iter(shape["patternProperties"].values())) if section.keyed else shape
        shapes = table.get("anyOf", [table])
        assert {key for entry in shapes for key in entry["properties"]} == section.keys


@pytest.mark.parametrize(("kind", "fields"), POLICIES.items())
def test_it_offers_nothing_that_the_kind_does_not_read(kind: str, fields: Any) -> None:
    assert set(schema(f"policies.{kind}")["properties"]) == set(fields.model_fields) - set(fields.unread)
    starts = {line.split(" =")[0].split(",")[0] for line in reference(f"policies.{kind}").splitlines()}
    assert not starts & set(fields.unread)
    for path in (f"policies.{kind}.{key}" for key in fields.unread):
        with pytest.raises(ScenarioError):
            reference(path)


def test_intensity_is_told_for_each_kind() -> None:
    told = {schema(f"policies.{kind}.intensity")["description"] for kind in POLICIES}
    assert len(told) == len(POLICIES)
    text = " ".join(reference("policies.intensity").split())
    assert all(each in text for each in told)


def test_an_unknown_kind_of_policy_is_told_the_kinds() -> None:
    with pytest.raises(ScenarioError) as caught:
        reference("policies.qqqqqq")
    (problem,) = caught.value.problems
    assert problem.allowed.startswith(", ".join(sorted(POLICIES)))
    assert problem.nearest == ""


def test_it_is_a_schema(validator: Any) -> None:
    assert validator.schema["$schema"] == validator.META_SCHEMA["$id"]
    validator.check_schema(validator.schema)


@pytest.mark.parametrize("path", [*shipped().values(), SMALL], ids=lambda path: path.stem)
def test_shipped_scenarios_are_valid_by_it(path: Any, validator: Any) -> None:
    validator.validate(as_editors_read(path))


def test_a_resolved_scenario_is_valid_by_it(validator: Any) -> None:
    validator.validate(small_data())


@pytest.mark.parametrize(
    "broken",
    [
        {"market": {"cals": 2}},
        {"market": {"calls": 9}},
        {"market": {"calls": "2"}},
        {"marketing": {}},
        {"groups": {"a": {"kind": "byer"}}},
        {"groups": {"a b": {"kind": "buyer"}}},
        {"legs": {"A-B": {"open": 2}}},
        {"legs": {"A-B": {"open": {"step": {"2022-01-01": 2}}}}},
        {"legs": {"A-B": {"open": {"setp": {"2022-01-01": 1}}}}},
        {"groups": {"a": {"kind": "intermediary", "mark_up": {"uniform": [0, 9]}}}},
        {"policies": {"a": {"sides": "east"}}},
        {"title": 3},
    ],
)
def test_mistakes_are_not_valid_by_it(broken: dict[str, Any], validator: Any) -> None:
    assert not validator.is_valid(broken)


def test_shapes_and_weights_have_no_bounds(validator: Any) -> None:
    """The mean of a lognormal is no value of the parameter, and a weight is none either."""
    group = {"mark_up": {"beta": {"a": 20, "b": 30}}, "diligence": {"choice": {"0.5": 40}}}
    validator.validate({"groups": {"a": group}})


def test_a_part_of_it() -> None:
    assert sim.schema is schema
    assert schema("market")["properties"] == schema()["properties"]["market"]["properties"]
    assert schema("groups") == schema()["properties"]["groups"]
    assert schema("policies.inspection")["properties"]["added"]["maximum"] == 1.0
    assert schema("policies.inspection.added") == schema("policies.added")
    for path, nearest in (("polices", "policies"), ("market.cals", "market.calls"), ("groups.buyr", "groups.buyer")):
        with pytest.raises(ScenarioError) as caught:
            schema(path)
        assert (caught.value.codes, caught.value.problems[0].nearest) == (["S305"], nearest)


@pytest.mark.parametrize(("path", "fields"), TABLES, ids=lambda value: value if isinstance(value, str) else "")
def test_the_reference_tells_every_parameter(path: str, fields: Any) -> None:
    text = reference(path)
    flat = " ".join(text.split())
    for key in fields.read_keys():
        declared = fields.model_fields[key]
        if key == "kind":
            continue
        (line,) = [line for line in text.splitlines() if line.startswith((f"{key} =", f"{key}, "))]
        assert ("needed" in line) == declared.is_required()
        assert " ".join((declared.description or "").split()) in flat
        unit = extra_of(declared).get("unit")
        assert unit in ("", "1", "date", None) or unit in flat
    assert max(len(line) for line in text.splitlines()) <= 100


@pytest.mark.parametrize("section", SECTIONS)
def test_the_reference_of_a_section_tells_all_its_kinds(section: str) -> None:
    text = reference(section)
    for kind, fields in SECTIONS[section].classes.items():
        assert f"\n{kind}\n    " in text or not kind
        others = [each for each in SECTIONS[section].classes.values() if each is not fields]
        shared = [key for key in fields.read_keys() if all(_same(key, fields, each) for each in others)]
        for key in shared:
            assert f"\n{key} = " in text or f"\n{key}, " in text or key == "kind"
    assert text.count("\n") < 200, "what each kind adds is told of each"


def _same(key: str, one: Any, other: Any) -> bool:
    """Whether two kinds read a parameter, and say the same of it."""
    return key in other.read_keys() and one.model_fields[key].description == other.model_fields[key].description
