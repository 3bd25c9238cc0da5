"""What the pages name exists: commands and options, paths in scenarios, files, links, words in code quotes."""

from __future__ import annotations

import importlib
import re
import shlex
import tomllib
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command

import sim
from sim.cli import app
from sim.declare.errors import ScenarioError
from sim.measures.registry import REGISTRY
from sim.scenario.schema import part
from sim.scenario.tables import SECTIONS
from tests.reference.commands import known, options
from tests.reference.markdown import anchor

ROOT = Path(__file__).parents[1]
FOLDERS = ("sim", "scenarios", "seeds", "notebooks", "tests")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))],
    key=lambda path: path.as_posix(),
)


def name_of(page: Path) -> str:
    """Path in the repository."""
    return page.relative_to(ROOT).as_posix()


pages = pytest.mark.parametrize("page", PAGES, ids=name_of)

SCENARIOS_FIRST = ("run", "compare", "check", "sweep", "validate", "calibrate")
"""Commands whose bare arguments are scenarios."""


OTHERS = {"open_dataset"}
"""Names of other programs that pages speak of: of arrow in R."""


@cache
def text_of(page: Path) -> str:
    """Text of a page."""
    return page.read_text(encoding="utf-8")


def fenced(text: str, language: str = r"\w*") -> list[str]:
    """Blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.S | re.M)


def quoted(text: str) -> list[str]:
    """Inline code; a line break within it is a space."""
    rest = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    return [" ".join(code.split()) for code in re.findall(r"(?<!`)`([^`]+)`(?!`)", rest)]


def commands_in(text: str) -> list[str]:
    """Every `sim` command that a page shows, without comments."""
    lines = [line for block in fenced(text, "(?:sh|text)") for line in block.splitlines()] + quoted(text)
    found = [match for line in lines for match in re.findall(r"(?:^|\s|/)(sim [a-z][^;|&`]*)", line)]
    return [re.split(r"\s#|\s>\s", command)[0].rstrip() for command in found]


@pages
def test_commands_and_options_exist(page: Path) -> None:
    """Of `sim`; and the scenarios that are given to it."""
    wrong = []
    own = {name for block in fenced(text_of(page), "toml") for name in re.findall(r"^# (\S+\.toml)", block, re.M)}
    for command in commands_in(text_of(page)):
        name, *words = shlex.split(command.replace("...", ""))[1:]
        if name not in known():
            wrong.append(f"{command}: no such command")
            continue
        wrong += [
            f"{command}: no such option {word}"
            for word in words
            if word.startswith("--") and word.split("=")[0] not in options(known()[name])
        ]
        given = words[: next((i for i, word in enumerate(words) if word.startswith("-")), len(words))]
        if name in SCENARIOS_FIRST:
            wrong += [
                f"{command}: no such scenario {word}"
                for word in given
                if word not in {*sim.shipped(), *own} and not word.isupper() and not word.endswith(".toml")
            ]
    assert wrong == []


@pages
def test_options_named_alone_exist(page: Path) -> None:
    """Of some command of `sim`, or of a program of the tests."""
    programs = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    every = {form for command in known().values() for form in options(command)}
    every |= {form for parameter in get_command(app).params for form in parameter.opts}
    every |= set(re.findall(r'add_argument\(\s*"(--[a-z-]+)"', programs))
    told = {found for code in quoted(text_of(page)) for found in re.findall(r"^(--[a-z][a-z-]*)", code)}
    assert sorted(told - every) == []


@pages
def test_modules_named_exist(page: Path) -> None:
    """`python -m MODULE`, and dotted names of the package, of the tests and of `sim` itself."""
    text = text_of(page)
    named = set(re.findall(r"python(?:3[.\d]*)? -m ((?:sim|tests)[\w.]*)", text))
    named |= {
        match.group(1)
        for code in quoted(text)
        if (match := re.match(r"((?:sim|tests)(?:\.[A-Za-z_]\w*)+)", code)) and not re.match(r"sim\.\w+\.toml", code)
    }
    assert [name for name in sorted(named) if not _importable(name.rstrip("."))] == []


def _importable(name: str) -> bool:
    """True for a module, or for something in one."""
    steps = name.split(".")
    for length in range(len(steps), 0, -1):
        try:
            found = importlib.import_module(".".join(steps[:length]))
        except ModuleNotFoundError:
            continue
        for step in steps[length:]:
            known_fields = getattr(found, "__dataclass_fields__", {})
            if not hasattr(found, step) and step not in known_fields:
                return False
            found = getattr(found, step, None)
        return True
    return False


@cache
def paths_of_scenarios() -> frozenset[str]:
    """Every path of every shipped scenario, to the end."""
    found: set[str] = set()

    def below(value: object, path: str) -> None:
        found.add(path)
        if isinstance(value, dict):
            for key, inner in value.items():
                below(inner, f"{path}.{key}" if path else str(key))

    for name in sim.shipped():
        below(sim.load(name).to_dict(), "")
    return frozenset(found)


@pytest.mark.parametrize("page", [page for page in PAGES if "tests" not in page.relative_to(ROOT).parts], ids=name_of)
def test_dotted_paths_exist(page: Path) -> None:
    """In the format, in a shipped scenario, or in a scenario or kind that the page makes itself."""
    text = text_of(page)
    own = set(re.findall(r"^\[(\w+\.[\w-]+)\]", "\n".join(fenced(text, "toml")), re.M))
    own |= {f"policies.{kind}" for kind in re.findall(r'kind: str = parameter\(\s*"(\w+)"', text)}
    first = "|".join([*SECTIONS, "measures"])
    pattern = rf"(?:^|[\s\"'=:{{(])((?:{first})\.[\w.-]*\w)(?=$|[\s\"'=,:}})])"
    named = {found for code in [*quoted(text), *fenced(text, "(?!diff)\\w*")] for found in re.findall(pattern, code)}
    wrong = [
        path
        for path in sorted(named)
        if not re.search(r"\.(ID|NAME|[A-Z])(\.|$)", path)
        and not path.endswith((".toml", ".md", ".py", ".csv"))
        and path not in paths_of_scenarios()
        and not any(path == each or path.startswith(f"{each}.") for each in own)
        and not _in_format(path)
    ]
    assert wrong == []


def _in_format(path: str) -> bool:
    """True for a part of the format, or of what is said of measures."""
    section, _, rest = path.partition(".")
    if section == "measures":
        return rest in REGISTRY
    try:
        part(path)
    except ScenarioError:
        return False
    return True


@pages
def test_tables_are_toml_of_kinds_that_exist(page: Path) -> None:
    """Every TOML block can be read, and every `kind` in code is one, or one that the page declares."""
    text = text_of(page)
    for block in fenced(text, "toml"):
        tomllib.loads(block)
    kinds = {kind for section in SECTIONS.values() for kind in section.classes}
    kinds |= set(re.findall(r'kind = "(\w+)"', (ROOT / "seeds/observables.toml").read_text(encoding="utf-8")))
    kinds |= set(re.findall(r'kind: str = parameter\(\s*"(\w+)"', text))
    told = {kind for code in [*quoted(text), *fenced(text, "toml")] for kind in re.findall(r'kind = "(\w+)"', code)}
    assert sorted(told - kinds) == []


@pages
def test_links_and_anchors_lead_somewhere(page: Path) -> None:
    """Links to files of the repository, and to headings in them."""
    wrong = []
    text = re.sub(r"^```.*?^```", "", text_of(page), flags=re.S | re.M)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        file, _, heading = target.partition("#")
        path = (page.parent / file) if file else page
        if not path.exists():
            wrong.append(target)
        elif heading and path.suffix == ".md":
            found = {anchor(each) for each in re.findall(r"^#+ (.+)$", text_of(path.resolve()), re.M)}
            wrong += [] if heading in found else [target]
    assert wrong == []


@pages
def test_files_named_exist(page: Path) -> None:
    """Paths in code quotes that begin at a folder of the repository."""
    top = "|".join(FOLDERS)
    named = {code.rstrip("/") for code in quoted(text_of(page)) if re.fullmatch(rf"(?:{top})/[\w./-]+", code)}
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@cache
def words_of_sources() -> frozenset[str]:
    """Every word of the package, the tests, the scenarios and the seeds."""
    found: set[str] = set()
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            found.add(path.stem)
            if path.suffix in (".py", ".toml", ".csv", ".json", ".ipynb", ".c") and path != Path(__file__):
                found |= set(re.findall(r"[A-Za-z]\w*", path.read_text(encoding="utf-8", errors="replace")))
    return frozenset(found)


@pages
def test_words_in_code_quotes_are_words_of_the_sources(page: Path) -> None:
    """A name with an underscore that has been renamed or taken out is found here; indices of formulas are no names."""
    text = text_of(page)
    own = {word for block in fenced(text) for word in re.findall(r"[A-Za-z]\w*", block)}
    name = r"(?<![\w.])[a-z][a-z0-9]+(?:_[a-z0-9]{2,})+(?!\w)"
    told = {word for code in quoted(text) for word in re.findall(name, code)}
    assert sorted(told - words_of_sources() - own - OTHERS) == []


def test_the_patterns_find_what_is_wrong() -> None:
    """On a page with one mistake of each kind."""
    text = "`sim runn x` and\n```sh\n.venv/bin/sim compare baseline --sett a.b=1  # why\nsim schema > x.json\n```\n"
    assert commands_in(text) == ["sim compare baseline --sett a.b=1", "sim schema", "sim runn x"]
    assert quoted("a `b\nc` ```no``` `d`") == ["b c", "d"]
    assert not _in_format("policies.levi")
    assert not _in_format("measures.denid")
    assert _in_format("measures.denied")
    assert not _importable("sim.nothing")
    assert _importable("sim.scenario.loading.load")
    assert "policies.china_controls.intensity" in paths_of_scenarios()
    assert "denied_shar" not in words_of_sources()
