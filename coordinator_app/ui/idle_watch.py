"""Notices that nobody has touched keyboard, mouse or screen for a while, so that the screen can be locked."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QTimer, Signal, Slot

from coordinator_app.ui.focus_places import FocusPlaces

_PRESENCE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
    }
)


class IdleWatch(QObject):
    """Emits `idle` once after `after_ms` without a sign of a person, and again only after a new sign."""

    idle = Signal()

    def __init__(self, after_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._after_ms = after_ms
        self._told = False
        self._places = FocusPlaces(self)
        self._since = QElapsedTimer()
        self._since.start()
        self._look = QTimer(self)
        self._look.setInterval(max(20, min(1000, after_ms // 4)))
        self._look.timeout.connect(self._look_again)

    def start(self) -> None:
        """Begin to watch."""
        self._places.follow()
        self._look.start()

    def stop(self) -> None:
        """Stop watching."""
        self._look.stop()
        self._places.leave()

    def note(self) -> None:
        """Somebody is here: a serial scanner was used, which no event of a window tells."""
        self._since.restart()
        self._told = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at what comes to the window and keep none of it."""
        if event.type() in _PRESENCE:
            self.note()
        return False

    @Slot()
    def _look_again(self) -> None:
        if not self._told and self._since.elapsed() >= self._after_ms:
            self._told = True
            self.idle.emit()
