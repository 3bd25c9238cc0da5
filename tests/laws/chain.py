"""A chain with steady demand, ample supply and no policy: makers, exporters, importers, retailers, users."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

TIERS = ("t1_makers", "t2_exporters", "t3_importers", "t4_retailers")
"""Groups of sellers from the top; the users order from the last."""

PLACES = ("M", "M", "X", "X")
USERS = ("u1_civil", "u2_fund")


def chain(years: int, **changes: Any) -> dict[str, Any]:
    """The chain as plain data.

    Args:
        years: Years recorded after a burn-in of five years.
        changes: Fields of every group of traders.
    """
    trader: dict[str, Any] = {
        "kind": "intermediary", "products": ["drone"], "mark_up": 0.15, "founding_capital": 400e3,
        "compliant_share": 0.0,
    } | changes  # fmt: skip
    groups: dict[str, Any] = {
        "t1_makers": {
            "kind": "manufacturer", "count": 3, "jurisdiction": "M", "products": ["drone"], "capacity": {"drone": 1500},
            "production_cost": 0.5, "mark_up": 0.15, "founding_capital": 1e6,
        },
        "t2_exporters": trader | {"count": 6, "jurisdiction": "M"},
        "t3_importers": trader | {"count": 6, "jurisdiction": "X"},
        "t4_retailers": trader | {"count": 8, "jurisdiction": "X"},
        "u1_civil": {
            "kind": "buyer", "count": 10, "jurisdiction": "X", "products": ["drone"], "side": "civil", "end_user": True,
            "demand": {"drone": 500}, "budget": 2e6, "ceiling": 3.0, "elasticity": -0.4,
        },
        "u2_fund": {
            "kind": "buyer", "count": 4, "jurisdiction": "X", "products": ["drone"], "side": "force", "end_user": False,
            "budget": 2e6, "ceiling": 3.0, "elasticity": -0.4,
        },
        "u3_units": {
            "kind": "buyer", "count": 10, "jurisdiction": "X", "products": ["drone"], "side": "force", "end_user": True,
            "demand": {"drone": 500},
        },
    }  # fmt: skip
    chain_of = [*TIERS, "users"]
    links = {
        f"l{i}": {"sellers": [a], "buyers": list(USERS) if b == "users" else [b], "degree": 3}
        for i, (a, b) in enumerate(pairwise(chain_of))
    }
    links["l9"] = {"sellers": ["u2_fund"], "buyers": ["u3_units"], "degree": 3}
    return {
        "name": "chain",
        "time": {"start": "2020-01-06", "end": f"{2020 + years}-01-05", "burn_in": 260, "settle": 8},
        "sides": {"civil": {"civil": True}, "force": {}},
        "products": {"drone": {"hs_code": "8806", "reference_price": 1000.0}},
        "jurisdictions": {j: {"latitude": 0.0, "longitude": float(i)} for i, j in enumerate("MX")},
        "legs": {
            "M-M": {"lead_weeks": 1, "freight": 0.01},
            "M-X": {"lead_weeks": 3, "freight": 0.03},
            "X-X": {"lead_weeks": 1, "freight": 0.01},
        },
        "groups": groups,
        "links": links,
    }
