"""The look in force: which ground, which scale of text, which typeface."""

from __future__ import annotations

from typing import cast

from msgspec import Struct
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from coordinator_app.domain.screens import Tone
from coordinator_app.ui.theme import fonts, sizes
from coordinator_app.ui.theme.stylesheet import stylesheet
from coordinator_app.ui.theme.tokens import LIGHT, NIGHT, Tokens


class Look(Struct, frozen=True):
    """What `apply` put in force. `scale` is 1.0 for 100 % text, up to 2.0; `calm` switches flashing off."""

    tokens: Tokens = LIGHT
    scale: float = 1.0
    family: str = ""
    calm: bool = False


class _InForce:
    """Holds the one look of the program; a look belongs to the whole application, as its style sheet does."""

    look = Look()


_STYLE = "Fusion"
_STYLED = "made in our style"
"""A property of the application."""


def application(name: str) -> QApplication:
    """Return the application of this process; a new one has our style from its beginning.

    Where it is changed later the binding hands it back and makes eleven enumerations for that, which nobody looks at
    before the first screen.
    """
    found = cast("QApplication | None", QApplication.instance())
    if found is None:
        found = QApplication([name, "-style", _STYLE])
        found.setProperty(_STYLED, True)
    return found


def look() -> Look:
    """Return the look in force."""
    return _InForce.look


def apply(app: QApplication, *, night: bool = False, scale: float = 1.0, calm: bool = False) -> Look:
    """Put a look in force for the whole application and return it. `scale` is kept between 1.0 and 2.0."""
    family = fonts.load_typeface()
    _InForce.look = Look(NIGHT if night else LIGHT, min(max(scale, 1.0), 2.0), family, calm)
    if not app.property(_STYLED):
        app.setStyle(_STYLE)
    app.setPalette(_palette(_InForce.look.tokens))
    app.setFont(font(16))
    app.setStyleSheet(stylesheet(_InForce.look.tokens, _InForce.look.scale))
    return _InForce.look


def px(size: float) -> int:
    """Return a distance, a drawing or a button's height in pixels; these grow less than text does."""
    return sizes.room(size, _InForce.look.scale)


def text_px(size: float) -> int:
    """Return the height of text in pixels at the scale in force."""
    return sizes.text(size, _InForce.look.scale)


def wide(size: float) -> int:
    """Return the width of something that holds ordinary text, which grows as that text does."""
    return round(size * _InForce.look.scale)


def unscaled(size: float) -> float:
    """Return the design size whose text comes out `size` pixels high: the wall is read at 3 m and is large already."""
    return sizes.design_size(size, _InForce.look.scale)


def font(size: float, *, bold: bool = False) -> QFont:
    """Return the typeface at `size` design pixels."""
    face = QFont(_InForce.look.family) if _InForce.look.family else QFont()
    face.setPixelSize(text_px(size))
    face.setBold(bold)
    return face


def tone_fill(tone: Tone) -> QColor:
    """Return the fill of a state on the ground in force."""
    return QColor(_InForce.look.tokens.tone(tone).fill)


def tone_ink(tone: Tone) -> QColor:
    """Return the ink of a state on the ground in force."""
    return QColor(_InForce.look.tokens.tone(tone).ink)


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.ground,
        QPalette.ColorRole.WindowText: tokens.ink,
        QPalette.ColorRole.Base: tokens.card,
        QPalette.ColorRole.AlternateBase: tokens.sunken,
        QPalette.ColorRole.Text: tokens.ink,
        QPalette.ColorRole.PlaceholderText: tokens.soft,
        QPalette.ColorRole.Button: tokens.card,
        QPalette.ColorRole.ButtonText: tokens.ink,
        QPalette.ColorRole.Highlight: tokens.action,
        QPalette.ColorRole.HighlightedText: tokens.on_action,
        QPalette.ColorRole.ToolTipBase: tokens.card,
        QPalette.ColorRole.ToolTipText: tokens.ink,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    return palette
