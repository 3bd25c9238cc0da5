"""The page: it stands alone, its numbers are those of the summary, and what people write is escaped."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import sim
from sim.experiments.store import OutputError
from tests.report.brief.conftest import read, without_pictures

LARGEST = 3_000_000
LOADS = ("src", "href", "srcset", "action", "data", "poster", "background")


@pytest.fixture(params=["run", "compare"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def page(kind: str, request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(f"{kind}_page")


def test_a_page_loads_nothing(page: Path) -> None:
    assert page.stat().st_size < LARGEST
    found = read(page)
    for tag, attributes in found.elements:
        for name in LOADS:
            assert attributes.get(name, "data:").startswith("data:"), (tag, attributes)
    assert not found.of("script") and not found.of("link") and not found.of("iframe")
    style = re.search("<style>(.*?)</style>", page.read_text(), re.DOTALL)[1]
    assert "@import" not in style and "url(" not in style
    assert {each["content"] for each in found.of("meta") if "http-equiv" in each} == {
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    }


def test_a_page_can_be_read_without_seeing_it(page: Path) -> None:
    found = read(page)
    assert found.wrong == []
    assert found.of("html")[0]["lang"] == "en"
    assert found.of("title")
    assert len(found.of("img")) >= 3 and all(len(image["alt"]) > 40 for image in found.of("img"))
    assert found.of("th") and all(head.get("scope") for head in found.of("th"))
    assert len(found.of("caption")) == len(found.of("table"))
    assert len(found.of("h1")) == 1


def test_every_headline_number_is_that_of_the_summary(page: Path, kind: str, request: pytest.FixtureRequest) -> None:
    result = sim.open_result(request.getfixturevalue(f"{kind}_folder"))
    summary = result.summary()
    summary = summary[(summary["product"] == "") & (summary["by"] == "")]
    found = [(of, text) for of, text in read(page).values if "data-measure" in of]
    assert len(found) > 40
    assert {of["data-side"] for of, _ in found} == {"", "civil", "russia", "ukraine"}
    for of, text in found:
        rows = summary[(summary["measure"] == of["data-measure"]) & (summary["side"] == of["data-side"])]
        if of["data-arm"]:
            rows = rows[rows["arm"] == of["data-arm"]]
        if of["data-what"] == "difference":
            apart = result.differences
            apart = apart[(apart["against"] == "all") & (apart["product"] == "") & (apart["by"] == "")]
            rows = apart[(apart["measure"] == of["data-measure"]) & (apart["side"] == of["data-side"])]
            expected = rows["difference"].item()
        else:
            bounded = "above" if text.startswith(">") else "estimate"
            expected = rows["twin" if of["data-what"] == "twin" else bounded].item()
        assert float(of["value"]) == expected, of


@pytest.mark.usefixtures("undrawn")
def test_what_people_write_is_escaped(tmp_path: Path) -> None:
    bad = "<script>alert('x')</script> & \"more\""
    source = sim.load("small", {"policies.eu_ban.title": bad}).to_dict() | {"title": bad, "description": bad}
    source["sides"]["russia"]["title"] = bad
    result = sim.run(source, runs=1, check_policies=False)
    page = read(result.report(tmp_path / "page.html", question=bad))
    assert not page.of("script")
    assert page.text.count("<script>alert('x')</script> & \"more\"") >= 5
    assert "&lt;script&gt;" in (tmp_path / "page.html").read_text()


def test_the_same_result_gives_the_same_bytes(run_folder: Path, run_page: Path, tmp_path: Path) -> None:
    assert sim.brief(run_folder, tmp_path / "again.html").path.read_bytes() == run_page.read_bytes()


@pytest.mark.usefixtures("undrawn")
def test_title_and_question(run_folder: Path, run_page: Path, tmp_path: Path) -> None:
    text = read(sim.brief(run_folder, tmp_path / "a.html", title="Mine", question="Why so?").path).text
    assert "Mine" in text and "Why so?" in text
    assert "What did the 5 policies of" in read(run_page).text


@pytest.mark.usefixtures("undrawn")
def test_a_page_goes_beside_its_result(compare_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(compare_folder, copy)
    assert sim.brief(copy).path == copy / "report.html"
    assert not list(copy.glob("_*"))
    assert sim.brief(copy, tmp_path).path == tmp_path / "report.html"


@pytest.mark.usefixtures("undrawn")
def test_where_a_page_cannot_go(run_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"page\.html cannot be written: Not a directory|File exists"):
        sim.brief(run_folder, tmp_path / "file" / "page.html")
    result = sim.run("small", runs=1, check_policies=False)
    with pytest.raises(ValueError, match="say where the page goes"):
        result.report()
    result.seeds.clear()
    with pytest.raises(ValueError, match="no finished run"):
        result.report(tmp_path / "page.html")


def test_a_result_without_a_ledger_has_a_page(tmp_path: Path) -> None:
    with without_pictures():
        sim.run("small", runs=1, ledger="none", check_policies=False, out=tmp_path)
    page = read(sim.brief(tmp_path).path)
    assert "one run" in page.text
    assert len(page.of("img")) >= 4
