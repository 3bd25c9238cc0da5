"""Broken scenarios, each with the whole message that a user gets; see README.md beside this."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from sim.cli import app

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """A broken scenario.

    Attributes:
        name: Name of the file without its ending, or of the folder.
        source: The scenario file that is checked.
    """

    name: str
    source: Path

    @property
    def command(self) -> str:
        """What a user types: told in the first line as a comment, else `sim check` on the file."""
        first = self.source.read_bytes().split(b"\n", 1)[0].decode("utf-8", errors="replace").strip()
        told = first.removeprefix("# $ ")
        return told if told != first else f"sim check {self.source.relative_to(FOLDER).as_posix()}"

    @property
    def stored(self) -> Path:
        """File with the message."""
        return FOLDER / f"{self.name}.txt"

    def run(self) -> str:
        """Runs the command in the folder of the broken scenarios.

        Returns:
            The command and all that it printed, as stored. The exit code must be 2, and nothing but a message may
            come.
        """
        before = Path.cwd()
        os.chdir(FOLDER)
        try:
            result = CliRunner().invoke(app, shlex.split(self.command)[1:])
        finally:
            os.chdir(before)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 2, f"exit code {result.exit_code}"
        assert result.stdout == ""
        return f"$ {self.command}\n{result.stderr}"


def cases() -> list[Case]:
    """Every broken scenario, by name: `NAME.toml`, or `NAME/scenario.toml` where it needs files beside it."""
    found = [Case(path.stem, path) for path in FOLDER.glob("*.toml")]
    found += [Case(path.parent.name, path) for path in FOLDER.glob("*/scenario.toml")]
    return sorted(found, key=lambda case: case.name)


def codes_in(message: str) -> set[str]:
    """Codes of the problems in a message."""
    return set(re.findall(r"^\d+\. (S\d{3}) ", message, re.MULTILINE))


def update() -> list[str]:
    """Writes every message anew, and takes those without a scenario out.

    Returns:
        Names of the messages that changed.
    """
    changed = []
    kept = {case.stored for case in cases()}
    for path in set(FOLDER.glob("*.txt")) - kept:
        path.unlink()
        changed.append(path.stem)
    for case in cases():
        message = case.run()
        if not case.stored.exists() or case.stored.read_text(encoding="utf-8") != message:
            case.stored.write_text(message, encoding="utf-8")
            changed.append(case.name)
    return changed


def split(message: str) -> list[str]:
    """The problems in a message, each as its block of text."""
    return re.split(r"^(?=\d+\. S\d{3} )", message, flags=re.MULTILINE)[1:]
