"""Settings of a search, and what they may be."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sim.declare.errors import listed, nearest
from sim.discovery.errors import DiscoveryError

METHODS = ("prim", "cart")
"""Ways to search."""
_BOUNDS = {
    "boxes": (1, 100),
    "min_density": (0.0, 1.0),
    "min_mass": (0.0, 0.5),
    "alpha": (0.001, 0.5),
    "folds": (2, 100),
    "permutations": (19, 100_000),
    "level": (0.0001, 0.5),
    "seed": (0, 2**62),
}
_WHOLE = ("boxes", "folds", "permutations", "seed")


@dataclass(frozen=True)
class Settings:
    """How boxes are searched and chosen.

    Attributes:
        method: ``"prim"`` or ``"cart"``.
        boxes: Most boxes.
        min_density: Least held-out density of a box (PRIM), or density of a leaf (CART); None leaves it to the score
            (PRIM), or asks for a majority (CART).
        min_mass: Part of the cases below which a box does not go.
        alpha: Part of the box peeled in a step (PRIM); of several, each gives a peeling of its own, and held-out cases
            choose between them. A small part is patient and fits edges well, a large one sees through noise. The
            smallest is the part pasted in a step.
        folds: Folds of the cross-validation.
        permutations: Random labellings that a box has to beat (PRIM).
        level: Greatest quasi-p-value of a restriction, and greatest chance p-value of a box (PRIM).
        seed: Of folds and random labellings.

    Raises:
        DiscoveryError: If one is not allowed.
    """

    method: str = "prim"
    boxes: int = 3
    min_density: float | None = None
    min_mass: float = 0.05
    alpha: float | tuple[float, ...] = (0.05, 0.1, 0.2)
    folds: int = 10
    permutations: int = 99
    level: float = 0.05
    seed: int = 1

    def __post_init__(self) -> None:
        """Checks values."""
        if self.method not in METHODS:
            close = nearest(self.method, METHODS)
            hint = f"; did you mean {close}?" if close else ""
            raise DiscoveryError(f"there is no method {self.method!r}; there are {listed(METHODS)}{hint}")
        for name in (each.name for each in fields(self) if each.name in _BOUNDS):
            value = getattr(self, name)
            if value is None and name == "min_density":
                continue
            if name == "alpha" and isinstance(value, tuple | list):
                if not value:
                    raise DiscoveryError("alpha is empty; give at least one number, for instance 0.05")
                for each in value:
                    _check(name, each)
            else:
                _check(name, value)

    @property
    def alphas(self) -> tuple[float, ...]:
        """Parts peeled in a step, each once, smallest first."""
        given = self.alpha if isinstance(self.alpha, tuple | list) else (self.alpha,)
        return tuple(sorted(set(given)))

    def least(self, cases: int) -> int:
        """Cases below which a box does not go: the part ``min_mass``, and at least 5.

        Args:
            cases: Number of cases.
        """
        return max(5, int(self.min_mass * cases))


def _check(name: str, value: object) -> None:
    """Refuses a number that is not allowed."""
    low, high = _BOUNDS[name]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or (name in _WHOLE and value != int(value)) or not low <= value <= high:  # type: ignore[operator,call-overload]
        what = "a whole number" if name in _WHOLE else "a number"
        raise DiscoveryError(f"{name} is {value!r}; it must be {what} from {low:g} to {high:g}")
