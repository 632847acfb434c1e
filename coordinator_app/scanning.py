"""All that scans at this workstation: keyboard scanners, serial ones and the camera, and what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QWindow

from coordinator_app.domain.inputs import CalibrationRead, CameraSwitched, Scanned
from coordinator_app.domain.screens import Frame, ScannerShown
from coordinator_app.ui.arrived import Arrived
from coordinator_app.ui.calibrating import learn, read_as
from coordinator_app.ui.keyboard_layouts import Stroke, Wedge
from coordinator_app.ui.known_wedges import Wedges, wedges_of
from coordinator_app.ui.scan_burst import ScanLost
from coordinator_app.ui.scan_catcher import ScanCatcher
from coordinator_app.workers.camera_scanner import CameraScanner
from coordinator_app.workers.serial_scanner import SerialLine, SerialScanner


class Scanning(QObject):
    """Listens to every scanner, reads keyboard scanners as the record knows them, and tells what came.

    `make_camera` is called when a camera is first wanted: looking for one takes a moment.
    """

    came = Signal(object)
    """An input for the desk that a person brought about: a scan, or a card that was read."""
    announced = Signal(object)
    """An input for the desk that nobody brought about: a serial scanner was plugged in."""
    unusable = Signal()
    """Something was scanned and cannot be used: it is answered audibly."""
    arrived = Signal(object)
    """An `Arrived` record for the scanner set-up."""
    camera_missing = Signal()
    """The camera is to be used here and there is none."""

    def __init__(
        self,
        settings: Wedge,
        serial_lines: Sequence[SerialLine] = (),
        parent: QObject | None = None,
        make_camera: Callable[[QObject], CameraScanner] = CameraScanner,
    ) -> None:
        super().__init__(parent)
        self.catcher = ScanCatcher(settings, self)
        self._settings = settings
        self._wedges = Wedges(settings)
        self._serial = [SerialScanner(line, self) for line in serial_lines]
        self._make_camera = make_camera
        self._camera: CameraScanner | None = None
        self._camera_wanted = False
        self._known: tuple[ScannerShown, ...] = ()
        self._told: set[str] = set()
        self._card_came = False
        self._arrived = Arrived(wedge=settings)
        self.catcher.strokes_seen.connect(self._strokes_seen)
        self.catcher.scan_caught.connect(self._scan_caught)
        self.catcher.scan_lost.connect(self._scan_lost)
        for scanner in self._serial:
            scanner.scan_caught.connect(self._scan_caught)
            scanner.scan_broken.connect(self._serial_broke)

    def start(self, window: QWindow) -> None:
        """Begin to listen; the window is on the screen by now."""
        self.catcher.install()
        self.catcher.watch(window)
        for scanner in self._serial:
            scanner.start()

    def stop(self) -> None:
        """Take no more scans; `remove` ends it."""
        self.catcher.block()
        for scanner in self._serial:
            scanner.stop()
        if self._camera is not None:
            self._camera.stop()

    # What the record knows -----------------------------------------------------------------------------------------

    def follow(self, frame: Frame) -> None:
        """Read the keyboard scanners as the record knows them, let it know the serial ones, and use the camera."""
        if frame.scanners != self._known:
            self._known = frame.scanners
            self._use(wedges_of(self._settings, frame.scanners))
        self._follow_camera(wanted=frame.camera)
        names = {each.scanner for each in frame.scanners}
        for scanner in self._serial:
            if scanner.is_open and scanner.name not in names | self._told:
                self._told.add(scanner.name)
                self.announced.emit(CalibrationRead(scanner.name, mode="serial"))
                return

    def _use(self, wedges: Wedges) -> None:
        self._wedges = wedges
        self.catcher.use(wedges)

    # Keyboard scanners ---------------------------------------------------------------------------------------------

    @Slot(object)
    def _strokes_seen(self, strokes: tuple[Stroke, ...]) -> None:
        """Look whether a keyboard scanner read the calibration card: that teaches the program how it types."""
        reader = self._wedges.reader(strokes)
        self._show(strokes=strokes, scan=None, lost="", wedge=reader)
        learned = learn(strokes, self._settings)
        self._card_came = True
        if isinstance(learned, Wedge):
            named = self._wedges.named(learned)
            self._use(self._wedges.with_known(named))
            self._show(wedge=named)
            self.came.emit(read_as(named))
        elif learned.why != "not-the-card":
            # Wherever the card is read wrongly, the set-up opens and says why this scanner proves nobody's identity.
            self.came.emit(CalibrationRead(reader.scanner, fault=learned.why))
        else:
            self._card_came = False

    @Slot(object)
    def _scan_lost(self, lost: ScanLost) -> None:
        if self._card_came:
            # The run was the card itself and has been answered.
            self._card_came = False
            return
        self._show(lost=str(lost.why))
        self.unusable.emit()

    @Slot(object)
    def _scan_caught(self, scan: Scanned) -> None:
        if self._card_came:
            self._card_came = False
            return
        typed_it = scan.scanner in {each.scanner for each in self._wedges.each()}
        self._show(scan=scan, lost="", strokes=self._arrived.strokes if typed_it else ())
        self.came.emit(scan)

    @Slot(object)
    def _serial_broke(self, _what: object = None) -> None:
        self.unusable.emit()

    # The camera ----------------------------------------------------------------------------------------------------

    @Slot()
    def switch_camera(self) -> None:
        """Switch the camera on or off; that stays so after a restart. A workstation without one says so."""
        camera = self._found_camera()
        on = not (camera.is_on or self._camera_wanted) and camera.start()
        if not on:
            camera.stop()
        self.show_camera()
        if on or self._camera_wanted:
            self._camera_wanted = on
            self.came.emit(CameraSwitched(on))

    def show_camera(self) -> None:
        """Show on the set-up page whether a camera is there and looks."""
        camera = self._found_camera()
        self._show(camera=None if camera.name is None else camera.name if camera.is_on else "")

    def _follow_camera(self, *, wanted: bool) -> None:
        if wanted == self._camera_wanted:
            return
        self._camera_wanted = wanted
        if not wanted:
            if self._camera is not None:
                self._camera.stop()
        elif not self._found_camera().is_on and not self._found_camera().start():
            self.camera_missing.emit()
        self.show_camera()

    def _found_camera(self) -> CameraScanner:
        if self._camera is None:
            self._camera = self._make_camera(self)
            self._camera.scan_caught.connect(self._scan_caught)
        return self._camera

    @property
    def has_looked_for_camera(self) -> bool:
        """Whether somebody has asked for the camera yet."""
        return self._camera is not None

    def _show(self, **seen: Any) -> None:
        self._arrived = replace(self._arrived, **seen)
        self.arrived.emit(self._arrived)
