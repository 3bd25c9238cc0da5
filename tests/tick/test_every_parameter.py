"""Every parameter of a scenario moves the results, or is on the list of those that only label or measure."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from sim.agents import KINDS as AGENT_KINDS
from sim.evasion import KINDS as EVASION_KINDS
from sim.evasion import WayFields
from sim.policy import KINDS as POLICY_KINDS
from sim.scenario.checking_exempt import agents_of
from sim.scenario.fields import (
    JurisdictionFields,
    LegFields,
    LinkFields,
    MarketFields,
    ProductFields,
    SideFields,
    TimeFields,
)
from sim.scenario.model import Scenario
from tests.laws.common import Bits, bits, differences, run, small

LIVELY: dict[str, Any] = {
    "time.end": "2023-08-27",
    "market.calls": 2,
    "market.link_idle_weeks": 26.0,
    "market.de_minimis": 5000.0,
    "evasion.rerouting.concealment": 0.1,
    "evasion.ghost_transit.concealment": 0.1,
    "policies.exit_checks.added": 0.7,
    "policies.listings.hazard": 1.0,
    "policies.listings.observation": 0.3,
    "policies.listings.lag_weeks": 3.0,
    "policies.china_ban.products": ["components"],
    "policies.china_ban.sides": [],
    "policies.china_ban.traits": {"flight_minutes": 40.0},
    "policies.leader_exit.sides": ["russia"],
    "policies.eu_ban.products": ["components"],
    "policies.eu_ban.traits": {"takeoff_kg": 1.0},
    "policies.exit_checks.traits": {"radio": True, "thermal": True, "flight_minutes": 20.0},
    "groups.cn_exporters.diligence": 0.4,
    "groups.ru_importers.overhead": 1500.0,
    "groups.ru_importers.founding_rate": 1.0,
    "groups.tr_traders.overhead": 6000.0,
    "groups.tr_traders.founding_capital": 3000.0,
    "groups.tr_traders.founding_rate": 0.5,
    "groups.kz_traders.overhead": 6000.0,
    "groups.kz_traders.founding_rate": 0.5,
    "groups.ru_state.carry_over_weeks": 3.0,
    "links.zz_direct": {"sellers": ["second_brand"], "buyers": ["ru_importers"], "degree": 1},
}
"""The small world with changes that make rare rules act within half a year."""

ADDED: dict[str, Any] = {
    "policies.duty": {
        "kind": "levy", "announced": "2023-03-06", "effective": "2023-03-20", "origins": ["CN"],
        "destinations": ["KZ", "PL", "TR"], "rate": 0.05, "per_unit": 5.0, "products": ["components"],
        "traits": {"flight_minutes": 40.0},
    },
    "policies.cap": {
        "kind": "quota", "announced": "2023-04-10", "effective": "2023-05-01", "origins": ["CN"],
        "destinations": ["PL", "TR"], "units": 60, "period_weeks": 4, "products": ["components"],
        "traits": {"flight_minutes": 40.0},
    },
    "policies.gift": {
        "kind": "procurement_aid", "effective": "2023-05-01", "sides": ["ukraine"], "dollars": 10e3,
        "groups": ["ua_units", "ua_funds", "ua_state"], "units": {"consumer": 10},
    },
    "policies.permit": {
        "kind": "export_licence", "announced": "2023-02-06", "effective": "2023-03-06", "origins": ["CN"],
        "destinations": ["KZ", "TR"], "sides": ["ukraine"], "lag_weeks": 2.0, "refusal": 0.3, "valid_weeks": 6.0,
        "again_weeks": 4.0, "fee": 50.0, "capacity": 2, "products": ["components"], "traits": {"flight_minutes": 40.0},
    },
    "policies.parts": {
        "kind": "input_restriction", "announced": "2023-03-06", "effective": "2023-04-03",
        "groups": ["second_brand"], "without_substitute": 0.1, "products": ["thermal"],
        "traits": {"flight_minutes": 45.0},
    },
    "policies.hunt": {
        "kind": "inspection", "announced": "2023-02-06", "effective": "2023-02-20", "origins": ["CN"], "added": 0.3,
        "allocation": "proportional", "memory_weeks": 8.0, "period_weeks": 4.0, "prior": 2.0,
    },
    "policies.watch": {
        "kind": "transit_tracking", "announced": "2023-03-06", "effective": "2023-04-03", "origins": ["CN"],
        "destinations": ["PL"], "found": 0.01,
    },
    "evasion.ghost_transit": {
        "kind": "ghost_transit", "cost": 10.0, "rate": 0.005, "concealment": 0.6, "penalty": 500.0,
    },
    "policies.stop": {
        "kind": "export_ban", "effective": "2023-02-06", "origins": ["PL"], "destinations": ["UA"],
        "sides": ["ukraine"], "trigger": "exported_value", "trigger_on": 200e3, "trigger_off": 120e3,
        "trigger_weeks": 4.0,
    },
    "groups.second_brand.foreign_content": {"consumer": 0.5, "thermal": 0.5},
    "groups.second_brand.input_cover_weeks": 1.0,
    "policies.payments": {
        "kind": "secondary_sanctions", "announced": "2023-03-06", "effective": "2023-04-03", "origins": ["CN", "TR"],
        "destinations": ["KZ"], "sides": ["russia"], "products": ["components"], "traits": {"flight_minutes": 40.0},
        "detection": 0.02,
    },
    "policies.form": {
        "kind": "end_use_certificate", "by": "reg_cn", "announced": "2023-02-06", "effective": "2023-03-06",
        "origins": ["CN"], "destinations": ["KZ", "PL", "TR"], "sides": ["ukraine"], "products": ["components"],
        "traits": {"flight_minutes": 40.0}, "passes": 0.4, "traced": 0.6, "valid_weeks": 8.0, "again_weeks": 3.0,
    },
    "policies.pool": {
        "kind": "data_sharing", "effective": "2023-04-03", "by": "reg_cn", "members": ["CN", "KZ", "PL"],
    },
    "policies.pool_2": {
        "kind": "data_sharing", "effective": "2023-04-03", "by": "reg_eu", "members": ["CN", "TR"], "mismatch": 5.0,
    },
    "policies.clause": {
        "kind": "distributor_contract", "announced": "2023-02-06", "effective": "2023-02-20", "by": "second_brand",
        "sides": ["civil", "ukraine"], "destinations": ["RU"], "products": ["thermal"],
        "traits": {"flight_minutes": 45.0}, "audits": 60.0, "lag_weeks": 3.0,
    },
    "policies.inside": {
        "kind": "content_rule", "announced": "2023-03-06", "effective": "2023-04-03", "origins": ["CN", "PL"],
        "destinations": ["UA"], "sides": ["russia"], "threshold": 0.4, "products": ["thermal"],
        "traits": {"flight_minutes": 45.0},
    },
    "policies.listings.sources": ["TR"],
    "policies.listings.observation": 0.2,
    "jurisdictions.CN.bank_exposure": 0.8,
}  # fmt: skip
"""Policies of kinds that the small world lacks, in a world of their own beside those above."""

LABELS = {
    "enabled": "removes the table",
    "kind": "another kind has other fields",
    "title": "a name",
    "evidence": "where a value comes from",
    "hs_code": "for official statistics",
    "latitude": "for maps",
    "longitude": "for maps",
    "users": "measures of collateral",
    "cost": "measures of enforcement",
}
"""Fields that no run depends on, and why."""

MARKET: dict[str, Any] = {
    "calls": 3,
    "price_weight": 3.0,
    "lead_weight": 0.5,
    "risk_weight": 6.0,
    "trust_weight": 3.0,
    "restock_gain": 0.05,
    "smoothing": 0.1,
    "refused_weight": 0.0,
    "scarcity_gain": 0.3,
    "shortage_mark_up": 0.8,
    "scarcity_decay": 0.2,
    "refusal_belief": 0.05,
    "consignment_units": 5.0,
    "stake_weeks": 80.0,
    "urgency_exponent": 2.0,
    "bid_noise": 0.4,
    "trust_gain": 0.6,
    "risk_gain": 0.9,
    "neighbour_risk_gain": 0.4,
    "risk_decay": 0.3,
    "seen_gain": 0.5,
    "margin_gain": 0.4,
    "entry_share": 2.0,
    "search_rate": 0.8,
    "link_idle_weeks": 10.0,
    "de_minimis": 300.0,
    "de_minimis_factor": 1.0,
    "inspection_value": 100.0,
    "inspection_delay_weeks": 3.0,
    "patience": 0.1,
    "fine": 3.0,
    "payout_share": 0.9,
    "sell_off": 0.3,
    "sell_off_weeks": 0.5,
    "owner_returns": 1.0,
    "ceiling_band": 0.1,
}

TIME: dict[str, Any] = {"start": "2023-01-09", "end": "2023-08-01", "step_days": 14, "burn_in": 10, "settle": 2}

TRADER: dict[str, tuple[str, Any]] = {
    "mark_up": ("cn_exporters", 0.5),
    "mark_up_max": ("cn_exporters", 0.3),
    "compliant_share": ("cn_exporters", 0.9),
    "tolerance": ("cn_exporters", 0.1),
    "diligence": ("cn_exporters", 1.0),
    "concealment": ("cn_exporters", 0.9),
    "recorded": ("cn_exporters", 0.2),
    "bidding_share": ("cn_exporters", 1.0),
    "review_weeks": ("cn_exporters", 3),
    "safety_weeks": ("cn_exporters", 6.0),
    "stockpile_weeks": ("ru_importers", 20.0),
    "storage_weeks": ("ru_importers", 1.0),
    "founding_capital": ("cn_exporters", 20_000.0),
    "working_weeks": ("cn_exporters", 2.0),
    "overhead": ("cn_exporters", 3000.0),
    "count": ("cn_exporters", 9),
    "jurisdiction": ("kz_traders", "TR"),
    "products": ("cn_exporters", ["components", "consumer"]),
    "size": ("cn_exporters", 1.0),
}

GROUPS: dict[str, dict[str, tuple[str, Any]]] = {
    "intermediary": TRADER
    | {
        "arm_of": ("leader_arms", ""),
        "side_on_paper": ("ru_importers", "russia"),
        "slots": ("kz_traders", 0),
        "founding_rate": ("kz_traders", 0.0),
        "founding_lag_weeks": ("kz_traders", 12.0),
    },
    "manufacturer": {name: ("leader", value) for name, (_, value) in TRADER.items()}
    | {
        "compliant_share": ("second_brand", 1.0),
        "tolerance": ("second_brand", 0.01),
        "diligence": ("component_makers", 1.0),
        "concealment": ("second_brand", 0.9),
        "recorded": ("component_makers", 0.2),
        "review_weeks": ("ru_makers", 3),
        "safety_weeks": ("second_brand", 6.0),
        "stockpile_weeks": ("ru_makers", 20.0),
        "storage_weeks": ("ru_makers", 0.5),
        "working_weeks": ("second_brand", 1.0),
        "mark_up_max": ("second_brand", 0.21),
        "size": ("second_brand", {"lognormal": {"mean": 1.0, "cv": 0.8}}),
        "jurisdiction": ("ua_makers", "PL"),
        "products": ("leader", ["consumer"]),
        "founding_capital": ("ru_makers", 100.0),
        "count": ("second_brand", 3),
        "capacity": ("leader", {"consumer": 500, "thermal": 90}),
        "production_cost": ("leader", 0.8),
        "bill": ("ru_makers", {"fpv_kit": {"components": 2}}),
        "home_side": ("ru_makers", "ukraine"),
        "foreign_content": ("second_brand", {"consumer": 0.1}),
        "input_cover_weeks": ("second_brand", 4.0),
    },
    "buyer": {
        "count": ("ru_state", 3),
        "jurisdiction": ("row_civil", "PL"),
        "products": ("ru_state", ["consumer", "fpv_kit"]),
        "size": ("ru_state", {"lognormal": {"mean": 1.0, "cv": 0.8}}),
        "side": ("row_civil", "ukraine"),
        "side_on_paper": ("row_civil", "russia"),
        "end_user": ("ru_civil", False),
        "demand": ("ru_units", {"consumer": 100, "fpv_kit": 150, "thermal": 40}),
        "sorties_survived": ("ru_units", 6.0),
        "sorties_per_unit": ("ru_units", 0.3),
        "cover_weeks": ("ru_units", 8.0),
        "review_weeks": ("ru_state", 4),
        "budget": ("ru_state", 100e3),
        "donation_cv": ("ua_funds", 2.0),
        "carry_over_weeks": ("ru_state", 0.5),
        "ceiling": ("ru_state", 1.2),
        "ceiling_cv": ("ru_state", 0.0),
        "elasticity": ("ru_state", -2.0),
    },
    "regulator": {},
}

UNUSED_BY_KIND = {
    ("regulator", "count"): "regulators act through policies, which hold their capacity",
    ("regulator", "jurisdiction"): "the same",
    ("regulator", "products"): "the same",
    ("regulator", "size"): "the same",
    ("manufacturer", "products"): "makers sell what they have capacity for",
    ("manufacturer", "bidding_share"): "tested below: makers of the small world have enough, or few customers",
}

POLICIES: dict[str, dict[str, tuple[str, Any]]] = {
    "export_ban": {
        "penalty": ("china_ban", 500_000.0),
        "announced": ("china_ban", "2023-02-06"),
        "effective": ("china_ban", "2023-05-01"),
        "ends": ("china_ban", "2023-06-05"),
        "intensity": ("china_ban", 0.4),
        "products": ("eu_ban", ["thermal"]),
        "traits": ("china_ban", {"flight_minutes": 200.0}),
        "origins": ("china_ban", ["PL"]),
        "destinations": ("china_ban", ["TR"]),
        "sides": ("china_ban", ["ukraine"]),
    },
    "inspection": {
        "added": ("exit_checks", 0.9),
        "announced": ("exit_checks", "2023-02-06"),
        "effective": ("exit_checks", "2023-05-01"),
        "ends": ("exit_checks", "2023-06-05"),
        "intensity": ("exit_checks", 0.1),
        "products": ("exit_checks", ["components"]),
        "traits": ("exit_checks", {"flight_minutes": 41.0}),
        "origins": ("exit_checks", ["PL"]),
        "destinations": ("exit_checks", ["KZ"]),
        "allocation": ("hunt", "fixed"),
        "memory_weeks": ("hunt", 26.0),
        "period_weeks": ("hunt", 13.0),
        "prior": ("hunt", 200.0),
    },
    "transit_tracking": {
        "found": ("watch", 0.9),
        "announced": ("watch", "2023-01-09"),
        "effective": ("watch", "2023-05-01"),
        "ends": ("watch", "2023-06-05"),
        "intensity": ("watch", 0.1),
        "origins": ("watch", ["PL"]),
        "destinations": ("watch", ["UA"]),
    },
    "voluntary_suspension": {
        "by": ("leader_exit", "second_brand"),
        "announced": ("leader_exit", "2023-01-09"),
        "effective": ("leader_exit", "2023-05-01"),
        "ends": ("leader_exit", "2023-05-01"),
        "intensity": ("leader_exit", 0.01),
        "products": ("leader_exit", ["thermal"]),
        "traits": ("leader_exit", {"flight_minutes": 200.0}),
        "destinations": ("leader_exit", ["UA"]),
        "sides": ("leader_exit", ["ukraine"]),
    },
    "entity_listing": {
        "groups": ("listings", ["kz_traders"]),
        "sides": ("listings", ["ukraine"]),
        "sources": ("listings", ["CN"]),
        "least": ("listings", 5.0),
        "hazard": ("listings", 5.0),
        "observation": ("listings", 0.9),
        "fading": ("listings", 0.9),
        "capacity": ("listings", 1),
        "lag_weeks": ("listings", 12.0),
        "stock": ("listings", "frozen"),
        "chill": ("listings", 0.9),
        "effective": ("listings", "2023-05-29"),
        "ends": ("listings", "2023-05-01"),
        "intensity": ("listings", 0.1),
    },
    "levy": {
        "rate": ("duty", 0.3),
        "per_unit": ("duty", 50.0),
        "announced": ("duty", "2023-02-06"),
        "effective": ("duty", "2023-05-01"),
        "ends": ("duty", "2023-06-05"),
        "intensity": ("duty", 0.4),
        "products": ("duty", ["fpv_kit"]),
        "traits": ("duty", {"flight_minutes": 200.0}),
        "origins": ("duty", ["PL"]),
        "destinations": ("duty", ["KZ"]),
    },
    "quota": {
        "units": ("cap", 20),
        "period_weeks": ("cap", 13),
        "announced": ("cap", "2023-02-06"),
        "effective": ("cap", "2023-06-05"),
        "ends": ("cap", "2023-06-05"),
        "intensity": ("cap", 0.3),
        "products": ("cap", ["fpv_kit"]),
        "traits": ("cap", {"flight_minutes": 200.0}),
        "origins": ("cap", ["PL"]),
        "destinations": ("cap", ["PL"]),
    },
    "export_licence": {
        "lag_weeks": ("permit", 8.0),
        "refusal": ("permit", 0.9),
        "capacity": ("permit", 100),
        "valid_weeks": ("permit", 52.0),
        "again_weeks": ("permit", 26.0),
        "fee": ("permit", 900.0),
        "penalty": ("permit", 900e3),
        "announced": ("permit", "2023-01-09"),
        "effective": ("permit", "2023-05-01"),
        "ends": ("permit", "2023-06-05"),
        "intensity": ("permit", 0.3),
        "products": ("permit", ["fpv_kit"]),
        "traits": ("permit", {"flight_minutes": 200.0}),
        "origins": ("permit", ["PL"]),
        "destinations": ("permit", ["PL"]),
        "sides": ("permit", ["russia"]),
    },
    "input_restriction": {
        "groups": ("parts", ["component_makers"]),
        "input_share": ("parts", 0.1),
        "without_substitute": ("parts", 0.5),
        "lag_weeks": ("parts", 60.0),
        "extra_cost": ("parts", 2.0),
        "announced": ("parts", "2023-01-09"),
        "effective": ("parts", "2023-05-01"),
        "ends": ("parts", "2023-06-05"),
        "intensity": ("parts", 0.3),
        "products": ("parts", ["consumer"]),
        "traits": ("parts", {"flight_minutes": 200.0}),
    },
    "secondary_sanctions": {
        "fee": ("payments", 0.3),
        "delay_weeks": ("payments", 1.0),
        "refusal": ("payments", 0.6),
        "detection": ("payments", 0.2),
        "penalty": ("payments", 9e6),
        "announced": ("payments", "2023-02-06"),
        "effective": ("payments", "2023-05-01"),
        "ends": ("payments", "2023-06-05"),
        "intensity": ("payments", 0.3),
        "products": ("payments", ["fpv_kit"]),
        "traits": ("payments", {"flight_minutes": 200.0}),
        "origins": ("payments", ["TR"]),
        "destinations": ("payments", ["PL"]),
        "sides": ("payments", ["ukraine"]),
    },
    "end_use_certificate": {
        "by": ("form", "reg_eu"),
        "passes": ("form", 0.9),
        "traced": ("form", 0.0),
        "valid_weeks": ("form", 30.0),
        "again_weeks": ("form", 20.0),
        "penalty": ("form", 900e3),
        "announced": ("form", "2023-01-09"),
        "effective": ("form", "2023-05-01"),
        "ends": ("form", "2023-05-01"),
        "intensity": ("form", 0.3),
        "products": ("form", ["fpv_kit"]),
        "traits": ("form", {"flight_minutes": 200.0}),
        "origins": ("form", ["PL"]),
        "destinations": ("form", ["PL"]),
        "sides": ("form", ["russia"]),
    },
    "data_sharing": {
        "by": ("pool", "reg_eu"),
        "groups": ("pool_2", ["reg_cn"]),
        "members": ("pool", ["CN"]),
        "mismatch": ("pool", 9.0),
        "effective": ("pool", "2023-06-05"),
        "ends": ("pool", "2023-05-01"),
        "intensity": ("pool", 0.1),
    },
    "distributor_contract": {
        "by": ("clause", "leader"),
        "audits": ("clause", 1.0),
        "found": ("clause", 0.01),
        "returns": ("clause", 0.0),
        "lag_weeks": ("clause", 20.0),
        "effective": ("clause", "2023-05-01"),
        "ends": ("clause", "2023-05-01"),
        "intensity": ("clause", 0.3),
        "products": ("clause", ["components"]),
        "traits": ("clause", {"flight_minutes": 200.0}),
        "destinations": ("clause", ["PL"]),
        "sides": ("clause", ["civil"]),
    },
    "content_rule": {
        "threshold": ("inside", 0.6),
        "spread": ("inside", 5.0),
        "found": ("inside", 1.0),
        "penalty": ("inside", 9e6),
        "announced": ("inside", "2023-01-09"),
        "effective": ("inside", "2023-05-01"),
        "ends": ("inside", "2023-05-01"),
        "intensity": ("inside", 0.3),
        "products": ("inside", ["components"]),
        "traits": ("inside", {"flight_minutes": 200.0}),
        "origins": ("inside", ["TR"]),
        "destinations": ("inside", ["PL"]),
        "sides": ("inside", ["ukraine"]),
    },
    "procurement_aid": {
        "dollars": ("gift", 90e3),
        "units": ("gift", {"thermal": 5}),
        "effective": ("gift", "2023-06-05"),
        "ends": ("gift", "2023-06-05"),
        "intensity": ("gift", 0.3),
        "sides": ("gift", ["russia"]),
        "groups": ("gift", ["ua_funds"]),
    },
}

UNUSED_BY_POLICY = {
    "export_ban": {"by"},
    "inspection": {"by", "sides"},
    "voluntary_suspension": {"origins"},
    "entity_listing": {"by", "announced", "products", "traits", "origins", "destinations"},
    "export_licence": {"by"},
    "levy": {"by", "sides"},
    "transit_tracking": {"by", "sides", "products", "traits"},
    "input_restriction": {"by", "origins", "destinations", "sides"},
    "quota": {"by", "sides"},
    "secondary_sanctions": {"by"},
    "end_use_certificate": set(),
    "data_sharing": {"announced", "products", "traits", "origins", "destinations", "sides"},
    "distributor_contract": {"announced", "origins"},
    "content_rule": {"by"},
    "procurement_aid": {"by", "announced", "products", "traits", "origins", "destinations"},
}
"""Fields that every policy has and this kind does not read: who carries it out, or a scope it has no use for."""

OTHERS: dict[str, tuple[type, dict[str, tuple[str, Any]]]] = {
    "products": (
        ProductFields,
        {
            "reference_price": ("consumer", 1500.0),
            "flight_minutes": ("consumer", 10.0),
            "takeoff_kg": ("consumer", 1.1),
            "thermal": ("components", True),
            "radio": ("components", True),
            "substitutes": ("thermal", {"consumer": 0.9}),
        },
    ),
    "jurisdictions": (
        JurisdictionFields,
        {
            "customs_union": ("CN", "EAEU"),
            "home_side": ("RU", ""),
            "diversion": ("KZ", {"russia": 0.9}),
            "enforcement": ("CN", 0.2),
            "bank_exposure": ("CN", 0.1),
            "export_coverage": ("CN", 0.9),
            "import_coverage": ("KZ", 0.9),
            "report_weeks": ("PL", 20.0),
            "vague_share": ("CN", 0.9),
            "understatement": ("PL", 0.9),
        },
    ),
    "legs": (
        LegFields,
        {
            "lead_weeks": ("CN-PL", 6),
            "lead_spread": ("CN-PL", 0.9),
            "freight": ("CN-PL", 0.3),
            "inspection": ("CN-PL", 0.8),
            "open": ("CN-PL", 0.0),
            "capacity": ("CN-PL", 100),
            "export_recorded": ("CN-PL", 0.1),
            "import_recorded": ("CN-PL", 0.1),
        },
    ),
    "sides": (SideFields, {"civil": ("ukraine", True)}),
    "links": (
        LinkFields,
        {
            "sellers": ("eu_to_ua", ["cn_exporters", "eu_resellers"]),
            "buyers": ("eu_to_ua", ["ua_funds", "ua_state"]),
            "degree": ("eu_to_ua", 1),
            "attachment": ("eu_to_ua", 3.0),
            "products": ("eu_to_ua", ["consumer"]),
            "trust": ("eu_to_ua", 0.0),
        },
    ),
}


EXEMPTIONS_AND_TRIGGERS = {
    "exempt_products",
    "exempt_destinations",
    "trigger",
    "trigger_on",
    "trigger_off",
    "trigger_weeks",
    "exempt_groups",
    "exempt_agents",
    "grandfather_weeks",
}
"""Fields of every policy that one part of the program reads for all kinds; they are tested together below."""

WITHOUT_A_POOL = "policies.listings.sources"
"""Where records are pooled, the added policies leave nothing to see by sources of one's own."""

