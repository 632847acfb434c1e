"""Lives on the store thread: makes the bench there, asks it one thing at a time, closes it there."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from coordinator_app.domain.inputs import Input, Ticked
from coordinator_app.domain.screens import Answer, PaperMade
from coordinator_app.exchange.ports import Reply
from coordinator_app.procedures.backups import Errand
from coordinator_app.procedures.exchange_live import LiveExchange

log = logging.getLogger(__name__)


class BenchLike(Protocol):
    """What the store thread asks of the bench. It answers bad input and never raises for it."""

    def first(self) -> Answer:
        """Return what the screen shows before anybody has done anything."""
        ...

    def take(self, input: Input) -> Answer:
        """Return the answer to one thing a person or a machine did."""
        ...

    def paper(self) -> PaperMade:
        """Return the paper sheet of the running case; after a fault nothing else is asked."""
        ...

    def close(self) -> None:
        """Close the store."""
        ...


MakeBench = Callable[[], BenchLike]


class Fault(Struct, frozen=True):
    """The machine is broken, which is not a refusal: one plain sentence, and for the log where it happened."""

    sentence: str
    where: str


BEHIND_MS = 40
"""From one slice of verification to the next: four fifths of the time are free for everything else."""


class StoreWorker(QObject):
    """Owns the bench, and through it the only database connection. Every slot runs on the store thread."""

    answered = Signal(object)
    """The `Answer` to `open` or to the last `take`."""
    failed = Signal(object)
    """A `Fault`; the bench is not asked again until `reopen`."""
    paper_made = Signal(object)
    """A `PaperMade`, after a fault; None where no sheet could be got out."""
    errand_found = Signal(object)
    """An `Errand` that is to be carried out in the background."""
    to_carry = Signal(object)
    """An `Errand` of the exchange for the way it names."""
    news_came = Signal()
    """What other workstations recorded came in: what is on the screen is to be looked at anew."""
    office_asked = Signal(object)
    """An `OfficeTask` for the hub that runs beside the program."""
    closed = Signal()

    def __init__(self, make_bench: MakeBench) -> None:
        super().__init__()
        self._make_bench = make_bench
        self._bench: BenchLike | None = None
        self._last_sheet: PaperMade | None = None
        self._behind = QTimer(self, interval=BEHIND_MS)
        """Has the earlier record verified behind the work, a little between any two inputs."""
        self._behind.timeout.connect(self._look_back)

    @Slot()
    def open(self) -> None:
        """Make the bench on this thread and show its first page."""
        try:
            self._bench = self._make_bench()
            answer = self._bench.first()
        except Exception as broken:  # noqa: BLE001 - whatever breaks here must reach a person, not end a thread unseen
            self._break_off(broken)
            return
        self._last_sheet = None
        self.answered.emit(answer)
        self._behind.start()
        self._look_to_the_hub()

    @Slot()
    def _look_back(self) -> None:
        try:
            # Not every bench has a record to verify: one in a test may have none.
            look_back = getattr(self._bench, "look_back", None)
            left = look_back is not None and look_back()
        except Exception as broken:  # noqa: BLE001 - the same
            self._break_off(broken)
            return
        if not left:
            self._behind.stop()

    @Slot(object)
    def take(self, asked: Input) -> None:
        """Ask the bench one thing."""
        if self._bench is None:
            return
        try:
            answer = self._bench.take(asked)
        except Exception as broken:  # noqa: BLE001 - the same
            self._break_off(broken)
            return
        self.answered.emit(answer)
        if isinstance(asked, Ticked):
            self._look_for_errand()
            if not self._behind.isActive():
                # There may be more to verify since: a new workstation checks the record that came to it.
                self._behind.start()
        self._look_to_the_hub()

    @Slot(str, object)
    def carried(self, way: str, reply: Reply) -> None:
        """Take what came back from the hub; what it brings is stored here, between two inputs."""
        self._look_to_the_hub(way, reply)

    def _look_to_the_hub(self, way: str = "", reply: Reply | None = None) -> None:
        # Not every bench exchanges: one in a tour or a test has no hub.
        live: LiveExchange | None = getattr(self._bench, "live", None)
        if live is None:
            return
        try:
            errands = live.errands() if reply is None else live.carried(way, reply)
            news = live.has_news()
        except Exception as broken:  # noqa: BLE001 - the same
            self._break_off(broken)
            return
        for errand in errands:
            self.to_carry.emit(errand)
        for task in live.office.tasks():
            self.office_asked.emit(task)
        if news:
            self.news_came.emit()
        if live.opens_anew:
            self._open_anew()

    def _open_anew(self) -> None:
        """Begin an empty record anew for the site that a hub named; what is shown then is of that record."""
        self._close_bench()
        self.open()

    def _look_for_errand(self) -> None:
        try:
            # Not every bench has errands: one in a tour or a test makes no backups.
            ask = getattr(self._bench, "errand", None)
            errand: Errand | None = ask() if ask is not None else None
        except Exception as broken:  # noqa: BLE001 - the same
            self._break_off(broken)
            return
        if errand is not None:
            self.errand_found.emit(errand)
        self._behind.start()  # something may have begun since that goes on behind the work; it stops again by itself

    @Slot()
    def paper(self) -> None:
        """After a fault: get the paper sheet out all the same. Reading may still work where writing does not."""
        self.paper_made.emit(self._sheet())

    def _sheet(self) -> PaperMade | None:
        if self._bench is None:
            return self._last_sheet
        try:
            return self._bench.paper()
        except Exception as broken:  # noqa: BLE001 - the screen then says to write by hand
            log.critical("No paper sheet after the fault: %s", fault_of(broken).where)
            return None

    @Slot()
    def reopen(self) -> None:
        """Close what is left after a fault and open again: the store verifies itself while opening."""
        # Should it not open, the sheet of the case that was running must still come out.
        self._last_sheet = self._sheet()
        self._close_bench()
        self.open()

    @Slot()
    def close(self) -> None:
        """Close the store; `closed` follows whatever happens."""
        self._close_bench()
        self.closed.emit()

    def _break_off(self, broken: Exception) -> None:
        fault = fault_of(broken)
        log.critical("The store thread stopped: %s", fault.where)
        self._behind.stop()
        self.failed.emit(fault)

    def _close_bench(self) -> None:
        self._behind.stop()
        bench, self._bench = self._bench, None
        if bench is None:
            return
        try:
            bench.close()
        except Exception as broken:  # noqa: BLE001 - closing goes on; the next opening verifies and tells
            log.critical("The store did not close cleanly: %s", fault_of(broken).where)


def fault_of(broken: BaseException) -> Fault:
    """Return what to tell the person, and where it happened without a value that could name somebody.

    The program's own errors say one plain sentence; the text of any other may quote data and is never shown or logged.
    """
    module = type(broken).__module__
    own = module.startswith("coordinator_app.") and bool(str(broken))
    sentence = (
        str(broken)
        if own
        else "The program cannot record any more. Go on with the paper sheet and call the person in charge of it."
    )
    steps = traceback.extract_tb(broken.__traceback__)
    path = " < ".join(f"{step.filename.rsplit('/', 1)[-1]}:{step.lineno} {step.name}" for step in reversed(steps[-6:]))
    return Fault(sentence=sentence, where=f"{module}.{type(broken).__qualname__} at {path}")
