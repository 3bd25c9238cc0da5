"""One run and one comparison of the small world, which the tests of reports share, and a reader of pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

import sim

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
"""Elements without an end."""


@dataclass
class Page(HTMLParser):
    """A page as read: its elements, their attributes, and its words."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    values: list[tuple[dict[str, str], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "data":
            self.values.append((self.elements[-1][1], data))
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def read(path: Path) -> Page:
    """A page read."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    assert page.open == []
    return page


@contextmanager
def without_pictures() -> Iterator[None]:
    """Folders of results without pictures, which take longest and are tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("Plots", "ComparePlots"):
            patch.setattr(f"sim.experiments.plotting.{name}.save", lambda plots, folder: None)
        yield


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without figures, for tests of the words."""
    monkeypatch.setattr("sim.report.brief.write.pictures", lambda result: ([], []))


@pytest.fixture(scope="session")
def run_page(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the run."""
    return sim.brief(run_folder, tmp_path_factory.mktemp("pages") / "run.html").path


@pytest.fixture(scope="session")
def compare_page(compare_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the comparison."""
    return sim.brief(compare_folder, tmp_path_factory.mktemp("pages") / "compare.html").path


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of the small world, with a ban left at half."""
    folder = tmp_path_factory.mktemp("briefs") / "run"
    with without_pictures():
        sim.run("small", runs=2, changes={"policies.china_ban.intensity": 0.5}, check_policies=False, out=folder)
    return folder


@pytest.fixture(scope="session")
def compare_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world without a ban, against it as it is."""
    folder = tmp_path_factory.mktemp("briefs") / "compare"
    arms = {"all": "small", "no ban": sim.load("small", {"policies.china_ban.enabled": False})}
    with without_pictures():
        sim.compare(arms, runs=3, parts=1, out=folder)
    return folder
