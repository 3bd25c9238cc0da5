"""Stage 5, second part: the premium that a seller asks for the way and corridor chosen."""

from __future__ import annotations

import numpy as np

from sim.agents import intermediary
from sim.jit import kernel
from sim.tick.evade import believed_of, risk_of_way
from sim.tick.papers import papers_pass, units_of_parcel, unlawful_on_papers
from sim.tick.standings import Laws
from sim.world.columns import ALIVE, CLOSING, MANUFACTURER
from sim.world.ways import FALSE, PENALTY

premium = kernel(intermediary.premium)


@kernel
def premium_column(
    customers: np.ndarray, by_buyer: np.ndarray, first_of_buyer: np.ndarray, seller: np.ndarray, pair: np.ndarray,
    corridors: np.ndarray, ways: np.ndarray, carries: np.ndarray, risk: np.ndarray, state: np.ndarray,
    kind: np.ndarray, passes: np.ndarray, paper: np.ndarray, side: np.ndarray, jurisdiction: np.ndarray,
    heed: np.ndarray, compliant: np.ndarray, diligence: np.ndarray, concealment: np.ndarray, tolerance: np.ndarray,
    margin: np.ndarray, seen: np.ndarray, diversion: np.ndarray, ask: np.ndarray, ban: np.ndarray,
    target: np.ndarray, penalty: np.ndarray, suspended: np.ndarray, any_target: np.ndarray,
    any_suspended: np.ndarray, inspection: np.ndarray, tracking: np.ndarray, legs: np.ndarray, count: np.ndarray,
    shown: np.ndarray, flags: np.ndarray, numbers: np.ndarray, refusal_belief: float, stake_ticks: float,
    usual: float, inspection_value: float, de_minimis: float, de_minimis_factor: float,
    payments: tuple[np.ndarray, ...] | None, laws: Laws | None, need: np.ndarray, out: np.ndarray,
) -> int:  # fmt: skip
    """The decision column `premium`, float64 (link, product), US dollars a unit; infinite where the seller refuses.

    Evaluated where the customer has a need; elsewhere the column holds what it held.

    Args:
        customers: int64 (customer,), rows of customers.
        by_buyer: int64 (link,), links in order of buyer.
        first_of_buyer: int64 (agent + 1,).
        seller: int64 (link,).
        pair: int64 (link,), pair of the ends.
        corridors: int32 (link, product), the decision column `corridor`.
        ways: int32 (link, product), the decision column `way`.
        carries: bool (link, product).
        risk: float64 (link,), learned.
        state: int64 (agent,).
        kind: int64 (agent,).
        passes: bool (agent,).
        paper: int64 (agent,), paper side.
        side: int64 (agent,), true side.
        jurisdiction: int64 (agent,).
        heed: float64 (agent,).
        compliant: bool (agent,).
        diligence: float64 (agent,).
        concealment: float64 (agent,).
        tolerance: float64 (agent,).
        margin: float64 (agent,), smoothed licit margin, US dollars a tick.
        seen: float64 (agent, side).
        diversion: float64 (jurisdiction, side).
        ask: float64 (agent, product), the decision column `ask_price`.
        ban: float64 (pair, product + 1, side); the last column is what bears on every product.
        target: float64 (pair, product, side).
        penalty: float64 (pair, product, side).
        suspended: float64 (agent, product, side).
        any_target: bool (pair, product), whether any target is set.
        any_suspended: bool (agent, product), whether any suspension bears.
        inspection: float64 (leg, product), the decision column `inspection_share`.
        tracking: float64 (leg,).
        legs: int64 (corridor, 3).
        count: int64 (corridor,).
        shown: int32 (3, corridor, 3).
        flags: int64 (way, 9).
        numbers: float64 (way, 9).
        refusal_belief: Belief from which a compliant seller refuses.
        stake_ticks: Ticks of licit margin at stake.
        usual: Units in a usual consignment.
        inspection_value: US dollars.
        de_minimis: US dollars.
        de_minimis_factor: Factor on inspection below it.
        payments: None where banks hold up none, and `sim.tick.banks.Banks.columns` else.
        laws: What bears by standing, in place of the tables; None where nobody is exempt from anything.
        need: int64 (agent, product).
        out: Written.

    Returns:
        Needs of customers that a seller refused outright, by link and product.
    """
    refusals = 0
    sides = diversion.shape[1]
    if payments is not None:
        _, _, _, risks, losses, _, feared = payments
    for b in customers:
        for p in range(need.shape[1]):
            if need[b, p] <= 0:
                continue
            for place in range(first_of_buyer[b], first_of_buyer[b + 1]):
                k = by_buyer[place]
                if not carries[k, p]:
                    continue
                a = seller[k]
                w = ways[k, p]
                q = pair[k]
                out[k, p] = 0.0
                threat = False
                if payments is not None:
                    threat = feared[q, p]
                borne = any_target[q, p] or any_suspended[a, p]
                if laws is not None:
                    z = laws.first[a] + laws.dated[b, p]
                    ban, target, penalty, suspended = laws.ban[z], laws.target[z], laws.penalty[z], laws.suspended[z]
                    borne = laws.any_target[z, q, p] or laws.any_suspended[z, a, p]
                if passes[a] or not (borne or w != 0 or threat):
                    continue
                if state[a] != ALIVE:
                    # A firm that sells off sends with honest papers, and not where they show a breach.
                    if state[a] == CLOSING and unlawful_on_papers(ban, q, p, paper[b], heed[a]):
                        out[k, p] = np.inf
                        refusals += 1
                    continue
                c = corridors[k, p]
                unlawful = unlawful_on_papers(ban, q, p, paper[b], heed[a])
                units = units_of_parcel(flags, numbers, w, ask[a, p], usual, de_minimis)
                r = risk_of_way(
                    inspection, tracking, legs, count, flags, numbers, w, c, p, ask[a, p], units, concealment[a],
                    risk[k], inspection_value, de_minimis, de_minimis_factor,
                )  # fmt: skip
                stake = stake_ticks * max(0.0, margin[a])
                highest = 0.0
                if flags[w, FALSE] != 0:
                    highest = premium(1.0, r, numbers[w, PENALTY], stake, tolerance[a], units)
                if not papers_pass(ban, shown, count, flags, w, c, p, paper[b], side[b], heed[a]):
                    highest = np.inf
                for s in range(sides):
                    law = target[q, p, s] > heed[a]
                    own = suspended[a, p, s] > heed[a]
                    if not law and not own:
                        continue
                    believed = believed_of(s, a, b, unlawful, paper, jurisdiction, diligence, seen, diversion, law)
                    if believed >= refusal_belief and (
                        (own and (kind[a] == MANUFACTURER or compliant[a])) or (law and compliant[a])
                    ):
                        highest = np.inf
                    elif law:
                        lost = penalty[q, p, s] + numbers[w, PENALTY]
                        asked = premium(believed, r, lost, stake, tolerance[a], units)
                        # Written so that a rule's NaN stays, and is found.
                        if highest == highest and not asked <= highest:
                            highest = asked
                if payments is not None:
                    fear = 0.0
                    for s in range(sides + 1):
                        if not threat or risks[q, p, s] <= 0.0:
                            continue
                        believed = 1.0
                        if s > 0:
                            believed = believed_of(
                                s - 1, a, b, False, paper, jurisdiction, diligence, seen, diversion, False
                            )
                        dread = premium(believed, risks[q, p, s], losses[q, p, s], stake, tolerance[a], units)
                        if fear == fear and not dread <= fear:
                            fear = dread
                    highest += fear
                out[k, p] = highest
                if highest == np.inf:
                    refusals += 1
    return refusals
