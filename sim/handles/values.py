"""Attributes that stand for cells of the engine's columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import Any

from sim.declare.errors import nearest


class Values(dict[Any, Any]):
    """Values of one agent by product, side or partner, as they were when asked for.

    Assigning to an item writes the agent's row as well. A copy, or a pickle, is a plain dict.

    Args:
        values: The values.
        write: Writes one value; None where they cannot be written.
        what: What they are, for errors.

    Example:
        >>> cell = {}
        >>> mark_up = Values({"drone": 0.2}, cell.__setitem__, "mark_up")
        >>> mark_up["drone"] = 0.3
        >>> mark_up, cell
        ({'drone': 0.3}, {'drone': 0.3})
    """

    def __init__(self, values: Mapping[Any, Any], write: Callable[[Any, Any], None] | None, what: str) -> None:
        super().__init__(values)
        self._write = write
        self._what = what

    def __setitem__(self, key: Any, value: Any) -> None:
        """Writes one value."""
        if self._write is None:
            raise AttributeError(f"{self._what} follows from the rules; it can be read, not written")
        if key not in self:
            raise unknown(self._what, key, self)
        self._write(key, value)
        super().__setitem__(key, value)

    def update(self, *others: Any, **values: Any) -> None:
        """Writes several values."""
        for key, value in dict(*others, **values).items():
            self[key] = value

    def __ior__(self, other: Any) -> Values:  # type: ignore[override, misc]
        self.update(other)
        return self

    def _fixed(self, *_: Any, **__: Any) -> Any:
        raise TypeError(f"{self._what} has one value for each key; keys do not come or go")

    __delitem__ = pop = popitem = clear = setdefault = _fixed

    def __copy__(self) -> dict[Any, Any]:
        return dict(self)

    def __deepcopy__(self, memo: object) -> dict[Any, Any]:
        return dict(self)

    def __reduce__(self) -> tuple[type, tuple[dict[Any, Any]]]:
        return dict, (dict(self),)


class Lookup(dict[str, int]):
    """Row by id; an id that is not there is an error that names the nearest one.

    Args:
        what: What the ids are.
        names: Ids in order of rows.

    Example:
        >>> Lookup("product", ["consumer", "thermal"])["thermal"]
        1
    """

    def __init__(self, what: str, names: Iterable[str]) -> None:
        super().__init__({name: row for row, name in enumerate(names)})
        self._what = what

    def __missing__(self, key: str) -> int:
        raise unknown(self._what, key, self)


def unknown(what: str, key: object, names: Iterable[Any]) -> KeyError:
    """The error for a key that is not there."""
    known = [str(name) for name in names]
    close = nearest(key, known)
    return KeyError(
        f"{what} has no {str(key)!r}; it has {', '.join(known) or 'nothing'}"
        + (f"; did you mean {close!r}?" if close else "")
    )


def number(what: str, value: object, low: float = 0.0, high: float = math.inf) -> float:
    """A value to be written, checked.

    Args:
        what: What it is, for errors.
        value: The value.
        low: Least value.
        high: Greatest value.

    Raises:
        TypeError: If it is not a number.
        ValueError: If it is NaN, infinite or out of bounds.

    Example:
        >>> number("mark_up", 1)
        1.0
    """
    if not isinstance(value, Real):
        raise TypeError(f"{what} is {value!r}; it must be a number")
    found = float(value)
    if not (math.isfinite(found) and low <= found <= high):
        top = "" if high == math.inf else f" and at most {high:g}"
        bottom = "" if low == -math.inf else f" of at least {low:g}"
        raise ValueError(f"{what} is {found!r}; it must be a finite number{bottom}{top}")
    return found


class Cell:
    """An attribute that reads, and may write, one cell of a column.

    Args:
        text: What it is, with its unit.
        column: Name of the column; that of the attribute by default.
        fixed: Whether the column is one of traits (drawn at the start) and not of the present state.
        writable: Whether it can be written.
        low: Least value to be written.
        high: Greatest value to be written.
    """

    def __init__(
        self,
        text: str,
        *,
        column: str = "",
        trait: bool = False,
        writable: bool = True,
        low: float = 0.0,
        high: float = math.inf,
    ) -> None:
        self.__doc__ = text
        self.column, self.trait, self.writable, self.low, self.high = column, trait, writable, low, high

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.column = self.column or name

    def _array(self, agent: Any) -> Any:
        engine = agent.model.engine
        return getattr(engine.world.agents if self.trait else engine.state.agents, self.column)

    def __get__(self, agent: Any, owner: type) -> Any:
        return self if agent is None else self._array(agent).item(agent.row)

    def __set__(self, agent: Any, value: object) -> None:
        if not self.writable:
            raise AttributeError(f"{self.name} follows from the rules; it can be read, not written")
        array = self._array(agent)
        if array.dtype.kind == "b":
            if not isinstance(value, bool):
                raise TypeError(f"{self.name} is {value!r}; it must be True or False")
            array[agent.row] = value
        else:
            array[agent.row] = number(self.name, value, self.low, self.high)


class Row(Cell):
    """An attribute that reads, and may write, the cells of an agent by product or by side; a :class:`Values`.

    A number assigned to it is written to all cells.
    """

    def __init__(self, text: str, *, by: str = "products", **options: Any) -> None:
        super().__init__(text, **options)
        self.by = by

    def __get__(self, agent: Any, owner: type) -> Any:
        if agent is None:
            return self
        lookup = getattr(agent.model, self.by)
        values = dict(zip(lookup, self._array(agent)[agent.row].tolist(), strict=True))
        return Values(values, self._writer(agent, lookup) if self.writable else None, self.name)

    def __set__(self, agent: Any, value: object) -> None:
        cells = self.__get__(agent, type(agent))
        cells.update(value if isinstance(value, Mapping) else dict.fromkeys(cells, value))

    def _writer(self, agent: Any, lookup: Mapping[str, int]) -> Callable[[Any, Any], None]:
        array = self._array(agent)

        def write(key: Any, value: Any) -> None:
            array[agent.row, lookup[key]] = number(f"{self.name}[{key!r}]", value, self.low, self.high)

        return write
