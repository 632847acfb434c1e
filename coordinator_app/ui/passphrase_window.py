"""Asks for the passphrase of the key file before the program opens, or for a new one before a record is begun."""

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


class _Window(QDialog):
    """Lines that show nothing of what is typed; says why it will not do, and asks again until it does or is left.

    `tries` is given what was typed, line by line, and returns an empty text when it will do, else one plain sentence.
    """

    def __init__(self, title: str, explains: str, lines: dict[str, str], go_on: str, tries: Callable[..., str]) -> None:
        super().__init__()
        self._tries = tries
        self.setWindowTitle(self.tr("Coordinator"))
        self.setMinimumWidth(theme.wide(620))
        self._layout = column(self, margins=(28, 22, 28, 22), gap=12)
        self._layout.addWidget(words(title, "title"))
        self._layout.addWidget(words(explains, "body"))
        self._lines = [self._line(name, label, named=len(lines) > 1) for name, label in lines.items()]
        self._why = words("", "strong")
        self._why.setObjectName("why")
        present(self._why, False)
        self._layout.addWidget(self._why)
        row = QHBoxLayout()
        leave = plain_button(self.tr("Close the program"), "danger")
        leave.setObjectName("leave")
        leave.clicked.connect(self.reject)
        open_ = plain_button(go_on, "primary")
        open_.setObjectName("open")
        open_.clicked.connect(self._try)
        row.addWidget(leave)
        row.addStretch(1)
        row.addWidget(open_)
        self._layout.addLayout(row)
        self._lines[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, name: str, label: str, *, named: bool) -> QLineEdit:
        if named:
            self._layout.addWidget(words(label, "strong"))
        line = QLineEdit()
        line.setObjectName(name)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setAccessibleName(label)
        line.returnPressed.connect(self._go_on)
        self._layout.addWidget(line)
        return line

    @Slot()
    def _go_on(self) -> None:
        empty = next((line for line in self._lines if not line.text()), None)
        if empty is not None and empty is not self._lines[0]:
            empty.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._try()

    @Slot()
    def _try(self) -> None:
        why = self._tries(*(line.text() for line in self._lines))
        for line in self._lines:
            line.clear()
        self._lines[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self._why.setText(why)
        present(self._why, bool(why))
        if not why:
            self.accept()


class PassphraseWindow(_Window):
    """One line for the passphrase of a key file; `opens` is given what was typed."""

    def __init__(self, opens: Callable[[str], str]) -> None:
        super().__init__(
            self.tr("The keys of this record are protected"),
            self.tr("Type the passphrase of the key file to open the record."),
            {"passphrase": self.tr("Passphrase")},
            self.tr("Open the record"),
            opens,
        )


class NewPassphraseWindow(_Window):
    """Two lines for a new passphrase, `shortest` characters or more; `keeps` is given it once both are the same."""

    def __init__(self, shortest: int, keeps: Callable[[str], str]) -> None:
        self._shortest, self._keeps = shortest, keeps
        super().__init__(
            self.tr("Protect the keys of this record"),
            self.tr(
                "This computer has no key ring, so the keys lie in a file under a passphrase. It is asked for at every "
                "start. The recovery key, which is printed for the safe later, opens the record without it."
            ),
            {
                "passphrase": self.tr("New passphrase, {count} characters or more").format(count=shortest),
                "again": self.tr("The same again"),
            },
            self.tr("Begin the record"),
            self._compare,
        )

    def _compare(self, passphrase: str, again: str) -> str:
        if len(passphrase) < self._shortest:
            return self.tr("This is shorter than {count} characters; type a longer one.").format(count=self._shortest)
        if passphrase != again:
            return self.tr("The two differ; type both again.")
        return self._keeps(passphrase)


def ask_passphrase(opens: Callable[[str], str]) -> bool:
    """Show the window, before any other, until the keys are open or it is left; tells whether they are."""
    return _ask(lambda: PassphraseWindow(opens))


def ask_new_passphrase(shortest: int, keeps: Callable[[str], str]) -> bool:
    """Show the window, before any other, until there is a passphrase or it is left; tells whether there is one."""
    return _ask(lambda: NewPassphraseWindow(shortest, keeps))


def _ask(make: Callable[[], _Window]) -> bool:
    app = cast("QApplication | None", QApplication.instance()) or QApplication(["coordinator"])
    theme.apply(app)
    window = make()
    ends_with_its_windows = app.quitOnLastWindowClosed()
    # Told to end now, the application would forget it or end the loop of the program that is about to open.
    app.setQuitOnLastWindowClosed(False)
    done = window.exec() == QDialog.DialogCode.Accepted.value
    app.setQuitOnLastWindowClosed(ends_with_its_windows)
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return done
