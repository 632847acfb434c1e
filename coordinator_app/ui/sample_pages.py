"""Plausible pages for looking at the windows: invented people, invented trials.

A sentence stands here as its own code, which the wording returns unchanged; real pages carry real codes.
"""

from __future__ import annotations

from datetime import timedelta

from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import (
    ActionShown,
    Aligned,
    AlreadyRead,
    CasePage,
    FieldShown,
    GuidedPage,
    IdentifierShown,
    JourneyMark,
    RecordLine,
    Say,
    SignInPage,
    TaskShown,
    TodayPage,
    Tone,
    VerdictPage,
    WallPage,
)
from coordinator_app.ui.sample_forms import empty_list, enrolment_form, paper, people_list, report_form
from coordinator_app.ui.sample_records import (
    ALARM,
    HERON,
    KESTREL,
    NEUTRAL,
    NOW,
    NOW_NS,
    NURSE,
    PATIENT,
    PHARMACIST,
    PHONES,
    PLOVER,
    SWIFT,
    WREN,
    answer,
    clock,
    frame,
    marks,
)

__all__ = [
    "ALARM",
    "BAR",
    "BEDSIDE",
    "HERON",
    "KESTREL",
    "NEUTRAL",
    "NOW",
    "NOW_NS",
    "NURSE",
    "PATIENT",
    "PHARMACIST",
    "PHONES",
    "PLOVER",
    "SWIFT",
    "WREN",
    "accepted",
    "answer",
    "case",
    "clock",
    "empty_list",
    "enrolment_form",
    "frame",
    "guided",
    "held",
    "marks",
    "mismatch",
    "paper",
    "people_list",
    "received",
    "refused",
    "report_form",
    "sign_in",
    "stated",
    "today",
    "wall",
]

BAR = (
    ActionShown("abort", danger=True, key="F7"),
    ActionShown("code_damaged", key="F3"),
    ActionShown("paper", key="F9"),
)
BEDSIDE = ("Sign in", "Wristband", "What the patient says", "Bag", "Second person", "Start infusion")


def guided(**other: object) -> GuidedPage:
    """Return a step of the bedside check."""
    values: dict[str, object] = {
        "banner": NEUTRAL,
        "title": Say("Bedside check · first person"),
        "marks": marks(*BEDSIDE, now=3),
        "drawing": "bag",
        "instruction": Say("Scan the square code on the bag"),
        "hint": Say("Bag 1 of 2 · read it on the bag itself, not on the cassette"),
        "already": (
            AlreadyRead(Say("Wristband"), NOW - timedelta(seconds=68)),
            AlreadyRead(Say("Date of birth and name, as said"), NOW - timedelta(seconds=30)),
        ),
        "clock": HERON,
        "actions": BAR,
        **other,
    }
    return GuidedPage(**values)  # type: ignore[arg-type]


def stated() -> GuidedPage:
    """Return the step at which the patient says who they are."""
    return guided(
        marks=marks(*BEDSIDE, now=2),
        drawing="spoken",
        instruction=Say("Ask: what is your name, when were you born?"),
        hint=Say("Key in what the patient says, not what is written."),
        already=(AlreadyRead(Say("Wristband"), NOW - timedelta(seconds=20)),),
        fields=(
            FieldShown("family", "letters", Say("Family name, first three letters")),
            FieldShown("born", "date", Say("Date of birth")),
        ),
        actions=(BAR[0], BAR[2], ActionShown("go_on", primary=True, key="F12")),
        expects_scan=False,
    )


def received() -> GuidedPage:
    """Return a step with choices and a number."""
    intact = (("yes", Say("Intact")), ("no", Say("Broken or missing")))
    state = (("good", Say("Good")), ("dented", Say("Dented")), ("warm", Say("Warm to the touch")), ("wet", Say("Wet")))
    return guided(
        title=Say("Receive shipment"),
        marks=marks("Shipment", "Seal", "Logger", "Condition", "Place", now=3),
        drawing="shipment",
        instruction=Say("How did the box arrive?"),
        hint=None,
        already=(),
        clock=WREN,
        fields=(
            FieldShown("seal", "choice", Say("Seal"), choices=intact),
            FieldShown("condition", "choice", Say("Outside of the box"), choices=state),
            FieldShown("count", "number", Say("Bags in the box")),
        ),
        actions=(BAR[0], BAR[2], ActionShown("go_on", primary=True, key="F12")),
        expects_scan=False,
    )


def sign_in(stage: str = "badge", purpose: str = "sign_in", **other: object) -> SignInPage:
    """Return a stage of signing in."""
    values: dict[str, object] = {"purpose": purpose, "stage": stage, "clocks": (HERON, WREN, PLOVER), **other}
    if stage == "badge" and purpose == "sign_in":
        values["actions"] = (ActionShown("No badge today", key="F2"),)
    return SignInPage(**values)  # type: ignore[arg-type]


def today() -> TodayPage:
    """Return a morning in the pharmacy."""
    tasks = (
        TaskShown(
            Tone.DUE,
            Say("Receive shipment CX-20418"),
            Say("Trial AB12 · OYELARAN, Tunde · 2 bags"),
            Say("Dry shipper at the door since 13:20. Into cold store before the shipper expires."),
            WREN,
            "task:1",
        ),
        TaskShown(
            Tone.IN_TIME,
            Say("Release for tomorrow’s infusion"),
            Say("Trial NK-7 · FERNANDES, Lúcia"),
            Say("Certificate read. Logger report not yet reviewed."),
            clock("x", Tone.IN_TIME, 2480),
            "task:2",
        ),
        TaskShown(
            Tone.UNKNOWN,
            Say("Shipment CX-20431"),
            Say("Trial AB12 · HARGREAVES, Miriam"),
            Say("No news from the courier for 6 h. Later windows: bed on Thursday still safe."),
            None,
            "task:3",
        ),
    )
    return TodayPage(tasks=tasks, later=2, done=3, week=7)


