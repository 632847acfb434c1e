"""Plausible pages for looking at the windows: invented people, invented trials, no store behind them.

A sentence stands here as its own code, which the wording returns unchanged; real pages carry real codes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import (
    ActionShown,
    AlarmShown,
    Aligned,
    AlreadyRead,
    Answer,
    CasePage,
    ClockShown,
    ExchangeShown,
    FieldShown,
    FormPage,
    Frame,
    GuidedPage,
    IdentifierShown,
    JourneyMark,
    ListPage,
    MarkShown,
    NeutralBanner,
    Page,
    PaperPage,
    PatientBanner,
    PersonShown,
    RecordLine,
    RowShown,
    Say,
    SignInPage,
    TaskShown,
    TodayPage,
    Tone,
    Verdict,
    VerdictPage,
    WallPage,
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
BAR = (
    ActionShown("abort", danger=True, key="F7"),
    ActionShown("code_damaged", key="F3"),
    ActionShown("paper", key="F9"),
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


def enrolment_form() -> FormPage:
    """Return a form of eight fields."""
    fields = (
        FieldShown("family", "text", Say("Family name"), "Hargreaves"),
        FieldShown("given", "text", Say("Given name"), "Miriam"),
        FieldShown("title", "text", Say("Title"), "Ms", required=False),
        FieldShown("born", "date", Say("Date of birth"), "1961-07-14"),
        FieldShown("sex", "choice", Say("Sex"), choices=(("female", Say("Female")), ("male", Say("Male")))),
        FieldShown("record_number", "text", Say("Record number"), hint=Say("As on the wristband, zeros included.")),
        FieldShown("wristband", "scan", Say("Wristband")),
        FieldShown(
            "issuer", "choice", Say("Issued by"), choices=tuple((f"{n}", Say(f"Hospital {n}")) for n in range(8))
        ),
    )
    return FormPage(
        form="enrol",
        title=Say("Enrol a patient"),
        intro=Say(
            "Type what the wristband and the file say. A second person types the same afterwards, not seeing yours."
        ),
        fields=fields,
        actions=(ActionShown("Cancel", danger=True, key="F7"), ActionShown("save", primary=True, key="F12")),
    )


def report_form() -> FormPage:
    """Return a short form with a note and a refusal."""
    fields = (
        FieldShown("what", "note", Say("What happened")),
        FieldShown("file", "file", Say("Photograph or logger file"), required=False),
    )
    return FormPage(
        form="deviation",
        title=Say("Report a deviation"),
        intro=Say("Write what happened and when. Quality reads it today."),
        fields=fields,
        actions=(ActionShown("Cancel", danger=True, key="F7"), ActionShown("save", primary=True, key="F12")),
        note=Say("Say what happened before saving."),
    )


def people_list() -> ListPage:
    """Return a list of twelve rows."""
    names = "OKAFOR, Ngozi|PETERSEN, Jonas|LINDQVIST, Erik|KOWALSKI, Ada|HASSAN, Leyla|BAUER, Max|ROSSI, Chiara|"
    names += "NGUYEN, Minh|ADEYEMI-WILLOUGHBY, Oluwaseun Alexander|SILVA, Inês|MEYER, Tom|OTT, Eva"
    roles = ("Nurse", "Nurse", "Pharmacist", "Cell laboratory", "Physician", "Coordinator")
    tones = (Tone.IN_TIME, Tone.DUE, Tone.OVERDUE, Tone.IN_TIME)
    until = ("trained until 14-Mar-2027", "training ends 30-Nov-2026", "training ended 01-Nov-2026", "trained")
    rows = tuple(
        RowShown(
            (name, roles[at % 6], until[at % 4], "AUTO-CART-CRYO, DONOR-LYMPHOCYTES"), tones[at % 4], f"person:{at}"
        )
        for at, name in enumerate(names.split("|"))
    )
    return ListPage(
        page="people",
        title=Say("People at this site"),
        intro=Say("Who may do what, and until when. Press a person to change training or delegation."),
        columns=(Say("Name"), Say("Role"), Say("Training"), Say("Delegated for")),
        rows=rows,
        empty=Say("Nobody yet."),
        actions=(ActionShown("Add a person", primary=True, key="F12"),),
    )


def empty_list() -> ListPage:
    """Return a list with nothing in it."""
    return ListPage(
        page="deviations",
        title=Say("Deviations"),
        intro=Say("What went off protocol and was reported."),
        columns=(Say("When"), Say("What")),
        rows=(),
        empty=Say("No deviation is open. Report one from the case it concerns."),
        actions=(),
    )


def paper() -> PaperPage:
    """Return a paper sheet."""
    lines = (
        "HERON · AB12-0043 · bag 1 of 2",
        "Chain of identity CH A9999 26 ABC123 (sponsor)",
        "Donation A9999 26 123456 [G] (this site)",
        "Infusion must be complete by 23-Nov-2026 14:31 CET",
        "Thaw begun 23-Nov-2026 13:31 CET by OKAFOR, Ngozi",
        "First person: wristband ________  bag ________  date of birth ________",
        "Second person, folded under: wristband ________  bag ________  date of birth ________",
    )
    return PaperPage(Say("Paper sheet of the running case"), lines, "HERON-sheet-1.pdf", (ActionShown("Go back"),))


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


def wall(count: int = 4) -> WallPage:
    """Return a wall of so many clocks."""
    known = (KESTREL, HERON, PLOVER, WREN, SWIFT)
    return WallPage(tuple(known[at % len(known)] for at in range(count)))


def answer(page: Page, around: Frame, verdict: Verdict = Verdict.ACCEPTED, **other: object) -> Answer:
    """Return a page as the desk would answer it."""
    return Answer(verdict, around, page, **other)  # type: ignore[arg-type]
