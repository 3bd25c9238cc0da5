"""The quick catching set, run in a copy of the package: `python -m tests.faults.catch WORLD,WORLD,... [TEST ...]`.

Prints one line of JSON: which tests caught something, and what they said. Kernels run as plain Python
(`NUMBA_DISABLE_JIT=1` in the environment), so that a fault costs no compilation.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys

WORLDS = (5, 10, 14, 7, 20, 6, 17, 13, 1)
"""Small worlds in which, together, most rules act; a fault in a rarer one names its own world."""

KINDS = {
    "known_answers": "known answers",
    "by_hand": "known answers",
    "test_learn": "known answers",
    "test_drawn": "distributions",
    "test_build": "draws",
    "tables_grow": "growth",
    "conservation": "conservation",
    "causality": "causality",
    "agreement": "agreement",
}
"""What a test is called in the table, by a word of its name."""


def by_tests(names: list[str]) -> tuple[str, str] | None:
    """Runs tests by name.

    Args:
        names: As pytest takes them.

    Returns:
        What caught the fault and what it said, or None where all pass.
    """
    import pytest

    class First:
        """Keeps the name of the first test that fails."""

        name = ""

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            """Called by pytest after each phase of a test."""
            if report.failed and not self.name:
                self.name = report.nodeid

        def pytest_collectreport(self, report: pytest.CollectReport) -> None:
            """Called by pytest after each file it reads."""
            if report.failed and not self.name:
                self.name = report.nodeid

    first = First()
    with contextlib.redirect_stdout(io.StringIO()):
        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *names], plugins=[first])
    if code == pytest.ExitCode.OK:
        return None
    if not first.name:
        return "broken", f"pytest ended with {code!r}"
    for word, kind in KINDS.items():
        if word in first.name:
            return kind, first.name
    return "laws", first.name


def by_world(number: int) -> tuple[str, str] | None:
    """Compares engine and oracle on a small world, and has its records balance.

    Args:
        number: Which small world.

    Returns:
        What caught the fault and what it said, or None where nothing did.
    """
    from sim.engine import Engine
    from sim.scenario.loading import load
    from sim.world.accounts import UnbalancedError
    from sim.world.build import build
    from tests.laws.test_conservation import check_all
    from tests.oracle.compare import Disagreement, same_run
    from tests.oracle.model import OracleModel
    from tests.worlds import small_world

    world = build(load(small_world(number)), seed=number)
    engine = Engine(world)
    try:
        same_run(engine, OracleModel(world))
    except Disagreement as difference:
        return "agreement", str(difference)
    except UnbalancedError as gap:
        return "accounts", f"world {number}: {gap}"
    except Exception as error:
        return "agreement", f"world {number}: {type(error).__name__}: {error}"
    try:
        check_all(engine.records())
    except AssertionError as wrong:
        return "conservation", f"world {number}: {wrong}"
    return None


def main(worlds: list[int], tests: list[str]) -> None:
    """Runs the set until something is caught, and prints what.

    Args:
        worlds: Small worlds, in order.
        tests: Tests to run before them.
    """
    caught = by_tests(tests) if tests else None
    place = None
    for number in worlds if caught is None else ():
        caught = by_world(number)
        if caught is not None:
            place = number
            break
    by, said = caught or ("", "")
    print(json.dumps({"by": by, "said": said.strip()[:300], "world": place}))


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1].split(",") if word], sys.argv[2:])
