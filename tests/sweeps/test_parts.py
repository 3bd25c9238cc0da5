"""A sweep on disk: whole parts or none, and never two sweeps in one folder."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.experiments import store
from sim.experiments.store import OutputError
from sim.sweeps import parts
from sim.sweeps.errors import SweepError
from sim.sweeps.stored import open_sweep
from tests.sweeps.common import break_draws, made, rows, same_rows


def test_every_file_is_whole_and_plain(tmp_path: Path) -> None:
    """Plain Parquet types, floats by stream, nothing of pandas in it."""
    made(out=tmp_path / "a")
    files = sorted((tmp_path / "a").rglob("*.parquet"))
    assert len(files) > 4 and not list((tmp_path / "a").rglob("_*"))
    for path in files:
        pq.read_table(path)
    column = pq.ParquetFile(parts.part(tmp_path / "a", "measures", 0)).metadata.row_group(0).column(7)
    assert (column.path_in_schema, column.compression) == ("value", "ZSTD")
    assert "BYTE_STREAM_SPLIT" in column.encodings


def test_duckdb_reads_it_as_pandas_does(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    found = made(over=["ban"], out=tmp_path / "a")
    told = duckdb.sql(
        f"select d.ban, avg(m.value) as mean from '{tmp_path}/a/measures/*.parquet' m "
        f"join '{tmp_path}/a/draws.parquet' d using (draw) where m.measure = 'delivered' and m.side = 'russia' "
        "group by d.ban order by d.ban"
    ).fetchall()
    mine = found.frame(["delivered:russia"]).groupby("ban")["delivered:russia"].mean()
    assert [row[0] for row in told] == mine.index.tolist()
    assert [row[1] for row in told] == pytest.approx(mine.tolist())


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    first = made(n=4, out=tmp_path / "a")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("part-*")}
    said: list[str] = []
    again = made(n=4, out=tmp_path / "a", told=said.append)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("part-*")} == before
    assert said == ["8 of 8 runs are there already."] and again.finished
    same_rows(first, again)


def test_half_a_part_is_made_anew(tmp_path: Path) -> None:
    first = rows(made(n=4, out=tmp_path / "a"))
    part = parts.part(tmp_path / "a", "runs", 0)
    part.rename(part.with_name(f"_{part.stem}.half"))
    again = rows(made(n=4, out=tmp_path / "a"))
    assert not list((tmp_path / "a").rglob("_*"))
    for one, other in zip(first, again, strict=True):
        assert one.equals(other)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": 5}, "other draws"),
        ({"seeds": 3}, "other seeds"),
        ({"versus": ["china_ban"]}, "other policies left out of twins"),
        ({"measures": ["delivered"]}, "other measures"),
        ({"over": ["ban"]}, "other factors, draws"),
        ({"changes": {"policies.exit_checks.added": 0.25}}, "other scenario"),
    ],
)
def test_two_sweeps_are_not_mixed(tmp_path: Path, change: dict, words: str) -> None:
    asked = {"n": 4, "out": tmp_path / "a"}
    made(**asked)
    with pytest.raises(SweepError, match=words):
        made(**asked | change)


def test_other_code_is_another_sweep(tmp_path: Path) -> None:
    made(out=tmp_path / "a")
    path = tmp_path / "a" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"code": "old"}))
    with pytest.raises(SweepError, match="other version of sim"):
        made(out=tmp_path / "a")


def test_folders_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name in ("full", "file"):
        with pytest.raises(OutputError, match="give a"):
            made(out=tmp_path / name)
    for name, words in (("none", "is not there"), ("full", "holds no results"), ("file", "is a file")):
        with pytest.raises(SweepError, match=words):
            open_sweep(tmp_path / name)
    (tmp_path / "full" / "manifest.json").write_text("{")
    with pytest.raises(SweepError, match="cannot be read"):
        open_sweep(tmp_path / "full")
    (tmp_path / "full" / "manifest.json").write_text('{"kind": "run"}')
    with pytest.raises(SweepError, match="not a sweep"):
        open_sweep(tmp_path / "full")


def test_two_processes_do_not_work_on_one_sweep(tmp_path: Path) -> None:
    with parts.alone(tmp_path / "a"), pytest.raises(SweepError, match="another process works on"):
        made(out=tmp_path / "a")
    assert not (tmp_path / "a").exists()
    assert made(out=tmp_path / "a").finished and not (tmp_path / "a" / ".lock").exists()


def test_no_other_results_replace_a_sweep(tmp_path: Path) -> None:
    made(out=tmp_path / "a")
    with pytest.raises(OutputError, match="holds a sweep"):
        store.prepare(tmp_path / "a")


def test_what_is_made_again_is_not_there_until_it_is(tmp_path: Path) -> None:
    """A batch whose runs are gone is not read, though its measures may still be there."""
    found = made(n=4, out=tmp_path / "a")
    parts.part(tmp_path / "a", "runs", 1).unlink()
    path = tmp_path / "a" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"finished": False}))
    left = open_sweep(tmp_path / "a")
    assert left.manifest["runs_done"] == len(left.runs) < found.manifest["runs"]
    assert set(left.measures["draw"]) == set(left.runs["draw"])
    assert left.sample("denied:russia").undefined["not run yet"] == 8 - len(left.runs)


def test_a_full_disk_says_so_and_the_sweep_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk of four parts. A real one is filled by hand: see tests/benchmarks/README.md."""
    alone = made(n=12, out=tmp_path / "alone")
    real, room = os.replace, [4]

    def replace(source: Path, target: Path) -> None:
        if "part-" in str(target):
            room[0] -= 1
            if room[0] < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OutputError, match=r"the disk is full. 2 batches are there and stay; make room"):
        made(n=12, out=tmp_path / "full")
    assert not list((tmp_path / "full").rglob("_*"))
    monkeypatch.setattr(os, "replace", real)
    assert open_sweep(tmp_path / "full").manifest["runs_done"] > 0
    same_rows(alone, made(n=12, out=tmp_path / "full"))


def test_failed_runs_are_made_again_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"design": pd.DataFrame({"ban": [0.5, 0.7, 0.6]}), "n": None}
    with monkeypatch.context() as patched:
        break_draws(patched, 0.7)
        assert made(**asked, out=tmp_path / "a").finished
    assert made(**asked, out=tmp_path / "a").manifest["runs_failed"] == 2
    again = made(**asked, out=tmp_path / "a", retry_failed=True)
    assert (again.manifest["runs_done"], again.manifest["runs_failed"]) == (6, 0)
    same_rows(again, made(**asked))
