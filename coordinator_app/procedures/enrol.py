"""Enrolment: the wristband by scan, the demographics by two people who do not see each other's typing, the order."""

from __future__ import annotations

import re
from datetime import date
from itertools import count

from coordinator_app.codes.check_characters import check_character
from coordinator_app.domain import events as e
from coordinator_app.domain.event_body import Body
from coordinator_app.domain.inputs import Scanned
from coordinator_app.domain.profile_parts import IdentifierRule, Profile
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.site_record import ProfileRecord
from coordinator_app.domain.vocabulary import Modality
from coordinator_app.intake.sponsor_file import SponsorFile
from coordinator_app.procedures.enrol_order import take_order
from coordinator_app.procedures.reading import CodeRead, read_code
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.take_in_file import codes_in, take_in
from coordinator_app.procedures.typed_by_two import second_person, typed_alike
from coordinator_app.procedures.workplace import new_id

SEXES = ("female", "male", "other", "unknown")
WALL_NAMES = (
    "HERON", "WREN", "KESTREL", "PLOVER", "SWIFT", "LARK", "FINCH", "DUNLIN", "OSPREY", "SISKIN", "TERN", "AVOCET",
    "LINNET", "GANNET", "MERLIN", "BITTERN", "CURLEW", "DIPPER", "EIDER", "FULMAR", "GREBE", "HOBBY", "JACKDAW", "KITE",
)  # fmt: skip
"""Neutral names for the clock wall; they say nothing of the patient."""
TYPED_ALIKE = ("family", "given", "born", "sex", "record_number", "record_issuer")
"""What two people must type alike; the title and notes on communication are the first person's."""


def enrol(run: Sitting) -> Flow[str]:
    """Enrol one patient into one trial; returns the case. Everything is recorded in one transaction at the end."""
    chosen = yield from _choose_profile(run)
    profile = run.work.profile_of(chosen.sha256)
    people: list[tuple[str, dict[str, str], tuple[CodeRead, ...], tuple[str, ...]]] = []
    for part in ("recipient", "donor") if profile.modality is Modality.DONOR else ("recipient",):
        band = yield from _scan_wristband(run, part, [each for _, _, bands, _ in people for each in bands])
        typed, by = yield from _demographics_by_two(run, part)
        people.append((part, typed, (band,), by))
    file, order = yield from take_order(run, profile)
    identifiers = yield from _identifiers(run, profile, file, order)
    return _record(run, chosen, profile, people, file, order, identifiers)


def _choose_profile(run: Sitting) -> Flow[ProfileRecord]:
    usable = {
        known.profile: known
        for known in sorted(run.work.site.profiles.values(), key=lambda each: each.version)
        if known.approved and (run.work.site.demonstration or not run.work.profile_of(known.sha256).example)
    }
    if not usable:
        run.refuse(Refusal.PROFILE_NOT_APPROVED, Say("enrol.no_profile"))
        raise Ended
    choices = tuple(
        (name, Say("plain", {"text": f"{name} · version {known.version}"})) for name, known in usable.items()
    )
    answer = yield from run.fill_in(
        "enrol_trial", (FieldShown("profile", "choice", Say("field.profile"), choices=choices),),
        check=lambda values: None if values["profile"] in usable else Refusal.ENTRY_INCOMPLETE,
    )  # fmt: skip
    return usable[answer["profile"]]


def _scan_wristband(run: Sitting, part: str, taken: list[CodeRead]) -> Flow[CodeRead]:
    found: list[CodeRead] = []

    def read(scan: Scanned) -> dict[str, str] | Refusal | Say:
        code = read_code(run.work, scan)
        if code.label is None:
            return Say("refusal.code", {"sentence": code.refused.message if code.refused else ""})
        if code.known_as or any(code.codes & each.codes for each in taken):
            return Refusal.IDENTIFIER_TAKEN
        if not any(each.split(":")[0] in {"gsrn", "patient-id"} or each.startswith("trial-") for each in code.codes):
            return Refusal.NOT_WHAT_WAS_ASKED
        found[:] = [code]
        return {"wristband": code.shown()}

    fields = (FieldShown("wristband", "scan", Say(f"field.wristband.{part}")),)
    while not found:
        yield from run.fill_in("enrol_wristband", fields, scan=read, words={"part": part})
    return found[0]


