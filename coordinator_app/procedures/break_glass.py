"""Break-glass: two signed-in people vouch for somebody without badge, PIN or account; somebody else reviews it."""

from __future__ import annotations

from datetime import timedelta

from coordinator_app.domain import events as e
from coordinator_app.domain.break_glass import GlassRecord
from coordinator_app.domain.ids import SITE_KEY
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, FieldShown, ListPage, RowShown, Say
from coordinator_app.domain.site_record import StaffRecord
from coordinator_app.domain.vocabulary import Role
from coordinator_app.procedures.list_parts import list_page, moment_of, name_of, roles_of
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.refusals import refuse_same_person
from coordinator_app.procedures.second_person import sign_in_person
from coordinator_app.procedures.sign_act import ask_signature
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.workplace import Workplace, new_id
from coordinator_app.store.projections import case_of

VOUCHED_FOR = timedelta(minutes=60)
"""How long such a session lasts at most, as long as an exception may be used (design §4.4)."""
ROLES = tuple(
    str(role)
    for role in (Role.NURSE, Role.APHERESIS_NURSE, Role.PHARMACIST, Role.CELL_LABORATORY, Role.PHYSICIAN)
)  # fmt: skip
"""Roles that may be vouched for: those who handle the product, and nobody who runs the site."""
REVIEWERS = frozenset({str(role) for role in (Role.QUALITY, Role.ADMINISTRATOR, Role.COORDINATOR)})
NO_ACCOUNT = "no_account"
NO_TRAINING = "none"
WORKING = frozenset({str(role) for role in Role if role is not Role.MONITOR})


class GivenUp(Ended):
    """Nobody vouches after all; who stood at the screen goes on."""


def open_without_badge(run: Sitting) -> Flow[Present]:
    """Have two people vouch, each by badge and PIN, then name the person; returns them as signed in."""
    first = yield from _voucher(run, "vouch", None)
    second = yield from _voucher(run, "vouch_second", first)
    people = _people(run, (first, second))
    told = yield from run.fill_in("break_glass", _fields(run, people), check=lambda values: _right(values, people))
    return _record(run, told, people, first, second)


def _voucher(run: Sitting, purpose: str, other: Present | None) -> Flow[Present]:
    refusal: Say | None = None
    while True:
        person = yield from sign_in_person(run, purpose, witness=True, refusal=refusal, roles=WORKING)
        if person is None:
            raise GivenUp
        if other is None or person.person != other.person:
            return person
        refuse_same_person(run)
        refusal = run.message


def _people(run: Sitting, vouchers: tuple[Present, ...]) -> dict[str, StaffRecord]:
    away = {each.person for each in vouchers}
    known = sorted(run.work.site.people.values(), key=lambda each: (each.family, each.given))
    # Somebody without an account for whom two vouched a moment ago comes back under the same name, not as another.
    came = {each.person for each in run.work.site.glasses.values() if not each.account and each.until > run.work.now()}
    return {
        each.person: each
        for each in known
        if (each.signing_key or each.person in came) and not each.withdrawn and each.person not in away
    }


def _fields(run: Sitting, people: dict[str, StaffRecord]) -> tuple[FieldShown, ...]:
    choices = tuple((id, Say("plain", {"text": staff.name})) for id, staff in people.items())
    trials = sorted({each.profile for each in run.work.site.profiles.values() if each.approved})
    training = ((NO_TRAINING, Say("glass.no_training")), *((each, Say("plain", {"text": each})) for each in trials))
    return (
        FieldShown("person", "choice", Say("field.glass_person"),
                   choices=((NO_ACCOUNT, Say("glass.no_account")), *choices)),
        FieldShown("family", "text", Say("field.family"), required=False, hint=Say("field.glass_name.hint")),
        FieldShown("given", "text", Say("field.given"), required=False),
        FieldShown("role", "choice", Say("field.roles"), choices=tuple((each, Say(f"role.{each}")) for each in ROLES)),
        FieldShown("training", "choice", Say("field.glass_training"), choices=training, value=NO_TRAINING),
        FieldShown("reason", "text", Say("field.reason")),
    )  # fmt: skip


def _right(values: dict[str, str], people: dict[str, StaffRecord]) -> Refusal | Say | None:
    role, person = values["role"], values["person"]
    if role not in ROLES:
        return Refusal.ENTRY_INCOMPLETE
    if person == NO_ACCOUNT:
        named = values.get("family", "").strip() and values.get("given", "").strip()
        return None if named else Say("glass.name_missing")
    if person not in people:
        return Refusal.ENTRY_INCOMPLETE
    return None if role in people[person].roles else Say("glass.other_role")


