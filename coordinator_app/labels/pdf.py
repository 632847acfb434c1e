"""Drawings to PDF: symbols as vectors on whole printer dots, typefaces embedded, same drawing same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from coordinator_app.labels.drawing import MM_PER_INCH, Drawing, LineMark, SymbolMark, TextMark
from coordinator_app.labels.typefaces import runs_of

POINTS_PER_MM = 72 / MM_PER_INCH


def to_pdf(drawings: Sequence[Drawing], *, invariant: bool = True) -> bytes:
    """Return a PDF with one page per drawing, each page as large as its label; it must be printed at 100 %.

    With `invariant` no date and no random name goes in, so that the same labels give the same bytes.
    """
    out = BytesIO()
    canvas = Canvas(out, invariant=int(invariant), pageCompression=1)
    # A print queue shows the title: it says nothing about the patient.
    canvas.setTitle(drawings[0].template if drawings else "labels")
    canvas.setViewerPreference("PrintScaling", "None")
    for drawing in drawings:
        canvas.setPageSize((drawing.width_mm * POINTS_PER_MM, drawing.height_mm * POINTS_PER_MM))
        for line in drawing.lines:
            _draw_line(canvas, drawing, line)
        for text in drawing.texts:
            _draw_text(canvas, drawing, text)
        for symbol in drawing.symbols:
            _draw_symbol(canvas, drawing, symbol)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_line(canvas: Canvas, drawing: Drawing, line: LineMark) -> None:
    canvas.setLineWidth(line.thick_mm * POINTS_PER_MM)
    canvas.setLineCap(2)
    canvas.line(
        line.x1_mm * POINTS_PER_MM,
        (drawing.height_mm - line.y1_mm) * POINTS_PER_MM,
        line.x2_mm * POINTS_PER_MM,
        (drawing.height_mm - line.y2_mm) * POINTS_PER_MM,
    )


def _draw_text(canvas: Canvas, drawing: Drawing, mark: TextMark) -> None:
    canvas.saveState()
    canvas.translate(mark.x_mm * POINTS_PER_MM, (drawing.height_mm - mark.baseline_mm) * POINTS_PER_MM)
    if mark.turned:
        canvas.rotate(-90)
    written = canvas.beginText(0, 0)
    for face, run in runs_of(mark.text, bold=mark.bold):
        written.setFont(face, mark.size_pt)
        written.textOut(run)
    canvas.drawText(written)
    canvas.restoreState()


def _draw_symbol(canvas: Canvas, drawing: Drawing, mark: SymbolMark) -> None:
    module = mark.module_mm * POINTS_PER_MM
    height = mark.bar_height_mm * POINTS_PER_MM if mark.modules.linear else module
    left = mark.x_mm * POINTS_PER_MM
    top = (drawing.height_mm - mark.y_mm) * POINTS_PER_MM
    outline = canvas.beginPath()
    for down, row in enumerate(mark.modules.rows):
        for first, length in dark_runs(row):
            outline.rect(left + first * module, top - (down + 1) * height, length * module, height)
    canvas.drawPath(outline, stroke=0, fill=1)


def dark_runs(row: str) -> list[tuple[int, int]]:
    """Return where dark modules begin in a row and how many follow one another."""
    runs = []
    position = 0
    for part in row.replace("10", "1 0").replace("01", "0 1").split(" "):
        if part.startswith("1"):
            runs.append((position, len(part)))
        position += len(part)
    return runs
