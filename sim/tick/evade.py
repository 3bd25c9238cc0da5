"""Stage 5, second part: by which way and corridor each seller would send, and what premium it asks for that."""

from __future__ import annotations

import numpy as np

from sim.agents import intermediary
from sim.evasion.common import BEYOND, STOPS, UNDECLARED
from sim.jit import inlined, kernel
from sim.tick.banks import payer
from sim.tick.papers import chance_found, papers_pass, surcharge, units_of_parcel, unlawful_on_papers
from sim.tick.standings import Laws
from sim.world import draws
from sim.world.columns import ALIVE
from sim.world.ways import (
    BEGINS,
    COST,
    DELAY_WEEKS,
    FALSE,
    GOES,
    HIDES_PRODUCT,
    HIDES_SIDE,
    NAMES_SIDE,
    OFFICIALS,
    PENALTY,
    RATE,
)

ALMOST = 1.0 - 1e-9
"""Keeps a bound from below on its side of a rounding error. The bound is that of the shipped cost: kernels with a rule
of the user's own have NaN here, by which nothing is left out."""
AS_IT_IS, PASSES, OTHERWISE, BY_ROUTE = range(4)
"""What papers of a way show: the truth; nothing that could be barred; something else; another way of the goods."""
A_LITTLE = 1e-6
"""US dollars; keeps another bound on its side of a rounding error."""
NONSENSE = 0
"""The way where a cost is not a number; kernels with a rule of the user's own have a row here that is none."""

belief = kernel(intermediary.belief)
premium = kernel(intermediary.premium)
way = kernel(intermediary.way)


@inlined
def corridor_of_way(
    flags: np.ndarray, w: int, direct: int, pair: int, p: int, stops: np.ndarray, ghosts: np.ndarray
) -> int:
    """The corridor for a way: that of the direct leg, or what forwarders offer where papers hide where goods go.

    Args:
        flags: int64 (way, 9).
        w: Way.
        direct: Corridor of the direct leg.
        pair: Pair of the ends.
        p: Product.
        stops: int32 (pair, product), see :func:`sim.tick.forward.best_corridors`.
        ghosts: int32 (pair, product), likewise.
    """
    if flags[w, GOES] == STOPS:
        return np.int64(stops[pair, p])
    if flags[w, GOES] == BEYOND:
        return np.int64(ghosts[pair, p])
    return direct


@inlined
def corridor_open(open_legs: np.ndarray, legs: np.ndarray, count: np.ndarray, c: int) -> bool:
    """Whether goods may move over all legs of a corridor."""
    passable = True
    for j in range(count[c]):
        passable = passable and open_legs[legs[c, j]]
    return passable


@inlined
def believed_of(
    s: int, a: int, b: int, unlawful: bool, paper: np.ndarray, jurisdiction: np.ndarray,
    diligence: np.ndarray, seen: np.ndarray, diversion: np.ndarray, law: bool,
) -> float:  # fmt: skip
    """A seller's belief that what it sells a customer ends with a side. See :func:`sim.agents.intermediary.belief`."""
    # A sale that papers show to be barred needs no guess about where the goods end.
    place = 1.0 if paper[b] == s or (law and unlawful) else diversion[jurisdiction[b], s]
    return belief(place, seen[b, s], diligence[a])


@inlined
def risk_of_way(
    inspection: np.ndarray, tracking: np.ndarray, legs: np.ndarray, count: np.ndarray, flags: np.ndarray,
    numbers: np.ndarray, w: int, c: int, p: int, price: float, units: float, concealment: float, learned: float,
    inspection_value: float, de_minimis: float, de_minimis_factor: float,
) -> float:  # fmt: skip
    """Perceived risk of detection of what goes together: at the borders, and as learned."""
    found = chance_found(
        inspection, tracking, legs, count, flags, numbers, w, c, p, units * price, concealment, inspection_value,
        de_minimis, de_minimis_factor,
    )  # fmt: skip
    return 1.0 - (1.0 - found) * (1.0 - learned)


