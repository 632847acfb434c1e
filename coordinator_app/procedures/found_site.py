"""Setting up a new site: its name, its first administrator, its people, its profiles."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import available_timezones

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Pressed, Scanned
from coordinator_app.domain.profile import read_profile
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, FieldShown, Say
from coordinator_app.domain.vocabulary import Role
from coordinator_app.intake.profiles import read_profile_bytes, unit_templates
from coordinator_app.procedures.people import PIN_COST, PIN_DIGITS, Present, add_person, by_badge
from coordinator_app.procedures.profile_page import profile_page
from coordinator_app.procedures.reading import CodeRead, read_code
from coordinator_app.procedures.recovery import SheetOf, put_on_paper, use_key
from coordinator_app.procedures.refusals import refuse_same_person
from coordinator_app.procedures.second_person import sign_in_person
from coordinator_app.procedures.sign_act import ask_signature
from coordinator_app.procedures.sign_in import SCANNER_SETUP
from coordinator_app.procedures.sitting import SAVE, Ended, Flow, Sitting
from coordinator_app.procedures.workplace import Workplace, sha256_of
from coordinator_app.resource_files import resource_path

KINDS = ("trial", "training")
JOIN_SITE = ActionShown("join_site", key="F5")
"""Leaves the founding: this workstation is to become one of a site that exists (`join_hub.py`)."""
TRAINED_FOR = timedelta(days=365)
"""How long a training entered without an end date counts."""


def site_subject(work: Workplace) -> str:
    """Return the subject under which the site's own events stand."""
    return work.store.site if work.store.site.startswith("site:") else f"site:{work.store.site}"


def found_site(run: Sitting) -> Flow[None]:
    """Ask for the site and its first administrator, and put the recovery key on paper; all is recorded together.

    A training site, where nothing can be lost, has its key when somebody asks for it.
    """
    zones = available_timezones()

    def check(values: dict[str, str]) -> Refusal | Say | None:
        if values["zone"] not in zones:
            return Say("found.bad_zone")
        if values["facility"] and not re.fullmatch(r"[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{2}", values["facility"]):
            return Say("found.bad_facility")
        return None

    kinds = tuple((each, Say(f"site_kind.{each}")) for each in KINDS)
    site = yield from run.fill_in(
        "found_site",
        (
            FieldShown("name", "text", Say("field.site_name")),
            FieldShown("place", "text", Say("field.place")),
            FieldShown("zone", "text", Say("field.zone"), value=run.work.moment().zone),
            FieldShown("kind", "choice", Say("field.site_kind"), choices=kinds),
            FieldShown("facility", "text", Say("field.facility"), required=False, hint=Say("field.facility.hint")),
            FieldShown("pharmacy", "text", Say("field.pharmacy_phone"), required=False),
            FieldShown("physician", "text", Say("field.physician_phone"), required=False),
        ),
        check=check,
        actions=(SAVE, JOIN_SITE, SCANNER_SETUP),
    )
    person = yield from _ask_person(run, (str(Role.ADMINISTRATOR),), fixed_roles=True)
    key: bytes | None = None
    if site["kind"] != "training":
        # Before anything is founded: a site whose key nobody has on paper is lost with its computer.
        key = yield from put_on_paper(run, SheetOf(site["name"], site["place"], site["zone"]))
    record_site(
        run.work, name=site["name"], place=site["place"], zone=site["zone"], facility=site["facility"],
        training=site["kind"] == "training",
        phones={name: site[name] for name in ("pharmacy", "physician") if site[name]},
    )  # fmt: skip
    first = add_person(
        run.work, family=person["family"], given=person["given"], roles=tuple(person["roles"].split()),
        badges=tuple(person["badges"].split()), pin=person["pin"], added_by=None, cost=pin_cost(run.work),
    )  # fmt: skip
    if key is not None:
        use_key(run, key, first, str(Role.ADMINISTRATOR))


