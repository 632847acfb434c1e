"""The demonstration's tray of codes: a click types the code as key events, by the path of a keyboard scanner."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from coordinator_app.ui.key_strokes import key_events
from coordinator_app.ui.scan_catcher import milliseconds

Code = tuple[str, str, bytes]
"""Group, name, and the bytes that the symbol holds, symbology identifier included."""

_GAP_MS = 2
"""Between two keys, as fast scanners type (`reference/ecosystem.md` §3.6)."""


def scan_text(raw: bytes) -> str:
    """Return what a scanner types for these bytes, its carriage return included."""
    try:
        return raw.decode("utf-8") + "\r"
    except UnicodeDecodeError:
        return raw.decode("latin-1") + "\r"


def press_code(window: QWindow, raw: bytes, began_ms: int | None = None) -> int:
    """Queue one scan as key events for a window, and return the time stamp of the last key in ms."""
    began = milliseconds() if began_ms is None else began_ms
    text = scan_text(raw)
    for event in key_events(text, began, _GAP_MS):
        QCoreApplication.postEvent(window, event)
    return began + (len(text) - 1) * _GAP_MS


class CodeTray(QWidget):
    """A tool window beside the program, grouped like the demonstration site: people, patients, units."""

    def __init__(self, codes: list[Code], types_into: QWidget) -> None:
        super().__init__(types_into, Qt.WindowType.Tool | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setWindowTitle(self.tr("Codes of the demonstration site"))
        self._types_into = types_into
        self._raw: dict[str, bytes] = {}
        column = QVBoxLayout()
        group_now = ""
        for group, name, raw in codes:
            if group != group_now:
                column.addWidget(_heading(group))
                group_now = group
            column.addWidget(self._button(group, name, raw))
        column.addStretch(1)
        inside = QWidget()
        inside.setLayout(column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)
        # As wide as the longest name: a bar to move sideways would lie over the last row and hide the ends of others.
        self.resize(inside.sizeHint().width() + scroll.verticalScrollBar().sizeHint().width() + 2, 720)

    def _button(self, group: str, name: str, raw: bytes) -> QPushButton:
        button = QPushButton(name.replace("&", "&&"))
        button.setObjectName(f"{group}/{name}")
        button.setMinimumHeight(48)
        # The focus stays where the person works: a scanner does not move it either.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._raw[button.objectName()] = raw
        button.clicked.connect(self._code_clicked)
        return button

    @Slot()
    def _code_clicked(self) -> None:
        sender = self.sender()
        window = self._window_to_type_into()
        if sender is not None and window is not None:
            press_code(window, self._raw[sender.objectName()])

    def _window_to_type_into(self) -> QWindow | None:
        """Return the window that a scanner would type into: a dialog on top of the program, or the program."""
        focus: QWindow | None = QGuiApplication.focusWindow()
        if focus is not None and focus is not self.windowHandle():
            return focus
        return self._types_into.windowHandle()


def _heading(group: str) -> QLabel:
    label = QLabel(group)
    label.setTextFormat(Qt.TextFormat.PlainText)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def open_tray(codes: list[Code], types_into: QWidget) -> CodeTray:
    """Show the tray beside the window it types into."""
    tray = CodeTray(codes, types_into)
    corner = types_into.frameGeometry().topRight()
    tray.move(corner.x() + 12, corner.y())
    tray.show()
    return tray