@kernel
def way_column(
    seed: int, tick: int, customers: np.ndarray, by_buyer: np.ndarray, first_of_buyer: np.ndarray, seller: np.ndarray,
    leg: np.ndarray, pair: np.ndarray, key: np.ndarray, carries: np.ndarray, risk: np.ndarray, state: np.ndarray,
    passes: np.ndarray, group: np.ndarray, paper: np.ndarray, side: np.ndarray,
    jurisdiction: np.ndarray, heed: np.ndarray, compliant: np.ndarray, diligence: np.ndarray, concealment: np.ndarray,
    tolerance: np.ndarray, margin: np.ndarray, seen: np.ndarray, diversion: np.ndarray, welcome: np.ndarray,
    ask: np.ndarray, ban: np.ndarray, target: np.ndarray, penalty: np.ndarray, any_target: np.ndarray, levied: bool,
    levy_rate: np.ndarray, levy_unit: np.ndarray, inspection: np.ndarray, tracking: np.ndarray, open_legs: np.ndarray,
    direct: np.ndarray, legs: np.ndarray, count: np.ndarray, shown: np.ndarray, freight: np.ndarray,
    lead_weeks: np.ndarray, stops: np.ndarray, ghosts: np.ndarray, flags: np.ndarray, numbers: np.ndarray,
    can: np.ndarray, factor: np.ndarray, stake_ticks: float, usual: float, inspection_value: float, de_minimis: float,
    de_minimis_factor: float, patience: float, payments: tuple[np.ndarray, ...] | None, laws: Laws | None,
    need: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """The decision column `way`, int32 (link, product): the way of least cost, honest papers first among equals.

    Evaluated where the customer has a need and there is a reason to evade: a law that bars some side, a levy, a closed
    leg, payments held up for the side that they come from, or a state that welcomes a purpose. Elsewhere papers are
    honest.

    Columns as of :func:`sim.tick.reserve.premium_column`. The groups, in order: the tick and who buys; links;
    agents, whose `group` is a row of `can`, and `welcome`, the side at home in each jurisdiction, -1 for none;
    ask prices; bans, targets and penalties; levies by pair and product; what bears on legs, and the corridor of
    each leg; corridors, what papers show of them, freight and weeks; what forwarders offer by pair and product,
    through stops and with a state beyond; ways, `can`, bool (way, group), and `factor`, float64 (agent, way),
    what a way costs a seller; rules of the market, `patience` the share of the price that a week costs;
    `payments`, None where banks hold up none, and `sim.tick.banks.Banks.columns` else; `laws`, None where nobody is
    exempt from anything; the need of customers; the column itself, written.
    """
    sides = diversion.shape[1]
    ways = flags.shape[0]
    believed = np.zeros(sides)
    fears = np.zeros(sides + 1)
    slope = np.zeros(ways)
    flat = np.zeros(ways)
    truthful = False
    watched = False
    if payments is not None:
        watched = True
        fees, delays, refusals, risks, losses, dearer, feared = payments
    for w in range(ways):
        truthful = truthful or (w > 0 and flags[w, FALSE] == 0 and numbers[w, DELAY_WEEKS] >= 0.0)
        slope[w] = 1.0 + patience * numbers[w, DELAY_WEEKS]
        flat[w] = numbers[w, COST] / usual
    # Honest papers first, then cheap ways: they set a bound that dear ones do not pass. Of equals the first in order of
    # id wins even so.
    order = slope + numbers[:, RATE] + flat / 1000.0
    order[0] = -np.inf
    turns = np.argsort(order)
    # What papers over one leg show is the same for most ways: the truth.
    story = np.zeros(ways, dtype=np.int64)
    for w in range(ways):
        if flags[w, GOES] == STOPS or flags[w, GOES] == BEYOND:
            story[w] = BY_ROUTE
        elif flags[w, GOES] == UNDECLARED or flags[w, OFFICIALS] != 0:
            story[w] = PASSES
        elif flags[w, HIDES_PRODUCT] != 0 or flags[w, HIDES_SIDE] != 0 or flags[w, NAMES_SIDE] != 0:
            story[w] = OTHERWISE
    # By seller and product, what the cheapest false way over the direct leg costs more than honest papers.
    cheapest = np.full(need.shape, -1.0)
    for b in customers:
        for p in range(need.shape[1]):
            if need[b, p] <= 0:
                continue
            for place in range(first_of_buyer[b], first_of_buyer[b + 1]):
                k = by_buyer[place]
                if not carries[k, p]:
                    continue
                out[k, p] = 0
                a = seller[k]
                if passes[a] or state[a] != ALIVE or jurisdiction[a] == jurisdiction[b]:
                    continue
                q = pair[k]
                c0 = direct[leg[k]]
                borne = any_target[q, p]
                if laws is not None:
                    z = laws.first[a] + laws.dated[b, p]
                    ban, target, penalty = laws.ban[z], laws.target[z], laws.penalty[z]
                    levy_rate, levy_unit = laws.levy_rate[z], laws.levy_unit[z]
                    borne = laws.any_target[z, q, p]
                dear = levied and (levy_rate[q, p] > 0.0 or levy_unit[q, p] > 0.0)
                home = side[b] >= 0 and welcome[jurisdiction[b]] == side[b]
                closed = not open_legs[leg[k]]
                held_up = False
                if payments is not None:
                    held_up = dearer[q, p, paper[b] + 1]
                if not (borne or dear or closed or held_up or home):
                    continue
                if compliant[a] and not home and not truthful:
                    continue  # whoever keeps to true papers has no choice
                unlawful = unlawful_on_papers(ban, q, p, paper[b], heed[a])
                for s in range(sides):
                    believed[s] = 0.0
                    if target[q, p, s] > heed[a]:
                        believed[s] = believed_of(
                            s, a, b, unlawful, paper, jurisdiction, diligence, seen, diversion, True
                        )
                stake = stake_ticks * max(0.0, margin[a])
                luck = 1.0
                if payments is not None:
                    luck = draws.draw(seed, key[k], tick, draws.BANK, p)
                    fears[0] = 1.0
                    for s in range(sides):
                        fears[s + 1] = believed_of(
                            s, a, b, False, paper, jurisdiction, diligence, seen, diversion, False
                        )
                best = np.inf
                chosen = 0
                only_routes = False
                for turn in range(ways):
                    w = turns[turn]
                    if (unlawful and story[w] == AS_IT_IS) or (only_routes and story[w] != BY_ROUTE):
                        continue
                    if not can[w, group[a]] or flags[w, BEGINS] > tick or (flags[w, FALSE] != 0 and compliant[a]):
                        continue
                    if numbers[w, DELAY_WEEKS] < 0.0 and not home:
                        continue
                    c = corridor_of_way(flags, w, c0, q, p, stops, ghosts)
                    if c < 0:
                        continue
                    # A bound from below, quickly: premium and levies only add to it. Most ways go no further.
                    own = factor[a, w]
                    least = ask[a, p] * (slope[w] + own * numbers[w, RATE] + patience * lead_weeks[c])
                    least += freight[c, p] + own * flat[w]
                    if least * ALMOST > best or not corridor_open(open_legs, legs, count, c):
                        continue
                    if story[w] >= OTHERWISE and not papers_pass(
                        ban, shown, count, flags, w, c, p, paper[b], side[b], heed[a]
                    ):
                        continue
                    units = units_of_parcel(flags, numbers, w, ask[a, p], usual, de_minimis)
                    rate, unit, levy, levy_flat = surcharge(
                        freight, levied, levy_rate, levy_unit, shown, count, flags, numbers, w, c, p, units, own
                    )  # fmt: skip
                    weeks = max(0.0, lead_weeks[c] + numbers[w, DELAY_WEEKS])
                    r = risk_of_way(
                        inspection, tracking, legs, count, flags, numbers, w, c, p, ask[a, p], units, concealment[a],
                        risk[k], inspection_value, de_minimis, de_minimis_factor,
                    )  # fmt: skip
                    asked = 0.0
                    if flags[w, FALSE] != 0:
                        asked = premium(1.0, r, numbers[w, PENALTY], stake, tolerance[a], units)
                    for s in range(sides):
                        if believed[s] > 0.0:
                            lost = penalty[q, p, s] + numbers[w, PENALTY]
                            asked = max(asked, premium(believed[s], r, lost, stake, tolerance[a], units))
                    extra = rate + levy
                    if payments is not None:
                        shown_side = payer(flags, w, paper[b], side[b])
                        if luck < refusals[q, p, shown_side]:
                            continue
                        extra += fees[q, p, shown_side]
                        weeks += delays[q, p, shown_side]
                        fear = 0.0
                        if feared[q, p]:
                            for s in range(sides + 1):
                                dread = premium(fears[s], risks[q, p, s], losses[q, p, s], stake, tolerance[a], units)
                                fear = max(fear, dread)
                        asked += fear
                    cost = way(unit + levy_flat, extra, ask[a, p], asked, patience, weeks)
                    if cost < best or (cost == best and w < chosen):
                        best = cost
                        chosen = w
                        out[k, p] = w
                    elif cost != cost:
                        out[k, p] = NONSENSE
                        break
                    if w == 0 and not dear and not home and not watched:
                        if cheapest[a, p] < 0.0:
                            cheapest[a, p] = np.inf
                            for v in range(1, ways):
                                if can[v, group[a]] and flags[v, BEGINS] <= tick and numbers[v, DELAY_WEEKS] >= 0.0:
                                    more = ask[a, p] * (slope[v] - 1.0 + factor[a, v] * numbers[v, RATE])
                                    cheapest[a, p] = min(cheapest[a, p], more + factor[a, v] * flat[v])
                        # A small premium is no reason to pay for any of them.
                        only_routes = asked * (1.0 + patience * weeks) < cheapest[a, p] * ALMOST - A_LITTLE


@kernel
def corridor_column(
    customers: np.ndarray, by_buyer: np.ndarray, first_of_buyer: np.ndarray, leg: np.ndarray, pair: np.ndarray,
    carries: np.ndarray, direct: np.ndarray, stops: np.ndarray, ghosts: np.ndarray, flags: np.ndarray,
    ways: np.ndarray, need: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """The decision column `corridor`, int32 (link, product): what belongs to the way chosen.

    Args:
        customers: int64 (customer,).
        by_buyer: int64 (link,).
        first_of_buyer: int64 (agent + 1,).
        leg: int64 (link,), direct leg.
        pair: int64 (link,).
        carries: bool (link, product).
        direct: int64 (leg,).
        stops: int32 (pair, product).
        ghosts: int32 (pair, product).
        flags: int64 (way, 9).
        ways: int32 (link, product), the decision column `way`.
        need: int64 (agent, product).
        out: Written where the customer has a need.
    """
    for b in customers:
        for p in range(need.shape[1]):
            if need[b, p] <= 0:
                continue
            for place in range(first_of_buyer[b], first_of_buyer[b + 1]):
                k = by_buyer[place]
                if carries[k, p]:
                    c0 = direct[leg[k]]
                    c = corridor_of_way(flags, ways[k, p], c0, pair[k], p, stops, ghosts)
                    out[k, p] = c if c >= 0 else c0
