"""Withdrawing a person: from now on they sign in nowhere at the site; what they did before stays as it was signed."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.site_record import StaffRecord
from coordinator_app.domain.vocabulary import Role
from coordinator_app.procedures.sign_act import ask_signature
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.workplace import Workplace


def withdraw_person(run: Sitting) -> Flow[None]:
    """Record that a person may no longer sign in, and why; an administrator signs, and nobody withdraws themselves.

    So the last administrator cannot be withdrawn: a site that nobody can admit people to could never work again.
    """
    by = run.actor
    others = {each.person: each for each in _standing(run.work) if each.person != by}
    if not others:
        run.refuse(Refusal.ENTRY_INCOMPLETE)
        raise Ended
    told = yield from run.fill_in(
        "withdraw_person",
        (
            FieldShown("person", "choice", Say("field.withdraw_person"), choices=tuple(
                (each.person, Say("plain", {"text": each.name}))
                for each in sorted(others.values(), key=lambda each: (each.family, each.given)))),
            FieldShown("reason", "text", Say("field.withdraw_reason"), hint=Say("field.withdraw_reason.hint")),
        ),
        check=lambda values: None if values["person"] in others else Refusal.ENTRY_INCOMPLETE,
    )  # fmt: skip
    signer = yield from ask_signature(run, Say("meaning.withdraw_person"))
    body = e.PersonWithdrawn(person=told["person"], reason=told["reason"].strip())
    run.work.record(body, subject=body.person, actor=signer.person, role=signer.role, person_sign=signer.sign)


def is_withdrawn(work: Workplace, person: str) -> bool:
    """Tell whether this person was withdrawn, here or at another workstation."""
    staff = work.site.people.get(person)
    return staff is not None and staff.withdrawn


def _standing(work: Workplace) -> list[StaffRecord]:
    return [each for each in work.site.people.values() if not each.withdrawn]


WITHDRAWERS = frozenset({str(Role.ADMINISTRATOR)})
"""Who may withdraw a person."""
