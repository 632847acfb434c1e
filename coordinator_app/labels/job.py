"""Makes a print job: draws every copy, renders it, and reads every symbol back before a byte is handed out."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from coordinator_app.labels.decode_back import read_back, verify_drawing
from coordinator_app.labels.drawing import Drawing
from coordinator_app.labels.layout import LabelContentWrong, draw, impose
from coordinator_app.labels.pdf import to_pdf
from coordinator_app.labels.symbol import Symbol
from coordinator_app.labels.template import Template
from coordinator_app.labels.zpl import to_zpl
from coordinator_app.labels.zpl_raster import zpl_as_dots


class CopyContent(Struct, frozen=True):
    """What one copy of a label says: texts by their names, symbols by the names of their boxes."""

    values: dict[str, str]
    symbols: dict[str, Symbol]


def make_label_job(template: Template, copies: Sequence[CopyContent], dpi: int) -> bytes:
    """Return the PDF of all copies, every symbol read back from the dots that a printer of `dpi` will burn.

    Raises what `draw` raises, and LabelUnreadable: then nothing may be printed.
    """
    pages = draw_pages(template, copies, dpi)
    pdf = to_pdf(pages)
    verify_drawing(pdf, pages, dpi)
    return pdf


def make_zpl_job(template: Template, copies: Sequence[CopyContent], dpi: int) -> bytes:
    """Return the print commands of all copies, every symbol read back from the commands themselves.

    Raises what `draw` raises, LabelNotExpressible for a character the printer lacks, and LabelUnreadable.
    """
    pages = draw_pages(template, copies, dpi)
    commands = to_zpl(pages)
    read_back(pages, zpl_as_dots(commands), dpi)
    return commands


def draw_pages(template: Template, copies: Sequence[CopyContent], dpi: int) -> tuple[Drawing, ...]:
    """Return the pages of a job: one per copy, or sheets where the template is a sheet. Raises what `draw` raises."""
    if not copies:
        raise LabelContentWrong("A label job without copies cannot be printed; say how many labels are needed.")
    labels = [draw(template, copy.values, copy.symbols, dpi) for copy in copies]
    return impose(template.sheet, labels) if template.sheet is not None else tuple(labels)
