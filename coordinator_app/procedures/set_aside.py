"""What stands beside the journal, as people are shown it, and the signed decision about it."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from coordinator_app.domain import events as e
from coordinator_app.domain.blocks import Block
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.set_aside import KeptEvent, kept_about, not_understood, set_aside_blocks
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.sign_act import ask_signature, sign_record
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.support import not_supported_by
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.arrivals import knows
from coordinator_app.store.marks import ExchangeTables, KeptApart

DECIDERS = frozenset({"coordinator", "pharmacist", "physician", "quality"})
"""Roles that may decide about events that stand apart."""


_ASKED = {
    "revoked": Say("kept.ask.revoked", {"count": "", "about": ""}),
    "fork": Say("kept.ask.fork", {"count": "", "about": ""}),
}
"""The question by what the reason of a kept line holds."""


class _Names(Struct, frozen=True):
    case: str = ""


class _Event(Struct, frozen=True):
    device: str
    type: str
    subject: str
    at: str
    body: _Names


_event = msgspec.json.Decoder(_Event)
_known: WeakKeyDictionary[Workplace, tuple[tuple[int, int, int], tuple[KeptEvent, ...]]] = WeakKeyDictionary()


def kept_events(work: Workplace) -> tuple[KeptEvent, ...]:
    """Return every event beside the journal that nobody decided about, by run and position."""
    if not work.store.exchanged():
        return ()
    tables = ExchangeTables(work.store.connection)
    if not tables.kept_count():
        return ()
    known = _known.get(work)
    # Whatever is kept, let in or decided about changes one of these; reading thousands of lines would cost every scan.
    now = (tables.kept_count(), tables.decided_count(), tables.came_count())
    if known is None or known[0] != now:
        known = _known[work] = (now, tuple(_read(each) for each in tables.undecided()))
    return known[1]


def _read(kept: KeptApart) -> KeptEvent:
    try:
        event = _event.decode(kept.written)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return KeptEvent(kept.id, kept.epoch, kept.seq, "", "", "", "", "", kept.why)
    case = event.subject if event.subject.startswith("case:") else event.body.case
    return KeptEvent(kept.id, kept.epoch, kept.seq, event.device, event.type, event.subject, case, event.at, kept.why)


def blocks_set_aside(run: Run) -> list[Block]:
    """Return what stands against the step because a part of the record does not count yet."""
    work, case = run.work, run.case
    unknown = not_understood(case, work.site.not_understood, work.store.site)
    return set_aside_blocks(unknown, kept_about(case, kept_events(work)), run.step)


def set_aside_notices(work: Workplace) -> tuple[Say, ...]:
    """Return what everybody here is told: that this program is too old for the record, and what does not count."""
    tables = ExchangeTables(work.store.connection)
    came = tables.unknown() if work.store.exchanged() else []
    types = {type for _, type, version, must in came if must and not knows(type, version)}
    types |= {each.type for each in work.site.not_understood}
    found = [Say("notice.needs_update", {"types": ", ".join(sorted(types))})] if types else []
    if work.site.not_counted:
        found.append(Say("notice.not_counted", {"count": str(len(work.site.not_counted))}))
    return tuple(found)


def judge_kept(run: Run) -> Flow[None]:
    """Decide by signature about what stands apart and names this case, with the runs that it belongs to.

    An event comes in only behind the one before it: the decision is about whole runs. Nothing is deleted by it.
    """
    kept = kept_events(run.work)
    runs = {each.epoch for each in kept_about(run.case, kept)}
    chosen = tuple(each for each in kept if each.epoch in runs)
    if not chosen:
        raise Ended
    if not DECIDERS & set(run.work.site.people[run.performer.person].roles):
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended
    behind = not_supported_by(run.work.store, run.work.site.places, e.KeptLinesJudged)
    if behind:
        run.refuse(Refusal.OTHERS_NEED_UPDATE, Say("refusal.OTHERS_NEED_UPDATE", {"about": ", ".join(behind)}))
        raise Ended
    told = yield from run.ask_fields(
        _fields(), _asked(run.work, chosen), drawing="person", hint=Say("kept.hint"), check=_right
    )
    yield from _decide(run, run.case_id, chosen, told)


def judge_all_kept(run: Sitting) -> Flow[None]:
    """Decide by signature about everything that stands apart, whether it names a case or not."""
    chosen = kept_events(run.work)
    behind = not_supported_by(run.work.store, run.work.site.places, e.KeptLinesJudged)
    if not chosen:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
        raise Ended
    if behind:
        run.refuse(Refusal.OTHERS_NEED_UPDATE, Say("refusal.OTHERS_NEED_UPDATE", {"about": ", ".join(behind)}))
        raise Ended
    told = yield from run.fill_in("judge_kept", _fields(), check=_right, words=_words(run.work, chosen))
    yield from _decide(run, "", chosen, told)


def _fields() -> tuple[FieldShown, ...]:
    choices = (("admitted", Say("kept.admitted")), ("left", Say("kept.left")))
    return (
        FieldShown("judgement", "choice", Say("field.kept_judgement"), choices=choices),
        FieldShown("reason", "text", Say("field.kept_reason")),
    )


def _decide(run: Sitting, case: str, chosen: tuple[KeptEvent, ...], told: dict[str, str]) -> Flow[None]:
    signer = yield from ask_signature(run, Say("meaning.judge_kept"))
    admitted, lines = told["judgement"] == "admitted", tuple(each.id for each in chosen)
    done = run.work.record(
        e.KeptLinesJudged(lines=lines, admitted=admitted, reason=told["reason"]), subject=run.work.store.site,
        actor=signer.person, role=signer.role, person_sign=signer.sign,
    )  # fmt: skip
    sign_record(run, case, done, "judge_kept", signer)
    ExchangeTables(run.work.store.connection).decide(lines, admitted=admitted)


def _right(values: dict[str, str]) -> Refusal | None:
    return None if values["judgement"] in {"admitted", "left"} else Refusal.ENTRY_INCOMPLETE


def _words(work: Workplace, kept: tuple[KeptEvent, ...]) -> dict[str, str]:
    places = sorted({work.site.places.get(each.device, each.device[12:20]) for each in kept})
    return {"count": str(len(kept)), "about": ", ".join(places)}


def _asked(work: Workplace, kept: tuple[KeptEvent, ...]) -> Say:
    """Return the question about these events with why they stand apart, as far as that is the same for all."""
    whys = {why for why in _ASKED if any(why in each.why for each in kept)}
    asked = _ASKED[whys.pop()] if len(whys) == 1 else Say("kept.ask.other", {"count": "", "about": ""})
    return replace(asked, values=_words(work, kept))