def _person_fields(part: str) -> tuple[FieldShown, ...]:
    sexes = tuple((each, Say(f"sex.{each}")) for each in SEXES)
    return (
        FieldShown("family", "text", Say("field.family")),
        FieldShown("given", "text", Say("field.given")),
        FieldShown("title", "text", Say("field.title"), required=False),
        FieldShown("born", "date", Say("field.born")),
        FieldShown("sex", "choice", Say("field.sex"), choices=sexes),
        FieldShown("record_number", "text", Say("field.record_number")),
        FieldShown("record_issuer", "text", Say("field.record_issuer")),
        FieldShown("communication", "text", Say("field.communication"), required=False),
    )


def check_born(text: str) -> bool:
    """Tell whether YYYY-MM-DD is a day on which a living person can have been born."""
    try:
        return date(1900, 1, 1) <= date.fromisoformat(text) <= date(2200, 1, 1) and bool(
            re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)
        )
    except ValueError:
        return False


def _demographics_by_two(run: Sitting, part: str) -> Flow[tuple[dict[str, str], tuple[str, ...]]]:
    """Have the same person described twice by two people; differing fields are named, their values never shown."""

    def check(values: dict[str, str]) -> Refusal | None:
        return None if check_born(values["born"]) and values["sex"] in SEXES else Refusal.ENTRY_INCOMPLETE

    while True:
        first = yield from run.fill_in(
            "enrol_person", _person_fields(part), check=check, words={"part": part, "who": "1"}
        )
        other = yield from second_person(run)
        second = yield from run.fill_in(
            "enrol_person", _person_fields(part), check=check, words={"part": part, "who": "2"}
        )
        if typed_alike(run, TYPED_ALIKE, first, second):
            return first, (run.performer.person, other.person)


def _identifiers(
    run: Sitting, profile: Profile, file: SponsorFile | None, order: dict[str, str]
) -> Flow[dict[str, tuple[str, str]]]:
    """Have every identifier of the trial that the file does not bring scanned, typed or issued; value and origin."""
    known = {row.name: (row.value, "sponsor-file") for row in file.identifier} if file is not None else {}
    scanned: dict[str, str] = {}
    rule = profile.identifier("order")
    if file is None and rule is not None and fits_format(rule, order["order"]):
        known["order"] = (order["order"], "typed-by-two")
    missing = [rule for rule in profile.identifiers if rule.name not in known]
    if not missing:
        return known

    def read(scan: Scanned) -> dict[str, str] | Refusal | Say:
        code = read_code(run.work, scan)
        for rule in missing:
            for each in code.codes:
                if each.partition(":")[0] in {rule.name, f"trial-{rule.name}"}:
                    scanned[rule.name] = each.partition(":")[2]
                    return {rule.name: scanned[rule.name]}
        return Refusal.NOT_WHAT_WAS_ASKED

    def check(values: dict[str, str]) -> Refusal | Say | None:
        for rule in missing:
            value = values.get(rule.name, "")
            if value and not fits_format(rule, value):
                return Say("enrol.bad_identifier", {"name": rule.name})
            if value and run.work.find(identifier_codes(rule, value)):
                return Refusal.IDENTIFIER_TAKEN
        return None

    while True:
        answer = yield from run.fill_in("enrol_identifiers", _identifier_fields(missing), check=check, scan=read)
        typed = [rule for rule in missing if answer.get(rule.name) and answer[rule.name] != scanned.get(rule.name)]
        if not typed or (yield from _typed_again(run, typed, answer)):
            break
    for rule in missing:
        value, origin = answer.get(rule.name, ""), "typed-by-two" if rule in typed else "scanned"
        if not value and rule.name == "coi":
            value, origin = issue_coi(run), "issued"
        known[rule.name] = (value, origin)
    return known


def _identifier_fields(rules: list[IdentifierRule]) -> tuple[FieldShown, ...]:
    return tuple(
        FieldShown(rule.name, "text", Say("field.identifier", {"name": rule.name, "issuer": rule.issuer}),
                   required=rule.name != "coi", hint=Say("field.coi.hint") if rule.name == "coi" else None)
        for rule in rules
    )  # fmt: skip


def _typed_again(run: Sitting, rules: list[IdentifierRule], first: dict[str, str]) -> Flow[bool]:
    """Have a second person type the identifiers that the first one typed; say which differ, never what was typed."""
    yield from second_person(run)
    second = yield from run.fill_in("enrol_identifiers_again", _identifier_fields(rules))
    return typed_alike(run, tuple(rule.name for rule in rules), first, second)


