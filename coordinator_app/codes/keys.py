"""The names by which the object behind a label is known, in one form whatever code carried them."""

from __future__ import annotations

from collections.abc import Iterator

from coordinator_app.domain.scan import ScanField, ScannedLabel


def keys_of(label: ScannedLabel) -> tuple[str, ...]:
    """Return the canonical keys of a label, each once, in a fixed order; a date of birth never gives one.

    `din:` donation · `unit:` donation and product code · `coi:` chain of identity · `gsrn:` patient wristband ·
    `staff:` badge · `item:` trade item and serial · `sscc:` `giai:` `grai:` `gln:` things and places · `gdti:` papers ·
    `order:` · `donor:` `grid:` `patient-id:` people · `serial:` the program's own label · `trial-NAME:` the trial's
    identifiers.
    A kind of product alone (a trade item without serial, an asset type) names no object and gives none.
    """
    fields = {field.id: field for field in label.fields}
    found = (*_of_isbt128(fields), *_of_gs1(fields), *_of_own_label(fields), *_of_trial(label.fields))
    return tuple(dict.fromkeys(found))


def _of_isbt128(fields: dict[str, ScanField]) -> Iterator[str]:
    donation = fields.get("isbt128:001")
    product = fields.get("isbt128:003")
    if donation:
        yield f"din:{donation.parts['din']}"
    european = fields.get("isbt128:038") or fields.get("sec:text")
    # Only coding system A says that the donation is an ISBT 128 one.
    if european and european.parts["system"] == "A":
        yield f"din:{european.parts['donation']}"
    if donation and product:
        division = fields.get("isbt128:032")
        if product.parts["division"] != "99":
            yield f"unit:{donation.parts['din']}/{product.value}"
        elif division:
            # 99 is the same on every division of a product: without structure 032 two bags would share one key.
            yield f"unit:{donation.parts['din']}/{product.value}/{division.value}"
    for id, part, kind in (
        ("isbt128:040", "coi", "coi"),
        ("isbt128:020", "staff", "staff"),
        ("isbt128:019", "donor", "donor"),
        ("isbt128:039", "grid", "grid"),
        ("isbt128:025", "patient", "patient-id"),
    ):
        if id in fields:
            yield f"{kind}:{fields[id].parts[part]}"


def _of_gs1(fields: dict[str, ScanField]) -> Iterator[str]:
    serial = fields.get("gs1:21")
    for id in ("gs1:01", "gs1:03", "gs1:8006"):
        if serial and id in fields:
            yield f"item:{fields[id].value}/{serial.value}"
    for id, kind in (("gs1:8018", "gsrn"), ("gs1:8017", "staff"), ("gs1:00", "sscc"), ("gs1:8004", "giai")):
        if id in fields:
            yield f"{kind}:{fields[id].value}"
    # An asset or a document without its serial part is a kind of box or of paper, and no single one.
    for id, kind, unserialised in (("gs1:8003", "grai", 14), ("gs1:253", "gdti", 13)):
        if id in fields and len(fields[id].value) > unserialised:
            yield f"{kind}:{fields[id].value}"
    if "gs1:414" in fields:
        room = fields.get("gs1:254")
        yield f"gln:{fields['gs1:414'].value}" + (f"/{room.value}" if room else "")
    if "gs1:400" in fields:
        yield f"order:{fields['gs1:400'].value}"


def _of_own_label(fields: dict[str, ScanField]) -> Iterator[str]:
    for name in ("serial", "coi", "unit"):
        if f"label:{name}" in fields:
            yield f"{name}:{fields[f'label:{name}'].value}"


def _of_trial(fields: tuple[ScanField, ...]) -> Iterator[str]:
    for field in fields:
        if field.id.startswith("trial:"):
            yield f"trial-{field.id.removeprefix('trial:')}:{field.value}"
