"""End-use statements as a frame: the documents that an `end_use_certificate` leaves behind."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.ledger.labels import agent_labels, categorical, dates_of
from sim.world.records import Records


def statements(records: Records) -> pd.DataFrame:
    """The end-use statements of a run, one row each, in order of tick, policy, seller and buyer.

    Those signed before the record began are in no row, as in the true ledger.

    Args:
        records: A run.

    Returns:
        Columns: ``tick``, ``date``, ``policy``, ``seller`` (who holds it), ``buyer`` (who signed), ``false`` (share,
        0 to 1, that was false), ``passed``, ``traced`` (by outside observers). Without such a policy there are no rows.

    Example:
        >>> from sim.engine import Engine
        >>> from sim.scenario.loading import load
        >>> from sim.world.build import build
        >>> policy = {"kind": "end_use_certificate", "effective": "2023-02-06", "sides": ["russia"]}
        >>> world = build(load("small", {"time.end": "2023-04-30", "policies.form": policy}), 1)
        >>> found = statements(Engine(world).run())
        >>> set(found["policy"]), bool((found["traced"] <= found["passed"]).all())
        ({'form'}, True)
    """
    rows, world = records.statements, records.world
    labels = agent_labels(world)
    return pd.DataFrame(
        {
            "tick": rows["tick"].astype(np.int64),
            "date": dates_of(records, rows["tick"]),
            "policy": categorical(rows["policy"], world.names.policies),
            "seller": categorical(rows["seller"], labels),
            "buyer": categorical(rows["buyer"], labels),
            "false": rows["false"].astype(np.float64),
            "passed": rows["passed"].astype(np.bool_),
            "traced": rows["traced"].astype(np.bool_),
        }
    )
