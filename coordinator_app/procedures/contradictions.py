"""Facts that contradict each other: found whenever they are known here, kept, and shown for a person to resolve.

A contradiction is told by the events that make it, so that the same one is found once, and a later event that
contradicts again is found again although the earlier one was resolved.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.recorded import Recorded
from coordinator_app.procedures.contradictions_between import between_workstations
from coordinator_app.procedures.workplace import Workplace

ONCE = frozenset({
    "CollectionStarted", "CollectionEnded", "BagReceived", "BagAccepted", "ThawStarted", "ThawCompleted",
    "UnitDrawn", "DosePrepared",
    "AdministrationStarted", "AdministrationCompleted", "AdministrationStopped", "BagReturned", "BagDestroyed",
})  # fmt: skip
"""What can happen to one unit only once, whoever records it."""
TELLING = frozenset({"unit", "item", "serial"})
"""Kinds of code that only one unit may carry; a donation number stands on everything made of it."""
AT_ONCE = timedelta(seconds=60)
"""Nobody walks a patient from one workstation to another in less."""

Contradiction = tuple[str, str, tuple[str, ...]]
"""Kind, unit, and the ids of the events that contradict each other."""


OF_TWO_CASES = frozenset({"two_patients_one_unit", "wristband_of_two", "record_number_of_two"})
"""Contradictions that hold back the other case as well."""


def find_contradictions(work: Workplace, case: CaseRecord) -> bool:
    """Record every contradiction in a case that is not on its record yet; tells whether another case is in one too.

    Where nothing was recorded anywhere since the last search that could contradict, there is nothing new to find.
    """
    telling = work.kept.telling
    if work.kept.searched.get(case.case) == telling:
        return False
    found = not_on_record(work, case)
    for kind, unit, refs in found:
        work.record(e.DiscrepancyFound(case=case.case, kind=kind, unit=unit), subject=case.case, refs=refs)
    work.kept.searched[case.case] = telling
    return any(kind in OF_TWO_CASES for kind, _, _ in found)


def not_on_record(work: Workplace, case: CaseRecord) -> list[Contradiction]:
    """Search a whole case and return every contradiction that is not on its record."""
    known = {frozenset(each.refs) for each in case.recorded if isinstance(each.body, e.DiscrepancyFound)}
    found = (*_twice(case), *_same_serial(work, case), *_shared_wristbands(work, case), *_two_places(case),
             *_one_number(work, case), *between_workstations(work, case))  # fmt: skip
    new: list[Contradiction] = []
    for each in found:
        # A resolution that names all of it settles it wherever it is found, also by whoever hears of both only now.
        if frozenset(each[2]) not in known and not any(frozenset(each[2]) <= named for named in case.resolutions):
            known.add(frozenset(each[2]))
            new.append(each)
    return new


def _twice(case: CaseRecord) -> Iterator[Contradiction]:
    """Yield what happened twice to one unit: a second receipt, a second start."""
    first: dict[tuple[str, str], Recorded] = {}
    for recorded in case.recorded:
        body = recorded.body
        if isinstance(body, e.PortionGiven):
            # Of a unit given in portions, each portion has a start of its own.
            first.pop(("AdministrationStarted", body.unit), None)
        if isinstance(body, e.UnitDrawn) and not body.emptied:
            continue  # Of a vial of which a rest is kept, something is drawn more than once.
        if recorded.type not in ONCE or not isinstance(body, e.ProductMoved):
            continue
        before = first.setdefault((recorded.type, body.unit), recorded)
        if before is not recorded:
            yield "happened_twice", body.unit, (before.id, recorded.id)


def _registrations(case: CaseRecord) -> Iterator[tuple[Recorded, e.UnitRegistered]]:
    for recorded in case.recorded:
        if isinstance(recorded.body, e.UnitRegistered):
            yield recorded, recorded.body


def _own_codes(body: e.UnitRegistered) -> set[str]:
    return {code for code in body.codes if code.partition(":")[0] in TELLING}


def _same_serial(work: Workplace, case: CaseRecord) -> Iterator[Contradiction]:
    """Yield two units with one serial, in this case or in two: two patients would then have one unit."""
    for recorded, body in _registrations(case):
        own = _own_codes(body)
        others = {hit.case for hit in work.find(own) if hit.kind == "unit" and hit.id != body.unit}
        others |= {hit.case for hit in work.find(own) if hit.id == body.unit and hit.case != case.case}
        for other in sorted(others):
            for second, also in _registrations(work.case(other)):
                another_unit = also.unit != body.unit or other != case.case
                if another_unit and own & _own_codes(also) and not _descends(body, also):
                    kind = "two_patients_one_unit" if other != case.case else "same_serial"
                    yield kind, body.unit, tuple(sorted((recorded.id, second.id)))


def _descends(one: e.UnitRegistered, other: e.UnitRegistered) -> bool:
    """Tell whether one was prepared from the other and may carry its code."""
    return one.unit in other.parents or other.unit in one.parents


def _shared_wristbands(work: Workplace, case: CaseRecord) -> Iterator[Contradiction]:
    """Yield a wristband that counts for two patients at once."""
    for person in (case.recipient, case.donor):
        if person is None:
            continue
        for code in sorted(person.bands):
            for hit in work.find([code]):
                if hit.kind == "wristband" and hit.id != person.patient and _counts(work, hit.case, hit.id, code):
                    refs = (_issued(case, person.patient, code), _issued(work.case(hit.case), hit.id, code))
                    yield "wristband_of_two", "", tuple(sorted(refs))


def _counts(work: Workplace, case: str, patient: str, code: str) -> bool:
    people = (work.case(case).recipient, work.case(case).donor)
    return any(each is not None and each.patient == patient and code in each.bands for each in people)


def _issued(case: CaseRecord, patient: str, code: str) -> str:
    """Return the event that gave a patient this wristband last."""
    return next(
        each.id
        for each in reversed(case.recorded)
        if isinstance(each.body, e.WristbandIssued) and each.body.patient == patient and code in each.body.codes
    )


def _one_number(work: Workplace, case: CaseRecord) -> Iterator[Contradiction]:
    """Yield a record number, since a merge, that stands for a person born on another day too."""
    person = case.recipient
    if person is None or not person.record_number:
        return
    same_number = {hit.case for hit in work.find([f"record-number:{person.record_number}"])} - {case.case}
    for other in map(work.case, sorted(same_number)):
        also = other.recipient
        if also is None or not {person.merged_at, also.merged_at} - {None}:
            continue
        same = (person.record_number, person.record_issuer) == (also.record_number, also.record_issuer)
        if same and person.born and also.born and person.born != also.born:
            yield "record_number_of_two", "", tuple(sorted((_numbered(case), _numbered(other))))


def _numbered(case: CaseRecord) -> str:
    """Return the event that gave the recipient the record number last."""
    telling = [each for each in case.recorded if isinstance(each.body, e.RecordMerged | e.PatientEnrolled)]
    return next(
        each.id for each in reversed(telling)
        if case.recipient is not None and getattr(each.body, "patient", "") == case.recipient.patient
    )  # fmt: skip


def _two_places(case: CaseRecord) -> Iterator[Contradiction]:
    """Yield one patient's wristband read at two workstations within a minute: one of the two was not on the arm."""
    read = [each for each in case.recorded if isinstance(each.body, e.ScanAccepted) and each.body.object == "wristband"]
    for before, after in pairwise(read):
        if before.device != after.device and after.at - before.at < AT_ONCE and _same_person(before, after):
            yield "wristband_at_two_places", "", (before.id, after.id)


def _same_person(before: Recorded, after: Recorded) -> bool:
    """Tell whether the two readings are of one wristband: the same keyed digest of the same bytes."""
    macs = {each.mac for each in before.evidence if each.mac}
    return bool(macs & {each.mac for each in after.evidence})
