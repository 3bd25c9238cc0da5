"""Pairs, gathering, warnings and storage, with an engine that simulates nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.declare.errors import ScenarioError
from sim.experiments.results import TABLES
from sim.experiments.run import run
from sim.experiments.store import OutputError
from tests.experiments.fake import FakeEngine
from tests.measures.synthetic import SCENARIO


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeEngine]:
    """Puts the fake engine in place."""
    monkeypatch.setattr("sim.engine.Engine", FakeEngine)
    monkeypatch.setattr(FakeEngine, "made", [])
    monkeypatch.setattr(FakeEngine, "inert", ())
    return FakeEngine


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves figures out, which take longest to write."""
    monkeypatch.setattr("sim.experiments.plotting.Plots.save", lambda self, folder: None)


def test_pairs_share_seeds(fake: type[FakeEngine]) -> None:
    """Each seed has a run and a twin; the first keeps its ledger; the policies are checked once, without a ledger."""
    result = run(SCENARIO, seed=3, runs=2, workers=2)
    assert result.seeds == [3, 4]
    pairs = [(seed, without, ledger) for seed, without, ledger in fake.made if len(without) != 1]
    every = ("ban", "look", "names")
    assert sorted(pairs) == [(3, (), True), (3, every, True), (4, (), False), (4, every, False)]
    assert sorted(made for made in fake.made if len(made[1]) == 1) == [(3, (name,), False) for name in every]
    assert set(result.records) == {(3, "run"), (3, "twin")}


def test_measures_and_summary() -> None:
    """Values of every run, and their mean with an interval: east gets 200 + 10 a seed against 400."""
    result = run(SCENARIO, seed=1, runs=3, check_policies=False)
    rows = result.measures[(result.measures["measure"] == "denied") & (result.measures["product"] == "")]
    assert rows[rows["side"] == "east"]["value"].tolist() == pytest.approx(
        [1 - 210 / 400, 1 - 220 / 400, 1 - 230 / 400]
    )
    summary = result.summary().set_index(["measure", "side", "product", "by", "item"])
    found = summary.loc[("denied", "east", "", "", "")]
    assert found["estimate"] == pytest.approx(1 - 220 / 400)
    assert (found["n"], found["runs"]) == (3, 3)
    assert found["low"] < found["estimate"] < found["high"]
    assert summary.loc[("delivered", "east", "", "", ""), "twin"] == 400


def test_versus() -> None:
    """A twin lacks the policies named; an id that no policy has is told with the nearest one."""
    result = run(SCENARIO, versus=["look", "ban"], check_policies=False)
    assert result.versus == ("ban", "look")
    with pytest.raises(ScenarioError, match="bann"):
        run(SCENARIO, versus=["bann"])


def test_without_policies_the_twin_is_the_run(fake: type[FakeEngine]) -> None:
    """Nothing is run twice, and nothing is denied."""
    plain = {key: value for key, value in SCENARIO.items() if key != "policies"}
    result = run(plain, seed=1)
    assert len(fake.made) == 1
    denied = result.measures[(result.measures["measure"] == "denied") & (result.measures["side"] == "east")]
    assert denied["value"].iloc[0] == 0


def test_policies_that_change_nothing(fake: type[FakeEngine]) -> None:
    """A policy without which everything is the same to the bit is named."""
    fake.inert = ("look",)
    result = run(SCENARIO)
    told = [text for text in result.warnings if "changed nothing" in text]
    assert len(told) == 1
    assert told[0].startswith("Policy look changed nothing")
    assert not [text for text in run(SCENARIO, check_policies=False).warnings if "changed nothing" in text]
    alone = run(SCENARIO, versus="look")
    assert [text for text in alone.warnings if "look changed nothing" in text], "the twin serves as the run without it"


def test_trades_at_a_ceiling() -> None:
    """A fifth of trades at a ceiling is too many."""
    assert [text for text in run(SCENARIO).warnings if text.startswith("20% of trades in the run")]


