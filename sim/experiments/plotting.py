"""Figures of a result, drawn when they are asked for, and what a notebook shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.experiments.comparison import CompareResult
    from sim.experiments.results import RunResult
    from sim.experiments.tracing import Trace


class _WithChains:
    """Figures that the results of a run and of a comparison share; ``self.result`` has flows and measures."""

    result: RunResult | CompareResult

    def corridors(self, axes: list[Axes] | None = None) -> list[Axes]:
        """Corridors before the policies and after, in the twin and in the run or each arm.

        See :func:`sim.report.corridors.corridors`.

        Args:
            axes: One for each side; a new figure by default.
        """
        from sim.report.corridors import corridor_table, corridors

        return corridors(corridor_table(self.result.flows), axes)

    def alluvial(self, axes: list[Axes] | None = None) -> list[Axes]:
        """States that goods went through to each side, in the twin and in the run or each arm.

        See :func:`sim.report.alluvial.alluvial`.

        Args:
            axes: One for each side and panel; a new figure by default.
        """
        from sim.report.alluvial import alluvial, alluvial_table

        return alluvial(alluvial_table(self.result.flows), axes)

    def denied(self, axes: list[Axes] | None = None) -> list[Axes]:
        """What each side was denied, by product, with intervals; see :func:`sim.report.denied.denied`.

        Args:
            axes: Two, for shares and for units; a new figure by default.
        """
        from sim.report.denied import denied, denied_table

        return denied(denied_table(self.result.summary()), axes)

    def map(self, sides: Sequence[str] | None = None, axes: list[Axes] | None = None) -> list[Axes]:
        """Goods on a map, from state to state, in the twin and in the run or each arm.

        See :func:`sim.report.map.flow_map`; the table is :func:`sim.report.map.map_table` of ``.flows``.

        Args:
            sides: Sides that the goods reached; those that are not civil by default.
            axes: One for each panel; a new figure by default.
        """
        from sim.report.map import flow_map, map_table

        places, known, chosen = _places(self.result)
        return flow_map(map_table(self.result.flows, sides or chosen), places, known, axes)

    def chains(self, axes: list[Axes] | None = None) -> list[Axes]:
        """Chain lengths and mark-ups by sale, in the twin and in the run or each arm.

        See :func:`sim.report.chains.chains`.

        Args:
            axes: Two for each side; a new figure by default.
        """
        from sim.report.chains import chain_table, chains

        return chains(chain_table(self.result.measures), axes)


@dataclass(frozen=True)
class Plots(_WithChains):
    """Figures of a result. Each draws on the axes given, or on new ones, and returns them.

    New ones are a list that a notebook shows as a picture where it is the last value of a cell, and that has the
    ``figure``; nothing else shows anything.

    Attributes:
        result: The result.
    """

    result: RunResult

    def supply(self, axes: list[Axes] | None = None) -> list[Axes]:
        """Supply to each side over time; see :func:`sim.report.supply.supply`.

        Args:
            axes: One for each side; a new figure by default.
        """
        from sim.report.supply import supply

        return supply(self.result.traces, self.result.policies, axes)

    def price_and_cover(self, axes: list[Axes] | None = None) -> list[Axes]:
        """Price and cover over time; see :func:`sim.report.price.price_and_cover`.

        Args:
            axes: Two, for price and for cover; a new figure by default.
        """
        from sim.report.price import price_and_cover

        return price_and_cover(self.result.traces, self.result.policies, axes)

    def observed(self, into: str, products: Sequence[str] | None = None, ax: Axes | None = None) -> list[Axes]:
        """True crossings into a state against exporters' and importers' records, of the runs whose ledger was kept.

        See :func:`sim.report.observed.observed`; :meth:`RunResult.observed` has the numbers.

        Args:
            into: The state.
            products: Products; all by default.
            ax: Where to; a new figure by default.
        """
        from sim.report.observed import observed

        return observed(self.result.observed(into, products), self.result.policies, ax)

    def save(self, folder: Path) -> None:
        """Writes the figures of the whole result as PNG and SVG.

        The numbers they show are in ``traces.parquet`` or beside them, as CSV.

        Args:
            folder: Where to.
        """
        from sim.report.style import save

        save(self.supply(), folder / "supply")
        save(self.price_and_cover(), folder / "price_and_cover")
        _save_chains(self.result, folder)


@dataclass(frozen=True)
class ComparePlots(_WithChains):
    """Figures of a comparison, as :class:`Plots`.

    Attributes:
        result: The result.
    """

    result: CompareResult

    def supply(self, arm: str, axes: list[Axes] | None = None) -> list[Axes]:
        """Supply to each side over time in one arm; see :func:`sim.report.supply.supply`.

        Args:
            arm: Name of the arm.
            axes: One for each side; a new figure by default.
        """
        from sim.report.supply import supply

        return supply(self.result.traces(arm), self._policies(arm), axes)

    def price_and_cover(self, arm: str, axes: list[Axes] | None = None) -> list[Axes]:
        """Price and cover over time in one arm; see :func:`sim.report.price.price_and_cover`.

        Args:
            arm: Name of the arm.
            axes: Two, for price and for cover; a new figure by default.
        """
        from sim.report.price import price_and_cover

        return price_and_cover(self.result.traces(arm), self._policies(arm), axes)

    def _policies(self, arm: str) -> pd.DataFrame:
        """Policies of an arm."""
        return self.result.policies[self.result.policies["arm"] == arm]

    def differences(self, axes: list[Axes] | None = None, measures: Sequence[str] | None = None) -> list[Axes]:
        """Differences with the first arm, with their intervals; see :func:`sim.report.forest.forest`.

        Args:
            axes: One for each measure; a new figure by default.
            measures: Ids of measures to show; a choice of them by default.
        """
        from sim.report.forest import SHOWN, forest, forest_table

        return forest(forest_table(self.result.differences, measures or SHOWN), axes)

    def save(self, folder: Path) -> None:
        """Writes all figures as PNG and SVG, and the numbers they show beside them as CSV.

        Args:
            folder: Where to.
        """
        from sim.report.forest import forest, forest_table
        from sim.report.style import save

        table = forest_table(self.result.differences)
        _write_csv(table, folder / "differences.csv")
        save(forest(table), folder / "differences")
        _save_chains(self.result, folder)


def html(result: RunResult | CompareResult | Trace) -> str:
    """What a notebook shows of a result; see :func:`sim.report.notebook.html`.

    Args:
        result: The result.
    """
    from sim.report.notebook import html

    return html(result)


def _places(result: RunResult | CompareResult) -> tuple[dict[str, tuple[float, float]], list[str], list[str]]:
    """Latitude and longitude of states, all sides in order, and those that are not civil; all where all are."""
    from sim.experiments.results import RunResult

    scenarios = [result.scenario] if isinstance(result, RunResult) else list(result.arms.values())
    places = {name: (each.latitude, each.longitude) for one in scenarios for name, each in one.jurisdictions.items()}
    sides = {name: each.civil for one in scenarios for name, each in one.sides.items()}
    known = sorted(sides)
    return places, known, [name for name in known if not sides[name]] or known


def _save_chains(result: RunResult | CompareResult, folder: Path) -> None:
    """Writes the figures of states, corridors and chains with their numbers."""
    from sim.report.alluvial import alluvial, alluvial_table
    from sim.report.chains import chain_table, chains
    from sim.report.corridors import corridor_table, corridors
    from sim.report.denied import denied, denied_table
    from sim.report.map import flow_map, map_table
    from sim.report.style import save

    if len(result.flows):
        by_state = alluvial_table(result.flows)
        _write_csv(by_state, folder / "alluvial.csv")
        save(alluvial(by_state), folder / "alluvial")
        places, known, sides = _places(result)
        by_leg = map_table(result.flows, sides)
        _write_csv(by_leg, folder / "map.csv")
        save(flow_map(by_leg, places, known), folder / "map")
        by_corridor = corridor_table(result.flows)
        _write_csv(by_corridor, folder / "corridors.csv")
        save(corridors(by_corridor), folder / "corridors")
    what = denied_table(result.summary())
    _write_csv(what, folder / "denied.csv")
    save(denied(what), folder / "denied")
    by_length = chain_table(result.measures)
    _write_csv(by_length, folder / "chains.csv")
    save(chains(by_length), folder / "chains")


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    """Writes the numbers of a figure."""
    from sim.experiments.store import write_text

    write_text(table.to_csv(index=False), path)
