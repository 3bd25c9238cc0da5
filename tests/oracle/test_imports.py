"""The oracle owes nothing to the engine: it imports the world, the draws and the floats of record only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

MODULES = sorted(path for path in Path(__file__).parent.glob("*.py") if not path.name.startswith("test_"))
ALLOWED = ("sim.world.columns", "sim.world.draws", "sim.world.floats", "sim.scenario", "tests.oracle")
DRAWS = {
    "block", "uniform", "link_key", "binomial", "quantile_table",
    "PRODUCE", "USE", "LOSE", "DONATE", "PLAN", "CALL", "BID", "PRIORITY", "CAPACITY", "SHIP", "OBSERVE",
    "INVESTIGATE", "FOUND", "SEARCH", "NEIGHBOUR", "GIVE",
    "LICENCE", "RELEASE", "RECORD", "TRACK", "BANK", "INPUTS", "STATEMENT", "CONTENT", "TEST", "AUDIT",
}  # fmt: skip
FLOATS = {"exp", "log", "inverse_normal"}
OTHERS = {"mesa", "numpy"}


def imports(path: Path) -> list[tuple[str, set[str]]]:
    """Modules that a file imports, with the names taken from each."""
    found: list[tuple[str, set[str]]] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.extend((alias.name, set()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            found.append((node.module or "", {alias.name for alias in node.names}))
    return found


def allowed(module: str) -> bool:
    """Modules of the package that the oracle may read."""
    return any(module == name or module.startswith(name + ".") for name in ALLOWED)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_oracle_imports_only_world_draws_and_floats(path: Path) -> None:
    """A rule that came from the engine could not find the engine wrong."""
    import sys

    for module, names in imports(path):
        top = module.split(".")[0]
        if top in sys.stdlib_module_names:
            assert top not in {"importlib", "runpy"}, f"{path.name} imports {module}"
            continue
        assert top in OTHERS or allowed(module), f"{path.name} imports {module}"
        if module == "sim.world.draws":
            assert names and names <= DRAWS
        if module == "sim.world.floats":
            assert names and names <= FLOATS


def test_every_module_is_read() -> None:
    """The check would pass on an empty list."""
    read = {path.stem for path in MODULES}
    assert {"model", "agents", "market", "policies", "learning", "paths", "records", "routes", "ways"} <= read


def test_a_forbidden_import_is_seen(tmp_path: Path) -> None:
    """The reader of imports sees what it should."""
    path = tmp_path / "wrong.py"
    path.write_text("from sim.agents.buyer import wanted\n")
    assert [module for module, _ in imports(path) if not allowed(module)] == ["sim.agents.buyer"]
