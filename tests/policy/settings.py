"""Two policies of each kind, which tests that go through every kind use: in the small world, with others around them.

Each of the first joined with each of the second, both must change some bit of a run.
"""

from __future__ import annotations

from typing import Any

ONE: dict[str, dict[str, Any]] = {
    "export_ban": {"origins": ["CN"], "sides": ["russia"], "intensity": 0.7},
    "export_licence": {"origins": ["CN"], "sides": ["ukraine"], "destinations": ["PL"], "lag_weeks": 4.0},
    "end_use_certificate": {"origins": ["CN"], "sides": ["russia"], "passes": 0.5, "traced": 1.0, "by": "reg_cn"},
    "quota": {"origins": ["CN"], "units": 120.0, "period_weeks": 4.0},
    "levy": {"origins": ["CN"], "rate": 0.2, "per_unit": 20.0},
    "inspection": {"origins": ["CN"], "added": 0.3},
    "transit_tracking": {"found": 0.02},
    "entity_listing": {"by": "reg_cn", "sides": ["russia"], "hazard": 2.0, "observation": 1.0, "lag_weeks": 2.0},
    "voluntary_suspension": {"by": "leader", "sides": ["russia"], "intensity": 0.8},
    "secondary_sanctions": {"destinations": ["RU"], "sides": ["russia"], "refusal": 0.3},
    "data_sharing": {"by": "reg_cn", "members": ["CN", "KZ", "TR"], "mismatch": 2.0},
    "input_restriction": {"groups": ["leader"], "without_substitute": 0.1},
    "distributor_contract": {"by": "leader", "sides": ["russia"], "audits": 12.0},
    "content_rule": {"sides": ["russia"], "destinations": ["RU"], "threshold": 0.4},
    "procurement_aid": {"sides": ["ukraine"], "dollars": 40e3, "units": {"consumer": 15.0}},
}
"""One of each kind."""
TWO: dict[str, dict[str, Any]] = {
    "export_ban": {"origins": ["CN", "PL"], "sides": ["ukraine"], "intensity": 0.4, "penalty": 5000.0},
    "export_licence": {"origins": ["CN", "TR"], "sides": ["russia"], "lag_weeks": 2.0, "intensity": 0.6},
    "end_use_certificate": {"origins": ["CN", "TR"], "sides": ["ukraine"], "intensity": 0.6},
    "quota": {"origins": ["CN"], "destinations": ["KZ"], "units": 20.0, "period_weeks": 4.0},
    "levy": {"origins": ["CN", "TR"], "rate": 0.1, "intensity": 0.5},
    "inspection": {"origins": ["CN"], "destinations": ["PL"], "added": 0.2},
    "transit_tracking": {"found": 0.05},
    "entity_listing": {"by": "reg_eu", "sides": ["ukraine"], "hazard": 2.0, "observation": 1.0, "lag_weeks": 4.0},
    "voluntary_suspension": {"by": "leader", "sides": ["russia", "ukraine"], "intensity": 0.3},
    "secondary_sanctions": {"sides": ["ukraine"], "fee": 0.1},
    "data_sharing": {"by": "reg_eu", "members": ["CN", "PL"], "intensity": 0.5},
    "input_restriction": {"groups": ["leader"], "without_substitute": 0.02, "extra_cost": 1.0},
    "distributor_contract": {"by": "second_brand", "sides": ["russia", "ukraine"], "audits": 12.0},
    "content_rule": {"sides": ["ukraine"], "threshold": 0.2},
    "procurement_aid": {"sides": ["russia"], "dollars": 20e3},
}
"""Another of each kind."""
