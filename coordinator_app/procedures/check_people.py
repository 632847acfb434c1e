"""Who reads next in an identity check: each person signs in before an empty screen, or two vouch for them."""

from __future__ import annotations

from functools import partial

from coordinator_app.domain import gate
from coordinator_app.domain.readiness import Block
from coordinator_app.domain.screens import Say
from coordinator_app.domain.site_record import StaffRecord
from coordinator_app.procedures.authorise_exception import authorise_exception
from coordinator_app.procedures.break_glass import GivenUp, open_without_badge
from coordinator_app.procedures.check_pages import show_end
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.second_person import NoBadge, record_refused_person, sign_in_person
from coordinator_app.procedures.sitting import Ended, Flow
from coordinator_app.procedures.standing_blocks import blocks_of_person, covered_for_any
from coordinator_app.procedures.under_way import UnderWay, tell_gate


def next_person(run: Run, check: UnderWay) -> Flow[None]:
    """Let the next person sign in before an empty screen; the arm opens when the gate takes them."""
    # Nothing that the last person read may stand on any page that comes between the two.
    run.already = []
    refusal: Say | None = None
    while check.state.waiting == "person":
        person = yield from _somebody(run, check, refusal)
        if person is None:
            effects, _ = tell_gate(run, check, gate.Abandoned(run.work.moment().boot_ns))
            if check.state.outcome is not None:
                yield from show_end(run, check, effects)
            raise Ended
        before, check.person = check.person, person
        effects, _ = tell_gate(run, check, gate.ArmOpened(person.person, run.work.moment().boot_ns))
        if check.state.waiting == "ended":
            yield from show_end(run, check, effects)
            raise Ended
        refusal = run.message
        if check.state.waiting == "arm":
            check.people[person.person] = person
        else:
            check.person = before
    check.typing, check.parts, check.not_set_up = False, (), False
    run.already = []
    run.message = None


def _somebody(run: Run, check: UnderWay, refusal: Say | None) -> Flow[Present | None]:
    """Ask for badge and PIN, or for two who vouch; None when the check is given up."""
    witness = bool(check.state.arms)
    purpose = "again" if check.state.again else "witness" if witness else "sign_in"
    while True:
        try:
            return (
                yield from sign_in_person(
                    run, purpose, witness=witness, refusal=refusal, stands=partial(_against, run, witness),
                    exception=partial(_except, run), may_vouch=True,
                )
            )  # fmt: skip
        except NoBadge:
            refusal = None
        try:
            vouched = yield from open_without_badge(run)
        except GivenUp:
            continue
        blocks = _against(run, witness, run.work.site.people[vouched.person])
        if not blocks:
            return vouched
        record_refused_person(run, vouched, blocks[0].reason)
        refusal = run.message


def _against(run: Run, witness: bool, staff: StaffRecord) -> list[Block]:
    """Return what stands against this person taking part, less what an exception for them covers for some unit."""
    covered = covered_for_any(run.work, run.case, run.step.name, frozenset({staff.person}))
    blocks = blocks_of_person(run, staff.person, witness=witness)
    return [block for block in blocks if block.reason not in covered]


def _except(run: Run, staff: StaffRecord, blocks: list[Block]) -> Flow[None]:
    """Let a physician and a pharmacist take the missing training or delegation of this person upon themselves."""
    yield from authorise_exception(run, "", blocks, person=staff.person)
