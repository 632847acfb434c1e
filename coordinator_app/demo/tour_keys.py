"""A hand at the real windows: scans, types and presses by key events only, and stops at the first surprise.

Nothing here reaches past the keyboard: what a person could not do with scanner, keys and a touch, the hand cannot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QTableView

from coordinator_app.app import Machine, Program, make_window
from coordinator_app.demo.tour_reach import HandStopped, Reach
from coordinator_app.domain.inputs import PrintReported, Ticked
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Answer, FieldShown, FormPage, GuidedPage, ListPage, Page, Verdict
from coordinator_app.ui.code_tray import press_code
from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.sounds import Sounds
from coordinator_app.workers.store_worker import Fault, MakeBench

__all__ = ["Hand", "HandStopped", "opened"]


class Hand(QObject):
    """Drives one main window. Every act that the desk must answer waits for the answer and returns it.

    `expect` and `reason` are what the story says comes of it; anything else raises HandStopped.
    """

    def __init__(
        self, program: Program, window: MainWindow, out: Path | None = None, patience_ms: int = 15_000
    ) -> None:
        super().__init__()
        self._program = program
        self._window = window
        self._out = out
        self._reach = Reach(program, window, patience_ms)
        self._answers: list[Answer] = []
        self._reports: list[PrintReported] = []
        self.pictures: list[Path] = []
        self.acts: list[str] = []
        """What was done, one line each, without what was typed."""
        program.desk.answered.connect(self._answered)
        program.desk.recording_failed.connect(self._failed)
        program.desk.turned_away.connect(self._turned_away)
        program.catcher.scan_lost.connect(self._scan_lost)

    # Acts ----------------------------------------------------------------------------------------------------------

    def scan(self, raw: bytes, expect: Verdict | None = None, reason: Refusal | None = None) -> Answer:
        """Scan one code at scanner speed."""
        self._begin("scan")
        self._reach.come_forward()
        self._reach.went_on_until(press_code(self._reach.window(), raw, self._reach.next_stamp()))
        return self._answer("scan", expect, reason)

    def type_text(self, text: str) -> None:
        """Type at the speed of a hand into whatever has the focus; Enter is `\\r`. No answer is waited for."""
        self._begin("type")
        self._reach.type(text)

    def type_pin(self, pin: str, expect: Verdict | None = None, reason: Refusal | None = None) -> Answer:
        """Type a PIN and Enter."""
        self._begin("pin")
        self._reach.type(pin + "\r")
        return self._answer("pin", expect, reason)

    def key(self, key: Qt.Key, text: str = "") -> None:
        """Press one key by itself. No answer is waited for."""
        self._begin(f"key {key.name}")
        self._reach.key(key, text)

    def press(self, action: str, expect: Verdict | None = None, reason: Refusal | None = None) -> Answer:
        """Press the button of an action: by its function key, else by Tab and space, else by touch."""
        self._begin(f"press {action}")
        screen = self._window.screen_shown
        shown = screen.actions_shown if screen is not None else ()
        found = next((each for each in shown if each.id == action), None)
        if found is None:
            offered = ", ".join(each.id for each in shown) or "nothing"
            raise HandStopped(f"press {action}: the page offers {offered}.")
        if found.key is not None:
            self._reach.key(Qt.Key(Qt.Key.Key_F1.value + int(found.key.removeprefix("F")) - 1))
        else:
            self._reach.press(f"action:{action}")
        return self._answer(f"press {action}", expect, reason)

    def open_tab(self, what: str) -> Answer:
        """Touch a place in the strip at the left."""
        self._begin(f"open {what}")
        self._reach.press(f"tab:{what}")
        return self._answer(f"open {what}", None, None)

    def fill(self, values: dict[str, str]) -> None:
        """Fill in the fields of the page by their ids, dates as YYYY-MM-DD; what is not named stays as it is."""
        page = self.answer.page
        fields = page.fields if isinstance(page, FormPage | GuidedPage) else ()
        unknown = values.keys() - {field.id for field in fields}
        if unknown:
            raise HandStopped(f"fill: the page has no field {', '.join(sorted(unknown))}.")
        on_pad = not any(self._reach.find(name) for field in fields for name in _names(field))
        for field in fields:
            self._begin(f"fill {field.id}")
            if on_pad:
                self._fill_on_pad(field, values.get(field.id, ""))
            elif field.id in values:
                self._fill_field(field, values[field.id])

    def look(self) -> Answer:
        """Wait until the program shows its first page, and return it."""
        self._reach.wait(lambda: self._program.desk.last is not None, "look")
        return self.answer

    def open_row(self, what: str) -> Answer:
        """Open a line of a list: to the list by Tab, to the line by the arrow keys, then Enter."""
        self._begin(f"open {what}")
        page = self.answer.page
        rows = page.rows if isinstance(page, ListPage) else ()
        at = next((number for number, row in enumerate(rows) if row.opens == what), None)
        table = self._window.findChild(QTableView)
        if at is None or table is None:
            raise HandStopped(f"open {what}: the page has no such line.")
        self._reach.focus(table.objectName())
        self._reach.key(Qt.Key.Key_Home)
        for _ in range(at):
            self._reach.key(Qt.Key.Key_Down)
        self._reach.key(Qt.Key.Key_Return, "\r")
        return self._answer(f"open {what}", None, None)

    def wait_until(self, reached: Callable[[Page], bool]) -> Answer:
        """Wait until the program by itself shows a page that fits."""
        self._reach.wait(lambda: reached(self.answer.page) and not self._program.desk.is_busy, "wait")
        return self.answer

    def rest(self, milliseconds: int) -> None:
        """Do nothing for a moment of the machine's own time."""
        QTest.qWait(milliseconds)

    def wait_for_print(self) -> PrintReported:
        """Wait for the printer's next report and for the answer to it."""
        self._reach.wait(lambda: bool(self._reports), "print")
        return self._reports.pop(0)

    def picture(self, name: str) -> Path:
        """Save the window as the next numbered picture."""
        if self._out is None:
            raise HandStopped("No folder was named for pictures.")
        self._reach.settle()
        self._out.mkdir(parents=True, exist_ok=True)
        safe = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        path = self._out / f"{len(self.pictures) + 1:02d}-{safe}.png"
        if not self._window.grab().save(str(path)):
            raise HandStopped(f"The picture {path} could not be written; name a folder that can.")
        self.pictures.append(path)
        return path

    @property
    def window(self) -> MainWindow:
        """The window, for whoever compares what it shows."""
        return self._window

    @property
    def answer(self) -> Answer:
        """The newest answer, which is on the screen."""
        if self._program.desk.last is None:
            raise HandStopped("The program has not shown its first page.")
        return self._program.desk.last

    # Fields --------------------------------------------------------------------------------------------------------

    def _fill_field(self, field: FieldShown, value: str) -> None:
        if self._reach.find(f"choice:{field.id}:{value}"):
            self._reach.press(f"choice:{field.id}:{value}")
        elif field.kind == "date":
            year, month, day = value.split("-")
            self._reach.focus(f"field:{field.id}.day")
            self._reach.type(day)
            self._pick(f"field:{field.id}.month", int(month))
            self._reach.focus(f"field:{field.id}.year")
            self._reach.type(year)
        elif field.kind == "choice":
            codes = [code for code, _ in field.choices]
            self._pick(f"field:{field.id}", codes.index(value) + 1)
        else:
            # Coming by Tab marks the whole line, so that what is typed replaces what stood there.
            self._reach.focus(f"field:{field.id}")
            self._reach.type(value)

    def _pick(self, name: str, line: int) -> None:
        """Choose a line of a list with the arrow keys."""
        widget = self._reach.focus(name)
        self._reach.key(Qt.Key.Key_Home)
        for _ in range(line):
            self._reach.key(Qt.Key.Key_Down)
        if isinstance(widget, QComboBox) and widget.currentIndex() != line:
            raise HandStopped(f"'{name}' cannot be chosen with the arrow keys.")

    def _fill_on_pad(self, field: FieldShown, value: str) -> None:
        """Key a field into the boxes of a step; a full box goes on by itself, any other by Enter."""
        if field.kind == "date":
            year, month, day = value.split("-") if value else ("", "", "")
            self._reach.type(f"{day}{month}{year}" if value else "\r\r\r")
        else:
            full = field.kind == "letters" and len(value) >= 3
            self._reach.type(value[:3] if full else value + "\r")

    # Waiting -------------------------------------------------------------------------------------------------------

    def _begin(self, act: str) -> None:
        self.acts.append(act)
        self._reach.wait(lambda: self._program.desk.last is not None and not self._program.desk.is_busy, act)
        self._answers.clear()

    def _answer(self, act: str, verdict: Verdict | None, reason: Refusal | None) -> Answer:
        self._reach.wait(lambda: bool(self._answers), act)
        answer = self._answers[0]
        if reason is not None and verdict is None:
            verdict = Verdict.REFUSED
        if (verdict is not None and answer.verdict is not verdict) or (
            reason is not None and answer.reason is not reason
        ):
            said = answer.message.code if answer.message is not None else "no word"
            raise HandStopped(
                f"{act}: expected {verdict} {reason or ''} and got {answer.verdict} {answer.reason or ''} ({said})."
            )
        return answer

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        asked = self._program.desk.answered_to
        if isinstance(asked, PrintReported):
            self._reports.append(asked)
        elif asked is not None and not isinstance(asked, Ticked):
            self._answers.append(answer)

    @Slot(object)
    def _failed(self, fault: Fault) -> None:
        self._reach.surprise = f"the store failed, {fault.where}"

    @Slot()
    def _turned_away(self) -> None:
        self._reach.surprise = "the program turned it away"

    @Slot(object)
    def _scan_lost(self, lost: object) -> None:
        self._reach.surprise = f"the scan was lost, {lost}"


def _names(field: FieldShown) -> tuple[str, ...]:
    """Return the object names by which a field of a form stands on the page."""
    return (f"field:{field.id}", f"field:{field.id}.day", *(f"choice:{field.id}:{code}" for code, _ in field.choices))


@contextmanager
def opened(
    make_bench: MakeBench,
    machine: Machine,
    out: Path | None = None,
    patience_ms: int = 15_000,
    clocks: tuple[Callable[[], int], Callable[[], datetime]] | None = None,
    sounds: Sounds | None = None,
) -> Iterator[Hand]:
    """Open the real program on a bench and give a hand at it; leave in order whatever happens.

    Raises HandStopped at the end when the program broke on the way, even where the story did not notice.
    """
    app = cast("QApplication | None", QApplication.instance()) or QApplication([])
    window = make_window(app, sounds) if clocks is None else make_window(app, sounds, *clocks)
    program = Program(make_bench, machine, window, sounds)
    hand = Hand(program, window, out, patience_ms)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    program.start()
    try:
        yield hand
    finally:
        window.hide()
        exit_code = program.leave()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if exit_code:
        raise HandStopped("The program broke on the way; its log says where.")
