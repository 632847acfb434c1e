"""A bundle of events for a USB stick: frames under a key of the site, signed by the workstation that made it.

`COIBNDL1`, then frames: length (u32, little-endian), nonce (12), AES-256-GCM of the frame's bytes with its number and
whether it is the last one as additional data; after the last frame Ed25519 over the SHA-256 of all before. The first
frame says what the bundle is; the others hold lines as a push does, and the last one the heads.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import IO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from coordinator_app.exchange.protocol import MAX_BODY, Line, Push, Stream, read_push, written

MAGIC = b"COIBNDL1"
MAX_FILE = 4 * 1024**3
"""Bytes of a bundle: more than a site writes in years, less than a stick that was filled to stop the program."""
_SIGNED = b"coordinator/bundle/v1\x00"


class BundleRefused(Exception):
    """The file is not taken; the text is one plain sentence with what to do next. Nothing after the fault was used."""


class Cover(Struct, frozen=True, forbid_unknown_fields=True):
    """The first frame: the site, who made the bundle and when."""

    site: str
    device: str
    made_at: str
    v: int = 1


class Closing(Struct, frozen=True, forbid_unknown_fields=True):
    """The last frame: where every epoch stood that the maker knew, and wrapped keys in hex."""

    heads: dict[str, Stream]
    keys: dict[str, str]


def bundle_key(site_key: bytes) -> bytes:
    """Return the key of a site's bundles."""
    return HKDF(SHA256(), 32, salt=None, info=_SIGNED).derive(site_key)


def write_bundle(
    file: IO[bytes],
    key: bytes,
    sign: Callable[[bytes], bytes],
    cover: Cover,
    pages: Iterable[list[Line]],
    closing: Closing,
) -> int:
    """Write a bundle and return how many events are in it. Raises OSError."""
    whole, count, number = hashlib.sha256(MAGIC), 0, 0
    file.write(MAGIC)

    def put(content: bytes, *, last: bool = False) -> None:
        nonlocal number
        nonce = secrets.token_bytes(12)
        frame = nonce + AESGCM(key).encrypt(nonce, content, _place(number, last=last))
        framed = len(frame).to_bytes(4, "little") + frame
        whole.update(framed)
        file.write(framed)
        number += 1

    put(msgspec.json.encode(cover))
    for page in pages:
        put(written(Push(page)))
        count += len(page)
    put(msgspec.json.encode(closing), last=True)
    file.write(sign(_SIGNED + whole.digest()))
    return count


def check_bundle(file: IO[bytes], key: bytes, verify: Callable[[str, bytes, bytes], bool]) -> Cover:
    """Read a bundle from end to end without using anything of it; raises BundleRefused.

    `verify` says whether a workstation of the site made this signature over these bytes.
    """
    cover: Cover | None = None
    whole, size, number, last = hashlib.sha256(), 0, 0, False
    whole.update(_exactly(file, len(MAGIC), MAGIC))
    while not last:
        length = _exactly(file, 4)
        wanted = int.from_bytes(length, "little")
        size += wanted
        if not 28 <= wanted <= MAX_BODY + 28 or size > MAX_FILE:
            raise BundleRefused("The bundle has a part of an impossible size; make it again.")
        frame = _exactly(file, wanted)
        whole.update(length + frame)
        content, last = _opened(frame, key, number)
        if number == 0:
            cover = _cover(content)
        elif not last:
            _lines(content)
        number += 1
    sig = _exactly(file, 64)
    if file.read(1):
        raise BundleRefused("Something was added behind the bundle; make it again.")
    if cover is None or not verify(cover.device, sig, _SIGNED + whole.digest()):
        raise BundleRefused(
            "No workstation of this site signed the bundle; make it again at a workstation of the site."
        )
    return cover


def read_bundle(file: IO[bytes], key: bytes) -> Iterator[list[Line] | Closing]:
    """Yield the pages of a bundle that was checked, and its closing at the end; raises BundleRefused."""
    _exactly(file, len(MAGIC), MAGIC)
    number, last = 0, False
    while not last:
        frame = _exactly(file, int.from_bytes(_exactly(file, 4), "little"))
        content, last = _opened(frame, key, number)
        if last:
            yield _closing(content)
        elif number > 0:
            yield _lines(content)
        number += 1


def _place(number: int, *, last: bool) -> bytes:
    return _SIGNED + number.to_bytes(8, "little") + (b"last" if last else b"")


def _exactly(file: IO[bytes], count: int, wanted: bytes | None = None) -> bytes:
    found = file.read(count)
    if wanted is not None and found != wanted:
        raise BundleRefused("This file is no bundle of this program; choose another one.")
    if len(found) != count:
        raise BundleRefused("The bundle was cut off; copy it again, and let the stick finish before it is taken out.")
    return found


def _opened(frame: bytes, key: bytes, number: int) -> tuple[bytes, bool]:
    for last in (False, True):
        try:
            return AESGCM(key).decrypt(frame[:12], frame[12:], _place(number, last=last)), last
        except InvalidTag:
            continue
    raise BundleRefused(
        "The bundle is damaged or belongs to another site; make it again at a workstation of this site."
    )


def _cover(content: bytes) -> Cover:
    try:
        cover = msgspec.json.decode(content, type=Cover)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise BundleRefused("The bundle begins with something unknown; bring both programs up to date.") from fault
    if cover.v != 1:
        raise BundleRefused("The bundle was made by a newer program; bring this one up to date.")
    return cover


def _lines(content: bytes) -> list[Line]:
    try:
        return read_push(content)
    except ValueError as fault:  # ProtocolBroken is a ValueError
        raise BundleRefused("The bundle holds something that is no event; make it again.") from fault


def _closing(content: bytes) -> Closing:
    try:
        return msgspec.json.decode(content, type=Closing)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise BundleRefused("The bundle ends with something unknown; bring both programs up to date.") from fault
