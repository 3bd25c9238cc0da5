"""The package is laid out as ARCHITECTURE.md says: imports run one way, leaves stay leaves, modules stay small."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.jit import _KERNEL_SOURCES
from sim.scenario.loading import load

PACKAGE = Path(__file__).parents[1] / "sim"
MODULES = sorted(PACKAGE.rglob("*.py"))

LEVELS = (
    ("jit",),
    ("declare",),
    ("agents", "policy", "evasion", "seeds"),
    ("scenario",),
    ("world",),
    ("tick",),
    ("engine",),
    ("decisions",),
    ("handles",),
    ("ledger",),
    ("measures",),
    ("observables",),
    ("mesa_model",),
    ("experiments",),
    ("sweeps",),
    ("indices", "discovery", "calibration", "validation"),
    ("report",),
    ("commands",),
    ("cli",),
    ("__main__",),
)
"""Parts of the package, each of which imports only from those before it."""

FRONT = {"__init__"}
"""Loads public names when they are first used, and so names modules of every level."""

ON_CALL = {
    "experiments/reporting.py": "the page of a result is made by `report` when it is asked for",
    "experiments/plotting.py": "figures and tables of a result are made by `report` when they are asked for",
    "discovery/plotting.py": "the same",
    "indices/plotting.py": "the same",
    "calibration/plotting.py": "the same",
    "validation/plotting.py": "the same",
    "sweeps/stored.py": "a notebook shows a sweep in the lines of `report`",
}
"""Modules that import from a later part inside functions, and why."""

LONG: dict[str, str] = {}
"""Modules over 400 lines, and why."""

LEAVES = {
    "numba": {"jit.py"},
    "mesa": {"mesa_model.py"},
    "typer": {
        "cli.py",
        *(
            f"commands/{name}.py"
            for name in (
                *("app", "calibrate", "check", "compare", "discover", "evidence", "manners", "options", "recover"),
                *("report", "run", "schema", "sensitivity", "sweep", "trace", "validate"),
            )
        ),
    },
    "streamlit": {"report/app/page.py", "report/app/serve.py"},
    "jinja2": {"report/brief/write.py"},
}
"""Libraries that only these modules import."""


def name_of(path: Path) -> str:
    """Path below the package."""
    return path.relative_to(PACKAGE).as_posix()


def part_of(path: Path) -> str:
    """The part of the package a module belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, *, inside_functions: bool = True) -> Iterator[tuple[str, int]]:
    """Modules that a module imports, anywhere in it but under TYPE_CHECKING, with the line."""
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    on_call = {id(inner) for function in functions for inner in ast.walk(function)}
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped or (not inside_functions and id(node) in on_call):
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def test_every_part_has_a_level() -> None:
    """A new folder or module at the top needs its place in the order."""
    known = {part for level in LEVELS for part in level} | FRONT
    assert {part_of(path) for path in MODULES} <= known


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path: Path) -> None:
    """From what is declared to what is shown; never back."""
    if part_of(path) in FRONT:
        return
    level = {part: i for i, parts in enumerate(LEVELS) for part in parts}
    own = part_of(path)
    wrong = []
    for module, line in imports(path, inside_functions=name_of(path) not in ON_CALL):
        parts = module.split(".")
        if parts[0] != "sim" or len(parts) < 2 or parts[1] not in level:
            continue
        if parts[1] != own and level[parts[1]] >= level[own]:
            wrong.append(f"{name_of(path)}:{line} imports {module}")
    assert wrong == []


@pytest.mark.parametrize("library", LEAVES)
def test_some_libraries_stay_at_the_leaves(library: str) -> None:
    """So that another version of one costs one file."""
    found = {name_of(path) for path in MODULES for module, _ in imports(path) if module.split(".")[0] == library}
    assert found <= LEAVES[library]


def test_numba_is_imported_once() -> None:
    """And it is imported: the test above would pass without it."""
    assert any(module.startswith("numba") for module, _ in imports(PACKAGE / "jit.py"))


