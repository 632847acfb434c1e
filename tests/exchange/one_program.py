"""The real program on one record in a process of its own, told by lines what its people do: `… one_program.py FOLDER [HUB]`.

Where a folder for a hub is named, the hub of the site runs beside the program.

Each line that comes in is one thing somebody does; each line that goes out is what the window shows after an answer,
with the machine's monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSocketNotifier, QTimer, Slot
from PySide6.QtWidgets import QApplication

from coordinator_app import __version__
from coordinator_app.app import Machine, Program, make_window
from coordinator_app.commands.bench_on_record import BenchOnRecord
from coordinator_app.demo.site import DemonstrationClock
from coordinator_app.domain.inputs import BackupReported, Input, Opened, PinTyped, Pressed, Scanned, Submitted
from coordinator_app.domain.screens import Answer, CasePage, ExchangePage, ListPage
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.exchange_joining import begin_anew
from coordinator_app.procedures.workplace import Workplace, new_id
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.store import Store
from coordinator_app.store.store_keys import MARKER_FILE
from coordinator_app.ui.wording import worded
from coordinator_app.workers.hub_beside import HubPlan


def bench_on(folder: Path) -> BenchOnRecord:
    """Open the record in a folder as the program does."""
    keys, clock = FileKeys(folder, ""), DemonstrationClock()
    store = begin_anew(folder, keys, clock, __version__)
    if store is None and (folder / MARKER_FILE).exists():
        store = Store.open(folder, keys=keys, clock=clock, program=__version__)
    elif store is None:
        ids = {"workstation": new_id("workstation"), "site": new_id("site")}
        store = Store.create(folder, keys=keys, clock=clock, program=__version__, **ids)
    return BenchOnRecord(Bench(Workplace(store, clock)))


class Told(QObject):
    """Passes on what is told by lines, and tells by lines what the window shows."""

    def __init__(self, folder: Path, hub: str) -> None:
        super().__init__()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.window = make_window(app, None, silent=True)
        plan = HubPlan(hub, port=0) if hub else None
        machine = Machine(sounds=False, idle_s=None, hub=plan)
        self.program = Program(lambda: bench_on(folder), machine, self.window, None)
        self.program.desk.answered.connect(self._answered)
        self.program.desk.turned_away.connect(self._turned_away)
        self._newest: Answer | None = None
        self._waiting: list[dict[str, Any]] = []
        self._rest = b""
        os.set_blocking(0, False)
        self._in = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._in.activated.connect(self._read)
        self.window.show()
        self.program.start()

    @Slot()
    def _read(self) -> None:
        more = os.read(0, 1 << 16)
        if not more:
            QCoreApplication.exit(0)
            return
        *lines, self._rest = (self._rest + more).split(b"\n")
        self._waiting += [json.loads(line) for line in lines]
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        """Do the next thing as soon as the desk is free, as a person does who waits for the last answer."""
        if not self._waiting:
            return
        if self.program.desk.is_busy:
            QTimer.singleShot(1, self, self._go_on)
            return
        told = self._waiting.pop(0)
        if told["do"] == "leave":
            QCoreApplication.exit(0)
            return
        say({"did": told["do"], "at": time.monotonic_ns()})
        self.window.person_acted()
        self.program.desk.take(input_of(told))
        QTimer.singleShot(1, self, self._go_on)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        self._newest = answer
        # After the window has taken the answer and painted what is due.
        QTimer.singleShot(0, self, self._shown)

    @Slot()
    def _shown(self) -> None:
        if self._newest is not None:
            say({"at": time.monotonic_ns(), **shown(self._newest)})

    @Slot()
    def _turned_away(self) -> None:
        say({"turned_away": True, "at": time.monotonic_ns()})


def input_of(told: dict[str, Any]) -> Input:
    """Return what a line tells as an input of the program."""
    match told["do"]:
        case "badge":
            return Scanned(told["code"].encode())
        case "pin":
            return PinTyped(told["pin"])
        case "open":
            return Opened(told["what"])
        case "press":
            return Pressed(told["action"])
        case "fill":
            return Submitted(told["values"], told.get("action", "save"))
        case "backup":
            return BackupReported(stage="backup", why=told.get("why", ""), where="stick", size_bytes=1)
    raise ValueError(told["do"])


def shown(answer: Answer) -> dict[str, Any]:
    """Return what stands on the window, as far as the tests ask for it."""
    page, around = answer.page, answer.frame
    told: dict[str, Any] = {
        "page": type(page).__name__,
        "verdict": str(answer.verdict),
        "message": answer.message.code if answer.message is not None else "",
        "person": around.person is not None,
        "place": around.place,
        "exchange": around.exchange.state,
        "waiting": around.exchange.waiting,
        "notices": [notice.code for notice in around.notices],
        "alarms": {alarm.id: alarm.acknowledged_by or "" for alarm in around.alarms},
        "actions": [action.id for action in getattr(page, "actions", ())],
    }
    if isinstance(page, ListPage):
        told["cells"] = [cell if isinstance(cell, str) else worded(cell) for row in page.rows for cell in row.cells]
    if isinstance(page, CasePage):
        told["record"] = [worded(line.say) for line in page.record]
    if isinstance(page, ExchangePage):
        told["meaning"], told["words"] = page.meaning.code, page.words
        told["values"] = page.meaning.values
        told["received"] = [count.count for count in page.received]
        told["stations"] = [(worded(each.place), each.say.code) for each in page.workstations]
        told["hub_here"] = page.hub_here.code if page.hub_here is not None else ""
        told["hub_told"] = page.hub_here.values if page.hub_here is not None else {}
        told["trouble"] = worded(page.trouble) if page.trouble is not None else ""
    return told


def say(told: dict[str, Any]) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run until told to leave."""
    app = QApplication([])
    told = Told(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
    app.exec()
    told.window.hide()
    code = told.program.leave()
    told.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return code


if __name__ == "__main__":
    sys.exit(main())
