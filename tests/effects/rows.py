"""The rows of the effect table: what is switched on, over what, and what it should move.

A policy is switched on in a world without others, a kind of evasion in a world where a law bars goods and nothing else
evades. Where a mechanism needs another to act on, the row says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.model import Scenario

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Places:
    """Words of a scenario that the rows need.

    Attributes:
        announced, effective: Dates of the policies.
        origin: The state that goods come from.
        barred: The state at which they are aimed, and the side at home there.
        side, other: The side aimed at, and another one.
        maker: Group of makers with most sales.
        traders: Groups of traders that can be listed.
        third: Third states between the two.
        authority: Group of regulators.
    """

    announced: str
    effective: str
    origin: str
    barred: str
    side: str
    other: str
    maker: str
    traders: tuple[str, ...]
    third: tuple[str, ...]
    authority: str


PLACES = {
    "small": Places(
        "2023-01-09", "2023-02-06", "CN", "RU", "russia", "ukraine", "leader",
        ("cn_exporters", "kz_traders", "tr_traders", "eu_resellers"), ("KZ", "TR", "PL"), "reg_cn",
    ),
    "baseline": Places(
        "2022-12-05", "2023-01-02", "CN", "RU", "russia", "ukraine", "leader",
        ("ae_traders", "cn_exporters", "hk_traders", "kg_traders", "kz_traders", "tr_traders"),
        ("HK", "KG", "KZ", "TR"), "reg_cn",
    ),
}  # fmt: skip
"""The words for each scenario that a table can be made of."""


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        kind: Kind of policy or of evasion.
        family: ``policy`` or ``evasion``.
        about: What is switched on, over what, in a sentence.
        base: Changes to the scenario that both arms share.
        on: Changes that switch it on.
        moves: Outcomes that must move, with the sign that is expected, 0 for either.
        still: Changes under which switching it on must change no outcome at all, in any tick; None where the outcomes
            before the announcement stand for it.
    """

    kind: str
    family: str
    about: str
    base: Changes
    on: Changes
    moves: Mapping[str, int]
    still: Changes | None = field(default=None)


def off(scenario: Scenario, section: str) -> dict[str, Any]:
    """Changes that switch off everything in a section."""
    return {f"{section}.{key}.enabled": False for key in getattr(scenario, section)}


def policy_rows(scenario: Scenario, words: Places) -> list[Row]:
    """A row for each kind of policy."""
    free = off(scenario, "policies")
    dates = {"announced": words.announced, "effective": words.effective}
    out = {"origins": [words.origin]}
    side, other, target, rival = words.side, words.other, f"delivered {words.side}", f"delivered {words.other}"
    ban = {"kind": "export_ban", **dates, **out, "sides": [side], "destinations": [words.barred]}
    banned = free | {"policies.b": ban}

    def alone(kind: str, about: str, fields: Changes, moves: Mapping[str, int], base: Changes = free) -> Row:
        return Row(kind, "policy", about, base, {"policies.x": {"kind": kind, **fields}}, moves)

    dated = {"effective": words.effective}
    return [
        alone(
            "export_ban", f"sale from {words.origin} to {side} and into {words.barred} barred",
            {key: value for key, value in ban.items() if key != "kind"}, {target: -1},
        ),
        alone(
            "export_licence", f"licences for {words.barred}, two months, one in four refused",
            {**dates, **out, "destinations": [words.barred], "lag_weeks": 8, "refusal": 0.25}, {target: -1},
        ),
        alone(
            "end_use_certificate", f"statements that {side} gets nothing, three in ten false ones found out",
            {**dates, **out, "sides": [side]}, {target: -1, "statements signed": 1},
        ),
        alone(
            "quota", f"at most 60 units a month from {words.origin} to {words.barred}",
            {**dates, **out, "destinations": [words.barred], "units": 60, "period_weeks": 4}, {target: -1},
        ),
        alone(
            "levy", f"30% on goods from {words.origin} to {words.barred}",
            {**dates, **out, "destinations": [words.barred], "rate": 0.3}, {f"price {side}": 1, "levies": 1},
        ),
        alone(
            "inspection", f"30% of consignments out of {words.origin} opened, under a ban on {side}",
            {**dated, **out, "added": 0.3}, {target: -1, "seized": 1}, banned,
        ),
        alone(
            "transit_tracking", f"goods into {words.barred} followed, under a ban on {side}",
            {**dated, "destinations": [words.barred], "found": 0.6}, {target: -1},
            banned | off(scenario, "evasion")
            | {f"evasion.{key}.enabled": True for key in ("ghost_transit", "rerouting")},
        ),
        alone(
            "entity_listing", f"traders listed, under a ban on {side}",
            {**dated, "sides": [side], "groups": list(words.traders), "hazard": 1.0, "observation": 0.2,
             "lag_weeks": 3}, {target: -1, "listings": 1}, banned,
        ),
        alone(
            "voluntary_suspension", "the leader leaves both markets",
            {**dates, "by": words.maker, "sides": [side, other]}, {target: -1},
        ),
        alone(
            "procurement_aid", f"money and goods for {other}",
            {**dated, "sides": [other], "dollars": 40e3, "units": {"consumer": 15}}, {rival: 1},
        ),
        alone(
            "secondary_sanctions",
            f"banks of {', '.join((words.origin, *words.third))} threatened for payments from {words.barred}",
            {**dates, "origins": [words.origin, *words.third], "destinations": [words.barred]},
            {target: -1, "fees": 1},
            free | {f"jurisdictions.{place}.bank_exposure": 0.7 for place in (words.origin, *words.third)},
        ),
        alone(
            "data_sharing",
            f"{words.origin}, {words.barred}, {words.third[0]} pool records, under a ban, listings and ghost transit",
            {**dated, "by": words.authority, "members": [words.origin, words.barred, words.third[0]]},
            {"listings": 1},
            banned | off(scenario, "evasion")
            | {f"evasion.{key}.enabled": True for key in ("ghost_transit", "resale")}
            | {"policies.l": {"kind": "entity_listing", **dated, "by": words.authority, "sides": [side],
                              "groups": list(words.traders), "hazard": 1.0, "observation": 0.02, "lag_weeks": 3,
                              "sources": [words.origin]}},
        ),
        alone(
            "distributor_contract", f"distributors of the leader bound not to resell to {side}, four audits a year",
            {**dated, "by": words.maker, "sides": [side], "destinations": [words.barred], "audits": 4},
            {target: -1, "contracts ended": 1},
        ),
        alone(
            "content_rule", f"goods with foreign content of a quarter or more barred to {side} and into {words.barred}",
            {**dates, "sides": [side], "destinations": [words.barred]}, {target: -1},
            free | {f"groups.{words.maker}.foreign_content": {"consumer": 0.5, "thermal": 0.5}},
        ),
        alone(
            "input_restriction", "the leader's inputs barred, half of their cost",
            {**dated, "groups": [words.maker], "without_substitute": 0.1, "lag_weeks": 52},
            {"delivered civil": -1},
            free | {f"groups.{words.maker}.foreign_content": {"consumer": 0.5, "thermal": 0.5},
                    f"groups.{words.maker}.input_cover_weeks": 0.0},
        ),
    ]  # fmt: skip


