"""The panels of a figure, as a list that a notebook shows as a picture."""

from __future__ import annotations

import os
from collections.abc import Iterable
from io import BytesIO
from typing import Any, BinaryIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure


class Panels(list[Axes]):
    """Panels of one figure. As the last value of a notebook's cell it is shown as the figure.

    Attributes:
        figure: The figure, to save it or to change it.

    Example:
        >>> figure = Figure()
        >>> panels = Panels(figure, [figure.add_subplot()])
        >>> panels
        <figure of 1 panel, 640 x 480 pixels>
        >>> len(panels), panels.figure is figure
        (1, True)
    """

    def __init__(self, figure: Figure, panels: Iterable[Axes]) -> None:
        super().__init__(panels)
        self.figure = figure

    def __repr__(self) -> str:
        """What a terminal shows in place of the picture."""
        width, height = (round(inches * self.figure.dpi) for inches in self.figure.get_size_inches())
        return f"<figure of {len(self)} panel{'' if len(self) == 1 else 's'}, {width} x {height} pixels>"

    def savefig(self, path: str | os.PathLike[str] | BinaryIO, **kwargs: Any) -> None:
        """Saves the figure; as :meth:`matplotlib.figure.Figure.savefig`.

        Args:
            path: Where to; the ending says the format.
            kwargs: What else that method takes, such as ``dpi``.

        Example:
            >>> figure, written = Figure(), BytesIO()
            >>> Panels(figure, [figure.add_subplot()]).savefig(written, format="png", dpi=50)
            >>> written.getvalue()[1:4]
            b'PNG'
        """
        self.figure.savefig(path, **kwargs)

    def _repr_png_(self) -> bytes:
        """The picture, for a notebook."""
        picture = BytesIO()
        self.figure.savefig(picture, format="png")
        return picture.getvalue()