SEEN_BY_A_TRIGGER = ("jurisdictions.PL.report_weeks", "jurisdictions.PL.understatement")
"""Parameters that move nothing but what customs records have told, which a trigger of an added policy looks at."""

ALONE: dict[str, dict[str, Any]] = {
    "civil_face": {
        "policies.china_ban.sides": ["russia"], "policies.china_ban.destinations": [],
        "policies.china_ban.penalty": 2000.0, "evasion.civil_face.penalty": 1000.0,
    },
    "military_purpose": {
        "policies.china_ban.sides": ["ukraine"], "policies.china_ban.destinations": [],
        "jurisdictions.RU.diversion": {"ukraine": 0.3},
    },
    "splitting": {
        "policies.china_ban.sides": ["russia"], "policies.china_ban.destinations": [],
        "policies.exit_checks.added": 0.9, "groups.cn_exporters.compliant_share": 0.0,
        "evasion.splitting.penalty": 50.0,
    },
    "understatement": {
        "policies.duty": {"kind": "levy", "effective": "2023-03-20", "origins": ["CN"], "rate": 0.6},
        "evasion.understatement.penalty": 200.0,
    },
}  # fmt: skip
"""What makes a way pay where it is the only one, beside what makes the small world lively."""

WAY: dict[str, Any] = {
    "groups": ["eu_resellers"],
    "effective": "2023-06-05",
    "cost": 3000.0,
    "rate": 0.5,
    "spread": 0.0,
    "delay_weeks": 8.0,
    "concealment": 0.01,
    "penalty": 100e3,
}
"""Another value for what every way has."""

