"""Makes texts and symbols fit their boxes, or refuses: nothing on a label is ever cut off or squeezed unread."""

from __future__ import annotations

from collections.abc import Sequence

from coordinator_app.labels.drawing import LineMark, SymbolMark, TextMark, dots
from coordinator_app.labels.symbol import Symbol
from coordinator_app.labels.symbol_modules import Modules, modules_of
from coordinator_app.labels.template import MODULE_LEAST_MM, SymbolBox, TextBox
from coordinator_app.labels.typefaces import ASCENT, LEADING, POINTS_PER_MM, width_mm

FRAME_MM = 0.3
SHRINK_STEP_PT = 0.5
MM_PER_INCH = 25.4


class LabelDoesNotFit(ValueError):
    """Something on the label is larger than its box. `box` names the box, `what` holds the content."""

    def __init__(self, box: str, what: str, sentence: str) -> None:
        """Keep the box and its content beside the sentence."""
        super().__init__(sentence)
        self.box = box
        self.what = what


def text_marks(box: TextBox, text: str) -> tuple[TextMark, ...]:
    """Return the lines of `text` in its box, in the largest size that fits.

    Raises LabelDoesNotFit when even the smallest size does not, CharacterNotPrintable for letters no typeface has.
    """
    size = box.size_pt
    while True:
        broken = _broken(box, text, size)
        if broken is not None:
            return _placed(box, broken, size)
        if size <= (box.smallest_pt or box.size_pt):
            break
        size = max(size - SHRINK_STEP_PT, box.smallest_pt)
    raise LabelDoesNotFit(
        box.name,
        text,
        f"The text for '{box.name}' does not fit on the label ({len(text)} characters); "
        "shorten it, or choose a larger label.",
    )


def frame_of(box: TextBox) -> tuple[LineMark, ...]:
    """Return the four lines around a box."""
    left, top, right, bottom = box.x_mm, box.y_mm, box.x_mm + box.width_mm, box.y_mm + box.height_mm
    return rectangle(left, top, right, bottom, FRAME_MM)


def rectangle(left: float, top: float, right: float, bottom: float, thick_mm: float) -> tuple[LineMark, ...]:
    """Return the four lines of a rectangle, edges in millimetres."""
    return (
        LineMark(left, top, right, top, thick_mm),
        LineMark(left, bottom, right, bottom, thick_mm),
        LineMark(left, top, left, bottom, thick_mm),
        LineMark(right, top, right, bottom, thick_mm),
    )


def symbol_mark(box: SymbolBox, symbol: Symbol, dpi: int) -> SymbolMark:
    """Return the symbol in its box, every module a whole number of printer dots, quiet zone inside the box.

    Raises LabelDoesNotFit when the smallest module allowed is still too large, SymbolNotDrawable for its content.
    """
    modules = modules_of(symbol)
    dot_mm = MM_PER_INCH / dpi
    per_module = _dots_per_module(box, modules, dpi)
    if per_module is None:
        raise LabelDoesNotFit(
            box.name,
            "",
            f"The symbol '{box.name}' of {modules.across} modules does not fit on the label at {dpi} dots per inch; "
            "choose a larger label or a finer printer.",
        )
    across = modules.across * per_module
    room = dots(box.width_mm, dpi)
    quiet = modules.quiet * per_module
    left = quiet if box.align == "left" else (room - across) // 2
    if modules.linear:
        top, bar_height_mm = 0, dots(box.height_mm, dpi) * dot_mm
    else:
        top, bar_height_mm = (dots(box.height_mm, dpi) - modules.down * per_module) // 2, 0.0
    return SymbolMark(
        box=box.name,
        symbol=symbol,
        modules=modules,
        x_mm=(dots(box.x_mm, dpi) + left) * dot_mm,
        y_mm=(dots(box.y_mm, dpi) + top) * dot_mm,
        module_mm=per_module * dot_mm,
        bar_height_mm=bar_height_mm,
    )


def _dots_per_module(box: SymbolBox, modules: Modules, dpi: int) -> int | None:
    dot_mm = MM_PER_INCH / dpi
    # Half a dot of slack: 0.25 mm at 203 dots per inch is 0.2502 mm, and that is the size the standard means.
    least = max(box.module_least_mm, MODULE_LEAST_MM[modules.linear]) - dot_mm / 2
    room_across = dots(box.width_mm, dpi)
    room_down = dots(box.height_mm, dpi)
    for per_module in range(max(1, round(box.module_mm / dot_mm)), 0, -1):
        if per_module * dot_mm < least:
            return None
        fits_across = (modules.across + 2 * modules.quiet) * per_module <= room_across
        fits_down = modules.linear or (modules.down + 2 * modules.quiet) * per_module <= room_down
        if fits_across and fits_down:
            return per_module
    return None


def _broken(box: TextBox, text: str, size: float) -> tuple[str, ...] | None:
    """Return the text in lines no wider than the box, or None when it takes more room than there is."""
    along, across = (box.height_mm, box.width_mm) if box.turned else (box.width_mm, box.height_mm)
    # A framed text keeps clear of its frame.
    along -= 4 * FRAME_MM if box.framed else 0
    # A break between the parts of "HERON · bag 2 · bed 4" reads well; one inside "bed 4" may be misread.
    for parts in (text.replace(" · ", " ·\n").split("\n"), text.split(" ")):
        lines = _lines_of(parts, size, along, bold=box.bold)
        if lines is not None and len(lines) <= box.lines:
            deep_enough = len(lines) * size * LEADING / POINTS_PER_MM <= across + 1e-6
            return lines if deep_enough else None
    return None


def _lines_of(parts: Sequence[str], size: float, along: float, *, bold: bool) -> tuple[str, ...] | None:
    """Return the parts joined to lines of at most `along` millimetres, None when one part alone is longer."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} {part}" if lines else part
        if lines and width_mm(longer, size, bold=bold) <= along:
            lines[-1] = longer
        elif width_mm(part, size, bold=bold) <= along:
            lines.append(part)
        else:
            return None
    return tuple(lines)


def _placed(box: TextBox, lines: tuple[str, ...], size: float) -> tuple[TextMark, ...]:
    ascent, leading = size * ASCENT / POINTS_PER_MM, size * LEADING / POINTS_PER_MM
    along, across = (box.height_mm, box.width_mm) if box.turned else (box.width_mm, box.height_mm)
    # A single framed line stands in the middle of its frame; B612's capitals are 0.7 of the size high.
    first = (across + 0.7 * size / POINTS_PER_MM) / 2 if box.framed and len(lines) == 1 else ascent
    marks = []
    for position, line in enumerate(lines):
        spare = along - width_mm(line, size, bold=box.bold)
        start = {"left": 0.0, "centre": spare / 2, "right": spare}["centre" if box.framed else box.align]
        down = first + position * leading
        x_mm, baseline_mm = (
            (box.x_mm + across - down, box.y_mm + start) if box.turned else (box.x_mm + start, box.y_mm + down)
        )
        marks.append(TextMark(box.name, line, x_mm, baseline_mm, size, box.bold, box.turned))
    return tuple(marks)
