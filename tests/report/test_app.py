"""The dashboard: what can be moved, what a run shows, and the file that comes out of it."""

from __future__ import annotations

import runpy
from datetime import date, timedelta
from pathlib import Path

import pytest

import sim
from sim.report.app.figures import FIGURES
from sim.report.app.levers import DAY, NUMBER, SLIDER, Lever, benches
from sim.report.app.made import make

streamlit = pytest.importorskip("streamlit", reason="streamlit is not installed")
from streamlit.testing.v1 import AppTest  # noqa: E402

from sim.report.app.page import DOWNLOADS  # noqa: E402


def opened(scenario: str) -> AppTest:
    """The page as it loads."""
    script = f"from sim.report.app.page import page\npage({scenario!r})"
    app = AppTest.from_string(script, default_timeout=600).run()
    assert not app.exception, app.exception
    return app


def lever(app: AppTest, kind: str, path: str):
    """The switch or slider of a path."""
    return next(each for each in app.get(kind) if each.key.endswith(f"/{path}"))


def elsewhere(lever: Lever) -> float | date | None:
    """Another value that a lever can have. All dates move alike, so that what begins still ends later."""
    if lever.form == DAY:
        last = lever.high if lever.path.endswith(".ends") else None
        return lever.value + timedelta(days=7) if lever.value else last
    if lever.whole:
        return lever.value + 1 if lever.high is None or lever.value < lever.high else lever.low
    if lever.high is None:
        return lever.value + 0.5
    return (lever.low + lever.value) / 2 if lever.value > lever.low else lever.high


def run(app: AppTest) -> AppTest:
    """The page after the button was pressed."""
    app.button[0].click().run()
    assert not app.exception, app.exception
    return app


def test_the_page_loads_and_runs_as_it_is() -> None:
    """Without a lever moved both arms are the same, to the bit."""
    app = opened("small")
    assert "kept" not in app.session_state
    app.number_input(key="runs").set_value(2)
    run(app)
    result = app.session_state["kept"].result
    assert result.seeds == [1, 2]
    apart = result.differences.query("against != 'twin'")
    known = apart["difference"].dropna()
    assert len(known) > 100
    assert (known == 0).all()
    assert any("differs from" in each.value for each in app.warning)


def test_a_lever_changes_the_numbers() -> None:
    app = opened("small")
    app.number_input(key="runs").set_value(2)
    lever(app, "toggle", "policies.china_ban.enabled").set_value(False)
    lever(app, "slider", "policies.exit_checks.added").set_value(0.0)
    run(app)
    kept = app.session_state["kept"]
    assert kept.made.changes == {"policies.china_ban.enabled": False, "policies.exit_checks.added": 0.0}
    rows = kept.result.differences.query("against != 'twin' and measure == 'delivered' and product == ''")
    assert (rows["difference"] != 0).any()
    again = sim.compare(
        {"a": "small", "b": sim.load("small", kept.made.changes)},
        runs=2, parts=0, versus=sim.load("small").restrictions,
    )  # fmt: skip
    same = again.differences.query("against != 'twin' and measure == 'delivered' and product == ''")
    assert same["difference"].tolist() == rows["difference"].tolist()
    assert list(app.table[0].value.columns)[:2] == kept.result.names
    for figure in FIGURES:
        if figure.title not in ("Supply", "Chains"):
            assert figure.draw(kept.result, kept.result.names[1])
            assert len(figure.table(kept.result, kept.result.names[1]))
            continue
        app.session_state["view"] = figure.title
        app.run()
        assert not app.exception, app.exception
        assert len(kept.pictures) == len(app.dataframe) == (2 if figure.each else 1)
        kept.pictures.clear()
    app.session_state["view"] = DOWNLOADS
    app.run()
    assert app.code[0].value == kept.made.toml().strip()
    assert len(app.get("download_button")) == 6


def test_a_wrong_scenario_is_told_in_words(tmp_path: Path) -> None:
    """As the commands tell it, and no traceback."""
    path = tmp_path / "wrong.toml"
    path.write_text('extends = "small"\n\n[policies.china_ban]\nintensity = 1.5\n')
    app = opened(str(path))
    assert app.error[0].value == "This scenario cannot be run."
    assert "policies.china_ban.intensity" in app.code[0].value
    assert "Traceback" not in app.code[0].value


