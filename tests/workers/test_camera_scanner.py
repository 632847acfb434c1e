"""A camera counts a code only after three equal reads, and says plainly when there is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QMediaDevices, QVideoFrame
from pytestqt.qtbot import QtBot

from coordinator_app.codes.symbols import Symbol, matrix, raster
from coordinator_app.domain.inputs import Scanned
from coordinator_app.workers.camera_scanner import GONE_AFTER, CameraScanner, ThreeReads

BAG = "010950600013435221KIT01001\x1d10LOT-26K41A"
OTHER = "010950600013435221KIT01002\x1d10LOT-26K41A"
pytestmark = pytest.mark.qt_log_ignore("No RHI backend")

SCANNED = Scanned(b"]d2" + BAG.encode(), "camera", "camera")


def frame_of(*codes: str, tilt: float = 0.0) -> QVideoFrame:
    """Return a frame of 640×480 with these GS1 DataMatrix codes side by side, perhaps held askew."""
    picture = Image.new("L", (640, 480), 205)
    for number, code in enumerate(codes):
        picture.paste(raster(matrix(code, Symbol.GS1_DATA_MATRIX), 6), (40 + number * 300, 120))
    if tilt:
        picture = picture.rotate(tilt, fillcolor=205)
    shown = picture.convert("RGBA")
    return QVideoFrame(QImage(shown.tobytes(), 640, 480, QImage.Format.Format_RGBA8888).copy())


class Watched:
    """A camera scanner whose frames a test shows."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.scans: list[Scanned] = []
        self.read = 0
        self.camera = CameraScanner()
        self.camera.scan_caught.connect(self.scans.append)
        self.camera._reader.read.connect(self._count)
        self.camera.listen()

    def _count(self, _codes: object) -> None:
        self.read += 1

    def show(self, *codes: str, times: int = 1, tilt: float = 0.0) -> None:
        for _ in range(times):
            before = self.read
            # A sink does not tell of the very same frame twice.
            self.camera.sink.setVideoFrame(frame_of(*codes, tilt=tilt))
            self.qtbot.waitUntil(lambda before=before: self.read > before and not self.camera.is_reading)


@pytest.fixture
def watched(qtbot: QtBot) -> Iterator[Watched]:
    watched = Watched(qtbot)
    yield watched
    watched.camera.stop()


def test_a_code_counts_once_after_three_equal_reads(watched: Watched) -> None:
    watched.show(BAG, times=2)
    assert watched.scans == []
    watched.show(BAG, tilt=8)
    assert watched.scans == [SCANNED]
    watched.show(BAG, times=5)
    assert watched.scans == [SCANNED], "held before the camera it is one scan, not many"


def test_two_codes_in_one_frame_are_none(watched: Watched) -> None:
    watched.show(BAG, times=2)
    watched.show(BAG, OTHER)
    watched.show(BAG, times=2)
    assert watched.scans == []
    watched.show(BAG)
    assert watched.scans == [SCANNED]


def test_another_code_in_between_begins_the_row_anew(watched: Watched) -> None:
    watched.show(BAG, times=2)
    watched.show(OTHER)
    watched.show(BAG, times=2)
    assert watched.scans == []


def test_a_blurred_frame_without_a_code_does_not_break_the_row(watched: Watched) -> None:
    watched.show(BAG, times=2)
    watched.show()
    watched.show(BAG)
    assert watched.scans == [SCANNED]


def test_a_code_that_was_taken_away_counts_again_when_it_is_shown_anew() -> None:
    reads = ThreeReads()
    bag = b"]d2" + BAG.encode()
    assert [reads.see([bag]) for _ in range(4)] == [None, None, bag, None]
    for _ in range(GONE_AFTER):
        assert reads.see([]) is None
    assert [reads.see([bag]) for _ in range(3)] == [None, None, bag]


def test_frames_that_come_while_one_is_read_are_let_go(watched: Watched, qtbot: QtBot) -> None:
    frames = [frame_of(BAG) for _ in range(20)]
    for frame in frames:
        watched.camera.sink.setVideoFrame(frame)
    qtbot.waitUntil(lambda: watched.read >= 1)
    qtbot.wait(200)
    assert watched.read < 20


@pytest.mark.skipif(bool(QMediaDevices.videoInputs()), reason="this machine has a camera")
def test_a_workstation_without_a_camera_says_so(qtbot: QtBot) -> None:
    camera = CameraScanner()
    assert camera.name is None
    assert camera.start() is False
    assert not camera.is_on
    camera.stop()
