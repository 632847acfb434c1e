"""What came from a scanner while it is being set up: the keys, the bytes, and how they are read."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain.inputs import Scanned
from coordinator_app.ui.keyboard_layouts import Stroke, Wedge


class Arrived(Struct, frozen=True):
    """The newest scan as it arrived: `strokes` of a keyboard scanner, `scan` once it was understood as a whole.

    `lost` says why a run of keys was no scan; `camera` is the name of the camera in use, empty where it is off, None
    where this workstation has none.
    """

    strokes: tuple[Stroke, ...] = ()
    scan: Scanned | None = None
    lost: str = ""
    wedge: Wedge = Wedge()
    camera: str | None = None