def record_site(
    work: Workplace, *, name: str, place: str, zone: str, facility: str, training: bool, phones: dict[str, str]
) -> None:
    """Record that the site exists and that this workstation is its first."""
    subject = site_subject(work)
    work.record(
        e.SiteFounded(
            name=name, zone=zone, facility=facility, isbt_licence=bool(facility), phones=phones, demonstration=training
        ),
        subject=subject,
    )
    work.record(
        e.WorkstationAdmitted(workstation=work.store.workstation, place=place, public_key=work.store.public_key.hex()),
        subject=subject,
    )


def pin_cost(work: Workplace) -> tuple[int, int, int]:
    """Return the Argon2id cost for new PINs; a demonstration site's store may note a cheaper one."""
    noted = work.store.note("pin_cost")
    if noted is None:
        return PIN_COST
    passes, kib, lanes = (int(each) for each in noted.split(","))
    return passes, kib, lanes


# People -----------------------------------------------------------------------------------------------------------


def admit_person(run: Sitting) -> Flow[None]:
    """Add a person with roles, badge and PIN; the administrator signs."""
    person = yield from _ask_person(run, (), fixed_roles=False)
    signer = yield from ask_signature(run, Say("meaning.admit_person"))
    id = add_person(
        run.work, family=person["family"], given=person["given"], roles=tuple(person["roles"].split()),
        badges=tuple(person["badges"].split()), pin=person["pin"], added_by=signer.person, cost=pin_cost(run.work),
    )  # fmt: skip
    until = run.work.now() + TRAINED_FOR
    for training in person.get("training", "").split():
        record_training(run.work, id, training, until, signer.person)
        # Who is admitted for a trial works in it: training and delegation are entered together here.
        record_delegation(run.work, id, training, until, signer.person)


def record_training(work: Workplace, person: str, training: str, until: datetime, by: str) -> None:
    """Record that a person is trained until an instant."""
    work.record(e.TrainingRecorded(person=person, training=training, until=until), subject=person, actor=by)


def record_delegation(work: Workplace, person: str, profile: str, until: datetime, by: str) -> None:
    """Record that a person is delegated to the steps of a trial until an instant."""
    work.record(e.DelegationRecorded(person=person, profile=profile, until=until), subject=person, actor=by)


def _ask_person(run: Sitting, roles: tuple[str, ...], *, fixed_roles: bool) -> Flow[dict[str, str]]:
    badges: list[CodeRead] = []

    def read(scan: Scanned) -> dict[str, str] | Refusal | Say:
        code = read_code(run.work, scan)
        if code.label is None:
            return Say("refusal.code", {"sentence": code.refused.message if code.refused else ""})
        if code.known_as or by_badge(run.work, code.codes) is not None:
            return Refusal.IDENTIFIER_TAKEN
        badges[:] = [code]
        return {"badge": code.shown()}

    def check(values: dict[str, str]) -> Refusal | Say | None:
        if not badges:
            return Say("person.scan_badge")
        if not values["pin"].isdigit() or len(values["pin"]) not in PIN_DIGITS:
            return Say("person.bad_pin")
        if values["pin"] != values["pin_again"]:
            return Say("person.pins_differ")
        wanted = values.get("roles", "").split() or list(roles)
        unknown = [each for each in wanted if each not in {str(role) for role in Role}]
        return Say("person.bad_role", {"role": unknown[0]}) if unknown else None

    fields = [
        FieldShown("family", "text", Say("field.family")),
        FieldShown("given", "text", Say("field.given")),
        FieldShown("badge", "scan", Say("field.badge")),
        FieldShown("pin", "secret", Say("field.pin"), hint=Say("field.pin.hint")),
        FieldShown("pin_again", "secret", Say("field.pin_again")),
    ]
    if not fixed_roles:
        choices = tuple((str(role), Say(f"role.{role}")) for role in Role)
        fields[2:2] = [FieldShown("roles", "choice", Say("field.roles"), choices=choices)]
        fields.append(
            FieldShown("training", "text", Say("field.training"), required=False, hint=Say("field.training.hint"))
        )
    answer = yield from run.fill_in("person", tuple(fields), check=check, scan=read)
    answer.setdefault("roles", " ".join(roles))
    answer["badges"] = " ".join(sorted(code for badge in badges for code in badge.codes))
    return answer


