"""Rounds of the exchange with the hub of this record, and how a workstation joins a hub and a site."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from coordinator_app.domain.events import WorkstationAdmitted
from coordinator_app.domain.seal import instant
from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.asking import ANSWER_WITHIN
from coordinator_app.exchange.client import HubAddress, HubClient, drive
from coordinator_app.exchange.core import Exchange, Round, Unreachable
from coordinator_app.exchange.ports import Identity, Pause, Reply, Request
from coordinator_app.procedures.exchange_attachments import RecordAttachments
from coordinator_app.procedures.exchange_keys import HANDED, JOINING, OFFERED, wrapped_among
from coordinator_app.procedures.exchange_record import HUB, REPLAYING, ExchangeRecord
from coordinator_app.store.arrivals import knows
from coordinator_app.store.site_key import fingerprint, hand_over, offer, take_over
from coordinator_app.store.store import Store

_Result = TypeVar("_Result")
Steps = Generator[Request | Pause, Reply, _Result]
"""Requests of a piece of the exchange, carried by somebody else."""


class HubSet(Struct, frozen=True):
    """The hub of this record: where it is, and the key with which it signs."""

    address: HubAddress
    hub_key: str


class NotJoined(Exception):
    """This record exchanges with no hub yet, or may not; the text is one plain sentence with what to do next."""


class NotHeard(NotJoined):
    """Nothing answered at the hub's address: asking again later may help."""


