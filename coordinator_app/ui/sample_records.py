"""Invented people, patients and clocks for looking at the windows; no store behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from coordinator_app.domain.screens import (
    AlarmShown,
    Answer,
    ClockShown,
    ExchangeShown,
    Frame,
    MarkShown,
    NeutralBanner,
    Page,
    PatientBanner,
    PersonShown,
    Say,
    Tone,
    Verdict,
)

NOW = datetime(2026, 11, 23, 13, 2, 41, tzinfo=UTC)
NOW_NS = 1_000_000_000_000
PHONES = {"pharmacy": "4411", "physician": "4400"}


def clock(name: str, tone: Tone, minutes: float, title: str = "Infusion complete", **other: object) -> ClockShown:
    """Return one countdown with so many minutes left."""
    known = tone is not Tone.UNKNOWN
    state = {Tone.IN_TIME: "running", Tone.DUE: "due", Tone.OVERDUE: "overdue", Tone.UNKNOWN: "uncertain"}[tone]
    values: dict[str, object] = {
        "wall_name": name,
        "title": title,
        "state": state,
        "tone": tone,
        "remaining_ms": int(minutes * 60_000) if known else None,
        "read_at_ns": NOW_NS,
        "deadline": NOW + timedelta(minutes=minutes) if known else None,
        "earliest": None,
        "ends": "end of the infusion",
        "source": "1 h from start of thaw, bag 1. Pauses count.",
        "why": "" if known else "The clock was changed during sleep. Two people read the wall clock to settle it.",
        "case": "case:1",
        "clock": title,
        **other,
    }
    return ClockShown(**values)  # type: ignore[arg-type]


HERON = clock("HERON · bag 1 · bed 4", Tone.DUE, 28.7)
WREN = clock("WREN · shipper · pharmacy", Tone.IN_TIME, 1146.4, "In cold store", ends="scan of the storage place")
KESTREL = clock("KESTREL · bag 1 · bed 7", Tone.OVERDUE, -4.2)
PLOVER = clock("PLOVER · bag 2 · bed 11", Tone.UNKNOWN, 0)
SWIFT = clock("SWIFT · bag 2 · bed 9", Tone.IN_TIME, 45, state="early", earliest=NOW + timedelta(minutes=45))

NURSE = PersonShown("Okafor", "Ngozi", "nurse")
PHARMACIST = PersonShown("Lindqvist", "Erik", "pharmacist")
NEUTRAL = NeutralBanner("HERON", "AB12", "bag 1 of 2")
PATIENT = PatientBanner(
    family="Hargreaves",
    given="Miriam",
    title="Ms",
    born=date(1961, 7, 14),
    age_years=65,
    sex="female",
    record_number="004 718 226",
    record_issuer="St Brannoc Hospital",
    subject="AB12-0043",
    trial="AB12",
    wall_name="HERON",
)
ALARM = AlarmShown(
    "alarm:1",
    "high",
    Say("KESTREL · bag 1: infusion should have been complete by 13:57"),
    Say("Ward 4B, started 13:31. Nobody has answered yet."),
)


def frame(tab: str, person: PersonShown | None = NURSE, **other: object) -> Frame:
    """Return the surroundings of a page on the ward."""
    values: dict[str, object] = {
        "place": "Ward 4B · cart 2" if person is not PHARMACIST else "Pharmacy · bench 1",
        "zone": "Europe/Berlin",
        "person": person,
        "exchange": ExchangeShown("sent", NOW - timedelta(seconds=12)),
        "tab": tab,
        "phones": PHONES,
        **other,
    }
    return Frame(**values)  # type: ignore[arg-type]


def marks(*texts: str, now: int) -> tuple[MarkShown, ...]:
    """Return the steps at the left; `now` counts from 0."""
    return tuple(
        MarkShown(Say(text), "done" if at < now else "now" if at == now else "todo") for at, text in enumerate(texts)
    )


def answer(page: Page, around: Frame, verdict: Verdict = Verdict.ACCEPTED, **other: object) -> Answer:
    """Return a page as the desk would answer it."""
    return Answer(verdict, around, page, **other)  # type: ignore[arg-type]
