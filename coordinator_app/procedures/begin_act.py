"""Between the green page and the act: a check that has grown old is renewed, and what came between is asked again."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.readiness import Block, case_blocks, unit_blocks
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, Say, VerdictPage
from coordinator_app.procedures.authorise_exception import authorise_exception, covered_now
from coordinator_app.procedures.clockwork import blocks_of, clock_of_unit
from coordinator_app.procedures.confirm_identity import confirm_identity
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.moving import concerned_units, still_valid
from coordinator_app.procedures.read_clock import read_clock
from coordinator_app.procedures.sitting import Ended, Flow


def may_begin(run: Run, objects: tuple[str, ...] | None = None) -> Flow[bool]:
    """Tell whether the act may begin on the check before it; False when the person is to press start once more.

    A check older than the profile allows is renewed by fresh scans of both people (design §4.2); a clock that ran out
    or a hold that came since the check refuses the beginning and raises Ended, with the physician's path.
    """
    if not still_valid(run, run.unit_id):
        _record_refusal(run, Refusal.CHECK_EXPIRED)
        # A collection has no unit yet; its check is about the person alone.
        units = concerned_units(run) if run.unit is not None else ()
        yield from confirm_identity(run, units, objects, stated=False)
        return False
    blocks = standing_blocks(run)
    if not blocks:
        return True
    yield from _refuse(run, blocks)
    raise Ended


def refuse_when_too_old(run: Run) -> None:
    """End the procedure when the check is older than the profile lets a decision rest on it (design §4.2)."""
    if not still_valid(run, run.unit_id):
        _record_refusal(run, Refusal.CHECK_EXPIRED)
        raise Ended


def standing_blocks(run: Run) -> list[Block]:
    """Return what holds back the unit in hand at this instant and no exception covers."""
    case, unit = run.case, run.unit
    found = case_blocks(case, run.profile, run.work.site, run.step)
    if unit is not None:
        found += unit_blocks(case, run.profile, run.step, unit, blocks_of(run.work, case), run.work.now())
    covered = covered_now(run.work, case, run.step.name, run.unit_id)
    return [block for block in found if block.reason not in covered]


def _record_refusal(run: Run, reason: Refusal, message: Say | None = None) -> None:
    run.refuse(reason, message)
    run.record(e.ScanRefused(case=run.case_id, step=run.step.name, reason=reason.value, unit=run.unit_id))


def _refuse(run: Run, blocks: list[Block]) -> Flow[None]:
    first = blocks[0]
    words = {"about": first.about, "source": first.source, "wall": run.case.wall_name}
    _record_refusal(run, first.reason, Say(f"refusal.{first.reason.value}", words))
    uncertain = any(block.reason is Refusal.CLOCK_UNCERTAIN for block in blocks)
    reads = (ActionShown("read_clock", key="F5"),) if uncertain else ()
    page = VerdictPage(
        kind="refused", title=Say(f"refused.title.{first.reason.value}"),
        sentence=Say(f"refusal.{first.reason.value}", words),
        next_step=Say(f"next.{first.reason.value}", dict(run.work.site.phones)), reason=first.reason,
        clock=clock_of_unit(run.work, run.case, run.unit_id),
        actions=(ActionShown("go_on", primary=True, key="F12"), ActionShown("exception", key="F8"), *reads),
    )  # fmt: skip
    action = yield from run.verdict_page(page, frozenset({"go_on", "exception", "read_clock"}))
    if action == "read_clock":
        yield from read_clock(run)
    if action == "exception":
        yield from authorise_exception(run, run.unit_id, blocks, first.reason)
