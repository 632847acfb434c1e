"""How everything looks: colours, sizes, the typeface and the drawings, told once for every window."""

from __future__ import annotations

from coordinator_app.ui.theme.look import (
    Look,
    application,
    apply,
    font,
    look,
    px,
    text_px,
    tone_fill,
    tone_ink,
    unscaled,
    wide,
)
from coordinator_app.ui.theme.tokens import LIGHT, NIGHT, Tokens, ToneColours

__all__ = [
    "LIGHT",
    "NIGHT",
    "Look",
    "Tokens",
    "ToneColours",
    "application",
    "apply",
    "font",
    "look",
    "px",
    "text_px",
    "tone_fill",
    "tone_ink",
    "unscaled",
    "wide",
]
