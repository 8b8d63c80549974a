"""One picture of an edition: its name, what it says, and in words what it shows."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.charts import Drawing, draw, paint

from .snapshot import Snapshot
from .speech import gettext as _

DISTRICTS = "police_district"


@dataclass(frozen=True)
class Picture:
    """`name`: its name below the edition; `alt`: what it shows, in words."""

    name: str
    drawing: Drawing
    alt: str

    @property
    def measure(self) -> str:
        """The measure it is about."""
        return self.name.partition("-")[0]

    @property
    def height(self) -> int:
        return round(self.drawing.height)

    def draw(self) -> bytes:
        """As SVG, light."""
        return draw(self.drawing)

    def photograph(self) -> bytes:
        """As PNG, for slides and papers."""
        return paint(self.drawing).png()


def mark_of(snapshot: Snapshot, *, beside: bool) -> str:
    """What a picture of a demonstration says of itself."""
    if not snapshot.demo:
        return ""
    if beside:
        return _("Demonstration: the City’s figures are made up")
    return _("Demonstration: made-up figures")