WAY_ALONE: dict[str, dict[str, Any]] = {
    "facilitation": {"looks_away": 0.0},
    "military_purpose": {"saved_weeks": 0.0, "concealment": 0.9},
    "off_the_shelf": {"most_units": 1.0},
    "personal_carriage": {"most_units": 1.0},
    "understatement": {"declared": 0.95},
}
"""Another value for what one way has."""

WAYS = {kind: fields for kind, fields in EVASION_KINDS.items() if issubclass(fields, WayFields)}


@cache
def lively(path: str = "") -> Scenario:
    """The small world in which every rule acts; with the added policies where a path leads into one of them.

    Where the path leads into a way of evasion, with that one alone.
    """
    section, _, way = path.partition(".")
    if section == "evasion" and way in WAYS:
        others = {f"evasion.{other}.enabled": False for other in WAYS if other != way}
        return small().with_changes(LIVELY | others | ALONE.get(way, {}))
    return small().with_changes(LIVELY | (ADDED if path.startswith(tuple(ADDED)) else {}))


@cache
def as_it_stands(path: str = "") -> Bits:
    """Its run."""
    return bits(run(lively(path)))


def cases() -> dict[str, Any]:
    """Changed value by dotted path."""
    found: dict[str, Any] = {f"market.{name}": value for name, value in MARKET.items()}
    found |= {f"time.{name}": value for name, value in TIME.items()}
    for tables in GROUPS.values():
        found |= {f"groups.{group}.{name}": value for name, (group, value) in tables.items()}
    for tables in POLICIES.values():
        found |= {f"policies.{policy}.{name}": value for name, (policy, value) in tables.items()}
    for kind in WAYS:
        found |= {f"evasion.{kind}.{name}": value for name, value in (WAY | WAY_ALONE.get(kind, {})).items()}
    found |= {f"evasion.{kind}.enabled": False for kind in EVASION_KINDS}
    for section, (_, tables) in OTHERS.items():
        found |= {f"{section}.{row}.{name}": value for name, (row, value) in tables.items()}
    dropped = {"groups.leader.products", "groups.leader.bidding_share"}
    return {path: value for path, value in found.items() if path not in dropped}


