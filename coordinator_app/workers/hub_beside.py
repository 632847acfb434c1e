"""The hub of the site as a process beside the program, on the one workstation that is set to run it.

It is the same `coordinator hub serve` that runs on a server; it starts with the program, is started again when it ends,
and ends with the program. What people in a hub's office do by command is done here by the same commands.
"""

from __future__ import annotations

import json
import logging
import sys

from msgspec import Struct
from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from coordinator_app.domain.inputs import HubReported
from coordinator_app.procedures.hub_here import OfficeTask

log = logging.getLogger(__name__)

AGAIN_MS = 5_000
"""How long after its end the hub is started again."""
END_WITHIN_MS = 10_000


class HubPlan(Struct, frozen=True):
    """How the hub of the site is served from this workstation; `url` is the address the others reach it by."""

    folder: str
    host: str = "127.0.0.1"
    port: int = 8470
    certificate: str = ""
    certificate_key: str = ""
    url: str = ""
    authority: str = ""


class HubBeside(QObject):
    """Keeps one hub process running; lives on the main thread and never waits for it while people work."""

    told = Signal(object)
    """A `HubReported` whenever something is new."""

    def __init__(self, plan: HubPlan, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self._leaving = False
        self._said = ""
        self._process = QProcess(self)
        self._process.readyReadStandardError.connect(self._read)
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._not_started)
        self._again = QTimer(self, interval=AGAIN_MS, singleShot=True)
        self._again.timeout.connect(self.start)
        self._office: list[tuple[QProcess, OfficeTask]] = []

    @Slot()
    def start(self) -> None:
        """Start the hub."""
        plan, self._said = self._plan, ""
        options = ["serve", "--folder", plan.folder, "--host", plan.host, "--port", str(plan.port)]
        if plan.certificate:
            options += ["--certificate", plan.certificate, "--certificate-key", plan.certificate_key]
        self._process.start(*_command(options))

    def leave(self) -> None:
        """Let the hub end in order, and wait for it."""
        self._leaving = True
        self._again.stop()
        for process in (self._process, *(each for each, _ in self._office)):
            if process.state() is not QProcess.ProcessState.NotRunning:
                process.terminate()
                if not process.waitForFinished(END_WITHIN_MS):
                    process.kill()
                    process.waitForFinished(END_WITHIN_MS)

    @Slot(object)
    def do(self, task: OfficeTask) -> None:
        """Do what people in the hub's office do."""
        process = QProcess(self)
        self._office.append((process, task))
        process.finished.connect(self._office_done)
        process.start(*_command([task.task, *task.arguments, "--folder", self._plan.folder, "--json"]))

    @Slot()
    def _read(self) -> None:
        self._said += bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        first = self._said.partition("\n")[0]
        if first.startswith("Hub at ") and "\n" in self._said:
            self._said = ""
            url = self._plan.url or first.split()[2].rstrip(",")
            self.told.emit(HubReported("serving", url=url, authority=self._plan.authority))

    @Slot()
    def _ended(self) -> None:
        if self._leaving:
            return
        why = self._said.strip().rpartition("\n")[2].removeprefix("Error: ")
        log.warning("The hub beside the program ended with code %s.", self._process.exitCode())
        self.told.emit(HubReported("stopped", why=why))
        self._again.start()

    @Slot()
    def _not_started(self) -> None:
        if self._process.error() is QProcess.ProcessError.FailedToStart:
            self._ended()

    @Slot()
    def _office_done(self) -> None:
        for process, task in [each for each in self._office if each[0].state() is QProcess.ProcessState.NotRunning]:
            self._office.remove((process, task))
            process.deleteLater()
            if self._leaving:
                continue
            if process.exitCode() != 0:
                why = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
                self.told.emit(HubReported("failed", why=why.rpartition("\n")[2].removeprefix("Error: ")))
                continue
            done = json.loads(bytes(process.readAllStandardOutput().data()))
            self.told.emit(HubReported(task.task, code=str(done.get("code", "")), why=""))


def _command(options: list[str]) -> tuple[str, list[str]]:
    """Return our own program with these options of its hub; in a bundle the program is the executable itself."""
    own = [] if getattr(sys, "frozen", False) else ["-m", "coordinator_app"]
    return sys.executable, [*own, "hub", *options]
