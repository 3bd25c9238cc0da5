"""Outputs of the shipped scenarios: worked out, stored, read back, and held against each other.

A file a scenario, `tests/outputs/NAME.csv`. Rows of kind `measure` and `counter` are for a reader: they say what
changed. Rows of kind `bits` are for the machine: a hash of every array that a run leaves behind, so that nothing
changes unseen.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.engine import Engine
from sim.measures.frame import measures
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import COUNTERS, Records

FOLDER = Path(__file__).parent
SEED = 1
HEADLINES = (
    "delivered",
    "delivered_value",
    "delivered_home",
    "direct",
    "diverted",
    "chain_length",
    "longest_chain",
    "premium",
    "delay",
    "cover",
    "unmet",
    "sorties_not_flown",
    "hhi_sellers",
    "hhi_corridors",
    "seizures",
    "seized",
    "listings",
    "false_positives",
    "cost",
    "at_ceiling",
)
"""Measures stored: of a run alone, so that no twin is needed; all products in scope together."""
DIGITS = 12
"""Digits kept of a measure. The hashes keep them all."""
HEAD = ("kind", "name", "side", "value")
Key = tuple[str, str, str]
"""Kind, name and side."""
Output = dict[Key, str]
"""Values as they stand in the file."""


@dataclass(frozen=True)
class Change:
    """A value that is not what was stored.

    Attributes:
        key: Kind, name and side.
        old: What was stored; empty for nothing.
        new: What the run gives; empty for nothing.
    """

    key: Key
    old: str
    new: str

    def __str__(self) -> str:
        kind, name, side = self.key
        what = f"{kind} {name}" + (f", {side}" if side else "")
        if kind == "bits":
            return f"{what}: other bits"
        return f"{what}: {self.old or 'nothing'} -> {self.new or 'nothing'}{self._relative()}"

    def _relative(self) -> str:
        """The change over the old value, where both are numbers."""
        try:
            old, new = float(self.old), float(self.new)
        except ValueError:
            return ""
        return f" ({new / old - 1.0:+.2%})" if old else ""


def output(scenario: str) -> Output:
    """Runs a shipped scenario with :data:`SEED` and works out what is stored of it.

    Args:
        scenario: Its name.
    """
    records = Engine(build(load(scenario), SEED)).run()
    return dict(_rows(records))


def _rows(records: Records) -> Iterator[tuple[Key, str]]:
    """What is stored of a run."""
    frame = measures(records, only=HEADLINES)
    wholes = frame[(frame["product"] == "") & (frame["by"] == "") & (frame["item"] == "")]
    for row in wholes.itertuples(index=False):
        yield ("measure", row.measure, row.side), f"{row.value:.{DIGITS}g}"
    for name, count in zip(COUNTERS, records.series["counters"].sum(axis=0).tolist(), strict=True):
        yield ("counter", name, ""), str(count)
    for name in ("series", "deliveries", "waits", "ledger", "nodes", "agents", "statements"):
        yield ("bits", name, ""), digest(getattr(records, name) or {})
    yield ("bits", "units", ""), digest({"units": records.units})


def digest(columns: Mapping[str, NDArray[np.generic]]) -> str:
    """A hash of arrays by name: of their names, types, shapes and bits; the order of names does not matter.

    Every number that is not one counts as the same: what its bits are depends on the processor, and nothing reads them.

    Args:
        columns: Arrays of numbers.
    """
    found = hashlib.sha256()
    for name in sorted(columns):
        array = np.ascontiguousarray(columns[name])
        if array.dtype.kind == "f":
            array = np.where(np.isnan(array), np.array(np.nan, array.dtype), array)
        array = array.astype(array.dtype.newbyteorder("<"))
        found.update(f"{name} {array.dtype.str} {array.shape};".encode())
        found.update(array.tobytes())
    return found.hexdigest()


def path_of(scenario: str) -> Path:
    """Where the outputs of a scenario are stored.

    Args:
        scenario: Its name.
    """
    return FOLDER / f"{scenario}.csv"


def read(path: Path) -> Output:
    """Stored outputs; none where there is no file.

    Args:
        path: The file.
    """
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["kind"], row["name"], row["side"]): row["value"] for row in csv.DictReader(file)}


def text(found: Output) -> str:
    """Outputs as a file holds them.

    Args:
        found: The outputs.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(HEAD)
    table.writerows((*key, value) for key, value in found.items())
    return out.getvalue()


def changes(old: Output, new: Output) -> list[Change]:
    """What differs, in order of the rows; rows that are gone come last.

    Args:
        old: What was stored.
        new: What the run gives.
    """
    keys = [*new, *(key for key in old if key not in new)]
    return [Change(key, old.get(key, ""), new.get(key, "")) for key in keys if old.get(key) != new.get(key)]
