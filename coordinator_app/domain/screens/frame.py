"""What stands around every page: place, person, exchange, alarms, and the banner that says whose work it is."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from coordinator_app.domain.screens.parts import AlarmShown, ClockShown, ExchangeShown, PersonShown, Say, ScannerShown


class Frame(Struct, frozen=True):
    """What stands around every page. `running` are all running clocks as they were read last, for wall and leaving.

    `camera` says whether the camera of this workstation is to be used as a scanner. `verified` are the whole per cent
    of the earlier record that were verified since the start; None when that is over, or there is little to verify.
    """

    place: str
    zone: str
    person: PersonShown | None
    exchange: ExchangeShown
    tab: str
    parked: int = 0
    alarms: tuple[AlarmShown, ...] = ()
    notices: tuple[Say, ...] = ()
    phones: dict[str, str] = {}
    demonstration: bool = False
    running: tuple[ClockShown, ...] = ()
    scanners: tuple[ScannerShown, ...] = ()
    camera: bool = False
    verified: int | None = None


class NeutralBanner(Struct, frozen=True):
    """The banner while a check is open: no name, no date of birth, no record number."""

    wall_name: str
    trial: str
    unit: str | None = None


class PatientBanner(Struct, frozen=True):
    """The patient banner (NHS rules PAB/NID, `reference/ecosystem.md` §2.1)."""

    family: str
    given: str
    title: str | None
    born: date
    age_years: int
    sex: str
    record_number: str
    record_issuer: str
    subject: str | None
    trial: str
    wall_name: str
    communication: str | None = None


Banner = NeutralBanner | PatientBanner