def verify(key: bytes, sig: bytes, part: bytes) -> bool:
    """Say whether the holder of this public key signed the part."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(sig, part)
    except (InvalidSignature, ValueError):
        return False
    return True


def _now() -> str:
    return instant(datetime.now(UTC))


def admission_request(code: str, workstation: str, public_key: bytes) -> Request:
    """Return the request with which a workstation asks a hub to admit it; `enrolled_of` reads the reply."""
    asked = p.Enrolment(code, workstation, public_key.hex(), fingerprint(public_key))
    return Request("POST", "/v1/enrolments", p.written(asked), {p.PROTOCOL_HEADER: str(p.PROTOCOL)}, 30.0)


def ask_admission(address: HubAddress, code: str, workstation: str, public_key: bytes) -> p.Enrolled:
    """Ask a hub to admit a workstation; raises NotJoined with what the hub said."""
    client = HubClient(address)
    try:
        return enrolled_of(client.carry(admission_request(code, workstation, public_key)))
    finally:
        client.close()


def enrolled_of(reply: Reply) -> p.Enrolled:
    """Return what a hub answered to a wish to be admitted; raises NotJoined, NotHeard where no hub answered."""
    if reply.status == 0:
        raise NotHeard(reply.body.decode(errors="replace"))
    try:
        if reply.status not in (200, 202):
            raise NotJoined(msgspec.json.decode(reply.body, type=p.Refused).why)
        found = msgspec.json.decode(reply.body, type=p.Enrolled)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise NotJoined("Something else than a hub answers at this address; check it.") from fault
    part = p.checkpoint_part(found.site, found.hub_epoch, found.size, found.head)
    if not verify(bytes.fromhex(found.hub_key), bytes.fromhex(found.sig), part):
        raise NotJoined("The hub did not sign its answer with its own key; do not use it.")
    return found


class Rounds:
    """Exchanges one open record with its hub."""

    def __init__(self, store: Store, now: Callable[[], str] = _now) -> None:
        """Take the open store; raises NotJoined only when a round is asked for."""
        self._store = self.store = store
        self._now = now
        self.record = ExchangeRecord(store)
        self.attachments = RecordAttachments(store)

    @property
    def hub(self) -> HubSet | None:
        """The hub of this record."""
        text = self.record.arrivals.tables.mark(HUB)
        return msgspec.json.decode(text.encode(), type=HubSet) if text else None

    def join(self, address: HubAddress, enrolled: p.Enrolled, admitting: str = "") -> None:
        """Keep the hub; `admitting` is the fingerprint of the workstation that will hand over the site key.

        Raises NotJoined where the hub keeps another site.
        """
        if enrolled.site != self._store.site:
            raise NotJoined("The code invites to another site than this record's; ask for one of this site.")
        known = self.hub
        if known is not None and known.hub_key != enrolled.hub_key:
            raise NotJoined("This record exchanges with another hub already; that must be given up first.")
        with self._store.writing():
            tables = self.record.arrivals.tables
            tables.set_mark(HUB, msgspec.json.encode(HubSet(address, enrolled.hub_key)).decode())
            if admitting:
                tables.set_mark(JOINING, admitting)
                tables.set_mark(REPLAYING, "1")

    def once(self) -> Round:
        """Do one round; raises NotJoined and what the exchange core raises."""
        hub = self._hub()
        client = HubClient(hub.address)
        try:
            exchange = self.exchange(ANSWER_WITHIN)
            if self.record.arrivals.tables.mark(JOINING):
                drive(self.take_site_key(exchange), client)
            done = drive(exchange.once(), client)
            while done.attachments.left:
                more = drive(exchange.once(), client).attachments
                more.sent, more.taken = more.sent + done.attachments.sent, more.taken + done.attachments.taken
                done.attachments = more
            return done
        finally:
            client.close()

    def admit(self, named: str, place: str) -> str:
        """Admit the workstation whose screen shows this fingerprint: record it and hand it the site key.

        Returns its id; raises NotJoined where the hub has no such workstation, or it offered nothing to seal to.
        """
        hub = self._hub()
        client = HubClient(hub.address)
        try:
            exchange = Exchange(self.record, self._identity_for(hub), keys=self.record.keys)
            drive(exchange.once(), client)
            device, key = self._named(named)
            if not drive(self.hand_over(exchange, device, key), client):
                raise NotJoined("That workstation offered no key yet; let it exchange once after its approval.")
            if device not in self.record.arrivals.admitted():
                with self._store.writing() as writing:
                    body = WorkstationAdmitted(workstation=device, place=place, public_key=key.hex())
                    writing.append(body, subject=device)
            drive(exchange.once(), client)
        finally:
            client.close()
        return device

    # Inside ---------------------------------------------------------------------------------------------------------

    def take_site_key(self, exchange: Exchange) -> Steps[None]:
        """Offer a key to seal to, and take the site key once an admitted workstation sealed it.

        Raises NotJoined while that has not happened, StoreFault where another workstation than the named one sealed it.
        """
        keys = yield from self._keys(exchange)
        mine = OFFERED + self._store.workstation
        if mine not in keys.keys:
            told = p.Keys(keys.generation, {mine: offer(self._store).hex()})
            yield from exchange.ask("PUT", "/v1/keys", told, p.KeysAnswer)
        handed = keys.keys.get(HANDED + self._store.workstation)
        if handed is None:
            raise NotJoined(
                "This workstation waits for the site key; admit it at a workstation of the site by its fingerprint "
                f"{fingerprint(self._store.public_key)[:16]}, then exchange again."
            )
        heads = yield from exchange.ask("GET", "/v1/heads", None, p.Heads)
        if not isinstance(heads, p.Heads):
            raise NotJoined(heads.why)
        wanted = self.record.arrivals.tables.mark(JOINING)
        givers = [bytes.fromhex(each.public_key) for each in heads.workstations.values()]
        giver = next((key for key in givers if fingerprint(key).startswith(wanted)), b"")
        own = wrapped_among(keys.keys)
        take_over(self._store, bytes.fromhex(handed), giver, own)
        with self._store.writing():
            self.record.arrivals.tables.set_mark(JOINING, "")
        self.record.keys.begin(keys.generation, own)

    def hand_over(self, exchange: Exchange, device: str, key: bytes) -> Steps[bool]:
        """Seal the site key for a workstation; False while it has offered nothing to seal to. Raises NotJoined."""
        keys = yield from self._keys(exchange)
        offered = keys.keys.get(OFFERED + device)
        if offered is None:
            return False
        handed = hand_over(self._store, bytes.fromhex(offered), key)
        told = p.Keys(keys.generation, {HANDED + device: handed.hex()})
        answer = yield from exchange.ask("PUT", "/v1/keys", told, p.KeysAnswer)
        if isinstance(answer, p.Refused) and answer.code != "keys":
            raise NotJoined(answer.why)
        return True

    def _keys(self, exchange: Exchange) -> Steps[p.KeysAnswer]:
        answer = yield from exchange.ask("GET", "/v1/keys", None, p.KeysAnswer)
        if isinstance(answer, p.Refused):
            raise NotJoined(answer.why)
        return answer

    def _named(self, named: str) -> tuple[str, bytes]:
        text = self.record.arrivals.tables.mark("told_keys")
        told: dict[str, str] = json.loads(text) if text else {}
        found = [
            (device, bytes.fromhex(key))
            for device, key in told.items()
            if len(named) >= 16 and fingerprint(bytes.fromhex(key)).startswith(named)
        ]
        if len(found) != 1:
            raise NotJoined("The hub knows no workstation with that fingerprint; read it again from its screen.")
        return found[0]

    def _hub(self) -> HubSet:
        hub = self.hub
        if hub is None:
            raise NotJoined("This record exchanges with no hub; 'coordinator exchange join' names one.")
        return hub

    def exchange(self, within: float) -> Exchange:
        """Return the core for this record, whose requests somebody else carries; raises NotJoined."""
        return Exchange(self.record, self._identity_for(self._hub()), within, self.attachments, self.record.keys)

    def identity(self) -> Identity:
        """Return who asks this record's hub; raises NotJoined."""
        return self._identity_for(self._hub())

    def _identity_for(self, hub: HubSet) -> Identity:
        draw = secrets.SystemRandom()
        return Identity(
            self._store.workstation,
            self._store.site,
            bytes.fromhex(hub.hub_key),
            self._store.sign,
            verify,
            self._now,
            lambda: secrets.token_hex(16),
            draw.random,
            knows,
        )


def short(public_key: bytes) -> str:
    """Return the sixteen digits of a fingerprint that people compare, in groups of four."""
    digits = hashlib.sha256(public_key).hexdigest()[:16]
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))


__all__ = ["HubAddress", "NotHeard", "NotJoined", "Round", "Rounds", "Unreachable", "ask_admission", "short"]
