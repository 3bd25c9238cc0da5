"""What is kept of simulations that were looked at together, in memory and on disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments import store
from sim.experiments.jobs import Bundle

IDENTITY = "identity.json"


@dataclass(frozen=True)
class Outcome:
    """What is kept of a bundle.

    Attributes:
        measures: Measures, with the columns that tell runs apart.
        flows: Flows by corridor; empty where none are wanted.
        alike: Names of what came out the same to the bit as what it was compared with.
        notes: Warnings, each with the arms it is about.
        products: Names of the products in scope.
        courses: Courses that figures show; empty where none are wanted.
    """

    measures: pd.DataFrame
    flows: pd.DataFrame = field(default_factory=pd.DataFrame)
    alike: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    products: tuple[str, ...] = ()
    courses: pd.DataFrame = field(default_factory=pd.DataFrame)


class Parts:
    """Outcomes on disk, written as they come, so that nothing is lost and work can go on later.

    They are read again only by work with the same identity: the same arms, settings and code.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        """Opens the folder; what work of another identity left in it is removed.

        Args:
            folder: Where outcomes go; it is made when the first is written.
            identity: All that outcomes depend on.
        """
        self._folder = folder
        self._identity = json.dumps({**identity, "code": store.code()}, sort_keys=True, default=str)
        told = folder / IDENTITY
        if not told.exists() or told.read_text(encoding="utf-8") != self._identity:
            self.clear()

    def clear(self) -> None:
        """Removes all outcomes."""
        for path in self._folder.glob("*-*.*"):
            path.unlink()
        (self._folder / IDENTITY).unlink(missing_ok=True)

    def put(self, bundle: Bundle, outcome: Outcome) -> None:
        """Writes an outcome.

        Args:
            bundle: What it is of.
            outcome: The outcome.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        if not (self._folder / IDENTITY).exists():
            store.write_text(self._identity, self._folder / IDENTITY)
        name = self._name(bundle)
        store.write_frame(outcome.measures, self._folder / f"{name}.parquet")
        if len(outcome.flows.columns):
            store.write_frame(outcome.flows, self._folder / f"{name}-flows.parquet")
        if len(outcome.courses.columns):
            store.write_frame(outcome.courses, self._folder / f"{name}-courses.parquet")
        rest = {"alike": outcome.alike, "notes": outcome.notes, "products": outcome.products}
        # The text comes last: an outcome without it is not whole.
        store.write_text(json.dumps(rest), self._folder / f"{name}.json")

    def get(self, bundle: Bundle) -> Outcome | None:
        """Reads an outcome.

        Args:
            bundle: What it is of.

        Returns:
            The outcome, or None where it is not there.
        """
        name = self._name(bundle)
        path = self._folder / f"{name}.json"
        if not path.exists():
            return None
        rest = json.loads(path.read_text(encoding="utf-8"))
        flows, courses = (self._folder / f"{name}-{what}.parquet" for what in ("flows", "courses"))
        return Outcome(
            pd.read_parquet(self._folder / f"{name}.parquet"),
            pd.read_parquet(flows) if flows.exists() else pd.DataFrame(),
            tuple(rest["alike"]),
            tuple((text, arm) for text, arm in rest["notes"]),
            tuple(rest["products"]),
            pd.read_parquet(courses) if courses.exists() else pd.DataFrame(),
        )

    @staticmethod
    def _name(bundle: Bundle) -> str:
        """File name without ending: names of arms and policies may hold any letter, so they are hashed."""
        about = hashlib.sha256("\0".join(bundle.about).encode()).hexdigest()[:12] if bundle.about else "all"
        return f"{bundle.kind}-{bundle.seed:06d}-{about}"
