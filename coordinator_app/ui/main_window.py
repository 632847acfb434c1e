"""The one window: shows an answer of the desk, and reports what the person did.

It holds no rule and no record beyond what is on the screen; every page is built anew from its record, so that nothing
of the first person's check can remain where the second person looks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from coordinator_app.domain.inputs import Locked, Opened, Pressed, Ticked
from coordinator_app.domain.loudness import Loudness
from coordinator_app.domain.screens import (
    Answer,
    ClockShown,
    ExchangeShown,
    Frame,
    PaperPage,
    SignInPage,
    Tone,
    Verdict,
    VerdictPage,
    WallPage,
)
from coordinator_app.ui import formats
from coordinator_app.ui.arrived import Arrived
from coordinator_app.ui.frame_view import FrameView
from coordinator_app.ui.function_keys import key_name
from coordinator_app.ui.last_deadlines import LastDeadlines
from coordinator_app.ui.leaving import LeavingDialog
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.power import PowerPort
from coordinator_app.ui.screens.broken import BrokenScreen
from coordinator_app.ui.screens.made import made_screen
from coordinator_app.ui.screens.page_changes import told_by_page, unchanged
from coordinator_app.ui.screens.page_clocks import clocks_of
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.screens.paper import PaperScreen
from coordinator_app.ui.screens.scanners import ScannersScreen
from coordinator_app.ui.sounding import TO_HEAR, Sounding
from coordinator_app.ui.sounds import Sounds
from coordinator_app.ui.veil import Veil
from coordinator_app.ui.wall_beside import WallBeside
from coordinator_app.ui.wording import set_now, set_zone, worded_note

REPAINT_MS = 250
GAP_NS = 3_000_000_000
"""Two repaints further apart than this mean that the machine stood still: what is on the screen may be wrong."""

_NOBODY = Frame(place="", zone="UTC", person=None, exchange=ExchangeShown(state=""), tab="")
_MESSAGE_TONES = {Verdict.ACCEPTED: Tone.IN_TIME, Verdict.REFUSED: Tone.OVERDUE}


class MainWindow(QMainWindow):
    """Shows pages. `done` carries an Input record, `stood_still` the length of a pause of the machine (timedelta).

    `now_ns` reads the suspend-aware clock that `ClockShown.read_at_ns` was read from; `now` the wall clock, aware.
    """

    done = Signal(object)
    stood_still = Signal(object)
    paper_asked = Signal()
    """After a fault: the paper sheet of the running case is wanted."""
    open_again_asked = Signal()
    """After a fault: the record is to be opened again."""
    camera_asked = Signal()
    """The camera is to be switched on or off."""

    def __init__(
        self,
        now_ns: Callable[[], int],
        now: Callable[[], datetime],
        *,
        power: PowerPort | None = None,
        sounds: Sounds | None = None,
        silent: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._now_ns = now_ns
        self._now = now
        set_now(now)
        self._power = power
        self._sounding = Sounding(sounds, silent=silent)
        self._may_leave = False
        self._wall = WallBeside(self)
        self._answer: Answer | None = None
        self._screen: PageView | None = None
        self._arrived = Arrived()
        self._broken = ""
        self._may_open_again = False
        self._acted = True
        self._deadlines = LastDeadlines()
        self._last_tick_ns = now_ns()
        self.setMinimumSize(1024, 600)
        self.resize(1280, 720)
        self.setWindowTitle(self.tr("Coordinator"))
        self._build()
        self._repaint = QTimer(self)
        self._repaint.setInterval(REPAINT_MS)
        self._repaint.timeout.connect(self.tick)
        self._repaint.start()

    # What the desk tells --------------------------------------------------------------------------------------------

    @Slot(object)
    def show_answer(self, answer: Answer) -> None:
        """Show what the desk answered; typed text survives only when nothing but the clocks' readings changed."""
        set_zone(answer.frame.zone)
        before, self._answer = self._answer, answer
        self._deadlines.remember(answer.page)
        if self._broken:
            return
        moment = self._moment()
        self._show_around(answer)
        same = self._screen is not None and not self._acted and self._is_same(before, answer)
        if same and self._screen is not None:
            self._screen.renew_surroundings(self._surroundings())
            self._screen.renew_clocks(clocks_of(answer.page), moment)
        else:
            full = isinstance(answer.page, WallPage | VerdictPage)
            self._put(made_screen(answer.page, self._surroundings(), self._frame.room_for(full_window=full)))
        self._wall.show_clocks(answer.frame, moment, sound=self._sounding.heard)
        self._show_message(answer, same=same)
        self._sounding.answered(answer, acted=self._acted)
        self._acted = False
        self._veil.setVisible(False)
        self._last_tick_ns = self._now_ns()

    def _is_same(self, before: Answer | None, answer: Answer) -> bool:
        """Say whether what stands on the screen can stay and only be renewed."""
        if unchanged(before, answer):
            return True
        by_the_same = before is not None and before.frame.person == answer.frame.person
        return by_the_same and self._screen is not None and self._screen.renews(answer.page)

    def _show_around(self, answer: Answer) -> None:
        power = self._power() if self._power is not None else None
        self._frame.show_frame(answer.frame, self._moment(), power, sound=self._sounding.heard)

    def show_broken(self, sentence: str, *, may_open_again: bool = False, note: str = "") -> None:
        """Show that the program is broken: deadlines as last known and the key for the paper sheet.

        It stays until `recover`; `may_open_again` offers to open the record again, `note` is what came of the last key.
        """
        self._broken, self._may_open_again = sentence, may_open_again
        self._veil.setVisible(False)
        clocks = self._deadlines.most_urgent_first()
        room = self._frame.room_for(full_window=True)
        told = f"{sentence} {note}".strip()
        known = self._answer is not None
        self._put(BrokenScreen(told, clocks, self._surroundings(), room, may_open_again=may_open_again, known=known))

    @Slot(object)
    def show_paper(self, page: PaperPage | None) -> None:
        """Show the paper sheet over the broken program, or say that none came out."""
        if not self._broken:
            return
        if page is None:
            none = self.tr("No sheet can be made: write codes, names and times down by hand.")
            self.show_broken(self._broken, may_open_again=self._may_open_again, note=none)
            return
        screen = PaperScreen(page, self._surroundings(), self._frame.room_for(full_window=True))
        screen.full_window = True
        self._put(screen)

    def recover(self) -> None:
        """Hear that the record is open again: the next answer is shown."""
        self._broken, self._may_open_again = "", False
        self._acted = True

    @Slot()
    def person_acted(self) -> None:
        """Hear that something was done outside this window, such as a scan: the next page starts empty."""
        self._acted = True

    @Slot(object)
    def hear_loudness(self, loudness: Loudness) -> None:
        """Hear what the system says of its volume; it stands on the screen at once, not only with the next answer."""
        if self._sounding.hear_loudness(loudness) and self._answer is not None and not self._broken:
            self._show_around(self._answer)

    def restyle(self) -> None:
        """Build everything again after `theme.apply` put another look in force."""
        answer, broken, may_open_again = self._answer, self._broken, self._may_open_again
        self._build()
        self._acted, self._broken = True, ""
        if answer is not None:
            self.show_answer(answer)
        if broken:
            self.show_broken(broken, may_open_again=may_open_again)

    @Slot(object)
    def show_arrived(self, arrived: Arrived) -> None:
        """Show what came from a scanner, where the set-up page is open."""
        self._arrived = arrived
        if isinstance(self._screen, ScannersScreen):
            self._screen.show_arrived(arrived)

    @Slot()
    def tell_camera_missing(self) -> None:
        """Say that the camera that is used here is not there."""
        said = self.tr(
            "The camera of this workstation is not there: plug it in, or switch it off under Help, Scanners."
        )
        self._frame.show_message(said, Tone.DUE)

    @property
    def sets_up_scanners(self) -> bool:
        """Say whether the scanner set-up is on the screen."""
        return isinstance(self._screen, ScannersScreen)

    @property
    def screen_shown(self) -> PageView | None:
        """Return the page now on the screen."""
        return self._screen

    @property
    def clocks_running(self) -> tuple[ClockShown, ...]:
        """Return every running clock of the site as the last answer told it."""
        return self._around().running

    @property
    def expects_scan(self) -> bool:
        """Say whether the page now shown waits for a scan."""
        return self._screen is not None and self._screen.scan_expected

    # What the person does -------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Carry out function keys: those of the page's actions, F1 help, F2 the exchange, F4 lock, F11 the wall."""
        key, screen = key_name(event), self._screen
        if screen is not None and event.key() == Qt.Key.Key_Escape:
            screen.leave()
            return
        if key is None or screen is None:
            super().keyPressEvent(event)
            return
        action = next((each for each in screen.actions_shown if each.key == key), None)
        signed_in = self._answer is not None and self._answer.frame.person is not None
        if action is not None:
            screen.act(action)
        elif key == "F1" and not self._broken:
            self._report(Opened(what="help"))
        elif key == "F2" and signed_in and not self._broken:
            self._report(Opened(what="exchange"))
        elif key == "F4" and signed_in and not self._broken:
            self._report(Locked(why="asked"))
        elif key == "F11":
            self._wall.go_on()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once before clocks run on with nobody to hear them."""
        clocks = self._around().running
        if self._may_leave or not clocks:
            self._wall.leave()
            super().closeEvent(event)
            return
        event.ignore()
        dialog = LeavingDialog(clocks, self._moment(), self)
        dialog.accepted.connect(self._leave_now)
        dialog.open()

    @Slot()
    def _leave_now(self) -> None:
        self._may_leave = True
        self.close()

    @Slot()
    def _pause_sound(self) -> None:
        if self._sounding.pause_alarms():
            self._frame.show_pause(self._sounding.paused_s)

    @Slot(object)
    def _report(self, what: object) -> None:
        if self._broken:
            self._report_broken(what)
            return
        if isinstance(what, Pressed) and what.action in TO_HEAR:
            if not self._sounding.let_hear(TO_HEAR[what.action]):
                self._frame.show_message(self.tr("This workstation has nothing to sound with."), Tone.DUE)
            return
        if isinstance(what, Pressed) and what.action == "use_camera":
            self.camera_asked.emit()
            return
        self._acted = True
        self._frame.clear_message()
        self.done.emit(what)

    def _report_broken(self, what: object) -> None:
        """Nothing can be recorded: there is the sheet, the way back from it, and opening the record again."""
        action = what.action if isinstance(what, Pressed) else ""
        if action == "paper":
            self.paper_asked.emit()
        elif action == "back":
            self.show_broken(self._broken, may_open_again=self._may_open_again)
        elif action == "open_again" and self._may_open_again:
            self.open_again_asked.emit()

    @Slot(str)
    def _open(self, what: str) -> None:
        self._report(Opened(what=what))

    @Slot(str)
    def _answer_alarm(self, alarm: str) -> None:
        self._report(Pressed(action=f"answer:{alarm}"))

    # Time -----------------------------------------------------------------------------------------------------------

    @Slot()
    def tick(self) -> None:
        """Compute every countdown again; after a pause of the machine cover the page and ask for fresh records."""
        now_ns = self._now_ns()
        gap_ns, self._last_tick_ns = now_ns - self._last_tick_ns, now_ns
        if gap_ns > GAP_NS and self._answer is not None and not self._broken:
            length = timedelta(microseconds=gap_ns // 1000)
            self._veil.cover(formats.duration(length))
            self._wall.cover(length)
            self.stood_still.emit(length)
            self.done.emit(Ticked())
            return
        moment = self._moment()
        self._frame.tick(moment)
        self._frame.show_pause(self._sounding.paused_s)
        self._wall.tick(moment)
        if self._screen is not None:
            self._screen.tick(moment)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the veil over everything."""
        super().resizeEvent(event)
        self._veil.setGeometry(self._frame.rect())

    # Building -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._screen = None
        self._frame = FrameView()
        self._frame.opened.connect(self._open)
        self._frame.alarm_answered.connect(self._answer_alarm)
        self._frame.sound_pause_asked.connect(self._pause_sound)
        self.setCentralWidget(self._frame)
        self._veil = Veil(self._frame)

    def _put(self, screen: PageView) -> None:
        if self._screen is not None:
            self._screen.done.disconnect(self._report)
        self._screen = screen
        screen.done.connect(self._report)
        if isinstance(screen, ScannersScreen):
            screen.show_arrived(self._arrived)
        # Signing in there is one thing to do and nowhere else to go.
        answer = self._answer
        signing_in = answer is not None and (isinstance(answer.page, SignInPage) or answer.frame.person is None)
        self._frame.put(screen, navigation=not signing_in)
        self.setFocus()
        screen.take_focus()

    def _show_message(self, answer: Answer, *, same: bool) -> None:
        said = worded_note(answer.message) if answer.message is not None else ""
        if said and answer.message not in told_by_page(answer.page):
            self._frame.show_message(said, _MESSAGE_TONES.get(answer.verdict, Tone.DUE))
        elif not same:
            self._frame.clear_message()

    def _surroundings(self) -> Surroundings:
        return Surroundings(self._around(), self._moment(), sound=self._sounding.heard)

    def _moment(self) -> Moment:
        return Moment(now_ns=self._now_ns(), now=self._now(), zone=self._around().zone)

    def _around(self) -> Frame:
        return self._answer.frame if self._answer is not None else _NOBODY
