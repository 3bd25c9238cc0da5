"""`sim check`: what is wrong with a scenario."""

from __future__ import annotations

from sim.commands.options import Scenario, Set
from sim.report.terminal import answer, say


def check(scenario: Scenario, changes: Set = None) -> None:
    """Check a scenario, and print all that is wrong with it, and warnings of what can hardly be meant."""
    from sim.report.documents import check_document
    from sim.scenario.advice import summary
    from sim.scenario.loading import load, parse_changes

    found = load(scenario, parse_changes(changes or ()))
    say(summary(found))
    answer(lambda: check_document(found))
