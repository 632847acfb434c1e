"""Folds what happens around the product into its case: people, identifiers, checks, blocks, alarms, procedures."""

from __future__ import annotations

from msgspec.structs import replace

from coordinator_app.domain import events as e
from coordinator_app.domain.case_parts import CaseRecord, CheckRecord, IdentifierRecord, OrderRecord, PatientRecord
from coordinator_app.domain.case_product import Follow
from coordinator_app.domain.deviation import follow_deviation
from coordinator_app.domain.recorded import Recorded


def _opened(record: CaseRecord, event: Recorded, body: e.CaseOpened) -> None:
    record.profile, record.profile_version = body.profile, body.profile_version
    record.profile_sha256, record.wall_name, record.opened_at = body.profile_sha256, body.wall_name, event.when


def _profile_moved(record: CaseRecord, event: Recorded, body: e.ProfileMoved) -> None:
    record.profile, record.profile_version = body.profile, body.profile_version
    record.profile_sha256 = body.profile_sha256


def _enrolled(record: CaseRecord, event: Recorded, body: e.PatientEnrolled) -> None:
    person = PatientRecord(
        patient=body.patient, part=body.part, family=body.family, given=body.given, title=body.title, born=body.born,
        sex=body.sex, record_number=body.record_number, record_issuer=body.record_issuer,
        communication=body.communication, former=body.former,
    )  # fmt: skip
    if body.part == "donor":
        record.donor = person
    else:
        record.recipient = person


def _person(record: CaseRecord, patient: str) -> PatientRecord | None:
    return next((p for p in (record.recipient, record.donor) if p is not None and p.patient == patient), None)


def _renamed(record: CaseRecord, event: Recorded, body: e.PatientRenamed) -> None:
    person = _person(record, body.patient)
    if person is not None:
        person.former = (*person.former, person.family)
        person.family, person.given = body.family, body.given or person.given


def _merged(record: CaseRecord, event: Recorded, body: e.RecordMerged) -> None:
    person = _person(record, body.patient)
    if person is not None:
        person.former_numbers = (*person.former_numbers, person.record_number)
        person.record_number, person.record_issuer = body.record_number, body.record_issuer or person.record_issuer
        person.merged_at = event.at


def _banded(record: CaseRecord, event: Recorded, body: e.WristbandIssued) -> None:
    person = _person(record, body.patient)
    if person is not None:
        person.bands.update(body.codes)
        person.void_bands.difference_update(body.codes)


def _band_void(record: CaseRecord, event: Recorded, body: e.WristbandVoided) -> None:
    person = _person(record, body.patient)
    if person is not None:
        person.bands.difference_update(body.codes)
        person.void_bands.update(body.codes)


def _linked(record: CaseRecord, event: Recorded, body: e.IdentifierLinked) -> None:
    record.identifiers.append(IdentifierRecord(body.name, body.value, body.issuer, body.origin, frozenset(body.codes)))


def _ordered(record: CaseRecord, event: Recorded, body: e.OrderRecorded) -> None:
    record.order = OrderRecord(body.order, body.version, body.origin, body.units_expected, frozenset(body.codes))


def _fact(record: CaseRecord, event: Recorded, body: e.FactRecorded) -> None:
    record.facts[body.fact] = body.holds


def _check_opened(record: CaseRecord, event: Recorded, body: e.CheckOpened) -> None:
    record.checks[body.check] = CheckRecord(body.check, body.step, event.at)


def _arm_closed(record: CaseRecord, event: Recorded, body: e.ArmClosed) -> None:
    check = record.checks.get(body.check)
    if check is not None:
        record.checks[body.check] = replace(check, arm_times=(*check.arm_times, event.at))


def _confirmed(record: CaseRecord, event: Recorded, body: e.IdentityConfirmed) -> None:
    record.confirmations.append(event)
    check = record.checks.get(body.check)
    if check is not None:
        record.checks[body.check] = replace(
            check, outcome="confirmed", unit=body.unit, people=body.people, event=event.id, ended_at=event.at
        )


