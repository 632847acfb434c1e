"""Scanner set-up: the card to scan, what arrives key by key and byte by byte, and what the program makes of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from coordinator_app.domain.screens import Say, ScannersPage, Tone
from coordinator_app.ui import formats, theme
from coordinator_app.ui.arrived import Arrived
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.notes import NoteStrip
from coordinator_app.ui.parts.surfaces import card, column, scrolled
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.screens.scanner_words import hex_words, key_words, scanner_lines
from coordinator_app.ui.theme.tokens import PAGE_MARGIN
from coordinator_app.ui.wording import worded

QUIET = 4
"""Modules of white around a Data Matrix on a screen, where one would do on paper."""


class CardPicture(QWidget):
    """The symbol of the calibration card, black on white whatever the look: a scanner reads it off the screen."""

    def __init__(self, rows: tuple[str, ...], module: int = 5, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._module = module
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Calibration card for scanners"))

    def sizeHint(self) -> QSize:
        """Return the size of the symbol with its quiet zone."""
        side = (len(self._rows) + 2 * QUIET) * self._module
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the modules."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#FFFFFF"))
        for down, row in enumerate(self._rows):
            for across, module in enumerate(row):
                if module == "1":
                    left, top = (across + QUIET) * self._module, (down + QUIET) * self._module
                    painter.fillRect(left, top, self._module, self._module, QColor("#000000"))
        painter.end()


class ScannersScreen(PageView):
    """The card at the left, what arrives at the right; or the page that says how to set a scanner to serial."""

    def __init__(self, page: ScannersPage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._around = around
        self.scan_expected = True
        layout = column(self, margins=(PAGE_MARGIN, 14, PAGE_MARGIN, 16), gap=10)
        serial = page.view == "serial"
        title = self.tr("Set this scanner to serial") if serial else self.tr("Scanner set-up")
        layout.addWidget(words(title, "title"))
        if page.fault is not None:
            layout.addWidget(NoteStrip(worded(page.fault), Tone.OVERDUE, size=17))
        body = QWidget()
        if serial:
            self._fill_serial(column(body, gap=10))
        else:
            self._fill_card(body)
        self.place(layout, body, ActionBar(page.actions, scan_expected=True))

    def show_arrived(self, arrived: Arrived) -> None:
        """Show the newest scan as it arrived; on the page about serial there is no place for it."""
        if self._page.view == "serial":
            return
        self._keys.setText(key_words(arrived.strokes) or self.tr("Nothing was typed."))
        self._bytes.setText(hex_words(arrived.scan.raw) if arrived.scan is not None else self.tr("No whole scan yet."))
        self._lost.setText(self._lost_words(arrived.lost))
        self._lost.setVisible(bool(arrived.lost))
        self._camera.setText(self._camera_words(arrived.camera))
        self._wedge.setText("\n".join(scanner_lines(arrived)))

    # The card ------------------------------------------------------------------------------------------------------

    def _fill_card(self, body: QWidget) -> None:
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(16))
        row.addWidget(self._card_column())
        right = QWidget()
        column(right, gap=10)
        stack = right.layout()
        assert isinstance(stack, QVBoxLayout)  # noqa: S101 - made a line above
        stack.addWidget(self._arrived_card())
        stack.addWidget(self._understood_card())
        stack.addWidget(self._scanners_card())
        stack.addStretch(1)
        row.addWidget(scrolled(right), 1)

    def _card_column(self) -> QWidget:
        frame = card()
        frame.setFixedWidth(theme.px(300))
        layout = column(frame, margins=(18, 16, 18, 16), gap=10)
        layout.addWidget(words(self.tr("1 · Scan this calibration card"), "heading"))
        layout.addWidget(CardPicture(self._page.card), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(words(self.tr("From here or from paper, with every scanner of this workstation."), "soft"))
        layout.addWidget(words(self.tr("2 · Then scan any label"), "heading"))
        layout.addWidget(words(self.tr("Nothing is done with it here: you only see how it is read."), "soft"))
        layout.addStretch(1)
        return frame

    def _arrived_card(self) -> QWidget:
        frame = card()
        layout = column(frame, margins=(18, 12, 18, 12), gap=4)
        layout.addWidget(words(self.tr("What arrived"), "heading"))
        self._lost = words("", "strong")
        self._lost.hide()
        layout.addWidget(self._lost)
        self._keys = self._line(layout, self.tr("Keys"), "keys")
        self._bytes = self._line(layout, self.tr("Bytes"), "bytes")
        return frame

    def _understood_card(self) -> QWidget:
        frame = card()
        layout = column(frame, margins=(18, 12, 18, 12), gap=4)
        layout.addWidget(words(self.tr("What the program reads"), "heading"))
        tried = self._page.tried
        if tried is None:
            layout.addWidget(words(self.tr("Nothing has been scanned here yet."), "soft"))
            return frame
        route = worded(Say(f"route.{tried.route}"))
        prefix = tried.symbology or self.tr("no symbology identifier: switch it on in the scanner")
        self._line(layout, self.tr("Kind"), "route").setText(f"{route} · {prefix}")
        for name, value in tried.fields:
            self._line(layout, name, "field").setText(value)
        if tried.refusal is not None:
            layout.addWidget(NoteStrip(worded(tried.refusal), Tone.OVERDUE, size=15))
        return frame

    def _scanners_card(self) -> QWidget:
        frame = card()
        layout = column(frame, margins=(18, 12, 18, 12), gap=4)
        layout.addWidget(words(self.tr("This workstation's scanners"), "heading"))
        for each in self._page.scanners:
            at = formats.instant(each.at, self._around.moment.zone, self._around.moment.now)
            told = self.tr("{mode} · calibration card read {at}").format(
                mode=worded(Say(f"scanner.mode.{each.mode}")), at=at
            )
            if each.layout:
                prefix = self.tr("prefix {text}").format(text=each.prefix) if each.prefix else self.tr("no prefix")
                told = f"{told} · {prefix}"
            self._line(layout, each.scanner, "scanner").setText(told)
        if not self._page.scanners:
            layout.addWidget(
                NoteStrip(self.tr("None has read the calibration card: none counts for identity."), Tone.DUE, size=15)
            )
        if any(each.layout for each in self._page.scanners):
            layout.addWidget(words(self._apart(), "soft"))
        self._wedge = self._line(layout, self.tr("Keyboard scanner"), "wedge")
        self._camera = self._line(layout, self.tr("Camera"), "camera")
        return frame

    def _apart(self) -> str:
        return self.tr(
            "Several keyboard scanners are told apart by their prefix alone: give each its own (~1, ~2) with its own "
            "sheet, then scan this card with each. Two with the same prefix, or none, are one scanner to the program."
        )

    def _line(self, layout: QVBoxLayout, name: str, id: str) -> QLabel:
        row = QHBoxLayout()
        row.setSpacing(theme.px(10))
        label = words(name, "soft")
        label.setFixedWidth(theme.px(150))
        value = words("", "body")
        value.setObjectName(f"arrived:{id}")
        row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(value, 1)
        layout.addLayout(row)
        return value

    def _lost_words(self, why: str) -> str:
        return {
            "pieces": self.tr("The scan came in pieces. Set the scanner to send Enter after each code, and faster."),
            "unreadable": self.tr("Keys arrived that cannot be read. Scan the calibration card."),
            "too-slow": self.tr("The keys came too slowly for a scanner. Set a shorter delay between keys."),
            "blocked": self.tr("The program takes no scans now."),
        }.get(why, why)

    def _camera_words(self, camera: str | None) -> str:
        if camera is None:
            return self.tr("This workstation has no camera.")
        return self.tr("{name} is looking.").format(name=camera) if camera else self.tr("Off.")

    # Serial ----------------------------------------------------------------------------------------------------------

    def _fill_serial(self, layout: QVBoxLayout) -> None:
        for number, step in enumerate(self._serial_steps(), 1):
            frame = card()
            row = QHBoxLayout(frame)
            row.setContentsMargins(theme.px(18), theme.px(12), theme.px(18), theme.px(12))
            row.setSpacing(theme.px(16))
            row.addWidget(words(str(number), "title", wrap=False), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(words(step, "body"), 1)
            layout.addWidget(frame)
        layout.addStretch(1)

    def _serial_steps(self) -> tuple[str, ...]:
        return (
            self.tr(
                "Take the set-up sheet that came with the scanner. Scan its code for “USB serial”, “USB-COM” or "
                "“virtual COM port” instead of “keyboard”."
            ),
            self.tr("On the same sheet: carriage return after each code, and “send symbology identifier” on."),
            self.tr(
                "Ask whoever looks after this computer to enter the scanner as a serial line in the program's settings "
                "and to start the program again."
            ),
            self.tr(
                "Come back here and scan a label. It must be read with its separators; a serial scanner needs no card. "
                "Until then use another scanner: this one proves nobody's identity."
            ),
        )
