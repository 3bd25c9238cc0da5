"""The notebooks run from top to bottom, and are stored with what they show."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.store import FOLDER, execute, faults, pictures, texts

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
FIGURES = {
    "01-first-run": 4,
    "02-compare-policies": 2,
    "03-sensitivity": 3,
    "04-evidence": 2,
    "05-own-agents": 2,
    "06-observed-and-true": 2,
}
"""Figures of each notebook."""


def stored(path: Path) -> nbformat.NotebookNode:
    """A notebook as it is stored."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_every_notebook_is_known():
    assert [path.stem for path in NOTEBOOKS] == sorted(FIGURES)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_in_a_fresh_kernel(path):
    run = execute(stored(path))
    assert faults(run) == []
    assert pictures(run) == FIGURES[path.stem]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_stored_with_its_outputs(path):
    notebook = stored(path)
    assert faults(notebook) == []
    assert pictures(notebook) == FIGURES[path.stem]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_links_lead_somewhere(path):
    links = re.findall(r"\]\(([^)#:]+)\)", "\n".join(cell.source for cell in stored(path).cells))
    assert links
    assert [link for link in links if not (FOLDER / link).exists()] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_output_hangs_on_the_place_in_memory(path):
    assert [text for text in texts(stored(path)) if re.search(r"\bat 0x[0-9a-f]+", text)] == []


def test_faults_are_found():
    """Each thing that must not be stored, put into a notebook that is in order."""
    whole = stored(NOTEBOOKS[0])
    number = next(at for at, cell in enumerate(whole.cells) if cell.cell_type == "code")
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="seven", traceback=[])
    for harm, told in (
        (lambda cell: cell.outputs.clear(), "no output"),
        (lambda cell: cell.outputs.append(error), "ValueError: seven"),
        (lambda cell: cell.outputs.append(nbformat.v4.new_output("stream", name="stderr", text="oh")), "on stderr"),
        (lambda cell: cell.update(execution_count=7), "not in order"),
        (lambda cell: cell.update(id="8c1f"), "has the id"),
        (lambda cell: cell.update(source="open('/home/me/mine.toml')"), "path of a machine"),
        (lambda cell: cell.update(source="x" * 1_100_000), "bytes, more than"),
    ):
        broken = copy.deepcopy(whole)
        harm(broken.cells[number])
        assert any(told in fault for fault in faults(broken)), told


def test_a_cell_that_fails_stops_the_run():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    with pytest.raises(Exception, match="ZeroDivisionError"):
        execute(notebook)
