"""The sponsor's file: an order, the units made, their certificate and shipment, in one TOML or JSON text.

It is the second origin of what the labels say (design §2 rule 4): nobody at the site types it.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from datetime import UTC, datetime

import msgspec
from msgspec import Struct, field


class SponsorOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """What was ordered: number, version, how many units; `code` is what its barcode gives."""

    number: str
    version: int = 1
    units: int = 1
    code: str = ""


class SponsorIdentifier(Struct, frozen=True, forbid_unknown_fields=True):
    """One identifier the sponsor gives: the trial's word, its value, what its barcode gives."""

    name: str
    value: str
    code: str = ""


class SponsorUnit(Struct, frozen=True, forbid_unknown_fields=True):
    """One unit made for the patient: `codes` and `container_codes` as a scanner sends them."""

    number: int
    kind: str = "bag"
    name: str = "product"
    codes: tuple[str, ...] = ()
    container_codes: tuple[str, ...] = ()
    lot: str = ""
    expires_at: datetime | None = None


class SponsorCertificate(Struct, frozen=True, forbid_unknown_fields=True):
    """The certificate: its number and barcode, and whether it releases the product."""

    number: str
    releases: bool
    code: str = ""


class SponsorShipment(Struct, frozen=True, forbid_unknown_fields=True):
    """A shipment on its way: its code, seal, logger, courier and until when the shipper holds."""

    number: str
    code: str
    units: tuple[int, ...]
    seal: str = ""
    logger: str = ""
    courier: str = ""
    holds_until: datetime | None = None


class SponsorFile(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything one file of the sponsor says about one case. `sha256` is that of its bytes."""

    trial: str
    order: SponsorOrder | None = None
    identifier: tuple[SponsorIdentifier, ...] = ()
    unit: tuple[SponsorUnit, ...] = ()
    certificate: SponsorCertificate | None = None
    shipment: tuple[SponsorShipment, ...] = ()
    sha256: str = field(default="")


class SponsorFileFaulty(ValueError):
    """The file cannot be used; the text is one plain sentence with what to do next."""


def read_sponsor_file(content: bytes) -> SponsorFile:
    """Read a sponsor's file; raises SponsorFileFaulty, and nothing is taken from a file with a fault."""
    try:
        text = content.decode("utf-8")
        raw = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
        read = msgspec.convert(raw, SponsorFile, strict=True)
    except (UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SponsorFileFaulty(f"The file cannot be read ({fault}); ask the sponsor for a new copy.") from fault
    except msgspec.ValidationError as fault:
        said = f"The file lacks or misnames an entry ({fault}); ask the sponsor for a new one."
        raise SponsorFileFaulty(said) from fault
    for unit in read.unit:
        if unit.expires_at is not None and unit.expires_at.tzinfo is None:
            raise SponsorFileFaulty(f"The expiry of unit {unit.number} has no time zone; ask for a new file.")
    numbers = [unit.number for unit in read.unit]
    if len(set(numbers)) != len(numbers):
        raise SponsorFileFaulty("Two units have the same number; ask the sponsor for a new file.")
    return msgspec.structs.replace(read, sha256=hashlib.sha256(content).hexdigest())


def utc(at: datetime | None) -> datetime | None:
    """Return an aware instant in UTC."""
    return at.astimezone(UTC) if at is not None else None
