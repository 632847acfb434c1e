"""Training and delegation: who may do a trial's steps, and until when; whoever enters it signs for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.vocabulary import Role
from coordinator_app.procedures.sign_act import ask_signature
from coordinator_app.procedures.sitting import Ended, Flow, Sitting

DELEGATORS = frozenset({str(role) for role in (Role.ADMINISTRATOR, Role.COORDINATOR, Role.PHYSICIAN)})
"""Who keeps the log of delegations."""
WHAT = ("both", "training", "delegation")
LONGEST = timedelta(days=3 * 366)
"""Nobody is trained or delegated for longer at a time; the last day is asked again then."""


def delegate(run: Sitting) -> Flow[None]:
    """Record until which day a person is trained for a trial, delegated to its steps, or both; today ends it."""
    site = run.work.site
    people = [each for each in site.people.values() if each.signing_key and not each.withdrawn]
    trials = sorted({each.profile for each in site.profiles.values()})
    if not trials:
        run.refuse(Refusal.PROFILE_NOT_APPROVED)
        raise Ended
    told = yield from run.fill_in(
        "delegate",
        (
            FieldShown("person", "choice", Say("field.delegate_person"), choices=tuple(
                (each.person, Say("plain", {"text": each.name}))
                for each in sorted(people, key=lambda each: (each.family, each.given)))),
            FieldShown("trial", "choice", Say("field.delegate_trial"),
                       choices=tuple((each, Say("plain", {"text": each})) for each in trials)),
            FieldShown("what", "choice", Say("field.delegate_what"), value="both",
                       choices=tuple((each, Say(f"delegate.{each}")) for each in WHAT)),
            FieldShown("until", "date", Say("field.delegate_until")),
        ),
        check=lambda values: _right(run, values, {each.person for each in people}, trials),
    )  # fmt: skip
    signer = yield from ask_signature(run, Say("meaning.delegate"))
    until = _end_of(run, told["until"])
    assert until is not None  # noqa: S101 - the form was right
    person, trial = told["person"], told["trial"]
    if told["what"] in {"both", "training"}:
        body = e.TrainingRecorded(person=person, training=trial, until=until)
        run.work.record(body, subject=person, actor=signer.person, role=signer.role, person_sign=signer.sign)
    if told["what"] in {"both", "delegation"}:
        given = e.DelegationRecorded(person=person, profile=trial, until=until)
        run.work.record(given, subject=person, actor=signer.person, role=signer.role, person_sign=signer.sign)


def _right(run: Sitting, values: dict[str, str], people: set[str], trials: list[str]) -> Refusal | Say | None:
    if values["person"] not in people or values["trial"] not in trials or values["what"] not in WHAT:
        return Refusal.ENTRY_INCOMPLETE
    return None if _end_of(run, values["until"]) is not None else Say("delegate.bad_day")


def _end_of(run: Sitting, day: str) -> datetime | None:
    """Return the instant at which a day ends in the site's zone; today ends at this instant. None for another day."""
    now, zone = run.work.now(), ZoneInfo(run.work.site.zone)
    try:
        meant = date.fromisoformat(day)
    except ValueError:
        return None
    today = now.astimezone(zone).date()
    if not today <= meant <= today + LONGEST:
        return None
    if meant == today:
        return now
    return datetime.combine(meant + timedelta(days=1), time(), zone).astimezone(UTC)
