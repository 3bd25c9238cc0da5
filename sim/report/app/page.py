"""The page of the dashboard: choose a scenario, move levers, run both arms with the same luck, look at them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from sim.declare.errors import ScenarioError
from sim.experiments.arms import ArmError
from sim.experiments.compare import compare
from sim.experiments.comparison import CompareResult
from sim.experiments.precision import LEAST
from sim.experiments.progress import FIRST
from sim.report.app.figures import FIGURES, Shown, png
from sim.report.app.headline import headline
from sim.report.app.levers import DAY, SLIDER, Bench, Lever, benches
from sim.report.app.made import Made, make
from sim.scenario.loading import load
from sim.scenario.model import Scenario
from sim.scenario.shipped import shipped

RUNS = 4
"""Runs of each arm unless the user wants more."""
MOST_RUNS = 500
"""Most runs of each arm that the page offers; for more there is `sim compare`."""
SIMULATIONS = 4
"""Simulations a seed at most: each arm and its twin. Arms whose twins are the same share one."""


HEADLINE, DOWNLOADS = "Headline", "Downloads"
"""Views beside those of the figures."""


@dataclass
class Kept:
    """What stays between one drawing of the page and the next.

    Attributes:
        made: The scenario with the levers moved.
        result: Both arms.
        seconds: How long they took.
        headline: The tables to read, by title.
        pictures: Figures drawn so far, by title and arm.
        tables: Numbers of the figures, by name of the file.
        texts: Tables as CSV, by name of the file.
    """

    made: Made
    result: CompareResult
    seconds: float
    headline: dict[str, pd.DataFrame] = field(default_factory=dict)
    pictures: dict[tuple[str, str], bytes] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def page(given: str = "baseline") -> None:
    """Draws the page; Streamlit calls it at each step of the user.

    Args:
        given: Scenario to begin with: name of a shipped one, or path of a file.
    """
    st.set_page_config(page_title="sim", layout="wide")
    with st.sidebar:
        source = _choose(given)
        try:
            scenario = load(source)
        except ScenarioError as error:
            _wrong(error)
            scenario = None
        asked = None if scenario is None else _controls(source, scenario)
    if scenario is None:
        return
    st.header(scenario.title)
    if scenario.description:
        st.caption(scenario.description)
    if asked is not None:
        _run(source, *asked)
    kept: Kept | None = st.session_state.get("kept")
    if kept is None:
        st.info(
            "Move levers at the left and press **Run**. Arm A is the scenario as it is, arm B has the levers moved."
        )
        return
    if kept.made.source != source:
        st.warning(f"What stands below is of the scenario {kept.made.base.title}. Press **Run** for this one.")
    _show(kept)


def _choose(given: str) -> str:
    """The scenario that the user picks."""
    names = list(shipped())
    names = names if given in names else [given, *names]
    return st.selectbox("Scenario", names, index=names.index(given), key="scenario")


def _controls(source: str, scenario: Scenario) -> tuple[dict[str, Any], int, int] | None:
    """Runs, seed and levers; what they say when the user presses the button, None otherwise."""
    turn = st.session_state.setdefault("turn", 0)
    with st.form("levers", border=False):
        left, right = st.columns(2)
        runs = left.number_input("Runs", 1, MOST_RUNS, RUNS, key="runs", help="Seeds; each arm is run with each.")
        seed = right.number_input(
            "First seed", 0, 2**31, 1, key="seed", help="Further runs have the seeds that follow."
        )
        pressed = st.form_submit_button("Run", type="primary", width="stretch")
        st.caption(_cost(source, int(runs)))
        st.subheader("Levers of arm B")
        changes: dict[str, Any] = {}
        for bench in benches(scenario):
            changes |= _bench(bench, f"{source}/{turn}")
    if st.button("Put all levers back", width="stretch"):
        # Other keys are other widgets, which stand where the scenario says.
        st.session_state["turn"] = turn + 1
        st.rerun()
    return (changes, int(runs), int(seed)) if pressed else None


def _cost(source: str, runs: int) -> str:
    """What the runs will cost: counted, and in seconds once a run of this scenario was timed."""
    pace = st.session_state.setdefault("pace", {}).get(source)
    told = f"{runs} runs are at most {SIMULATIONS * runs} simulations"
    if pace is None:
        return (
            f"{told}. The first run also loads the engine; where it was never compiled, that takes one to two minutes."
        )
    return f"{told}, about {pace * runs:.0f} s as the last run went ({pace:.1f} s a seed)."


def _bench(bench: Bench, key: str) -> dict[str, Any]:
    """Levers that belong together; what was moved."""
    with st.expander(bench.title):
        st.caption(bench.about)
        values = {lever.path: _lever(lever, f"{key}/{lever.path}") for lever in bench.levers}
    return bench.changes(values)


def _lever(lever: Lever, key: str) -> Any:
    """A switch, a slider, a number or a date; where it stands."""
    if lever.switch:
        return st.toggle(lever.label, bool(lever.value), key=key, help=lever.about)
    if lever.form == DAY:
        return st.date_input(
            lever.label, lever.value, lever.low, lever.high, key=key, help=lever.about, format="YYYY-MM-DD"
        )
    draw = st.slider if lever.form == SLIDER else st.number_input
    step, form = (1, "%d") if lever.whole else (lever.step, f"%.{lever.digits}f")
    return draw(lever.label, lever.low, lever.high, lever.value, step, form, key=key, help=lever.about)


def _run(source: str, changes: dict[str, Any], runs: int, seed: int) -> None:
    """Runs both arms and keeps the result; what is wrong is shown."""
    bar = st.progress(0.0, f"{FIRST.capitalize()} …")

    def tell(done: int, total: int) -> None:
        bar.progress(done / max(1, total), f"{done} of {total} simulations" if done else f"{FIRST.capitalize()} …")

    start = time.perf_counter()
    try:
        made = make(source, changes)
        arms = {f"A: {made.base.name}": made.base, "B: levers moved": made.scenario}
        versus = sorted({*made.base.restrictions, *made.scenario.restrictions})
        result = compare(arms, runs=runs, seed=seed, versus=versus, parts=0, progress=tell)
    except (ScenarioError, ArmError) as error:
        _wrong(error)
        return
    finally:
        bar.empty()
    seconds = time.perf_counter() - start
    st.session_state["kept"] = Kept(made, result, seconds)
    st.session_state["pace"][source] = seconds / runs
    # Once more from the top: what the runs cost stands above, and is known now.
    st.rerun()


def _wrong(error: Exception) -> None:
    """What is wrong with a scenario, as the commands say it."""
    st.error("This scenario cannot be run.")
    st.code(str(error), language=None, wrap_lines=True)


def _show(kept: Kept) -> None:
    """Results: the headline, figures, tables to take along."""
    result, changes = kept.result, kept.made.changes
    first, second = result.names
    told = (
        ", ".join(f"`{path}` = {value}" for path, value in changes.items()) or "no lever moved: both arms are the same"
    )
    seeds = f"seed {result.seeds[0]}" if len(result.seeds) == 1 else f"seeds {result.seeds[0]} to {result.seeds[-1]}"
    st.markdown(f"**{first}** is the scenario as it is. **{second}**: {told}.")
    rough = " Few runs: intervals are wide and rough." if len(result.seeds) < LEAST else ""
    st.caption(f"{seeds}; {result.simulations} simulations in {kept.seconds:.1f} s, the same luck in both arms.{rough}")
    if result.warnings:
        st.warning("\n".join(f"- {warning}" for warning in result.warnings))
    # Not tabs: what is behind them would be drawn as well.
    by_title = {each.title: each for each in FIGURES}
    view = st.segmented_control(
        "View", [HEADLINE, *by_title, DOWNLOADS], default=HEADLINE, key="view", label_visibility="collapsed"
    )
    if view in by_title:
        _figure(kept, by_title[view])
    elif view == DOWNLOADS:
        _downloads(kept)
    else:
        _headline(kept)


def _headline(kept: Kept) -> None:
    """The tables to read."""
    st.caption(
        "Arms: mean over runs, and in brackets where 90% of runs are. Difference: mean and 90% interval, paired by "
        "seed. The twin has the same luck without the policies. pp: percentage points."
    )
    if not kept.headline:
        kept.headline = headline(kept.result)
    for title, table in kept.headline.items():
        st.subheader(title)
        st.table(table.set_index("measure"))


def _figure(kept: Kept, figure: Shown) -> None:
    """A figure, for each arm where it is of one, with the numbers it shows."""
    st.caption(figure.about)
    arms = kept.result.names if figure.each else kept.result.names[:1]
    for column, arm in zip(st.columns(len(arms)), arms, strict=True):
        with column:
            if figure.each:
                st.subheader(arm)
            if (figure.title, arm) not in kept.pictures:
                kept.pictures[figure.title, arm] = png(figure.draw(kept.result, arm))
            st.image(kept.pictures[figure.title, arm], width="stretch" if figure.each else 900)
    with st.expander("The numbers of this figure"):
        for arm in arms:
            name = f"figure {figure.title}{f' {arm[:1]}' if figure.each else ''}.csv".lower().replace(" ", "-")
            if name not in kept.tables:
                kept.tables[name] = figure.table(kept.result, arm)
            st.dataframe(kept.tables[name], hide_index=True, height=300)
            _download(kept, name, kept.tables[name])


def _downloads(kept: Kept) -> None:
    """The scenario as a file, and tables."""
    made, result = kept.made, kept.result
    st.subheader("The scenario of arm B")
    text = made.toml()
    st.caption(f"`sim run {made.scenario.name}.toml` runs it. It says only what differs from what it extends.")
    st.code(text, language="toml")
    st.download_button(
        "Scenario (TOML)", text, f"{made.scenario.name}.toml", "application/toml", key="toml", on_click="ignore"
    )
    st.subheader("Tables")
    tables = {
        "differences.csv": (result.differences, "B less A, and each less its twin, with 90% intervals"),
        "summary.csv": (result.summary(), "measures of each arm joined over runs"),
        "measures.csv": (result.measures, "measures of every run"),
        "courses.csv": (result.courses, "supply, price and cover by week, of every run and twin"),
        "flows.csv": (result.flows, "units a week by corridor, of every run and twin"),
    }
    for name, (table, about) in tables.items():
        _download(kept, name, table, about)


def _download(kept: Kept, name: str, table: pd.DataFrame, about: str = "") -> None:
    """A button that gives a table as CSV."""
    if name not in kept.texts:
        kept.texts[name] = table.to_csv(index=False)
    label = f"{name}: {about}" if about else name
    st.download_button(label, kept.texts[name], name, "text/csv", key=name, on_click="ignore")
