"""The scenarios and the evidence that come with the package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def scenarios_dir() -> Path:
    """Folder of the shipped scenarios: in the wheel `sim/_data/scenarios`, in a checkout `scenarios`."""
    return _folder("scenarios")


def seeds_dir() -> Path:
    """Folder of the evidence as data: in the wheel `sim/_data/seeds`, in a checkout `seeds`."""
    return _folder("seeds")


def shipped() -> dict[str, Path]:
    """Shipped scenarios by name, sorted; the name is that of the file without `.toml`."""
    return {path.stem: path for path in sorted(scenarios_dir().glob("*.toml"))}


def _folder(name: str) -> Path:
    """A folder of data, wherever the package was installed from."""
    carried = _PACKAGE / "_data" / name
    return carried if carried.is_dir() else _PACKAGE.parent / name
