"""Brings a finished job to a printer and says what became of it; nothing here knows windows.

A job that may have been printed in part is never called not printed: whoever reads the answer counts the labels first.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Literal

from msgspec import Struct

from coordinator_app.labels.printer_status import ASK, PrinterStatus, StatusUnclear, read_status, whole_answer

FEEDING_S = 15.0
"""How long the labels of one job may take to come out."""
SPOOLER_S = 20.0
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_QUEUE_NAME = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.@+-]{0,126}")


class FolderPrinter(Struct, frozen=True, tag="folder"):
    """A folder that a print room or a person empties."""

    folder: str


class Tcp9100Printer(Struct, frozen=True, tag="tcp9100"):
    """A label printer on the site's network that answers `~HS`; `language` is what it takes."""

    host: str
    port: int = 9100
    language: Literal["zpl", "pdf"] = "zpl"
    wait_s: float = 3.0


class SystemPrinter(Struct, frozen=True, tag="system"):
    """A queue of the operating system, by its name there."""

    name: str


Printer = FolderPrinter | Tcp9100Printer | SystemPrinter


class Delivered(Struct, frozen=True):
    """The job arrived. `fed` is true only when the printer itself said that every label came out."""

    where: str
    fed: bool = False


class NotDelivered(Struct, frozen=True):
    """The job did not arrive whole: one sentence with the next step. `perhaps_printed` asks for a count first."""

    reason: str
    perhaps_printed: bool = False


def send(job: bytes, printer: Printer, file_name: str = "label.pdf") -> Delivered | NotDelivered:
    """Bring `job` (PDF or ZPL bytes) to the printer; `file_name` must not hold identifying data.

    Faults of the printer, the network and the disk are answers here, not exceptions.
    """
    match printer:
        case FolderPrinter():
            return _into_folder(job, Path(printer.folder), file_name)
        case Tcp9100Printer():
            return _over_network(job, printer)
        case SystemPrinter():
            return _to_queue(job, printer.name)


def _into_folder(job: bytes, folder: Path, file_name: str) -> Delivered | NotDelivered:
    if not _FILE_NAME.fullmatch(file_name):
        return NotDelivered(f"'{file_name}' cannot be a file name; use letters, digits, points and dashes.")
    target = _free_name(folder / file_name)
    unfinished = target.with_name(f".{target.name}.part")
    try:
        with unfinished.open("xb") as file:
            file.write(job)
            file.flush()
            os.fsync(file.fileno())
        # Only now under its own name: whoever watches the folder never takes half a label.
        unfinished.rename(target)
    except OSError as fault:
        unfinished.unlink(missing_ok=True) if folder.is_dir() and os.access(folder, os.W_OK) else None
        return NotDelivered(
            f"The label could not be written to {folder} ({fault.strerror}); "
            "check that the folder exists, can be written and has room, or choose another printer."
        )
    return Delivered(str(target), fed=False)


def _free_name(wanted: Path) -> Path:
    candidate, number = wanted, 1
    while candidate.exists():
        number += 1
        candidate = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return candidate


def _over_network(job: bytes, printer: Tcp9100Printer) -> Delivered | NotDelivered:
    if job.startswith(b"%PDF") != (printer.language == "pdf"):
        return NotDelivered(
            f"The printer {printer.host} takes {printer.language.upper()}; make the label in that form, "
            "or set the printer up again."
        )
    sent = False
    try:
        with socket.create_connection((printer.host, printer.port), timeout=printer.wait_s) as line:
            line.settimeout(printer.wait_s)
            trouble = _ask(line, printer.wait_s).trouble
            if trouble is not None:
                return NotDelivered(f"The printer {printer.host} cannot print: {trouble}, then print again.")
            sent = True
            line.sendall(job)
            return _wait_until_fed(line, printer)
    except (OSError, StatusUnclear) as fault:
        if sent:
            return NotDelivered(
                f"The printer {printer.host} fell silent after the job was sent ({fault}); "
                "count the labels that came out before printing again.",
                perhaps_printed=True,
            )
        return NotDelivered(
            f"The printer {printer.host} does not answer ({fault}); check that it is switched on and connected, "
            "or choose another printer."
        )


def _wait_until_fed(line: socket.socket, printer: Tcp9100Printer) -> Delivered | NotDelivered:
    until = time.monotonic() + FEEDING_S
    while True:
        status = _ask(line, printer.wait_s)
        if status.trouble is not None:
            return NotDelivered(
                f"The printer {printer.host} stopped during the job: {status.trouble}, "
                "and count the labels that came out before printing again.",
                perhaps_printed=True,
            )
        if status.waiting == 0:
            return Delivered(f"{printer.host}:{printer.port}", fed=True)
        if time.monotonic() > until:
            return NotDelivered(
                f"The printer {printer.host} still holds {status.waiting} label(s); "
                "look at it, and count the labels that came out before printing again.",
                perhaps_printed=True,
            )
        time.sleep(0.2)


def _ask(line: socket.socket, wait_s: float) -> PrinterStatus:
    line.sendall(ASK)
    answer, until = b"", time.monotonic() + wait_s
    while not whole_answer(answer):
        part = line.recv(4096)
        if not part or time.monotonic() > until:
            raise StatusUnclear("it does not say how it is")
        answer += part
    return read_status(answer)


def _to_queue(job: bytes, name: str) -> Delivered | NotDelivered:
    lp = shutil.which("lp")
    if lp is None:
        return NotDelivered(
            "This workstation has no print system that takes jobs; choose a folder or a network printer."
        )
    if not _QUEUE_NAME.fullmatch(name):
        return NotDelivered(f"'{name}' is not the name of a print queue; choose the printer again.")
    try:
        # Sizes on labels are exact: any scaling makes symbols unreadable and quadrants miss their stock.
        command = [lp, "-d", name, "-t", "label", "-o", "print-scaling=none"]
        answer = subprocess.run(command, input=job, capture_output=True, timeout=SPOOLER_S, check=False)  # noqa: S603 - fixed program, checked name
    except (OSError, subprocess.TimeoutExpired) as fault:
        return NotDelivered(
            f"The print system did not take the job ({fault}); look into its queue before printing again.",
            perhaps_printed=True,
        )
    if answer.returncode != 0:
        said = answer.stderr.decode("utf-8", "replace").strip().rstrip(".")
        return NotDelivered(f"The printer '{name}' did not take the job ({said}); choose another printer or call IT.")
    return Delivered(name, fed=False)