def test_dates_and_numbers_reach_the_run() -> None:
    """A ban that comes into force a year later bars nobody in the meantime."""
    app = opened("small")
    app.number_input(key="runs").set_value(1)
    lever(app, "date_input", "policies.china_ban.effective").set_value(date(2023, 11, 6))
    lever(app, "number_input", "policies.china_ban.penalty").set_value(5000.0)
    run(app)
    kept = app.session_state["kept"]
    assert kept.made.changes == {
        "policies.china_ban.effective": date(2023, 11, 6), "policies.china_ban.penalty": 5000.0,
    }  # fmt: skip
    assert "effective = 2023-11-06" in kept.made.toml()
    rows = kept.result.differences.query("against != 'twin' and measure == 'delivered' and product == ''")
    assert (rows["difference"] != 0).any()


@pytest.mark.parametrize("date_given", ["2020-01-06", "2023-09-04"])
def test_dates_in_a_wrong_order_are_told_in_words(date_given: str) -> None:
    """A policy cannot end before it begins."""
    app = opened("small")
    app.number_input(key="runs").set_value(1)
    lever(app, "date_input", "policies.china_ban.ends").set_value(date.fromisoformat(date_given))
    run(app)
    early = date_given < "2023-04-03"
    assert bool(app.error) == early
    assert ("kept" in app.session_state) == (not early)


@pytest.mark.parametrize("name", ["small", "baseline", "secondary-sanctions", "more-aid"])
def test_the_file_gives_the_same_scenario(name: str, tmp_path: Path) -> None:
    """With every slider moved; then with every switch off; then with nothing moved."""
    scenario = sim.load(name)
    for off in (True, False, None):
        changes = {}
        for bench in benches(scenario):
            moved = {each.path: elsewhere(each) for each in bench.levers if not each.switch}
            moved = {key: value for key, value in moved.items() if off is False}
            moved |= {each.path: not off for each in bench.levers if each.switch}
            changes |= bench.changes(moved) if off is not None else {}
        made = make(name, changes)
        path = tmp_path / f"{name}-made.toml"
        path.write_text(made.toml(), encoding="utf-8")
        again = sim.load(str(path))
        assert again.to_dict() == made.scenario.to_dict()
        assert again.hash == made.scenario.hash
        assert (again.hash == scenario.hash) == (not changes)


def test_the_file_of_a_file_names_it_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it can lie anywhere."""
    (tmp_path / "mine.toml").write_text('extends = "small"\ntitle = "A \\"quoted\\" title"\n', encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    made = make("mine.toml", {"policies.eu_ban.enabled": False})
    path = tmp_path / "elsewhere" / "made.toml"
    path.write_text(made.toml(), encoding="utf-8")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert sim.load("made.toml").to_dict() == made.scenario.to_dict()


def test_levers_have_the_bounds_declared() -> None:
    """Of an intensity those of its kind, of what the scenario names as a lever those that stand there."""
    found = {each.path: each for bench in benches(sim.load("small")) for each in bench.levers}
    assert (found["policies.eu_ban.intensity"].low, found["policies.eu_ban.intensity"].high) == (0.0, 1.0)
    checks = found["policies.exit_checks.added"]
    assert (checks.low, checks.high, checks.value, checks.switch) == (0.0, 0.8, 0.3, False)
    assert "share of consignments" in checks.label
    assert found["policies.eu_ban.enabled"].switch
    day = found["policies.eu_ban.effective"]
    assert (day.form, day.value) == (DAY, date(2023, 3, 6))
    assert day.low < date(2022, 1, 1) < date(2024, 12, 31) < day.high
    assert found["policies.eu_ban.ends"].value is None
    penalty, fading = found["policies.eu_ban.penalty"], found["policies.listings.fading"]
    assert (penalty.form, penalty.low, penalty.high) == (NUMBER, 0.0, None)
    assert (penalty.step, found["policies.eu_ban.grandfather_weeks"].step) == (1000.0, 1.0)
    assert (fading.form, fading.low, fading.high) == (SLIDER, 0.0, 1.0)
    assert not any("trigger" in path for path in found)
    assert "policies.listings.lag_weeks" not in found


def test_an_intensity_on_a_schedule_has_no_slider() -> None:
    stepped = sim.load("small", {"policies.eu_ban.intensity": {"step": {"2023-03-06": 0.5, "2023-06-05": 1.0}}})
    paths = {each.path for bench in benches(stepped) for each in bench.levers}
    assert "policies.eu_ban.enabled" in paths
    assert "policies.eu_ban.intensity" not in paths


def test_the_script_is_drawn_by_streamlit_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imported, as tests of examples do, it draws nothing, and the page can still be opened."""
    drawn: list[str] = []
    monkeypatch.setattr("sim.report.app.page.page", lambda *given: drawn.append("page"))
    runpy.run_path(str(Path(sim.__file__).parent / "report/app/script.py"), run_name="elsewhere")
    assert drawn == []
    runpy.run_path(str(Path(sim.__file__).parent / "report/app/script.py"), run_name="__main__")
    assert drawn == ["page"]
