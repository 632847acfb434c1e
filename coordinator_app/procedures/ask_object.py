"""Asking for one thing to be scanned outside an identity check; where its code is damaged, two people type it."""

from __future__ import annotations

from collections.abc import Callable

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Input, Pressed, Scanned
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import GuidedPage, Say, Verdict
from coordinator_app.procedures.guided import DAMAGED, DRAWINGS, Run, as_scan, code_field
from coordinator_app.procedures.reading import CodeRead, evidence_of, read_code, same_bytes
from coordinator_app.procedures.sitting import Answered, Flow
from coordinator_app.procedures.typed_by_two import another_person

TypedByTwo = tuple[CodeRead, CodeRead, tuple[str, str]]
"""What the first typed, what the second typed, and who they are."""


def ask_object(run: Run, object: str, accept: Callable[[CodeRead], Answered | Refusal], **words: str) -> Flow[Answered]:
    """Ask for one scan of a kind of object and return what `accept` makes of it; a typed one counts typed by two."""
    while True:
        received = yield from run.ask(_page(run, object, words))
        typed: TypedByTwo | None = None
        if isinstance(received, Pressed) and received.action == "code_damaged":
            run.verdict = Verdict.INCOMPLETE
            typed = yield from _typed_by_two(run, object, words)
            if typed is None:
                continue
            code = typed[0]
        elif isinstance(received, Scanned):
            code = read_code(run.work, received)
        else:
            run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            continue
        reason = _unread(code) if typed is None else None
        accepted = reason or accept(code)
        if isinstance(accepted, Refusal):
            run.refuse_code(code, accepted, object)
            continue
        if typed is not None:
            _record_typed(run, object, typed)
        run.read_already(f"read.{object}", run.work.now())
        return accepted


def _unread(code: CodeRead) -> Refusal | None:
    """Return why a scan counts for nothing yet: it was not read, or a hand typed what a scanner should have sent."""
    if code.how == "typed":
        return Refusal.TYPED_WITHOUT_SECOND_PERSON
    return None if code.label is not None else code.reason or Refusal.CODE_NOT_RECOGNISED


def _page(run: Run, object: str, words: dict[str, str], *, typing: str = "") -> GuidedPage:
    return run.page(
        Say("type.again", words) if typing == "second" else Say(f"scan.{object}", words),
        drawing=DRAWINGS.get(object, "label"),
        hint=Say("type.alone") if typing else Say(f"scan.{object}.hint"), actions=(DAMAGED,),
        fields=(code_field(),) if typing else (), expects_scan=not typing,
    )  # fmt: skip


def _typed_by_two(run: Run, object: str, words: dict[str, str]) -> Flow[TypedByTwo | None]:
    """Have a damaged code typed by two people, each alone; None when they go back to scanning."""
    while True:
        first = yield from _typed(run, object, words, "first")
        if first is None:
            return None
        other = yield from another_person(run)
        if other is None:
            run.verdict = Verdict.INCOMPLETE
            return None
        second = yield from _typed(run, object, words, "second")
        if second is None:
            return None
        if same_bytes(_signs(first), _signs(second)):
            return first, second, (run.performer.person, other.person)
        # Which signs differ is not said: each looks at the label again, not at what the other typed.
        run.refuse_code(second, Refusal.ENTRIES_DIFFER, object)


def _typed(run: Run, object: str, words: dict[str, str], who: str) -> Flow[CodeRead | None]:
    """Have one person type the code until it can be read; None when they press that it can be scanned after all."""
    while True:
        received: Input = yield from run.ask(_page(run, object, words, typing=who))
        if isinstance(received, Pressed) and received.action == "code_damaged":
            return None
        scan = as_scan(received)
        if scan is None or scan.how != "typed":
            run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            continue
        code = read_code(run.work, scan)
        if code.label is not None:
            return code
        run.refuse_code(code, None, object)


def _signs(code: CodeRead) -> bytes:
    """Return what was typed without its spaces, which labels print and people leave out."""
    return code.raw.replace(b" ", b"")


def _record_typed(run: Run, object: str, typed: TypedByTwo) -> None:
    """Record that two people typed one code, with both typings as evidence: it stays marked as typed."""
    first, second, people = typed
    sealed = first.identifies_a_person
    key = run.patient_key() if sealed else None
    run.record(
        e.CodeTyped(
            case=run.case_id, step=run.step.name, object=object, people=people, unit=run.unit_id,
            raw=first.raw.hex() if sealed else "",
        ),
        key=key,
        evidence=tuple(evidence_of(run.work, code, object, arm, key) for arm, code in ((1, first), (2, second))),
    )  # fmt: skip