def _record(
    run: Sitting, told: dict[str, str], people: dict[str, StaffRecord], first: Present, second: Present
) -> Present:
    known = people.get(told["person"])
    account = known if known is not None and known.signing_key else None
    person = known.person if known is not None else new_id("person")
    training = (told["training"],) if account is None and told["training"] not in {"", NO_TRAINING} else ()
    opened = run.work.record(
        e.BreakGlassOpened(
            glass=new_id("glass"), person=person, role=told["role"], vouched_by=(first.person, second.person),
            until=run.work.now() + VOUCHED_FOR, account=account is not None, training=training,
            family=known.family if known else told["family"], given=known.given if known else told["given"],
            reason=told["reason"],
        ),
        subject=person, actor=first.person, role=first.role, key=SITE_KEY, person_sign=first.sign,
    )  # fmt: skip
    body = opened.body
    assert isinstance(body, e.BreakGlassOpened)  # noqa: S101 - just recorded
    run.work.record(
        e.BreakGlassVouched(glass=body.glass), subject=person, actor=second.person, role=second.role,
        refs=(opened.id,), person_sign=second.sign,
    )  # fmt: skip
    run.work.record(e.PersonSignedIn(person=person, purpose="vouched"), subject=person, actor=person)
    staff = run.work.site.people[person]
    return Present(person, told["role"], staff.name, staff.family, staff.given, _has_no_key)


def _has_no_key(content: bytes) -> bytes:
    """Stand where a signing key would: only a PIN opens one."""
    raise Ended


def session_end(work: Workplace, present: Present) -> GlassRecord | None:
    """Return the newest session that was vouched for for this person, which tells when it ends."""
    own = [each for each in work.site.glasses.values() if each.person == present.person]
    return max(own, key=lambda each: each.at, default=None)


# Afterwards -------------------------------------------------------------------------------------------------------


def _name(record: GlassRecord) -> str:
    return f"{record.family.upper()}, {record.given}"


def glass_rows(work: Workplace) -> list[tuple[bool, str, RowShown]]:
    """Return a line for every session vouched for, as the list of deviations wants it."""
    found = []
    for each in work.site.glasses.values():
        waits = not each.reviewed_by
        state = Say("glass.to_review" if waits else "glass.reviewed")
        vouchers = "; ".join(name_of(work, person) for person in each.vouched_by)
        cells = (moment_of(each.at), "–", Say("deviation.break_glass"), _name(each), vouchers, state)
        found.append((waits, each.at.isoformat(), RowShown(cells, None, each.glass)))
    return found


def glass_page(work: Workplace, glass: str, present: Present) -> ListPage:
    """Return everything about one session vouched for: who, by whom, why, and what was done in it."""
    record = work.site.glasses.get(glass)
    if record is None:
        return list_page("glass", ("detail", "entry"), [])
    vouchers = "; ".join(name_of(work, person) for person in record.vouched_by)
    entries: tuple[tuple[Say, str | Say], ...] = (
        (Say("detail.state"), Say("glass.reviewed" if record.reviewed_by else "glass.to_review")),
        (Say("detail.person"), _name(record)), (Say("detail.role"), Say(f"role.{record.role}")),
        (Say("detail.account"), Say("glass.account" if record.account else "glass.no_account")),
        (Say("detail.vouched_by"), vouchers), (Say("detail.at"), moment_of(record.at)),
        (Say("detail.until"), moment_of(record.until)), (Say("detail.reason"), record.reason),
        (Say("detail.done"), Say("glass.done", {"count": str(_acts(work, record))})),
        (Say("detail.reviewed_by"), name_of(work, record.reviewed_by) if record.reviewed_by else ""),
        (Say("detail.conclusion"), record.conclusion),
    )  # fmt: skip
    actions: tuple[ActionShown, ...] = ()
    if _may_review(work, record, present):
        actions = (ActionShown(f"review_break_glass:{glass}", primary=True, key="F12"),)
    rows = [RowShown((say, value)) for say, value in entries if value]
    return list_page("glass", ("detail", "entry"), rows, actions)


def _acts(work: Workplace, record: GlassRecord) -> int:
    """Count what the person recorded in cases during the session."""
    done, device = 0, None
    for each in work.store.since(record.event):
        device = device or each.device
        if each.device == device and each.at > record.until:
            break  # the session was at this workstation, and its own clock has passed the end
        in_session = each.actor == record.person and record.at <= each.at <= record.until
        done += in_session and bool(case_of(each.subject, each.body))
    return done


def _may_review(work: Workplace, record: GlassRecord, present: Present) -> bool:
    part_of_it = {record.person, *record.vouched_by}
    return not record.reviewed_by and present.person not in part_of_it and bool(roles_of(work, present) & REVIEWERS)


def review_break_glass(run: Sitting, glass: str) -> Flow[None]:
    """Let somebody who was not part of it say with a signature what they found."""
    record = run.work.site.glasses.get(glass)
    if record is None or not _may_review(run.work, record, run.performer):
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended
    told = yield from run.fill_in("review_break_glass", (FieldShown("conclusion", "text", Say("field.conclusion")),))
    signer = yield from ask_signature(run, Say("meaning.review_break_glass"))
    run.work.record(
        e.BreakGlassReviewed(glass=glass, conclusion=told["conclusion"]), subject=record.person, actor=signer.person,
        role=signer.role, refs=(record.event,), key=SITE_KEY, person_sign=signer.sign,
    )  # fmt: skip
