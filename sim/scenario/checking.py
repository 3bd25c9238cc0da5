"""Whether the tables of a scenario fit together: every name exists, and what is said makes sense."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from types import UnionType

from sim.agents import BuyerFields, IntermediaryFields, ManufacturerFields, RegulatorFields
from sim.agents.common import GroupFields
from sim.declare.errors import Problem, listed, nearest
from sim.evasion.common import EvasionFields, WayFields
from sim.policy.common import PolicyFields
from sim.policy.content_rule import ContentRuleFields
from sim.policy.data_sharing import DataSharingFields
from sim.policy.distributor_contract import DistributorContractFields
from sim.policy.end_use_certificate import EndUseCertificateFields
from sim.policy.entity_listing import EntityListingFields
from sim.policy.export_ban import ExportBanFields
from sim.policy.input_restriction import InputRestrictionFields
from sim.policy.levy import LevyFields
from sim.policy.procurement_aid import ProcurementAidFields
from sim.policy.secondary_sanctions import SecondarySanctionsFields
from sim.policy.voluntary_suspension import VoluntarySuspensionFields
from sim.scenario.checking_exempt import check_exempt
from sim.scenario.checking_links import check_links
from sim.scenario.checking_ranges import check_ranges
from sim.scenario.reading import Draft

MOST_SIDES = 8
"""Sides that the engine's flags have room for."""

MOST_PRODUCTS = 64
"""Products that the engine's flags have room for."""

CODES_OF = {"products": "S301", "jurisdictions": "S302", "sides": "S303", "groups": "S304"}
SINGULAR = {"products": "product", "jurisdictions": "jurisdiction", "sides": "side", "groups": "group"}


def check(draft: Draft) -> list[Problem]:
    """Checks what no single table can know.

    Tables that could not be read are passed over; their ids count as known.

    Args:
        draft: The tables.

    Returns:
        The problems.
    """
    problems: list[Problem] = []
    refers = _Referrer(draft, problems)
    _check_calendar(draft, problems)
    _check_counts(draft, problems)
    _check_products(draft, refers)
    _check_jurisdictions(draft, refers)
    _check_legs(draft, refers)
    for key, group in draft.tables["groups"].items():
        _check_group(f"groups.{key}", group, refers, problems)
    for key, policy in draft.tables["policies"].items():
        _check_policy(f"policies.{key}", policy, refers, problems)
    for key, fields in draft.tables["evasion"].items():
        _check_evasion(f"evasion.{key}", fields, refers)
    for key, rule in draft.tables["links"].items():
        refers.each(f"links.{key}.sellers", "groups", rule.sellers)
        refers.each(f"links.{key}.buyers", "groups", rule.buyers)
        refers.each(f"links.{key}.products", "products", rule.products)
    problems += check_links(draft)
    problems += _check_evidence(draft)
    for problem in check_ranges(draft):
        if not refers.told_already(problem):
            problems.append(problem)
    return problems


class _Referrer:
    """Checks that what a table names exists. A name that does not is one problem, wherever it stands."""

    def __init__(self, draft: Draft, problems: list[Problem]) -> None:
        """Keeps the draft, and the list that problems go to."""
        self.draft, self.problems = draft, problems
        self.told: dict[tuple[str, str], int] = {}

    def told_already(self, problem: Problem) -> bool:
        """Adds a path that leads to an unknown name to the problem with that name, if there is one."""
        if problem.code != "S305":
            return False
        section, *keys = str(problem.value).split(".")
        place = self.told.get((section, keys[0] if keys else ""))
        if place is None:
            return False
        self._also(place, problem.path)
        return True

    def _also(self, place: int, path: str) -> None:
        """Notes one more path at a problem."""
        problem = self.problems[place]
        if path != problem.path and path not in problem.also:
            self.problems[place] = replace(problem, also=(*problem.also, path))

    def each(self, path: str, section: str, words: Iterable[str]) -> None:
        """Checks names; empty ones stand for none."""
        known = self.draft.names[section]
        for word in words if section not in self.draft.broken else ():
            if not word or word in known:
                continue
            if (section, word) in self.told:
                self._also(self.told[section, word], path)
                continue
            self.told[section, word] = len(self.problems)
            message, todo = f"There is no {SINGULAR[section]} `{word}`.", ""
            if word in self.draft.removed[section]:
                message = f"The {SINGULAR[section]} `{word}` is removed by enabled = false."
                todo = "Take the name out here too, or the `enabled = false` there."
            self.problems.append(
                Problem(
                    CODES_OF[section],
                    message,
                    path=path,
                    value=word,
                    allowed=listed(known),
                    nearest=nearest(word, known),
                    todo=todo,
                )
            )

    def keys(self, path: str, section: str, words: Iterable[str]) -> None:
        """Checks names that are keys: each has a path of its own."""
        for word in words:
            self.each(f"{path}.{word}", section, [word])

    def kind(self, path: str, words: Iterable[str], kind: type[GroupFields] | UnionType, allowed: str) -> None:
        """Checks that groups are of a kind; groups that do not exist are told elsewhere."""
        groups = self.draft.tables["groups"]
        for word in words:
            if word in groups and not isinstance(groups[word], kind):
                fit = [key for key, group in groups.items() if isinstance(group, kind)]
                message = f"`{word}` is a group of kind {groups[word].kind}."
                self.problems.append(
                    Problem("S406", message, path=path, value=word, allowed=f"{allowed}: {listed(fit) or 'none'}")
                )


