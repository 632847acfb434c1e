"""Files reach printers of every kind, and a printer that cannot print says so in one sentence."""

from __future__ import annotations

import io
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from pytestqt.qtbot import QtBot
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from coordinator_app.domain.inputs import PrintReported
from coordinator_app.domain.screens import PrintJob
from coordinator_app.workers.print_worker import PrintWorker, print_with_qt
from coordinator_app.workers.printers import FolderPrinter, NetworkPrinter, Printer, SystemPrinter

READY = (
    b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n",
    b"\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n",
    b"\x021234,0\x03\r\n",
)


def pdf(pages: int = 1) -> bytes:
    """Return a label of 100 × 50 mm per page: a black square of 10 mm, 20 mm from the left and 20 mm from the bottom."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(100 * mm, 50 * mm))
    for _ in range(pages):
        canvas.rect(20 * mm, 20 * mm, 10 * mm, 10 * mm, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def job(printer: str, content: bytes = b"", name: str = "label.pdf") -> PrintJob:
    return PrintJob("job:1", printer, "label", 1, content or pdf(), name)


def report(printer: Printer, asked: PrintJob) -> PrintReported:
    """Print on this thread and return the report."""
    reports: list[PrintReported] = []
    worker = PrintWorker((printer,))
    worker.reported.connect(reports.append)
    worker.print(asked)
    [only] = reports
    return only


class LabelPrinter:
    """A label printer on a TCP port that answers `~HS` and keeps what it was told to print."""

    def __init__(self, status: tuple[bytes, ...] = READY, after: tuple[bytes, ...] | None = None) -> None:
        self.printed = b""
        self._statuses = [status, after or status]
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        line, _ = self._server.accept()
        with line:
            while got := line.recv(65536):
                while b"~HS" in got:
                    before, got = got.split(b"~HS", 1)
                    self.printed += before
                    line.sendall(b"".join(self._statuses.pop(0)))
                self.printed += got

    def close(self) -> None:
        self._thread.join(5)
        self._server.close()


@pytest.fixture
def printers() -> Iterator[list[LabelPrinter]]:
    made: list[LabelPrinter] = []
    yield made
    for printer in made:
        printer.close()


def test_a_folder_gets_the_file_as_it_is_and_never_loses_an_older_one(tmp_path: Path) -> None:
    folder = FolderPrinter("folder", str(tmp_path / "out"))
    assert report(folder, job("folder", b"one")).delivered
    second = report(folder, job("folder", b"two"))
    assert second.detail.endswith("label-2.pdf")
    assert (tmp_path / "out" / "label.pdf").read_bytes() == b"one"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["label-2.pdf", "label.pdf"]


@pytest.mark.parametrize("name", ["../../escape.pdf", "/etc/escape.pdf", "..", ""])
def test_a_file_name_cannot_leave_its_folder(tmp_path: Path, name: str) -> None:
    done = report(FolderPrinter("folder", str(tmp_path / "out")), job("folder", b"x", name))
    assert done.delivered
    assert Path(done.detail).parent == tmp_path / "out"


def test_a_folder_that_cannot_be_written_is_told_with_what_to_do_next(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")
    done = report(FolderPrinter("Ward folder", str(tmp_path / "out")), job("Ward folder"))
    assert not done.delivered
    assert done.detail.startswith("The folder of printer Ward folder cannot be written")


def test_a_printer_that_is_not_set_up_is_told_and_not_guessed(tmp_path: Path) -> None:
    done = report(FolderPrinter("folder", str(tmp_path)), job("cryo printer"))
    assert done == PrintReported(
        "job:1", False, "Printer cryo printer is not set up on this workstation. Choose another printer."
    )


def test_a_label_printer_gets_the_bytes_between_two_looks_at_its_status(printers: list[LabelPrinter]) -> None:
    printers.append(LabelPrinter())
    zpl = b"^XA^FO20,20^FDHERON^FS^XZ"
    done = report(NetworkPrinter("zebra", "127.0.0.1", printers[0].port), job("zebra", zpl, "label.zpl"))
    assert done.delivered
    printers[0].close()
    assert printers[0].printed == zpl


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        (b"\x02030,1,0,1245,000,0,0,0,000,0,0,0\x03", READY[1], "out of labels"),
        (b"\x02030,0,1,1245,000,0,0,0,000,0,0,0\x03", READY[1], "paused"),
        (READY[0], b"\x02000,0,1,0,0,2,4,0,00000000,1,000\x03", "open"),
        (READY[0], b"\x02000,0,0,1,0,2,4,0,00000000,1,000\x03", "out of ribbon"),
    ],
)
def test_a_label_printer_that_is_not_ready_prints_nothing_and_says_why(
    printers: list[LabelPrinter], first: bytes, second: bytes, word: str
) -> None:
    printers.append(LabelPrinter((first, second, READY[2])))
    done = report(NetworkPrinter("zebra", "127.0.0.1", printers[0].port), job("zebra", b"^XA^XZ"))
    assert not done.delivered
    assert word in done.detail
    printers[0].close()
    assert printers[0].printed == b""


def test_a_roll_that_ends_during_the_job_is_a_failed_print(printers: list[LabelPrinter]) -> None:
    ended = (b"\x02030,1,0,1245,000,0,0,0,000,0,0,0\x03", READY[1], READY[2])
    printers.append(LabelPrinter(READY, after=ended))
    done = report(NetworkPrinter("zebra", "127.0.0.1", printers[0].port), job("zebra", b"^XA^XZ"))
    assert not done.delivered


def test_a_label_printer_that_is_switched_off_is_told(printers: list[LabelPrinter]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    done = report(NetworkPrinter("zebra", "127.0.0.1", port), job("zebra", b"^XA^XZ"))
    assert not done.delivered
    assert done.detail == "Printer zebra does not answer. Check its power and cable, then print again."


def test_a_label_printer_is_never_sent_a_pdf() -> None:
    done = report(NetworkPrinter("zebra", "127.0.0.1", 9), job("zebra"))
    assert not done.delivered
    assert "not PDF" in done.detail


@pytest.mark.parametrize(("exit_code", "delivered"), [(0, True), (1, False)])
def test_the_spooler_gets_the_pdf_and_its_refusal_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exit_code: int, delivered: bool
) -> None:
    spooler = tmp_path / "lp"
    spooler.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat > {tmp_path}/spooled\nexit {exit_code}\n')
    spooler.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    content = pdf()
    done = report(SystemPrinter("Office", "office-2"), job("Office", content))
    assert done.delivered is delivered
    assert (tmp_path / "spooled").read_bytes() == content
    assert "-d office-2" in (tmp_path / "asked").read_text()
    assert "label.pdf" not in (tmp_path / "asked").read_text()


def test_a_page_drawn_for_a_printer_without_spooler_keeps_its_size_and_place(qtbot: QtBot, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.pdf"
    print_with_qt(SystemPrinter("Office", dpi=203), job("Office", pdf(pages=2)), to_file=str(drawn))
    document = pypdfium2.PdfDocument(drawn)
    assert len(document) == 2
    width, height = document[1].get_size()
    assert width == pytest.approx(100 * mm, abs=1.5)
    assert height == pytest.approx(50 * mm, abs=1.5)
    dots = document[1].render(scale=10 * 25.4 / 72, grayscale=True).to_numpy().squeeze()
    document.close()
    rows, columns = (dots < 128).nonzero()
    assert columns.min() == pytest.approx(200, abs=6)
    assert columns.max() == pytest.approx(300, abs=6)
    assert rows.min() == pytest.approx(200, abs=6)
    assert rows.max() == pytest.approx(300, abs=6)