def case() -> CasePage:
    """Return a case at the pharmacy."""
    stations = (
        ("Collected", "done", "02-Nov 11:40"),
        ("With courier", "done", "02-Nov 15:05"),
        ("In manufacture", "done", "03-Nov, told by sponsor"),
        ("With courier", "done", "21-Nov 18:30"),
        ("At the pharmacy", "now", "2 bags accepted 22-Nov"),
        ("Release", "todo", "certificate read"),
        ("Thaw", "todo", "Tue 24-Nov 09:30"),
        ("Infusion", "todo", "bed 4"),
    )
    identifiers = (
        IdentifierShown("Chain of identity", "CH A9999 26 ABC123", "sponsor"),
        IdentifierShown("Donation", "A9999 26 123456 [G]", "this site"),
        IdentifierShown("Sponsor order", "ORD-55120", "sponsor"),
        IdentifierShown("Lot", "LOT42A", "manufacturer"),
        IdentifierShown("Bags", "1 and 2 of 2", "tank 3, rack B, box 4"),
    )
    record = (
        RecordLine(NOW - timedelta(days=1, hours=2), Say("Bag 2 accepted into tank 3"), "LINDQVIST, Erik"),
        RecordLine(
            NOW - timedelta(days=1, hours=3),
            Say("the seal number differs from the order"),
            "LINDQVIST, Erik",
            False,
            True,
        ),
        RecordLine(NOW - timedelta(days=2), Say("Shipment CX-20399 handed over"), "KOWALSKI, Ada", late=True),
    )
    return CasePage(
        banner=PATIENT,
        case="case:1",
        journey=tuple(JourneyMark(Say(word), state, Say(detail)) for word, state, detail in stations),
        identifiers=identifiers,
        next_title=Say("Release both bags"),
        next_detail=Say("Logger report still to be reviewed, then scan bag 1."),
        clocks=(clock("HERON", Tone.IN_TIME, 2480, "Infusion 2 to 7 days after conditioning", source="section 2.2"),),
        record=record,
        actions=(
            ActionShown("Report a deviation", key="F6"),
            ActionShown("paper", key="F9"),
            ActionShown("Begin the release", primary=True, key="F12"),
        ),
    )


def accepted() -> VerdictPage:
    """Return two checks that agree."""
    return VerdictPage(
        kind="accepted",
        title=Say("Both checks agree"),
        sentence=Say("HARGREAVES, Miriam · Born 14-Jul-1961 (65y) · bag 1 of 2"),
        next_step=Say("Start the infusion, then scan bag 1 again."),
        names=(("OKAFOR, Ngozi", NOW - timedelta(seconds=33)), ("PETERSEN, Jonas", NOW + timedelta(seconds=60))),
        clock=HERON,
        actions=(ActionShown("go_on", primary=True, key="F12"),),
    )


def mismatch(expected: str = "A9999 26 123456", read: str = "A9999 26 128453") -> VerdictPage:
    """Return a bag that is somebody else's."""
    differ = tuple(at for at, pair in enumerate(zip(expected, read, strict=False)) if pair[0] != pair[1])
    return VerdictPage(
        kind="mismatch",
        title=Say("This bag is for someone else"),
        sentence=Say("The program cannot confirm this bag for HARGREAVES, Miriam. Nothing has been started."),
        next_step=Say("Put this bag in quarantine and ring the cell laboratory, 4411."),
        reason=Refusal.WRONG_UNIT,
        aligned=Aligned(expected, read, differ, differ),
        clock=HERON,
        actions=(ActionShown("Scan the right bag"), ActionShown("quarantine", danger=True, key="F8")),
    )


def refused() -> VerdictPage:
    """Return a step that may not begin."""
    return VerdictPage(
        kind="refused",
        title=Say("The time for this infusion has passed"),
        sentence=Say("The program cannot confirm bag 1: the infusion had to be complete by 13:57 CET."),
        next_step=Say("Ring the physician, 4400, for a decision."),
        reason=Refusal.CLOCK_OVERDUE,
        clock=KESTREL,
        actions=(ActionShown("Exception by physician", key="F8"), ActionShown("Go back", key="F7")),
    )


def held() -> VerdictPage:
    """Return a release that waits for a phone check: nobody is refused."""
    return VerdictPage(
        kind="held",
        title=Say("refused.title.KNOWLEDGE_TOO_OLD"),
        sentence=Say("refusal.KNOWLEDGE_TOO_OLD"),
        next_step=Say("next.KNOWLEDGE_TOO_OLD", {"pharmacy": "4410"}),
        reason=Refusal.KNOWLEDGE_TOO_OLD,
        clock=KESTREL,
        actions=(
            ActionShown("go_on", primary=True, key="F12"),
            ActionShown("exception", key="F8"),
            ActionShown("phone_check", key="F4"),
        ),
    )


def wall(count: int = 4) -> WallPage:
    """Return a wall of so many clocks, most urgent first."""
    known = (KESTREL, PLOVER, HERON, SWIFT, WREN)
    return WallPage(tuple(known[at] for at in sorted(each % len(known) for each in range(count))))
