"""The page of commands, from what the command line itself knows."""

from __future__ import annotations

import click
from typer.main import get_command

from sim.cli import app
from tests.reference.markdown import page, prose, table


def known() -> dict[str, click.Command]:
    """Every command by name."""
    return dict(get_command(app).commands)  # type: ignore[attr-defined]


def options(command: click.Command) -> set[str]:
    """Every option of a command, in all its forms."""
    return {form for each in command.params for form in (*each.opts, *each.secondary_opts)} | {"--help"}


def commands() -> str:
    """Every command with its arguments and options."""
    blocks = []
    for name, command in known().items():
        rows = [_row(each) for each in command.params if not getattr(each, "hidden", False)]
        blocks += [f"## sim {name}", prose(command.help or "")]
        if rows:
            blocks.append(table(("argument or option", "default", "what it does"), rows))
    after = (
        "After this page you know every command of `sim`, with its arguments and options. The same in a terminal: "
        "`sim --help`, `sim run --help`."
    )
    return page("Commands", after, "\n\n".join(blocks))


def _row(each: click.Parameter) -> tuple[str, str, str]:
    """One argument or option."""
    told = getattr(each, "help", None) or ""
    if choices := getattr(getattr(each, "type", None), "choices", None):
        told += f" One of {', '.join(f'`{choice}`' for choice in choices)}."
    if getattr(each, "multiple", False) and "epeat" not in told:
        told += " May be repeated."
    if each.param_type_name == "option":
        forms = ", ".join(f"`{form}`" for form in (*each.opts, *each.secondary_opts))
    else:
        forms = f"`{(each.metavar or each.name or '').strip('[]').upper()}`"
    without = each.default is None or callable(each.default) or each.default in ((), [], False, "")
    return forms, "needed" if each.required else "" if without else f"`{each.default}`", told
