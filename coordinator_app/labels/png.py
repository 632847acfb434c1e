"""A label as a picture for the preview on the screen: the very dots that the printer will burn."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from coordinator_app.labels.drawing import Drawing
from coordinator_app.labels.pdf import to_pdf
from coordinator_app.labels.raster import pages_as_dots


def to_png(drawing: Drawing) -> bytes:
    """Return one drawing as a black and white PNG at the resolution it was drawn for."""
    picture = next(pages_as_dots(to_pdf([drawing]), drawing.dpi))
    out = BytesIO()
    Image.fromarray(picture).convert("1").save(out, format="PNG", dpi=(drawing.dpi, drawing.dpi))
    return out.getvalue()
