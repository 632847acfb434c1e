"""How keys, bytes and the way a scanner types are written on the set-up screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from coordinator_app.ui.arrived import Arrived
from coordinator_app.ui.keyboard_layouts import Stroke, has_prefix

MOST_KEYS = 160
MOST_BYTES = 96


def key_words(strokes: tuple[Stroke, ...]) -> str:
    """Return one run of keys: what the computer made of each, keys with Ctrl or Alt and mute ones in brackets."""
    shown = "".join(_key(each) for each in strokes[:MOST_KEYS])
    left = len(strokes) - MOST_KEYS
    return f"{shown} … +{left}" if left > 0 else shown


def _key(stroke: Stroke) -> str:
    held = "Ctrl+" if stroke.ctrl else "Alt+" if stroke.alt else ""
    text = stroke.digit or stroke.text
    if len(text) == 1 and ord(text) < 0x20:
        text = chr(ord(text) | 0x40) if stroke.ctrl else f"0x{ord(text):02X}"
    if held or not text or not text.isprintable() or len(text) > 1:
        return f"⟨{held}{text or '?'}{'' if stroke.position is None else f' #{stroke.position}'}⟩"
    return text


def hex_words(raw: bytes) -> str:
    """Return bytes in hex, in pairs, with what was left out named."""
    shown = raw[:MOST_BYTES].hex(" ")
    left = len(raw) - MOST_BYTES
    return f"{shown} … +{left}" if left > 0 else shown


def scanner_lines(arrived: Arrived) -> list[str]:
    """Return how the keyboard scanner types: layout, separator, symbology prefix."""
    wedge = arrived.wedge
    separator = wedge.gs_text or (f"#{wedge.gs_position}" if wedge.gs_position is not None else "GS (Ctrl+])")
    return [
        f"{wedge.scanner} · {_layout(wedge.layout)}",
        QCoreApplication.translate("ScannerSetup", "Separator: {text}").format(text=separator),
        _identifier(arrived),
    ]


def _layout(layout: str) -> str:
    if layout == "us":
        return QCoreApplication.translate("ScannerSetup", "US keys, read by their position")
    return QCoreApplication.translate("ScannerSetup", "read as this computer types")


def _identifier(arrived: Arrived) -> str:
    if arrived.scan is None:
        return QCoreApplication.translate("ScannerSetup", "Symbology identifier: scan a label to see")
    text = arrived.scan.raw.decode("latin-1")
    if has_prefix(text, arrived.wedge):
        return QCoreApplication.translate("ScannerSetup", "Symbology identifier: {text}").format(text=text[:3])
    return QCoreApplication.translate("ScannerSetup", "Symbology identifier: not sent")
