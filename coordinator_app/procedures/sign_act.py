"""A signature with its meaning: the person's PIN opens their own key, and the key signs exactly what was recorded."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import PinTyped, Pressed, Submitted, Typed
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, Say, SignInPage
from coordinator_app.procedures.people import Present, unlock
from coordinator_app.procedures.sitting import Ended, Flow, Sitting


def ask_signature(run: Sitting, meaning: Say) -> Flow[Present]:
    """Ask the person acting for their PIN; raises Ended when they leave it."""
    person = run.performer
    staff = run.work.site.people[person.person]
    while True:
        received = yield SignInPage(
            purpose="sign", stage="pin", clocks=(), name=person.name, refusal=run.message, meaning=meaning,
            actions=(ActionShown("abort", danger=True, key="F7"),),
        )  # fmt: skip
        run.settle()
        if isinstance(received, Pressed) and received.action == "abort":
            raise Ended
        if isinstance(received, PinTyped):
            pin = received.pin
        elif isinstance(received, Submitted) and "pin" in received.values:
            pin = received.values["pin"]
        elif isinstance(received, Typed) and received.into == "pin":
            pin = received.text
        else:
            run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            continue
        signer = unlock(run.work, staff, pin, "sign")
        if isinstance(signer, Present):
            return signer
        run.refuse(signer)


def sign_record(run: Sitting, case: str, signed: Recorded, meaning: str, signer: Present) -> Recorded:
    """Record the signature over one event."""
    return run.work.record(
        e.RecordSigned(case=case, meaning=meaning), subject=signed.subject, actor=signer.person, role=signer.role,
        refs=(signed.id,), person_sign=signer.sign,
    )  # fmt: skip