# Profiles ---------------------------------------------------------------------------------------------------------


def bring_in_profile(run: Sitting, load: dict[str, str]) -> Flow[None]:
    """Offer a profile from a file or the shipped examples (`load` names their texts), then approve it."""
    chosen: list[str] = []

    def check(values: dict[str, str]) -> Refusal | Say | None:
        text = load.get(values.get("shipped", ""))
        if values.get("path"):
            try:
                content = Path(values["path"]).read_bytes()
            except OSError as fault:
                return Say("file.unreadable", {"why": str(fault.strerror or "")})
            # Read as `profile check` reads it: the same bytes, the same SHA-256, the same faults.
            read = read_profile_bytes(content, Path(values["path"]), unit_templates(resource_path("labels")))
            if read.faults:
                return Say("profile.faulty", {"sentence": str(read.faults[0])})
            text = content.decode("utf-8")
        if text is None:
            return Refusal.ENTRY_INCOMPLETE
        chosen[:] = [text]
        return None

    shipped = tuple((name, Say("plain", {"text": name})) for name in sorted(load))
    yield from run.fill_in(
        "profile",
        (
            FieldShown("path", "file", Say("field.profile_file"), required=False),
            FieldShown("shipped", "choice", Say("field.profile_shipped"), choices=shipped, required=False),
        ),
        check=check,
    )  # fmt: skip
    offer_profile(run.work, chosen[0], run.performer.person)


def offer_profile(work: Workplace, text: str, by: str | None) -> str:
    """Record a profile's text; returns the SHA-256 that approvals pin. Raises ValueError for a faulty profile."""
    profile = read_profile(text)
    if isinstance(profile, tuple):
        raise ValueError(str(profile[0]))  # noqa: TRY004 - the text is faulty, not its type
    sha256 = sha256_of(text)
    if sha256 not in work.site.profiles:
        work.record(
            e.ProfileOffered(profile=profile.id, profile_version=profile.version, sha256=sha256, text=text),
            subject=site_subject(work), actor=by,
        )  # fmt: skip
    return sha256


APPROVERS = frozenset({str(Role.PHARMACIST), str(Role.QUALITY), str(Role.COORDINATOR), str(Role.PHYSICIAN)})
"""Roles that may approve a profile."""


def approve_profile(run: Sitting, sha256: str) -> Flow[None]:
    """Approve exactly this text: two people, each with badge and PIN; each sees text and example day before signing."""
    known = run.work.site.profiles[sha256]
    words = {"profile": known.profile, "version": str(known.version), "sha256": sha256[:16]}
    while not known.approved:
        person = yield from _after_reading(run, sha256, Say("meaning.approve_profile", words))
        if person.person in known.approved_by:
            refuse_same_person(run)
            continue
        run.work.record(
            e.ProfileApproved(profile=known.profile, profile_version=known.version, sha256=sha256),
            subject=site_subject(run.work), actor=person.person, role=person.role, person_sign=person.sign,
        )  # fmt: skip


def _after_reading(run: Sitting, sha256: str, meaning: Say) -> Flow[Present]:
    """Show the profile until somebody presses sign or scans their badge, and let them sign; raises Ended."""
    actions = (ActionShown("sign_profile", primary=True, key="F12"), ActionShown("cancel", danger=True, key="F7"))
    while True:
        received = yield profile_page(run.work, sha256, actions, run.message)
        run.settle()
        if isinstance(received, Pressed) and received.action == "cancel":
            raise Ended
        if isinstance(received, Scanned) or (isinstance(received, Pressed) and received.action == "sign_profile"):
            break
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
    signing = sign_in_person(run, "sign", witness=True, meaning=meaning, roles=APPROVERS)
    page = next(signing)
    if isinstance(received, Scanned):
        # The badge that was shown to the page itself is the first thing the sign-in hears.
        page = signing.send(received)
    while True:
        received = yield page
        try:
            page = signing.send(received)
        except StopIteration as over:
            if over.value is None:
                raise Ended from None
            return cast("Present", over.value)
