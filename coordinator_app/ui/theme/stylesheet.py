"""Makes Qt's style sheet from the tokens; a widget asks for a style by its `role` property."""

from __future__ import annotations

from coordinator_app.ui.theme import sizes
from coordinator_app.ui.theme.tokens import BUTTON, TARGET, Tokens

_TEXT_ROLES: dict[str, tuple[int, bool, str]] = {
    # role: (size, bold, token of the colour)
    "title": (26, True, "ink"),
    "heading": (17, True, "soft"),
    "name": (24, True, "ink"),
    "value": (18, True, "ink"),
    "label": (14, False, "soft"),
    "instruction": (42, True, "ink"),
    "question": (28, True, "ink"),
    "hint": (20, False, "soft"),
    "body": (16, False, "ink"),
    "strong": (16, True, "ink"),
    "large": (20, True, "ink"),
    "soft": (16, False, "soft"),
    "small": (14, False, "soft"),
}


def stylesheet(tokens: Tokens, scale: float) -> str:
    """Return the style sheet of the whole application for one ground at one scale of text."""
    return "\n".join((_texts(tokens, scale), _surfaces(tokens, scale), _buttons(tokens, scale), _fields(tokens, scale)))


def _px(size: float, scale: float) -> str:
    return f"{sizes.room(size, scale)}px"


def _text(size: float, scale: float) -> str:
    return f"{sizes.text(size, scale)}px"


def _texts(tokens: Tokens, scale: float) -> str:
    rules = [
        f'QLabel[role="{role}"] {{ font-size: {_text(size, scale)}; font-weight: {"bold" if bold else "normal"}; '
        f"color: {getattr(tokens, colour)}; background: transparent; }}"
        for role, (size, bold, colour) in _TEXT_ROLES.items()
    ]
    rules.append(f"QToolTip {{ font-size: {_text(16, scale)}; }}")
    return "\n".join(rules)


def _surfaces(tokens: Tokens, scale: float) -> str:
    return f"""
QMainWindow, QWidget#ground, QScrollArea#ground {{ background: {tokens.ground}; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollArea > QWidget > QWidget#scrolled {{ background: transparent; }}
QFrame[role="card"] {{ background: {tokens.card}; border: 1px solid {tokens.line}; border-radius: 6px; }}
QFrame[role="rule"] {{ background: {tokens.line}; border: none; max-height: 1px; min-height: 1px; }}
QFrame#top_bar {{ background: {tokens.card}; border: none; border-bottom: 1px solid {tokens.line}; }}
QFrame#navigation {{ background: {tokens.nav}; border: none; }}
QScrollBar:vertical {{ width: {_px(14, scale)}; background: {tokens.sunken}; border: none; }}
QScrollBar::handle:vertical {{ background: {tokens.strong_line}; border-radius: 5px; min-height: 48px; margin: 2px; }}
QScrollBar:horizontal {{ height: {_px(14, scale)}; background: {tokens.sunken}; border: none; }}
QScrollBar::handle:horizontal {{ background: {tokens.strong_line}; border-radius: 5px; min-width: 48px; margin: 2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QTableView {{ background: {tokens.card}; alternate-background-color: {tokens.card}; color: {tokens.ink};
  border: 1px solid {tokens.line}; border-radius: 6px; gridline-color: {tokens.line}; font-size: {_text(16, scale)};
  outline: none; }}
QHeaderView {{ background: {tokens.card}; border: none; }}
QHeaderView::section {{ background: {tokens.card}; color: {tokens.soft}; font-size: {_text(14, scale)};
  border: none; border-bottom: 2px solid {tokens.line}; padding: {_px(10, scale)} {_px(14, scale)}; text-align: left; }}
"""


