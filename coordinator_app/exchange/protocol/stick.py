"""A file for a USB stick: requests to a hub, or its replies, sealed for whoever may read them and signed by its maker.

`COIBNDL2`, the number of recipients (u16), for each 8 bytes of its key's SHA-256 and the file's key sealed for it; then
frames: length (u32), nonce (12), AES-256-GCM of the frame with its number and whether it is the last one as additional
data; at the end Ed25519 over the SHA-256 of all before. Numbers are little-endian. There is no compression and there
are no paths in it: a file cannot grow when it is read and cannot name a place.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from coordinator_app.domain.sealed_to import OVERHEAD, SealedForAnother, seal_to
from coordinator_app.exchange.protocol.limits import MAX_WHOLE
from coordinator_app.exchange.protocol.log import read_push

MAGIC = b"COIBNDL2"
MAX_FILE = 4 * 1024**3
"""Bytes of a file: more than a site writes in years, less than a stick that was filled to stop the program."""
MAX_RECIPIENTS = 1000
HUB = "hub"
"""The maker of a file of replies."""
_PURPOSE = b"coordinator/bundle/v2\x00"
_SLOT = 8 + 32 + OVERHEAD
_MAX_FRAME = MAX_WHOLE + 64 * 1024
_Open = Callable[[bytes, bytes], bytes]


class BundleRefused(Exception):
    """The file is not taken; the text is one plain sentence with what to do next. Nothing of it was used."""


class Cover(Struct, frozen=True, forbid_unknown_fields=True):
    """The first frame: the site, who made the file and when."""

    site: str
    device: str
    made_at: str
    v: int = 2


class Carried(Struct, frozen=True, forbid_unknown_fields=True):
    """One request, or with a status the reply to it."""

    method: str
    target: str
    status: int = 0
    body: bytes = b""


_cover, _carried = msgspec.msgpack.Decoder(Cover), msgspec.msgpack.Decoder(Carried)


def write_stick(
    file: IO[bytes],
    recipients: Sequence[bytes],
    sign: Callable[[bytes], bytes],
    cover: Cover,
    carried: Iterable[Carried],
) -> int:
    """Write a file for the holders of these signing keys; returns how many requests or replies. Raises OSError."""
    key = secrets.token_bytes(32)
    whole, number, count = hashlib.sha256(), 0, 0

    def put(content: bytes) -> None:
        whole.update(content)
        file.write(content)

    def frame(content: bytes, *, last: bool = False) -> None:
        nonlocal number
        nonce = secrets.token_bytes(12)
        sealed = nonce + AESGCM(key).encrypt(nonce, content, _place(number, last=last))
        put(len(sealed).to_bytes(4, "little") + sealed)
        number += 1

    put(MAGIC + len(recipients).to_bytes(2, "little"))
    for each in recipients:
        put(hashlib.sha256(each).digest()[:8] + seal_to(each, _PURPOSE, key, secrets.token_bytes(32)))
    frame(msgspec.msgpack.encode(cover))
    for one in carried:
        frame(msgspec.msgpack.encode(one))
        count += 1
    frame(b"", last=True)
    file.write(sign(_PURPOSE + whole.digest()))
    return count


def open_stick(file: IO[bytes], public: bytes, opened: _Open) -> bytes:
    """Return the key of a file, sealed among others for the holder of `public`; raises BundleRefused."""
    ours = hashlib.sha256(public).digest()[:8]
    for name, sealed in _slots(file):
        if name == ours:
            try:
                return opened(_PURPOSE, sealed)
            except SealedForAnother as fault:
                raise BundleRefused(
                    "The key of the bundle is damaged; copy the file again, or make it again where it came from."
                ) from fault
    raise BundleRefused(
        "The bundle was made for others: another site, or before this one belonged to it; make it again for this one."
    )


def check_stick(file: IO[bytes], key: bytes, verify: Callable[[str, bytes, bytes], bool]) -> Cover:
    """Read a file from end to end without using anything of it; raises BundleRefused.

    `verify` says whether this workstation, or the hub, made this signature over these bytes.
    """
    whole = _Hashed(file)
    for _ in _slots(whole):
        pass
    cover: Cover | None = None
    seen = _Seen()
    for number, content in enumerate(_frames(whole, key)):
        if number == 0:
            cover = read_cover(content)
        else:
            seen.add(read_carried(content))
    digest = whole.digest.digest()
    sig = _exactly(file, 64)
    if file.read(1):
        raise BundleRefused("Something was added behind the end of the bundle; copy it again where it came from.")
    if cover is None or not verify(cover.device, sig, _PURPOSE + digest):
        raise BundleRefused(
            "The bundle is not signed by a workstation of this site or by its hub; make it again there, do not use it."
        )
    return cover


def read_stick(file: IO[bytes], key: bytes) -> Iterator[Carried]:
    """Yield what a file carries that was checked."""
    for _ in _slots(file):
        pass
    for number, content in enumerate(_frames(file, key)):
        if number > 0:
            yield read_carried(content)


def read_cover(content: bytes) -> Cover:
    """Read the first frame; raises BundleRefused."""
    try:
        cover = _cover.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise BundleRefused("The bundle begins with something unknown; bring both programs up to date.") from fault
    if cover.v != 2:
        raise BundleRefused("The bundle was made by another version of the program; bring both up to date.")
    return cover


def read_carried(content: bytes) -> Carried:
    """Read one of the other frames; raises BundleRefused."""
    try:
        carried = _carried.decode(content)
        if carried.status == 0 and is_push(carried):
            read_push(carried.body)
    except (ValueError, RecursionError) as fault:  # what msgspec and the protocol raise are ValueErrors
        raise BundleRefused("The bundle holds something that is no part of an exchange; make it again.") from fault
    return carried


def is_push(carried: Carried) -> bool:
    """Say whether this is a request that brings events."""
    return carried.method == "PUT" and carried.target.startswith("/v1/epochs/")


class _Seen:
    """What a file has carried so far: the same thing twice is nothing that this program writes."""

    def __init__(self) -> None:
        self._targets: set[tuple[str, str]] = set()

    def add(self, carried: Carried) -> None:
        target = carried.method, carried.target
        if target in self._targets:
            raise BundleRefused("The bundle holds the same thing twice; make it again where it came from.")
        self._targets.add(target)


class _Hashed:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, count: int) -> bytes:
        found = self._file.read(count)
        self.digest.update(found)
        return found


def _slots(file: IO[bytes] | _Hashed) -> list[tuple[bytes, bytes]]:
    if file.read(len(MAGIC)) != MAGIC:
        raise BundleRefused("This file is no bundle of this program; choose another one.")
    count = int.from_bytes(_exactly(file, 2), "little")
    if not 1 <= count <= MAX_RECIPIENTS:
        raise BundleRefused("The bundle names an impossible number of readers; make it again.")
    slots = [_exactly(file, _SLOT) for _ in range(count)]
    return [(each[:8], each[8:]) for each in slots]


def _frames(file: IO[bytes] | _Hashed, key: bytes) -> Iterator[bytes]:
    number, size, last = 0, 0, False
    while not last:
        length = int.from_bytes(_exactly(file, 4), "little")
        size += length
        if not 28 <= length <= _MAX_FRAME or size > MAX_FILE:
            raise BundleRefused("The bundle has a part of an impossible size; make it again.")
        content, last = _opened(_exactly(file, length), key, number)
        if not last:
            yield content
        number += 1


def _opened(frame: bytes, key: bytes, number: int) -> tuple[bytes, bool]:
    for last in (False, True):
        try:
            return AESGCM(key).decrypt(frame[:12], frame[12:], _place(number, last=last)), last
        except InvalidTag:
            continue
    raise BundleRefused("The bundle is damaged, or its parts are in another order; copy it again where it came from.")


def _place(number: int, *, last: bool) -> bytes:
    return _PURPOSE + number.to_bytes(8, "little") + (b"last" if last else b"")


def _exactly(file: IO[bytes] | _Hashed, count: int) -> bytes:
    found = file.read(count)
    if len(found) != count:
        raise BundleRefused("The bundle was cut off; copy it again, and let the stick finish before it is taken out.")
    return found
