"""Files reach printers of every kind, and a printer that cannot print says so in one sentence."""

from __future__ import annotations

import io
import os
import socket
from pathlib import Path

import pypdfium2
import pytest
from pytestqt.qtbot import QtBot
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from coordinator_app.domain.inputs import PrintReported
from coordinator_app.domain.screens import PrintJob
from coordinator_app.labels.printers import Delivered, FolderPrinter, Printer, SystemPrinter, Tcp9100Printer
from coordinator_app.workers.print_worker import PrintWorker
from coordinator_app.workers.qt_printing import print_with_qt


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


def report(printers: dict[str, Printer], asked: PrintJob) -> PrintReported:
    """Print on this thread and return the report."""
    reports: list[PrintReported] = []
    worker = PrintWorker(printers)
    worker.reported.connect(reports.append)
    worker.print(asked)
    [only] = reports
    return only


def test_a_folder_gets_the_file_as_it_is(tmp_path: Path) -> None:
    done = report({"Ward folder": FolderPrinter(str(tmp_path))}, job("Ward folder", b"one"))
    assert done == PrintReported("job:1", delivered=True, detail=str(tmp_path / "label.pdf"))
    assert (tmp_path / "label.pdf").read_bytes() == b"one"


def test_a_printer_that_is_not_set_up_is_told_and_not_guessed(tmp_path: Path) -> None:
    done = report({"folder": FolderPrinter(str(tmp_path))}, job("cryo printer"))
    assert not done.delivered
    assert done.detail == "Printer 'cryo printer' is not set up on this workstation; choose another printer."


def test_a_label_printer_that_is_switched_off_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    done = report({"zebra": Tcp9100Printer("127.0.0.1", port, wait_s=0.5)}, job("zebra", b"^XA^XZ"))
    assert not done.delivered
    assert "does not answer" in done.detail


def test_a_system_printer_that_the_system_does_not_know_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = report({"Office": SystemPrinter("office-2")}, job("Office"))
    assert not done.delivered
    assert "no printer 'office-2'" in done.detail


@pytest.mark.parametrize(("exit_code", "delivered"), [(0, True), (1, False)])
def test_the_spooler_gets_the_pdf_and_its_refusal_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exit_code: int, delivered: bool
) -> None:
    spooler = tmp_path / "lp"
    spooler.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat > {tmp_path}/spooled\nexit {exit_code}\n')
    spooler.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    content = pdf()
    done = report({"Office": SystemPrinter("office-2")}, job("Office", content))
    assert done.delivered is delivered
    assert (tmp_path / "spooled").read_bytes() == content
    assert "-d office-2" in (tmp_path / "asked").read_text()
    assert "label.pdf" not in (tmp_path / "asked").read_text()


def test_a_page_drawn_for_a_printer_without_spooler_keeps_its_size_and_place(qtbot: QtBot, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.pdf"
    done = print_with_qt(SystemPrinter("Office"), job("Office", pdf(pages=2)), to_file=str(drawn))
    assert isinstance(done, Delivered)
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
