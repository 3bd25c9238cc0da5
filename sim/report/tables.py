"""Tables of a result for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiments.comparison import CompareResult
from sim.experiments.ensemble import Ensemble
from sim.experiments.results import RunResult
from sim.ledger.paths import CLASSES
from sim.measures.registry import REGISTRY
from sim.report.effect import LABELS, effect_label
from sim.report.numbers import number, with_interval
from sim.scenario.model import Scenario

SIDES = (
    "delivered",
    "delivered_value",
    "delivered_home",
    "direct",
    "indirect",
    "diverted",
    "leakage",
    "leakage_of_delivered",
    "denied",
    "denied_90",
    "chain_length",
    "premium",
    "delay",
    "cover",
    "unmet",
    "denied_per_dollar",
)
"""Measures in the table of sides, in order."""
WORLD = (
    "seizures", "seized", "listings", "false_positives", "contracts_ended", "statements", "false_statements", "cost",
    "levies", "collateral", "at_ceiling",
)  # fmt: skip
"""Measures of the run as a whole, in order."""
OF_KIND = {
    "levies": "levy", "contracts_ended": "distributor_contract", "statements": "end_use_certificate",
    "false_statements": "end_use_certificate",
}  # fmt: skip
"""Measures that are shown only where there is a policy of a kind."""
AGAINST = {"law": "against law", "contract": "against a contract", "voluntary": "against a voluntary suspension"}
"""How the classes of breach read in the table."""
TOP = 5
"""Corridors and brands shown for each side."""

DEFINED = "What a measure is: `sim schema measures`."
"""Where definitions are."""


class Notes:
    """Reasons why values are undefined, numbered as they are met."""

    def __init__(self) -> None:
        """Starts without any."""
        self.reasons: list[str] = []

    def mark(self, reason: str) -> str:
        """The mark of a reason.

        Args:
            reason: Why a value is undefined.
        """
        if reason not in self.reasons:
            self.reasons.append(reason)
        return f"undefined ({self.reasons.index(reason) + 1})"


def tables(result: RunResult) -> list[RenderableType]:
    """What `sim run` prints of a result.

    Args:
        result: The result, or what there is of it so far.

    Returns:
        Tables and lines, in order.
    """
    summary = result.summary()
    sides = list(dict.fromkeys(side for side in summary["side"] if side))
    notes = Notes()
    parts: list[RenderableType] = [Text(heading(result), style="bold"), _sides(summary, sides, result, notes)]
    parts += [_top(summary, sides, "corridor_share", "corridor"), _top(summary, sides, "brand_share", "brand")]
    parts += [_policies(summary, result), _world(summary, result, notes), Text(DEFINED, style="dim")]
    parts += [Text(f"({at}) {reason}", style="dim") for at, reason in enumerate(notes.reasons, 1)]
    return parts


def heading(result: RunResult) -> str:
    """The line above the tables: what was run, against what.

    Args:
        result: The result.
    """
    count = len(result.seeds)
    runs = f"seed {result.seeds[0]}" if count == 1 else f"{count} runs, seeds {result.seeds[0]} to {result.seeds[-1]}"
    if not result.versus:
        against = "no restrictions" if result.scenario.policies else "no policies"
    elif set(result.versus) == set(result.scenario.policies):
        against = "twin: without policies"
    elif set(result.versus) == set(result.scenario.restrictions):
        against = "twin: the same aid, without restrictions"
    else:
        against = f"twin: without {', '.join(result.versus)}"
    period = result.measures["window"].iloc[0].replace("..", " to ")
    intervals = "" if count == 1 else "; mean [5%, 95%] over runs"
    title = result.scenario.title or result.scenario.name
    return f"{title}; {period}; {runs}{drawn(result.ensemble)}; {against}{intervals}"


def drawn(ensemble: Ensemble | None) -> str:
    """Where the parameters of runs come from, to be read after their number; empty for the scenario's own values.

    Args:
        ensemble: The ensemble, or None.
    """
    return "" if ensemble is None else f", each with a draw of the ensemble {ensemble.name}"


def print_warnings(result: RunResult | CompareResult, console: Console) -> None:
    """Prints the warnings of a result.

    Args:
        result: The result.
        console: Where to.
    """
    for warning in result.warnings:
        console.print(Text("warning: ", style="bold yellow") + Text(warning, style=""), soft_wrap=True)


def _cell(rows: pd.DataFrame, notes: Notes) -> str:
    """One value with its interval, and below it the twin's."""
    if rows.empty:
        return ""
    row = rows.iloc[0]
    if math.isfinite(row["above"]):
        text = f"> {number(row['above'], row['unit'])}"
        return f"{text}\n{twin_told(row)}" if math.isfinite(row["twin"]) else text
    if not math.isfinite(row["estimate"]):
        return notes.mark(row["reason"])
    text = with_interval(row["estimate"], row["low"], row["high"], row["unit"])
    if row["n"] < row["runs"]:
        text += f" n={row['n']}"
    return f"{text}\n{twin_told(row)}" if math.isfinite(row["twin"]) else text


