"""Paths of units, and queues of lots."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.oracle.party import Party

Barred = tuple[int, int, int]
"""Sides barred by law, by contract, voluntarily: a bitmask each."""


@dataclass(eq=False)
class Node:
    """One step on the way of a unit: who holds it, and how it came there.

    Attributes:
        number: Place in the order in which nodes were made.
        parent: The node before, None for a maker's own output.
        holder: Who holds the units.
        corridor: The corridor that brought them, -1 for a maker's own output.
        way: Way of evasion, 0 for none.
        breach: Bits of the breaches of this step.
        barred: Sides barred on the whole path.
        children: The nodes made from this one, by what tells them apart.
    """

    number: int
    parent: Node | None
    holder: Party
    corridor: int
    way: int
    breach: int
    barred: Barred
    children: dict[tuple[int, int, int, int, Barred], Node] = field(default_factory=dict)

    def path(self) -> Iterator[Node]:
        """This node and all before it, the last first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def holds(self, party: Party) -> bool:
        """True if the units have been with the party."""
        return any(node.holder is party for node in self.path())

    def describe(self) -> tuple[tuple[int, int, int, int, Barred], ...]:
        """All that the path says, from the maker on; the same for equal paths of engine and oracle."""
        steps = [(node.holder.row, node.corridor, node.way, node.breach, node.barred) for node in self.path()]
        return tuple(reversed(steps))


class Paths:
    """All path nodes, each made once."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._roots: dict[int, Node] = {}

    def root(self, maker: Party) -> Node:
        """The node of a maker's own output."""
        if maker.row not in self._roots:
            self._roots[maker.row] = self._add(None, maker, -1, 0, 0, (0, 0, 0))
        return self._roots[maker.row]

    def child(self, parent: Node, holder: Party, hop: tuple[int, int], breach: int, barred: Barred) -> Node:
        """The node of units that go on from a node by a corridor and a way; sides barred are joined."""
        joined = (parent.barred[0] | barred[0], parent.barred[1] | barred[1], parent.barred[2] | barred[2])
        key = (holder.row, *hop, breach, joined)
        if key not in parent.children:
            parent.children[key] = self._add(parent, holder, *hop, breach, joined)
        return parent.children[key]

    def _add(self, parent: Node | None, holder: Party, corridor: int, way: int, breach: int, barred: Barred) -> Node:
        node = Node(len(self.nodes), parent, holder, corridor, way, breach, barred)
        self.nodes.append(node)
        return node


@dataclass(eq=False)
class Lot:
    """Units of one product on one path node."""

    node: Node
    units: int


class Queue:
    """The lots that one agent holds of one product, oldest first."""

    def __init__(self) -> None:
        self.lots: deque[Lot] = deque()

    @property
    def units(self) -> int:
        """All units held."""
        return sum(lot.units for lot in self.lots)

    def add(self, node: Node, units: int) -> bool:
        """Puts units into the lot of their node. True if that lot was held already and keeps its place."""
        for lot in self.lots:
            if lot.node is node:
                lot.units += units
                return True
        self.lots.append(Lot(node, units))
        return False

    def take(self, units: int, passed_over: Callable[[Node], bool] | None = None) -> list[Lot]:
        """Takes units out, oldest lot first, passing over some lots.

        Returns:
            The pieces taken; fewer units than asked for where the queue holds no more.
        """
        pieces: list[Lot] = []
        for lot in self.lots:
            if units <= 0:
                break
            if passed_over is not None and passed_over(lot.node):
                continue
            piece = Lot(lot.node, min(units, lot.units))
            lot.units -= piece.units
            units -= piece.units
            pieces.append(piece)
        self.lots = deque(lot for lot in self.lots if lot.units > 0)
        return pieces

    def clear(self) -> int:
        """Empties the queue and returns how many units it held."""
        units = self.units
        self.lots.clear()
        return units
