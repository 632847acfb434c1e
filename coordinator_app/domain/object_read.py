"""What an object that was read is to a check: what was asked for, somebody else's, no longer valid, or none of it.

Wristband, unit and paper may carry each other's numbers: the patient's number on a bag, the donation on a certificate.
So a code is judged by what carries it. On a bag or paper another patient's number is a mismatch, but the right
patient's number there is not a wristband, and a number of the whole case there is not a unit.
"""

from __future__ import annotations

from coordinator_app.domain.check_parts import (
    CASSETTE,
    CERTIFICATE,
    NAMES_A_UNIT,
    ORDER,
    PAPERS,
    SHIPMENT,
    UNIT,
    WRISTBAND,
    ObjectRead,
    Plan,
    Refused,
)
from coordinator_app.domain.identity import (
    ENOUGH_FOR_A_UNIT,
    OF_A_CASE,
    OF_A_PERSON,
    agrees,
    contradicts,
    kind_of,
    of_kinds,
    which_unit,
)
from coordinator_app.domain.refusal import Refusal


def mismatch(plan: Plan, read: ObjectRead) -> Refused | None:
    """Tell whether it belongs to somebody or something else: that ends a check, whatever was asked for."""
    codes, carried = read.codes, _is_unit(plan, read) or _is_paper(plan, read)
    if not carried and codes & plan.other_codes:
        return Refused(Refusal.DONOR_RECIPIENT_CONFUSED, WRISTBAND, expected=plan.person_codes, read=codes)
    if not carried and _anothers_wristband(plan, read):
        return Refused(Refusal.WRONG_PATIENT, WRISTBAND, expected=plan.person_codes, read=codes)
    if _is_paper(plan, read):
        return _wrong_paper(plan, read)
    if _wrong_shipment(plan, read) or (carried and not _ours(plan, codes)) or _names_another(plan, codes):
        asked = next((object for object in reversed(plan.objects) if object in NAMES_A_UNIT), UNIT)
        expected = frozenset().union(*(known.codes.union(known.container) for known in plan.units))
        return Refused(Refusal.WRONG_UNIT, asked, expected=expected, read=codes)
    return None


def void(plan: Plan, read: ObjectRead) -> Refused | None:
    """Tell whether it is a wristband that was replaced or a label whose place a newer one has taken."""
    codes = read.codes & plan.void_codes
    if any(kind_of(code) == "serial" for code in codes):
        return Refused(Refusal.LABEL_VOID, UNIT)
    if codes and not _is_unit(plan, read) and not _is_paper(plan, read):
        return Refused(Refusal.WRISTBAND_VOID, WRISTBAND)
    return None


def matching(plan: Plan, read: ObjectRead, asked: str) -> tuple[str, ...]:
    """Return what it can be of the object asked for: ids of units, or one empty text for a wristband or paper."""
    codes = read.codes
    if asked in NAMES_A_UNIT:
        found = _units(plan, codes) if asked == UNIT else _containers(plan, codes)
        return () if _is_paper(plan, read) else found
    if asked == WRISTBAND:
        right = agrees(plan.person_codes, codes, _of_the_case(plan)) and not _is_paper(plan, read)
    else:
        right = _is_of(plan.order_codes if asked == ORDER else plan.certificate_codes, codes)
    return ("",) if right and not _is_unit(plan, read) else ()


# Whose it is ------------------------------------------------------------------------------------------------------


def _anothers_wristband(plan: Plan, read: ObjectRead) -> bool:
    if WRISTBAND not in read.known_as and not of_kinds(read.codes, OF_A_PERSON):
        return False
    return not agrees(plan.person_codes.union(plan.void_codes), read.codes)


def _wrong_paper(plan: Plan, read: ObjectRead) -> Refused | None:
    for object, known in ((ORDER, plan.order_codes), (CERTIFICATE, plan.certificate_codes)):
        if object in read.known_as and (not agrees(known, read.codes) or _names_another(plan, read.codes)):
            return Refused(Refusal.WRONG_ORDER, object, expected=known, read=read.codes)
    return None


def _wrong_shipment(plan: Plan, read: ObjectRead) -> bool:
    """Tell whether a shipper is asked for in this check and this is another one."""
    shipper = SHIPMENT in read.known_as or bool(of_kinds(read.codes, frozenset({"sscc"})))
    return SHIPMENT in plan.objects and shipper and not _ours(plan, read.codes)


def _ours(plan: Plan, codes: frozenset[str]) -> bool:
    return bool(_units(plan, codes) or _containers(plan, codes))


def _names_another(plan: Plan, codes: frozenset[str]) -> bool:
    """Tell whether something other than a wristband carries the number of another patient or chain of identity."""
    people = of_kinds(plan.person_codes.union(plan.other_codes, plan.void_codes), OF_A_PERSON)
    another_person = contradicts(people, of_kinds(codes, OF_A_PERSON))
    return another_person or contradicts(of_kinds(plan.case_codes, OF_A_CASE), of_kinds(codes, OF_A_CASE))


# What it is -------------------------------------------------------------------------------------------------------


def _is_unit(plan: Plan, read: ObjectRead) -> bool:
    """Tell whether it is a unit or its cassette, of whatever patient."""
    kinds = {kind_of(code) for code in read.codes - _of_the_case(plan)}
    known_as_unit = bool(read.known_as & {UNIT, CASSETTE})
    if kinds & ENOUGH_FOR_A_UNIT:
        # A unit's code that this site has never seen is another patient's until somebody proves otherwise.
        return known_as_unit or not read.known_as & PAPERS
    return known_as_unit and bool(kinds) and WRISTBAND not in read.known_as


def _is_paper(plan: Plan, read: ObjectRead) -> bool:
    """Tell whether it is an order or certificate: a person's number alone is a wristband, wherever else it stands."""
    person = of_kinds(read.codes, OF_A_PERSON).union(plan.person_codes, plan.void_codes, plan.other_codes)
    return bool(read.known_as & PAPERS and read.codes - person) and not read.known_as & {UNIT, CASSETTE}


def _is_of(paper: frozenset[str], codes: frozenset[str]) -> bool:
    """Tell whether the codes are of this paper; the chain of identity counts only where it has no other."""
    case = of_kinds(paper, OF_A_CASE)
    return agrees(paper, codes, case if paper - case else frozenset())


def _units(plan: Plan, codes: frozenset[str]) -> tuple[str, ...]:
    return which_unit({known.unit: known.codes for known in plan.units}, codes, _of_the_case(plan))


def _containers(plan: Plan, codes: frozenset[str]) -> tuple[str, ...]:
    case = _of_the_case(plan)
    return tuple(sorted(known.unit for known in plan.units if agrees(known.container, codes, case)))


def _of_the_case(plan: Plan) -> frozenset[str]:
    """Return what names the whole case, and neither a unit of it nor its patient."""
    codes = plan.case_codes.union(plan.order_codes, plan.certificate_codes)
    return codes - of_kinds(codes, ENOUGH_FOR_A_UNIT.union(OF_A_PERSON))
