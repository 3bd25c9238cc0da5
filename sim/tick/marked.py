"""Goods that may not be sold to everybody: by what is in them, or by the contract under which they were bought.

Other policies bear on a sale by who sells what where. These two bear on a lot, by its path: by the maker at its
beginning (content rules), or by the step that brought it to its holder (distributor contracts). Papers show neither.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.jit import kernel
from sim.policy.common import PolicyFields, Scope, barred_as_by_a_ban
from sim.policy.content_rule import ContentRuleFields
from sim.policy.distributor_contract import DistributorContractFields
from sim.tick.contracts import sides_under_contract
from sim.tick.evade import believed_of
from sim.tick.standings import Standings
from sim.world import draws
from sim.world.columns import INTERMEDIARY, MANUFACTURER, World
from sim.world.floats import exp, inverse_normal, log
from sim.world.paths import MAKER
from sim.world.state import AgentState

DAYS_A_YEAR = 365.25


class Marks(NamedTuple):
    """What the kernels need of both, in columns; ``content`` and ``contract`` are rows of the policies of a kind.

    Attributes:
        seed: Seed of the run.
        bears: float64 (standing, content), share of sellers on whom a content rule bears, 0 where it is not in force.
        first: int64 (agent,), standing of a seller for orders that no date spares (`sim.tick.standings.Laws`).
        dated: int64 (agent, product), class of the order of a customer, likewise.
        by_date: int64 (tick + 1,), class of an order by its tick, likewise.
        covered: bool (content, agent, product), whether what a maker builds is covered.
        share: float64 (content, agent, product), foreign content of what a maker builds, 0 out of scope.
        threshold: float64 (content,), content from which goods are covered.
        sigma: float64 (content,), of the logarithm of sellers' estimates.
        bars: bool (content, pair, side), papers that show this are barred.
        aims: bool (content, pair, side), goods that leave over the pair and end with the side are barred.
        found: float64 (content,), chance that a test shows the content.
        penalty: float64 (content,), US dollars.
        signed: float64 (contract,), share of distributors bound, 0 where it is not in force.
        spared: bool (contract, agent), who is exempt from it.
        issues: bool (contract, agent), makers of the group and their arms.
        issuer: bool (agent,), the same of any contract.
        targets: int64 (contract,), sides barred, as bits.
        clause: bool (contract, product), products in scope.
        caught: float64 (contract,), risk of a consignment as distributors see it.
        resold: int64 (contract, agent), consignments resold against the clause since the last audit.
        until: float64 (contract, agent), tick up to which the makers sell a distributor nothing more.
        signs: bool (agent,), intermediaries that are nobody's arms.
        signed_by: bool (contract, agent), distributors that have bought something under it.
        firm: int64 (agent,), the group of makers that a maker or an arm belongs to, -1 for others.
        key: uint64 (agent,).
        kind: int64 (agent,).
        group: int64 (agent,).
        paper: int64 (agent,), paper side.
        side: int64 (agent,), true side.
        jurisdiction: int64 (agent,).
        diligence: float64 (agent,).
        heed: float64 (agent,).
        compliant: bool (agent,).
        seen: float64 (agent, side).
        diversion: float64 (jurisdiction, side).
        refusal_belief: Belief from which a compliant seller refuses.
    """

    seed: int
    bears: np.ndarray
    first: np.ndarray
    dated: np.ndarray
    by_date: np.ndarray
    covered: np.ndarray
    share: np.ndarray
    threshold: np.ndarray
    sigma: np.ndarray
    bars: np.ndarray
    aims: np.ndarray
    found: np.ndarray
    penalty: np.ndarray
    signed: np.ndarray
    spared: np.ndarray
    issues: np.ndarray
    issuer: np.ndarray
    targets: np.ndarray
    clause: np.ndarray
    caught: np.ndarray
    resold: np.ndarray
    until: np.ndarray
    signs: np.ndarray
    signed_by: np.ndarray
    firm: np.ndarray
    key: np.ndarray
    kind: np.ndarray
    group: np.ndarray
    paper: np.ndarray
    side: np.ndarray
    jurisdiction: np.ndarray
    diligence: np.ndarray
    heed: np.ndarray
    compliant: np.ndarray
    seen: np.ndarray
    diversion: np.ndarray
    refusal_belief: float


class Marked:
    """Content rules and distributor contracts of a run.

    Attributes:
        contracts: Rows of the policies that are distributor contracts.
        acts: Whether any of them is in force, or any goods were bought under a contract.
    """

    def __init__(self, world: World, policies: list[PolicyFields], scopes: list[Scope], stake_ticks: float) -> None:
        s, names = world.agents, world.names
        content = [(i, p) for i, p in enumerate(policies) if isinstance(p, ContentRuleFields)]
        contracts = [(i, p) for i, p in enumerate(policies) if isinstance(p, DistributorContractFields)]
        self._content = np.array([i for i, _ in content], dtype=np.int64)
        self.contracts = np.array([i for i, _ in contracts], dtype=np.int64)
        agents, sides, pairs = len(s.key), len(names.sides), len(world.pairs.key)
        self._bears, self._signed = np.zeros(len(content)), np.zeros(len(contracts))
        shape = (len(content), *s.deals.shape)
        self._share = np.array([inside(world, scopes[i]) for i, _ in content]).reshape(shape)
        self._threshold = np.array([p.threshold for _, p in content])
        self._covered = (self._share > 0.0) & (self._share >= self._threshold[:, None, None])
        # The variance of a lognormal with this coefficient of variation.
        self._sigma = np.array([math.sqrt(log(1.0 + p.spread * p.spread)) for _, p in content])
        bars = [barred_as_by_a_ban(scopes[i]) for i, _ in content]
        self._bars = np.array([b for b, _ in bars], dtype=np.bool_).reshape(len(content), pairs, sides)
        self._aims = np.array([a for _, a in bars], dtype=np.bool_).reshape(len(content), pairs, sides)
        self._found = np.array([p.found for _, p in content])
        self._penalty = np.array([p.penalty for _, p in content])
        self._issues = np.array([scopes[i].sellers for i, _ in contracts], dtype=np.bool_).reshape(-1, agents)
        bits = 1 << np.arange(sides, dtype=np.int64)
        self._targets = np.array([bits[scopes[i].targets].sum() for i, _ in contracts], dtype=np.int64)
        self._clause = np.array([scopes[i].products for i, _ in contracts], dtype=np.bool_)
        self._clause = self._clause.reshape(-1, len(names.products))
        rates = np.array([p.audits * world.scenario.time.step_days / DAYS_A_YEAR for _, p in contracts])
        self.audited = np.array([1.0 - exp(-rate) for rate in rates])
        within = np.array([1.0 - exp(-rate * stake_ticks) for rate in rates])
        self.audit_finds = np.array([p.found for _, p in contracts])
        self._caught = self.audit_finds * within
        self.returns = np.array([p.returns for _, p in contracts])
        self.key = world.policy_key[self.contracts]
        self.lag = world.listing_lag[self.contracts]
        self.resold = np.zeros((len(contracts), agents), dtype=np.int64)
        self.until = np.zeros((len(contracts), agents))
        self.signed_by = np.zeros((len(contracts), agents), dtype=np.bool_)
        self._spared = np.array([scopes[i].exempt for i, _ in contracts], dtype=np.bool_).reshape(-1, agents)
        nobody = np.zeros(agents, dtype=np.int64)
        self._alike = (nobody, np.zeros(s.deals.shape, dtype=np.int64), np.zeros(world.calendar.ticks + 1, np.int64))
        arm_of = world.groups.maker_of_arm[s.group]
        self._signs = (s.kind == INTERMEDIARY) & (arm_of < 0)
        self._firm = np.where(s.kind == MANUFACTURER, s.group, arm_of)
        self._fixed = (s.key, s.kind, s.group, s.paper_side, s.true_side, s.jurisdiction, s.diligence, s.heed)
        self._seed, self._diversion = world.seed, world.diversion
        self._refusal_belief = world.scenario.market.refusal_belief
        self.acts = False

    def open_tick(self, strength: np.ndarray) -> None:
        """Reads what is in force in this tick. ``strength``: float64 (policy,), see `sim.policy.common.Tables`."""
        self._bears, self._signed = strength[self._content], strength[self.contracts]
        # A clause outlives its contract: what was bought under it stays under it.
        self.acts = bool(self.acts and len(self.contracts)) or bool((self._bears > 0.0).any() or self._signed.any())

    def columns(self, agents: AgentState, standings: Standings) -> Marks:
        """What the kernels need.

        Args:
            agents: What changes of agents.
            standings: Who is exempt from content rules.
        """
        bears, alike = self._bears[None, :], self._alike
        by_standing = standings.strengths(self._content)
        if by_standing is not None:
            bears, alike = by_standing[3], by_standing[:3]
        return Marks(
            self._seed, bears, *alike, self._covered, self._share, self._threshold, self._sigma, self._bars,
            self._aims, self._found, self._penalty, self._signed, self._spared, self._issues,
            self._issues.any(axis=0), self._targets, self._clause, self._caught, self.resold, self.until, self._signs,
            self.signed_by, self._firm, *self._fixed, agents.compliant, agents.seen, self._diversion,
            self._refusal_belief,
        )  # fmt: skip

    @property
    def signed(self) -> np.ndarray:
        """Share of distributors bound by each contract in this tick, float64 (contract,)."""
        return self._signed


def inside(world: World, scope: Scope) -> np.ndarray:
    """Foreign content of what each maker builds, float64 (agent, product); 0 out of scope and for others."""
    s = world.agents
    makes = (s.kind == MANUFACTURER)[:, None] & scope.products[None, :]
    return np.where(makes, world.groups.foreign_content[s.group], 0.0)


@kernel
def barred_on_papers(bars: np.ndarray, rule: int, pair: int, paper: int) -> bool:
    """Whether true papers show what a content rule bars; where they show no side, only where every side is barred."""
    if paper >= 0:
        return bars[rule, pair, paper]
    for s in range(bars.shape[2]):
        if not bars[rule, pair, s]:
            return False
    return bars.shape[2] > 0


@kernel
def believed_covered(m: Marks, rule: int, seller: int, maker: int, p: int) -> bool:
    """Whether a seller believes that goods are covered.

    Makers and arms know their own goods. Others have an estimate ``content·exp(σz − σ²/2)``, of mean 1 over the
    content, by one draw for each seller, maker and product: all rules meet the same belief.

    Args:
        m: Columns.
        rule: Content rule.
        seller: Seller.
        maker: Who built the goods.
        p: Product.
    """
    content = m.share[rule, maker, p]
    if not content > 0.0:
        return False
    if m.firm[seller] == m.group[maker]:
        return m.covered[rule, maker, p]
    u = draws.draw(m.seed, m.key[seller] ^ m.key[maker], 0, draws.CONTENT, p)
    sigma = m.sigma[rule]
    return content * exp(sigma * inverse_normal(u) - sigma * sigma / 2.0) >= m.threshold[rule]


@kernel
def believes(m: Marks, s: int, a: int, b: int, sure: bool) -> float:
    """A seller's belief that what it hands a customer ends with a side; 1 as far as place goes where papers bar it."""
    return believed_of(s, a, b, sure, m.paper, m.jurisdiction, m.diligence, m.seen, m.diversion, sure)