def test_no_parameter_is_forgotten() -> None:
    """A field added to a scenario needs a case here, or a reason why no run depends on it."""
    assert set(MARKET) == set(MarketFields.model_fields) - set(LABELS)
    assert set(TIME) == set(TimeFields.model_fields) - set(LABELS)
    for kind, fields in AGENT_KINDS.items():
        unused = {name for of, name in UNUSED_BY_KIND if of == kind}
        assert set(GROUPS[kind]) | unused == set(fields.model_fields) - set(LABELS), kind
    for kind, fields in POLICY_KINDS.items():
        expected = set(fields.model_fields) - set(LABELS) - EXEMPTIONS_AND_TRIGGERS
        assert set(POLICIES[kind]) | UNUSED_BY_POLICY[kind] == expected, kind
    for kind, fields in EVASION_KINDS.items():
        ours = {*WAY, *WAY_ALONE.get(kind, {})} if kind in WAYS else set()
        assert ours == set(fields.model_fields) - (set(LABELS) - {"cost"}), kind
    for section, (fields, tables) in OTHERS.items():
        assert set(tables) == set(fields.model_fields) - set(LABELS), section


@pytest.mark.parametrize("path", cases())
def test_every_parameter_moves_the_results(path: str) -> None:
    """Another value, another run."""
    policy = path if path in ADDED else path.rpartition(".")[0]
    if path in SEEN_BY_A_TRIGGER:
        policy = "policies.stop"
    if path == WITHOUT_A_POOL:
        policy = ""
    changed = differences(bits(run(lively(policy).with_changes({path: cases()[path]}))), as_it_stands(policy))
    assert changed, "the same bits"


