"""Makes the outlines of states that maps are drawn with: ``python -m tests.maps.convert countries-110m.json``.

The argument is the file of that name in the npm package `world-atlas` 2.0.2 (``npm pack world-atlas``), which holds the
states of Natural Earth at 1:110 million as TopoJSON. Natural Earth is in the public domain. What is written,
`sim/report/natural_earth.npz`, holds ``points``, int32 (point, 2): longitude and latitude in hundredths of a degree,
and ``starts``, int32 (ring,): where each ring begins. Antarctica is left out. A ring that crosses the line where days
begin is there twice, beyond either edge of the map.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

import sim.report.land as land

LEFT_OUT = {"010"}
"""States that are left out, by the numeric code of ISO 3166."""


def rings(topology: dict) -> list[np.ndarray]:
    """Outer and inner rings of all states.

    Args:
        topology: The TopoJSON, quantised.

    Returns:
        Each ring as float64 (point, 2): longitude and latitude, degrees.
    """
    scale, shift = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        # A negative number is an arc read backwards; arcs share their ends.
        parts = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    found = []
    for state in topology["objects"]["countries"]["geometries"]:
        if state.get("id") not in LEFT_OUT:
            several = state["arcs"] if state["type"] == "MultiPolygon" else [state["arcs"]]
            found += [copy for polygon in several for numbers in polygon for copy in _whole(ring(numbers))]
    return found


def _whole(ring: np.ndarray) -> list[np.ndarray]:
    """A ring without jumps from one edge of the map to the other."""
    east = np.unwrap(ring[:, 0], period=360.0)
    if abs(east - ring[:, 0]).max() < 1.0:
        return [ring]
    turn = -360.0 if east.max() > 180.0 else 360.0
    return [np.column_stack([each, ring[:, 1]]) for each in (east, east + turn)]


def main() -> None:
    """Converts the file named on the command line."""
    found = rings(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    points = np.concatenate([np.round(each * 100) for each in found]).astype(np.int32)
    starts = np.cumsum([0, *(len(each) for each in found[:-1])]).astype(np.int32)
    np.savez_compressed(land.FILE, points=points, starts=starts)
    print(f"{len(found)} rings, {len(points)} points, {land.FILE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
