"""The token of a unit is taken to this workstation without asking the hub: two people answer for it."""

from __future__ import annotations

from msgspec import structs

from coordinator_app.domain import events as e
from coordinator_app.domain.blocks import Block
from coordinator_app.domain.custody import TAKING, custody_block, lasts, token_of
from coordinator_app.domain.screens import Say
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.moving import ready_units
from coordinator_app.procedures.refusals import refuse_same_person
from coordinator_app.procedures.second_person import sign_in_person
from coordinator_app.procedures.sign_act import ask_signature
from coordinator_app.procedures.sitting import Ended, Flow


def custody_blocks(run: Run) -> list[Block]:
    """Return what stands against taking in the unit in hand, or any that the step waits for."""
    return list(_blocks(run).values())[:1]


def _blocks(run: Run) -> dict[str, Block]:
    work, step = run.work, run.step
    heard = work.heard_from_hub()
    if step.procedure not in TAKING or heard is None:
        return {}
    units = (run.unit,) if run.unit is not None else ready_units(run)
    found = {}
    for unit in units:
        token = token_of(run.case, unit.unit, lasts(run.profile))
        block = custody_block(step, token, work.store.workstation, heard, work.now())
        if block is not None:
            found[unit.unit] = structs.replace(block, about=work.site.places.get(block.about, block.about))
    return found


def take_custody(run: Run) -> Flow[None]:
    """Record that two people saw the unit here and took its token; both sign. It counts as long as news may be old."""
    units = tuple(_blocks(run))
    meaning = Say("meaning.take_custody")
    first = yield from ask_signature(run, meaning)
    while True:
        second = yield from sign_in_person(run, "sign", witness=True, refusal=run.message, meaning=meaning)
        if second is None:
            raise Ended
        if second.person != first.person:
            break
        refuse_same_person(run)
    until = run.work.now() + lasts(run.profile)
    taken = tuple(
        run.record(
            e.CustodyTaken(
                case=run.case_id, unit=unit, step=run.step.name, people=(first.person, second.person), until=until
            ),
            subject=unit, actor=first, sign=first.sign,
        ).id
        for unit in units
    )  # fmt: skip
    run.record(
        e.RecordSigned(case=run.case_id, meaning="take_custody"), subject=run.case_id, refs=taken, actor=second,
        sign=second.sign,
    )  # fmt: skip
