"""Evasion that is no way of sending a consignment: chains of traders, firms that return, stocks built in time."""

from __future__ import annotations

from sim.declare.parameter import parameter
from sim.evasion.common import EvasionFields


class ResaleFields(EvasionFields):
    """Traders pass goods on to a side that was barred when the goods left a policy's origin: chains grow longer (D07).

    Where it is off, every seller passes over such goods when it serves a buyer of that side.
    """

    kind: str = parameter("resale", unit="", choices=("resale",), text="Kind of evasion.")


class ShellsFields(EvasionFields):
    """Owners survive their firms: an owner whose firm was closed or listed returns under another name (F07).

    The new firm has its owner's compliance, risk tolerance and concealment, and begins with the customers of the old
    one. How often a new firm has such an owner is ``market.owner_returns``. Where it is off, no owner returns.
    """

    kind: str = parameter("shells", unit="", choices=("shells",), text="Kind of evasion.")


class StockpilingFields(EvasionFields):
    """Traders hoard between the announcement of a restriction and its effective date (D20).

    How much is ``stockpile_weeks`` of each group. Where it is off, nobody hoards.
    """

    kind: str = parameter("stockpiling", unit="", choices=("stockpiling",), text="Kind of evasion.")
