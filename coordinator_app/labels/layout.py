"""Fills a template with values and symbols and puts every mark in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coordinator_app.labels.drawing import Drawing, LineMark, on_dots
from coordinator_app.labels.fitting import frame_of, rectangle, symbol_mark, text_marks
from coordinator_app.labels.symbol import Symbol
from coordinator_app.labels.template import PLACEHOLDER, Sheet, Template, TextBox

CUT_LINE_MM = 0.1
RESOLUTIONS = range(150, 1201)
"""Dots per inch that a label printer or a laser printer can have."""


class LabelContentWrong(ValueError):
    """A value or symbol is missing, or one was given that the template has no place for."""


def draw(template: Template, values: Mapping[str, str], symbols: Mapping[str, Symbol], dpi: int) -> Drawing:
    """Return one label with everything in its place, for a printer of `dpi` dots per inch.

    Raises LabelDoesNotFit, LabelContentWrong, CharacterNotPrintable or SymbolNotDrawable: a label is whole or not made.
    """
    if dpi not in RESOLUTIONS:
        raise LabelContentWrong(f"A printer of {dpi} dots per inch is not known; set 203, 300 or 600.")
    _refuse_missing_and_unknown(template, values, symbols)
    filled = [(box, text) for box in template.text if (text := _filled(box, values))]
    lines = [LineMark(line.x1_mm, line.y1_mm, line.x2_mm, line.y2_mm, line.thick_mm) for line in template.line]
    lines += [line for box, _ in filled if box.framed for line in frame_of(box)]
    return Drawing(
        template=f"{template.id} v{template.version}",
        width_mm=on_dots(template.width_mm, dpi),
        height_mm=on_dots(template.height_mm, dpi),
        dpi=dpi,
        texts=tuple(mark for box, text in filled for mark in text_marks(box, text)),
        symbols=tuple(symbol_mark(box, symbols[box.name], dpi) for box in template.symbol if box.name in symbols),
        lines=tuple(lines),
    )


def impose(sheet: Sheet, labels: Sequence[Drawing]) -> tuple[Drawing, ...]:
    """Return pages of the sheet's size with the labels in its places, in order, as many pages as are needed."""
    return tuple(
        _sheet_page(sheet, labels[first : first + len(sheet.places)])
        for first in range(0, len(labels), len(sheet.places))
    )


def _sheet_page(sheet: Sheet, labels: Sequence[Drawing]) -> Drawing:
    dpi = labels[0].dpi
    corners = [(on_dots(right, dpi), on_dots(down, dpi)) for right, down in sheet.places]
    placed = [label.moved(right, down) for label, (right, down) in zip(labels, corners, strict=False)]
    lines = [mark for label in placed for mark in label.lines]
    if sheet.cut_lines:
        for label, (right, down) in zip(labels, corners, strict=False):
            lines += rectangle(right, down, right + label.width_mm, down + label.height_mm, CUT_LINE_MM)
    return Drawing(
        template=labels[0].template,
        width_mm=on_dots(sheet.width_mm, dpi),
        height_mm=on_dots(sheet.height_mm, dpi),
        dpi=dpi,
        texts=tuple(mark for label in placed for mark in label.texts),
        symbols=tuple(mark for label in placed for mark in label.symbols),
        lines=tuple(lines),
    )


def _refuse_missing_and_unknown(template: Template, values: Mapping[str, str], symbols: Mapping[str, Symbol]) -> None:
    missing = sorted(name for name in template.values_needed if not values.get(name, "").strip())
    missing += sorted(box.name for box in template.symbol if not box.optional and box.name not in symbols)
    if missing:
        raise LabelContentWrong(f"The label '{template.id}' needs {', '.join(missing)}; enter what is missing.")
    # Something with no place on the label would silently not be printed.
    kinds = {box.name: box.kinds for box in template.symbol}
    unknown = sorted((set(values) - template.values_known) | (set(symbols) - set(kinds)))
    if unknown:
        raise LabelContentWrong(
            f"The label '{template.id}' has no place for {', '.join(unknown)}; choose another template."
        )
    for name, symbol in symbols.items():
        if symbol.kind not in kinds[name]:
            raise LabelContentWrong(
                f"The symbol '{name}' of the label '{template.id}' cannot be {symbol.kind}; "
                f"make it {' or '.join(kinds[name])}."
            )


def _filled(box: TextBox, values: Mapping[str, str]) -> str:
    """Return the text of a box, empty when it is optional and one of its values is missing."""
    if any(not values.get(name, "").strip() for name in box.placeholders):
        return ""
    return PLACEHOLDER.sub(lambda found: values[found.group(1)].strip(), box.value)