def _buttons(tokens: Tokens, scale: float) -> str:
    focus = f"border: 3px solid {tokens.focus_inner}; background: {tokens.focus_outer}; color: {tokens.focus_inner};"
    return f"""
QPushButton {{ font-size: {_text(18, scale)}; font-weight: bold; color: {tokens.ink}; background: {tokens.card};
  border: 2px solid {tokens.strong_line}; border-radius: 6px; min-height: {_px(TARGET - 4, scale)};
  padding: 0 {_px(20, scale)}; }}
QPushButton:hover {{ background: {tokens.sunken}; }}
QPushButton:pressed {{ background: {tokens.line}; }}
QPushButton:focus {{ {focus} }}
QPushButton:disabled {{ color: {tokens.soft}; border-color: {tokens.line}; }}
QPushButton[role="action"] {{ min-height: {_px(BUTTON - 4, scale)}; padding: 0 {_px(26, scale)}; }}
QPushButton[role="primary"] {{ min-height: {_px(BUTTON - 4, scale)}; padding: 0 {_px(32, scale)};
  color: {tokens.on_action}; background: {tokens.action}; border-color: {tokens.action}; }}
QPushButton[role="primary"]:pressed {{ background: {tokens.ink}; }}
QPushButton[role="danger"] {{ min-height: {_px(BUTTON - 4, scale)}; padding: 0 {_px(26, scale)};
  color: {tokens.overdue.ink}; border-color: {tokens.overdue.ink}; }}
QPushButton[role="on-fill"] {{ min-height: {_px(BUTTON - 4, scale)}; padding: 0 {_px(26, scale)};
  color: #0F1A24; background: #FFFFFF; border-color: #FFFFFF; }}
QPushButton[role="danger-on-fill"] {{ min-height: {_px(BUTTON - 4, scale)}; padding: 0 {_px(26, scale)};
  color: #B10E1E; background: #FFFFFF; border-color: #FFFFFF; }}
QPushButton[role="danger-on-fill"]:pressed, QPushButton[role="on-fill"]:pressed {{ background: #D5DDE3; }}
QPushButton[role="pad-enter"] {{ color: {tokens.on_action}; background: {tokens.action};
  border-color: {tokens.action}; }}
QPushButton[role="pad"], QPushButton[role="pad-enter"] {{ font-size: {_text(20, scale)}; padding: 0;
  min-width: {_px(TARGET - 4, scale)}; min-height: {_px(TARGET + 4, scale)}; }}
QPushButton[role="choice"] {{ text-align: left; min-height: {_px(56, scale)}; padding: 0 {_px(18, scale)}; }}
QPushButton[role="pad"]:checked, QPushButton[role="choice"]:checked {{
  color: {tokens.on_action}; background: {tokens.action}; border-color: {tokens.action}; }}
QPushButton[role="action"]:focus, QPushButton[role="danger"]:focus, QPushButton[role="primary"]:focus,
QPushButton[role="choice"]:focus {{ {focus} }}
"""


def _fields(tokens: Tokens, scale: float) -> str:
    boxes = "QLineEdit, QPlainTextEdit, QComboBox"
    return f"""
QLineEdit {{ placeholder-text-color: {tokens.soft}; }}
{boxes} {{ font-size: {_text(18, scale)}; color: {tokens.ink}; background: {tokens.card};
  border: 2px solid {tokens.strong_line}; border-radius: 6px; padding: 0 {_px(12, scale)};
  selection-background-color: {tokens.action}; selection-color: {tokens.on_action}; }}
QLineEdit, QComboBox {{ min-height: {_px(TARGET - 4, scale)}; }}
QPlainTextEdit {{ padding: {_px(8, scale)} {_px(8, scale)}; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{ border: 3px solid {tokens.focus_inner};
  background: {tokens.card}; }}
QComboBox::drop-down {{ width: {_px(44, scale)}; border: none; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{ font-size: {_text(18, scale)}; color: {tokens.ink}; background: {tokens.card};
  selection-background-color: {tokens.action}; selection-color: {tokens.on_action}; }}
QComboBox QAbstractItemView::item {{ min-height: {_px(TARGET, scale)}; }}
"""
