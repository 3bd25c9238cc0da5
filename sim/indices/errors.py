"""What can be wrong with a question about sensitivity."""

from __future__ import annotations


class SensitivityError(ValueError):
    """A question that a sweep cannot answer; the message says why, and what to do."""


class Refused(SensitivityError):
    """One outcome for which a method gives nothing; other outcomes of the same sweep may do."""
