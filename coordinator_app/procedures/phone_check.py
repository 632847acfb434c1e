"""The phone check: two people ask the pharmacy how the case stands, because the news of the others are too old."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.refusals import refuse_same_person
from coordinator_app.procedures.second_person import sign_in_person
from coordinator_app.procedures.sign_act import ask_signature
from coordinator_app.procedures.sitting import Ended, Flow


def phone_check(run: Run) -> Flow[None]:
    """Record whom both spoke with and what was said; both sign. It stands for news of this case for 60 minutes."""
    told = yield from run.ask_fields(
        (
            FieldShown("spoken_with", "text", Say("field.spoken_with")),
            FieldShown("said", "text", Say("field.phone_said"), hint=Say("field.phone_said.hint")),
        ),
        Say("phone_check.ask", dict(run.work.site.phones)), drawing="person", hint=Say("phone_check.hint"),
    )  # fmt: skip
    meaning = Say("meaning.phone_check")
    first = yield from ask_signature(run, meaning)
    while True:
        second = yield from sign_in_person(run, "sign", witness=True, refusal=run.message, meaning=meaning)
        if second is None:
            raise Ended
        if second.person != first.person:
            break
        refuse_same_person(run)
    checked = run.record(
        e.PhoneChecked(
            case=run.case_id, step=run.step.name, people=(first.person, second.person),
            spoken_with=told["spoken_with"], said=told["said"],
        ),
        subject=run.case_id, actor=first, sign=first.sign,
    )  # fmt: skip
    run.record(
        e.RecordSigned(case=run.case_id, meaning="phone_check"), subject=run.case_id, refs=(checked.id,),
        actor=second, sign=second.sign,
    )  # fmt: skip
