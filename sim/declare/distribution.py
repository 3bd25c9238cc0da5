"""What is believed of a number, or how it spreads over agents."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.declare.beta import beta_quantile
from sim.declare.errors import BadValue, kind_of, nearest, shortened
from sim.declare.floats import exp_of_record, inverse_normal, log_of_record
from sim.declare.numbers import number

KINDS = ("beta", "choice", "constant", "lognormal", "triangular", "uniform")
"""The kinds of distribution."""

LEAST_UNIFORM = 2.0**-33
"""Least uniform that a keyed draw gives; quantiles are taken between it and one less it."""

ALLOWED = (
    "a number, {constant = x}, {uniform = [low, high]}, {triangular = [low, mode, high]}, "
    "{lognormal = {mean = m, cv = c}}, {beta = {a = 2, b = 5, low = 0, high = 1}} or {choice = {value = weight}}"
)


@dataclass(frozen=True)
class Distribution:
    """A distribution, by its quantiles.

    Quantiles use additions, multiplications, square roots and the functions of :mod:`sim.declare.floats` alone, so
    they are the same to the bit on every processor.

    Attributes:
        kind: One of :data:`KINDS`.
        numbers: ``(x,)`` for a constant, ``(low, high)``, ``(low, mode, high)``, ``(mean, cv)`` for a lognormal,
            ``(a, b, low, high)`` for a beta; empty for a choice. Units as declared for the parameter.
        options: Pairs of value and weight for a choice, sorted by value; else empty.

    Example:
        >>> Distribution.parse({"uniform": [1, 3]}).quantile(np.array([0.25])).tolist()
        [1.5]
        >>> Distribution.parse({"choice": {"b": 1, "a": 3}}, words=True).pick(np.array([0.5, 0.9]))
        ['a', 'b']
    """

    kind: str
    numbers: tuple[float, ...] = ()
    options: tuple[tuple[float | str, float], ...] = ()

    @classmethod
    def parse(cls, value: Any, *, words: bool = False) -> Distribution:
        """Reads a distribution from what a scenario says.

        Args:
            value: A number or a table with one key, or a distribution. With ``words`` a word or a choice.
            words: True for a distribution over words.

        Returns:
            The distribution.

        Raises:
            BadValue: S208 if it is none, or its numbers make no sense.
        """
        if isinstance(value, Distribution):
            if value.is_words != words:
                raise BadValue(
                    "S208", "A distribution over words stands for numbers, or the other way.", allowed=ALLOWED
                )
            return value
        if words and isinstance(value, str) and value:
            return cls("choice", options=((value, 1.0),))
        if not isinstance(value, Mapping):
            if words:
                what = "a name, or {choice = {name = weight}}"
                todo = f"Write {what}."
                raise BadValue("S208", f"This is {kind_of(value)}, not a name.", value=value, allowed=what, todo=todo)
            return cls("constant", (number(value, "S208", ALLOWED),))
        if len(value) != 1:
            raise BadValue(
                "S208",
                f"The table has {len(value)} keys instead of one.",
                value=value,
                allowed="{choice = {name = weight}}" if words else ALLOWED,
                todo=f"Put `choice` around the names: {{choice = {shortened(value, 60)}}}" if words else "",
            )
        ((kind, given),) = value.items()
        if kind not in KINDS:
            raise BadValue(
                "S208", f"There is no distribution `{kind}`.", value=kind, allowed=ALLOWED, nearest=nearest(kind, KINDS)
            )
        if words and kind != "choice":
            raise BadValue(
                "S208", "Names can only be chosen by weights.", value=kind, allowed="{choice = {name = weight}}"
            )
        try:
            if kind == "choice":
                return cls(kind, options=_options(given, words))
            return cls(kind, _READERS[kind](given))
        except BadValue as bad:
            raise bad.below(kind) from None

    @property
    def is_words(self) -> bool:
        """True for a distribution over words."""
        return bool(self.options) and isinstance(self.options[0][0], str)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that a choice may give, sorted; empty for numbers."""
        return tuple(value for value, _ in self.options if isinstance(value, str))

    @property
    def constant(self) -> bool:
        """True if only one number can come."""
        low, high = self.support() if not self.is_words else (0.0, 1.0)
        return low == high

    @property
    def mean(self) -> float:
        """Mean, in the parameter's unit.

        Raises:
            TypeError: For a distribution over words.

        Example:
            >>> Distribution.parse({"beta": {"a": 1, "b": 3}}).mean
            0.25
        """
        self._must_be_numbers()
        n = self.numbers
        if self.kind == "choice":
            return sum(float(value) * weight for value, weight in self.options) / sum(w for _, w in self.options)
        if self.kind == "beta":
            return n[2] + (n[3] - n[2]) * (n[0] / (n[0] + n[1]))
        if self.kind == "lognormal":
            return n[0]
        return sum(n) / len(n)

    def support(self) -> tuple[float, float]:
        """Least and greatest value that a draw can give.

        For a lognormal these are the quantiles at 2**-33 and 1 - 2**-33: keyed uniforms have 32 bits.

        Raises:
            TypeError: For a distribution over words.

        Example:
            >>> Distribution.parse({"triangular": [1, 2, 4]}).support()
            (1.0, 4.0)
        """
        self._must_be_numbers()
        if self.kind == "choice":
            values = [float(value) for value, weight in self.options if weight > 0.0]
            return min(values), max(values)
        if self.kind == "lognormal":
            low, high = self.quantile(np.array([0.0, 1.0])).tolist()
            return low, high
        if self.kind == "beta":
            return self.numbers[2], self.numbers[3]
        return self.numbers[0], self.numbers[-1]

    def quantile(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values at probabilities.

        Args:
            u: Probabilities, 0 to 1; taken between 2**-33 and 1 - 2**-33.

        Returns:
            float64, of the shape of ``u``, in the parameter's unit; rising with ``u``, for a lognormal to 1e-8.

        Raises:
            TypeError: For a distribution over words.
        """
        self._must_be_numbers()
        u = np.clip(np.asarray(u, dtype=np.float64), LEAST_UNIFORM, 1.0 - LEAST_UNIFORM)
        n = self.numbers
        if self.kind == "constant":
            return np.full(u.shape, n[0])
        if self.kind == "uniform":
            return np.clip(n[0] + u * (n[1] - n[0]), n[0], n[1])
        if self.kind == "triangular":
            return _triangular(u, *n)
        if self.kind == "lognormal":
            return _lognormal(u, *n)
        if self.kind == "beta":
            return np.clip(n[2] + beta_quantile(u, n[0], n[1]) * (n[3] - n[2]), n[2], n[3])
        return np.array([float(value) for value, _ in self.options])[self._chosen(u)]

    def pick(self, u: NDArray[np.float64]) -> list[str]:
        """Words at probabilities.

        Args:
            u: Probabilities, 0 to 1.

        Returns:
            A word for each.

        Raises:
            TypeError: For a distribution over numbers.
        """
        if not self.is_words:
            raise TypeError("pick() is for distributions over words; use quantile().")
        return [str(self.options[place][0]) for place in self._chosen(np.asarray(u, dtype=np.float64)).tolist()]

    def scaled(self, factor: float) -> Distribution:
        """The distribution of the number times a factor.

        Args:
            factor: At least 0.

        Returns:
            The distribution.

        Raises:
            ValueError: If the factor is below 0.
            TypeError: For a distribution over words.

        Example:
            >>> Distribution.parse({"lognormal": {"mean": 2, "cv": 0.5}}).scaled(3.0).numbers
            (6.0, 0.5)
        """
        self._must_be_numbers()
        if not factor >= 0.0:
            raise ValueError("A distribution can only be scaled by a factor of at least 0.")
        n = self.numbers
        if factor == 0.0:
            return Distribution("constant", (0.0,))
        if self.kind == "choice":
            return Distribution("choice", options=tuple((float(v) * factor, w) for v, w in self.options))
        if self.kind == "lognormal":
            return Distribution(self.kind, (n[0] * factor, n[1]))
        if self.kind == "beta":
            return Distribution(self.kind, (n[0], n[1], n[2] * factor, n[3] * factor))
        return Distribution(self.kind, tuple(value * factor for value in n))

    def to_plain(self) -> float | str | dict[str, Any]:
        """The distribution as a scenario file would say it.

        Example:
            >>> Distribution.parse({"beta": {"a": 2, "b": 5}}).to_plain()
            {'beta': {'a': 2.0, 'b': 5.0, 'low': 0.0, 'high': 1.0}}
        """
        n = self.numbers
        if self.kind == "constant":
            return n[0]
        if self.kind == "choice":
            if self.is_words and len(self.options) == 1:
                return str(self.options[0][0])
            return {"choice": {v if isinstance(v, str) else repr(v): weight for v, weight in self.options}}
        if self.kind == "lognormal":
            return {"lognormal": {"mean": n[0], "cv": n[1]}}
        if self.kind == "beta":
            return {"beta": dict(zip(("a", "b", "low", "high"), n, strict=True))}
        return {self.kind: list(n)}

    def _must_be_numbers(self) -> None:
        """Refuses words."""
        if self.is_words:
            raise TypeError("This distribution is over words; use pick().")

    def _chosen(self, u: NDArray[np.float64]) -> NDArray[np.intp]:
        """Rows of the options at probabilities; options of weight 0 are never chosen."""
        sums = np.array(list(accumulate(weight for _, weight in self.options)))
        last = max(place for place, (_, weight) in enumerate(self.options) if weight > 0.0)
        return np.minimum(np.searchsorted(sums, u * sums[-1], side="right"), last)


def _triangular(u: NDArray[np.float64], low: float, mode: float, high: float) -> NDArray[np.float64]:
    """Quantiles of the triangular distribution."""
    width = high - low
    if width == 0.0:
        return np.full(u.shape, low)
    rising = low + np.sqrt(u * (width * (mode - low)))
    falling = high - np.sqrt((1.0 - u) * (width * (high - mode)))
    # One value on either side of the mode, so that rounding cannot make the quantile fall there.
    return np.where(u < (mode - low) / width, np.clip(rising, low, mode), np.clip(falling, mode, high))


def _lognormal(u: NDArray[np.float64], mean: float, cv: float) -> NDArray[np.float64]:
    """Quantiles of the lognormal distribution with a mean and a coefficient of variation."""
    variance = log_of_record(1.0 + cv * cv)
    spread = math.sqrt(variance)
    values = [mean * exp_of_record(spread * inverse_normal(p) - 0.5 * variance) for p in u.ravel().tolist()]
    return np.array(values, dtype=np.float64).reshape(u.shape)


def _read_row(given: Any, names: tuple[str, ...]) -> tuple[float, ...]:
    """A list of rising numbers."""
    allowed = f"[{', '.join(names)}], rising"
    if not isinstance(given, list | tuple) or len(given) != len(names):
        raise BadValue("S208", f"{len(names)} numbers are needed.", value=given, allowed=allowed)
    row = tuple(number(entry, "S208") for entry in given)
    if any(a > b for a, b in pairwise(row)):
        raise BadValue("S208", "The numbers are not in order.", value=given, allowed=allowed)
    return row


def _read_named(given: Any, needed: tuple[str, ...], optional: dict[str, float]) -> dict[str, float]:
    """A table of named numbers."""
    allowed = f"{{{', '.join(f'{name} = …' for name in (*needed, *optional))}}}"
    if not isinstance(given, Mapping):
        raise BadValue("S208", "A table is needed.", value=given, allowed=allowed)
    for key in given:
        if key not in needed and key not in optional:
            close = nearest(key, (*needed, *optional))
            raise BadValue(
                "S208", f"There is no key `{key}`.", at=(str(key),), value=key, allowed=allowed, nearest=close
            )
    for key in needed:
        if key not in given:
            raise BadValue("S208", f"`{key}` is missing.", value=dict(given), allowed=allowed)
    return optional | {key: number(entry, "S208") for key, entry in given.items()}


def _read_lognormal(given: Any) -> tuple[float, ...]:
    """Mean above 0 and coefficient of variation, 0 to 100."""
    found = _read_named(given, ("mean", "cv"), {})
    if found["mean"] <= 0.0 or not 0.0 <= found["cv"] <= 100.0:
        raise BadValue(
            "S208",
            "The mean or the coefficient of variation is out of bounds.",
            value=given,
            allowed="mean above 0, cv from 0 to 100",
        )
    return found["mean"], found["cv"]


def _read_beta(given: Any) -> tuple[float, ...]:
    """Two shapes, and the ends."""
    found = _read_named(given, ("a", "b"), {"low": 0.0, "high": 1.0})
    if not (0.01 <= found["a"] <= 10_000.0 and 0.01 <= found["b"] <= 10_000.0):
        raise BadValue("S208", "A shape is out of bounds.", value=given, allowed="a and b from 0.01 to 10000")
    if found["low"] > found["high"]:
        raise BadValue("S208", "low is above high.", value=given, allowed="low of at most high")
    return found["a"], found["b"], found["low"], found["high"]


def _options(given: Any, words: bool) -> tuple[tuple[float | str, float], ...]:
    """Pairs of value and weight, sorted by value, whatever their order in the file."""
    if not isinstance(given, Mapping) or not given:
        raise BadValue("S208", "A table from values to weights is needed.", value=given, allowed="{value = weight}")
    found: dict[Any, float] = {}
    for key, entry in given.items():
        weight = number(entry, "S208")
        if weight < 0.0:
            raise BadValue("S208", "A weight is below 0.", at=(str(key),), value=weight, allowed="0 or more")
        value = str(key) if words else _number_key(key)
        if value in found:
            raise BadValue(
                "S208", f"The value {key} is given twice.", at=(str(key),), value=str(key), allowed="each value once"
            )
        found[value] = weight
    if not sum(found.values()) > 0.0:
        raise BadValue("S208", "All weights are 0.", value=given, allowed="at least one weight above 0")
    return tuple((value, found[value]) for value in sorted(found))


def _number_key(key: Any) -> float:
    """A key of a choice of numbers; TOML keys are text."""
    try:
        return number(float(key) if isinstance(key, str) else key, "S208")
    except (ValueError, BadValue):
        raise BadValue(
            "S208", f"`{key}` is not a number.", at=(str(key),), value=str(key), allowed="a number"
        ) from None


_READERS = {
    "constant": lambda given: (number(given, "S208"),),
    "uniform": lambda given: _read_row(given, ("low", "high")),
    "triangular": lambda given: _read_row(given, ("low", "mode", "high")),
    "lognormal": _read_lognormal,
    "beta": _read_beta,
}
