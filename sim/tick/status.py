"""Stage 1, dates: where each policy stands in a tick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sim.policy.common import PolicyFields
from sim.world.columns import Calendar


@dataclass(frozen=True)
class Status:
    """Where each policy stands in a tick; two equal statuses give equal tables.

    Attributes:
        in_force: One flag a policy.
        announced: One flag a policy: visible, not yet in force.
        intensity: One number a policy; 0 for those that are neither in force nor announced.
    """

    in_force: tuple[bool, ...]
    announced: tuple[bool, ...]
    intensity: tuple[float, ...]

    def without(self, off: list[bool]) -> Status:
        """The status of a twin, in which the policies flagged are as if they were not there."""
        return Status(
            tuple(x and not o for x, o in zip(self.in_force, off, strict=True)),
            tuple(x and not o for x, o in zip(self.announced, off, strict=True)),
            tuple(0.0 if o else x for x, o in zip(self.intensity, off, strict=True)),
        )


def status(policies: list[PolicyFields], first_day: date, day_after: date, recorded: bool) -> Status:
    """Where policies stand (sim/RULES.md, section 0).

    Args:
        policies: In order of id.
        first_day: First day of the tick.
        day_after: First day after the tick, as policies see it.
        recorded: False in the burn-in, where nothing is announced.

    Returns:
        The status.
    """
    ended = [p.ends is not None and p.ends < day_after for p in policies]
    in_force = [p.effective < day_after and not over for p, over in zip(policies, ended, strict=True)]
    announced = [
        recorded and not over and not acts and (p.announced or p.effective) < day_after <= p.effective
        for p, over, acts in zip(policies, ended, in_force, strict=True)
    ]
    intensity = tuple(
        p.intensity.at(first_day) if acts or seen else 0.0
        for p, acts, seen in zip(policies, in_force, announced, strict=True)
    )
    return Status(tuple(in_force), tuple(announced), intensity)


def statuses(policies: list[PolicyFields], calendar: Calendar, off: list[bool]) -> list[Status]:
    """The status of every tick; ticks alike in a row share one object.

    Args:
        policies: In order of id.
        calendar: Ticks and dates.
        off: One flag a policy: left out, as in a twin.

    Returns:
        One status a tick.
    """
    found: list[Status] = []
    for t, (first_day, day_after) in enumerate(zip(calendar.first_days, calendar.days_after, strict=True)):
        if t and t < calendar.burn_in:
            found.append(found[-1])
            continue
        now = status(policies, first_day, day_after, t >= calendar.burn_in).without(off)
        found.append(found[-1] if found and found[-1] == now else now)
    return found
