"""The printers a site has, as records, and how a file reaches each of those that need no Qt."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from msgspec import Struct

from coordinator_app.domain.screens import PrintJob

_TIMEOUT_S = 10.0
"""A label printer silent for so long is reported as not reached; nobody waits at the screen for it."""


class FolderPrinter(Struct, frozen=True, tag="folder"):
    """A folder that takes every file as it is; something else prints from it."""

    name: str
    folder: str


class SystemPrinter(Struct, frozen=True, tag="system"):
    """A queue of the operating system; `queue` is its name there, empty for the default one."""

    name: str
    queue: str = ""
    dpi: int = 300


class NetworkPrinter(Struct, frozen=True, tag="network"):
    """A label printer that takes its own language on a TCP port; `asks_status` where it answers ZPL `~HS`."""

    name: str
    host: str
    port: int = 9100
    asks_status: bool = True


Printer = FolderPrinter | SystemPrinter | NetworkPrinter


class PrinterFailed(Exception):
    """A file did not reach its printer. The text is one plain sentence with what to do next."""


def print_to_folder(printer: FolderPrinter, job: PrintJob) -> str:
    """Write the file beside the others and return its path; an existing file is never written over.

    Raises PrinterFailed when the folder cannot be written.
    """
    safe = re.sub(r"[^\w.\-]+", "_", job.file_name).lstrip(".") or "print"
    folder = Path(printer.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = _free_name(folder, safe)
        draft = target.with_name(f".{target.name}.part")
        with draft.open("wb") as file:
            file.write(job.content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as fault:
        raise PrinterFailed(
            f"The folder of printer {printer.name} cannot be written ({fault.strerror}). Choose another printer."
        ) from fault
    return str(target)


def _free_name(folder: Path, name: str) -> Path:
    target = folder / name
    number = 2
    while target.exists():
        target = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        number += 1
    return target


def print_over_network(printer: NetworkPrinter, job: PrintJob) -> str:
    """Send the bytes as they are to a label printer, with its status asked before and after.

    Raises PrinterFailed when it cannot be reached, is not ready, or reports a fault afterwards.
    """
    if job.content.startswith(b"%PDF"):
        raise PrinterFailed(f"Printer {printer.name} takes label language, not PDF. Set it up as a system printer.")
    try:
        with socket.create_connection((printer.host, printer.port), timeout=_TIMEOUT_S) as line:
            if printer.asks_status:
                _refuse_unready(printer, _ask_status(line))
            line.sendall(job.content)
            if printer.asks_status:
                _refuse_unready(printer, _ask_status(line))
    except OSError as fault:
        raise PrinterFailed(
            f"Printer {printer.name} does not answer. Check its power and cable, then print again."
        ) from fault
    return f"{len(job.content)} bytes"


def _ask_status(line: socket.socket) -> tuple[list[str], list[str]]:
    """Return the fields of the first two status strings of ZPL `~HS` (each between STX and ETX)."""
    line.sendall(b"~HS")
    got = b""
    while got.count(b"\x03") < 3:
        more = line.recv(4096)
        if not more:
            raise ConnectionResetError("the printer hung up while asked for its status")
        got += more
    strings = re.findall(rb"\x02([^\x03]*)\x03", got)
    return strings[0].decode("ascii", "replace").split(","), strings[1].decode("ascii", "replace").split(",")


def _refuse_unready(printer: NetworkPrinter, status: tuple[list[str], list[str]]) -> None:
    first, second = status
    if len(first) < 3 or len(second) < 4:
        raise PrinterFailed(f"Printer {printer.name} gave a status that cannot be read. Switch it off and on again.")
    faults = (
        (first[1] == "1", "is out of labels. Load a roll, then print again."),
        (second[2] == "1", "is open. Close its head, then print again."),
        (second[3] == "1", "is out of ribbon. Change the ribbon, then print again."),
        (first[2] == "1", "is paused. Press its pause key, then print again."),
    )
    for holds, sentence in faults:
        if holds:
            raise PrinterFailed(f"Printer {printer.name} {sentence}")


def print_with_lp(printer: SystemPrinter, job: PrintJob) -> str:
    """Hand the file to the system's spooler through `lp`, which keeps a PDF a PDF.

    Raises PrinterFailed when the spooler refuses it.
    """
    spooler = shutil.which("lp")
    if spooler is None:
        raise PrinterFailed(f"Printer {printer.name} needs the system's spooler, which is not installed here.")
    queue = ["-d", printer.queue] if printer.queue else []
    # The title is the job's own id: a spooler's log keeps titles, and a file name could say more than it should.
    command = [spooler, *queue, "-t", job.job.replace(":", "-"), "-o", "fit-to-page=false", "-"]
    try:
        done = subprocess.run(command, input=job.content, capture_output=True, timeout=_TIMEOUT_S * 3, check=False)  # noqa: S603 - a fixed command, no shell
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise PrinterFailed(f"The spooler did not take the file for printer {printer.name}. Print again.") from fault
    if done.returncode != 0:
        raise PrinterFailed(f"The spooler refused the file for printer {printer.name}. Check that it is switched on.")
    return done.stdout.decode("utf-8", "replace").strip()
