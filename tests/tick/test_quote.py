"""Mark-ups that expect a shortage: a chain whose numbers can be worked out by hand, and the small world."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.columns import ALIVE, DORMANT
from sim.world.records import COUNTERS
from tests.laws.common import bits, differences, holding, run, state_bits
from tests.laws.test_causality import EFFECTIVE, dated, plain
from tests.laws.test_causality import day as small_day
from tests.policy.test_by_hand import day, world

EXIT = 6
"""Recorded tick in which makers begin to refuse."""
USUAL, DECAY = 0.2, 0.1
EXPECTED = 0.8
"""Rise of the mark-up where all suppliers come to refuse."""


def chain(intensity: float = 1.0, **changes: Any) -> dict[str, Any]:
    """Eight makers, an exporter whom they take for the east, an importer behind it, and the user.

    Makers suspend sales to the east in tick `EXIT`, so many of them as intensity says; the exporter sells on. Scarcity
    itself moves no mark-up.
    """
    leaves = {"kind": "voluntary_suspension", "by": "maker_a", "sides": ["east"], "effective": day(EXIT)}
    data = world({"exit": leaves | {"intensity": intensity}})
    data["market"] |= {"shortage_mark_up": EXPECTED, "scarcity_decay": DECAY}
    trader = {
        "kind": "intermediary", "count": 1, "products": ["kit"], "mark_up": USUAL, "mark_up_max": 3.0,
        "founding_capital": 1e7, "compliant_share": 0.0, "review_weeks": 1, "safety_weeks": 40,
    }  # fmt: skip
    data["groups"] |= {
        "maker_a": data["groups"]["maker_a"] | {"count": 8},
        "exporter": trader | {"jurisdiction": "A", "side_on_paper": "east"},
        "importer": trader | {"jurisdiction": "C"},
    }
    data["groups"]["user"]["ceiling"] = 9.0
    del data["groups"]["maker_b"]
    data["legs"]["A-A"] = data["legs"]["C-C"]
    data["links"] = {
        "l1": {"sellers": ["maker_a"], "buyers": ["exporter"], "degree": 8},
        "l2": {"sellers": ["exporter"], "buyers": ["importer"], "degree": 1},
        "l3": {"sellers": ["importer"], "buyers": ["user"], "degree": 1},
    }
    for path, value in changes.items():
        *tables, last = path.split("__")
        place = data
        for table in tables:
            place = place[table]
        place[last] = value
    return data


class Told(NamedTuple):
    """What each tick of a run left behind, by recorded tick and agent."""

    engine: Engine
    mark_up: np.ndarray
    refusing: np.ndarray
    state: np.ndarray

    def of(self, group: str) -> list[int]:
        """Rows of a group."""
        agents, names = self.engine.world.agents, self.engine.world.names
        return np.flatnonzero(agents.group == names.groups.index(group)).tolist()

    def rise(self, group: str) -> np.ndarray:
        """Mark-up of the first of a group above the usual one."""
        return self.mark_up[:, self.of(group)[0]] - USUAL


def told(data: dict[str, Any]) -> Told:
    """Runs to the end and keeps what mark-ups were."""
    engine = Engine(build(load(data), 1))
    kept: list[tuple[np.ndarray, ...]] = []
    while not engine.finished:
        engine.step()
        a = engine.state.agents
        kept.append((a.mark_up[:, 0].copy(), a.refusing[:, 0].copy(), a.state.copy()))
    burn_in = engine.world.calendar.burn_in
    return Told(engine, *(np.array(column)[burn_in:] for column in zip(*kept, strict=True)))


@pytest.mark.parametrize("intensity", [0.3, 0.6, 1.0])
def test_a_mark_up_jumps_by_the_share_of_suppliers_lost_and_returns(intensity: float) -> None:
    """At once, in the tick after the first refusals; while they last it fades again."""
    found = told(chain(intensity))
    heard = found.refusing[:, found.of("exporter")[0]]
    lost = heard[EXIT]
    assert heard[:EXIT] == pytest.approx(0.0)
    assert lost == pytest.approx(1.0) if intensity == 1.0 else 0.0 < lost < 1.0
    # What is bought of those who stay grows, so that the loss weighs less and less.
    assert (np.diff(heard[EXIT:]) <= 1e-12).all()
    rise = found.rise("exporter")
    assert rise[: EXIT + 1] == pytest.approx(0.0)
    assert rise[EXIT + 1 :] == pytest.approx(EXPECTED * lost * (1.0 - DECAY) ** np.arange(len(rise) - EXIT - 1))


def test_news_passes_down_a_chain_by_one_firm_a_tick() -> None:
    """Nobody refuses the importer, whose only supplier loses its own."""
    found = told(chain(0.6))
    first, second = found.rise("exporter"), found.rise("importer")
    assert second[: EXIT + 2] == pytest.approx(0.0)
    assert second[EXIT + 2 :] == pytest.approx(first[EXIT + 1 : -1])
    assert not found.refusing[:, [*found.of("maker_a"), *found.of("exporter")]][:EXIT].any()


def test_the_jump_scales_with_what_is_expected() -> None:
    """Nothing at 0; twice as much at twice as much; no more than the highest mark-up."""
    half, whole, none, capped = (
        told(chain(market__shortage_mark_up=value, groups__exporter__mark_up_max=most)).rise("exporter")
        for value, most in ((0.4, 3.0), (0.8, 3.0), (0.0, 3.0), (0.8, 0.5))
    )
    assert whole == pytest.approx(2.0 * half)
    assert none == pytest.approx(0.0)
    assert capped.max() == pytest.approx(0.5 - USUAL)


def test_an_announcement_aimed_at_others_moves_no_mark_up() -> None:
    """Customers of a state where no side in scope is at home expect nothing."""
    early, late = told(chain(policies__exit__announced=day(1))), told(chain())
    assert (early.mark_up[: EXIT + 1] == late.mark_up[: EXIT + 1]).all()


@pytest.mark.parametrize("intensity", [0.5, 1.0])
def test_an_announcement_is_priced_where_it_is_aimed(intensity: float) -> None:
    """In the tick after it, by its strength; when it comes into force nothing is priced a second time."""
    found = told(chain(intensity, policies__exit__announced=day(1), jurisdictions__A__home_side="east"))
    rise = found.rise("exporter")
    assert rise[:2] == pytest.approx(0.0)
    assert rise[2] == pytest.approx(EXPECTED * intensity)
    fading = EXPECTED * intensity * (1.0 - DECAY) ** np.arange(len(rise) - 2)
    assert (
        rise[2:] == pytest.approx(fading)
        if intensity == 1.0
        else (rise[2 : EXIT + 1] >= fading[: EXIT - 1] - 1e-9).all()
    )


def test_supply_that_comes_and_goes_is_priced_once() -> None:
    """Makers that come back and leave again soon cost only as much as mark-ups have faded meanwhile."""
    back, gone = EXIT + 2, EXIT + 5
    again = chain()["policies"]["exit"] | {"effective": day(gone)}
    found = told(chain(policies__exit__ends=day(back), policies__exit2=again))
    refused = [0.0] * EXIT + [1.0] * 2 + [0.0] * 3 + [1.0] * (20 - gone)
    assert found.refusing[:, found.of("exporter")[0]].tolist() == refused
    rise = found.rise("exporter")
    assert rise.max() == rise[EXIT + 1] == pytest.approx(EXPECTED)
    assert rise[gone + 1] == pytest.approx(EXPECTED * ((1.0 - DECAY) ** (gone - EXIT) + 1.0 - (1.0 - DECAY) ** 3))


def test_a_firm_that_opens_later_does_not_jump() -> None:
    """It opens at the mark-ups of the others, which hold the news already."""
    found = told(chain(0.6, groups__exporter__slots=1, groups__exporter__founding_rate=1.0))
    old, new = found.of("exporter")
    opened = int(np.flatnonzero(found.state[:, new] == ALIVE)[0])
    assert found.state[0, new] == DORMANT
    assert EXIT < opened < 20
    assert found.mark_up[opened, new] == found.mark_up[opened, old]
    assert (np.diff(found.mark_up[opened:, new]) < 0.0).all()
    assert found.refusing[:, new].max() > 0.0, "it is refused like the other"


def test_payments_that_banks_refuse_move_no_mark_up() -> None:
    """Their luck of a tick is no shortage: the importer, whose only supplier cannot be paid at times, asks no more."""
    banks = {"kind": "secondary_sanctions", "effective": day(EXIT), "sides": [], "origins": ["A"], "refusal": 0.4}
    found = told(chain(policies={"banks": banks | {"destinations": ["C"]}}, jurisdictions__A__bank_exposure=1.0))
    counters = found.engine.records().series["counters"]
    assert counters[:, COUNTERS.index("payments_refused")].sum() > 3
    assert not found.refusing.any()
    assert found.rise("importer") == pytest.approx(0.0)


PRICED = {"market.shortage_mark_up": EXPECTED}
POLICIES = ["leader_exit", "china_ban", "secondary_sanctions", "end_use_certificate", "export_licence"]
"""Those of the small world, or added to it, that can make sellers refuse."""


@pytest.mark.parametrize("policy", POLICIES)
def test_nothing_before_the_date_is_changed(policy: str) -> None:
    """The whole state is the same with the policy and without, bit by bit, until it acts; later mark-ups differ."""
    scenario = holding(policy).with_changes(PRICED | dated(policy, small_day(EFFECTIVE, 3), small_day(EFFECTIVE, 3)))
    others = [p for p in scenario.policies if p != policy]
    with_it, without = (Engine(build(s, 1)) for s in (scenario, scenario.without_policies([policy])))
    first = with_it.world.calendar.burn_in + EFFECTIVE
    while with_it.tick < first:
        with_it.step()
        without.step()
    assert differences(state_bits(with_it, others), state_bits(without, others)) == []
    assert differences(bits(with_it.records(), others), bits(without.records(), others)) == []
    assert "series.mark_up" in differences(bits(with_it.run(), others), bits(without.run(), others))


@pytest.mark.parametrize("policy", POLICIES)
def test_an_inert_policy_moves_no_mark_up(policy: str) -> None:
    """Of intensity 0: the same bits as without it."""
    scenario = holding(policy).with_changes(PRICED | {f"policies.{policy}.intensity": 0.0})
    others = [p for p in scenario.policies if p != policy]
    assert differences(bits(run(scenario), others), bits(run(scenario.without_policies([policy])), others)) == []


def test_where_nothing_is_expected_nobody_asks_who_refuses() -> None:
    """The small world has 0, and with more it gives something else."""
    engine = Engine(build(holding("leader_exit"), 1))
    engine.run()
    assert not engine.state.agents.refusing.any()
    assert differences(bits(run(holding("leader_exit").with_changes(PRICED))), bits(plain())) != []
