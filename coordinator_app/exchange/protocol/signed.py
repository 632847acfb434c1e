"""What is signed: requests by workstations, checkpoints and receipts by the hub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from coordinator_app.exchange.protocol.limits import Hex128, Name, ProtocolBroken
from coordinator_app.exchange.protocol.log import Receipt


def request_part(method: str, target: str, body_sha256: str, nonce: str, time: str) -> bytes:
    """Return what a workstation signs for a request; `target` is path and query as they are sent."""
    return "\n".join((method.upper(), target, body_sha256, nonce, time)).encode()


def authorization(device: str, nonce: str, time: str, sig: bytes) -> str:
    """Return the value of the header `Authorization`."""
    return f"Coordinator device={device},nonce={nonce},time={time},sig={sig.hex()}"


class Signed(Struct, frozen=True):
    """The four parts of the header `Authorization`."""

    device: Name
    nonce: Annotated[str, Meta(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9._-]+\Z")]
    time: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\Z")]
    sig: Hex128


def read_authorization(header: str) -> Signed:
    """Read the header `Authorization`; raises ProtocolBroken."""
    scheme, _, rest = header.partition(" ")
    if scheme != "Coordinator":
        raise ProtocolBroken("The request is not signed by a workstation; sign it as the manual of the exchange says.")
    parts: Sequence[tuple[str, str, str]] = [part.strip().partition("=") for part in rest.split(",")]
    fields = {name: value for name, _, value in parts}
    if len(fields) != len(parts):
        raise ProtocolBroken("The signature of the request names a part twice.")
    try:
        return msgspec.convert(fields, Signed, strict=True)
    except msgspec.ValidationError as fault:
        raise ProtocolBroken(f"The signature of the request cannot be read: {fault}.") from fault


def checkpoint_part(site: str, hub_epoch: str, size: int, head: str) -> bytes:
    """Return what the hub signs for a checkpoint."""
    return b"coordinator/hub/v1\x00" + f"{site}|{hub_epoch}|{size}|{head}".encode()


def receipt_part(site: str, receipt: Receipt) -> bytes:
    """Return what the hub signs for a receipt."""
    fields = (receipt.epoch, receipt.first, receipt.last, receipt.id, receipt.n, receipt.at, receipt.hub_epoch)
    return b"coordinator/receipt/v1\x00" + "|".join([site, *map(str, fields)]).encode()
