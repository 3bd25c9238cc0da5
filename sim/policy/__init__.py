"""Policies: one module a kind, its fields and what it adds to the tables."""

from __future__ import annotations

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

KINDS: dict[str, type[PolicyFields]] = {
    "export_ban": export_ban.ExportBanFields,
    "voluntary_suspension": voluntary_suspension.VoluntarySuspensionFields,
    "inspection": inspection.InspectionFields,
    "entity_listing": entity_listing.EntityListingFields,
    "levy": levy.LevyFields,
    "quota": quota.QuotaFields,
    "procurement_aid": procurement_aid.ProcurementAidFields,
    "export_licence": export_licence.ExportLicenceFields,
    "transit_tracking": transit_tracking.TransitTrackingFields,
    "input_restriction": input_restriction.InputRestrictionFields,
    "secondary_sanctions": secondary_sanctions.SecondarySanctionsFields,
    "data_sharing": data_sharing.DataSharingFields,
    "distributor_contract": distributor_contract.DistributorContractFields,
    "content_rule": content_rule.ContentRuleFields,
    "end_use_certificate": end_use_certificate.EndUseCertificateFields,
}
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
    if isinstance(fields, export_ban.ExportBanFields):
        export_ban.apply(tables, fields, scope, intensity)
    elif isinstance(fields, voluntary_suspension.VoluntarySuspensionFields):
        voluntary_suspension.apply(tables, fields, scope, intensity)
    elif isinstance(fields, inspection.InspectionFields):
        inspection.apply(tables, fields, scope, intensity, index)
    elif isinstance(fields, entity_listing.EntityListingFields):
        entity_listing.apply(tables, fields, scope, intensity, index)
    elif isinstance(fields, levy.LevyFields):
        levy.apply(tables, fields, scope, intensity)
    elif isinstance(fields, quota.QuotaFields):
        quota.apply(tables, fields, scope, intensity, index)
    elif isinstance(fields, procurement_aid.ProcurementAidFields):
        procurement_aid.apply(tables, fields, scope, intensity, index)
    elif isinstance(fields, export_licence.ExportLicenceFields):
        export_licence.apply(tables, fields, scope, intensity, index)
    elif isinstance(fields, transit_tracking.TransitTrackingFields):
        transit_tracking.apply(tables, fields, scope, intensity)
    elif isinstance(fields, input_restriction.InputRestrictionFields):
        input_restriction.apply(tables, fields, scope, intensity, index)
    elif isinstance(fields, secondary_sanctions.SecondarySanctionsFields):
        secondary_sanctions.apply(tables, fields, scope, intensity, index)
    elif isinstance(fields, data_sharing.DataSharingFields):
        data_sharing.apply(tables, fields, scope, intensity, index)
    elif isinstance(fields, distributor_contract.DistributorContractFields):
        distributor_contract.apply(tables, fields, scope, intensity, index)
    elif isinstance(fields, content_rule.ContentRuleFields):
        content_rule.apply(tables, fields, scope, intensity, index)
    elif isinstance(fields, end_use_certificate.EndUseCertificateFields):
        end_use_certificate.apply(tables, fields, scope, intensity, index)