def test_first_is_told_before_the_rest(fake: type[FakeEngine]) -> None:
    """The first pair's result is handed over as soon as it is done."""
    seen = []
    result = run(SCENARIO, runs=4, workers=1, first=lambda part: seen.append((list(part.seeds), len(fake.made))))
    assert seen[0][0] == [1]
    assert seen[0][1] < len(fake.made)
    assert result.seeds == [1, 2, 3, 4]


def test_interrupt_keeps_what_is_finished(tmp_path: Path, plain: None) -> None:
    """Ctrl-C after three runs leaves one pair, saved; before any pair it goes on to the caller."""

    def stop_after(count: int):
        def tell(done: int, total: int) -> None:
            if done == count:
                raise KeyboardInterrupt

        return tell

    result = run(SCENARIO, runs=5, workers=1, progress=stop_after(3), out=tmp_path / "out")
    assert result.interrupted
    assert result.seeds == [1]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["interrupted"], manifest["seeds"], manifest["runs_asked"]) == (True, [1], 5)
    with pytest.raises(KeyboardInterrupt):
        run(SCENARIO, runs=5, workers=1, progress=stop_after(1))


def test_a_failing_run_stops_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in a thread reaches the caller as it is."""

    def fail(self: FakeEngine, cancel: object) -> None:
        raise ArithmeticError("accounts")

    monkeypatch.setattr(FakeEngine, "run", fail)
    with pytest.raises(ArithmeticError, match="accounts"):
        run(SCENARIO, runs=3)


@pytest.mark.parametrize("bad", [{"runs": 0}, {"seed": -1}, {"workers": 0}, {"ledger": "some"}])
def test_arguments_out_of_range(bad: dict[str, object]) -> None:
    """Told before anything runs."""
    with pytest.raises(ValueError, match=next(iter(bad))):
        run(SCENARIO, **bad)  # type: ignore[arg-type]


def test_save(tmp_path: Path) -> None:
    """Everything is there, readable, without temporary files, and the manifest reproduces it."""
    folder = tmp_path / "out"
    result = run(SCENARIO, runs=2, out=folder, window=(date(2022, 1, 3), date(2022, 12, 31)))
    names = {path.name for path in folder.iterdir()}
    assert names == {name.removesuffix("/") for name in TABLES} | {
        "manifest.json",
        *(
            f"{name}.{ending}"
            for name in ("supply", "price_and_cover", "alluvial", "map", "denied", "corridors", "chains", "observed")
            for ending in ("png", "svg")
        ),
        *(f"{name}.csv" for name in ("alluvial", "map", "denied", "corridors", "chains", "observed")),
    }
    assert not [path for path in folder.rglob("_*")]
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "measures.parquet"), result.measures)
    assert len(pd.read_parquet(folder / "ledger")) == len(result.ledger)
    assert list(pd.read_parquet(folder / "customs.parquet")) == list(result.customs)
    assert list(pd.read_parquet(folder / "statements.parquet")) == list(result.statements())
    manifest = json.loads((folder / "manifest.json").read_text())
    again = sim.load(manifest["scenario"])
    assert again.hash == manifest["scenario_hash"] == result.scenario.hash
    assert manifest["seeds"] == [1, 2]
    assert manifest["tables"] == TABLES
    assert manifest["window"] == ["2022-01-03", "2022-12-31"]
    assert {"python", "numpy", "pandas"} <= set(manifest["versions"])


def test_records_of_an_earlier_result_are_not_left(tmp_path: Path) -> None:
    """Without a ledger there is no figure of records, and none of another run stays behind."""
    run(SCENARIO, out=tmp_path, check_policies=False)
    written = {path.name for path in tmp_path.glob("observed.*")}
    assert written == {"observed.csv", "observed.png", "observed.svg"}
    run(SCENARIO, out=tmp_path, check_policies=False, ledger="none")
    assert not list(tmp_path.glob("observed.*"))


def test_all_ledgers(tmp_path: Path, plain: None) -> None:
    """One part a run; a second, smaller result leaves no part of the first."""
    run(SCENARIO, runs=2, ledger="all", out=tmp_path, check_policies=False)
    parts = sorted(path.name for path in (tmp_path / "ledger").iterdir())
    assert parts == [f"seed-00000{seed}-{arm}.parquet" for seed in (1, 2) for arm in ("run", "twin")]
    run(SCENARIO, runs=1, seed=2, out=tmp_path, check_policies=False)
    assert sorted(path.name for path in (tmp_path / "ledger").iterdir()) == parts[2:]
    run(SCENARIO, ledger="none", out=tmp_path, check_policies=False)
    assert not list((tmp_path / "ledger").iterdir())
    assert not (tmp_path / "customs.parquet").exists()
    for frame in ("ledger", "customs"):
        with pytest.raises(ValueError, match="kept no ledger"):
            getattr(run(SCENARIO, ledger="none"), frame)


def test_folders_that_cannot_be_used(tmp_path: Path, fake: type[FakeEngine]) -> None:
    """A file, or a folder with other things in it, is refused before anything runs."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="is a file"):
        run(SCENARIO, out=tmp_path / "file")
    with pytest.raises(OutputError, match="no results of sim"):
        run(SCENARIO, out=tmp_path)
    assert not fake.made