def fits_format(rule: IdentifierRule, value: str) -> bool:
    """Tell whether a value has the form that the profile lays down for an identifier."""
    kind, _, rest = str(rule.format).partition(":")
    if kind == "pattern":
        return re.fullmatch(rest, value) is not None
    if kind == "isbt128" and rest == "040":
        return re.fullmatch(r"CH[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{2}[0-9]{2}[A-Z0-9]{6}", value) is not None
    return bool(value)


def identifier_codes(rule: IdentifierRule, value: str) -> tuple[str, ...]:
    """Return the codes by which a scan of this identifier is found again."""
    kind, _, rest = str(rule.format).partition(":")
    if kind == "isbt128":
        return (f"coi:{value}",) if rest == "040" else (f"din:{value}",)
    return (f"trial-{rule.name}:{value}",)


def issue_coi(run: Sitting) -> str:
    """Issue a chain of identity identifier here: CH, facility, year, six characters (ISBT 128 structure 040)."""
    facility = run.work.site.facility or "A9990"
    prefix = f"CH{facility}{run.work.now():%y}"
    taken = run.work.store.codes_from(f"coi:{prefix}")
    numbers = [int(code[-6:]) for code in taken if code[-6:].isdigit()]
    value = f"{prefix}{max(numbers, default=0) + 1:06d}"
    check_character(value)
    return value


def wall_name(run: Sitting) -> str:
    """Return a neutral wall name that no open case uses."""
    taken = {case.wall_name for case in run.work.open_cases()}
    names = (f"{name} {turn}" if turn > 1 else name for turn in count(1) for name in WALL_NAMES)
    return next(name for name in names if name not in taken)


def _record(
    run: Sitting,
    chosen: ProfileRecord,
    profile: Profile,
    people: list[tuple[str, dict[str, str], tuple[CodeRead, ...], tuple[str, ...]]],
    file: SponsorFile | None,
    order: dict[str, str],
    identifiers: dict[str, tuple[str, str]],
) -> str:
    work, by = run.work, run.performer
    case = new_id("case")
    ids = {part: new_id("patient") for part, _, _, _ in people}

    def note(body: Body, subject: str = case, key: str | None = None) -> None:
        work.record(body, subject=subject, actor=by.person, role=by.role, key=key)

    note(
        e.CaseOpened(
            case=case, patient=ids["recipient"], profile=profile.id, profile_version=profile.version,
            profile_sha256=chosen.sha256, wall_name=wall_name(run), donor=ids.get("donor", ""),
        )
    )  # fmt: skip
    for part, typed, bands, typed_by in people:
        work.writing().new_key(ids[part])
        enrolled = e.PatientEnrolled(
            case=case, patient=ids[part], part=part, typed_by=typed_by, family=typed["family"], given=typed["given"],
            born=typed["born"], sex=typed["sex"], record_number=typed["record_number"],
            record_issuer=typed["record_issuer"], title=typed["title"], communication=typed["communication"],
        )  # fmt: skip
        note(enrolled, case, ids[part])
        codes = tuple(sorted({code for band in bands for code in band.codes}))
        note(e.WristbandIssued(case=case, patient=ids[part], part=part, codes=codes, shown=bands[0].shown()),
             case, ids[part])  # fmt: skip
    for name, (value, origin) in identifiers.items():
        rule = profile.identifier(name)
        from_file = next((row.code for row in file.identifier if row.name == name), "") if file is not None else ""
        codes = codes_in(work, from_file) or (identifier_codes(rule, value) if rule is not None else ())
        issuer = "this site" if origin == "issued" else rule.issuer if rule is not None else "sponsor"
        note(e.IdentifierLinked(case=case, name=name, value=value, issuer=issuer, origin=origin, codes=codes))
    if file is not None:
        take_in(work, case, file, by)
    else:
        rule = profile.identifier("order")
        # Without codes nobody could ever read the paper order against it.
        codes = identifier_codes(rule, order["order"]) if rule is not None and "order" in identifiers else ()
        note(
            e.OrderRecorded(
                case=case, order=order["order"], version=1, origin="typed-by-two", units_expected=int(order["units"]),
                codes=codes,
            )
        )  # fmt: skip
    return case
