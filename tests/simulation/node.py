"""One simulated workstation: its disk, its running program, and the exchange that may be cut at every step."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Generator
from datetime import UTC, datetime, timedelta

from coordinator_app.domain.seal import NO_EVENT, event_id, instant, signed_part
from coordinator_app.exchange.core import Exchange, Round, Unreachable
from coordinator_app.exchange.ports import Identity, Pause, Reply, Request
from coordinator_app.exchange.protocol import Line, line_of

from .memory_record import DECISION, MemoryRecord

NOTED_EVERY = 5
SITE = "site:" + "b" * 32


def keyed(key: bytes, part: bytes) -> bytes:
    """Sign with a keyed hash: in the simulation the public key is the secret, and nobody forges."""
    return hashlib.blake2b(part, key=key, digest_size=64).digest()


def verify(key: bytes, sig: bytes, part: bytes) -> bool:
    return keyed(key, part) == sig


class Node:
    """A workstation; `draw` is its own source of chance, drawn from the seed."""

    def __init__(self, name: str, device: str, key: bytes, hub_key: bytes, seed: int, record: MemoryRecord) -> None:
        self.name, self.device, self.key, self._hub_key = name, device, key, hub_key
        self.draw = random.Random(seed)  # noqa: S311 - a seed must give the same history again
        self.record = record
        self.offset = timedelta(0)
        self.now = datetime(2026, 3, 2, tzinfo=UTC)
        self.epoch = ""
        self.head = NO_EVENT
        self.seq = 0
        self.steps: Generator[Request | Pause, Reply, Round] | None = None
        self.request: Request | None = None
        self.quiet_until = 0
        self.backup: MemoryRecord | None = None
        self.stopped = ""
        self._identity = Identity(
            device,
            SITE,
            hub_key,
            lambda part: keyed(key, part),
            verify,
            lambda: instant(self.now + self.offset),
            lambda: f"{self.draw.getrandbits(128):032x}",
            self.draw.random,
            lambda type, version: type != "FromTheFuture",
        )
        self.kind: type[Exchange] = Exchange
        self.notes_hub = False
        self._noted_at = -1
        self._exchange = Exchange(record, self._identity)

    # Recording ------------------------------------------------------------------------------------------------------

    def start(self, *, same_epoch: bool = False) -> None:
        """Start the program: a new epoch that names the end of the last one on this disk."""
        self._exchange = self.kind(self.record, self._identity)
        self.steps, self.request = None, None
        own = [epoch for epoch, device in self.record.devices.items() if device == self.device]
        if same_epoch and own:  # the planted fault: numbering without an epoch
            self.epoch = own[-1]
            self.seq = len(self.record.epochs[self.epoch])
            self.head = self.record.epochs[self.epoch][-1].id
            self.record.writing = self.epoch
            return
        parent = ""
        if own:
            last = self.record.epochs[own[-1]]
            parent = f'"epoch":"{own[-1]}","id":"{last[-1].id}","seq":{len(last) - 1}'
        self.epoch = f"{self.draw.getrandbits(128):032x}"
        self.seq, self.head, self._noted_at = 0, NO_EVENT, -1
        body = f'"parent":{{{parent}}},"program":"1","site":"{SITE}","workstation":"{self.device}"'
        self.record.writing = self.epoch
        self.write("EpochOpened", body)

    def write(self, type: str, body: str, refs: str = "", v: int = 1) -> Line:
        """Commit one event."""
        cited = f'"refs":[{refs}],' if refs else ""
        at = instant(self.now + self.offset)
        must = "true" if type == "FromTheFuture" else "false"
        written = (
            f'{{"at":"{at}","body":{{{body}}},"boot":"b","boot_ns":1,"clock":"free","device":"{self.device}",'
            f'"epoch":"{self.epoch}","must":{must},"prev":"{self.head}",{cited}"seq":{self.seq},'
            f'"subject":"{self.device}","type":"{type}","type_v":1,"v":{v},"zone":"UTC"}}'
        ).encode()
        id = event_id(written)
        line = line_of(written, id, keyed(self.key, signed_part(id)), None)
        self.record.append(self.epoch, line)
        self.seq, self.head = self.seq + 1, id
        return line

    def commits(self) -> None:
        """Something happens at the bedside."""
        chance = self.draw.random()
        number = self.draw.getrandbits(40)
        refs = ""
        if chance < 0.1:
            refs = f'"{self.record.rows[self.draw.randrange(len(self.record.rows))][2].id}"'
        type = "FromTheFuture" if chance > 0.99 else "SleepNoticed"
        self.write(type, f'"slept_ms":{number}', refs)

    def decides(self) -> bool:
        """A named person admits what stands apart here, if anything does that nobody decided about."""
        open_ = sorted(set(self.record.kept) - self.record.decided)
        if not open_:
            return False
        lines = ",".join(f'"{id}"' for id in open_)
        self.write(DECISION, f'"admitted":true,"lines":[{lines}]')
        self.record.decide(open_)
        return True

    # Exchange -------------------------------------------------------------------------------------------------------

    def _notes_the_hub(self) -> None:
        """Write what the hub signed for this workstation, as the program does, only more often."""
        marks = self.record.marks()
        shown = marks.shown
        due = self._noted_at < 0 or self.seq - self._noted_at >= NOTED_EVERY
        if self.notes_hub and due and shown is not None and (shown.size, shown.head) == (marks.n, marks.head):
            named = f'"head":"{shown.head}","hub_epoch":"{shown.hub_epoch}","sig":"{shown.sig}","size":{shown.size}'
            self._noted_at = self.seq
            self.write("HubLogSeen", named)

    def advance(self, reply: Reply | None) -> None:
        """Go one step on: begin a round, or hand it what came back."""
        try:
            if self.steps is None:
                self._notes_the_hub()
                self.steps = self._exchange.once()
                step: Request | Pause = next(self.steps)
            else:
                step = self.steps.send(reply or Reply(0, b""))
        except StopIteration:
            self.steps, self.request, self.stopped = None, None, ""
            return
        except Unreachable as fault:
            self.steps, self.request, self.stopped = None, None, fault.code
            self.quiet_until = int(self._exchange.pause())
            return
        if isinstance(step, Pause):
            self.quiet_until = 1 + int(step.seconds)
            self.request = None
        else:
            self.request = step
