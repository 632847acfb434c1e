"""Evidence: which object was read, when, by what device, scanned or typed."""

from __future__ import annotations

from msgspec import Struct


class Evidence(Struct, frozen=True, omit_defaults=True):
    """One reading that an event rests on (`formats.md` §1.1, `evidence`).

    `at_ns` is the suspend-aware clock of the workstation in nanoseconds; `length` counts the bytes read; `raw` is hex
    and only present for codes that identify no person, otherwise the bytes are sealed and `mac` is HMAC-SHA-256 under
    the same key.
    """

    object: str
    arm: int
    how: str
    symbology: str
    scanner: str
    length: int
    at_ns: int
    mac: str = ""
    raw: str = ""
