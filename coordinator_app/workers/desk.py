"""Takes what people and scanners do to the store thread and brings the answers back to the main thread."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QThread, QTimer, Signal, Slot

from coordinator_app.domain.inputs import BackupReported, HubReported, Input, Locked, PrintReported, SignedOut, Ticked
from coordinator_app.domain.screens import Answer, PaperMade, PrintJob
from coordinator_app.labels.printers import Printer
from coordinator_app.procedures.exchange_live import HINT, ROUND
from coordinator_app.workers.errand_worker import ErrandWorker
from coordinator_app.workers.exchange_worker import ExchangeWorker
from coordinator_app.workers.print_worker import PrintWorker
from coordinator_app.workers.store_worker import Fault, MakeBench, StoreWorker

_NEVER_TURNED_AWAY = (PrintReported, BackupReported, HubReported, Locked, SignedOut)
"""These wait their turn instead: each says what already happened, or makes the screen safer."""
_ANSWERS_AND_REPORTS = (
    QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
)


class Desk(QObject):
    """One request at a time to the store thread. What comes meanwhile is turned away audibly, never queued unseen."""

    answered = Signal(object)
    """An `Answer`, on the main thread."""
    recording_failed = Signal(object)
    """A `Fault`: nothing can be recorded any more. The desk takes nothing until `reopen`."""
    paper_made = Signal(object)
    """After a fault: the `PaperPage` of the running case, whose sheet is on its way to the printer; None: no sheet."""
    office_asked = Signal(object)
    """An `OfficeTask` for the hub that runs beside the program."""
    turned_away = Signal()
    """A person did something while the last thing is still being answered, or while nothing can be recorded."""

    _open_asked = Signal()
    _reopen_asked = Signal()
    _take_asked = Signal(object)
    _close_asked = Signal()
    _paper_asked = Signal()
    _print_asked = Signal(object)

    def __init__(
        self,
        make_bench: MakeBench,
        printers: dict[str, Printer] | None = None,
        parent: QObject | None = None,
        tick_ms: int = 1000,
    ) -> None:
        super().__init__(parent)
        self._asked: Input | None = None
        self._opening = False
        self._broken = False
        self._leaving = False
        self._store_is_closed = False
        self._waiting: deque[Input] = deque()
        self._printing: set[str] = set()
        self._slept_ns = slept_ns()
        self.last: Answer | None = None
        """The newest answer: after a fault its clocks still tell the deadlines."""
        self.answered_to: Input | None = None
        """What the newest answer answers, None for the first page."""
        self._store_thread, self._store = QThread(self), StoreWorker(make_bench)
        self._print_thread, self._printer = QThread(self), PrintWorker(printers or {})
        self._errand_thread, self._errands = QThread(self), ErrandWorker()
        self._hub_ways = [(QThread(self), ExchangeWorker(way)) for way in (ROUND, HINT)]
        self._connect_threads()
        self._tick = QTimer(self)
        self._tick.setInterval(tick_ms)
        self._tick.timeout.connect(self._tick_came)

    def _connect_threads(self) -> None:
        self._store_thread.setObjectName("store")
        self._store.moveToThread(self._store_thread)
        self._open_asked.connect(self._store.open)
        self._reopen_asked.connect(self._store.reopen)
        self._take_asked.connect(self._store.take)
        self._close_asked.connect(self._store.close)
        self._paper_asked.connect(self._store.paper)
        self._store.paper_made.connect(self._store_paper_made)
        self._store.answered.connect(self._store_answered)
        self._store.failed.connect(self._store_failed)
        self._store.closed.connect(self._store_closed)
        self._store.news_came.connect(self._news_came)
        self._store.office_asked.connect(self.office_asked)
        self._errand_thread.setObjectName("errand")
        self._errands.moveToThread(self._errand_thread)
        self._store.errand_found.connect(self._errands.carry_out)
        self._errands.reported.connect(self._report_came)
        for thread, way in self._hub_ways:
            thread.setObjectName("exchange")
            way.moveToThread(thread)
            self._store.to_carry.connect(way.carry)
            way.carried.connect(self._store.carried)
            thread.finished.connect(way.end, Qt.ConnectionType.DirectConnection)
        self._print_thread.setObjectName("print")
        self._printer.moveToThread(self._print_thread)
        self._print_asked.connect(self._printer.print)
        self._printer.reported.connect(self._print_reported)

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being answered right now."""
        return self._opening or self._asked is not None

    def start(self) -> None:
        """Start the threads and open the bench; its first page comes by `answered`."""
        self._store_thread.start()
        self._print_thread.start()
        self._errand_thread.start()
        for thread, _ in self._hub_ways:
            thread.start()
        self._opening = True
        self._open_asked.emit()
        self._tick.start()

    @Slot(object)
    def take(self, asked: Input) -> bool:
        """Pass one thing on, or turn it away. Returns whether it will be answered."""
        if self._broken or self._leaving:
            if not isinstance(asked, Ticked):
                self.turned_away.emit()
            return False
        if not self.is_busy:
            self._send(asked)
            return True
        if isinstance(asked, Ticked):
            return False
        if isinstance(asked, _NEVER_TURNED_AWAY) or self._only_a_tick_is_before():
            self._waiting.append(asked)
            return True
        self.turned_away.emit()
        return False

    def reopen(self) -> None:
        """After a fault: open the store again, which verifies it. The answer is a page or another fault."""
        if self._broken and not self._opening and not self._leaving:
            self._broken, self._opening = False, True
            self._asked = None
            self._waiting.clear()
            self._reopen_asked.emit()

    def ask_for_paper(self) -> None:
        """After a fault: try to get the paper sheet of the running case out of the store and print it."""
        if self._broken and not self._leaving:
            self._paper_asked.emit()

    def break_off(self) -> None:
        """Take nothing more: the program itself is broken and must be started again."""
        self._broken = True

    def close(self, patience_ms: int = 10_000) -> bool:
        """Stop taking, let what is under way and the printer finish, close the store, end the threads.

        Returns whether everything ended within `patience_ms`; a print job that did not is recorded as unknown by the
        bench at its next start.
        """
        self._leaving = True
        self._tick.stop()
        self._errands.give_up()
        for thread, way in self._hub_ways:
            way.give_up()
            thread.quit()
        self._waiting = deque(asked for asked in self._waiting if isinstance(asked, _NEVER_TURNED_AWAY))
        drained = self._wait_until(lambda: not self.is_busy and not self._waiting and not self._printing, patience_ms)
        closed = True
        # A copy that is under way holds the file: it ends before the store closes.
        self._errand_thread.quit()
        self._errand_thread.wait()
        if self._store_thread.isRunning():
            closed = self._close_store(patience_ms)
        for thread in (self._print_thread, self._store_thread, *(thread for thread, _ in self._hub_ways)):
            thread.quit()
            if not thread.wait(patience_ms):
                # A thread that is dropped alive aborts the process and could tear a write; it is waited for instead.
                thread.wait()
        return drained and closed

    # Answers -------------------------------------------------------------------------------------------------------

    @Slot(object)
    def _store_answered(self, answer: Answer) -> None:
        self.answered_to = self._asked
        self._opening, self._asked = False, None
        self.last = answer
        self._print(answer.jobs)
        self.answered.emit(answer)
        self._send_next()

    @Slot(object)
    def _store_paper_made(self, made: PaperMade | None) -> None:
        if made is not None:
            self._print(made.jobs)
        self.paper_made.emit(made.page if made is not None else None)

    def _print(self, jobs: tuple[PrintJob, ...]) -> None:
        for job in jobs:
            # A page that is shown again carries its job again: two copies of a label are one label too many.
            if job.job in self._printing:
                continue
            self._printing.add(job.job)
            self._print_asked.emit(job)

    @Slot(object)
    def _store_failed(self, fault: Fault) -> None:
        self._opening, self._asked, self._broken = False, None, True
        self._waiting.clear()
        self.recording_failed.emit(fault)

    @Slot(object)
    def _print_reported(self, report: PrintReported) -> None:
        self._printing.discard(report.job)
        self._report_came(report)

    @Slot(object)
    def _report_came(self, report: Input) -> None:
        if not self._broken:
            self._waiting.append(report)
            if not self.is_busy:
                self._send_next()

    @Slot()
    def _tick_came(self) -> None:
        slept = slept_ns()
        if slept - self._slept_ns > 1_000_000_000:
            self.take(Locked(why="suspend", slept_ms=(slept - self._slept_ns) // 1_000_000))
        self._slept_ns = slept
        self.take(Ticked())

    @Slot()
    def _news_came(self) -> None:
        """Look at once at what another workstation recorded: an alarm raised there must not wait for the next second.

        Whatever is being answered just now is answered after the news were stored, and so tells of them itself.
        """
        if not self._opening:
            self.take(Ticked())

    def _send(self, asked: Input) -> None:
        self._asked = asked
        self._take_asked.emit(asked)

    def _send_next(self) -> None:
        if self._waiting and not self.is_busy:
            self._send(self._waiting.popleft())

    def _only_a_tick_is_before(self) -> bool:
        """Tell whether only the program's own tick or report is being answered and nobody waits behind it yet.

        A tick is no scan: a person must not be turned away for coming in the same few milliseconds.
        """
        mine = isinstance(self._asked, (Ticked, PrintReported, BackupReported, HubReported))
        return mine and not any(not isinstance(asked, _NEVER_TURNED_AWAY) for asked in self._waiting)

    # Leaving -------------------------------------------------------------------------------------------------------

    def _close_store(self, patience_ms: int) -> bool:
        self._close_asked.emit()
        return self._wait_until(lambda: self._store_is_closed, patience_ms)

    @Slot()
    def _store_closed(self) -> None:
        self._store_is_closed = True

    def _wait_until(self, reached: Callable[[], bool], patience_ms: int) -> bool:
        """Let answers and reports come in until `reached`, but no keys and no clicks; False when patience ran out."""
        patience = QTimer(singleShot=True)
        patience.start(patience_ms)
        while not reached():
            if not patience.isActive():
                return False
            # Not a loop of its own: that ends at once, and again and again, where the application was told to end.
            QCoreApplication.processEvents(_ANSWERS_AND_REPORTS)
        return True


def slept_ns() -> int:
    """Return how long this machine has been suspended since it started, 0 where the system does not tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    if hasattr(time, "CLOCK_UPTIME_RAW"):
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC) - time.clock_gettime_ns(time.CLOCK_UPTIME_RAW)
    return 0
