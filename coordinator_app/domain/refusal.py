"""Every reason to say no, as a code.

The codes are part of the record and of `coordinator scan --json`: a code is never renamed, only added to.
Screens word them in `ui/reason_texts.py`; what a physician's exception may cover is the table at the end.
"""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """A reason the program gave for not going on."""

    # Identity: no exception ever covers the first six.
    WRONG_PATIENT = "WRONG_PATIENT"
    WRONG_UNIT = "WRONG_UNIT"
    WRONG_ORDER = "WRONG_ORDER"
    ARMS_DISAGREE = "ARMS_DISAGREE"
    SAME_PERSON_TWICE = "SAME_PERSON_TWICE"
    DONOR_RECIPIENT_CONFUSED = "DONOR_RECIPIENT_CONFUSED"
    STATED_DIFFERS = "STATED_DIFFERS"
    # Provenance and freshness of evidence.
    STALE_SCAN = "STALE_SCAN"
    CHECK_EXPIRED = "CHECK_EXPIRED"
    SCAN_FROM_ANOTHER_PROCEDURE = "SCAN_FROM_ANOTHER_PROCEDURE"
    PROXY_SUSPECTED = "PROXY_SUSPECTED"
    WRISTBAND_VOID = "WRISTBAND_VOID"
    LABEL_VOID = "LABEL_VOID"
    TYPED_WITHOUT_SECOND_PERSON = "TYPED_WITHOUT_SECOND_PERSON"
    SCANNER_NOT_CALIBRATED = "SCANNER_NOT_CALIBRATED"
    NOT_WHAT_WAS_ASKED = "NOT_WHAT_WAS_ASKED"
    BUSY_WITH_LAST_SCAN = "BUSY_WITH_LAST_SCAN"
    # Product, order and custody.
    UNIT_ALREADY_USED = "UNIT_ALREADY_USED"
    WRONG_ORDER_OF_UNITS = "WRONG_ORDER_OF_UNITS"
    EARLIER_STEP_MISSING = "EARLIER_STEP_MISSING"
    GATE_CLOSED = "GATE_CLOSED"
    COUNT_DIFFERS = "COUNT_DIFFERS"
    CERTIFICATE_MISSING = "CERTIFICATE_MISSING"
    ORDER_MISSING = "ORDER_MISSING"
    DISCREPANCY_OPEN = "DISCREPANCY_OPEN"
    ON_HOLD = "ON_HOLD"
    QUARANTINED = "QUARANTINED"
    EXPIRED = "EXPIRED"
    LABELS_NOT_RECONCILED = "LABELS_NOT_RECONCILED"
    LABEL_DIFFERS = "LABEL_DIFFERS"
    LABEL_DOES_NOT_FIT = "LABEL_DOES_NOT_FIT"
    IDENTIFIER_TAKEN = "IDENTIFIER_TAKEN"
    IDENTITY_CHECK_NEEDED = "IDENTITY_CHECK_NEEDED"
    NOT_OF_THE_CHECK = "NOT_OF_THE_CHECK"
    NOT_THE_HOLDER = "NOT_THE_HOLDER"
    CUSTODY_ELSEWHERE = "CUSTODY_ELSEWHERE"
    # Clocks and knowledge.
    CLOCK_OVERDUE = "CLOCK_OVERDUE"
    TOO_EARLY = "TOO_EARLY"
    CLOCK_UNCERTAIN = "CLOCK_UNCERTAIN"
    KNOWLEDGE_TOO_OLD = "KNOWLEDGE_TOO_OLD"
    HISTORY_UNVERIFIED = "HISTORY_UNVERIFIED"
    NEEDS_UPDATE = "NEEDS_UPDATE"
    EVENTS_KEPT_APART = "EVENTS_KEPT_APART"
    OTHERS_NEED_UPDATE = "OTHERS_NEED_UPDATE"
    # People.
    NOT_SIGNED_IN = "NOT_SIGNED_IN"
    NOT_ALLOWED = "NOT_ALLOWED"
    NOT_TRAINED = "NOT_TRAINED"
    NOT_DELEGATED = "NOT_DELEGATED"
    WITNESS_NEEDED = "WITNESS_NEEDED"
    BADGE_UNKNOWN = "BADGE_UNKNOWN"
    PIN_WRONG = "PIN_WRONG"
    PIN_LOCKED = "PIN_LOCKED"
    # Profile and site.
    PROFILE_NOT_APPROVED = "PROFILE_NOT_APPROVED"
    PROFILE_IS_EXAMPLE = "PROFILE_IS_EXAMPLE"
    PROFILE_FAULTY = "PROFILE_FAULTY"
    ENTRIES_DIFFER = "ENTRIES_DIFFER"
    ENTRY_INCOMPLETE = "ENTRY_INCOMPLETE"
    LOGGER_FILE_FAULTY = "LOGGER_FILE_FAULTY"
    DISK_NEARLY_FULL = "DISK_NEARLY_FULL"
    PRINTER_FAILED = "PRINTER_FAILED"
    # Codes: what the reader says of one scan.
    CODE_NOT_RECOGNISED = "CODE_NOT_RECOGNISED"
    CODE_EMPTY = "CODE_EMPTY"
    CODE_TOO_LONG = "CODE_TOO_LONG"
    CODE_HAS_FORBIDDEN_CHARACTER = "CODE_HAS_FORBIDDEN_CHARACTER"
    CODE_IS_CONFIGURATION = "CODE_IS_CONFIGURATION"
    CODE_AMBIGUOUS = "CODE_AMBIGUOUS"
    CODE_CUT_OFF = "CODE_CUT_OFF"
    CODES_RUN_TOGETHER = "CODES_RUN_TOGETHER"
    SEPARATOR_LOST = "SEPARATOR_LOST"
    STRUCTURE_UNKNOWN = "STRUCTURE_UNKNOWN"
    STRUCTURE_RETIRED = "STRUCTURE_RETIRED"
    STRUCTURE_FAULTY = "STRUCTURE_FAULTY"
    COMPOUND_FAULTY = "COMPOUND_FAULTY"
    CHECK_CHARACTER_WRONG = "CHECK_CHARACTER_WRONG"
    DATE_IMPOSSIBLE = "DATE_IMPOSSIBLE"
    GS1_FAULTY = "GS1_FAULTY"
    GS1_REQUISITE_MISSING = "GS1_REQUISITE_MISSING"
    GS1_EXCLUSION = "GS1_EXCLUSION"
    GS1_REPEATED = "GS1_REPEATED"
    NOT_IDENTITY_EVIDENCE = "NOT_IDENTITY_EVIDENCE"
    SIGNATURE_WRONG = "SIGNATURE_WRONG"
    PART_MISSING = "PART_MISSING"
    CODE_HAS_FOREIGN_CHARACTER = "CODE_HAS_FOREIGN_CHARACTER"
    CHECK_CHARACTER_MISSING = "CHECK_CHARACTER_MISSING"
    SIGNER_UNKNOWN = "SIGNER_UNKNOWN"
    # Codes: what the reader warns of while it accepts.
    SYMBOLOGY_INFERRED = "SYMBOLOGY_INFERRED"
    SYMBOLOGY_RECTANGULAR = "SYMBOLOGY_RECTANGULAR"
    CENTURY_UNUSUAL = "CENTURY_UNUSUAL"
    DIVISION_ELSEWHERE = "DIVISION_ELSEWHERE"
    STRUCTURE_OPAQUE = "STRUCTURE_OPAQUE"


