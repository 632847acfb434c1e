"""A workstation with two monitors of different size: where the clock wall goes by its key; prints what came of it.

Run with `QT_QPA_PLATFORM=offscreen:configfile=…` that names a `cart` of 1280×720 and a `corridor` of 1920×1080.
"""

from __future__ import annotations

import json
import sys

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from coordinator_app.ui import sample_pages as s
from coordinator_app.ui import theme
from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.wall_window import WallWindow


def main() -> None:
    """Press the key three times and print where the wall stood after each."""
    app = QApplication([])
    theme.apply(app)
    window = MainWindow(lambda: s.NOW_NS, lambda: s.NOW)
    window.show()
    window.show_answer(s.answer(s.today(), replace(s.frame("today"), running=s.wall(14).clocks)))
    QTest.keyClick(window, Qt.Key.Key_F11)
    wall = window.findChild(WallWindow)
    assert isinstance(wall, WallWindow)
    stood = []
    for _ in range(3):
        app.processEvents()
        shown = wall.isVisible()
        stood.append([wall.screen().name(), wall.width(), wall.height(), wall.isFullScreen()] if shown else "away")
        QTest.keyClick(wall if shown else window, Qt.Key.Key_F11)
    sys.stdout.write(json.dumps({"main": window.screen().name(), "wall": stood}) + "\n")
    window.show_answer(s.answer(s.today(), replace(s.frame("today"), running=())))
    window.close()


if __name__ == "__main__":
    main()
