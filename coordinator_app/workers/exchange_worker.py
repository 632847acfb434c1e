"""Lives on a thread of its own: carries one request at a time to the hub and brings the reply back."""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QObject, Signal, Slot

from coordinator_app.exchange.client import CannotTrust, HubAddress, HubClient
from coordinator_app.exchange.ports import Pause, Reply
from coordinator_app.procedures.exchange_live import Errand
from coordinator_app.workers.store_worker import fault_of

log = logging.getLogger(__name__)


class ExchangeWorker(QObject):
    """One way to the hub. Nothing that a person waits for waits for this."""

    carried = Signal(str, object)
    """The way and the `Reply`."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self._way = way
        self._client: HubClient | None = None
        self._address: HubAddress | None = None
        self._leaving = threading.Event()

    @Slot(object)
    def carry(self, errand: Errand) -> None:
        """Carry one request, or pause, unless it is another way's or the program is being left."""
        if errand.way != self._way or self._leaving.is_set():
            return
        try:
            reply = self._carry(errand)
        except CannotTrust as fault:
            reply = Reply(0, str(fault).encode())
        except Exception as broken:  # noqa: BLE001 - the exchange must go on, and a person must see that it does not
            log.critical("The exchange thread failed: %s", fault_of(broken).where)
            reply = Reply(0, b"The exchange failed; tell whoever looks after this program.")
        self.carried.emit(self._way, reply)

    @Slot()
    def end(self) -> None:
        """Let go of the connection, on this thread."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def give_up(self) -> None:
        """From any thread: carry nothing more, and end a pause."""
        self._leaving.set()

    def _carry(self, errand: Errand) -> Reply:
        if isinstance(errand.step, Pause):
            self._leaving.wait(errand.step.seconds)
            return Reply(0, b"")
        if self._client is None or self._address != errand.address:
            self.end()
            self._client, self._address = HubClient(errand.address), errand.address
        return self._client.carry(errand.step)
