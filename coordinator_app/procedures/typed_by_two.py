"""Two people type the same, each alone: what differs is named, what was typed is shown to nobody."""

from __future__ import annotations

from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Say
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.refusals import refuse_same_person
from coordinator_app.procedures.second_person import sign_in_person
from coordinator_app.procedures.sitting import Ended, Flow, Sitting


def second_person(run: Sitting) -> Flow[Present]:
    """Let somebody else sign in; raises Ended when nobody comes."""
    person = yield from another_person(run)
    if person is None:
        raise Ended
    return person


def another_person(run: Sitting) -> Flow[Present | None]:
    """Let somebody else sign in; None when nobody comes."""
    refusal: Say | None = None
    while True:
        person = yield from sign_in_person(run, "witness", witness=True, refusal=refusal)
        if person is None or person.person != run.performer.person:
            return person
        refuse_same_person(run)
        refusal = run.message


def typed_alike(run: Sitting, names: tuple[str, ...], first: dict[str, str], second: dict[str, str]) -> bool:
    """Compare two typings; which fields differ is said, what was typed never."""
    differing = [name for name in names if first[name] != second[name]]
    if differing:
        run.refuse(Refusal.ENTRIES_DIFFER, Say("enrol.differ", {"fields": ", ".join(differing)}))
    return not differing
