"""A refusal to begin on a page of its own: why, what to do next, and the ways out that there are."""

from __future__ import annotations

from collections.abc import Callable

from coordinator_app.domain import events as e
from coordinator_app.domain.readiness import Block
from coordinator_app.domain.refusal import AMBER, OF_A_PERSON, Refusal
from coordinator_app.domain.screens import ActionShown, Aligned, Say, Verdict, VerdictPage
from coordinator_app.procedures.authorise_exception import authorise_exception, may_be_covered
from coordinator_app.procedures.clockwork import clock_of_unit
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.phone_check import phone_check
from coordinator_app.procedures.read_clock import read_clock
from coordinator_app.procedures.set_aside import judge_kept
from coordinator_app.procedures.sitting import Flow
from coordinator_app.procedures.take_custody import take_custody

GO_ON = ActionShown("go_on", primary=True, key="F12")
EXCEPTION = ActionShown("exception", key="F8")
WAYS_OUT: dict[Refusal, tuple[ActionShown, Callable[[Run], Flow[None]]]] = {
    Refusal.CLOCK_UNCERTAIN: (ActionShown("read_clock", key="F5"), read_clock),
    Refusal.KNOWLEDGE_TOO_OLD: (ActionShown("phone_check", key="F4"), phone_check),
    Refusal.CUSTODY_ELSEWHERE: (ActionShown("take_custody", key="F3"), take_custody),
    Refusal.EVENTS_KEPT_APART: (ActionShown("judge_kept", key="F4"), judge_kept),
}
"""What people can do about a refusal on the spot, besides the physician's path."""


def record_refusal(run: Run, reason: Refusal, message: Say | None = None) -> None:
    """Say no to the beginning of a step or an act, and record it; what is amber warns and holds all the same."""
    run.refuse(reason, message, Verdict.WARNED if reason in AMBER else Verdict.REFUSED)
    run.record(e.ScanRefused(case=run.case_id, step=run.step.name, reason=reason.value, unit=run.unit_id))


def about(run: Run, block: Block) -> dict[str, str]:
    """Return what the sentence of a refusal is filled with."""
    return {"about": block.about, "source": block.source, "wall": run.case.wall_name}


def refuse_to_begin(run: Run, blocks: list[Block], unit: str, *, person: str = "") -> Flow[bool]:
    """Refuse for the first of these blocks, record it, and offer what can be done.

    Returns whether something was done about it, so that it is worth asking once more what stands against the step.
    """
    # What is amber can be answered on the spot: only where nothing else stands is the page amber too.
    blocks = sorted(blocks, key=lambda block: block.reason in AMBER)
    first = blocks[0]
    words = about(run, first)
    record_refusal(run, first.reason, Say(f"refusal.{first.reason.value}", words))
    return (yield from show_refusal(run, blocks, first.reason, words, unit, person=person))


def show_refusal(
    run: Run, blocks: list[Block], reason: Refusal, words: dict[str, str], unit: str, *, person: str = ""
) -> Flow[bool]:
    """Show why not and carry out the way out that is chosen; the refusal itself is on record already."""
    ways = {way[0].id: way for each in blocks if (way := WAYS_OUT.get(each.reason)) is not None}
    offered = (*((EXCEPTION,) if may_be_covered(blocks) else ()), *(way[0] for way in ways.values()))
    page = refusal_page(run, reason, words, offered)
    action = yield from run.verdict_page(page, frozenset({"go_on", *(each.id for each in offered)}))
    if action in ways:
        yield from ways[action][1](run)
        return True
    if action == "exception":
        whose = person if {block.reason for block in blocks} & OF_A_PERSON else ""
        return (yield from authorise_exception(run, unit, blocks, person=whose))
    return False


def refusal_page(
    run: Run,
    reason: Refusal,
    words: dict[str, str],
    offered: tuple[ActionShown, ...],
    *,
    kind: str = "refused",
    aligned: Aligned | None = None,
) -> VerdictPage:
    """Return the page of a refusal: what, why in one sentence, one next step, and what is offered."""
    return VerdictPage(
        kind="held" if kind == "refused" and reason in AMBER else kind,
        title=Say(f"refused.title.{reason.value}", words), sentence=Say(f"refusal.{reason.value}", words),
        next_step=Say(f"next.{reason.value}", {**run.work.site.phones, **words}), reason=reason, aligned=aligned,
        clock=clock_of_unit(run.work, run.case, run.unit_id), actions=(GO_ON, *offered),
    )  # fmt: skip