def evasion_rows(scenario: Scenario, words: Places) -> list[Row]:
    """A row for each kind of evasion."""
    free = off(scenario, "policies")
    honest = off(scenario, "evasion")
    side, target = words.side, f"delivered {words.side}"
    dates = {"announced": words.announced, "effective": words.effective}
    ban = {"kind": "export_ban", **dates, "origins": [words.origin], "sides": [side]}
    barred = free | honest | {"policies.b": ban}
    some = free | honest | {"policies.b": ban | {"products": ["consumer"]}}
    opened = {
        "policies.i": {"kind": "inspection", "effective": words.effective, "origins": [words.origin], "added": 0.4}
    }
    lawful = free | honest

    nowhere = {f"jurisdictions.{place}.home_side": "" for place in scenario.jurisdictions}

    def way(kind: str, about: str, moves: Mapping[str, int], base: Changes = barred, **fields: Any) -> Row:
        still = nowhere if kind == "military_purpose" else {}
        still = still | {key: value for key, value in base.items() if not key.startswith(("policies.b", "policies.i"))}
        return Row(kind, "evasion", about, base, {f"evasion.x_{kind}": {"kind": kind, **fields}}, moves, still)

    got = {target: 1}
    return [
        way("rerouting", f"over {' or '.join(words.third)}, from stop to stop", got),
        way("ghost_transit", f"declared to a state beyond {words.barred}", got),
        way("vague_description", "under a ban on one product", got, some),
        way("understatement", "under a levy of 60%", {"levies": -1}, lawful | {
            "policies.b": {"kind": "levy", **dates, "origins": [words.origin], "rate": 0.6}}, penalty=0.0, cost=0.0),
        way("civil_face", "a buyer with a civil face", got),
        way("military_purpose", "papers that name the purpose, without a ban", {f"wait {side}": -1}, lawful,
            saved_weeks=1.5, cost=1.0),
        way("splitting", "in parcels, where goods may end with the barred side", {"evading": 1}, barred | opened,
            penalty=0.0, cost=1.0, concealment=0.9),
        way("personal_carriage", "carried by travellers", got),
        way("off_the_shelf", "bought in shops", got),
        way("facilitation", "officials paid", got | {"facilitation": 1}),
        way("resale", "goods passed on along chains of traders", got),
        Row("shells", "evasion", "owners of listed firms return",
            free | {"policies.b": ban, "evasion.shells.enabled": False, "market.owner_returns": 1.0,
                    "policies.l": {"kind": "entity_listing", "effective": words.effective, "sides": [side],
                                   "groups": list(words.traders), "hazard": 1.0, "observation": 0.2, "capacity": 10,
                                   "lag_weeks": 2}},
            {"evasion.shells.enabled": True}, {"inherited links": 1}, free | {"evasion.shells.enabled": False}),
        Row("stockpiling", "evasion", "traders hoard between announcement and ban", barred,
            {"evasion.x_stockpiling": {"kind": "stockpiling"}}, got, lawful),
    ]  # fmt: skip


def rows(scenario: Scenario, name: str) -> list[Row]:
    """All rows of a table."""
    return [*policy_rows(scenario, PLACES[name]), *evasion_rows(scenario, PLACES[name])]
