"""The ISBT 128 data structures a trial site meets: identifier, name, length, alphabet, reader (ST-001 §2.4)."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from coordinator_app.codes import isbt_contents as contents
from coordinator_app.codes.isbt_contents import DONATION, FACILITY, Contents


class Structure(Struct, frozen=True):
    """One data structure. `length` is None where the content itself says how long it is."""

    number: str
    identifier: str
    name: str
    length: int | None
    pattern: re.Pattern[str]
    read: Callable[[str], Contents]


def _structure(
    number: str, identifier: str, name: str, length: int | None, pattern: str, read: Callable[[str], Contents]
) -> Structure:
    return Structure(number, identifier, name, length, re.compile(pattern), read)


DONATION_NUMBER = _structure(
    "001", "=", "Donation identification number", 15, DONATION + "[0-9A-HJ-NPR-Y]{2}", contents.donation
)
"""The only structure whose second identifier character is also its first character of content."""

COMPOUND = _structure("023", "=+", "Compound message", 5, "[0-9]{5}", contents.compound)

_SIX, _TEN = "[0-9]{6}", "[0-9]{10}"

STRUCTURES: dict[str, Structure] = {
    structure.identifier: structure
    for structure in (
        COMPOUND,
        _structure("002", "=%", "Blood group", 4, "[A-Za-z0-9]{2}[A-Z0-9]0", contents.blood_group),
        _structure("003", "=<", "Product code", 8, "[A-Z][A-Z0-9]{4}[A-Za-z0-9][A-Z0-9][a-z0-9]", contents.product),
        _structure("004", "=>", "Expiry date", 6, _SIX, contents.day),
        _structure("005", "&>", "Expiry date and time", 10, _TEN, contents.day_and_time),
        _structure("006", "=*", "Collection date", 6, _SIX, contents.day),
        _structure("007", "&*", "Collection date and time", 10, _TEN, contents.day_and_time),
        _structure("008", "=}", "Production date", 6, _SIX, contents.day),
        _structure("009", "&}", "Production date and time", 10, _TEN, contents.day_and_time),
        _structure("010", "&(", "Special testing", 5, "[A-Z0-9]{5}", contents.opaque),
        _structure("014", "&{", "HLA and platelet antigens", 18, "[A-Za-z0-9]{18}", contents.opaque),
        _structure("017", "=)", "Container manufacturer and catalogue", 10, "[A-Za-z0-9]{10}", contents.container),
        _structure("018", "&)", "Container lot", 10, "[A-Za-z0-9]{10}", contents.lot),
        _structure("019", "=;", "Donor identification number", 21, FACILITY + "[0-9]{16}", contents.donor),
        _structure("020", "='", "Staff member", 11, FACILITY + "[A-Z0-9]{6}", contents.staff),
        _structure("021", "=-", "Item manufacturer and catalogue", 10, "[A-Za-z0-9]{10}", contents.opaque),
        _structure("022", "&-", "Item lot", 10, "[A-Za-z0-9]{10}", contents.lot),
        _structure("024", "=#", "Date of birth", 10, _TEN, contents.born),
        _structure("025", "&#", "Patient identification number", None, "[0-9]{4}[A-Za-z0-9]+", contents.patient),
        _structure("026", "=]", "Expiry month", 6, _SIX, contents.month),
        _structure("028", "=$", "Consignment", 16, FACILITY + "[0-9]{11}", contents.consignment),
        _structure("029", "&$", "Dimensions", None, "[0-9]{2}([0-9]{12}00)+", contents.dimensions),
        _structure("031", "=(", "Date and time", 16, "[12]0[0-9]{14}", contents.flexible_time),
        _structure("032", "=,", "Product division", 6, "[A-Z0-9]{6}", contents.division),
        _structure("033", "&+", "Processing facility", 11, "[A-NP-Z0-9]{5}[A-Z0-9]{6}", contents.processor),
        _structure("034", "=/", "Processor product", 16, "[A-NP-Z0-9]{5}[A-Z0-9]{11}", contents.processor_product),
        _structure("035", "&,1", "MPHO lot", 18, "[A-Z0-9]{18}", contents.lot),
        _structure("036", "&,2", "MPHO supplement", 18, "[A-Z0-9]{18}", contents.lot),
        _structure(
            "038",
            "&,4",
            "Single European Code",
            40,
            "[A-Z]{2}[A-Z0-9]{6}[A-Za-z0-9]{13}[ABE][A-Za-z0-9]{7}[A-Za-z0-9]{3}[0-9]{8}",
            contents.european_code,
        ),
        _structure(
            "039", "&:", "Donor registration (GRID)", 19, "[1-9][0-9]{3}[A-Z0-9]{13}[0-9]{2}", contents.registration
        ),
        _structure(
            "040",
            "&/",
            "Chain of identity identifier",
            15,
            "CH" + FACILITY + "[0-9]{2}[A-Z0-9]{6}",
            contents.chain_of_identity,
        ),
    )
}
"""Every structure by its data identifier, the donation number excepted."""

RETIRED: dict[str, str] = {"={": "011", "=[": "015", '="': "016", "&,3": "037"}
"""Structures that may still be met on an old label: named, never read."""

UNBOUNDED: dict[str, tuple[str, str]] = {
    "&;": ("national-donor", "National donor identification"),
    "&!": ("exclusion", "Confidential exclusion"),
}
"""Structures whose length no standard fixes; all that follows belongs to them."""

REPEATABLE = {"010": 5, "031": 4}
"""Structures that one label may carry twice, and how many characters tell them apart: tests, kinds of date."""
