"""People: who may sign in, how a PIN opens the person's own signing key, and what locks it.

The PIN is stretched with Argon2id into a key that unwraps the person's Ed25519 key. There is no separate PIN hash: a
PIN is right when the key opens. The parameters stand beside the salt, so that they can be raised for new people.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.ids import SITE_KEY
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.site_record import StaffRecord
from coordinator_app.procedures.workplace import Workplace, new_id

PIN_COST = (3, 64 * 1024, 2)
"""Argon2id passes, KiB and lanes for a PIN (`reference/reliability.md` §4)."""
FAILURES_BEFORE_LOCK = 5
LONGEST_LOCK = timedelta(hours=1)
PIN_DIGITS = range(6, 13)
"""A PIN has 6 to 12 digits."""


class Present(Struct, frozen=True):
    """A person who is signed in, with the signing key that their PIN opened; it lives in memory only."""

    person: str
    role: str
    name: str
    family: str
    given: str
    sign: Callable[[bytes], bytes]


class Locked(Struct, frozen=True):
    """The PIN is locked until an instant."""

    until: datetime


def stretch(pin: str, parameters: str) -> bytes:
    """Return the 32-byte key of a PIN; `parameters` is `passes,KiB,lanes,salt hex`."""
    passes, kib, lanes, salt = parameters.split(",")
    return hash_secret_raw(
        pin.encode(), bytes.fromhex(salt), int(passes), int(kib), int(lanes), hash_len=32, type=Type.ID
    )


def add_person(
    work: Workplace,
    *,
    family: str,
    given: str,
    roles: tuple[str, ...],
    badges: tuple[str, ...],
    pin: str,
    added_by: str | None,
    cost: tuple[int, int, int] = PIN_COST,
) -> str:
    """Record a new person and return their id."""
    person = new_id("person")
    parameters = f"{cost[0]},{cost[1]},{cost[2]},{secrets.token_hex(16)}"
    key = Ed25519PrivateKey.generate()
    nonce = secrets.token_bytes(12)
    wrapped = nonce + AESGCM(stretch(pin, parameters)).encrypt(nonce, key.private_bytes_raw(), person.encode())
    work.record(
        e.PersonAdded(
            person=person, roles=roles, public_key=key.public_key().public_bytes_raw().hex(), family=family,
            given=given, badges=badges, pin=parameters, signing_key=wrapped.hex(), verified_by=added_by or "",
        ),
        subject=person, actor=added_by, key=SITE_KEY,
    )  # fmt: skip
    return person


def by_badge(work: Workplace, keys: frozenset[str]) -> StaffRecord | None:
    """Return the person whose badge carries one of these codes and who was not withdrawn."""
    return next((each for each in work.site.people.values() if each.badges & keys and not each.withdrawn), None)


def locked_until(staff: StaffRecord) -> datetime | None:
    """Return until when five or more wrong PINs lock this person: 1 min, doubled with each further one, at most 1 h."""
    if staff.failures < FAILURES_BEFORE_LOCK or staff.failed_at is None:
        return None
    return staff.failed_at + min(timedelta(minutes=2 ** (staff.failures - FAILURES_BEFORE_LOCK)), LONGEST_LOCK)


def unlock(work: Workplace, staff: StaffRecord, pin: str, purpose: str) -> Present | Refusal:
    """Open a person's signing key with their PIN; every attempt is recorded."""
    until = locked_until(staff)
    if until is not None and work.now() < until:
        _refuse(work, staff, Refusal.PIN_LOCKED, staff.failures)
        return Refusal.PIN_LOCKED
    if not staff.signing_key:
        # Somebody vouched for who has no account: there is no key that a PIN could open, so nothing to sign with.
        _refuse(work, staff, Refusal.NOT_ALLOWED, staff.failures)
        return Refusal.NOT_ALLOWED
    wrapped = bytes.fromhex(staff.signing_key)
    try:
        key = AESGCM(stretch(pin, staff.pin)).decrypt(wrapped[:12], wrapped[12:], staff.person.encode())
    except InvalidTag:
        _refuse(work, staff, Refusal.PIN_WRONG, staff.failures + 1)
        return Refusal.PIN_WRONG
    if staff.failures:
        work.record(e.SignInRecovered(person=staff.person), subject=staff.person, actor=staff.person)
    work.record(e.PersonSignedIn(person=staff.person, purpose=purpose), subject=staff.person, actor=staff.person)
    private = Ed25519PrivateKey.from_private_bytes(key)
    return Present(
        staff.person, staff.roles[0] if staff.roles else "", staff.name, staff.family, staff.given, private.sign
    )


def _refuse(work: Workplace, staff: StaffRecord, reason: Refusal, failures: int) -> None:
    work.record(e.SignInRefused(reason=reason.value, person=staff.person, failures=failures), subject=staff.person)
