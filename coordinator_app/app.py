"""Builds every room of the desktop program, connects them, and closes them in reverse order."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from types import FrameType

import platformdirs
from msgspec import Struct
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    QTimer,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from coordinator_app.coming_up import include_all, resume_collecting
from coordinator_app.domain.inputs import Input, Locked
from coordinator_app.domain.screens import Answer, Verdict
from coordinator_app.exception_gate import ExceptionGate
from coordinator_app.labels.printers import Printer
from coordinator_app.program_log import close_log, keep_log, log, log_qt
from coordinator_app.scanning import Scanning
from coordinator_app.store.boot_clock import stretch_nanoseconds
from coordinator_app.ui import theme
from coordinator_app.ui.code_tray import Code, open_tray
from coordinator_app.ui.idle_watch import IdleWatch
from coordinator_app.ui.keyboard_layouts import Wedge
from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.power import Power
from coordinator_app.ui.screens.made import import_behind_sign_in
from coordinator_app.ui.sounds import Sounds
from coordinator_app.workers.battery import read_charge
from coordinator_app.workers.camera_scanner import CameraScanner
from coordinator_app.workers.desk import Desk
from coordinator_app.workers.hub_beside import HubBeside, HubPlan
from coordinator_app.workers.loudness import LoudnessWatch
from coordinator_app.workers.serial_scanner import SerialLine
from coordinator_app.workers.store_worker import Fault, MakeBench

BREATH_MS = 20
"""Between two imports behind the sign-in screen, for what people do meanwhile."""

EXIT_BROKEN = 70
"""The program broke while running (`EX_SOFTWARE` of sysexits.h)."""


class Machine(Struct, frozen=True):
    """What this workstation has: printers, scanners, where its log goes, when it locks (None: never by itself)."""

    printers: dict[str, Printer] = {}
    wedge: Wedge = Wedge()
    serial_lines: tuple[SerialLine, ...] = ()
    log_folder: str | None = None
    sounds: bool = True
    idle_s: int | None = 300
    tick_ms: int = 1000
    make_camera: Callable[[QObject], CameraScanner] = CameraScanner
    hub: HubPlan | None = None


class Program(QObject):
    """The running program: what was scanned or pressed goes to the desk, what the desk answers goes to the window."""

    came_up = Signal()
    """The first screen can be used: what may wait until then begins."""

    def __init__(
        self, make_bench: MakeBench, machine: Machine, window: MainWindow, sounds: Sounds | None = None
    ) -> None:
        super().__init__()
        self._window = window
        self.exit_code = 0
        self.desk = Desk(make_bench, machine.printers, self, machine.tick_ms)
        self.scanning = Scanning(machine.wedge, machine.serial_lines, self, machine.make_camera)
        self.catcher = self.scanning.catcher
        self._idle = IdleWatch(machine.idle_s * 1000, self) if machine.idle_s else None
        self._sounds = sounds
        self._hub = HubBeside(machine.hub, self) if machine.hub is not None else None
        self._opening_again = False
        self._still_to_import: Iterator[None] | None = None
        self._gate = ExceptionGate(self)
        self._connect()

    def _connect(self) -> None:
        self.scanning.came.connect(self._person_acts)
        self.scanning.announced.connect(self.desk.take)
        self.scanning.unusable.connect(self._turned_away)
        self.scanning.arrived.connect(self._window.show_arrived)
        self.scanning.camera_missing.connect(self._window.tell_camera_missing)
        if self._idle is not None:
            self._idle.idle.connect(self._idle_came)
        self.desk.answered.connect(self._answered)
        self.desk.recording_failed.connect(self._recording_failed)
        self.desk.turned_away.connect(self._turned_away)
        self._window.done.connect(self.desk.take)
        self._window.paper_asked.connect(self.desk.ask_for_paper)
        self.desk.paper_made.connect(self._window.show_paper)
        self._window.open_again_asked.connect(self._open_again)
        self._window.camera_asked.connect(self.scanning.switch_camera)
        self._gate.broke.connect(self._program_broke)
        if self._hub is not None:
            self._hub.told.connect(self.desk.take)
            self.desk.office_asked.connect(self._hub.do)

    def start(self) -> None:
        """Start the threads and everything that listens. The window is on the screen by now."""
        sys.excepthook = self._gate.catch
        self.scanning.start(self._window.windowHandle())
        if self._idle is not None:
            self._idle.start()
        self.desk.start()
        if self._hub is not None:
            self._hub.start()

    def leave(self) -> int:
        """Close everything in reverse order and return the exit code."""
        self.scanning.stop()
        if self._idle is not None:
            self._idle.stop()
        if not self.desk.close():
            log.warning("Not everything had ended when the program was left.")
        if self._hub is not None:
            # Last: what this workstation still had to send has gone there by now.
            self._hub.leave()
        self.catcher.remove()
        sys.excepthook = sys.__excepthook__
        return self.exit_code

    # What comes in ---------------------------------------------------------------------------------------------------

    @Slot(object)
    def _person_acts(self, what: Input) -> None:
        if self._idle is not None:
            self._idle.note()
        self._window.person_acted()
        self.desk.take(what)

    @Slot()
    def _idle_came(self) -> None:
        last = self.desk.last
        if last is not None and last.frame.person is not None:
            self.desk.take(Locked(why="idle"))

    # What goes out ---------------------------------------------------------------------------------------------------

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        if self._opening_again:
            self._opening_again = False
            self._window.recover()
            self.catcher.allow()
        self._window.show_answer(answer)
        self.scanning.follow(answer.frame)
        if self._still_to_import is None:
            self._still_to_import = import_behind_sign_in()
            QTimer.singleShot(BREATH_MS, self, self._go_on_behind)
        if self._window.sets_up_scanners and not self.scanning.has_looked_for_camera:
            self.scanning.show_camera()

    @Slot()
    def _go_on_behind(self) -> None:
        self.came_up.emit()
        self._import_more()

    @Slot()
    def _import_more(self) -> None:
        """Import one more screen between two things that people do, then let the collector look on."""
        for _ in self._still_to_import or ():
            QTimer.singleShot(BREATH_MS, self, self._import_more)
            return
        resume_collecting()

    @Slot()
    def _turned_away(self) -> None:
        self._refuse_audibly()

    @Slot(object)
    def _refuse_audibly(self, _what: object = None) -> None:
        if self._sounds is not None:
            self._sounds.tell(Verdict.REFUSED)

    @Slot(object)
    def _recording_failed(self, fault: Fault) -> None:
        resume_collecting()
        self._opening_again = False
        self.catcher.block()
        self._refuse_audibly()
        # After a mistake of the program itself only a fresh start helps, whatever the record says.
        self._window.show_broken(fault.sentence, may_open_again=not self.exit_code)

    @Slot()
    def _open_again(self) -> None:
        self._opening_again = True
        self._window.show_broken(self.tr("The record is being opened again and checked; wait a moment."))
        self.desk.reopen()

    @Slot(object)
    def _program_broke(self, _fault: Fault) -> None:
        self.exit_code = EXIT_BROKEN
        self._opening_again = False
        self.desk.break_off()
        self.catcher.block()
        self._refuse_audibly()
        self._window.show_broken(
            self.tr("The program has a fault. Stop using it here, go on with the paper sheet, and start it again.")
        )


def run(
    make_bench: MakeBench,
    machine: Machine | None = None,
    tray: list[Code] | None = None,
    quit_after: float | None = None,
) -> int:
    """Open the program and return its exit code: 0, or `EXIT_BROKEN` after an uncaught exception.

    `make_bench` is called on the store thread. `tray` are the codes of the demonstration site; `quit_after` closes the
    program by itself after so many seconds.
    """
    machine = machine or Machine()
    journal = keep_log(machine.log_folder)
    app = theme.application(sys.argv[0])
    earlier = qInstallMessageHandler(log_qt)
    # Before any thread: Qt loads its sound plugin under the loader's lock and logs through Python meanwhile; a thread
    # that holds Python and loads a library at that moment, as ctypes does, would wait for ever.
    sounds = Sounds(platformdirs.user_cache_path("coordinator-app") / "sounds") if machine.sounds else None
    window = make_window(app, sounds, silent=not machine.sounds)
    program = Program(make_bench, machine, window, sounds)
    loudness = LoudnessWatch(program)
    loudness.told.connect(window.hear_loudness)
    stop = _stop_on_signals(app)
    # Stopped with the program: one that fires later would end every loop of whoever goes on in this process.
    ending = QTimer(singleShot=True)
    ending.timeout.connect(_end)
    try:
        window.show()
        if tray:
            # It stands in for a scanner: of no use before there is a screen, which it would hold up.
            program.came_up.connect(partial(open_tray, tray, window))
        program.start()
        if sounds is not None:
            loudness.start()
        if quit_after is not None:
            ending.start(int(quit_after * 1000))
        app.exec()
        window.hide()
    finally:
        ending.stop()
        loudness.stop()
        exit_code = program.leave()
        # Deleted while the application lives: a widget that outlives it ends the process with a crash.
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        stop()
        qInstallMessageHandler(earlier)
        close_log(journal)
        resume_collecting()
        include_all()
    return exit_code


def _now() -> datetime:
    return datetime.now(UTC)


def make_window(
    app: QApplication,
    sounds: Sounds | None = None,
    now_ns: Callable[[], int] = stretch_nanoseconds,
    now: Callable[[], datetime] = _now,
    *,
    silent: bool = False,
) -> MainWindow:
    """Make the main window in the program's look, on the clocks of this machine unless others are given."""
    theme.apply(app)
    return MainWindow(now_ns, now, power=_power, sounds=sounds, silent=silent)


def _end() -> None:
    # Not `quit`, which asks every window first: the system, or whoever set a time, has decided already.
    QCoreApplication.exit(0)


def _power() -> Power | None:
    charge = read_charge()
    return None if charge is None else Power(percent=charge.percent, on_mains=charge.on_mains)


def _stop_on_signals(app: QApplication) -> Callable[[], None]:
    """Leave in order when the system asks the program to end; the tick lets Python see the signal within a second."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        # By a timer: asked while the program is still coming up, before the loop runs, it would be forgotten.
        QTimer.singleShot(0, app, _end)

    before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}

    def put_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    return put_back
