"""A workstation that writes real events and lines, with real keys, for the tests of hub and exchange."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from coordinator_app.domain.seal import NO_EVENT, canonical, event_id, instant, signed_part
from coordinator_app.exchange.protocol import Line, line_of

BEGIN = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def verify(key: bytes, sig: bytes, part: bytes) -> bool:
    """Say whether the holder of this public key signed the part."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(sig, part)
    except InvalidSignature:
        return False
    return True


class Author:
    """One workstation; every `opens` begins another run of the program."""

    def __init__(self, name: str, at: datetime = BEGIN) -> None:
        digest = hashlib.sha256(name.encode())
        self.device = "workstation:" + digest.hexdigest()[:32]
        self.key = Ed25519PrivateKey.from_private_bytes(digest.digest())
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.sign: Callable[[bytes], bytes] = self.key.sign
        self.at = at
        self.epoch, self.seq, self.head = "", 0, NO_EVENT
        self._runs = 0
        self.lines: dict[str, list[Line]] = {}

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.public).hexdigest()

    def opens(
        self,
        *,
        parent: dict[str, object] | None = None,
        follows: bool = True,
        epoch: str = "",
        types: tuple[str, ...] = (),
    ) -> str:
        """Begin a run; it names the end of the one before unless told otherwise."""
        before = {"epoch": self.epoch, "seq": self.seq - 1, "id": self.head} if self.epoch and follows else {}
        self._runs += 1
        self.epoch = epoch or hashlib.sha256(f"{self.device}{self._runs}".encode()).hexdigest()[:32]
        self.seq, self.head = 0, NO_EVENT
        body: dict[str, object] = {"workstation": self.device, "site": "site:" + "b" * 32, "program": "0.1.0"}
        if types:
            body["types"] = sorted(types)
        self.writes("EpochOpened", {**body, "parent": parent if parent is not None else before})
        return self.epoch

    def writes(self, type: str = "SleepNoticed", body: dict[str, object] | None = None, **changed: object) -> Line:
        """Write one event and keep its line."""
        self.at += timedelta(seconds=1)
        event = {
            "v": 1,
            "epoch": self.epoch,
            "seq": self.seq,
            "prev": self.head,
            "type": type,
            "type_v": 1,
            "must": False,
            "subject": self.device,
            "device": self.device,
            "at": instant(self.at),
            "zone": "Europe/Berlin",
            "boot": "1" * 32,
            "boot_ns": 1000,
            "clock": "free",
            "body": body if body is not None else {"slept_ms": self.seq},
            **changed,
        }
        written = canonical(event)
        id = event_id(written)
        line = line_of(written, id, self.sign(signed_part(id)), None)
        self.seq, self.head = self.seq + 1, id
        self.lines.setdefault(self.epoch, []).append(line)
        return line

    def copied(self) -> Author:
        """Return a second workstation that goes on from the same state, as a copied virtual machine does."""
        twin = Author.__new__(Author)
        twin.__dict__.update(self.__dict__)
        twin.lines = {epoch: list(lines) for epoch, lines in self.lines.items()}
        twin._runs = self._runs + 1000
        return twin
