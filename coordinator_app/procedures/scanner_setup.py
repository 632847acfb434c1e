"""Setting up scanners: any scan is only tried out here, and the calibration card teaches the program how one types.

The set-up stands over whatever the screen showed, signed in or not, for a scanner that is set up wrongly cannot read
the badge either. What was begun waits underneath.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from coordinator_app.codes.symbols import Symbol, matrix
from coordinator_app.domain import events as e
from coordinator_app.domain.calibration_card import CARD, card_fault, is_card
from coordinator_app.domain.inputs import (
    CalibrationRead,
    CameraSwitched,
    Input,
    Locked,
    Opened,
    Pressed,
    PrintReported,
    Scanned,
    SignedOut,
    Submitted,
)
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, PrintJob, Say, ScannerShown, ScannersPage, TriedScan, Verdict
from coordinator_app.domain.site_record import ScannerKnown
from coordinator_app.procedures.reading import CodeRead, read_code
from coordinator_app.procedures.refusals import code_message
from coordinator_app.procedures.sitting import Sitting
from coordinator_app.procedures.workplace import Workplace, new_id
from coordinator_app.reports.calibration_card import calibration_card
from coordinator_app.reports.drawn_code import DrawnCode

PLACE = "scanners"
SHIFT = timedelta(hours=12)
"""A keyboard scanner reads the card again at the start of a shift."""
SERIAL = "serial"
KEYBOARD = "keyboard"
ON, OFF = "on", "off"
PUT_AWAY = "put_away:"
MOST_KEPT = 4
"""Scanners that can be taken off the list by a button each; a workstation has two or three."""
EXACT = "exact"
CAMERA = ActionShown("use_camera", key="F11")
OF_THE_WINDOW = ("hear_accepted", "hear_refused", "use_camera")
"""The window does these by itself."""


class ScannerSetup:
    """The set-up of one workstation's scanners."""

    def __init__(self, work: Workplace) -> None:
        """Begin with the set-up closed."""
        self._work = work
        self.is_open = False
        self._view = "card"
        self._tried: TriedScan | None = None
        self._fault: Say | None = None
        self._jobs: set[str] = set()

    def takes(self, received: Input) -> bool:
        """Tell whether an input belongs here and to nothing underneath."""
        if isinstance(received, PrintReported):
            return received.job in self._jobs
        if isinstance(received, CalibrationRead | CameraSwitched):
            return True
        if isinstance(received, Scanned) and (is_card(received.raw) or _card_failed(received)):
            return True
        if isinstance(received, Locked | SignedOut):
            return False
        if isinstance(received, Opened):
            return received.what == PLACE or self.is_open
        if isinstance(received, Pressed | Submitted) and received.action == f"open:{PLACE}":
            return True
        return self.is_open

    def take(self, sitting: Sitting, received: Input) -> Opened | None:
        """Take one input; returns where the person goes from here, if they leave for another place."""
        match received:
            case PrintReported():
                self._jobs.discard(received.job)
            case CalibrationRead():
                self._calibrate(sitting, received)
            case Scanned() if is_card(received.raw) and received.how == "scanned":
                self._calibrate(sitting, CalibrationRead(received.scanner, EXACT))
            case Scanned() if _card_failed(received):
                self._calibrate(sitting, CalibrationRead(received.scanner, fault=card_fault(received.raw)))
            case CameraSwitched():
                self._switch_camera(sitting, on=received.on)
            case Scanned():
                self._try_out(sitting, received)
            case Opened(what) if what != PLACE:
                self.close()
                return received
            case Opened():
                self._open()
            case Pressed() | Submitted():
                self._pressed(sitting, received.action)
            case _:
                sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)
        return None

    def close(self) -> None:
        """Go back to what stands underneath."""
        self.is_open = False

    def _open(self) -> None:
        if not self.is_open:
            self._view, self._tried, self._fault = "card", None, None
        self.is_open = True

    def _pressed(self, sitting: Sitting, action: str) -> None:
        if action == f"open:{PLACE}":
            self._open()
        elif action == "to_serial":
            self._view = SERIAL
        elif action == "print_card":
            sitting.jobs.append(self._card_job())
        elif action.startswith(PUT_AWAY):
            self._put_away(sitting, action.removeprefix(PUT_AWAY))
        elif action == "back" and self._view == SERIAL:
            self._view, self._fault = "card", None
        elif action == "back":
            self.close()
        elif action not in OF_THE_WINDOW:
            sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)

    # The card -----------------------------------------------------------------------------------------------------

    def _calibrate(self, sitting: Sitting, read: CalibrationRead) -> None:
        """Record how a scanner types, or that nobody can tell; a serial scanner announces itself without the card."""
        if read.fault:
            self._open()
            self._view, self._fault = SERIAL, Say(f"scanner.fault.{read.fault}")
            sitting.refuse(Refusal.SCANNER_NOT_CALIBRATED, self._fault)
            self._note(sitting, e.ScannerNotCalibrated(scanner=read.scanner, why=read.fault))
            return
        before = self._known().get(read.scanner)
        record_calibration(self._work, read, sitting.actor)
        if read.mode != SERIAL:
            self._open()
            self._view, self._tried, self._fault = "card", None, None
            otherwise = before is not None and bool(before.layout and read.layout) and _way(before) != _way(read)
            words = {"scanner": read.scanner}
            sitting.message = Say("scanner.calibrated", words)
            if otherwise:
                sitting.message, sitting.verdict = Say("scanner.calibrated.otherwise", words), Verdict.WARNED

    def _put_away(self, sitting: Sitting, scanner: str) -> None:
        """Take a scanner that is no longer used here off the list; it counts again once it reads the card."""
        if scanner not in self._known():
            sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            return
        self._note(sitting, e.ScannerNotCalibrated(scanner=scanner, why="put-away"))

    def _switch_camera(self, sitting: Sitting, *, on: bool) -> None:
        """Keep that the camera is used here: a restart changes nothing of it."""
        if on != self.uses_camera:
            self._work.record(
                e.SettingChanged(name=_camera_setting(self._work), value=ON if on else OFF),
                subject=self._work.store.workstation, actor=sitting.actor,
            )  # fmt: skip

    @property
    def uses_camera(self) -> bool:
        """Whether the camera of this workstation is used as a scanner."""
        return self._work.of_site(_uses_camera)

    def _known(self) -> dict[str, ScannerKnown]:
        return _known(self._work)

    def _note(self, sitting: Sitting, body: e.ScannerNotCalibrated) -> None:
        self._work.record(body, subject=self._work.store.workstation, actor=sitting.actor)

    def _card_job(self) -> PrintJob:
        site = self._work.site
        content = calibration_card(
            DrawnCode(_card_rows()), holds=CARD, site=site.name or "Coordinator", printed_at=self._work.now(),
            zone=site.zone,
        )  # fmt: skip
        job = new_id("job")
        self._jobs.add(job)
        return PrintJob(job, site.settings.get("paper_printer", "folder"), "card", 1, content, "calibration-card.pdf")

    # Trying out ---------------------------------------------------------------------------------------------------

    def _try_out(self, sitting: Sitting, scan: Scanned) -> None:
        """Read one scan and show what it was understood as; nothing is recorded, for nothing was done with it."""
        code = read_code(self._work, scan)
        self._tried = _told(code)
        self._fault = None
        if self._tried.refusal is not None:
            sitting.refuse(code.reason or Refusal.CODE_NOT_RECOGNISED, self._tried.refusal)

    # What stands on the screen ------------------------------------------------------------------------------------

    def page(self) -> ScannersPage:
        """Return the set-up page."""
        back = ActionShown("back", primary=True, key="F12")
        sounds = (ActionShown("hear_accepted", key="F5"), ActionShown("hear_refused", key="F6"))
        on_card = (ActionShown("print_card", key="F8"), ActionShown("to_serial", key="F7"), CAMERA, *self._put_aways())
        return ScannersPage(
            view=self._view, card=_card_rows(), scanners=self.shown(), tried=self._tried, fault=self._fault,
            actions=(*((*sounds, *on_card) if self._view == "card" else ()), back),
        )  # fmt: skip

    def _put_aways(self) -> tuple[ActionShown, ...]:
        """Return the ways to take a keyboard scanner off the list, where there are several to be kept apart."""
        typing = [each.scanner for each in self.shown() if each.mode == KEYBOARD]
        if len(typing) < 2:
            return ()
        return tuple(ActionShown(f"put_away:{each}", values={"scanner": each}) for each in sorted(typing)[:MOST_KEPT])

    def shown(self) -> tuple[ScannerShown, ...]:
        """Return the calibrated scanners of this workstation, the newest first."""
        return self._work.of_site(_shown)

    def notices(self) -> tuple[Say, ...]:
        """Return what people must know of the scanners: none was set up, or the card is due at the shift's start."""
        known = self.shown()
        if not known:
            return (Say("notice.scanner_not_set_up"),)
        typing = [each for each in known if each.mode != SERIAL]
        due = [each for each in typing if self._work.now() - each.at > SHIFT]
        if not due or (len(typing) == 1 and len(known) > 1):
            # Where a serial scanner stands too, one keyboard scanner may lie unused: it is judged when it is scanned.
            return ()
        names = ", ".join(sorted(each.scanner for each in due))
        return (Say("notice.scanner_card_due", {"at": min(each.at for each in due).isoformat(), "scanner": names}),)