def compiled(tree: ast.Module) -> Iterator[ast.AST]:
    """What a module compiles: functions under `kernel` or `inlined`, and what is given to them by a call."""

    def compiles(node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id in ("kernel", "inlined")

    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(map(compiles, node.decorator_list)):
            yield node
        yield from (each for each in ast.walk(node) if isinstance(each, ast.Call) and compiles(each.func))


def test_kernels_live_where_the_cache_looks() -> None:
    """Kernels, and all functions and constants of the package that they name, lie in the folders that the cache hashes.

    Otherwise an edit of a constant would leave the machine code as it was.
    """
    hashed = {*_KERNEL_SOURCES, "jit"}
    found = set()
    for path in MODULES:
        imported = [module for module, _ in imports(path)]
        if not {"sim.jit.kernel", "sim.jit.inlined"} & set(imported):
            continue
        assert part_of(path) in hashed, name_of(path)
        tree = ast.parse(path.read_text())
        named = {node.id for part in compiled(tree) for node in ast.walk(part) if isinstance(node, ast.Name)}
        for module in imported:
            parts = module.split(".")
            if parts[0] == "sim" and parts[-1] in named:
                found.add(parts[1])
                assert parts[1] in hashed, f"a kernel of {name_of(path)} uses {module}"
    assert {"agents", "evasion", "jit", "tick", "world"} <= found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_stays_under_400_lines(path: Path) -> None:
    """One concept a module."""
    lines = len(path.read_text().splitlines())
    assert lines <= 400 or name_of(path) in LONG, f"{lines} lines"


def test_exceptions_are_still_needed() -> None:
    """A module that has become short leaves the list."""
    assert [name for name in LONG if len((PACKAGE / name).read_text().splitlines()) <= 400] == []


def documented(tree: ast.Module) -> Iterator[tuple[str, int, bool]]:
    """Public classes, functions and methods, and whether each has a docstring."""

    def below(node: ast.AST, prefix: str) -> Iterator[tuple[str, int, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith(
                "_"
            ):
                yield f"{prefix}{child.name}", child.lineno, ast.get_docstring(child) is not None
                if isinstance(child, ast.ClassDef):
                    yield from below(child, f"{child.name}.")

    yield "module", 1, ast.get_docstring(tree) is not None or not tree.body
    yield from below(tree, "")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_everything_public_has_a_docstring(path: Path) -> None:
    """Modules, classes, functions, methods."""
    tree = ast.parse(path.read_text())
    assert [f"{name} (line {line})" for name, line, has in documented(tree) if not has] == []


def spoken(path: Path) -> Iterator[tuple[str, int]]:
    """Words in code: names, attributes, arguments, and text that is no docstring."""
    tree = ast.parse(path.read_text())
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value, line
        elif isinstance(node, ast.Name):
            yield node.id, line
        elif isinstance(node, ast.Attribute):
            yield node.attr, line
        elif isinstance(node, ast.arg):
            yield node.arg, line
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, line


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_side_brand_or_country_is_named_in_code(path: Path) -> None:
    """What a scenario says is data; no rule has a country, a side or a firm in it."""
    scenario = load("baseline")
    # `civil` is also a word of the format; codes of countries count where a text is nothing but ids.
    ids = {*scenario.sides, *scenario.groups, *scenario.policies} - {"civil"}
    places = set(scenario.jurisdictions)
    assert {"russia", "ukraine"} <= ids
    assert {"CN", "RU"} <= places
    words = "|".join(sorted(map(re.escape, ids), key=len, reverse=True))
    named = re.compile(rf"(?<![A-Za-z0-9])({words})(?![A-Za-z0-9])|dji|autel|russia|ukrain|chinese", re.IGNORECASE)
    found = [
        f"{word} (line {line})"
        for word, line in spoken(path)
        if named.search(word) or (" " not in word and places & set(re.split(r"[-./]", word)))
    ]
    assert found == []
