"""What is allowed in `[evasion]` but hardly meant: ways that nobody can ever use, and shares written in per cent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sim.declare.errors import listed
from sim.declare.numbers import written
from sim.evasion.common import BEYOND, STOPS, EvasionFields, WayFields
from sim.evasion.firms import ShellsFields, StockpilingFields
from sim.evasion.papers import MilitaryPurposeFields
from sim.scenario.checking_links import can_sell, is_pass_through
from sim.scenario.model import Scenario


def advice_on_evasion(scenario: Scenario, last: date) -> list[str]:
    """Sentences on entries of `[evasion]` that change nothing, each with a path first; in order of id.

    Args:
        scenario: A scenario.
        last: Last day of the run.

    Example:
        >>> import sim
        >>> late = {"evasion.rerouting.effective": "2090-01-01"}
        >>> advice_on_evasion(sim.load("small", late), sim.load("small").time.end)[0][:62]
        'evasion.rerouting.effective: the way is never used: it begins '
    """
    found = []
    for key, fields in scenario.evasion.items():
        path = f"evasion.{key}"
        if isinstance(fields, WayFields):
            found += [f"{path}.{field}: the way is never used: {why}" for field, why in _unused(scenario, fields, last)]
            if fields.rate > 1.0:
                share, part = written(fields.rate), written(fields.rate / 100.0)
                percent = written(100.0 * fields.rate)
                found.append(f"{path}.rate: {share} is {percent}% of the price; write {part} for {share}%.")
        else:
            found += [f"{path}: it changes nothing: {why}" for why in _without_effect(scenario, fields)]
    return found


def _unused(scenario: Scenario, fields: WayFields, last: date) -> Iterator[tuple[str, str]]:
    """Why nobody can ever use a way."""
    if fields.effective is not None and fields.effective > last:
        yield "effective", f"it begins on {fields.effective}, after the last day of the run, {last}."
    sellers = {group for group in _sellers_abroad(scenario) if not fields.groups or group in fields.groups}
    if not sellers:
        who = listed(fields.groups) or "no group"
        yield "groups", f"{who} may sell to nobody in another jurisdiction."
    elif isinstance(fields, MilitaryPurposeFields):
        saves = fields.saved_weeks > fields.delay_weeks
        if saves and not any(place.home_side for place in scenario.jurisdictions.values()):
            yield "saved_weeks", "time is saved where the side is at home, and no side is at home anywhere."
    elif fields.goes in (STOPS, BEYOND) and not _corridor(scenario, fields.goes):
        what = "leads through a third state" if fields.goes == STOPS else "has a leg onward from its end"
        yield "kind", f"no corridor between two jurisdictions with a leg of their own {what}."


def _sellers_abroad(scenario: Scenario) -> set[str]:
    """Groups that set prices and whose rules let them sell over a leg to another jurisdiction."""
    found = set()
    for rule in scenario.links.values():
        ends = {place for buyer in rule.buyers for place in scenario.groups[buyer].jurisdiction.words}
        for seller in rule.sellers:
            group = scenario.groups[seller]
            abroad = any(
                f"{start}-{end}" in scenario.legs and start != end for start in group.jurisdiction.words for end in ends
            )
            if abroad and can_sell(group) and not is_pass_through(group):
                found.add(seller)
    return found


def _corridor(scenario: Scenario, goes: int) -> bool:
    """Whether forwarders could offer a corridor for a story on papers."""
    onward: dict[str, set[str]] = {}
    for leg in scenario.legs:
        start, end = leg.split("-")
        if start != end:
            onward.setdefault(start, set()).add(end)
    for start, ends in onward.items():
        for end in ends:
            if goes == BEYOND and onward.get(end, set()) - {start}:
                return True
            if goes == STOPS and any(
                end in onward.get(stop, ())
                or any(end in onward.get(other, ()) for other in onward.get(stop, set()) - {start, end})
                for stop in ends - {end}
            ):
                return True
    return False


def _without_effect(scenario: Scenario, fields: EvasionFields) -> Iterator[str]:
    """Why something that is no way changes nothing."""
    paths = [entry.path for entry in (*scenario.levers.values(), *scenario.uncertain.values())]
    if isinstance(fields, ShellsFields):
        if not any(getattr(group, "slots", 0) for group in scenario.groups.values()):
            yield "no group has slots, so that no firm is ever founded."
        elif scenario.market.owner_returns == 0.0 and "market.owner_returns" not in paths:
            yield "market.owner_returns is 0, so that no owner returns."
    if isinstance(fields, StockpilingFields):
        hoards = any(getattr(group, "stockpile_weeks", 0.0) for group in scenario.groups.values())
        if not hoards and not any(path.endswith(".stockpile_weeks") for path in paths):
            yield "stockpile_weeks is 0 for every group, so that nobody hoards."
