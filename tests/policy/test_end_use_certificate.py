"""End-use certificates: known answers in the world of `test_by_hand`, and what must change nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine import Engine
from sim.ledger.statements import statements
from sim.measures.frame import measures
from sim.scenario.loading import load
from sim.tick import relate
from sim.world import draws
from sim.world.build import build
from sim.world.records import COUNTERS, Records
from tests.laws.common import bits, differences
from tests.policy.test_by_hand import day, ran, sold, world

FORM: dict[str, Any] = {
    "kind": "end_use_certificate", "effective": day(5), "sides": ["east"], "passes": 1.0, "traced": 0.0, "penalty": 0.0,
}  # fmt: skip
MASKED = {"groups__user__side_on_paper": "west"}
"""The user is of the east, and its papers say west: it can sign, and what it signs is false."""
ONE = MASKED | {"links__out__sellers": ["maker_a"], "links__out__degree": 1}
BURN_IN = 12


def counter(records: Records, name: str) -> np.ndarray:
    """A counter by recorded tick."""
    return records.series["counters"][:, COUNTERS.index(name)]


def chain(policies: dict[str, Any], compliant: float = 0.0, **changes: Any) -> dict[str, Any]:
    """Maker A sells to a trader in B, who sells to the user in C."""
    data = world(policies, **MASKED, **changes)
    data["groups"]["trader"] = {
        "kind": "intermediary", "count": 1, "jurisdiction": "B", "products": ["kit"], "mark_up": 0.1,
        "mark_up_max": 0.1, "founding_capital": 1e6, "compliant_share": compliant, "safety_weeks": 4.0,
    }  # fmt: skip
    data["groups"] |= {name: {"kind": "regulator", "count": 1, "jurisdiction": "A"} for name in ("watch", "other")}
    data["legs"]["A-B"] = data["legs"]["A-C"]
    data["links"] = {
        "out": {"sellers": ["maker_a"], "buyers": ["trader"], "degree": 1},
        "on": {"sellers": ["trader"], "buyers": ["user"], "degree": 1},
    }
    data["market"]["seen_gain"] = 0.05
    data["evasion"] = {"resale": {"kind": "resale"}}
    return data


def test_a_false_statement_that_passes_is_valid_for_its_time() -> None:
    """Wholly false, signed in ticks 5, 9, 13 and 17; the goods are sold at the price of before, and are diverted."""
    records = ran({"form": FORM | {"valid_weeks": 4.0}}, **ONE)
    rows = records.statements
    assert rows["tick"].tolist() == [5, 9, 13, 17]
    assert rows["false"].tolist() == [1.0] * 4
    assert rows["passed"].all()
    assert not rows["traced"].any()
    assert counter(records, "statements_signed")[5:].tolist() == [1, 0, 0, 0] * 3 + [1, 0, 0]
    assert counter(records, "statements_false").tolist() == counter(records, "statements_signed").tolist()
    assert counter(records, "refused_by_statement").sum() == 0
    plain = ran({}, **ONE)
    assert sold(records, "maker_a").tolist() == sold(plain, "maker_a").tolist()
    assert records.ledger is not None
    assert records.ledger["unit_price"] == pytest.approx(600.0)
    late = records.deliveries["node"][records.deliveries["tick"] >= 7]
    east = records.world.names.sides.index("east")
    assert (records.nodes["barred_law"][late] >> east & 1).all()


def test_a_statement_that_does_not_pass_turns_the_customer_away() -> None:
    """For six weeks, then it tries again; nothing is sold."""
    records = ran({"form": FORM | {"passes": 0.0, "again_weeks": 6.0}}, **ONE)
    assert records.statements["tick"].tolist() == [5, 11, 17]
    assert not records.statements["passed"].any()
    assert counter(records, "refused_by_statement").tolist() == [0] * 5 + [1] * 15
    assert counter(records, "statements_refused").sum() == 3
    assert counter(records, "statements_false").sum() == 0
    assert counter(records, "refused_by_premium").sum() == 0
    assert sold(records, "maker_a")[:5].sum() > 0
    assert sold(records, "maker_a")[5:].sum() == 0


def test_whether_it_passes_is_a_draw_of_link_policy_and_tick() -> None:
    """Of four chances in ten; u0 at or above 0.6 passes, and u1 below 0.5 is traced."""
    form = FORM | {"passes": 0.4, "traced": 0.5, "valid_weeks": 1.0, "again_weeks": 1.0}
    records = ran({"form": form}, **MASKED)
    rows, given = records.statements, records.world
    assert len(rows["tick"]) == 2 * 15
    key = dict(zip(given.links.seller.tolist(), given.links.key.tolist(), strict=True))
    for tick, seller, passed, traced in zip(*(rows[n] for n in ("tick", "seller", "passed", "traced")), strict=True):
        address = np.uint64(key[int(seller)]) ^ given.policy_key[0]
        words = draws.block(given.seed, address, int(tick) + BURN_IN, draws.STATEMENT, 0)
        assert passed == (draws.uniform(words[0]) >= 0.6)
        assert traced == (passed and draws.uniform(words[1]) < 0.5)
    assert 0 < rows["passed"].sum() < len(rows["tick"])
    assert 0 < rows["traced"].sum() < rows["passed"].sum()
    mild = ran({"form": form | {"passes": 0.7}}, **MASKED).statements
    assert (mild["passed"] >= rows["passed"]).all(), "what passes a strict look passes a mild one"


def test_the_truth_always_passes() -> None:
    """A user of the west states that the east gets nothing: so it is, and all is sold as without the policy."""
    west = {"groups__user__side": "west"}
    records = ran({"form": FORM | {"passes": 0.0, "traced": 1.0}}, **west)
    assert records.statements["tick"].tolist() == [5, 5]
    assert records.statements["false"].tolist() == [0.0, 0.0]
    assert records.statements["passed"].all()
    assert not records.statements["traced"].any()
    assert counter(records, "statements_false").sum() == 0
    plain = ran({}, **west)
    for maker in ("maker_a", "maker_b"):
        assert sold(records, maker).tolist() == sold(plain, maker).tolist()


def test_who_shows_a_side_named_is_barred_and_not_asked() -> None:
    """As under a ban."""
    records = ran({"form": FORM})
    assert sold(records, "maker_a")[5:].sum() + sold(records, "maker_b")[5:].sum() == 0
    assert len(records.statements["tick"]) == 0
    assert counter(records, "refused_by_premium")[5:].tolist() == [2] * 15


DIVERTS = {"jurisdictions__C__diversion": {"east": 0.4}}


def test_a_trader_signs_what_its_sales_seem_to_be() -> None:
    """The share of its sales that seemed to go east, by what is known before the tick."""
    engine = Engine(build(load(chain({"form": FORM | {"origins": ["A"]}}, **DIVERTS)), 1))
    while engine.tick < BURN_IN + 5:
        engine.step()
    names = engine.world.names
    trader = int(np.flatnonzero(engine.world.agents.group == names.groups.index("trader"))[0])
    seen = float(engine.state.agents.seen[trader, names.sides.index("east")])
    assert 0.05 < seen < 0.4
    rows = engine.run().statements
    assert rows["tick"].tolist() == [5]
    assert rows["buyer"].tolist() == [trader]
    assert rows["false"].tolist() == [seen]


@pytest.mark.parametrize(("share", "signs"), [(0.0, True), (1.0, False)])
def test_a_compliant_trader_does_not_sign_what_it_believes_false(share: float, signs: bool) -> None:
    """Of a twentieth, from which it would rather not buy; it is asked again every three weeks, and counts each week."""
    form = FORM | {"origins": ["A"], "again_weeks": 3.0}
    data = chain({"form": form}, share, **DIVERTS)
    data["market"]["refusal_belief"] = 0.05
    records = Engine(build(load(data), 1)).run()
    assert (len(records.statements["tick"]) > 0) == signs
    assert (counter(records, "refused_by_statement")[5:].sum() > 0) == (not signs)
    assert (sold(records, "maker_a")[5:].sum() > 0) == signs


def listing(by: str) -> dict[str, Any]:
    """An authority that investigates nobody, and forgets nothing."""
    return {
        "kind": "entity_listing", "by": by, "effective": day(0), "hazard": 0.0, "observation": 0.0, "fading": 0.0,
        "groups": ["trader"],
    }  # fmt: skip


@pytest.mark.parametrize(("by", "heard"), [("watch", 1.0), ("other", 0.0), ("", 0.0)])
def test_what_is_traced_is_heard_by_the_authority_of_the_same_name(by: str, heard: float) -> None:
    """The trader sold to a user who signed falsely: exposure 1 for the one statement; the user cannot be listed."""
    form = FORM | {"origins": ["B"], "traced": 1.0, "by": by}
    data = chain({"form": form, "list": listing("watch")})
    engine = Engine(build(load(data), 1))
    records = engine.run()
    assert records.statements["traced"].tolist() == [True]
    row, names = records.world.names.policies.index("list"), records.world.names.groups
    exposure = engine.state.agents.exposure[row]
    assert exposure[records.world.agents.group == names.index("trader")].tolist() == [heard]
    assert exposure.sum() == heard


def test_authorities_without_a_name_are_one() -> None:
    """A certificate of nobody in particular is heard by the listings of nobody in particular."""
    form = FORM | {"origins": ["B"], "traced": 1.0}
    engine = Engine(build(load(chain({"form": form, "list": listing("")})), 1))
    engine.run()
    assert engine.state.agents.exposure.sum() == 1.0


def test_a_sale_needs_a_statement_under_each_policy() -> None:
    """Under the second none passes; under the first one is signed; who is turned away by the first is not asked on."""
    good, bad = FORM, FORM | {"passes": 0.0}
    records = ran({"a": good, "b": bad}, **ONE)
    assert sold(records, "maker_a")[5:].sum() == 0
    assert records.statements["policy"].tolist() == [0, 1]
    turned = ran({"a": bad, "b": good}, **ONE)
    assert turned.statements["policy"].tolist() == [0]


def test_it_bears_on_as_many_sellers_as_its_intensity_says() -> None:
    """On those whose heed is below it."""
    heed = ran({}, **MASKED).world.agents.heed[:2]
    between = float(heed.mean())
    records = ran({"form": FORM | {"passes": 0.0, "intensity": between}}, **MASKED)
    assert set(records.statements["seller"].tolist()) == {int(heed.argmin())}
    free = ("maker_a", "maker_b")[int(heed.argmax())]
    assert sold(records, free)[5:].sum() > 100


SHOP = {"kind": "off_the_shelf", "most_units": 6.0, "cost": 6.0, "rate": 0.0, "penalty": 0.0, "spread": 0.0}
FACE = {"kind": "civil_face", "cost": 20.0, "rate": 0.0, "penalty": 0.0}


def test_without_papers_there_is_no_statement_and_without_a_side_there_is() -> None:
    """Bought in a shop nothing is signed, and all is diverted; a civil face must sign, and is looked at."""
    records = ran({"form": FORM | {"passes": 0.0}}, evasion__shop=SHOP)
    assert sold(records, "maker_a")[5:].sum() + sold(records, "maker_b")[5:].sum() > 100
    assert len(records.statements["tick"]) == 0
    for passes, sells in ((1.0, True), (0.0, False)):
        faced = ran({"form": FORM | {"passes": passes}}, evasion__face=FACE)
        assert faced.statements["false"].tolist() == [1.0, 1.0]
        assert (sold(faced, "maker_a")[5:].sum() + sold(faced, "maker_b")[5:].sum() > 0) == sells


INERT = {
    "no intensity": {"intensity": 0.0},
    "no goods from there": {"origins": ["C"]},
    "no such product": {"traits": {"thermal": True}},
    "after the end": {"effective": "2030-01-01"},
}


@pytest.mark.parametrize("name", INERT)
def test_where_it_bears_on_nothing_nothing_changes(name: str) -> None:
    """Not a bit; nor does a twin without it differ from a world without it."""
    form = FORM | {"passes": 0.0} | INERT[name]
    plain = bits(ran({}, **MASKED), ())
    assert differences(bits(ran({"form": form}, **MASKED), ()), plain) == []


def test_a_twin_without_it_has_never_heard_of_it() -> None:
    """Added and left out again, every bit is as it was."""
    data = world({"form": FORM | {"passes": 0.3, "traced": 1.0}, "list": listing("") | {"groups": []}}, **MASKED)
    twin = Engine(build(load(data), 1), without=("form",)).run()
    del data["policies"]["form"]
    assert differences(bits(twin, ("list",)), bits(Engine(build(load(data), 1)).run(), ("list",))) == []


def test_a_fork_keeps_the_statements() -> None:
    """A run forked before its policies part from the twin's signs what a run of its own does."""
    scenario = load(world({"form": FORM, "late": FORM | {"effective": day(15)}}, **MASKED))
    engine = Engine(build(scenario, 1))
    while engine.tick < BURN_IN + 10:
        engine.step()
    forked = engine.fork(("late",)).run()
    assert differences(bits(forked), bits(Engine(build(scenario, 1), without=("late",)).run())) == []
    assert set(engine.run().statements["policy"].tolist()) == {0, 1}
    assert set(forked.statements["policy"].tolist()) == {0}


