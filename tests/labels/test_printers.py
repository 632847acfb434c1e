"""A job arrives whole, or the person hears what is wrong and what to do; a half-printed job is never "not printed"."""

from __future__ import annotations

import os
import shutil
import socketserver
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from coordinator_app.labels.printer_status import StatusUnclear, read_status
from coordinator_app.labels.printers import (
    Delivered,
    FolderPrinter,
    NotDelivered,
    SystemPrinter,
    Tcp9100Printer,
    send,
)

JOB = b"^XA^PW800^LL800^FO1,1^GB2,2,2^FS^XZ\n"
READY = {"paper": 0, "paused": 0, "buffered": 0, "head": 0, "ribbon": 0, "left": 0}


def _status(paper: int, paused: int, buffered: int, head: int, ribbon: int, left: int) -> bytes:
    return (
        f"\x02030,{paper},{paused},1245,{buffered:03},0,0,0,000,0,0,0\x03\r\n"
        f"\x02000,0,{head},{ribbon},1,2,6,0,{left:08},1,000\x03\r\n\x021234,0\x03\r\n"
    ).encode("ascii")


class LabelPrinter(socketserver.ThreadingTCPServer):
    """A label printer on this machine: it answers `~HS` and keeps the bytes of every job."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = True

    def __init__(self) -> None:
        """Listen on a free port, ready to print."""
        super().__init__(("127.0.0.1", 0), _Line)
        self.before: dict[str, int] = dict(READY)
        self.after: list[dict[str, int]] = [dict(READY)]
        self.received = b""
        self.hangs_up_after_job = False
        self.silent = False


class _Line(socketserver.BaseRequestHandler):
    server: LabelPrinter

    def handle(self) -> None:
        printed = False
        while part := self.request.recv(65536):
            job = part.replace(b"~HS", b"")
            if job:
                self.server.received += job
                printed = True
                if self.server.hangs_up_after_job:
                    return
            for _ in range(part.count(b"~HS")):
                if self.server.silent:
                    return
                states = self.server.after
                state = (states.pop(0) if len(states) > 1 else states[0]) if printed else self.server.before
                self.request.sendall(_status(**state))


@pytest.fixture
def label_printer() -> Iterator[LabelPrinter]:
    with LabelPrinter() as printer:
        thread = threading.Thread(target=printer.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield printer
        printer.shutdown()
        thread.join()


def _address(printer: LabelPrinter) -> Tcp9100Printer:
    return Tcp9100Printer(host="127.0.0.1", port=printer.server_address[1], wait_s=1.0)


def test_a_ready_printer_gets_exactly_the_bytes_and_says_when_the_labels_are_out(label_printer: LabelPrinter) -> None:
    label_printer.after = [READY | {"buffered": 1, "left": 2}, READY | {"left": 1}, dict(READY)]
    answer = send(JOB, _address(label_printer))
    assert answer == Delivered(f"127.0.0.1:{label_printer.server_address[1]}", fed=True)
    assert label_printer.received == JOB


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"paper": 1}, "out of labels"),
        ({"ribbon": 1}, "out of ribbon"),
        ({"head": 1}, "open"),
        ({"paused": 1}, "paused"),
    ],
)
def test_a_printer_that_is_not_ready_gets_nothing(
    label_printer: LabelPrinter, fault: dict[str, int], said: str
) -> None:
    label_printer.before = READY | fault
    answer = send(JOB, _address(label_printer))
    assert isinstance(answer, NotDelivered)
    assert said in answer.reason
    assert not answer.perhaps_printed
    assert label_printer.received == b""


def test_a_roll_that_ends_during_the_job_asks_for_a_count_before_anything_is_printed_again(
    label_printer: LabelPrinter,
) -> None:
    label_printer.after = [READY | {"paper": 1, "left": 1}]
    answer = send(JOB, _address(label_printer))
    assert isinstance(answer, NotDelivered)
    assert answer.perhaps_printed
    assert "count the labels" in answer.reason


def test_a_printer_that_hangs_up_after_the_job_asks_for_a_count(label_printer: LabelPrinter) -> None:
    label_printer.hangs_up_after_job = True
    answer = send(JOB, _address(label_printer))
    assert isinstance(answer, NotDelivered)
    assert answer.perhaps_printed


def test_a_printer_that_does_not_say_how_it_is_gets_nothing(label_printer: LabelPrinter) -> None:
    label_printer.silent = True
    answer = send(JOB, _address(label_printer))
    assert isinstance(answer, NotDelivered)
    assert label_printer.received == b""
    assert not answer.perhaps_printed


def test_a_printer_that_is_off_is_named_with_the_next_step(label_printer: LabelPrinter) -> None:
    address = _address(label_printer)
    label_printer.shutdown()
    label_printer.server_close()
    answer = send(JOB, address)
    assert isinstance(answer, NotDelivered)
    assert "switched on" in answer.reason
    assert not answer.perhaps_printed


def test_a_pdf_is_not_sent_to_a_printer_that_would_print_its_source_text(label_printer: LabelPrinter) -> None:
    answer = send(b"%PDF-1.4 ...", _address(label_printer))
    assert isinstance(answer, NotDelivered)
    assert "ZPL" in answer.reason
    assert label_printer.received == b""


@pytest.mark.parametrize(
    "answer", [b"", b"\x02030,0\x03", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x02" * 3 + b"\x03" * 3]
)
def test_an_answer_that_is_no_status_is_not_taken_for_ready(answer: bytes) -> None:
    with pytest.raises(StatusUnclear):
        read_status(answer)


def test_a_folder_gets_the_whole_file_under_its_own_name_and_never_loses_an_earlier_one(tmp_path: Path) -> None:
    for content in (b"%PDF one", b"%PDF two"):
        assert isinstance(send(content, FolderPrinter(str(tmp_path)), "label-J7.pdf"), Delivered)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "label-J7.pdf": b"%PDF one",
        "label-J7-2.pdf": b"%PDF two",
    }


def test_a_folder_that_is_not_there_is_named_and_nothing_is_left_behind(tmp_path: Path) -> None:
    answer = send(b"%PDF", FolderPrinter(str(tmp_path / "gone")))
    assert isinstance(answer, NotDelivered)
    assert "gone" in answer.reason
    assert "check that the folder exists" in answer.reason
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    answer = send(b"%PDF", FolderPrinter(str(tmp_path)))
    tmp_path.chmod(stat.S_IRWXU)
    assert isinstance(answer, NotDelivered)


def test_a_file_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    assert isinstance(send(b"%PDF", FolderPrinter(str(tmp_path / "in")), "../out.pdf"), NotDelivered)
    assert not (tmp_path / "out.pdf").exists()


def _lp(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "lp"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.skipif(os.name != "posix", reason="the command is a shell script")
def test_the_print_system_gets_the_job_unscaled_and_without_a_telling_title(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lp(tmp_path, f'echo "$@" > {tmp_path}/asked; cat > {tmp_path}/job', monkeypatch)
    assert send(b"%PDF label", SystemPrinter("ward-6")) == Delivered("ward-6", fed=False)
    assert (tmp_path / "job").read_bytes() == b"%PDF label"
    assert (tmp_path / "asked").read_text().strip() == "-d ward-6 -t label -o print-scaling=none"


@pytest.mark.skipif(os.name != "posix", reason="the command is a shell script")
def test_what_the_print_system_complains_of_reaches_the_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _lp(tmp_path, "cat > /dev/null; echo 'lp: The printer or class does not exist.' >&2; exit 1", monkeypatch)
    answer = send(b"%PDF", SystemPrinter("ward-6"))
    assert isinstance(answer, NotDelivered)
    assert "does not exist" in answer.reason


def test_a_queue_name_cannot_be_taken_for_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _lp(tmp_path, "exit 0", monkeypatch)
    assert isinstance(send(b"%PDF", SystemPrinter("-o raw")), NotDelivered)


def test_a_workstation_without_a_print_system_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("lp") is None
    answer = send(b"%PDF", SystemPrinter("ward-6"))
    assert isinstance(answer, NotDelivered)
    assert "no print system" in answer.reason
