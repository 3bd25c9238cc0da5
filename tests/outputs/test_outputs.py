"""The shipped scenarios give what is stored, to the last bit; and what checks it finds a difference."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.shipped import shipped
from tests.outputs.__main__ import main
from tests.outputs.stored import FOLDER, Change, changes, digest, output, path_of, read, text

TOLD = "`python -m tests.outputs --update` stores the outputs anew; look at what it prints before you keep them"


@pytest.mark.parametrize("scenario", shipped())
def test_a_shipped_scenario_gives_what_is_stored(scenario: str) -> None:
    found = changes(read(path_of(scenario)), output(scenario))
    assert not found, "\n".join([*map(str, found), TOLD])


def test_every_file_belongs_to_a_scenario() -> None:
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(shipped())


def test_what_is_written_is_read_back(tmp_path) -> None:
    stored = read(path_of("small"))
    path = tmp_path / "small.csv"
    path.write_text(text(stored), encoding="utf-8")
    assert read(path) == stored and stored


def test_one_bit_is_seen() -> None:
    price = np.array([1.0, 2.0])
    other = np.array([1.0, np.nextafter(2.0, 3.0)])
    assert digest({"price": price}) == digest({"price": price.copy()})
    assert digest({"price": price}) != digest({"price": other})


@pytest.mark.parametrize(
    "other",
    [
        {"stock": np.array([[1, 2]])},
        {"stock": np.array([1.0, 2.0])},
        {"stock": np.array([2, 1])},
        {"price": np.array([1, 2])},
        {"stock": np.array([1, 2]), "more": np.array([0])},
        {},
    ],
    ids=["shape", "type", "order", "name", "more", "none"],
)
def test_shape_type_order_and_name_are_seen(other: dict[str, np.ndarray]) -> None:
    assert digest({"stock": np.array([1, 2])}) != digest(other)


def test_names_in_any_order_and_every_nan_are_the_same() -> None:
    negative = np.copysign(np.array([np.nan]), -1.0)
    assert digest({"a": np.array([np.nan]), "b": np.array([1])}) == digest({"b": np.array([1]), "a": negative})


def test_changes_name_old_new_and_how_much() -> None:
    old = {("measure", "delivered", "russia"): "200", ("bits", "ledger", ""): "ab", ("measure", "gone", ""): "1"}
    new = {("measure", "delivered", "russia"): "210", ("bits", "ledger", ""): "cd", ("measure", "came", ""): "nan"}
    assert [str(each) for each in changes(old, new)] == [
        "measure delivered, russia: 200 -> 210 (+5.00%)",
        "bits ledger: other bits",
        "measure came: nothing -> nan",
        "measure gone: 1 -> nothing",
    ]
    assert str(Change(("measure", "x", ""), "0", "1")) == "measure x: 0 -> 1"


def test_the_command_finds_and_mends_a_difference(tmp_path, monkeypatch, capsys) -> None:
    stored = read(path_of("small"))
    monkeypatch.setattr("tests.outputs.stored.FOLDER", tmp_path)
    path = path_of("small")
    path.write_text(text({**stored, ("counter", "trades", ""): "1"}), encoding="utf-8")
    assert main(["small"]) == 1
    assert "counter trades: 1 -> " in capsys.readouterr().out
    assert main(["small", "--update"]) == 0
    assert read(path) == stored
    assert main(["small"]) == 0
    with pytest.raises(SystemExit):
        main(["smal"])
    assert "there is no scenario 'smal'" in capsys.readouterr().err
