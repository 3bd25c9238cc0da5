"""Stage 1: policies in force become tables; investigations open and end in listings."""

from __future__ import annotations

import numpy as np

from sim.agents import regulator
from sim.jit import kernel
from sim.policy import KINDS, apply_all
from sim.policy.common import PolicyFields, Scope, Tables
from sim.policy.content_rule import ContentRuleFields
from sim.policy.data_sharing import DataSharingFields
from sim.policy.distributor_contract import DistributorContractFields
from sim.policy.entity_listing import EntityListingFields
from sim.policy.export_ban import ExportBanFields
from sim.policy.export_licence import ExportLicenceFields
from sim.policy.input_restriction import InputRestrictionFields
from sim.policy.procurement_aid import ProcurementAidFields
from sim.policy.secondary_sanctions import SecondarySanctionsFields
from sim.policy.voluntary_suspension import VoluntarySuspensionFields
from sim.tick.marked import inside
from sim.tick.standings import exempted
from sim.tick.status import Status
from sim.world import draws
from sim.world.columns import ALIVE, BUYER, CLOSED, CLOSING, INTERMEDIARY, MANUFACTURER, World
from sim.world.floats import exp
from sim.world.paths import NEXT, UNITS

__all__ = ["KINDS", "close_listed", "inspection_column", "open_investigations", "scopes", "tables"]

inspection_share = kernel(regulator.inspection_share)
investigate = kernel(regulator.investigate)


def scopes(world: World, policies: list[PolicyFields]) -> list[Scope]:
    """The scope of each policy as masks.

    Args:
        world: The initial world.
        policies: In order of id.

    Returns:
        One scope a policy.
    """
    names, pairs, agents = world.names, world.pairs, world.agents
    home = [world.scenario.jurisdictions[j].home_side for j in names.jurisdictions]
    found = []
    for policy in policies:
        destinations = np.array([j in policy.destinations for j in names.jurisdictions])
        sides = np.array([s in policy.sides for s in names.sides])
        reached = np.array([any(h == s and d for h, d in zip(home, destinations, strict=True)) for s in names.sides])
        origins = np.array([not policy.origins or j in policy.origins for j in names.jurisdictions])
        freed = np.array([j in policy.exempt_destinations for j in names.jurisdictions])
        leaves = origins[pairs.origin] & ~freed[pairs.destination]
        if isinstance(policy, VoluntarySuspensionFields | DistributorContractFields):
            maker = names.groups.index(policy.by)
            sellers = (agents.group == maker) | (world.groups.maker_of_arm[agents.group] == maker)
        elif isinstance(policy, EntityListingFields):
            groups = [names.groups.index(g) for g in policy.groups]
            sellers = (agents.kind == INTERMEDIARY) & (np.isin(agents.group, groups) if groups else True)
        elif isinstance(policy, InputRestrictionFields):
            groups = [names.groups.index(g) for g in policy.groups]
            sellers = (agents.kind == MANUFACTURER) & np.isin(agents.group, groups)
        elif isinstance(policy, ProcurementAidFields):
            groups = [names.groups.index(g) for g in policy.groups]
            chosen = np.isin(agents.group, groups) if groups else np.ones(len(agents.key), dtype=np.bool_)
            named = sides[agents.true_side] if policy.sides else True
            sellers = (agents.kind == BUYER) & chosen & named
        else:
            sellers = np.ones(len(agents.key), dtype=np.bool_)
        exempt = exempted(world, policy)
        entered = destinations[pairs.destination] if policy.destinations else np.ones(len(pairs.key), dtype=np.bool_)
        found.append(
            Scope(
                products=_products(world, policy),
                origins=leaves,
                destinations=destinations[pairs.destination],
                sides=sides,
                targets=sides | reached,
                sellers=sellers & ~exempt,
                exempt=exempt,
                inner=pairs.inner,
                exports=leaves & entered & ~pairs.inner,
                moves=leaves & entered & (pairs.origin != pairs.destination),
            )
        )
    return found


def _products(world: World, policy: PolicyFields) -> np.ndarray:
    """Products in scope: those named (or all), and where thresholds are given only those beyond one of them."""
    rows = []
    for name in world.names.products:
        product = world.scenario.products[name]
        named = not policy.products or name in policy.products
        beyond = [
            getattr(product, trait) is level if isinstance(level, bool) else getattr(product, trait) >= level
            for trait, level in policy.traits.items()
        ]
        covered = named
        if policy.traits:
            covered = any(beyond) or (named and bool(policy.products))
        rows.append(covered and name not in policy.exempt_products)
    return np.array(rows, dtype=np.bool_)


