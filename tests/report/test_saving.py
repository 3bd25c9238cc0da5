"""Figures as files."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from sim.report import style


def drawn() -> list:
    panels = style.grid(1, 1, 4.0, 2.0)
    panels[0].plot([0, 1, 2], [1, 3, 2])
    panels[0].set_title("units a week")
    return panels


def test_dots_and_lines(tmp_path: Path) -> None:
    style.save(drawn(), tmp_path / "a")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "a.svg"]
    text = (tmp_path / "a.svg").read_text()
    ElementTree.fromstring(text)
    assert "units a week" in text, "text stays text"


def test_the_same_figure_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        style.save(drawn(), tmp_path / folder / "a")
    for name in ("a.png", "a.svg"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
