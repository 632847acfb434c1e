"""What stands inside each ISBT 128 data structure: its parts, its date, what it must satisfy.

Layouts are the facts of ICCBBA ST-001 and ST-012; no licensed table is used. Each function takes the characters
after the data identifier, already of the right length and alphabet, and raises Unreadable when they cannot be true.
"""

from __future__ import annotations

import re

from msgspec import Struct

from coordinator_app.codes.check_characters import check_character, check_number, donation_flag
from coordinator_app.codes.isbt_dates import (
    calendar_date,
    calendar_month,
    clock_time,
    ordinal_date,
    ordinal_date_time,
)
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal

FACILITY = "[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{2}"
"""A facility identification number: five characters, never beginning with 0 or O (ST-001 §2.4.1)."""

DONATION = rf"{FACILITY}[0-9]{{2}}[0-9]{{6}}"
"""A donation identification number without its flags: facility, nominal year, sequence."""

BLOOD_GROUPS = {
    "95": "O RhD negative",
    "51": "O RhD positive",
    "06": "A RhD negative",
    "62": "A RhD positive",
    "17": "B RhD negative",
    "73": "B RhD positive",
    "28": "AB RhD negative",
    "84": "AB RhD positive",
    "97": "O RhD negative, autologous only",
    "53": "O RhD positive, autologous only",
    "08": "A RhD negative, autologous only",
    "64": "A RhD positive, autologous only",
    "19": "B RhD negative, autologous only",
    "75": "B RhD positive, autologous only",
    "30": "AB RhD negative, autologous only",
    "86": "AB RhD positive, autologous only",
    "Ma": "autologous collection",
    "Mb": "biohazardous",
    "Md": "for discard",
    "Mq": "quarantine",
    "Mr": "research only",
    "Mx": "not for transfusion",
}
"""The blood groups and messages of structure 002 that a trial site meets; any other pair is shown as it stands."""

FLEXIBLE_DATES = {
    "01": "expiry",
    "02": "collection",
    "03": "production",
    "04": "cross-clamp",
    "05": "preservation",
    "06": "death",
}


class Contents(Struct, frozen=True):
    """The reading of one structure: named parts, an ISO date or time, whether that lacks a zone, warnings."""

    parts: dict[str, str] = {}
    normal: str | None = None
    local: bool = False
    warnings: tuple[str, ...] = ()


def opaque(content: str) -> Contents:
    """Keep a structure whose meaning is in a licensed table, or local, as it stands."""
    return Contents()


def donation(content: str) -> Contents:
    """001: the donation, its flags, and the check character that is printed beside it."""
    din, flags = content[:13], content[13:]
    # Flags 60 to 96 carry the check value: the only check inside the bar code itself. Others mark containers.
    if "60" <= flags <= "96" and flags.isdigit() and flags != donation_flag(din):
        raise Unreadable(
            Refusal.CHECK_CHARACTER_WRONG,
            f"The check value in the donation number {din} does not agree with it; scan the label again.",
        )
    return Contents(
        parts={
            "din": din,
            "fin": din[:5],
            "year": din[5:7],
            "sequence": din[7:],
            "flags": flags,
            "check": check_character(din),
        }
    )


def blood_group(content: str) -> Contents:
    """002: blood group or message, phenotype, and a last character that has no meaning but 0."""
    parts = {"group": content[:2], "phenotype": content[2]}
    if content[:2] in BLOOD_GROUPS:
        parts["meaning"] = BLOOD_GROUPS[content[:2]]
    return Contents(parts=parts)


def product(content: str) -> Contents:
    """003: product description code, type of collection, division."""
    # Division 99 says that the real division is in structure 032 of another symbol or of the same message.
    warnings = (Refusal.DIVISION_ELSEWHERE.value,) if content[6:] == "99" else ()
    parts = {"pdc": content[:5], "collection_type": content[5], "division": content[6:]}
    return Contents(parts=parts, warnings=warnings)


def day(content: str) -> Contents:
    """004, 006, 008: a date without a zone."""
    normal, warnings = ordinal_date(content)
    return Contents(normal=normal, local=True, warnings=warnings)


def day_and_time(content: str) -> Contents:
    """005, 007, 009: a date and time without a zone."""
    normal, warnings = ordinal_date_time(content)
    return Contents(normal=normal, local=True, warnings=warnings)


def month(content: str) -> Contents:
    """026: the month in which a supply expires."""
    return Contents(normal=calendar_month(content), local=True)


def flexible_time(content: str) -> Contents:
    """031: one of several dates, in local time or in UTC."""
    kind = FLEXIBLE_DATES.get(content[2:4])
    if kind is None:
        raise Unreadable(
            Refusal.STRUCTURE_FAULTY,
            f"This code holds a date of the kind {content[2:4]}, which is not defined; scan the other codes.",
        )
    normal = f"{calendar_date(content[4:12])}T{clock_time(content[12:16])}"
    if content[0] == "2":
        return Contents(parts={"kind": kind, "zone": "UTC"}, normal=normal + "Z")
    return Contents(parts={"kind": kind, "zone": "local"}, normal=normal, local=True)


