"""Asks the hub one thing: signed, repeated where the hub says so, and believed only with the hub's signature."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.ports import Identity, Pause, Reply, Request

Steps = Generator[Request | Pause, Reply, Any]
_Answer = TypeVar("_Answer", bound=Struct)

ANSWER_WITHIN = 30.0
TRIES = 6
"""Times one request is repeated because the hub asked to come back later, before the round is given up."""


class Unreachable(Exception):
    """The round cannot go on; `code` is offline, revoked, protocol, stranger or hub, the text one plain sentence."""

    def __init__(self, code: str, why: str, hub_epoch: str = "") -> None:
        """Take both, and the hub epoch where the hub signed its refusal."""
        super().__init__(why)
        self.code = code
        self.hub_epoch = hub_epoch


class Moved(Struct):
    """What attachments moved: `left` found no room in this round, `missing` are named here and not at the hub."""

    sent: int = 0
    taken: int = 0
    left: int = 0
    missing: int = 0


class Round(Struct):
    """What one round did."""

    pushed: int = 0
    pulled: int = 0
    kept_by_hub: int = 0
    put_back: bool = False
    attachments: Moved = field(default_factory=Moved)


class HubMoved(Unreachable):
    """The log of the site goes on at another hub, as this statement of the former one says."""

    def __init__(self, why: str, moved: p.Moved) -> None:
        """Take the sentence and the statement; whoever follows it looks at its signature first."""
        super().__init__("moved", why)
        self.moved = moved


class Octets(Struct, frozen=True):
    """An answer that is no message but bytes; whoever asked for them knows their hash."""

    content: bytes


class Asking:
    """One workstation's questions to its hub; `newest` is the last checkpoint that the hub signed."""

    def __init__(self, identity: Identity, within: float = ANSWER_WITHIN) -> None:
        """Take who asks, and how many seconds an answer may take."""
        self.who = identity
        self.newest: p.Checkpoint | None = None
        self._within = within
        self._challenge = ("", "")

    def ask(
        self, method: str, target: str, body: Struct | bytes | None, kind: type[_Answer], *, seconds: float = 0.0
    ) -> Generator[Request | Pause, Reply, _Answer | p.Refused]:
        """Ask the hub one thing, signed; waits as it is told to. Raises Unreachable."""
        content = body if isinstance(body, bytes) else p.written(body) if body is not None else b""
        for attempt in range(TRIES):
            reply = yield self._signed(method, target, content, seconds or self._within)
            if reply.status == 0:
                raise Unreachable("offline", reply.body.decode(errors="replace"))
            answer = self._read(reply, kind)
            if not isinstance(answer, p.Refused):
                return answer
            if answer.code == "clock" and answer.challenge and attempt < TRIES - 1:
                self._challenge = (answer.challenge, answer.time)
            elif answer.code in ("rate", "busy"):
                # Everybody was told the same number: without chance in it all would come back at once.
                least = max(1.0, reply.retry_after)
                yield Pause(min(p.MAX_PAUSE, least * (1.0 + self.who.random())))
            else:
                return self._checked(answer)
        raise Unreachable("busy", "The hub has no time; it is tried again later.")

    def _checked(self, answer: p.Refused) -> p.Refused:
        if answer.code == "revoked" and not answer.kept:
            raise Unreachable("revoked", answer.why, answer.hub_epoch)
        if answer.code == "moved" and answer.moved is not None:
            raise HubMoved(answer.why, answer.moved)
        if answer.code == "protocol":
            raise Unreachable("protocol", answer.why)
        if answer.code == "signature":
            raise Unreachable("stranger", answer.why)
        return answer

    def _signed(self, method: str, target: str, content: bytes, seconds: float) -> Request:
        nonce, time = self._challenge
        self._challenge = ("", "")
        nonce, time = nonce or self.who.nonce(), time or self.who.now()
        part = p.request_part(method, target, hashlib.sha256(content).hexdigest(), nonce, time)
        signed = p.authorization(self.who.device, nonce, time, self.who.sign(part))
        headers = {"Authorization": signed, p.PROTOCOL_HEADER: str(p.PROTOCOL)}
        return Request(method, target, content, headers, seconds)

    def _read(self, reply: Reply, kind: type[_Answer]) -> _Answer | p.Refused:
        if reply.status == 200 and issubclass(kind, Octets):
            return kind(reply.body)
        try:
            if reply.status == 200:
                answer: Any = msgspec.json.decode(reply.body, type=kind)
            else:
                answer = msgspec.json.decode(reply.body, type=p.Refused)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            why = "Something else than the hub answered, or only half of it came; the network is tried again later."
            raise Unreachable("offline", why) from fault
        part = p.checkpoint_part(self.who.site, answer.hub_epoch, answer.size, answer.head)
        if answer.sig and self.who.verify(self.who.hub_key, bytes.fromhex(answer.sig), part):
            self.newest = p.Checkpoint(answer.hub_epoch, answer.size, answer.head, answer.sig)
            return answer  # type: ignore[no-any-return]
        if isinstance(answer, p.Refused) and not answer.sig and not answer.accepted and not answer.kept:
            return answer
        raise Unreachable("offline", "The answer was not signed by this site's hub; the network is tried again later.")
