"""The gallery shows every shipped scenario, with a number and a small picture."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import sim
from sim.policy import KINDS
from sim.report.chains import MARKS
from sim.scenario.shipped import scenarios_dir, shipped
from tests.gallery import depends
from tests.gallery import front as front_page
from tests.gallery.__main__ import OVERVIEWS, PLACE, SHOWN, main, signed, written

PAGE = (scenarios_dir() / "README.md").read_text(encoding="utf-8")
LARGEST = 60_000
"""Bytes of a picture."""


def test_every_shipped_scenario_is_shown() -> None:
    assert set(SHOWN) == set(shipped())
    assert {match["name"] for match in PLACE.finditer(PAGE)} == {*OVERVIEWS, *SHOWN}


@pytest.mark.parametrize("name", [*OVERVIEWS, *SHOWN])
def test_each_has_a_number_its_command_and_a_small_picture(name: str) -> None:
    place = next(match for match in PLACE.finditer(PAGE) if match["name"] == name)
    command = "compare" if name in OVERVIEWS else r"(run|compare baseline)"
    shown = " ".join(OVERVIEWS.get(name, (name,)))
    assert re.search(rf"`sim {command} .*{shown}.* --runs \d+`", place[0])
    picture = scenarios_dir() / "pictures" / f"{name}.png"
    assert f"](pictures/{name}.png)" in PAGE
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size < LARGEST


def test_marks_of_an_overview_differ() -> None:
    for names in OVERVIEWS.values():
        assert set(names) <= set(shipped()) and len(names) <= len(MARKS)


def test_no_picture_is_left_over() -> None:
    found = {path.stem for path in (scenarios_dir() / "pictures").iterdir()}
    front = set(re.findall(r"scenarios/pictures/([a-z-]+)\.png", front_page.PAGE.read_text(encoding="utf-8")))
    assert found == {*OVERVIEWS, *SHOWN, depends.PICTURE.stem} | front


def test_what_the_baseline_depends_on_is_that_of_the_stored_indices() -> None:
    indices, variance = (pd.read_csv(path, keep_default_na=False) for path in (depends.INDICES, depends.VARIANCE))
    told = depends.PLACE.search(PAGE)
    assert told is not None and depends.block(indices, variance) in told[0]
    factors = set(indices["factor"])
    assert factors <= set(sim.load("baseline").uncertain) and len(factors) > 15
    assert depends.PICTURE.stat().st_size < 2 * LARGEST


def test_the_page_names_every_kind_of_policy_and_only_fields_that_they_have() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| [^|`]+ \| ([^|]+) \|$", PAGE.split("## What each kind")[0], re.MULTILINE)
    assert sorted(kind for kind, _ in rows) == sorted(KINDS)
    for kind, fields in rows:
        assert set(re.findall(r"`([a-z_]+)`", fields)) <= set(KINDS[kind].model_fields), kind


def test_numbers_go_to_their_places() -> None:
    page = "a\n<!-- number: small -->\nold\n<!-- end -->\nb\n<!-- number: other -->\n<!-- end -->\n"
    assert written(page, {"small": "new"}) == page.replace("old", "new")
    assert "\nfresh\n<!-- end -->" in written(page, {"other": "fresh"})
    with pytest.raises(ValueError, match="no place for third"):
        written(page, {"third": ""})


def test_differences_are_signed() -> None:
    assert signed(-0.004, -0.019, 0.011, "share") == "−0.4 [−1.9, +1.1] percentage points"
    assert signed(1204.0, 800.0, 1600.0, "units") == "+1,204 [+800, +1,600] units"


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["smal"])
    assert "there is no 'smal' in the gallery" in capsys.readouterr().err


def test_front_page_shows_its_answer() -> None:
    """Of the question that it asks, by the command that it shows."""
    page = front_page.PAGE.read_text(encoding="utf-8")
    scenario, path, runs = front_page.asked(page)
    assert sim.load(scenario, {path: False}).hash != sim.load(scenario).hash
    (block,) = [match[0] for match in front_page.PLACE.finditer(page)]
    assert runs >= 20
    for side in sim.load(scenario).sides.values():
        assert side.civil or block.count(f"| {side.title} |") == len(front_page.SHOWN)
