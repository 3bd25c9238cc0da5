"""What can be wrong with a question to scenario discovery."""

from __future__ import annotations


class DiscoveryError(ValueError):
    """A question that cannot be read, or that a sweep cannot answer; the message says what to do."""