def _check_calendar(draft: Draft, problems: list[Problem]) -> None:
    """The calendar has at least a tick."""
    time = draft.tables["time"].get("")
    if time is not None and time.end < time.start + timedelta(days=time.step_days - 1):
        message = f"From {time.start} to {time.end} there is no whole tick of {time.step_days} days."
        least = time.start + timedelta(days=time.step_days - 1)
        allowed = f"{least.isoformat()} or later"
        problems.append(Problem("S408", message, path="time.end", value=time.end, allowed=allowed))


def _check_counts(draft: Draft, problems: list[Problem]) -> None:
    """Flags have room for so many sides and products."""
    for section, most in (("sides", MOST_SIDES), ("products", MOST_PRODUCTS)):
        found = len(draft.names[section])
        if found > most:
            problems.append(
                Problem("S409", f"There are {found} {section}.", path=section, value=found, allowed=f"at most {most}")
            )


def _check_products(draft: Draft, refers: _Referrer) -> None:
    """Substitutes are products."""
    for key, product in draft.tables["products"].items():
        refers.keys(f"products.{key}.substitutes", "products", product.substitutes)
        if key in product.substitutes:
            message = f"`{key}` stands in for itself."
            path = f"products.{key}.substitutes.{key}"
            others = listed(draft.names["products"] - {key})
            refers.problems.append(Problem("S301", message, path=path, value=key, allowed=others, todo="Take it out."))


def _check_jurisdictions(draft: Draft, refers: _Referrer) -> None:
    """Sides at home or diverted to are sides."""
    for key, place in draft.tables["jurisdictions"].items():
        refers.each(f"jurisdictions.{key}.home_side", "sides", [place.home_side])
        refers.keys(f"jurisdictions.{key}.diversion", "sides", place.diversion)


def _check_legs(draft: Draft, refers: _Referrer) -> None:
    """Legs are named FROM-TO after two jurisdictions."""
    known = draft.names["jurisdictions"]
    for key in sorted(draft.names["legs"]):
        ends = key.split("-")
        if len(ends) == 2 and all(ends):
            refers.each(f"legs.{key}", "jurisdictions", ends)
        else:
            message = f"`{key}` is not FROM-TO."
            allowed = f"two of {listed(known)}, with one - between them"
            refers.problems.append(Problem("S401", message, path=f"legs.{key}", value=key, allowed=allowed))


def _check_group(path: str, group: GroupFields, refers: _Referrer, problems: list[Problem]) -> None:
    """What a group names exists, and it deals in what it makes or needs."""
    refers.each(f"{path}.jurisdiction", "jurisdictions", group.jurisdiction.words)
    refers.each(f"{path}.products", "products", group.products)
    dealt: list[tuple[str, Iterable[str]]] = []
    if isinstance(group, BuyerFields):
        refers.each(f"{path}.side", "sides", [group.side])
        refers.each(f"{path}.side_on_paper", "sides", [group.side_on_paper])
        dealt.append((f"{path}.demand", group.demand))
        if group.end_user and not group.demand:
            message = "The group uses units, but no demand is given."
            allowed = f"units a month by product: {listed(group.products)}"
            problems.append(Problem("S412", message, path=f"{path}.demand", value={}, allowed=allowed))
    if isinstance(group, IntermediaryFields):
        refers.each(f"{path}.side_on_paper", "sides", [group.side_on_paper])
        refers.each(f"{path}.arm_of", "groups", [group.arm_of])
        refers.kind(f"{path}.arm_of", [group.arm_of], ManufacturerFields, "a group of kind manufacturer")
    if isinstance(group, ManufacturerFields):
        refers.each(f"{path}.home_side", "sides", [group.home_side])
        dealt += [(f"{path}.capacity", group.capacity), (f"{path}.bill", group.bill)]
        dealt.append((f"{path}.foreign_content", group.foreign_content))
        for built, parts in group.bill.items():
            refers.keys(f"{path}.bill.{built}", "products", parts)
            if built in parts:
                problems.append(
                    Problem(
                        "S413",
                        f"`{built}` is a component of itself.",
                        path=f"{path}.bill.{built}.{built}",
                        value=built,
                        allowed="any other product",
                        todo="Take it out.",
                    )
                )
    known = refers.draft.names["products"]
    misspelt = not known.issuperset(group.products)
    for below, products in dealt:
        refers.keys(below, "products", products)
        for product in products:
            if product in known and product not in group.products and not misspelt:
                problems.append(
                    Problem(
                        "S413",
                        f"`{product}` is not among the group's products.",
                        path=f"{below}.{product}",
                        value=product,
                        allowed=listed(group.products),
                        nearest=nearest(product, group.products),
                    )
                )