def test_frames_of_a_result() -> None:
    """Run and twin stand below each other, told apart by arm."""
    result = run(SCENARIO)
    for frame in (result.series, result.deliveries, result.paths, result.agents, result.traces):
        assert set(frame["arm"]) == {"run", "twin"}
    assert result.policies["off"].all()
    node = int(result.paths["node"].iloc[0])
    assert list(result.trace(node)["hop"]) == list(range(1, len(result.trace(node)) + 1))


def test_what_a_notebook_shows() -> None:
    """One line as text, the command's tables as HTML; nothing of the length of a ledger."""
    result = run(SCENARIO, seed=1, runs=2, check_policies=False)
    assert repr(result) == f"<RunResult of {result.scenario.name}: seeds 1 to 2>"
    result.warnings.append("east & west: <odd>")
    html = result._repr_html_()
    assert html is not None
    assert html.startswith("<pre")
    assert "Denied share" in html
    assert "seeds 1 to 2" in html
    assert "east &amp; west: &lt;odd&gt;" in html
    assert "\x1b" not in html
    result.seeds = []
    assert result._repr_html_() is None
    assert repr(result) == f"<RunResult of {result.scenario.name}: none of 2 runs asked for>"


def test_differences_are_paired_by_seed() -> None:
    """Seeds that both results have; what one has more than the other."""
    usual = run(SCENARIO, seed=1, runs=3, check_policies=False)
    own = run(SCENARIO, seed=2, runs=3, check_policies=False)
    rows = (own.measures["measure"] == "delivered") & (own.measures["side"] == "east")
    own.measures.loc[rows & (own.measures["seed"] == 2), "value"] += 5.0
    own.measures.loc[rows & (own.measures["seed"] == 3), "value"] += 7.0
    found = own.differences(usual)
    east = found.query("measure == 'delivered' and side == 'east' and product == '' and by == ''").iloc[0]
    assert (east["difference"], east["n"]) == (6.0, 2)
    assert east["low"] < 5.0 < 7.0 < east["high"]
    west = found.query("measure == 'delivered' and side == 'west' and product == '' and by == ''").iloc[0]
    assert (west["difference"], west["low"], west["high"]) == (0.0, 0.0, 0.0)


def test_differences_of_other_things_are_refused() -> None:
    """They would be differences of other products or other weeks."""
    result = run(SCENARIO, seed=1, runs=2, check_policies=False)
    for other, message in (
        (run(SCENARIO, seed=3, check_policies=False), "no seed is in both"),
        (run(SCENARIO, versus=["ban"], check_policies=False), "other policies that the twin lacks"),
        (run(SCENARIO, changes={"policies.ban.intensity": 0.5}, check_policies=False), "other scenarios"),
        (run(SCENARIO, window=(date(2022, 2, 7), date(2022, 5, 2)), check_policies=False), "other windows"),
    ):
        with pytest.raises(ValueError, match=message):
            result.differences(other)
