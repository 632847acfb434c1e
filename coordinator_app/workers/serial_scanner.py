"""A scanner on a serial line: bytes arrive intact, separators included, whatever layout and focus the host has."""

from __future__ import annotations

import os

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtSerialPort import QSerialPort, QSerialPortInfo

from coordinator_app.domain.inputs import Scanned

_LONGEST = 4096
"""Bytes without an end after which the line is taken to be noise."""
_SILENCE_MS = 300
"""A scan that has begun and says nothing for so long has broken off: half a code is never read as a whole one."""
_ENDS = b"\r\n"


class SerialLine(Struct, frozen=True):
    """One serial scanner. `port` is a device name, or `usb:VVVV:PPPP` (hex) to find it wherever it is plugged in."""

    port: str
    scanner: str = "serial-1"
    baud: int = 9600


class SerialScanner(QObject):
    """Reads one serial scanner on the main thread's event loop, and finds it again when it is plugged in anew."""

    scan_caught = Signal(object)
    """A `Scanned` record."""
    scan_broken = Signal(object)
    """How many bytes came of a scan that broke off."""
    plugged_in = Signal(object)
    """The `SerialLine`, when the scanner can be read from now on."""
    unplugged = Signal(object)
    """The `SerialLine`, when it has gone."""

    def __init__(self, line: SerialLine, parent: QObject | None = None, poll_ms: int = 1000) -> None:
        super().__init__(parent)
        self._line = line
        self._got = bytearray()
        self._port = QSerialPort(self)
        self._port.setBaudRate(line.baud)
        self._port.readyRead.connect(self._bytes_came)
        self._port.errorOccurred.connect(self._error_came)
        self._poll = QTimer(self)
        self._poll.setInterval(poll_ms)
        self._poll.timeout.connect(self._look)
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(_SILENCE_MS)
        self._silence.timeout.connect(self._break_off)

    @property
    def name(self) -> str:
        """The name under which its scans are recorded."""
        return self._line.scanner

    @property
    def is_open(self) -> bool:
        """Tell whether the scanner is there and being read."""
        return self._port.isOpen()

    def start(self) -> None:
        """Open the line, now or as soon as the scanner is plugged in."""
        self._poll.start()
        self._look()

    def stop(self) -> None:
        """Close the line."""
        self._poll.stop()
        self._silence.stop()
        if self._port.isOpen():
            self._port.close()

    @Slot()
    def _look(self) -> None:
        """Notice a scanner that was plugged in or has gone: not every driver reports that by itself."""
        place = self._find()
        if self._port.isOpen():
            if place is None:
                self._lose()
            return
        if place is None:
            return
        self._port.setPortName(place)
        if self._port.open(QSerialPort.OpenModeFlag.ReadWrite):
            self._got.clear()
            self.plugged_in.emit(self._line)

    def _find(self) -> str | None:
        """Return the device of this scanner, or None while it is not plugged in."""
        if self._line.port.startswith("usb:"):
            _, vendor, product = self._line.port.split(":")
            for port in QSerialPortInfo.availablePorts():
                if (port.vendorIdentifier(), port.productIdentifier()) == (int(vendor, 16), int(product, 16)):
                    return port.systemLocation()
            return None
        if self._line.port.startswith("/"):
            return self._line.port if os.path.exists(self._line.port) else None
        known = {port.portName() for port in QSerialPortInfo.availablePorts()}
        return self._line.port if self._line.port in known else None

    @Slot()
    def _bytes_came(self) -> None:
        self._got += bytes(self._port.readAll().data())
        while (end := next((at for at, byte in enumerate(self._got) if byte in _ENDS), None)) is not None:
            scan = bytes(self._got[:end])
            del self._got[: end + 1]
            if scan:
                self.scan_caught.emit(Scanned(raw=scan, scanner=self._line.scanner))
        if len(self._got) > _LONGEST:
            self._break_off()
        elif self._got:
            self._silence.start()
        else:
            self._silence.stop()

    @Slot()
    def _break_off(self) -> None:
        length = len(self._got)
        self._got.clear()
        self._silence.stop()
        self.scan_broken.emit(length)

    @Slot(QSerialPort.SerialPortError)
    def _error_came(self, error: QSerialPort.SerialPortError) -> None:
        if error is QSerialPort.SerialPortError.ResourceError and self._port.isOpen():
            self._lose()

    def _lose(self) -> None:
        self._silence.stop()
        self._port.close()
        if self._got:
            self._break_off()
        self.unplugged.emit(self._line)