def container(content: str) -> Contents:
    """017: who made the container, and its catalogue number."""
    return Contents(
        parts={"position": content[0], "manufacturer": content[1:3], "catalogue": content[3:].lstrip("0") or "0"}
    )


def lot(content: str) -> Contents:
    """018, 022, 035, 036: a number that was filled up with zeros on the left."""
    return Contents(parts={"lot": content.lstrip("0") or "0"})


def donor(content: str) -> Contents:
    """019: the donor, whose number carries a check character in print."""
    return Contents(parts={"donor": content, "fin": content[:5], "check": check_character(content)})


def staff(content: str) -> Contents:
    """020: a member of staff."""
    return Contents(parts={"staff": content, "fin": content[:5]})


def compound(content: str) -> Contents:
    """023: how many structures follow, and by which sequence (000 is free)."""
    return Contents(parts={"count": content[:2], "reference": content[2:]})


def born(content: str) -> Contents:
    """024: the patient's date of birth, behind a code for where the symbol is."""
    return Contents(parts={"location": content[:2]}, normal=calendar_date(content[2:]))


def patient(content: str) -> Contents:
    """025: the patient's identification number, behind a code for where the symbol is and its length."""
    return Contents(parts={"location": content[:2], "patient": content[4:]})


def consignment(content: str) -> Contents:
    """028: one container of a consignment; container 00 stands on the paperwork."""
    box, total = content[12:14], content[14:16]
    if box > total:
        raise Unreadable(
            Refusal.STRUCTURE_FAULTY,
            f"This code says container {box} of {total}, which cannot be; check the consignment with the sender.",
        )
    return Contents(
        parts={
            "fin": content[:5],
            "year": content[5:7],
            "sequence": content[7:12],
            "container": box,
            "total": total,
        }
    )


def dimensions(content: str) -> Contents:
    """029: measured amounts, each with how it compares, what it measures, and its decimals."""
    parts: dict[str, str] = {}
    for number in range(int(content[:2])):
        segment = content[2 + number * 14 : 16 + number * 14]
        decimals = int(segment[11])
        if decimals > 5:
            raise Unreadable(
                Refusal.STRUCTURE_FAULTY,
                "This code holds an amount with more than five decimals, which is not defined; read it from the text.",
            )
        digits = segment[6:11]
        whole, fraction = digits[: 5 - decimals].lstrip("0") or "0", digits[5 - decimals :]
        suffix = "" if number == 0 else f"_{number + 1}"
        parts[f"comparison{suffix}"] = segment[:2]
        parts[f"dimension{suffix}"] = segment[2:6]
        parts[f"amount{suffix}"] = f"{whole}.{fraction}" if decimals else whole
    return Contents(parts=parts)


def division(content: str) -> Contents:
    """032: the division of the product, as a number or as up to three levels of two letters."""
    return Contents(parts={"division": content})


def processor(content: str) -> Contents:
    """033: the facility that processed the product, and its own product code."""
    return Contents(parts={"processor": content[:5], "facility_product": content[5:]})


def processor_product(content: str) -> Contents:
    """034: processing facility, its own product code, and the product description code."""
    return Contents(parts={"processor": content[:5], "facility_product": content[5:11], "pdc": content[11:]})


def european_code(content: str) -> Contents:
    """038: the Single European Code (ST-012): country, establishment, donation, system, product, split, expiry."""
    given = content[8:21]
    system = content[21]
    if system == "A" and not re.fullmatch(DONATION, given):
        raise Unreadable(
            Refusal.STRUCTURE_FAULTY,
            f"The Single European Code says that {given} is an ISBT 128 donation, which it is not; scan it again.",
        )
    expiry = None if content[32:] == "00000000" else calendar_date(content[32:])
    return Contents(
        parts={
            "country": content[:2],
            "establishment": content[2:8],
            "donation": given,
            "system": system,
            "product": content[22:29],
            "split": content[29:32],
        },
        normal=expiry,
        local=expiry is not None,
    )


def registration(content: str) -> Contents:
    """039: the global registration identifier of a donor (GRID), which ends with its own checksum."""
    if check_number(content[:17]) != content[17:]:
        raise Unreadable(
            Refusal.CHECK_CHARACTER_WRONG,
            f"The last two digits of the donor registration {content} do not agree with it; scan or type it again.",
        )
    return Contents(
        parts={"grid": content, "issuer": content[:4], "registration": content[4:17], "check": content[17:]}
    )


def chain_of_identity(content: str) -> Contents:
    """040: the chain of identity identifier of one patient's therapy."""
    # ST-001 §7.5 computes K from the whole content, `CH` included; ST-028 was not available to confirm it.
    return Contents(
        parts={
            "coi": content,
            "issuer": content[2:7],
            "fin": content[2:7],
            "year": content[7:9],
            "sequence": content[9:],
            "check": check_character(content),
        }
    )