@kernel
def held_back_from(m: Marks, a: int, b: int, pair: int, z: int) -> tuple[int, int]:
    """What a compliant seller does not hand a customer; nothing is held back by others.

    Args:
        m: Columns.
        a: Seller.
        b: Customer.
        pair: Pair of the ends.
        z: Standing of the sale.

    Returns:
        Sides, as bits: goods under contract that bar one of them are held back. Content rules, likewise: goods that one
        of them covers are.
    """
    believed = 0
    rules = 0
    if not m.compliant[a]:
        return believed, rules
    for s in range(m.diversion.shape[1]):
        if believes(m, s, a, b, False) >= m.refusal_belief:
            believed |= 1 << s
    for r in range(m.bears.shape[1]):
        if not m.bears[z, r] > m.heed[a]:
            continue
        back = barred_on_papers(m.bars, r, pair, m.paper[b])
        for s in range(m.diversion.shape[1]):
            back = back or (m.aims[r, pair, s] and (believed >> s) & 1 != 0)
        if back:
            rules |= 1 << r
    return believed, rules


@kernel
def held_back(m: Marks, rows: np.ndarray, node: int, a: int, p: int, sides: int, rules: int) -> bool:
    """Whether a seller holds a lot back.

    Args:
        m: Columns.
        rows: Path nodes.
        node: Node of the lot.
        a: Seller.
        p: Product.
        sides: See :func:`held_back_from`.
        rules: Likewise.
    """
    if sides != 0 and sides_under_contract(m, rows, node) & sides != 0:
        return True
    back = False
    for r in range(m.bears.shape[1]):
        if not back and (rules >> r) & 1 != 0:
            back = believed_covered(m, r, a, rows[node, MAKER], p)
    return back


@kernel
def breach_of_lot(
    m: Marks, rows: np.ndarray, node: int, a: int, b: int, p: int, pair: int, z: int
) -> tuple[int, int, float]:
    """What the sale of a lot breaks, in truth: true content, and true papers.

    Args:
        m: Columns.
        rows: Path nodes.
        node: Node of the lot.
        a: Seller.
        b: Customer.
        p: Product.
        pair: Pair of the ends.
        z: Standing of the sale.

    Returns:
        Flags, 1 for law and 2 for contract; sides that a content rule bars, as bits; chance that a test shows it.
    """
    flags = 0
    law = 0
    passes = 1.0
    paper = m.paper[b]
    if paper >= 0 and (sides_under_contract(m, rows, node) >> paper) & 1 != 0:
        flags |= 2
    for r in range(m.bears.shape[1]):
        if not m.bears[z, r] > m.heed[a] or not m.covered[r, rows[node, MAKER], p]:
            continue
        for s in range(m.aims.shape[2]):
            if m.aims[r, pair, s]:
                law |= 1 << s
        if barred_on_papers(m.bars, r, pair, paper):
            flags |= 1
            passes *= 1.0 - m.found[r]
    return flags, law, 1.0 - passes