def sellers(kind: str) -> list[str]:
    """Groups that a policy of a kind may bind."""
    kinds = {"entity_listing": ("intermediary",), "input_restriction": ("manufacturer",)}
    wanted = kinds.get(kind, ("manufacturer", "intermediary"))
    return [name for name, group in lively().groups.items() if group.kind in wanted]


def in_scope() -> dict[str, Any]:
    """For each kind of policy that has a scope of goods or sellers, or a trigger, changes of these by dotted path."""
    found: dict[str, Any] = {}
    for kind, fields in POLICY_KINDS.items():
        policy = "stop" if kind == "export_ban" else POLICIES[kind]["effective"][0]
        other = {
            "exempt_products": ["components", "consumer", "fpv_kit", "thermal"],
            "exempt_destinations": ["KZ", "PL", "RU", "TR", "UA"],
            "trigger": "imported_units",
            "exempt_groups": sellers(kind),
            "exempt_agents": [
                f"{name} #{i}" for name in sellers(kind) for i in range(agents_of(lively().groups[name]))
            ],
            "grandfather_weeks": 26.0,
        } | ({"trigger_on": 500e3, "trigger_off": 0.0, "trigger_weeks": 12.0} if kind == "export_ban" else {})
        found |= {f"policies.{policy}.{name}": value for name, value in other.items() if name not in fields.unread}
    return found