def tables(world: World, policies: list[PolicyFields], masks: list[Scope], now: Status) -> Tables:
    """The tables of a status, from nothing, in order of policy id.

    Args:
        world: The initial world.
        policies: In order of id.
        masks: Their scopes.
        now: Where they stand.

    Returns:
        The tables.
    """
    names = world.names
    pairs = len(world.pairs.key)
    table = Tables.empty(pairs, len(names.products), len(names.sides), len(world.agents.key), len(policies))
    for index, (policy, scope) in enumerate(zip(policies, masks, strict=True)):
        intensity = now.intensity[index]
        if intensity <= 0.0:
            continue
        if now.in_force[index]:
            apply_all(table, policy, scope, intensity, index)
        elif now.announced[index]:
            _announce(world, table, policy, scope, intensity)
    return table


def _announce(world: World, table: Tables, policy: PolicyFields, scope: Scope, intensity: float) -> None:
    """What an announced restriction makes customers expect: hoarded cover, and sellers who will turn away.

    They hoard on legs it will bear on, or from sellers it will bind. They expect to be turned away where it is aimed at
    them: where a side in scope is at home, or in a destination named.
    """
    if isinstance(policy, VoluntarySuspensionFields):
        where = scope.sellers[:, None] & scope.products[None, :]
        table.stockpile_seller[where] = np.maximum(table.stockpile_seller[where], intensity)
        bound = where[:, :, None] & scope.targets[None, None, :]
        table.warned_seller[bound] = np.maximum(table.warned_seller[bound], intensity)
    elif not isinstance(
        policy,
        EntityListingFields
        | ProcurementAidFields
        | InputRestrictionFields
        | DataSharingFields
        | DistributorContractFields,
    ):
        within = world.pairs.origin == world.pairs.destination
        pairs = scope.origins & ~(within if isinstance(policy, SecondarySanctionsFields) else scope.inner)
        if policy.destinations and not policy.sides:
            pairs = pairs & scope.destinations
        products = scope.products
        if isinstance(policy, ContentRuleFields):
            # Nobody lays in goods that no maker builds with so much content.
            content = inside(world, scope)
            products = products & ((content > 0.0) & (content >= policy.threshold)).any(axis=0)
        where = pairs[:, None] & products[None, :]
        table.stockpile[where] = np.maximum(table.stockpile[where], intensity)
        if isinstance(policy, ExportBanFields | ExportLicenceFields):
            home = world.welcome[world.pairs.destination]
            aimed = scope.destinations | np.append(scope.targets, False)[home]
            where = (pairs & aimed)[:, None] & products[None, :]
            table.warned[where] = np.maximum(table.warned[where], intensity)


