"""What a step needs from one scan, and whether the scan has it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from coordinator_app.codes.gs1_values import ai_at
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScanField


class Contract(Struct, frozen=True):
    """The ids of the fields that a step requires, such as `("gs1:01", "gs1:21")`."""

    required: tuple[str, ...]


def missing_from(contract: Contract | None, fields: Sequence[ScanField]) -> tuple[str, ...]:
    """Return the required ids that no field has, in the order of the contract; nothing is required by no contract."""
    if contract is None:
        return ()
    present = {field.id for field in fields}
    return tuple(required for required in contract.required if required not in present)


def check_contract(contract: Contract | None, fields: Sequence[ScanField]) -> None:
    """Refuse a scan in which a required part is missing; raises Unreadable.

    Where the text of another field could have swallowed the part, the separator between them was probably lost:
    `10LOT42A21KIT00017` reads as one long lot, never as a lot and a kit number (standards §0 D4).
    """
    missing = missing_from(contract, fields)
    if not missing:
        return
    for part in missing:
        swallower = _swallower(part, fields)
        if swallower is not None:
            raise Unreadable(
                Refusal.SEPARATOR_LOST,
                f"The part {_shown(part)} is missing and may be inside {_shown(swallower)}, as when the separator is "
                "lost; set the scanner to send the separator, or to serial, and scan again.",
                tuple(fields),
            )
    raise Unreadable(
        Refusal.PART_MISSING,
        f"This step needs {' and '.join(_shown(part) for part in missing)}, which this code does not hold; "
        "scan the code that does.",
        tuple(fields),
    )


def _swallower(part: str, fields: Sequence[ScanField]) -> str | None:
    if not part.startswith("gs1:"):
        return None
    wanted = part.removeprefix("gs1:")
    for field in fields:
        ai = ai_at(field.id.removeprefix("gs1:")) if field.id.startswith("gs1:") else None
        if ai is None or ai.least == ai.greatest:
            continue
        # The lost field would begin after at least one character of this one and hold at least one itself.
        if wanted in field.value[1:-1]:
            return field.id
    return None


def _shown(part: str) -> str:
    if part.startswith("gs1:"):
        return f"({part.removeprefix('gs1:')})"
    return part
