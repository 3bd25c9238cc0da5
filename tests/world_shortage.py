"""Mark-ups that expect a shortage, and records of single legs, for small random scenarios; a stream of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.world_draws import LaterDraws

if TYPE_CHECKING:
    from tests.worlds import _Maker


class _Shortage(LaterDraws):
    """Draws how sellers price what they expect, and which legs records leave out."""

    stream = 86

    def add(self, data: dict[str, Any]) -> None:
        """Adds to a scenario that is drawn already."""
        data["market"]["shortage_mark_up"] = self.between(0.1, 1.5)
        for name in sorted(data["legs"]):
            if self.chance(0.2):
                data["legs"][name]["export_recorded"] = self.schedule(0.0, 1.0)
            if self.chance(0.2):
                data["legs"][name]["import_recorded"] = self.between(0.0, 1.0)


def add_shortage(number: int, maker: _Maker, data: dict[str, Any]) -> None:
    """Adds both to a scenario.

    Args:
        number: Which scenario.
        maker: What has drawn it.
        data: The scenario, as a file would hold it.
    """
    _Shortage(number, maker).add(data)
