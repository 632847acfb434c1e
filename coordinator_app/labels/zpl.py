"""Drawings to ZPL for label printers, dot for dot at the resolution they were drawn for.

Symbols are sent as our own modules (boxes and a bitmap), not as the printer's symbol commands: what was read back is
what is burnt, on every model. Only commands of the list below are used; text reaches the printer as hexadecimal where
it could be taken for a command. Characters outside the printer's own typeface are refused: such a label goes as PDF.
"""

from __future__ import annotations

from collections.abc import Sequence

from coordinator_app.labels.drawing import Drawing, LineMark, SymbolMark, TextMark, dots
from coordinator_app.labels.pdf import dark_runs

COMMANDS = ("^XA", "^XZ", "^CI", "^PW", "^LL", "^LH", "^PQ", "^FO", "^FT", "^A0", "^FH", "^FD", "^FS", "^GB", "^GFA")
"""Every command that a label of ours may contain."""
_PRINTABLE = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))))


class LabelNotExpressible(ValueError):
    """The printer's language cannot show something on this label; the sentence says what to do instead."""


def to_zpl(drawings: Sequence[Drawing]) -> bytes:
    """Return the print commands for all drawings, one format each. Raises LabelNotExpressible."""
    return b"".join(_one_format(drawing) for drawing in drawings)


def _one_format(drawing: Drawing) -> bytes:
    width, length = dots(drawing.width_mm, drawing.dpi), dots(drawing.height_mm, drawing.dpi)
    # UTF-8, the label's own size and origin: nothing is left to what an earlier job may have set.
    commands = ["^XA", "^CI28", f"^PW{width}", f"^LL{length}", "^LH0,0"]
    commands += [_line(line, drawing.dpi) for line in drawing.lines]
    commands += [_text(text, drawing.dpi) for text in drawing.texts]
    for symbol in drawing.symbols:
        commands += _bars(symbol, drawing.dpi) if symbol.modules.linear else [_matrix(symbol, drawing.dpi)]
    commands += ["^PQ1", "^XZ"]
    return "\n".join(commands).encode("ascii") + b"\n"


def _line(line: LineMark, dpi: int) -> str:
    thick = max(1, dots(line.thick_mm, dpi))
    across, down = dots(line.x2_mm - line.x1_mm, dpi), dots(line.y2_mm - line.y1_mm, dpi)
    left = max(0, dots(line.x1_mm, dpi) - thick // 2)
    top = max(0, dots(line.y1_mm, dpi) - thick // 2)
    return f"^FO{left},{top}^GB{max(across, thick)},{max(down, thick)},{thick}^FS"


def _text(mark: TextMark, dpi: int) -> str:
    # The printer's typeface 0 is narrower than B612, by which the text was measured: what fitted there fits here.
    size = round(mark.size_pt * dpi / 72)
    turn = "R" if mark.turned else "N"
    place = f"^FT{dots(mark.x_mm, dpi)},{dots(mark.baseline_mm, dpi)}"
    return f"{place}^A0{turn},{size},{size}^FH\\^FD{_escaped(mark)}^FS"


def _escaped(mark: TextMark) -> str:
    shown = []
    for letter in mark.text:
        if letter not in _PRINTABLE:
            raise LabelNotExpressible(
                f"This printer cannot show the character '{letter}' of '{mark.box}'; print the label as PDF."
            )
        if letter.isascii() and letter not in "^~\\_":
            shown.append(letter)
        else:
            shown += [f"\\{byte:02X}" for byte in letter.encode("utf-8")]
    return "".join(shown)


def _bars(mark: SymbolMark, dpi: int) -> list[str]:
    module, height = dots(mark.module_mm, dpi), dots(mark.bar_height_mm, dpi)
    left, top = dots(mark.x_mm, dpi), dots(mark.y_mm, dpi)
    return [
        f"^FO{left + first * module},{top}^GB{length * module},{height},{min(length * module, height)}^FS"
        for first, length in dark_runs(mark.modules.rows[0])
    ]


def _matrix(mark: SymbolMark, dpi: int) -> str:
    module = dots(mark.module_mm, dpi)
    row_bytes = -(-mark.modules.across * module // 8)
    rows = []
    for row in mark.modules.rows:
        bits = "".join(cell * module for cell in row).ljust(row_bytes * 8, "0")
        rows += [f"{int(bits, 2):0{row_bytes * 2}X}"] * module
    total = row_bytes * len(rows)
    place = f"^FO{dots(mark.x_mm, dpi)},{dots(mark.y_mm, dpi)}"
    return f"{place}^GFA,{total},{total},{row_bytes},{''.join(rows)}^FS"
