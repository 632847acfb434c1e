"""The clock wall in a window of its own, full screen on any monitor, while work goes on in the main window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QWidget

from coordinator_app.domain.screens import Frame, WallPage
from coordinator_app.ui.function_keys import key_name
from coordinator_app.ui.heard import Heard
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.screens.page_clocks import same_but_for_clocks
from coordinator_app.ui.screens.page_view import Surroundings
from coordinator_app.ui.screens.wall import WallScreen
from coordinator_app.ui.veil import Veil


def next_screen(screens: list[QScreen], beside: QScreen | None, now_on: QScreen | None) -> QScreen | None:
    """Return where the wall goes: first to a monitor other than the main window's, then from one to the next.

    After the last of them None: the wall is put away. With one monitor only it goes there.
    """
    others = [screen for screen in screens if screen is not beside] or screens
    if now_on is None:
        return others[0] if others else None
    place = others.index(now_on) + 1 if now_on in others else 0
    return others[place] if place < len(others) else None


class WallWindow(QWidget):
    """Every running clock as the last answer told it; nothing can be done here but put it away."""

    moved_on = Signal()
    """F11 was pressed here: to the next monitor, or away."""

    def __init__(self, main: QWidget) -> None:
        super().__init__(main, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Clocks"))
        self._page: WallPage | None = None
        self._screen: WallScreen | None = None
        self._room = column(self)
        self._veil = Veil(self)

    def go_on(self, beside: QScreen | None, show: Callable[[], None]) -> None:
        """Go to the next monitor and fill it after `show` has put the clocks in, or go away after the last."""
        now_on = self.screen() if self.isVisible() else None
        screen = next_screen(QGuiApplication.screens(), beside, now_on)
        if screen is None:
            self.hide()
            return
        show()
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def show_clocks(self, frame: Frame, moment: Moment, *, sound: Heard | bool) -> None:
        """Show every running clock; where the same ones run on, only their readings are renewed."""
        page = WallPage(frame.running)
        if self._screen is not None and self._page is not None and same_but_for_clocks(self._page, page):
            self._screen.renew_surroundings(Surroundings(frame, moment, sound=sound))
            self._screen.renew_clocks(page.clocks, moment)
        else:
            self._put(WallScreen(page, Surroundings(frame, moment, sound=sound), self))
        self._page = page
        self._veil.setVisible(False)

    def tick(self, moment: Moment) -> None:
        """Compute everything again."""
        if self._screen is not None:
            self._screen.tick(moment)

    def cover(self, gap: str) -> None:
        """Cover the wall after a pause of the machine, until fresh times have been read."""
        self._veil.cover(gap)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next monitor by F11, away by Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif key_name(event) == "F11":
            self.moved_on.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the veil over everything."""
        super().resizeEvent(event)
        self._veil.setGeometry(self.rect())

    def _put(self, screen: WallScreen) -> None:
        if self._screen is not None:
            self._screen.hide()
            self._screen.setParent(None)
            self._screen.deleteLater()
        self._screen = screen
        screen.done.connect(self._touched)
        self._room.addWidget(screen)
        self._veil.raise_()

    def _touched(self, _what: object) -> None:
        self.hide()
