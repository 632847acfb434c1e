"""What tests of windows share: a window on clocks that a test can set, and all words that stand in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QEvent, QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QTableView, QWidget

from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.sample_pages import NOW, NOW_NS


class Clocks:
    """Both clocks of a workstation, moved by hand."""

    def __init__(self) -> None:
        self.ns = NOW_NS

    def now_ns(self) -> int:
        return self.ns

    def now(self) -> datetime:
        return NOW + timedelta(microseconds=(self.ns - NOW_NS) // 1000)

    def pass_seconds(self, seconds: float) -> None:
        self.ns += int(seconds * 1_000_000_000)


class Ward:
    """A main window, its clocks, and everything it reported."""

    def __init__(self) -> None:
        self.clocks = Clocks()
        self.window = MainWindow(self.clocks.now_ns, self.clocks.now)
        self.done: list[object] = []
        self.window.done.connect(self.done.append)

    def button(self, name: str) -> QAbstractButton:
        found = self.window.findChild(QAbstractButton, name)
        assert isinstance(found, QAbstractButton), name
        return found

    def painted(self) -> None:
        """Let the window paint what it was told; the page before it is deleted then, as in the running program."""
        for _ in range(2):
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def leave(self) -> None:
        """Close the window and delete it at once: a test has no event loop that would do it later."""
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def words(self) -> str:
        return "\n".join(words_in(self.window))


def words_in(root: QWidget) -> list[str]:
    """Return every text in a widget and below: shown, typed, chosen, told to screen readers, or hidden."""
    return [text for widget in (root, *root.findChildren(QWidget)) for text in _texts(widget) if text]


def _texts(widget: QWidget) -> list[str]:
    found = [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle()]
    found += [str(widget.property(name) or "") for name in ("key", "alarm", "code", "role")]
    heard = QAccessible.queryAccessibleInterface(widget)
    if heard is not None:
        found += [heard.text(QAccessible.Text.Name), heard.text(QAccessible.Text.Value)]
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        found.append(widget.text())
    elif isinstance(widget, QPlainTextEdit):
        found.append(widget.toPlainText())
    elif isinstance(widget, QComboBox):
        found.append(widget.currentText())
    elif isinstance(widget, QTableView):
        found += _cells(widget.model())
    elif callable(getattr(widget, "text", None)):
        found.append(str(widget.text()))
    return found


def _cells(model: QAbstractItemModel | QObject | None) -> list[str]:
    if not isinstance(model, QAbstractItemModel):
        return []
    places = [(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())]
    return [str(model.index(row, column).data()) for row, column in places]