def twin_told(row: pd.Series) -> str:
    """The mean of the twins, and how many of them have a value where not all do.

    Args:
        row: A row of a summary.
    """
    some = f" n={row['twin_n']}" if row["twin_n"] < row["runs"] else ""
    return f"[dim]twin {number(row['twin'], row['unit'])}{some}[/dim]"


def name_with_unit(measure: str) -> str:
    """Label of a measure with its unit, where the number does not show it.

    Args:
        measure: Its id.
    """
    declared = REGISTRY[measure]
    if declared.unit in ("share", "probability", "US dollars", "units a US dollar", declared.label):
        return declared.label.capitalize() if declared.label[0].islower() else declared.label
    return f"{declared.label[0].upper()}{declared.label[1:]}, {declared.unit}"


def empty_table(title: str, columns: Iterable[str], text: int = 1) -> Table:
    """An empty table; the first columns are text, the others are numbers.

    Args:
        title: What stands above it.
        columns: Heads of the columns.
        text: Number of columns of text.
    """
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=SIMPLE_HEAD)
    for at, column in enumerate(columns):
        table.add_column(column, justify="left" if at < text else "right", overflow="fold")
    return table


def _sides(summary: pd.DataFrame, sides: list[str], result: RunResult, notes: Notes) -> Table:
    """The table of sides."""
    compared = result.scenario, result.versus
    whole = summary[(summary["product"] == "") & (summary["by"] == "")]
    table = empty_table("Foreign-made units in scope, by the side they reached", ["", *sides])
    for measure in SIDES:
        rows = whole[whole["measure"] == measure]
        name = effect_label(measure, rows, {"": compared}) if measure in LABELS else name_with_unit(measure)
        table.add_row(name, *(_cell(rows[rows["side"] == side], notes) for side in sides))
        if measure == "diverted":
            _classes(table, summary, sides, notes)
    return table


def _classes(table: Table, summary: pd.DataFrame, sides: list[str], notes: Notes) -> None:
    """Diverted units by class of breach, those that occur."""
    rows = summary[(summary["measure"] == "diverted") & (summary["by"] == "class")]
    for name in CLASSES:
        found = rows[rows["item"] == name].assign(twin=math.nan)
        if (found["estimate"] > 0).any():
            table.add_row(f"  {AGAINST[name]}", *(_cell(found[found["side"] == side], notes) for side in sides))


def _top(summary: pd.DataFrame, sides: list[str], measure: str, by: str) -> Table:
    """The widest corridors, or the greatest brands."""
    table = empty_table(f"Top {TOP} {by}s, share of units", ["", *sides])
    cells: dict[str, list[str]] = {}
    for side in sides:
        rows = summary[(summary["measure"] == measure) & (summary["side"] == side) & (summary["item"] != "")]
        rows = rows.sort_values(["estimate", "item"], ascending=[False, True]).head(TOP)
        cells[side] = []
        for _, row in rows.iterrows():
            twin = f" [dim](twin {row['twin']:.0%})[/dim]" if math.isfinite(row["twin"]) else ""
            cells[side].append(f"{row['item']} {row['estimate']:.0%}{twin}")
    for rank in range(max((len(each) for each in cells.values()), default=0)):
        table.add_row(str(rank + 1), *(cells[side][rank] if rank < len(cells[side]) else "" for side in sides))
    return table


def _policies(summary: pd.DataFrame, result: RunResult) -> Table:
    """What each policy cost."""
    table = empty_table("Policies", ["", "kind", "effective", "cost", "in the twin"])
    cost = summary[(summary["measure"] == "cost") & (summary["by"] == "policy")].set_index("item")
    for _, row in result.policies.iterrows():
        known = row["policy"] in cost.index
        found = cost.loc[row["policy"]] if known else None
        text = "" if found is None else with_interval(found["estimate"], found["low"], found["high"], "US dollars")
        table.add_row(row["policy"], row["kind"], f"{row['effective']:%Y-%m-%d}", text, "no" if row["off"] else "yes")
    return table


def shown(measure: str, scenarios: Iterable[Scenario]) -> bool:
    """Whether a measure is shown: not where it is of a kind of policy that no scenario has.

    Args:
        measure: Its name.
        scenarios: Scenarios of a result.
    """
    kind = OF_KIND.get(measure)
    return kind is None or any(p.kind == kind for scenario in scenarios for p in scenario.policies.values())


def _world(summary: pd.DataFrame, result: RunResult, notes: Notes) -> Table:
    """Enforcement, and what civil users lost."""
    whole = summary[(summary["product"] == "") & (summary["by"] == "")]
    table = empty_table("Enforcement and collateral", ["", "value"])
    for measure in WORLD:
        if not shown(measure, [result.scenario]):
            continue
        rows = whole[whole["measure"] == measure]
        for side in dict.fromkeys(rows["side"]):
            name = name_with_unit(measure) + (f" ({side})" if side else "")
            table.add_row(name, _cell(rows[rows["side"] == side], notes))
    return table
