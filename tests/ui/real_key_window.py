"""A window on a real display for `test_scan_catcher_real_keys`: prints one JSON line for everything caught in it.

Arguments: the wedge as JSON, and which widget has the focus (field or button).
"""

from __future__ import annotations

import json
import sys

import msgspec
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from coordinator_app.domain.inputs import Scanned
from coordinator_app.ui.calibrating import CardUnread, learn
from coordinator_app.ui.keyboard_layouts import Wedge
from coordinator_app.ui.scan_burst import ScanLost
from coordinator_app.ui.scan_catcher import ScanCatcher


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Teller(QObject):
    """Prints what happens."""

    @Slot(object)
    def caught(self, scan: Scanned) -> None:
        say(caught=scan.raw.hex())

    @Slot(object)
    def lost(self, lost: ScanLost) -> None:
        say(lost=lost.why)

    @Slot(str)
    def typed(self, text: str) -> None:
        say(field=text)

    @Slot()
    def clicked(self) -> None:
        say(clicked=True)

    @Slot(object)
    def strokes(self, strokes: tuple) -> None:  # type: ignore[type-arg]
        learned = learn(strokes, Wedge())
        if not isinstance(learned, CardUnread):
            say(learned=learned.layout)


def main() -> int:
    app = QApplication([])
    window = QWidget()
    field, button = QLineEdit(), QPushButton("Begin")
    around = QVBoxLayout(window)
    around.addWidget(field)
    around.addWidget(button)
    teller = Teller()
    catcher = ScanCatcher(msgspec.json.decode(sys.argv[1].encode(), type=Wedge))
    catcher.scan_caught.connect(teller.caught)
    catcher.scan_lost.connect(teller.lost)
    catcher.strokes_seen.connect(teller.strokes)
    catcher.install()
    field.textChanged.connect(teller.typed)
    button.clicked.connect(teller.clicked)
    window.show()
    window.activateWindow()
    {"field": field, "button": button}[sys.argv[2]].setFocus()
    QTimer.singleShot(400, teller, lambda: say(ready=window.windowHandle().isActive()))
    QTimer.singleShot(30_000, app, app.quit)
    code = app.exec()
    catcher.remove()
    return code


if __name__ == "__main__":
    raise SystemExit(main())
