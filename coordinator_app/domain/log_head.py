"""The running hash over the ids of a site's log: two logs with the same head hold the same events in the same order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

_PART = b"coordinator/log/v1\x00"


def next_head(head: str, id: str) -> str:
    """Return the head after one more id; both are 64 hex digits."""
    return hashlib.sha256(_PART + bytes.fromhex(head) + bytes.fromhex(id)).hexdigest()


def heads_after(head: str, ids: Iterable[str]) -> Iterator[str]:
    """Return the heads after each of these ids, in their order."""
    for id in ids:
        head = next_head(head, id)
        yield head


def head_after(head: str, ids: Iterable[str]) -> str:
    """Return the head after these ids."""
    for id in ids:
        head = next_head(head, id)
    return head
