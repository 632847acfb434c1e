"""Agrees with the hub on the site's wrapped keys: new ones go there, a new generation comes here or is made here.

A generation is everything wrapped with one site key. Erasing a patient begins the next one, without that patient's key;
the new site key is sealed in it for every workstation that belongs to the site, and for nobody else.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Protocol

from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.asking import Asking, Steps, Unreachable
from coordinator_app.exchange.ports import Pause, Reply, Request

_TRIES = 4


class SiteKeysHere(Protocol):
    """The wrapped keys of a workstation's record, as far as the exchange goes."""

    def is_news(self, generation: int, count: int) -> bool:
        """Say whether the hub has other keys than those that were seen last."""
        ...

    def see(self, generation: int, keys: Mapping[str, str], members: Mapping[str, bytes]) -> None:
        """Take what the hub has; `members` are the workstations that the hub lets in, with their signing keys."""
        ...

    def to_give(self, members: Mapping[str, bytes]) -> tuple[int, dict[str, str]] | None:
        """Return what the hub lacks, with its generation; None where that is nothing."""
        ...


class KeyAgreement:
    """One workstation's talk with the hub about keys; without `here` there are none."""

    def __init__(self, hub: Asking, here: SiteKeysHere | None) -> None:
        """Take who asks, and the record's keys."""
        self._hub = hub
        self._here = here
        self._members: dict[str, bytes] = {}
        self._there: tuple[int, int] | None = None

    def told(self, heads: p.Heads) -> None:
        """Take what the hub says of its keys and of whom it lets in."""
        self._there = (heads.key_generation, heads.key_count)
        states = heads.workstations.items()
        self._members = {device: bytes.fromhex(each.public_key) for device, each in states if each.state == "approved"}

    def agree(self) -> Steps:
        """Take what is new at the hub, then give it what it lacks; raises Unreachable."""
        here = self._here
        if here is None or self._there is None:
            return
        if here.is_news(*self._there):
            yield from self.fetch()
        for _ in range(_TRIES):
            wanted = here.to_give(self._members)
            if wanted is None:
                return
            answer = yield from self._hub.ask("PUT", "/v1/keys", p.Keys(*wanted), p.KeysAnswer)
            if isinstance(answer, p.KeysAnswer):
                self._see(answer)
            elif answer.code == "keys":  # another workstation was faster
                yield from self.fetch()
            elif answer.code == "revoked":
                return
            else:
                raise Unreachable("hub", answer.why)

    def fetch(self) -> Generator[Request | Pause, Reply, None]:
        """Take what the hub has."""
        answer = yield from self._hub.ask("GET", "/v1/keys", None, p.KeysAnswer)
        if isinstance(answer, p.KeysAnswer):
            self._see(answer)

    def _see(self, answer: p.KeysAnswer) -> None:
        if self._here is not None:
            self._there = (answer.generation, len(answer.keys))
            self._here.see(answer.generation, answer.keys, self._members)