@pytest.mark.parametrize("path", in_scope())
def test_exemptions_and_triggers_move_the_results(path: str) -> None:
    """What is exempt is out of scope; a policy with a trigger of its own acts at other times."""
    of = lively("policies.stop")
    changes = {path: in_scope()[path]}
    if path.endswith("trigger"):
        changes[f"{path}_on"] = 1e12
    assert differences(bits(run(of.with_changes(changes))), as_it_stands("policies.stop")), "the same bits"


def test_makers_can_sell_by_bidding() -> None:
    """Where a maker is short, its bidding share decides whether it sells at posted prices."""
    short = lively().with_changes({"groups.leader.capacity.consumer": 200, "groups.leader.capacity.thermal": 20})
    bidding = short.with_changes({"groups.leader.bidding_share": 1.0, "groups.second_brand.bidding_share": 1.0})
    assert "ledger.auction" in differences(bits(run(short)), bits(run(bidding)))


@pytest.mark.parametrize("name", sorted({"title", "hs_code", "latitude", "users", "cost"}))
def test_labels_move_nothing(name: str) -> None:
    """What only labels or measures changes no bit."""
    path, value = {
        "title": ("groups.leader.title", "another"),
        "hs_code": ("products.consumer.hs_code", "1234.56"),
        "latitude": ("jurisdictions.CN.latitude", 1.0),
        "users": ("groups.ru_civil.users", 5.0),
        "cost": ("policies.exit_checks.cost", 5.0),
    }[name]
    assert differences(bits(run(lively().with_changes({path: value}))), as_it_stands()) == []