@kernel
def inspection_column(
    base: np.ndarray, added: np.ndarray, enforcement: np.ndarray, pair: np.ndarray, origin: np.ndarray,
    inner: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """The decision column `inspection_share`, float64 (leg, product): 0 on inner legs.

    Args:
        base: float64 (leg,), share inspected without policies.
        added: float64 (pair, product), what policies add.
        enforcement: float64 (jurisdiction,), capacity.
        pair: int64 (leg,).
        origin: int64 (leg,).
        inner: bool (leg,).
        out: Written.
    """
    for leg in range(out.shape[0]):
        for product in range(out.shape[1]):
            if inner[leg]:
                out[leg, product] = 0.0
            else:
                out[leg, product] = inspection_share(base[leg], added[pair[leg], product], enforcement[origin[leg]])


@kernel
def close_listed(
    tick: int, policy: int, freeze: bool, chill: float, least: float, exposure: np.ndarray, due: np.ndarray,
    state: np.ndarray, closed: np.ndarray, listed_by: np.ndarray, links: int, seller: np.ndarray, buyer: np.ndarray,
    risk: np.ndarray, rows: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray, stock: np.ndarray,
    frozen: np.ndarray,
) -> int:  # fmt: skip
    """Lists the parties whose investigation by a policy is due.

    Args:
        tick: This tick.
        policy: Row of the policy.
        freeze: Whether their stock is frozen; else it is sold off.
        chill: Share of the way to certainty that perceived risk moves on their links.
        least: Exposure below which an investigation ends without a listing.
        exposure: float64 (policy, agent).
        due: int64 (policy, agent), tick of the end of an investigation, -1 for none.
        state: int64 (agent,).
        closed: int64 (agent,), tick of closing.
        listed_by: int64 (agent,).
        links: Number of links.
        seller: int64 (link,).
        buyer: int64 (link,).
        risk: float64 (link,).
        rows: Path nodes and their lots.
        head: Lots.
        tail: Lots.
        live: Lots.
        stock: int64 (agent, product).
        frozen: int64 (product,), grows by the units frozen.

    Returns:
        Parties listed.
    """
    listed = 0
    for a in range(state.shape[0]):
        if due[policy, a] < 0 or due[policy, a] > tick:
            continue
        due[policy, a] = -1
        if state[a] != ALIVE or exposure[policy, a] < least:
            continue
        listed += 1
        listed_by[a] = policy
        closed[a] = tick
        state[a] = CLOSED if freeze else CLOSING
        for k in range(links):
            if seller[k] == a or buyer[k] == a:
                risk[k] += chill * (1.0 - risk[k])
        if freeze:
            freeze_stock(a, rows, head, tail, live, stock, frozen)
    return listed


@kernel
def freeze_stock(
    agent: int, rows: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray,
    stock: np.ndarray, frozen: np.ndarray,
) -> None:  # fmt: skip
    """Moves all lots of an agent to the frozen account."""
    for p in range(stock.shape[1]):
        node = head[agent, p]
        while node >= 0:
            frozen[p] += rows[node, UNITS]
            rows[node, UNITS] = 0
            live[0] -= 1
            node = rows[node, NEXT]
        head[agent, p] = -1
        tail[agent, p] = -1
        stock[agent, p] = 0


@kernel
def open_investigations(
    seed: int, tick: int, policy: int, policy_key: int, capacity: int, keys: np.ndarray, in_scope: np.ndarray,
    state: np.ndarray, exposure: np.ndarray, weight: np.ndarray, due: np.ndarray, lag: np.ndarray,
) -> int:  # fmt: skip
    """Opens investigations of one policy, those of least draw first, up to its free capacity.

    Args:
        seed: Seed of the run.
        tick: This tick.
        policy: Row of the policy.
        policy_key: uint64 key of the policy.
        capacity: Most investigations open at once.
        keys: uint64 (agent,).
        in_scope: bool (agent,).
        state: int64 (agent,).
        exposure: float64 (policy, agent).
        weight: float64 (agent,), the decision column `investigate`.
        due: int64 (policy, agent).
        lag: float64 (1025,), quantile table of the lag in ticks.

    Returns:
        Investigations opened.
    """
    free = capacity
    for a in range(state.shape[0]):
        if due[policy, a] >= 0:
            free -= 1
    opened = 0
    while free > 0:
        best = -1
        best_u = 2.0
        for a in range(state.shape[0]):
            if not in_scope[a] or state[a] != ALIVE or exposure[policy, a] <= 0.0 or due[policy, a] >= 0:
                continue
            u = draws.draw(seed, keys[a] ^ policy_key, tick, draws.INVESTIGATE, 0)
            if u < 1.0 - exp(-weight[a]) and (u < best_u or (u == best_u and keys[a] < keys[best])):
                best = a
                best_u = u
        if best < 0:
            break
        words = draws.block(seed, keys[best] ^ policy_key, tick, draws.INVESTIGATE, 0)
        ticks = draws.quantile_table(lag, draws.uniform(words[2]))
        due[policy, best] = tick + max(1, draws.whole(ticks, draws.uniform(words[1])))
        free -= 1
        opened += 1
    return opened


@kernel
def investigate_column(listing: np.ndarray, hazard: np.ndarray, exposure: np.ndarray, out: np.ndarray) -> None:
    """The decision column `investigate`, float64 (policy, agent), expected openings a tick.

    Args:
        listing: float64 (policy,), factor on the hazard of listing policies in force, 0 where they are not.
        hazard: float64 (policy,), openings a tick for one unit of exposure.
        exposure: float64 (policy, agent).
        out: Written for policies in force.
    """
    for i in range(out.shape[0]):
        if listing[i] > 0.0:
            for a in range(out.shape[1]):
                out[i, a] = investigate(exposure[i, a], hazard[i] * listing[i])