def test_statements_stay_with_their_links() -> None:
    """Where dead links are taken out, what is left of statements moves with the rest."""
    n = 4
    whole = [np.arange(n, dtype=np.int64) for _ in range(4)]
    numbers = [np.arange(n, dtype=np.float64) for _ in range(3)]
    tables = [np.zeros((n, 1), dtype=np.bool_), *(np.zeros((n, 1), dtype=np.int32) for _ in range(2))]
    statement = np.arange(2.0 * n).reshape(n, 2)
    kept = relate.drop_dead(
        n, np.array([False, True, False, False]), *whole, np.arange(n, dtype=np.uint64), *numbers,
        np.arange(n, dtype=np.int64), *tables, statement,
    )  # fmt: skip
    assert kept == 3
    assert statement[:3].tolist() == [[0.0, 1.0], [4.0, 5.0], [6.0, 7.0]]


def test_the_documents_as_a_frame_and_in_measures() -> None:
    """Names as everywhere; the window counts; the same columns where there is none."""
    records = ran({"form": FORM | {"valid_weeks": 4.0, "cost": 10.0}}, **ONE)
    frame = statements(records)
    assert list(frame) == ["tick", "date", "policy", "seller", "buyer", "false", "passed", "traced"]
    assert set(frame["seller"]) == {"maker_a"}
    assert set(frame["buyer"]) == {"user"}
    assert set(frame["policy"]) == {"form"}
    assert frame["date"].dt.strftime("%Y-%m-%d").tolist() == [day(t) for t in (5, 9, 13, 17)]
    empty = statements(ran({}))
    assert list(empty) == list(frame)
    assert len(empty) == 0
    assert [str(t) for t in empty.dtypes.drop(["policy", "seller", "buyer"])] == [
        str(t) for t in frame.dtypes.drop(["policy", "seller", "buyer"])
    ]
    found = measures(records, only=["statements", "false_statements", "cost"])
    wholes = found[found["by"] == ""].set_index("measure")["value"]
    assert wholes.to_dict() == {"statements": 4.0, "false_statements": 1.0, "cost": 40.0}
    none = measures(ran({}), only=["statements", "false_statements"]).set_index("measure")
    assert none.loc["statements", "value"] == 0.0
    assert np.isnan(none.loc["false_statements", "value"])
