"""The messages about attachments: ciphertext named by its SHA-256, sent and fetched in parts."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.exchange.protocol.limits import Count


class Held(Struct, frozen=True):
    """Answer to `PUT /v1/attachments/{sha256}`: `has` bytes, from the first on, need not be sent again."""

    hub_epoch: str
    size: Count
    head: str
    sig: str
    has: Count
