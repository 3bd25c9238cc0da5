"""Figure: the corridors by which goods reached each side, before the policies and after, with the twin."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from sim.report import style

TOP = 8
"""Corridors shown for each side; the others are one band."""
BEFORE = "before the policies"
"""Name of the bar of the time before them."""
OTHERS = "others"
"""Name of the band of all other corridors."""
ALL = "all"
"""Name of the rows of totals."""
WIDTH = 0.34
"""Width of a bar; bars stand 1 apart."""
LEAST_INSIDE = 0.07
"""Least part of the scale that a band must have to carry its share."""


def corridor_table(flows: pd.DataFrame, top: int = TOP) -> pd.DataFrame:
    """The numbers behind the figure: units a week by corridor, over runs.

    Bars are, in order: before the policies (where there was such a time), after them in the twin, after them in the
    run, of each arm. Where several arms share a twin it has one bar.

    Args:
        flows: As in :func:`sim.experiments.flows.flows`, with ``seed``, and ``arm`` where there are several.
        top: Corridors kept by name for each side: those that are widest in any bar.

    Returns:
        One row a bar, side and corridor, widest corridors first. Columns: ``side``, ``bar``, ``window``,
        ``corridor`` (``"others"`` for the rest, ``"all"`` for the total), ``units`` (mean over runs, units a week),
        ``low`` and ``high`` (5% and 95% quantiles over runs; missing for one run), ``share`` (of the bar), ``runs``.
    """
    flows = flows if "arm" in flows else flows.assign(arm="with policies")
    seeds = sorted(set(flows["seed"]))
    bars = _bars(flows)
    rows = []
    for side in sorted(set(flows["side"])):
        tables = {
            bar: frame[frame["side"] == side]
            .pivot_table(index="corridor", columns="seed", values=column, aggfunc="sum")
            .reindex(columns=seeds)
            .fillna(0.0)
            for bar, frame, column in bars
        }
        means = pd.concat({bar: table.mean(axis=1) for bar, table in tables.items()}, axis=1).fillna(0.0)
        widest = means.max(axis=1).sort_values(ascending=False, kind="stable").index[:top]
        # In every bar corridors stand in the same order: that of all bars together.
        order = means.loc[widest].sum(axis=1).sort_values(ascending=False, kind="stable").index
        for bar, frame, _ in bars:
            table = tables[bar]
            total = table.sum(axis=0)
            parts = {name: table.loc[name] if name in table.index else total * 0.0 for name in order}
            parts[OTHERS] = table.loc[~table.index.isin(order)].sum(axis=0)
            whole = float(total.mean())
            window = frame["window"].iloc[0] if len(frame) else ""
            for name, values in {**parts, ALL: total}.items():
                low, high = np.quantile(values, (0.05, 0.95)) if len(seeds) > 1 else (np.nan, np.nan)
                mean = float(values.mean())
                share = mean / whole if whole > 0 else np.nan
                rows.append((side, bar, window, name, mean, low, high, share, len(seeds)))
    return pd.DataFrame(rows, columns=["side", "bar", "window", "corridor", "units", "low", "high", "share", "runs"])


def corridors(table: pd.DataFrame, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draws corridors as bands that run from bar to bar; a side a panel.

    The height of a band is units a week, mean over runs; whiskers go from the 5% to the 95% quantile of the total.
    Bands stand in the same order in all bars, the widest at the bottom, and are named at the right.

    Args:
        table: As in :func:`corridor_table`.
        axes: One a side, in order of name; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If there are fewer axes than sides.
    """
    sides, bars = sorted(set(table["side"])), list(dict.fromkeys(table["bar"]))
    with mpl.rc_context(style.RC):
        given = style.enough(axes, len(sides), f"{len(sides)} sides")
        panels = given or style.grid(len(sides), 1, 7.5, 2.5)
        for row, (panel, side) in enumerate(zip(panels, sides, strict=True)):
            _panel(panel, table[table["side"] == side], bars, style.colour(row))
            panel.set_title(side, loc="left", color=style.colour(row), fontweight="bold", fontsize=9)
            panel.set_xticks(range(len(bars)), [_short(bar) for bar in bars], fontsize=8)
            if given is None and row < len(sides) - 1:
                panel.tick_params(axis="x", labelbottom=False)
        panels[len(sides) // 2].set_ylabel("foreign-made units delivered a week")
        # The name is longer than its panel: it keeps clear of the numbers of all.
        style.figure_of(panels).align_ylabels(panels)
        if given is None:
            runs = int(table["runs"].max())
            whiskers = f" Whiskers: 5-95% of {runs} runs." if runs > 1 else " One run."
            note = (
                f"{_days(table)}\nShares of each bar stand in it, those of the last at the right. "
                f"Corridors named: the widest of any bar.{whiskers}"
            )
            if BEFORE in bars:
                note += "\nWhat came before is another time and another demand: policies are judged against the twin."
            style.legend(panels, [], note)
    return panels if given is None else list(axes or ())


def _bars(flows: pd.DataFrame) -> list[tuple[str, pd.DataFrame, str]]:
    """Name, rows and column of each bar."""
    arms = list(dict.fromkeys(flows["arm"]))
    of = {arm: flows[flows["arm"] == arm] for arm in arms}
    bars: list[tuple[str, pd.DataFrame, str]] = []
    if not arms:
        return bars
    before = of[arms[0]][of[arms[0]]["period"] == "before"]
    if len(before):
        bars.append((BEFORE, before, "run"))
    after = {arm: rows[rows["period"] == "after"] for arm, rows in of.items()}
    keys = ["seed", "side", "corridor"]
    twins: list[pd.DataFrame] = []
    for arm in arms:
        twin = after[arm][after[arm]["twin"] > 0].set_index(keys)["twin"].sort_index()
        if not any(twin.equals(known) for known in twins):
            name = "twin without policies" if arm == arms[0] else f"twin of {arm}"
            bars.append((name, after[arm], "twin"))
            twins.append(twin)
    return bars + [(arm, after[arm], "run") for arm in arms]


def _short(bar: str) -> str:
    """Name of a bar as it stands below it, on at most three short lines."""
    loose = bar.replace(".", ". ").replace("=", "= ")
    return textwrap.fill(loose, 20, max_lines=3, placeholder="…").replace(". ", ".").replace("= ", "=")


def _days(table: pd.DataFrame) -> str:
    """The days that bars are about, as a sentence."""
    windows = table.drop_duplicates("bar").set_index("bar")["window"].str.replace("..", " to ", regex=False)
    before, after = windows[windows.index == BEFORE], windows[windows.index != BEFORE]
    told = [f"before the policies {before.iloc[0]}"] if len(before) else []
    return f"Days: {'; '.join([*told, f'all other bars {after.iloc[0]}' if told else after.iloc[0]])}."


def _panel(panel: Axes, rows: pd.DataFrame, bars: list[str], ink: str) -> None:
    """Bars, bands between them, whiskers and names."""
    named = [name for name in dict.fromkeys(rows["corridor"]) if name != ALL]
    height = rows.pivot(index="corridor", columns="bar", values="units").loc[named, bars].to_numpy(np.float64)
    share = rows.pivot(index="corridor", columns="bar", values="share").loc[named, bars].to_numpy(np.float64)
    top = np.cumsum(height, axis=0)
    base = top - height
    totals = rows[rows["corridor"] == ALL].set_index("bar").loc[bars]
    ceiling = max(float(np.nanmax(totals[["units", "high"]].to_numpy(np.float64))), 1e-9) * 1.08
    at = np.arange(len(bars))
    for i, name in enumerate(named):
        # Shades go from dark to light, so that they are told apart in grey too.
        part = 0.95 - 0.8 * i / max(1, len(named) - 1)
        colour = style.shade(ink, part) if name != OTHERS else (0.93, 0.93, 0.93)
        panel.bar(
            at, height[i], WIDTH, base[i], color=colour, edgecolor="white", linewidth=0.7, zorder=3,
            hatch="////" if name == OTHERS else None,
        )  # fmt: skip
        for left in at[:-1]:
            ends = [left + WIDTH / 2, left + 1 - WIDTH / 2]
            panel.fill_between(
                ends, base[i, left : left + 2], top[i, left : left + 2], color=colour, alpha=0.35, linewidth=0, zorder=2
            )
        for bar in at:
            if height[i, bar] > LEAST_INSIDE * ceiling:
                panel.text(
                    bar, base[i, bar] + height[i, bar] / 2, f"{share[i, bar]:.0%}", ha="center", va="center",
                    fontsize=7, color="white" if part > 0.7 and name != OTHERS else "black", zorder=4,
                )  # fmt: skip
    if totals["low"].notna().all():
        reach = np.abs(totals[["low", "high"]].to_numpy(np.float64).T - totals["units"].to_numpy(np.float64))
        # At the left edge of the bar, clear of the shares.
        panel.errorbar(
            at - WIDTH / 2 + 0.03,
            totals["units"],
            reach,
            fmt="none",
            ecolor="black",
            elinewidth=0.9,
            capsize=2.5,
            zorder=5,
        )
    panel.set_ylim(0, ceiling)
    panel.set_xlim(-0.5, len(bars) - 1 + WIDTH / 2 + 0.36 * max(2.0, len(bars)) / 1.6)
    panel.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    _names(panel, named, base[:, -1] + height[:, -1] / 2, share[:, -1], len(bars) - 1 + WIDTH / 2, ceiling)


def _names(panel: Axes, named: list[str], middle: np.ndarray, share: np.ndarray, edge: float, ceiling: float) -> None:
    """Names at the right of the last bar, pushed apart where they would overlap."""
    figure = style.figure_of([panel])
    figure.draw_without_rendering()
    apart = 9.5 * figure.dpi / 72 / panel.get_window_extent().height * ceiling
    place = middle.copy()
    for i in range(1, len(place)):
        place[i] = max(place[i], place[i - 1] + apart)
    excess = place[-1] - (ceiling - apart / 2)
    if excess > 0:
        place[-1] -= excess
        for i in range(len(place) - 2, -1, -1):
            place[i] = min(place[i], place[i + 1] - apart)
    for name, here, there, part in zip(named, middle, place, share, strict=True):
        text = f"{name} {part:.0%}" if np.isfinite(part) else name
        panel.plot([edge + 0.01, edge + 0.07], [here, there], color=style.GREY, linewidth=0.5, clip_on=False)
        panel.text(edge + 0.085, there, text, va="center", ha="left", fontsize=7.5)
