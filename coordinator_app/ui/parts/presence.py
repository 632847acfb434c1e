"""Shows and hides widgets that may not stand anywhere yet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def present(widget: QWidget, wanted: bool) -> None:
    """Let a widget be seen or not, as soon as the page that it will stand on is.

    `setVisible(True)` on a widget without a parent opens it as a window of its own: on a screen that flashes, and it
    costs more than the whole page.
    """
    if not wanted:
        widget.setVisible(False)
    elif widget.parentWidget() is not None:
        widget.setVisible(True)
    else:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
