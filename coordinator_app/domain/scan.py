"""What a reader made of one scan: the fields on a label, or the reason it cannot be used."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from coordinator_app.domain.refusal import Refusal


class Route(StrEnum):
    """The standard by which a scan was read (`formats.md` §4)."""

    ISBT128 = "isbt128"
    GS1 = "gs1"
    DIGITAL_LINK = "digital-link"
    SIGNED_LABEL = "signed-label"
    SEC = "sec"
    TRIAL = "trial"
    GTIN = "gtin"
    NONE = "none"


class ScanField(Struct, frozen=True):
    """One identifier or attribute read from a label.

    `id` is `isbt128:NNN`, `gs1:AI`, `sec:text`, `label:NAME` or `trial:NAME`; `value` holds the characters as encoded;
    `normal` an ISO date or time where the value is one; `local` is true for a time without a zone;
    `parts` are the named parts of a structure (`din`, `fin`, `year`, `flags`, `check`, `pdc`, `division` …).
    """

    id: str
    name: str
    value: str
    normal: str | None = None
    valid: bool = True
    local: bool = False
    parts: dict[str, str] = {}


class ScannedLabel(Struct, frozen=True):
    """One scan that was read exactly. `raw` are the bytes as the scanner sent them, prefix and suffix removed."""

    route: Route
    symbology: str | None
    fields: tuple[ScanField, ...]
    raw: bytes
    warnings: tuple[str, ...] = ()

    def field(self, id: str) -> ScanField | None:
        """Return the first field with this id, or None."""
        return next((field for field in self.fields if field.id == id), None)


class ScanRefused(Struct, frozen=True):
    """One scan that cannot be used; `message` is one plain sentence with what to do next."""

    reason: Refusal
    message: str
    raw: bytes
    route: Route = Route.NONE
    symbology: str | None = None
    fields: tuple[ScanField, ...] = ()
    warnings: tuple[str, ...] = ()
