"""The scenarios that come with the package."""

from __future__ import annotations

from pathlib import Path

from sim.declare.carried import carried


def scenarios_dir() -> Path:
    """Folder of the shipped scenarios: in the wheel `sim/_data/scenarios`, in a checkout `scenarios`."""
    return carried("scenarios")


def shipped() -> dict[str, Path]:
    """Shipped scenarios by name, sorted; the name is that of the file without `.toml`."""
    return {path.stem: path for path in sorted(scenarios_dir().glob("*.toml"))}