NEVER_COVERED: frozenset[Refusal] = frozenset(
    {
        Refusal.WRONG_PATIENT,
        Refusal.WRONG_UNIT,
        Refusal.WRONG_ORDER,
        Refusal.ARMS_DISAGREE,
        Refusal.SAME_PERSON_TWICE,
        Refusal.DONOR_RECIPIENT_CONFUSED,
    }
)
"""A mismatch of identity has no override (design §4.4)."""

COVERABLE: frozenset[Refusal] = frozenset(
    {
        Refusal.CLOCK_OVERDUE,
        Refusal.TOO_EARLY,
        Refusal.CLOCK_UNCERTAIN,
        Refusal.EXPIRED,
        Refusal.GATE_CLOSED,
        Refusal.EARLIER_STEP_MISSING,
        Refusal.WRONG_ORDER_OF_UNITS,
        Refusal.NOT_TRAINED,
        Refusal.NOT_DELEGATED,
        Refusal.PROFILE_NOT_APPROVED,
        Refusal.CERTIFICATE_MISSING,
        Refusal.ORDER_MISSING,
        Refusal.QUARANTINED,
        Refusal.TYPED_WITHOUT_SECOND_PERSON,
        Refusal.PROXY_SUSPECTED,
        Refusal.HISTORY_UNVERIFIED,
        Refusal.SCANNER_NOT_CALIBRATED,
        Refusal.KNOWLEDGE_TOO_OLD,
        Refusal.CUSTODY_ELSEWHERE,
    }
)
"""What a physician and a pharmacist may take upon themselves, once, for one unit and one step (design §4.4)."""

AMBER: frozenset[Refusal] = frozenset({Refusal.KNOWLEDGE_TOO_OLD, Refusal.CUSTODY_ELSEWHERE})
"""What nobody is refused for and nobody goes past unseen: two people take it upon themselves first (design §9)."""

OF_A_PERSON: frozenset[Refusal] = frozenset({Refusal.NOT_TRAINED, Refusal.NOT_DELEGATED})
"""What stands against a person: an exception for it covers that person and nobody else."""

ANOTHER_WAY_OUT: dict[Refusal, str] = {
    Refusal.ON_HOLD: "A signed decision lifts it.",
    Refusal.DISK_NEARLY_FULL: "Room is made on the disk; what has begun can be finished.",
    Refusal.DISCREPANCY_OPEN: "A signed resolution that names what it settles.",
    Refusal.IDENTITY_CHECK_NEEDED: "Two people check the patient anew.",
    Refusal.PART_MISSING: "The missing identifier is entered.",
    Refusal.UNIT_ALREADY_USED: "There is none: it was given, returned or destroyed.",
    Refusal.NOT_ALLOWED: "A colleague with the role, or two who vouch.",
    Refusal.PROFILE_IS_EXAMPLE: "The trial's own profile.",
    Refusal.NOT_THE_HOLDER: "Its receipt is recorded.",
    Refusal.LABELS_NOT_RECONCILED: "Each printed label is accounted for; it holds back nothing that expires.",
    Refusal.CHECK_EXPIRED: "The check is renewed.",
    Refusal.NEEDS_UPDATE: "The program of this workstation is brought up to date.",
    Refusal.EVENTS_KEPT_APART: "A signed decision about what stands apart.",
    Refusal.NOT_OF_THE_CHECK: "One of those who checked begins, or the check is done anew.",
}
"""What may hold back the beginning of a step, is no mismatch, and is still nothing a physician can cover."""