def _check_ended(record: CaseRecord, event: Recorded, body: e.CheckEnded) -> None:
    check = record.checks.get(body.check)
    if check is not None:
        record.checks[body.check] = replace(check, outcome=body.reason, unit=body.unit, ended_at=event.at)


def _excepted(record: CaseRecord, event: Recorded, body: e.ExceptionAuthorised) -> None:
    record.exceptions.append(event)


def _held(record: CaseRecord, event: Recorded, body: e.HoldPlaced) -> None:
    if event.id not in record.lifted:
        record.holds[event.id] = body.reason


def _contradicted(record: CaseRecord, event: Recorded, body: e.DiscrepancyFound) -> None:
    named = frozenset(event.refs)
    if event.id not in record.settled and not (named and any(named <= each for each in record.resolutions)):
        record.discrepancies[event.id] = body.kind


def _deviated(record: CaseRecord, event: Recorded, body: object) -> None:
    follow_deviation(record.deviations, event)


def _parked(record: CaseRecord, event: Recorded, body: e.ProcedureParked) -> None:
    record.parked[f"{body.step}/{body.unit}"] = (body.step, body.unit)


def _interrupted(record: CaseRecord, event: Recorded, body: e.ProcedureInterrupted) -> None:
    record.interrupted[event.id] = (body.step, body.unit)
    check = record.checks.get(body.check)
    if check is not None:
        record.checks[body.check] = replace(check, outcome="interrupted")


def _phoned(record: CaseRecord, event: Recorded, body: e.PhoneChecked) -> None:
    record.phoned_at = event.at


def _raised(record: CaseRecord, event: Recorded, body: e.AlarmRaised) -> None:
    record.alarms[body.alarm] = event


def _acknowledged(record: CaseRecord, event: Recorded, body: e.AlarmAcknowledged) -> None:
    record.answered[body.alarm] = event


def _alarm_over(record: CaseRecord, event: Recorded, body: e.AlarmResolved) -> None:
    record.resolved.add(body.alarm)


FOLLOW_CASE: dict[type, Follow] = {
    e.CaseOpened: _opened,
    e.ProfileMoved: _profile_moved,
    e.PatientEnrolled: _enrolled,
    e.PatientRenamed: _renamed,
    e.RecordMerged: _merged,
    e.WristbandIssued: _banded,
    e.WristbandVoided: _band_void,
    e.IdentifierLinked: _linked,
    e.OrderRecorded: _ordered,
    e.FactRecorded: _fact,
    e.CheckOpened: _check_opened,
    e.ArmClosed: _arm_closed,
    e.IdentityConfirmed: _confirmed,
    e.CheckEnded: _check_ended,
    e.ExceptionAuthorised: _excepted,
    e.HoldPlaced: _held,
    e.DiscrepancyFound: _contradicted,
    e.DeviationReported: _deviated,
    e.DeviationAssessed: _deviated,
    e.DeviationClosed: _deviated,
    e.ProcedureParked: _parked,
    e.ProcedureInterrupted: _interrupted,
    e.PhoneChecked: _phoned,
    e.AlarmRaised: _raised,
    e.AlarmAcknowledged: _acknowledged,
    e.AlarmResolved: _alarm_over,
}
"""One function for each event that changes what a case is."""

CHANGES: dict[type, frozenset[str]] = {
    e.CheckOpened: frozenset({"checks"}),
    e.ArmClosed: frozenset({"checks"}),
    e.IdentityConfirmed: frozenset({"checks", "confirmations"}),
    e.CheckEnded: frozenset({"checks"}),
    e.ProcedureParked: frozenset({"parked"}),
    e.PhoneChecked: frozenset({"phoned_at"}),
    e.AlarmRaised: frozenset({"alarms"}),
    e.AlarmAcknowledged: frozenset({"answered"}),
    e.AlarmResolved: frozenset({"resolved"}),
}
"""What alone the commonest events change; a case that follows one of the others is copied whole."""
