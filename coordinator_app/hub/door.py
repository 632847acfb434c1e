"""Who asks: the signature of a request, its nonce and its time; and how often anybody may ask."""

from __future__ import annotations

import hashlib
import hmac
import threading
from datetime import datetime, timedelta

from coordinator_app.domain.seal import NotCanonical, instant, read_instant
from coordinator_app.exchange.protocol import ProtocolBroken, Refused, Signed, read_authorization, request_part
from coordinator_app.hub.checking import Verify
from coordinator_app.hub.ledger import Ledger, WorkstationRow

WINDOW = timedelta(minutes=5)
"""A workstation's clock may be this far off before the hub asks for a challenge to be signed."""
CHALLENGE_FOR = timedelta(minutes=1)
FORGET_AFTER = timedelta(minutes=10)
"""Nonces are remembered for so long, twice the window."""


class Door:
    """Lets in requests that an admitted workstation signed, each once."""

    def __init__(self, ledger: Ledger, verify: Verify, secret: bytes, opened_at: datetime) -> None:
        """`secret` is the hub's own and the same in all its processes; `opened_at` is when this process began."""
        self._ledger = ledger
        self._verify = verify
        self._secret = secret
        # Books that remember nonces in memory have forgotten those from before; what was signed then is not let in.
        self._not_before = instant(opened_at) if ledger.engine == "sqlite" else ""

    def admit(self, method: str, target: str, body: bytes, header: str, now: datetime) -> WorkstationRow | Refused:
        """Return the workstation that signed this request; it may have been withdrawn."""
        try:
            signed = read_authorization(header)
        except ProtocolBroken as fault:
            return Refused("signature", str(fault))
        part = request_part(method, target, hashlib.sha256(body).hexdigest(), signed.nonce, signed.time)
        row = self._who(signed, part)
        if row is None:
            return Refused("signature", "No admitted workstation signed this request; ask for admission.")
        if signed.nonce.startswith("c."):
            if not self._is_our_challenge(signed.nonce, now):
                return self._ask_again(now)
        elif not self._in_time(signed.time, now):
            return self._ask_again(now)
        if not self._ledger.first_use(row.device, signed.nonce, instant(now), instant(now - FORGET_AFTER)):
            return Refused("signature", "This request was made before; sign a new one.")
        return row

    def challenge(self, now: datetime) -> str:
        """Return a nonce that proves by itself when this hub gave it out."""
        told = now.strftime("%Y%m%d%H%M%S%f")
        return f"c.{told}.{self._seal(told)}"

    def _ask_again(self, now: datetime) -> Refused:
        why = "The clock of this workstation differs from the hub's; sign again with the challenge."
        return Refused("clock", why, time=instant(now), challenge=self.challenge(now))

    def is_office(self, method: str, target: str, body: bytes, header: str, key: bytes, now: datetime) -> bool:
        """Say whether whoever holds the hub's own key signed this request, and just now."""
        try:
            signed = read_authorization(header)
        except ProtocolBroken:
            return False
        part = request_part(method, target, hashlib.sha256(body).hexdigest(), signed.nonce, signed.time)
        ours = signed.device == "hub" and self._verify(key, bytes.fromhex(signed.sig), part)
        first = ours and self._ledger.first_use("hub", signed.nonce, instant(now), instant(now - FORGET_AFTER))
        return first and self._in_time(signed.time, now)

    def _who(self, signed: Signed, part: bytes) -> WorkstationRow | None:
        with self._ledger.reading() as book:
            rows = book.workstations(signed.device)
        for row in rows:
            known = row.state in ("approved", "revoked")
            if known and self._verify(bytes.fromhex(row.public_key), bytes.fromhex(signed.sig), part):
                return row
        return None

    def _in_time(self, time: str, now: datetime) -> bool:
        try:
            said = read_instant(time)
        except NotCanonical:
            return False
        return abs(said - now) <= WINDOW and time >= self._not_before

    def _is_our_challenge(self, nonce: str, now: datetime) -> bool:
        _, told, seal = [*nonce.split("."), "", ""][:3]
        if not hmac.compare_digest(self._seal(told), seal):
            return False
        at = datetime.strptime(told, "%Y%m%d%H%M%S%f").replace(tzinfo=now.tzinfo)
        return timedelta(0) <= now - at <= CHALLENGE_FOR

    def _seal(self, told: str) -> str:
        return hmac.new(self._secret, b"coordinator/challenge/v1\x00" + told.encode(), hashlib.sha256).hexdigest()


class Rates:
    """A bucket of permissions for each name: `burst` at once, `per_second` after that."""

    def __init__(self, per_second: float, burst: float) -> None:
        """Begin with full buckets."""
        self._per_second = per_second
        self._burst = burst
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, name: str, now: float, cost: float = 1.0) -> float:
        """Take a permission and return 0, or return the seconds until there is one; `now` counts seconds."""
        with self._lock:
            left, then = self._buckets.get(name, (self._burst, now))
            left = min(self._burst, left + (now - then) * self._per_second)
            if left < cost:
                self._buckets[name] = (left, now)
                return (cost - left) / self._per_second
            self._buckets[name] = (left - cost, now)
            if len(self._buckets) > 10_000:
                # A bucket that is full again says nothing; without this strangers could fill the memory.
                self._buckets = {known: each for known, each in self._buckets.items() if now - each[1] < 600}
            return 0.0