def _check_policy(path: str, policy: PolicyFields, refers: _Referrer, problems: list[Problem]) -> None:
    """What a policy names exists, its dates are in order, and it bears on somebody."""
    refers.each(f"{path}.by", "groups", [policy.by])
    for key, section in (
        ("products", "products"),
        ("exempt_products", "products"),
        ("exempt_destinations", "jurisdictions"),
        ("origins", "jurisdictions"),
        ("destinations", "jurisdictions"),
        ("sides", "sides"),
    ):
        refers.each(f"{path}.{key}", section, getattr(policy, key))
    problems += check_exempt(path, policy, refers.draft.tables["groups"], refers.each, refers.kind)
    if policy.trigger and policy.trigger_off > policy.trigger_on:
        message = f"It would begin at {policy.trigger_on:g} and stop at {policy.trigger_off:g} already."
        allowed = f"at most {policy.trigger_on:g}"
        path_off = f"{path}.trigger_off"
        problems.append(Problem("S414", message, path=path_off, value=policy.trigger_off, allowed=allowed))
    if policy.announced is not None and policy.announced > policy.effective:
        message = f"Announced on {policy.announced}, after it takes effect on {policy.effective}."
        allowed = f"{policy.effective} or earlier"
        problems.append(Problem("S407", message, path=f"{path}.announced", value=policy.announced, allowed=allowed))
    if policy.ends is not None and policy.ends <= policy.effective:
        message = f"It ends on {policy.ends}, before or when it takes effect on {policy.effective}."
        allowed = f"after {policy.effective}"
        problems.append(Problem("S407", message, path=f"{path}.ends", value=policy.ends, allowed=allowed))
    if isinstance(policy, VoluntarySuspensionFields | DistributorContractFields):
        if not policy.by:
            message = f"A policy of kind {policy.kind} is carried out by a group of makers."
            problems.append(Problem("S202", message, path=f"{path}.by", allowed="a group of kind manufacturer"))
        refers.kind(f"{path}.by", [policy.by], ManufacturerFields, "a group of kind manufacturer")
    if isinstance(policy, EntityListingFields):
        refers.each(f"{path}.groups", "groups", policy.groups)
        refers.kind(f"{path}.groups", policy.groups, IntermediaryFields, "groups of kind intermediary")
        refers.each(f"{path}.sources", "jurisdictions", policy.sources)
    if isinstance(policy, InputRestrictionFields):
        refers.each(f"{path}.groups", "groups", policy.groups)
        refers.kind(f"{path}.groups", policy.groups, ManufacturerFields, "groups of kind manufacturer")
        if not policy.groups:
            makers = [g for g, group in refers.draft.tables["groups"].items() if isinstance(group, ManufacturerFields)]
            message, allowed = "It names no makers, so it bears on nobody.", f"groups of makers: {listed(makers)}"
            todo = "Name groups of makers."
            problems.append(Problem("S416", message, path=f"{path}.groups", value=[], allowed=allowed, todo=todo))
    for key in type(policy).unread:
        if getattr(policy, key) != type(policy).model_fields[key].default:
            message = f"A policy of kind {policy.kind} does not read `{key}`."
            allowed = "nothing: the key is left out"
            problems.append(Problem("S417", message, path=f"{path}.{key}", value=getattr(policy, key), allowed=allowed))
    if isinstance(policy, LevyFields) and policy.rate == 0.0 and policy.per_unit == 0.0:
        message, allowed = "It has neither a rate nor an amount per unit.", "above 0, or per_unit above 0"
        problems.append(Problem("S418", message, path=f"{path}.rate", value=0.0, allowed=allowed))
    if isinstance(policy, ProcurementAidFields):
        refers.each(f"{path}.groups", "groups", policy.groups)
        refers.kind(f"{path}.groups", policy.groups, BuyerFields, "groups of kind buyer")
        refers.keys(f"{path}.units", "products", policy.units)
        if not policy.sides and not policy.groups:
            message = "It names neither sides nor groups, so it aids nobody."
            allowed = f"sides: {listed(refers.draft.names['sides'])}; or groups of buyers"
            todo = "Name sides or groups."
            problems.append(Problem("S416", message, path=f"{path}.sides", value=[], allowed=allowed, todo=todo))
        if not policy.units and not any(policy.dollars.values):
            message, allowed = "It gives neither money nor goods.", "above 0 at some time, or units by product"
            problems.append(Problem("S418", message, path=f"{path}.dollars", value=0.0, allowed=allowed))
    if isinstance(policy, SecondarySanctionsFields) and not any(
        (policy.fee, policy.delay_weeks, policy.refusal, policy.detection)
    ):
        message, allowed = (
            "It holds up no payment and threatens nobody.",
            "above 0, or delay_weeks, refusal or detection",
        )
        problems.append(Problem("S418", message, path=f"{path}.fee", value=0.0, allowed=allowed))
    if isinstance(policy, DataSharingFields):
        refers.each(f"{path}.members", "jurisdictions", policy.members)
        refers.each(f"{path}.groups", "groups", policy.groups)
        refers.kind(f"{path}.groups", policy.groups, RegulatorFields, "groups of kind regulator")
        refers.kind(f"{path}.by", [policy.by], RegulatorFields, "a group of kind regulator")
        if not policy.by and not policy.groups:
            watchers = [g for g, group in refers.draft.tables["groups"].items() if isinstance(group, RegulatorFields)]
            message, allowed = "It names no authority, so nobody sees the records.", f"regulators: {listed(watchers)}"
            todo = "Name a group of regulators by `by`, or several by `groups`."
            problems.append(Problem("S416", message, path=f"{path}.by", value="", allowed=allowed, todo=todo))
        if not policy.members:
            message, allowed = "It names no members, so nothing is pooled.", listed(refers.draft.names["jurisdictions"])
            todo = "Name the jurisdictions that pool their records."
            problems.append(Problem("S416", message, path=f"{path}.members", value=[], allowed=allowed, todo=todo))
    if isinstance(policy, EndUseCertificateFields):
        refers.kind(f"{path}.by", [policy.by], RegulatorFields, "a group of kind regulator")
        if not policy.sides:
            message = "It names no sides, so a statement rules nothing out."
            allowed, todo = (
                f"sides: {listed(refers.draft.names['sides'])}",
                "Name the sides that must not get the goods.",
            )
            problems.append(Problem("S416", message, path=f"{path}.sides", value=[], allowed=allowed, todo=todo))
    names_nobody = not policy.sides and not policy.destinations
    if names_nobody and isinstance(
        policy,
        ExportBanFields
        | VoluntarySuspensionFields
        | SecondarySanctionsFields
        | DistributorContractFields
        | ContentRuleFields,
    ):
        message = "It names neither sides nor destinations, so it bears on nobody."
        allowed = f"sides: {listed(refers.draft.names['sides'])}; or destinations"
        problems.append(Problem("S416", message, path=f"{path}.sides", value=[], allowed=allowed))


def _check_evasion(path: str, fields: EvasionFields, refers: _Referrer) -> None:
    """Who can use a way sets prices: makers and intermediaries."""
    if isinstance(fields, WayFields):
        refers.each(f"{path}.groups", "groups", fields.groups)
        sellers = ManufacturerFields | IntermediaryFields
        refers.kind(f"{path}.groups", fields.groups, sellers, "groups of kind manufacturer or intermediary")


def _check_evidence(draft: Draft) -> list[Problem]:
    """Evidence is given for keys that exist."""
    problems = []
    for section, tables in draft.tables.items():
        for key, table in tables.items():
            told = table.evidence if isinstance(table.evidence, dict) else {}
            known = [name for name in type(table).model_fields if name != "evidence"]
            path = ".".join(part for part in (section, key, "evidence") if part)
            for name in told:
                if name != "*" and name not in known:
                    close = nearest(name, known)
                    message = f"The table has no key `{name}`."
                    allowed = listed([*known, '"*"'], 60)
                    problems.append(
                        Problem("S306", message, path=f"{path}.{name}", value=name, allowed=allowed, nearest=close)
                    )
    return problems
