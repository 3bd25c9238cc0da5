"""Regulators: what a scenario says of them, and where they look."""

from __future__ import annotations

from sim.agents.common import GroupFields
from sim.declare.parameter import parameter


class RegulatorFields(GroupFields):
    """A group of authorities. Policies name the group that carries them out in ``by``."""

    kind: str = parameter("regulator", unit="", choices=("regulator",), text="Kind of agent.")


def inspection_share(base: float, added: float, capacity: float) -> float:
    """Share of consignments inspected on a leg.

    ``min(1, base + added * capacity)``: inspection under several policies is summed and capped (RULES.md
    section 1).

    Args:
        base: Share inspected without any policy.
        added: Sum over the policies in force.
        capacity: Enforcement capacity of the inspecting jurisdiction, 1.

    Returns:
        Share, 0 to 1.

    Example:
        >>> inspection_share(0.25, 0.5, 0.5)
        0.5
    """
    return min(1.0, base + added * capacity)


def effort(checks: float, hits: float, usual: float, prior: float) -> float:
    """Share of inspections on a leg that find something, as an authority reckons with: its weight in a new allocation.

    ``(hits + prior * usual) / (checks + prior)``: the mean of a beta distribution that begins at what is usual over all
    legs (Gelman et al. 2013, Bayesian Data Analysis, section 2.4), so that a leg never looked at counts as usual.

    Args:
        checks: Consignments opened on the leg.
        hits: Those of them seized.
        usual: The same share over all legs in scope.
        prior: Weight of what is usual, in consignments.

    Returns:
        Share, 0 to 1.

    Example:
        >>> effort(10.0, 5.0, 0.1, 10.0)
        0.3
    """
    return (hits + prior * usual) / (checks + prior)


def investigate(exposure: float, hazard: float) -> float:
    """Weight with which an investigation opens on a party: expected openings a tick.

    ``hazard * exposure`` (RULES.md section 1, `entity_listing`: the hazard rises with observed exposure).

    Args:
        exposure: Observed exposure, consignments seized or seen.
        hazard: Openings a tick for one unit of exposure.

    Returns:
        Openings a tick.

    Example:
        >>> investigate(2.0, 0.25)
        0.5
    """
    return hazard * exposure
