"""Asks for the passphrase of the key file before the program opens, where no terminal can be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Slot
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLineEdit

from coordinator_app.ui import theme
from coordinator_app.ui.parts.buttons import plain_button
from coordinator_app.ui.parts.presence import present
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.parts.text import words


class PassphraseWindow(QDialog):
    """One line for the passphrase; says why it does not open the keys, and asks again until it does or is left.

    `opens` is given what was typed and returns an empty text when the keys are open, else one plain sentence.
    """

    def __init__(self, opens: Callable[[str], str]) -> None:
        super().__init__()
        self._opens = opens
        self.setWindowTitle(self.tr("Coordinator"))
        self.setMinimumWidth(theme.wide(620))
        layout = column(self, margins=(28, 22, 28, 22), gap=12)
        layout.addWidget(words(self.tr("The keys of this record are protected"), "title"))
        layout.addWidget(words(self.tr("Type the passphrase of the key file to open the record."), "body"))
        self._line = QLineEdit()
        self._line.setObjectName("passphrase")
        self._line.setEchoMode(QLineEdit.EchoMode.Password)
        self._line.setAccessibleName(self.tr("Passphrase"))
        self._line.returnPressed.connect(self._try)
        layout.addWidget(self._line)
        self._why = words("", "strong")
        self._why.setObjectName("why")
        present(self._why, False)
        layout.addWidget(self._why)
        row = QHBoxLayout()
        leave = plain_button(self.tr("Close the program"), "danger")
        leave.setObjectName("leave")
        leave.clicked.connect(self.reject)
        go_on = plain_button(self.tr("Open the record"), "primary")
        go_on.setObjectName("open")
        go_on.clicked.connect(self._try)
        row.addWidget(leave)
        row.addStretch(1)
        row.addWidget(go_on)
        layout.addLayout(row)
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _try(self) -> None:
        why = self._opens(self._line.text())
        self._line.clear()
        self._why.setText(why)
        present(self._why, bool(why))
        if not why:
            self.accept()


def ask_passphrase(opens: Callable[[str], str]) -> bool:
    """Show the window, before any other, until the keys are open or it is left; tells whether they are."""
    app = cast("QApplication | None", QApplication.instance()) or QApplication(["coordinator"])
    theme.apply(app)
    window = PassphraseWindow(opens)
    ends_with_its_windows = app.quitOnLastWindowClosed()
    # Told to end now, the application would forget it or end the loop of the program that is about to open.
    app.setQuitOnLastWindowClosed(False)
    opened = window.exec() == QDialog.DialogCode.Accepted.value
    app.setQuitOnLastWindowClosed(ends_with_its_windows)
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return opened
