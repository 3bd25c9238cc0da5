"""Runs the notebooks and stores them with their outputs: ``python -m tests.notebooks.store [NOTEBOOK ...]``.

What is stored depends on nothing but the sources: no times, no paths, no versions, cell ids by place.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
LIMIT = 1_000_000
"""Most bytes of a stored notebook."""
SECONDS = 600
"""Longest that one cell may take: the first run compiles, on a machine that may be busy."""
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
OF_A_MACHINE = re.compile(r"(?<![\w.<])/(?:home|tmp|work|root|usr|opt|mnt|Users|private)/|[A-Z]:\\\\?Users")


def execute(notebook: NotebookNode) -> NotebookNode:
    """Runs a notebook in a fresh kernel, with this copy of the package.

    Raises:
        CellExecutionError: If a cell fails.
    """
    fresh = nbformat.from_dict(notebook)
    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        fresh,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(FOLDER)}},
    )
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    # As a notebook has it, whatever was set for the process that runs the tests.
    inline = "module://matplotlib_inline.backend_inline"
    client.execute(env={**os.environ, "PYTHONPATH": path, "MPLBACKEND": inline})
    return tidy(fresh)


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Drops what says more about the machine than about the model."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id, cell.metadata = f"cell-{number:02d}", {}
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = {}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def pictures(notebook: NotebookNode) -> int:
    """Number of figures among the outputs."""
    return sum("image/png" in output.get("data", {}) for cell in code(notebook) for output in cell.outputs)


def code(notebook: NotebookNode) -> list[NotebookNode]:
    """Cells of code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(notebook: NotebookNode) -> Iterator[str]:
    """Everything to read in a notebook: sources, and outputs but for pictures."""
    for cell in notebook.cells:
        yield cell.source
        for output in cell.get("outputs", []):
            yield str(output.get("text", ""))
            yield from (str(text) for kind, text in output.get("data", {}).items() if not kind.startswith("image/"))


def faults(notebook: NotebookNode) -> list[str]:
    """What is wrong with a notebook as it is stored."""
    found = []
    for number, cell in enumerate(code(notebook), start=1):
        where = f"code cell {number} ({cell.source.splitlines()[0][:60]})"
        if cell.execution_count != number:
            found.append(f"{where}: run as {cell.execution_count}, not in order in a fresh kernel")
        if not cell.outputs:
            found.append(f"{where}: no output")
        for output in cell.outputs:
            if output.output_type == "error":
                found.append(f"{where}: {output.ename}: {output.evalue}")
            if output.get("name") == "stderr":
                found.append(f"{where}: on stderr: {output.text[:200]}")
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.id != f"cell-{number:02d}":
            found.append(f"cell {number} has the id {cell.id}")
    for text in texts(notebook):
        if machine := OF_A_MACHINE.search(text):
            found.append(f"a path of a machine: {text[machine.start() : machine.end() + 40]!r}")
    if (size := len(nbformat.writes(notebook).encode())) > LIMIT:
        found.append(f"{size} bytes, more than {LIMIT}")
    return found


def main(paths: list[Path]) -> int:
    """Runs and stores; the status of the process."""
    wrong = 0
    for path in paths or sorted(FOLDER.glob("*.ipynb")):
        notebook = execute(nbformat.read(path, as_version=4))
        for fault in faults(notebook):
            wrong = 1
            print(f"{path.name}: {fault}", file=sys.stderr)
        nbformat.write(notebook, path)
    return wrong


if __name__ == "__main__":
    sys.exit(main([Path(each) for each in sys.argv[1:]]))
