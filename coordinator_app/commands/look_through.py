"""What the bound process does with a bundle: reads it from end to end and says whether it may be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from coordinator_app.exchange.protocol.stick import BundleRefused, check_stick
from coordinator_app.exchange.protocol.stick_apart import MEMORY
from coordinator_app.procedures.exchange_rounds import verify
from coordinator_app.small_process import bind_this_process


def look(path: Path, told: bytes) -> dict[str, Any]:
    """Return the cover of a sound bundle, or `why` it is not used."""
    given = json.loads(told)
    makers = {name: bytes.fromhex(key) for name, key in given["makers"].items()}
    with path.open("rb") as file:
        bind_this_process(MEMORY)
        try:
            cover = check_stick(
                file,
                bytes.fromhex(given["key"]),
                lambda device, sig, part: device in makers and verify(makers[device], sig, part),
            )
        except BundleRefused as fault:
            return {"why": str(fault)}
    found: dict[str, Any] = msgspec.to_builtins(cover)
    return found
