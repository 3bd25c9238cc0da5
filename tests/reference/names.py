"""The page of Python names, from the package itself."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterable

import sim
from tests.reference.markdown import anchor, first_line, listed, page, table


def names() -> str:
    """Every public name with its first line; of classes, their public members too."""
    public = {name: getattr(sim, name) for name in sim.__all__ if not name.startswith("__")}
    links = {name: f"[`sim.{name}`](#{anchor(_heading(name))})" for name in public}
    rows = [(links[name], _kind(thing), first_line(thing)) for name, thing in public.items()]
    blocks = ["## All names", table(("name", "kind", "what it is"), rows), "## Arguments and members"]
    for name, thing in public.items():
        blocks.append(f"### {_heading(name)}")
        if not dataclasses.is_dataclass(thing):
            blocks.append(f"```python\nsim.{name}{signature(thing)}\n```")
        if arguments := listed(thing, "Args"):
            blocks.append(table(("argument", "what it is"), arguments))
        if members := [*_attributes(thing), *(_members(thing) if inspect.isclass(thing) else ())]:
            blocks.append(table(("member", "what it is"), members))
    after = "After this page you know every name that `import sim` gives, its arguments, and what it can be asked."
    return page("Python", after, "\n\n".join(blocks))


def _heading(name: str) -> str:
    """Heading of a name; a class and a function of one name have different anchors."""
    return f"class {name}" if inspect.isclass(getattr(sim, name)) else name


def signature(function: Callable[..., object]) -> str:
    """The arguments of a function or class, annotations without quotes and module names."""
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(function)))


def _attributes(thing: object) -> list[tuple[str, str]]:
    """What the docstring of a class lists."""
    return [(f"`.{name.strip('`')}`", told) for name, told in listed(thing, "Attributes")]


def _kind(thing: object) -> str:
    """Class or function."""
    return "class" if inspect.isclass(thing) else "function"


def _members(thing: type) -> Iterable[tuple[str, str]]:
    """Public methods and properties that the package itself defines."""
    seen: dict[str, object] = {}
    for base in reversed(thing.__mro__):
        if base.__module__.split(".")[0] == "sim":
            seen |= {name: value for name, value in vars(base).items() if not name.startswith("_")}
    for name, value in sorted(seen.items()):
        plain = getattr(value, "__func__", value)
        told = getattr(value, "func", None) or plain
        if isinstance(value, property) or hasattr(value, "func"):
            yield f"`.{name}`", first_line(told)
        elif inspect.isfunction(plain):
            yield f"`.{name}{_arguments(plain)}`", first_line(plain)


def _arguments(function: Callable[..., object]) -> str:
    """Names of the arguments after self."""
    given = [
        ("*" * (each.kind is each.VAR_POSITIONAL) + "**" * (each.kind is each.VAR_KEYWORD)) + name
        for name, each in inspect.signature(function).parameters.items()
        if name not in ("self", "cls")
    ]
    return f"({', '.join(given)})"
