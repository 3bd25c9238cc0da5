"""The figure of chains of states."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.alluvial import DIRECT, THINNEST, _bands, _layout, _stages, _through, alluvial, alluvial_table
from sim.report.corridors import ALL


def flows(rows: list[tuple[int, str, str, float, float]]) -> pd.DataFrame:
    """Flows after the policies: seed, side, corridor, run, twin."""
    table = pd.DataFrame(rows, columns=["seed", "side", "corridor", "run", "twin"])
    return table.assign(period="after", window="2023-01-01..2023-12-31")


ROWS = flows(
    [
        (1, "east", "A>E", 60.0, 90.0),
        (1, "east", "A>B>E", 30.0, 10.0),
        (1, "east", "A>C>E", 0.5, 0.1),
        (1, "east", "A>C>D>E", 0.4, 0.1),
        (2, "east", "A>E", 80.0, 90.0),
        (1, "west", "A", 5.0, 5.0),
    ]
)


def test_table_joins_small_states_and_keeps_totals() -> None:
    table = alluvial_table(ROWS)
    run = table[(table["side"] == "east") & (table["bar"] == "with policies")].set_index("corridor")
    assert run.index.tolist() == ["A>E", "A>B>E", "A>others>E", ALL]
    assert run["units"].tolist() == pytest.approx([70.0, 15.0, 0.45, 85.45])
    assert run.loc["A>E", ["low", "high"]].tolist() == pytest.approx([61.0, 79.0])
    assert run["units"].iloc[:-1].sum() == pytest.approx(run.loc[ALL, "units"])


def test_before_the_policies_is_left_out() -> None:
    before = ROWS.assign(period="before", run=1000.0, twin=1000.0)
    pd.testing.assert_frame_equal(alluvial_table(pd.concat([before, ROWS])), alluvial_table(ROWS))


def test_arms_are_panels() -> None:
    both = pd.concat([ROWS.assign(arm="a"), ROWS.assign(arm="b", run=ROWS["run"] / 2)])
    table = alluvial_table(both)
    assert list(dict.fromkeys(table["bar"])) == ["twin without policies", "a", "b"]
    assert len(alluvial(table)) == 6


def test_figure_names_what_goes_through() -> None:
    axes = alluvial(alluvial_table(ROWS))
    assert [each.get_title(loc="left") for each in axes][:2] == ["east, twin without policies", "east, with policies"]
    assert {"A 85", "B 15", "E 85"} <= {text.get_text() for text in axes[1].texts}
    # Both panels of a side have one scale.
    assert axes[0].get_ylim() == axes[1].get_ylim()


def test_too_few_axes() -> None:
    with pytest.raises(ValueError, match="need 4 axes; 1 are given"):
        alluvial(alluvial_table(ROWS), alluvial(alluvial_table(ROWS))[:1])


chains = st.lists(
    st.tuples(st.lists(st.sampled_from("ABCDEF"), min_size=1, max_size=4, unique=True), st.floats(0.01, 1e6)),
    min_size=1,
    max_size=12,
    unique_by=lambda each: tuple(each[0]),
)


@given(chains)
def test_bands_of_a_stage_never_overlap(drawn: list[tuple[list[str], float]]) -> None:
    rows = pd.DataFrame({"corridor": [">".join(each) for each, _ in drawn], "units": [units for _, units in drawn]})
    scale = float(rows["units"].sum())
    stages = _stages(rows, scale)
    bands = _bands(rows, stages, scale)
    place = _layout(bands, stages, scale)
    assert sum(band.units for band in bands) >= scale * (1 - THINNEST * len(rows)) * (1 - 1e-9)
    for stage in range(stages):
        order = np.argsort(place[:, stage], kind="stable")
        tops = place[order, stage] + np.array([bands[i].units for i in order])
        assert (place[order, stage][1:] >= tops[:-1] - 1e-9 * scale).all()
        through = _through(rows, stage, stages)
        for node in {band.stages[stage] for band in bands} - {DIRECT}:
            assert through[node] >= sum(band.units for band in bands if band.stages[stage] == node) * (1 - 1e-12)
    assert sum(_through(rows, 0, stages).values()) == pytest.approx(scale)
