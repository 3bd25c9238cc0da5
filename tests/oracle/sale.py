"""What decides whether a policy spares a sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.oracle.party import Party


class Sale(NamedTuple):
    """Who sells, and the tick of the order."""

    seller: Party
    since: int
