"""Where uncaught exceptions end: the program says that it is broken instead of going on half alive."""

from __future__ import annotations

import sys
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from coordinator_app.program_log import log
from coordinator_app.workers.store_worker import fault_of


class ExceptionGate(QObject):
    """Stands where uncaught exceptions end, on whichever thread, and tells the main thread."""

    broke = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._telling = False

    def catch(self, kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        """Log where it happened, never what was in it, and report the fault."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, value, trace)
            return
        fault = fault_of(value.with_traceback(trace))
        log.critical("Uncaught: %s", fault.where)
        if self._telling:
            # The screen that says so is broken too: telling it again would come back here without end.
            return
        self._telling = True
        try:
            self.broke.emit(fault)
        finally:
            self._telling = False
