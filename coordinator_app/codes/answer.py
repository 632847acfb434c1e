"""The answer of `coordinator scan --json`, exactly as `formats.md` §4 has it."""

from __future__ import annotations

from typing import Any

from coordinator_app.domain.scan import Route, ScanField, ScannedLabel, ScanRefused

_STANDARD = {
    Route.ISBT128: "an ISBT 128 code",
    Route.GS1: "a GS1 code",
    Route.DIGITAL_LINK: "a GS1 web address, which was not opened",
    Route.SIGNED_LABEL: "a signed label of this program",
    Route.SEC: "a Single European Code",
    Route.TRIAL: "an identifier of the trial",
    Route.GTIN: "a retail code, which names a kind of product only",
}


def scan_answer(result: ScannedLabel | ScanRefused) -> dict[str, Any]:
    """Return the answer as plain JSON values; the parts of a field stand beside its id, name and value."""
    refused = isinstance(result, ScanRefused)
    return {
        "accepted": not refused,
        "route": result.route.value,
        "symbology": result.symbology,
        "fields": [_field(field) for field in result.fields],
        "warnings": list(result.warnings),
        "refusal": result.reason.value if isinstance(result, ScanRefused) else None,
        "message": result.message if isinstance(result, ScanRefused) else _accepted(result),
    }


def _field(field: ScanField) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "id": field.id,
        "name": field.name,
        "value": field.value,
        "normal": field.normal,
        "valid": field.valid,
    }
    if field.local:
        answer["local"] = True
    # No part is named like one of the keys above; the keys come last so that a part could never hide one.
    return {**field.parts, **answer}


def _accepted(label: ScannedLabel) -> str:
    names = ", ".join(field.name for field in label.fields)
    return f"Read as {_STANDARD[label.route]}: {names}."
