"""Policies: one module a kind, its fields and what it adds to the tables."""

from __future__ import annotations

from collections.abc import Callable

from sim.policy import (
    content_rule,
    data_sharing,
    distributor_contract,
    end_use_certificate,
    entity_listing,
    export_ban,
    export_licence,
    input_restriction,
    inspection,
    levy,
    procurement_aid,
    quota,
    secondary_sanctions,
    transit_tracking,
    voluntary_suspension,
)
from sim.policy.common import PolicyFields, Scope, Tables

_REGISTER: dict[str, tuple[type[PolicyFields], Callable[..., None]]] = {
    "export_ban": (export_ban.ExportBanFields, export_ban.apply),
    "voluntary_suspension": (voluntary_suspension.VoluntarySuspensionFields, voluntary_suspension.apply),
    "inspection": (inspection.InspectionFields, inspection.apply),
    "entity_listing": (entity_listing.EntityListingFields, entity_listing.apply),
    "levy": (levy.LevyFields, levy.apply),
    "quota": (quota.QuotaFields, quota.apply),
    "procurement_aid": (procurement_aid.ProcurementAidFields, procurement_aid.apply),
    "export_licence": (export_licence.ExportLicenceFields, export_licence.apply),
    "transit_tracking": (transit_tracking.TransitTrackingFields, transit_tracking.apply),
    "input_restriction": (input_restriction.InputRestrictionFields, input_restriction.apply),
    "secondary_sanctions": (secondary_sanctions.SecondarySanctionsFields, secondary_sanctions.apply),
    "data_sharing": (data_sharing.DataSharingFields, data_sharing.apply),
    "distributor_contract": (distributor_contract.DistributorContractFields, distributor_contract.apply),
    "content_rule": (content_rule.ContentRuleFields, content_rule.apply),
    "end_use_certificate": (end_use_certificate.EndUseCertificateFields, end_use_certificate.apply),
}
"""Each kind: its fields and what it adds to the tables. A new kind is one line here."""

KINDS: dict[str, type[PolicyFields]] = {kind: fields for kind, (fields, _) in _REGISTER.items()}
"""Fields of each kind of policy."""


def apply_all(tables: Tables, fields: PolicyFields, scope: Scope, intensity: float, index: int) -> None:
    """Adds one policy in force to the tables.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Above 0, at most 1.
        index: Row of the policy.
    """
    _, apply = _REGISTER[fields.kind]
    apply(tables, fields, scope, intensity, index)
