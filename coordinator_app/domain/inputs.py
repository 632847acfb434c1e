"""What people and machines can do to the bench, one frozen record each.

Windows, qualification scripts and tests all speak these; there is no other way in.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Scanned(Struct, frozen=True, tag="scan"):
    """One scan: bytes as the scanner sent them, without its prefix and suffix. `how` is scanned, camera or typed."""

    raw: bytes
    scanner: str = "scanner-1"
    how: str = "scanned"


class PinTyped(Struct, frozen=True, tag="pin"):
    """The PIN of the person whose badge was read last."""

    pin: str


class Stated(Struct, frozen=True, tag="state"):
    """What the patient said: family name and date of birth (`born` is YYYY-MM-DD)."""

    family: str
    born: str
    given: str = ""


class Typed(Struct, frozen=True, tag="type"):
    """Characters typed into a named field, or a damaged code typed by hand (`into` is `code`)."""

    text: str
    into: str


class Pressed(Struct, frozen=True, tag="press"):
    """A button by its action id."""

    action: str


class Submitted(Struct, frozen=True, tag="submit"):
    """Everything filled in on the form or entry card now shown."""

    values: dict[str, str]
    action: str = "save"


class Opened(Struct, frozen=True, tag="open"):
    """Go to a tab or a thing: today, clocks, labels, people, profiles, exchange, case:…, task:…"""

    what: str


class Begun(Struct, frozen=True, tag="begin"):
    """Begin a profile's step for a case that the caller names."""

    step: str
    case: str


class WitnessCame(Struct, frozen=True, tag="witness"):
    """The second person is here: show the empty sign-in of the second arm."""


class SignedOut(Struct, frozen=True, tag="sign_out"):
    """The person signs out."""


class Locked(Struct, frozen=True, tag="lock"):
    """The screen locked: `why` is asked, idle, suspend or badge; `slept_ms` is how long the machine slept before it."""

    why: str = "asked"
    slept_ms: int = 0


class Ticked(Struct, frozen=True, tag="tick"):
    """Time passed: clocks are read again, alarms raised, open arms looked at."""


class PrintReported(Struct, frozen=True, tag="printed"):
    """What became of a print job."""

    job: str
    delivered: bool
    detail: str = ""


class CalibrationRead(Struct, frozen=True, tag="calibration"):
    """A scanner read the calibration card and taught the program how it types, or `fault` says why it could not.

    `mode` is keyboard or serial; a serial scanner sends its bytes intact and needs no card.
    """

    scanner: str
    mode: str = "keyboard"
    layout: str = ""
    separator: str = ""
    prefix: str = ""
    caps: str = ""
    fault: str = ""


class HubReported(Struct, frozen=True, tag="hub"):
    """What became of the hub that runs beside the program, or of its office.

    `state` is serving, stopped, invite (with its `code`), approve or failed; `why` says what failed.
    `authority` is the file of the certificate authority, where the hub's certificate needs one.
    """

    state: str
    url: str = ""
    code: str = ""
    why: str = ""
    authority: str = ""


class BackupReported(Struct, frozen=True, tag="backup"):
    """What became of a backup: where it is and what it holds, or `why` it failed at its `stage` (backup, drill)."""

    where: str = ""
    made_at: datetime | None = None
    events: int = 0
    size_bytes: int = 0
    drilled: bool = False
    stage: str = ""
    why: str = ""


class CameraSwitched(Struct, frozen=True, tag="camera"):
    """The camera of this workstation is used as a scanner from now on, or no longer."""

    on: bool


Input = (
    Scanned
    | PinTyped
    | Stated
    | Typed
    | Pressed
    | Submitted
    | Opened
    | Begun
    | WitnessCame
    | SignedOut
    | Locked
    | Ticked
    | PrintReported
    | CalibrationRead
    | CameraSwitched
    | BackupReported
    | HubReported
)
