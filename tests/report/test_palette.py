"""Colours that figures use together can be told apart by colour-blind readers.

Colour blindness is simulated by the matrices of Machado, Oliveira and Fernandes (2009), "A physiologically-based model
for simulation of color vision deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), 1291-1298,
for severity 1, on linear RGB. Distances are Euclidean in CIELAB (D65), where about 2.3 is just noticeable.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from sim.report import evidence_figures, observed, sensitivity, style, tornado

LEAST = 16.0
"""Least distance of two colours that a figure uses together: seven times what is just noticeable."""
LEAST_OF_ALL = 9.0
"""Least distance of any two, for figures of more than four sides or arms: arms have marks of their own, too."""
FIRST = style.COLOURS[:4]
"""Sides or arms of most figures."""
SEEN = {
    "everyone": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ]),
}  # fmt: skip
TOGETHER = {
    "first sides": FIRST,
    "sources of variance": tuple(sensitivity.INKS.values()),
    "Sobol indices": style.COLOURS[:2],
    "ends of a factor": tuple(ink for _, ink, _ in tornado.ENDS),
    "records": tuple(ink for _, _, ink, _ in observed.SHOWN),
    "facts": (evidence_figures.MODEL, evidence_figures.MISSED, evidence_figures.EVIDENCE),
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
WHITE = TO_XYZ.sum(axis=1)


def lab(ink: str, seen: str) -> np.ndarray:
    """A colour in CIELAB, as it is seen."""
    rgb = np.array(to_rgb(ink))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    t = TO_XYZ @ np.clip(SEEN[seen] @ linear, 0.0, 1.0) / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def nearest(inks: tuple[str, ...], seen: str) -> float:
    """Distance of the two that are most alike."""
    return min(float(np.linalg.norm(lab(a, seen) - lab(b, seen))) for a, b in combinations(inks, 2))


@pytest.mark.parametrize("seen", SEEN)
def test_colours_used_together(seen: str) -> None:
    found = {name: round(nearest(inks, seen), 1) for name, inks in TOGETHER.items()}
    assert {name: distance for name, distance in found.items() if distance < LEAST} == {}
    assert nearest(style.COLOURS, seen) >= LEAST_OF_ALL


def test_the_test_knows_colours_that_are_confused() -> None:
    """Red and green of one lightness are far apart for most, and alike without the cones for either."""
    red, green = "#C00000", "#6B6B00"
    assert nearest((red, green), "everyone") > 60.0
    assert nearest((red, green), "deuteranopia") < LEAST
    assert np.allclose(lab("#FFFFFF", "everyone"), [100.0, 0.0, 0.0], atol=0.01)
