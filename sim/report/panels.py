"""The panels of a figure, as a list that a notebook shows as a picture."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

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

    def _repr_png_(self) -> bytes:
        """The picture, for a notebook."""
        picture = BytesIO()
        self.figure.savefig(picture, format="png")
        return picture.getvalue()
