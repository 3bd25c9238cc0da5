"""What is allowed in a scenario but hardly meant: policies that can never act, and shares written in per cent.

What concerns evasion is in :mod:`sim.scenario.advice_evasion`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sim.declare.errors import listed
from sim.declare.numbers import written
from sim.policy.common import PolicyFields
from sim.policy.content_rule import ContentRuleFields
from sim.policy.data_sharing import DataSharingFields
from sim.policy.distributor_contract import DistributorContractFields
from sim.policy.end_use_certificate import EndUseCertificateFields
from sim.policy.entity_listing import EntityListingFields
from sim.policy.export_ban import ExportBanFields
from sim.policy.export_licence import ExportLicenceFields
from sim.policy.input_restriction import InputRestrictionFields
from sim.policy.inspection import InspectionFields
from sim.policy.levy import LevyFields
from sim.policy.procurement_aid import ProcurementAidFields
from sim.policy.quota import QuotaFields
from sim.policy.secondary_sanctions import SecondarySanctionsFields
from sim.policy.voluntary_suspension import VoluntarySuspensionFields
from sim.scenario.advice_evasion import advice_on_evasion
from sim.scenario.checking_exempt import bound
from sim.scenario.model import Scenario


def advice(scenario: Scenario) -> list[str]:
    """What a user should look at again before running a scenario; nothing of it is an error.

    Policies that can never act are named with the reason: out of the calendar, of intensity 0 throughout, without a
    leg or a product in scope. An intensity of 0 that a lever or an uncertain parameter may raise is no reason. So are
    ways of evasion that nobody can ever use.

    Args:
        scenario: A scenario.

    Returns:
        Sentences, each with the path of the value it is about first; in order of id, policies before evasion.

    Example:
        >>> import sim
        >>> advice(sim.load("small"))
        []
        >>> late = sim.load("small", {"policies.late": {"kind": "inspection", "added": 0.1, "effective": "2090-01-01"}})
        >>> advice(late)[0][:65]
        'policies.late.effective: the policy never acts: it takes effect o'
    """
    found = []
    for key, policy in scenario.policies.items():
        path = f"policies.{key}"
        for reasons in (_dates, _goods, _reach, _bound):
            found += [f"{path}.{field}: the policy never acts: {why}" for field, why in reasons(scenario, key, policy)]
        found += [
            f"{path}.{field}: {what}" for field, what in (*_percentages(policy), *_grandfathers(scenario, policy))
        ]
    return found + advice_on_evasion(scenario, _last_day(scenario))


def summary(scenario: Scenario) -> str:
    """What `sim check` prints of a scenario that can be run: warnings, calendar and counts.

    Args:
        scenario: A scenario.

    Returns:
        Lines of text.
    """
    time, warnings = scenario.time, advice(scenario)
    told = f"no errors, {len(warnings)} warning{'s' if len(warnings) > 1 else ''}." if warnings else "nothing wrong."
    return "\n".join(
        [
            f"{scenario.title or scenario.name}: {told}",
            *(f"Warning: {warning}" for warning in warnings),
            f"{time.start} to {_last_day(scenario)}, {_ticks(scenario)} ticks of {time.step_days} days; "
            f"hash {scenario.hash[:12]}",
            ", ".join(f"{count:,} {name}" for name, count in counts(scenario).items()),
        ]
    )


def counts(scenario: Scenario) -> dict[str, int]:
    """How much of what there is in a scenario.

    Args:
        scenario: A scenario.

    Returns:
        Counts by name; agents with slots for later firms.
    """
    return {
        "groups": len(scenario.groups),
        "agents": sum(group.count + getattr(group, "slots", 0) for group in scenario.groups.values()),
        "sides": len(scenario.sides),
        "products": len(scenario.products),
        "jurisdictions": len(scenario.jurisdictions),
        "legs": len(scenario.legs),
        "policies": len(scenario.policies),
        "ways to evade": len(scenario.evasion),
    }


def _ticks(scenario: Scenario) -> int:
    """Recorded ticks of the calendar."""
    return ((scenario.time.end - scenario.time.start).days + 1) // scenario.time.step_days


def _last_day(scenario: Scenario) -> date:
    """Last day of the last recorded tick."""
    time = scenario.time
    return time.start + timedelta(days=_ticks(scenario) * time.step_days - 1)


def _dates(scenario: Scenario, key: str, policy: PolicyFields) -> Iterator[tuple[str, str]]:
    """Why a policy is in force on no date of the calendar."""
    step = timedelta(days=scenario.time.step_days)
    firsts = [scenario.time.start + each * step for each in range(_ticks(scenario))]
    # As sim.tick.regulate.status: a tick has a policy that takes effect within it, and none that ends within it.
    acts = [first for first in firsts if _in_force(policy, first + step)]
    if scenario.time.burn_in and _in_force(policy, firsts[0] + timedelta(days=1)):
        acts.append(firsts[0])  # The burn-in has the policies of the first recorded day.
    last = _last_day(scenario)
    if policy.effective > last:
        why = f"it takes effect on {policy.effective}, after the last day of the run, {last}."
        if policy.restriction and policy.announced is not None and policy.announced <= last:
            why += f" At most, buyers hoard once it is announced on {policy.announced}."
        yield "effective", why
    elif policy.ends is not None and not acts:
        before = policy.ends <= scenario.time.start
        where = f"before the run starts on {scenario.time.start}" if before else "within the tick it would act in"
        yield "ends", f"it ends on {policy.ends}, {where}."
    elif not any(policy.intensity.at(first) > 0.0 for first in acts) and not _varied(scenario, f"policies.{key}"):
        yield "intensity", "it has intensity 0 as long as it is in force; write 1 for full strength."


def _in_force(policy: PolicyFields, day_after: date) -> bool:
    """Whether a policy is in force in the tick before a day."""
    return policy.effective < day_after and (policy.ends is None or policy.ends >= day_after)


def _varied(scenario: Scenario, path: str) -> bool:
    """True if a lever or an uncertain parameter sets the intensity of a policy."""
    paths = [entry.path for entry in (*scenario.levers.values(), *scenario.uncertain.values())]
    return any(each == f"{path}.intensity" or each.startswith(f"{path}.intensity.") for each in paths)


def _goods(scenario: Scenario, key: str, policy: PolicyFields) -> Iterator[tuple[str, str]]:
    """Why no product is in scope of a policy, or none that anybody deals in."""
    del key
    if isinstance(policy, EntityListingFields | ProcurementAidFields | DataSharingFields):
        return
    scope = _products(scenario, policy)
    dealt = {product for group in scenario.groups.values() for product in group.products}
    if not scope:
        yield "traits", "no product of the scenario reaches any of these thresholds."
    elif not dealt & scope:
        yield ("products" if policy.products else "traits"), f"no group deals in {listed(scope)}."
    elif isinstance(policy, InputRestrictionFields):
        if not any(scope & set(_barred(scenario, group)) for group in policy.groups):
            yield "groups", f"{listed(scope)} of {listed(policy.groups)} hold no foreign content."
    elif isinstance(policy, ContentRuleFields):
        if not any(scope & set(_barred(scenario, group, policy.threshold)) for group in scenario.groups):
            yield "threshold", f"no maker builds {listed(scope)} with so much foreign content."
    elif isinstance(policy, VoluntarySuspensionFields | DistributorContractFields) and not scope & set(
        scenario.groups[policy.by].products
    ):
        yield "products", f"{policy.by} deals in none of {listed(scope)}."


def _barred(scenario: Scenario, group: str, least: float = 0.0) -> list[str]:
    """Products of a group of makers that hold foreign inputs, of a share at least."""
    content: dict[str, float] = getattr(scenario.groups[group], "foreign_content", {})
    return [product for product, part in content.items() if part > 0.0 and part >= least]


def _products(scenario: Scenario, policy: PolicyFields) -> set[str]:
    """Products in scope: those named or all; with thresholds those named and those beyond one of them."""
    if not policy.traits:
        return set(policy.products) or set(scenario.products)
    beyond = {
        key
        for key, product in scenario.products.items()
        for trait, level in policy.traits.items()
        if (getattr(product, trait) is level if isinstance(level, bool) else getattr(product, trait) >= level)
    }
    return set(policy.products) | beyond


def _reach(scenario: Scenario, key: str, policy: PolicyFields) -> Iterator[tuple[str, str]]:
    """Why there is no leg, no side, no bank or no authority on which a policy could bear."""
    del key
    if isinstance(policy, DataSharingFields):
        named = {policy.by, *policy.groups} - {""}
        if not any(isinstance(p, EntityListingFields) and p.by in named for p in scenario.policies.values()):
            yield "groups" if policy.groups else "by", f"no listing policy is carried out by {listed(named)}."
        return
    if isinstance(policy, SecondarySanctionsFields):
        yield from _banks(scenario, policy)
        return
    homes = {scenario.jurisdictions[place].home_side for place in policy.destinations} - {""}
    if isinstance(policy, VoluntarySuspensionFields | DistributorContractFields):
        if not policy.sides and not homes:
            yield "destinations", f"no side is at home in {listed(policy.destinations)}; name sides."
        return
    papers = ExportLicenceFields | EndUseCertificateFields
    laws = ExportBanFields | ContentRuleFields
    if not isinstance(policy, laws | papers | InspectionFields | LevyFields | QuotaFields):
        return
    leaving = [leg for leg in scenario.legs if not policy.origins or leg.split("-")[0] in policy.origins]
    scope = [leg for leg in leaving if not policy.destinations or leg.split("-")[1] in policy.destinations]
    outer = [leg for leg in leaving if not _inner(scenario, leg)]
    # Laws, licences and end-use certificates also bear on goods that leave for elsewhere and end with a side in scope.
    onward = isinstance(policy, laws) and bool(homes or policy.sides)
    onward = onward or (isinstance(policy, papers) and bool(policy.sides))
    if set(scope) & set(outer) or (onward and outer):
        return
    field = "destinations" if policy.destinations else "origins"
    way = f"from {listed(policy.origins) or 'anywhere'} to {listed(policy.destinations) or 'anywhere'}"
    if not scope:
        yield field, f"there is no leg {way}."
    else:
        legs = f"the leg {scope[0]} lies" if len(scope) == 1 else f"all of {listed(scope)} lie"
        yield (
            field,
            f"{legs} within one jurisdiction or customs union, where a policy of kind {policy.kind} does not act.",
        )


def _banks(scenario: Scenario, policy: SecondarySanctionsFields) -> Iterator[tuple[str, str]]:
    """Why no payment comes into the scope of secondary sanctions."""
    ends = [leg.split("-") for leg in scenario.legs]
    leaving = [(a, b) for a, b in ends if a != b and (not policy.origins or a in policy.origins)]
    scope = [(a, b) for a, b in leaving if policy.sides or b in policy.destinations]
    if not scope:
        field = "destinations" if leaving else "origins"
        way = f"from {listed(policy.origins) or 'anywhere'} to {listed(policy.destinations) or 'anywhere else'}"
        yield field, f"there is no leg {way}."
    elif not any(any(scenario.jurisdictions[a].bank_exposure.values) for a, _ in scope):
        yield "origins", f"bank_exposure of {listed({a for a, _ in scope})} is 0."


def _bound(scenario: Scenario, key: str, policy: PolicyFields) -> Iterator[tuple[str, str]]:
    """Why there is nobody whom a policy could bind: all are exempt."""
    del key
    if not policy.exempt_groups:
        return
    kinds, _ = bound(policy)
    within = {key for key, group in scenario.groups.items() if isinstance(group, kinds)}
    if isinstance(policy, VoluntarySuspensionFields):
        within = {key for key in within if policy.by in (key, getattr(scenario.groups[key], "arm_of", ""))}
    elif isinstance(policy, DistributorContractFields):
        issuers = {key for key in within if policy.by in (key, getattr(scenario.groups[key], "arm_of", ""))}
        signing = {key for key in within - issuers if scenario.groups[key].kind == "intermediary"}
        signing = {key for key in signing if not getattr(scenario.groups[key], "arm_of", "")}
        within = issuers if issuers <= set(policy.exempt_groups) else signing
    elif isinstance(policy, EntityListingFields | InputRestrictionFields) and policy.groups:
        within &= set(policy.groups)
    if within <= set(policy.exempt_groups):
        yield "exempt_groups", f"it exempts {listed(within)}, and binds nobody else."


def _grandfathers(scenario: Scenario, policy: PolicyFields) -> Iterator[tuple[str, str]]:
    """Why no order can be dated before a policy takes effect."""
    time = scenario.time
    if policy.grandfather_weeks > 0.0 and policy.effective < time.start + timedelta(
        days=1 if time.burn_in else time.step_days
    ):
        yield (
            "grandfather_weeks",
            f"it spares no order: the policy takes effect on {policy.effective}, and no order of the run is older.",
        )


def _inner(scenario: Scenario, leg: str) -> bool:
    """True if both ends of a leg are one jurisdiction, or share a customs union."""
    start, end = leg.split("-")
    union = scenario.jurisdictions[start].customs_union
    return start == end or (bool(union) and union == scenario.jurisdictions[end].customs_union)


def _percentages(policy: PolicyFields) -> Iterator[tuple[str, str]]:
    """Shares that look like percentages."""
    if isinstance(policy, LevyFields) and policy.rate > 1.0:
        yield (
            "rate",
            f"{written(policy.rate)} is {written(100.0 * policy.rate)}% of the price; "
            f"write {written(policy.rate / 100.0)} for {written(policy.rate)}%.",
        )
    if isinstance(policy, InspectionFields) and policy.added == 1.0:
        yield "added", "1 means that every consignment is inspected; write 0.01 for 1%."
