"""A serial scanner over a pseudo-terminal: bytes intact, plugged out and in."""

from __future__ import annotations

import os
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from coordinator_app.domain.inputs import Scanned
from coordinator_app.workers.serial_scanner import SerialLine, SerialScanner

LOT = b"]d201095011015300031721010110ABC123\x1d211234567890"


class Cable:
    """A scanner's end of a line whose other end appears under a fixed name."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._scanner_end = -1
        self._host_end = -1

    def plug_in(self) -> None:
        self._scanner_end, self._host_end = os.openpty()
        tty.setraw(self._host_end)
        self.place.symlink_to(os.ttyname(self._host_end))

    def send(self, raw: bytes) -> None:
        os.write(self._scanner_end, raw)

    def pull_out(self) -> None:
        self.place.unlink(missing_ok=True)
        for end in (self._scanner_end, self._host_end):
            if end >= 0:
                os.close(end)
        self._scanner_end = self._host_end = -1


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    cable = Cable(tmp_path / "scanner")
    yield cable
    cable.pull_out()


@pytest.fixture
def scanner(qtbot: QtBot, cable: Cable) -> Iterator[SerialScanner]:
    scanner = SerialScanner(SerialLine(str(cable.place), "pharmacy-serial"), poll_ms=30)
    yield scanner
    scanner.stop()


def test_every_byte_of_a_scan_arrives_with_its_separators(scanner: SerialScanner, cable: Cable, qtbot: QtBot) -> None:
    cable.plug_in()
    scanner.start()
    every_byte = bytes(byte for byte in range(1, 256) if byte not in b"\r\n")
    caught: list[Scanned] = []
    scanner.scan_caught.connect(caught.append)
    cable.send(LOT + b"\r\n" + every_byte + b"\r")
    qtbot.waitUntil(lambda: len(caught) == 2)
    assert caught == [Scanned(LOT, "pharmacy-serial"), Scanned(every_byte, "pharmacy-serial")]


def test_a_scan_that_comes_in_two_lumps_is_one_scan(scanner: SerialScanner, cable: Cable, qtbot: QtBot) -> None:
    cable.plug_in()
    scanner.start()
    with qtbot.waitSignal(scanner.scan_caught) as caught:
        cable.send(LOT[:20])
        qtbot.wait(50)
        cable.send(LOT[20:] + b"\r")
    assert caught.args == [Scanned(LOT, "pharmacy-serial")]


def test_half_a_scan_is_never_joined_to_the_next_one(scanner: SerialScanner, cable: Cable, qtbot: QtBot) -> None:
    cable.plug_in()
    scanner.start()
    with qtbot.waitSignal(scanner.scan_broken) as broken:
        cable.send(LOT[:20])
    assert broken.args == [20]
    with qtbot.waitSignal(scanner.scan_caught) as caught:
        cable.send(b"WB-1001\r")
    assert caught.args == [Scanned(b"WB-1001", "pharmacy-serial")]


def test_noise_without_end_is_dropped_and_reported(scanner: SerialScanner, cable: Cable, qtbot: QtBot) -> None:
    cable.plug_in()
    scanner.start()
    with qtbot.waitSignal(scanner.scan_broken):
        for _ in range(3):
            cable.send(b"\xff" * 2000)
            qtbot.wait(20)


def test_a_scanner_plugged_in_later_is_found_and_one_pulled_out_is_missed_and_found_again(
    scanner: SerialScanner, cable: Cable, qtbot: QtBot
) -> None:
    scanner.start()
    assert not scanner.is_open
    with qtbot.waitSignal(scanner.plugged_in):
        cable.plug_in()
    with qtbot.waitSignal(scanner.unplugged):
        cable.pull_out()
    assert not scanner.is_open
    with qtbot.waitSignal(scanner.plugged_in):
        cable.plug_in()
    with qtbot.waitSignal(scanner.scan_caught) as caught:
        cable.send(b"WB-1001\r")
    assert caught.args == [Scanned(b"WB-1001", "pharmacy-serial")]
