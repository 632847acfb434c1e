"""One invented case for the tests of documents: people, instants, and a paper sheet and a summary made of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2

from coordinator_app.reports.case_records import (
    ArmWritten,
    CaseSummary,
    CheckWritten,
    ClockWritten,
    CustodyWritten,
    DeviationWritten,
    IdentifierWritten,
    LabelsWritten,
    PersonWritten,
    RefusalWritten,
    SignatureWritten,
    VerificationWritten,
)
from coordinator_app.reports.paper_sheet import PaperClock, PaperPhone, PaperRow, PaperSheet, PaperStep

NAME = "ŁUKASZEWICZ-ÖZDEMİR, Małgorzata Anna (Dr)"
BORN = "Born 14-Jul-1985 (41y) · Gender Female · MRN 0048 213 774"
WALL = "HERON · bag 2 · bed 4"
BAG = "Bag 2 of 2 · A9999 26 123457 · S1295200"
NURSE_A = PersonWritten("ALVAREZ, Carmen", "nurse")
NURSE_B = PersonWritten("MÜLLER-LÜDENSCHEIDT, Annegret", "nurse")
PHARMACIST = PersonWritten("OYELARAN, Tunde", "pharmacist")


def at(hour: int, minute: int, second: int = 0) -> datetime:
    """Return an instant of the day of the tests; the site is one hour ahead."""
    return datetime(2026, 11, 21, hour, minute, second, tzinfo=UTC)


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of every page, spaces and line ends made one."""
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


SHEET = PaperSheet(
    site="St. Elisabeth University Hospital",
    place="Ward 6 North",
    printed_at=at(12, 5),
    zone="Europe/Berlin",
    wall_name=WALL,
    trial="HERON-2",
    patient=(NAME, BORN),
    identifiers=(PaperRow("Chain of identity", "CHA999926ABC123", "Sponsor"),),
    order=(PaperRow("Order", "ORD-2026-00871, version 2"), PaperRow("Bag 2", "A9999 26 123457 · S1295200 · thawed")),
    steps=(
        PaperStep("Bedside check, bag 2", ("Patient says: family name", "Bag: donation number"), True, ("nurse",)),
        PaperStep("Infusion, bag 2", ("Started at", "Ended at", "Volume given, mL"), False, ("nurse",)),
    ),
    clocks=(
        PaperClock("Infusion must be complete", "infusion complete", deadline=at(13, 32), started=at(11, 2)),
        PaperClock("Next bag", "infusion of bag 2 begins", earliest=at(12, 20)),
        PaperClock("Observation", "discharge", starts="infusion complete", limit="4h"),
    ),
    phones=(PaperPhone("Pharmacy, cell therapy", "4711"),),
)

SUMMARY = CaseSummary(
    site="St. Elisabeth University Hospital",
    place="Pharmacy",
    printed_at=at(16, 2),
    printed_by=PersonWritten("WEBER, Jonas", "quality"),
    zone="Europe/Berlin",
    trial="HERON-2",
    profile="AUTO-CART-CRYO version 3",
    case="case:4f1c0b7a92d34c1e8f6a5b3c2d1e0f9a",
    wall_name=WALL,
    patient=(NAME, BORN),
    identifiers=(IdentifierWritten("Chain of identity", "CHA999926ABC123", "Sponsor", "sponsor file"),),
    checks=(
        CheckWritten(
            "Bedside",
            BAG,
            at(11, 30, 1),
            at(11, 30, 40),
            "wristband of another patient",
            False,
            (ArmWritten(NURSE_A, at(11, 30, 40)),),
        ),
        CheckWritten(
            "Bedside",
            BAG,
            at(11, 33),
            at(11, 36, 20),
            "patient, unit, order",
            True,
            (ArmWritten(NURSE_A, at(11, 34, 8)), ArmWritten(NURSE_B, at(11, 36, 20), "typed, check character right")),
        ),
    ),
    custody=(
        CustodyWritten(BAG, at(9, 5), "Received", PHARMACIST, "Cell laboratory"),
        CustodyWritten(
            BAG, at(11, 5), "Stored", PHARMACIST, happened_at=at(9, 20), late_reason="workstation restarted"
        ),
        CustodyWritten(BAG, at(12, 5), "Handed over", NURSE_A, to="BAUER, courier", relied_on="check 2"),
    ),
    refusals=(
        RefusalWritten(
            at(11, 30, 40), "Bedside", "WRONG_PATIENT", "The wristband belongs to another patient.", NURSE_A
        ),
    ),
    labels=(LabelsWritten("J-0007", "isbt128-100x100", 3, 2, 0, 1, 0),),
    clocks=(
        ClockWritten("Infusion must be complete", "bag 2", at(11, 2), at(13, 32), at(13, 10), "met", True),
        ClockWritten("Receipt to storage", "bag 2", at(9, 5), at(9, 15), at(9, 20), "missed by 5min", False, True),
    ),
    deviations=(DeviationWritten(at(9, 21), "deviation", "Storage five minutes late.", (PHARMACIST,), "open"),),
    signatures=(SignatureWritten(PHARMACIST, "released for infusion", at(10, 58, 10), "9f3ac1d2e4b5a6c7"),),
    verification=VerificationWritten(at(16, 1, 58), 1842, "9f3ac1d2" * 8, True),
)
