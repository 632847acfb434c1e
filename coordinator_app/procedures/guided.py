"""A guided procedure: one thing asked at a time, written as a generator that yields pages and receives inputs.

A procedure reads like the work itself: confirm who it is, press start, scan the place, fill in the volume. Between two
`yield`s lies one thing a person did; everything recorded for it is one transaction. A procedure that is put aside keeps
its place in memory; after a restart it begins again from the record, never inside an identity check.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.event_body import Body
from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.ids import UNKNOWN_PERSON_KEY
from coordinator_app.domain.inputs import Input, Pressed, Scanned, Submitted, Typed
from coordinator_app.domain.profile_parts import Profile, StepRule
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import (
    ActionShown,
    AlreadyRead,
    Banner,
    FieldShown,
    GuidedPage,
    MarkShown,
    NeutralBanner,
    Page,
    Say,
    Verdict,
)
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.procedures.case_page import banner_of
from coordinator_app.procedures.clockwork import clock_of_unit
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.reading import CodeRead, evidence_of, read_code
from coordinator_app.procedures.refusals import code_message
from coordinator_app.procedures.sitting import Ended, Flow, Sitting, kept_in
from coordinator_app.procedures.workplace import Workplace

__all__ = ["Ended", "Flow", "Run", "as_scan", "code_field"]

ABORT = ActionShown("abort", danger=True, key="F7")
PARK = ActionShown("park", key="F6")
DAMAGED = ActionShown("code_damaged", key="F3")
PAPER = ActionShown("paper", key="F9")

DRAWINGS = {"unit": "bag", "cassette": "cassette", "wristband": "wristband", "order": "order", "shipment": "shipment",
            "certificate": "certificate", "location": "location", "logger": "logger", "seal": "seal",
            "courier": "courier", "label-roll": "label", "label": "label"}  # fmt: skip


class Run(Sitting):
    """One guided procedure under way: for which case and unit, by whom, and what the last input came to."""

    def __init__(self, work: Workplace, case: str, step: StepRule, performer: Present) -> None:
        """Set out; nothing is recorded yet."""
        super().__init__(work, performer)
        self.case_id = case
        self.step = step
        self.unit_id = ""
        self.marks: list[Say] = []
        self.mark_now = 0
        self.already: list[AlreadyRead] = []
        self.last_page: Page | None = None
        self.in_check = False
        self.confirmed = False
        self.begun = False
        self.at_the_door = False
        """Whether the step waits for what stands against its beginning; such a run is never put aside."""

    # What is known ------------------------------------------------------------------------------------------------

    @property
    def case(self) -> CaseRecord:
        """The case as it stands now."""
        return self.work.case(self.case_id)

    @property
    def profile(self) -> Profile:
        """The profile version of the case."""
        return self.work.profile(self.case)

    @property
    def unit(self) -> UnitRecord | None:
        """The unit in hand, once one is."""
        return self.case.units.get(self.unit_id)

    def key(self) -> str:
        """Return what this run is parked under: step and unit, or step and case before a unit is in hand."""
        return f"{self.step.name}/{self.unit_id or self.case_id}"

    # Recording ----------------------------------------------------------------------------------------------------

    def record(
        self,
        body: Body,
        *,
        subject: str | None = None,
        refs: tuple[str, ...] = (),
        evidence: tuple[Evidence, ...] = (),
        key: str | None = None,
        actor: Present | None = None,
        sign: Callable[[bytes], bytes] | None = None,
    ) -> Recorded:
        """Record an event of this case by the person acting."""
        person = actor or self.performer
        return self.work.record(
            body, subject=subject or self.unit_id or self.case_id, actor=person.person, role=person.role, refs=refs,
            evidence=evidence, key=key, person_sign=sign,
        )  # fmt: skip

    def patient_key(self) -> str:
        """Return the id of the key under which this case's patient is sealed."""
        recipient = self.case.recipient
        return recipient.patient if recipient is not None else "unknown-person"

    # Pages --------------------------------------------------------------------------------------------------------

    def banner(self) -> Banner:
        """Return the neutral banner until the check has ended, then the patient's."""
        unit = self.unit
        if self.confirmed and not self.in_check:
            return banner_of(self.work, self.case)
        shown = f"{unit.kind} {unit.number}" if unit is not None else None
        return NeutralBanner(self.case.wall_name, self.profile.id, shown)

    def page(
        self,
        instruction: Say,
        *,
        drawing: str,
        hint: Say | None = None,
        actions: tuple[ActionShown, ...] = (),
        fields: tuple[FieldShown, ...] = (),
        expects_scan: bool = True,
    ) -> GuidedPage:
        """Build the page of one instruction with what the last input came to."""
        marks = tuple(
            MarkShown(say, "done" if at < self.mark_now else "now" if at == self.mark_now else "todo")
            for at, say in enumerate(self.marks)
        )
        # What has begun at the patient or in the bath cannot be aborted here: it is ended, stopped or put aside.
        leave = (ABORT,) if self.in_check else (PARK,) if self.begun else (ABORT, PARK)
        page = GuidedPage(
            banner=self.banner(), title=Say(f"step.{self.step.procedure}"), marks=marks, drawing=drawing,
            instruction=instruction, hint=hint, already=tuple(self.already),
            clock=clock_of_unit(self.work, self.case, self.unit_id), actions=(*leave, *actions, PAPER),
            fields=fields, note=self.message, note_is_refusal=self.verdict is Verdict.REFUSED,
            expects_scan=expects_scan,
        )  # fmt: skip
        self.last_page = page
        return page

    def advance(self, code: str) -> None:
        """Move the marks at the left to the one with this code."""
        for at, say in enumerate(self.marks):
            if say.code == code:
                self.mark_now = at

    def read_already(self, code: str, at: datetime) -> None:
        """Note in the side card that something was read."""
        unit = self.unit
        self.already.append(AlreadyRead(Say(code, {"kind": unit.kind} if unit is not None else {}), at))

    # Asking -------------------------------------------------------------------------------------------------------

    def ask_press(
        self,
        actions: tuple[ActionShown, ...],
        instruction: Say,
        *,
        drawing: str,
        hint: Say | None = None,
        unit_scan: str | None = None,
    ) -> Flow[str]:
        """Ask for one of these actions; scanning the unit again presses `unit_scan`, the hands-free way."""
        allowed = {action.id for action in actions}
        while True:
            received = yield from self.ask(self.page(instruction, drawing=drawing, hint=hint, actions=actions))
            if isinstance(received, Pressed) and received.action in allowed:
                return received.action
            if isinstance(received, Scanned) and received.how == "typed":
                self.refuse(Refusal.TYPED_WITHOUT_SECOND_PERSON)
            elif isinstance(received, Scanned) and unit_scan is not None:
                code = read_code(self.work, received)
                if code.id_of("unit") == self.unit_id:
                    return unit_scan
                self.refuse_code(code, Refusal.NOT_WHAT_WAS_ASKED if code.label else None, "unit")
            elif isinstance(received, Scanned):
                self.refuse_code(read_code(self.work, received), Refusal.NOT_WHAT_WAS_ASKED, "")
            else:
                self.refuse(Refusal.NOT_WHAT_WAS_ASKED)

    def ask_fields(
        self,
        fields: tuple[FieldShown, ...],
        instruction: Say,
        *,
        drawing: str,
        check: Callable[[dict[str, str]], Refusal | None] | None = None,
        hint: Say | None = None,
    ) -> Flow[dict[str, str]]:
        """Ask for a few entries; every required one must be filled in."""
        kept: dict[str, str] = {}
        while True:
            shown = tuple(kept_in(field, kept) for field in fields)
            received = yield from self.ask(
                self.page(
                    instruction, drawing=drawing, hint=hint, fields=shown, expects_scan=False,
                    actions=(ActionShown("save", primary=True, key="F12"),),
                )
            )  # fmt: skip
            if isinstance(received, Typed):
                kept[received.into] = received.text
                continue
            if isinstance(received, Pressed) and received.action == "save":
                received = Submitted(kept)
            if not isinstance(received, Submitted):
                self.refuse(Refusal.NOT_WHAT_WAS_ASKED)
                continue
            kept = {**kept, **received.values}
            missing = [field for field in fields if field.required and not kept.get(field.id, "").strip()]
            refusal = Refusal.ENTRY_INCOMPLETE if missing else check(kept) if check is not None else None
            if refusal is None:
                return {field.id: kept.get(field.id, "").strip() for field in fields}
            self.refuse(refusal)

    def refuse_code(self, code: CodeRead, reason: Refusal | None, object: str) -> None:
        """Refuse a scan and record that it did not count, its bytes sealed where they may identify a person."""
        why = reason or code.reason or Refusal.CODE_NOT_RECOGNISED
        sealed = code.identifies_a_person
        key = UNKNOWN_PERSON_KEY if sealed else None
        self.refuse(why, code_message(code, why))
        self.record(
            e.ScanRefused(
                case=self.case_id, step=self.step.name, reason=why.value, object=object, unit=self.unit_id,
                raw=code.raw.hex() if sealed else "",
            ),
            key=key, evidence=(evidence_of(self.work, code, object or "unknown", 0, key),),
        )  # fmt: skip


def code_field() -> FieldShown:
    """The field for a damaged code typed by hand."""
    return FieldShown("code", "text", Say("field.code"), hint=Say("field.code.hint"))


def as_scan(received: Input) -> Scanned | None:
    """Return a scan from a scanner, or one typed by hand into the code field."""
    if isinstance(received, Scanned):
        return received
    if isinstance(received, Typed) and received.into == "code":
        return Scanned(received.text.encode(), scanner="keyboard", how="typed")
    if isinstance(received, Submitted) and "code" in received.values:
        return Scanned(received.values["code"].encode(), scanner="keyboard", how="typed")
    return None


def is_bedside(step: StepRule) -> bool:
    """Tell whether the step gives the product to the patient."""
    return step.procedure is ProcedureKind.ADMINISTER
