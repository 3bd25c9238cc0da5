"""`Discovery`: the boxes found, how good they are, and what to say about them."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.declare.words import joined
from sim.discovery.cases import Cases
from sim.discovery.condition import Condition
from sim.discovery.found import Search
from sim.discovery.plotting import Plots, html
from sim.discovery.settings import Settings
from sim.discovery.tables import box_table, limits, score_table
from sim.discovery.wording import restriction
from sim.experiments import store

Flags = NDArray[np.bool_]


@dataclass(repr=False, frozen=True)
class Discovery:
    """Boxes in the space of a sweep in which an outcome meets a condition. A notebook shows it as its tables.

    Attributes:
        label: The outcome as people read it.
        where: The condition.
        kind: ``"draws"`` or ``"runs"``, what a case is.
        settings: How was searched.
        cases: The cases.
        search: What the search found.
        titles: Factors as people read them, by name.
        units: Units of factors by name; empty where not known.
        warnings: What a reader has to know before using the boxes.
        notes: How the boxes were found, in sentences.
    """

    label: str
    where: Condition
    kind: str
    settings: Settings
    cases: Cases
    search: Search
    titles: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        """What was asked and found, in a line."""
        count = len(self.search.found)
        return f"<Discovery of {self.label} {self.where.words}: {count} box{'' if count == 1 else 'es'}>"

    def _repr_html_(self) -> str:
        """The tables, for a notebook."""
        return html(self)

    @cached_property
    def boxes(self) -> pd.DataFrame:
        """The restrictions, a row a box and factor that it restricts.

        Columns: ``box`` (``"1"``, ...), ``factor``, ``title``, ``unit``, ``low`` and ``high`` (limits, in the
        factor's unit; a value on a limit lies inside; the end of the sampled range where not restricted),
        ``sampled_low`` and ``sampled_high``, ``side`` (``"below"``: only the upper limit restricts, ``"above"``: only
        the lower one, ``"both"``), ``quasi_p`` of the factor, ``quasi_p_low`` and ``quasi_p_high`` of each limit (NaN
        where that one does not restrict), ``words``.
        """
        return box_table(self.cases, self.search.found, self.titles, self.units)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """How good the boxes are, a row a box, and one named ``"all"`` for their union where there are several.

        Columns: ``box``, ``cases`` and ``of_interest`` (in the box), ``mass`` (part of all cases), ``coverage`` (part
        of all cases of interest), ``density`` (part of the cases in the box), ``new_coverage`` (coverage by cases
        that lie in no earlier box), ``score`` (:func:`sim.discovery.scoring.score`), ``restricted`` (number of
        factors), then of cases that took no part in finding the box: ``held_out_mass``, ``held_out_coverage`` and
        ``held_out_density``, the latter two with Wilson's 90% interval ``_low`` and ``_high``; ``chance_p`` (of the
        search against random labels; NaN for CART), ``words``.

        Held-out values are of boxes found from part of the cases, which are a little worse than the box told: they err
        to the low side where cases are few. For a box of an eighth of the space with one label in ten wrong, the
        interval of the density held the true one in 29 of 40 samples of 400 draws (too low in 9, too high in 2),
        and in 35 of 40 of 1,000.
        """
        return score_table(self.cases, self.search.found, self.search.held, self._words)

    @property
    def trajectory(self) -> pd.DataFrame:
        """What the search went through, a row a step, with the step ``chosen``.

        Of PRIM: the steps of each box's peelings, refined, over the cases that earlier boxes left, with their
        held-out values. Where no box was found it is the path that led to none. Of CART: the pruned trees, with all
        boxes of each together.
        """
        return self.search.path

    @cached_property
    def points(self) -> pd.DataFrame:
        """The cases: ``draw``, a column a factor, ``of_interest``, and ``box``, the first that it lies in or empty."""
        table = pd.DataFrame(self.cases.values, columns=list(self.cases.names))
        table.insert(0, "draw", self.cases.draw)
        table["of_interest"] = self.cases.interest
        box = np.full(len(table), "", object)
        for at, each in reversed(list(enumerate(self.search.found, 1))):
            box[each.box.inside(self.cases.ranks)] = str(at)
        table["box"] = pd.Series(box, dtype="str")
        return table

    @cached_property
    def text(self) -> str:
        """What was found, in sentences, one a line."""
        lead = f"{self.label} is {self.where.words}"
        if not self.search.found:
            told = f"No part of the sampled space stands out for {lead}: {self.search.why}."
            best = self.search.refused
            if best is None:
                return told
            return f"{told}\nThe best that the search met was: when {self._of(best.low, best.high)}."
        lines = []
        for row in self.scores.to_dict("records"):
            what = "In any of these boxes" if row["box"] == "all" else f"{lead} when {row['words']}. There"
            density, coverage = (_told(row, name) for name in ("density", "coverage"))
            lines.append(
                f"{what} it is so in {density} of the {self.kind}; {coverage} of all such {self.kind} lie there."
            )
        return "\n".join(lines)

    def inside(self, values: pd.DataFrame, box: str = "1") -> Flags:
        """Whether points lie in a box.

        Args:
            values: A column a factor, in its unit; others are not looked at.
            box: Which box.

        Returns:
            bool (point,).

        Raises:
            KeyError: If there is no such box, or a factor that it restricts is missing.
        """
        rows = self.boxes[self.boxes["box"] == box]
        if rows.empty:
            raise KeyError(f"there is no box {box!r}; there are {', '.join(self.boxes['box'].unique()) or 'none'}")
        found = np.ones(len(values), np.bool_)
        for row in rows.to_dict("records"):
            x = values[row["factor"]].to_numpy(np.float64)
            found &= (x >= row["low"]) | (row["side"] == "below")
            found &= (x <= row["high"]) | (row["side"] == "above")
        return found

    @property
    def plot(self) -> Plots:
        """Figures: ``trajectory``, ``limits``, ``pairs``."""
        return Plots(self)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Writes tables (CSV), the text, figures (PNG, SVG) and a manifest.

        Args:
            folder: Where to; it is made. Results that lie there are written over.

        Returns:
            The folder.

        Raises:
            OutputError: If it holds other files, or cannot be written.
        """
        path = store.prepare(folder)
        for name in ("boxes", "scores", "trajectory", "points"):
            store.write_text(getattr(self, name).to_csv(index=False), path / f"{name}.csv")
        lines = [self.text, *(f"warning: {each}" for each in self.warnings), *self.notes]
        store.write_text("\n".join(lines) + "\n", path / "discovery.txt")
        self.plot.save(path)
        about = {"where": str(self.where), "cases": self.kind, "settings": asdict(self.settings)}
        store.write_text(store.manifest({"discovery": about}), path / store.MANIFEST)
        return path

    @cached_property
    def _words(self) -> list[str]:
        """Each box in words."""
        return [self._of(each.box.low, each.box.high) for each in self.search.found]

    def _of(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
        """A box in ranks in words."""
        parts = []
        for at in np.flatnonzero(np.isfinite(low) | np.isfinite(high)):
            name = self.cases.names[at]
            levels = self.cases.levels[at]
            parts.append(restriction(self.titles.get(name, name), *limits(levels, low[at], high[at]), levels))
        return joined(parts)


def _told(row: Mapping[str, float], name: str) -> str:
    """A share with what it is where the box was not fitted."""
    held = row[f"held_out_{name}"]
    if math.isnan(held):
        return f"{row[name]:.0%}"
    low, high = row[f"held_out_{name}_low"], row[f"held_out_{name}_high"]
    return f"{row[name]:.0%} (held out {held:.0%}, {low:.0%} to {high:.0%})"
