"""A label as it will be drawn: texts, symbols and lines at places in millimetres from the upper left corner."""

from __future__ import annotations

from msgspec import Struct, structs

from coordinator_app.labels.symbol import Symbol
from coordinator_app.labels.symbol_modules import Modules

MM_PER_INCH = 25.4


class TextMark(Struct, frozen=True):
    """One line of text. `x_mm`, `baseline_mm` is where its base line begins; `turned` runs downwards."""

    box: str
    text: str
    x_mm: float
    baseline_mm: float
    size_pt: float
    bold: bool = False
    turned: bool = False


class SymbolMark(Struct, frozen=True):
    """One symbol: `x_mm`, `y_mm` is the corner of its first module, its quiet zone lies outside of it.

    `module_mm` is a whole number of printer dots, and so are both places.
    """

    box: str
    symbol: Symbol
    modules: Modules
    x_mm: float
    y_mm: float
    module_mm: float
    bar_height_mm: float

    @property
    def width_mm(self) -> float:
        """From the first to the last module, without the quiet zone."""
        return self.modules.across * self.module_mm

    @property
    def height_mm(self) -> float:
        """From the top to the bottom module; the height of the bars where it has bars."""
        return self.bar_height_mm if self.modules.linear else self.modules.down * self.module_mm

    @property
    def quiet_mm(self) -> float:
        """Width of the light zone that belongs to the symbol."""
        return self.modules.quiet * self.module_mm


class LineMark(Struct, frozen=True):
    """One upright or level line, `thick_mm` thick."""

    x1_mm: float
    y1_mm: float
    x2_mm: float
    y2_mm: float
    thick_mm: float = 0.25


class Drawing(Struct, frozen=True):
    """One page of the printer: size in millimetres, dots per inch it was drawn for, and the marks on it."""

    template: str
    width_mm: float
    height_mm: float
    dpi: int
    texts: tuple[TextMark, ...] = ()
    symbols: tuple[SymbolMark, ...] = ()
    lines: tuple[LineMark, ...] = ()

    def moved(self, right_mm: float, down_mm: float) -> Drawing:
        """Return the same marks at another place, for a sheet with several labels."""
        return structs.replace(
            self,
            texts=tuple(
                structs.replace(mark, x_mm=mark.x_mm + right_mm, baseline_mm=mark.baseline_mm + down_mm)
                for mark in self.texts
            ),
            symbols=tuple(
                structs.replace(mark, x_mm=mark.x_mm + right_mm, y_mm=mark.y_mm + down_mm) for mark in self.symbols
            ),
            lines=tuple(
                structs.replace(
                    mark,
                    x1_mm=mark.x1_mm + right_mm,
                    y1_mm=mark.y1_mm + down_mm,
                    x2_mm=mark.x2_mm + right_mm,
                    y2_mm=mark.y2_mm + down_mm,
                )
                for mark in self.lines
            ),
        )


def dots(mm: float, dpi: int) -> int:
    """Return the whole number of printer dots nearest to a length."""
    return round(mm * dpi / MM_PER_INCH)


def on_dots(mm: float, dpi: int) -> float:
    """Return the length in millimetres of the whole number of printer dots nearest to `mm`."""
    return dots(mm, dpi) * MM_PER_INCH / dpi
