"""A symbol inside a document, drawn as vectors from its modules.

The modules are given by the caller: documents draw what the label room made, and never make symbols themselves.
"""

from __future__ import annotations

from msgspec import Struct
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

QUIET_MODULES = 4


class DrawnCode(Struct, frozen=True):
    """The modules of a symbol without quiet zone: one text of `1` (dark) and `0` per row; bars have one row."""

    rows: tuple[str, ...]
    bar_height_mm: float = 12


class CodeFlowable(Flowable):  # type: ignore[misc]
    """One symbol with its quiet zone, no wider than `room_mm` and with modules of at most `module_mm`."""

    def __init__(self, code: DrawnCode, module_mm: float, room_mm: float) -> None:
        """Choose the module so that the symbol fits. Raises ValueError for a symbol that would be unreadable."""
        super().__init__()
        self._code = code
        self._quiet = 10 if len(code.rows) == 1 else QUIET_MODULES
        across = len(code.rows[0]) + 2 * self._quiet
        self._module = min(module_mm, room_mm / across)
        if self._module < 0.17:
            raise ValueError("A code of the sheet is too wide for the page; show it as a Data Matrix.")
        self._linear = len(code.rows) == 1
        self.width = across * self._module * mm
        down = 0 if self._linear else len(code.rows) + 2 * self._quiet
        self.height = code.bar_height_mm * mm if self._linear else down * self._module * mm

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the room that the symbol takes."""
        return self.width, self.height

    def draw(self) -> None:
        """Paint every dark run as one rectangle."""
        module = self._module * mm
        row_height = self.height if self._linear else module
        top = self.height - (0 if self._linear else self._quiet * module)
        outline = self.canv.beginPath()
        for down, row in enumerate(self._code.rows):
            position = 0
            for part in row.replace("10", "1 0").replace("01", "0 1").split(" "):
                if part.startswith("1"):
                    left = (self._quiet + position) * module
                    outline.rect(left, top - (down + 1) * row_height, len(part) * module, row_height)
                position += len(part)
        self.canv.drawPath(outline, stroke=0, fill=1)
