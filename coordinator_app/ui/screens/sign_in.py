"""Signing in: badge, then PIN. The clocks that run here stay in sight, by wall name only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from coordinator_app.domain.inputs import PinTyped
from coordinator_app.domain.screens import SignInPage, Tone
from coordinator_app.ui import theme
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.clock_views import ClockLine
from coordinator_app.ui.parts.entry_boxes import Box
from coordinator_app.ui.parts.entry_parts import ERASE, Rows, SecretPart
from coordinator_app.ui.parts.key_grid import ENTER, KeyGrid
from coordinator_app.ui.parts.notes import NoteStrip
from coordinator_app.ui.parts.picture import Picture
from coordinator_app.ui.parts.surfaces import column, scrolled
from coordinator_app.ui.parts.text import Sentence, centred
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.wording import worded, worded_note

SHOWS_ALL_CLOCKS = frozenset({"sign_in", "unlock"})
"""Signing in shows every clock that runs; a second person in the middle of a check is shown none."""
VOUCHING = frozenset({"vouch", "vouch_second"})
PIN_ROWS: Rows = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), (ERASE, "0", ENTER))


class PinEntry(QWidget):
    """Dots and a pad; the PIN leaves once, by Enter, and the dots are gone."""

    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part = SecretPart()
        layout = column(self, gap=12)
        self._box = Box(self._part, self.tr("PIN"), 240, self)
        self._box.set_active(True)
        self._pad = KeyGrid(self)
        self._pad.show_rows(PIN_ROWS)
        self._pad.setFixedWidth(theme.px(320))
        self._pad.pressed.connect(self._key_pressed)
        layout.addWidget(self._box, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._pad, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("PIN"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take digits, Backspace and Enter from the keyboard."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._key_pressed(ENTER)
        elif event.key() == Qt.Key.Key_Backspace:
            self._key_pressed(ERASE)
        elif event.text() and event.text() in "0123456789":
            self._key_pressed(event.text())
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _key_pressed(self, key: str) -> None:
        if key == ENTER:
            pin, self._part.text = self._part.text, ""
            if pin:
                self.entered.emit(pin)
        elif key == ERASE:
            self._part.erase()
        else:
            self._part.press(key)
        self._box.update()


class SignInScreen(PageView):
    """One thing to do at the left, the clocks on dark at the right."""

    def __init__(self, page: SignInPage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._around = around
        self._pin: PinEntry | None = None
        self.scan_expected = page.stage == "badge"
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        task = QWidget()
        layout = column(task, margins=(40, 20, 40, 20), gap=12)
        self._fill(layout)
        row.addWidget(scrolled(task), 1)
        inside = any(action.id == "abort" for action in page.actions)
        if page.clocks or (page.purpose in SHOWS_ALL_CLOCKS and not inside):
            row.addWidget(self._clocks())

    def take_focus(self) -> None:
        """Put the keyboard into the PIN once the badge is known."""
        if self._pin is not None:
            self._pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, layout: QVBoxLayout) -> None:
        ink = theme.look().tokens.ink
        layout.addStretch(1)
        if self._page.stage == "badge":
            # The beam would cross the person on the badge: the drawing alone says enough.
            drawing = "second_person" if self._page.purpose == "witness" else "badge"
            layout.addWidget(Picture(drawing, 128), 0, Qt.AlignmentFlag.AlignHCenter)
            layout.addSpacing(theme.px(12))
        layout.addWidget(centred(self._instruction(), 44, ink, bold=True))
        if self._page.meaning is not None:
            layout.addWidget(centred(worded(self._page.meaning), 20, ink, bold=True))
        layout.addWidget(centred(self._hint(), 20, theme.look().tokens.soft))
        if self._page.refusal is not None:
            layout.addSpacing(theme.px(4))
            strip = NoteStrip(worded_note(self._page.refusal), Tone.OVERDUE)
            strip.setFixedWidth(min(theme.px(560), 600))
            # Stretches on both sides, not an alignment: that would give the strip one line's height for two lines.
            middle = QHBoxLayout()
            middle.addStretch(1)
            middle.addWidget(strip)
            middle.addStretch(1)
            layout.addLayout(middle)
        if self._page.stage == "pin":
            self._pin = PinEntry()
            self._pin.entered.connect(self._pin_entered)
            layout.addSpacing(theme.px(4))
            layout.addWidget(self._pin)
        layout.addStretch(1)
        bar = ActionBar(self._page.actions, scan_expected=self.scan_expected)
        bar.chosen.connect(self.act)
        self.actions_shown = bar.shown
        layout.addWidget(bar)

    def _instruction(self) -> str:
        if self._page.stage == "pin":
            return self._page.name or self.tr("Type your PIN")
        return {
            "witness": self.tr("Second person: scan your badge"),
            "vouch": self.tr("First colleague: scan your badge"),
            "vouch_second": self.tr("Second colleague: scan your badge"),
            "unlock": self.tr("Scan your badge to go on"),
            "sign": self.tr("Scan your badge to sign"),
        }.get(self._page.purpose, self.tr("Scan your badge"))

    def _hint(self) -> str:
        if self._page.stage == "pin":
            if self._page.purpose == "sign":
                return self.tr("Type your PIN to sign")
            return self.tr("Type your PIN, then Enter")
        if self._page.purpose == "witness":
            return self.tr("The first person steps back. You check for yourself, from the beginning")
        if self._page.purpose in VOUCHING:
            return self.tr("You vouch for somebody without badge, PIN or account")
        if self._page.purpose == "unlock":
            return self.tr("then type your PIN · what was begun is kept")
        if any(action.key == "F2" for action in self._page.actions):
            return self.tr("then type your PIN · no badge today: press F2, two colleagues vouch for you")
        return self.tr("then type your PIN")

    def _clocks(self) -> QFrame:
        panel = QFrame()
        panel.setStyleSheet(f"QFrame {{ background: {theme.NIGHT.ground}; border: none; }}")
        panel.setFixedWidth(theme.px(420))
        outer = column(panel)
        inside = QWidget()
        layout = column(inside, margins=(26, 26, 20, 20), gap=24)
        heading = Sentence(17, theme.NIGHT.soft)
        heading.say(
            [(self.tr("Clocks running here") if self._page.clocks else self.tr("No clock is running here"), True)]
        )
        layout.addWidget(heading)
        for clock in self._page.clocks:
            line = ClockLine(clock, self._around.moment)
            self.clock_views.append(line)
            layout.addWidget(line)
        layout.addStretch(1)
        outer.addWidget(scrolled(inside))
        return panel

    @Slot(str)
    def _pin_entered(self, pin: str) -> None:
        self.done.emit(PinTyped(pin=pin))