def record_calibration(work: Workplace, read: CalibrationRead, actor: str | None) -> None:
    """Record how a scanner of this workstation types; a serial scanner that is known already is not recorded again."""
    known = work.site.scanners.get(work.store.workstation, {}).get(read.scanner)
    if read.mode == SERIAL and known is not None and known.mode == SERIAL:
        return
    work.record(
        e.ScannerCalibrated(
            scanner=read.scanner, mode=read.mode, layout=read.layout, separator=read.separator, prefix=read.prefix,
            caps=read.caps,
        ),
        subject=work.store.workstation, actor=actor,
    )  # fmt: skip


def _known(work: Workplace) -> dict[str, ScannerKnown]:
    return work.site.scanners.get(work.store.workstation, {})


def _shown(work: Workplace) -> tuple[ScannerShown, ...]:
    return tuple(
        ScannerShown(each.scanner, each.mode, each.layout, each.separator, each.prefix, each.caps, each.at)
        for each in sorted(_known(work).values(), key=lambda each: each.at, reverse=True)
    )


def _camera_setting(work: Workplace) -> str:
    workstation = work.store.workstation
    return f"camera at {work.site.places.get(workstation, '')} ({workstation[-6:]})"


def _uses_camera(work: Workplace) -> bool:
    return work.site.settings.get(_camera_setting(work)) == ON


def _card_failed(scan: Scanned) -> bool:
    """Tell whether a scanner read the calibration card wrongly; a hand that types something like it teaches nothing."""
    return scan.how != "typed" and bool(card_fault(scan.raw))


def _way(known: ScannerKnown | CalibrationRead) -> tuple[str, str, str]:
    """Return how a scanner types, its name and prefix aside."""
    return known.layout, known.separator, known.caps


def _told(code: CodeRead) -> TriedScan:
    if code.label is None:
        reason = code.reason or Refusal.CODE_NOT_RECOGNISED
        symbology = (code.refused.symbology if code.refused is not None else None) or ""
        route = str(code.refused.route) if code.refused is not None else "none"
        return TriedScan(code.scanner, code.how, route, symbology, refusal=code_message(code, reason))
    fields = tuple((field.name, field.normal or field.value) for field in code.label.fields)
    return TriedScan(code.scanner, code.how, str(code.label.route), code.label.symbology or "", fields)


@lru_cache(maxsize=1)
def _card_rows() -> tuple[str, ...]:
    return tuple("".join("1" if dark else "0" for dark in row) for row in matrix(CARD, Symbol.DATA_MATRIX))
