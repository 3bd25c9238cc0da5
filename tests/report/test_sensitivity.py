"""Tables, figures and the command show what the frames hold."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from rich.console import Console
from typer import Typer
from typer.testing import CliRunner

from sim.commands.sensitivity import sensitivity as command
from sim.indices.analysis import sensitivity
from sim.indices.errors import SensitivityError
from sim.indices.salib import DUMMY
from sim.report.sensitivity import index_bars, morris_plane, sensitivity_tables, sobol_bars, variance_bars
from tests.indices import samples

matplotlib.use("Agg")


def seeded(given):
    return replace(given, y=given.y + np.random.default_rng(1).normal(size=(len(given.y), 3)) / 10)


@pytest.fixture(scope="module")
def sobol():
    return sensitivity(seeded(samples.sobol(samples.ishigami, 3, 256, 1, second_order=True)), resamples=50)


@pytest.fixture(scope="module")
def morris():
    return sensitivity(seeded(samples.morris(samples.g, 3, 20, 1)), resamples=20)


@pytest.fixture(scope="module")
def given_data():
    return sensitivity(seeded(samples.random(samples.first_two, 2, 120, 1)), resamples=20)


def printed(found):
    console = Console(file=StringIO(), width=160)
    for part in sensitivity_tables(found):
        console.print(part)
    return console.file.getvalue()


def test_tables_have_every_factor_sentence_and_warning(sobol, morris, given_data):
    for found in (sobol, morris, given_data):
        text = " ".join(printed(found).split())
        for name in set(found.indices["factor"]):
            assert f" {name} " in text
        for told in (*found.sentences(), *found.warnings):
            assert " ".join(told.split()) in text
    assert "a × c" in printed(sobol)
    assert DUMMY in printed(given_data)


def test_refused_outcomes_are_printed():
    given = samples.sobol(samples.g, 3, 64, 1)
    still = replace(given, outcome="z", label="never changes", y=np.ones_like(given.y))
    assert "refused: never changes, sobol: it is 1 in every draw" in printed(sensitivity([given, still], resamples=20))


def test_bars_are_the_indices(sobol):
    (panel,) = sobol_bars(sobol.indices, "y")
    by = sobol.indices.set_index(["index", "factor"])["value"]
    widths = [bar.get_width() for bar in panel.patches]
    names = [text.get_text() for text in panel.get_yticklabels()]
    assert names == sobol.ranking()["factor"].tolist()
    np.testing.assert_allclose(widths, [by[(index, name)] for index in ("first", "total") for name in names])


def test_the_plane_has_a_mark_a_factor(morris):
    (panel,) = morris_plane(morris.indices, "y", "")
    by = morris.indices.set_index(["index", "factor"])["value"]
    for text in panel.texts:
        assert text.xy == pytest.approx((by[("mu_star", text.get_text())], by[("sigma", text.get_text())]))
    assert len(panel.texts) == 3


def test_bars_of_given_data_have_the_dummy_as_a_band(given_data):
    rows = given_data.indices[given_data.indices["method"] == "pawn"]
    (panel,) = index_bars(rows, "y")
    dummy = rows[(rows["factor"] == DUMMY) & (rows["index"] == "median")].iloc[0]
    band = panel.patches[0]
    assert band.get_x() == pytest.approx(dummy["low"])
    assert band.get_x() + band.get_width() == pytest.approx(dummy["high"])
    assert len(panel.get_yticklabels()) == 2


def test_bars_of_variance_fill_the_whole(sobol):
    (panel,) = variance_bars(sobol.variance, sobol.labels)
    assert sum(bar.get_width() for bar in panel.patches) == pytest.approx(1.0)


def test_figures_draw_where_they_are_told(sobol, morris, given_data):
    for draw in (sobol.plot.sobol, morris.plot.morris, given_data.plot.delta, given_data.plot.pawn):
        ax = Figure().add_subplot()
        assert draw(ax=ax)[0] is ax
    ax = Figure().add_subplot()
    assert sobol.plot.variance(ax)[0] is ax
    with pytest.raises(SensitivityError, match="no indices by morris; there are by sobol"):
        sobol.plot.morris()
    with pytest.raises(SensitivityError, match=r"no indices of 'yy' by sobol .did you mean 'y'"):
        sobol.plot.sobol("yy")


def test_a_notebook_shows_the_tables(sobol):
    assert "with interactions" in sobol._repr_html_()
    assert repr(sobol) == "<Sensitivity of y by sobol>"


def test_the_command_prints_and_writes(sobol, tmp_path, monkeypatch):
    """The command hands on what it is given, and prints the tables."""
    asked = {}

    def fake(folder, outcomes, **more):
        asked.update(folder=folder, outcomes=outcomes, **more)
        return sobol

    monkeypatch.setattr("sim.indices.analysis.sensitivity", fake)
    app = Typer()
    app.command()(command)
    got = CliRunner().invoke(app, ["sweep", "--outcome", "a", "--outcome", "b", "--seed", "3", "--out", str(tmp_path)])
    assert got.exit_code == 0, got.output
    assert asked["outcomes"] == ["a", "b"]
    assert (asked["seed"], asked["method"], asked["resamples"], asked["out"]) == (3, None, 1000, tmp_path)
    assert "with interactions" in got.output
    assert "Written to" in got.output
