"""Where the data that come with the package lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def carried(name: str) -> Path:
    """A folder of data, wherever the package was installed from: in the wheel `sim/_data`, in a checkout beside `sim`.

    Args:
        name: Name of the folder.

    Returns:
        Its path.

    Example:
        >>> carried("scenarios").name
        'scenarios'
    """
    in_wheel = _PACKAGE / "_data" / name
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / name
