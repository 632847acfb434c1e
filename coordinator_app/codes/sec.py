"""The Single European Code as printed text, and the unique identifier of a medical product of human origin."""

from __future__ import annotations

import re

from coordinator_app.codes.isbt_contents import DONATION, european_code
from coordinator_app.codes.isbt_structures import STRUCTURES
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScanField

PREFIX = "SEC:"

_PRINTED = re.compile(r"SEC:\s*([A-Za-z0-9]{21})\s+([A-Za-z0-9]{19})")
_PRODUCT_OF_HUMAN_ORIGIN = re.compile(rf"([A-NP-Z0-9]{{5}})([A-Z0-9]{{5}})({DONATION})([A-Z0-9]{{6}})")


def read_sec_text(text: str) -> tuple[ScanField, ...]:
    """Read `SEC:` and its two groups of 21 and 19 characters (ST-012 §1.5); raises Unreadable."""
    found = _PRINTED.fullmatch(text)
    code = "".join(found.groups()) if found else ""
    if not STRUCTURES["&,4"].pattern.fullmatch(code):
        raise Unreadable(
            Refusal.STRUCTURE_FAULTY,
            "The Single European Code is not two groups of 21 and 19 characters as it must be; scan or type it again.",
        )
    read = european_code(code)
    field = ScanField(
        id="sec:text", name="Single European Code", value=code, normal=read.normal, local=read.local, parts=read.parts
    )
    return (field,)


def read_mpho(text: str) -> dict[str, str]:
    """Return the parts of a 29-character MPHO unique identifier: processor, pdc, din, division; raises Unreadable."""
    found = _PRODUCT_OF_HUMAN_ORIGIN.fullmatch(text)
    if not found:
        raise Unreadable(
            Refusal.STRUCTURE_FAULTY,
            "The identifier of the product is not made of facility, product, donation and division; read it again.",
        )
    return dict(zip(("processor", "pdc", "din", "division"), found.groups(), strict=True))
