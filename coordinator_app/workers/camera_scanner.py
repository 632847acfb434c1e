"""A camera as a scanner: reads the codes in its frames; three equal reads in a row count as one scan.

One reading of a picture may be wrong in a way that no check character shows; three of three different frames are not.
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, QThread, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QCamera, QCameraDevice, QMediaCaptureSession, QMediaDevices, QVideoFrame, QVideoSink

from coordinator_app.codes.symbols import read_image
from coordinator_app.domain.inputs import Scanned

NAME = "camera"
EQUAL_READS = 3
GONE_AFTER = 8
"""Frames without the code after which it may be read again: it was taken away and shown anew."""


class ThreeReads:
    """Judges what the frames show one after the other."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._newest = b""
        self._equal = 0
        self._empty = 0
        self._told = b""

    def see(self, codes: list[bytes]) -> bytes | None:
        """Take the codes of one frame; returns one that counts as scanned now, once for each time it is shown.

        A frame without a code neither counts nor breaks the row; one with several codes breaks it: nobody knows which
        is meant.
        """
        different = list(dict.fromkeys(codes))
        if not different:
            self._empty += 1
            if self._empty >= GONE_AFTER:
                self._newest, self._equal, self._told = b"", 0, b""
            return None
        self._empty = 0
        if len(different) > 1:
            self._newest, self._equal = b"", 0
            return None
        self._equal = self._equal + 1 if different[0] == self._newest else 1
        self._newest = different[0]
        if self._equal < EQUAL_READS or self._newest == self._told:
            return None
        self._told = self._newest
        return self._newest


class FrameReader(QObject):
    """Reads frames on a thread of its own: looking for a code takes longer than a window may stand still."""

    read = Signal(object)
    """The codes of one frame: a list of bytes."""

    @Slot(object)
    def look(self, picture: QImage) -> None:
        """Read every code of one picture."""
        grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
        rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
        self.read.emit(read_image(Image.fromarray(rows[:, : grey.width()].copy())))


class CameraScanner(QObject):
    """Watches one camera. While a frame is being read the next ones are let go, never queued."""

    scan_caught = Signal(object)
    """A `Scanned` record with `how` camera."""
    _look_asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reads = ThreeReads()
        self._reading = False
        self._camera: QCamera | None = None
        self._session = QMediaCaptureSession(self)
        self.sink = QVideoSink(self)
        """Where frames arrive; `start` puts the camera before it."""
        self.sink.videoFrameChanged.connect(self._frame_came)
        self._session.setVideoSink(self.sink)
        self._thread, self._reader = QThread(self), FrameReader()
        self._thread.setObjectName("camera")
        self._reader.moveToThread(self._thread)
        self._look_asked.connect(self._reader.look)
        self._reader.read.connect(self._frame_read)

    @property
    def name(self) -> str | None:
        """The name of this workstation's camera, None where it has none."""
        device = _device()
        return None if device is None else device.description()

    @property
    def is_on(self) -> bool:
        """Whether the camera is looking."""
        return self._camera is not None

    @property
    def is_reading(self) -> bool:
        """Whether a frame is being read."""
        return self._reading

    def listen(self) -> None:
        """Read whatever comes into the sink."""
        self._thread.start()

    def start(self) -> bool:
        """Switch the camera on; False where this workstation has none."""
        device = _device()
        if device is None:
            return False
        self.listen()
        self._camera = QCamera(device, self)
        self._session.setCamera(self._camera)
        self._camera.start()
        return True

    def stop(self) -> None:
        """Switch the camera off and end the thread."""
        if self._camera is not None:
            self._camera.stop()
            self._camera.deleteLater()
            self._camera = None
        self._thread.quit()
        self._thread.wait()
        self._reads, self._reading = ThreeReads(), False

    @Slot(QVideoFrame)
    def _frame_came(self, frame: QVideoFrame) -> None:
        if self._reading or not frame.isValid() or not self._thread.isRunning():
            return
        picture = frame.toImage()
        if picture.isNull():
            return
        self._reading = True
        self._look_asked.emit(picture)

    @Slot(object)
    def _frame_read(self, codes: list[bytes]) -> None:
        self._reading = False
        scanned = self._reads.see(codes)
        if scanned is not None:
            self.scan_caught.emit(Scanned(raw=scanned, scanner=NAME, how="camera"))


def _device() -> QCameraDevice | None:
    device = QMediaDevices.defaultVideoInput()
    return None if device.isNull() else device
