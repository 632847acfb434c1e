"""The version of the messages, their limits, and the forms of the words in them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

PROTOCOL = 1
"""The version of these messages; apart from the version of the program."""
PROTOCOL_HEADER = "Coordinator-Protocol"

MAX_EVENTS = 500
"""Events in one push or page."""
MAX_BYTES = 1024 * 1024
"""Bytes of one push or page."""
MAX_BODY = MAX_BYTES + 64 * 1024
"""Bytes of any other request: the lists of heads and keys of a large site fit."""
MAX_ATTACHMENT = 64 * 1024 * 1024 + 28
"""Bytes of an attachment: the largest a workstation keeps, and what its encryption adds."""
MAX_WHOLE = 16 * 1024 * 1024
"""Bytes of an attachment, or of all keys of a site, in one request."""
MAX_PART = 256 * 1024
"""Bytes of one part of an attachment: a line that carries 5 kB a second brings it within a minute."""
MAX_WAIT = 25.0
"""Seconds of a long poll (`formats.md` §6)."""
MAX_PAUSE = 300.0
"""Seconds between two attempts at most (`reference/reliability.md` §6, backpressure)."""

NO_HEAD = "0" * 64
"""The head of a log that holds nothing."""

Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Hex64 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Hex128 = Annotated[str, Meta(pattern=r"^[0-9a-f]{128}\Z")]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9:._-]+\Z")]
Hex = Annotated[str, Meta(pattern=r"^([0-9a-f]{2})*\Z")]
KeyName = Annotated[str, Meta(min_length=1, max_length=100)]


class ProtocolBroken(ValueError):
    """A message is not one of this protocol; the text says why."""
