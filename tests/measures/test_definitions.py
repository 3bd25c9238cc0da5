"""What each measure is, as a frame."""

from __future__ import annotations

import pytest

import sim
from sim.measures.registry import REGISTRY


def test_every_measure_is_there_with_words():
    found = sim.definitions()
    assert list(found.index) == list(REGISTRY)
    assert (found[["label", "unit", "description"]] != "").all().all()
    assert not found["description"].str.contains(":func:").any()


def test_measures_asked_for_in_their_order():
    assert list(sim.definitions("premium", "denied").index) == ["premium", "denied"]
    with pytest.raises(KeyError, match="no measure 'deneid' \\(did you mean 'denied'\\?\\)"):
        sim.definitions("deneid")
