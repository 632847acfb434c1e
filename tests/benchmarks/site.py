"""Makes a site of many years: `python -m tests.benchmarks.site --events N --out DIR`.

What stands in it was recorded by the program's own hands: the site is founded and its last month walked through the
bench, as the demonstration is; the years between are the pathways of `pathways.py`, each with its own people, codes
and instants, sealed, signed, chained and mirrored by the store's own writing, many events to a transaction. Every day
is a run of the program. The key lies in the folder, without a passphrase, for nobody lives in it.
"""

from __future__ import annotations

import argparse
import hashlib
import heapq
import json
import random
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from coordinator_app import __version__
from coordinator_app.demo import cast, story
from coordinator_app.demo.hands import Hands
from coordinator_app.demo.site import LISTING, _listing, _walk, stamped_expiry
from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord, follow_case
from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.domain.evidence import Evidence
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.people import Present, unlock
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import Moment, ScriptedClock
from coordinator_app.store.patient_keys import _CONTEXT
from coordinator_app.store.store import Store, Writing
from tests.benchmarks.pathways import Act, Pattern, moved, patterns

END = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
"""When the generated years end; the last weeks are walked by hand behind them."""
A_DAY = timedelta(days=1)
PER_YEAR = 100_000
"""Events a busy site records in a year: a million are ten years."""
BATCH = 4000
OPEN = 40
"""Cases that came last and wait for somebody: for the collection, for the product, for the day of the infusion."""
WAITS_AFTER = frozenset({"OrderRecorded", "BagShipped", "BagStored"})
ZONE = "Europe/Berlin"
WORKSTATION = "workstation:ward-4b-cart-2"


class Years:
    """Writes the cases of many years into an open store, in the order of their instants."""

    def __init__(self, store: Store, work: Workplace, found: tuple[Pattern, ...], people: dict[str, str]) -> None:
        """`people` are this site's staff ids by the practice site's."""
        self._store = store
        self._patterns = found
        self._people = people
        self._lengths: dict[int, int] = {}
        self._folded: dict[str, CaseRecord] = {}
        store.fold = self._folded.__getitem__
        self._signs: dict[str, Callable[[bytes], bytes]] = {}
        self._chance = random.Random(20)  # noqa: S311 - the same site every time
        for id in people.values():
            staff = work.site.people[id]
            pin = next(each.pin for each in cast.PEOPLE.values() if each.family == staff.family)
            present = unlock(work, staff, pin, "sign_in")
            assert isinstance(present, Present)
            self._signs[id] = present.sign
        work.commit()

    def write(self, events: int, began: datetime, ended: datetime, tell: Callable[[int], None]) -> None:
        """Write about so many events between two instants."""
        cases = self._cases(events, began, ended)
        self._mint(cases)
        acts = heapq.merge(
            *(self._acts(number, pattern, at) for number, pattern, at in cases), key=lambda each: each[:2]
        )
        self._record(acts, tell)

    def _cases(self, events: int, began: datetime, ended: datetime) -> list[tuple[int, Pattern, datetime]]:
        found: list[tuple[int, Pattern, datetime]] = []
        count = 0
        while count < events:
            pattern = self._patterns[len(found) % len(self._patterns)]
            length = pattern.acts[-1].after
            share = self._chance.random()
            at = began + (ended - began - length) * share
            found.append((len(found), pattern, at.replace(microsecond=0)))
            # Somebody signs in and out about once for every seven acts.
            count += len(pattern.acts) + len(pattern.acts) // 4
        found.sort(key=lambda each: each[2])
        for number, pattern, _ in found[-OPEN:]:
            waits = [place for place, act in enumerate(pattern.acts) if act.kind.__name__ in WAITS_AFTER]
            self._lengths[number] = self._chance.choice(waits) + 1
        return found

    def _length(self, number: int) -> int:
        return self._lengths.get(number, len(self._patterns[number % len(self._patterns)].acts))

    def _mint(self, cases: list[tuple[int, Pattern, datetime]]) -> None:
        """Mint every patient's key; all at once, because the file is written whole each time."""
        wanted = set()
        for number, pattern, _ in cases:
            wanted |= {_own(number, part) for act in pattern.acts for part in act.parts if part.startswith("patient:")}
        keys, minted = self._store.patient_keys, {}
        for each in sorted(wanted):
            nonce = secrets.token_bytes(12)
            minted[each] = nonce + keys._site.encrypt(nonce, secrets.token_bytes(32), _CONTEXT + each.encode())
        keys._write({**keys._wrapped, **minted})

    def _acts(self, number: int, pattern: Pattern, at: datetime) -> Iterator[tuple[datetime, int, int, Act, timedelta]]:
        by = at - pattern.began
        for place, act in enumerate(pattern.acts[: self._length(number)]):
            yield at + act.after, number, place, act, by

    def _record(self, acts: Iterator[tuple[datetime, int, int, Act, timedelta]], tell: Callable[[int], None]) -> None:
        written: dict[int, dict[int, str]] = {}
        patients: dict[int, str] = {}
        signed_in, day = "", None
        finished: list[str] = []
        opened = self._store.writing()
        writing = opened.__enter__()
        for count, (at, number, place, act, by) in enumerate(acts, start=1):
            now = _moment(at)
            if at.date() != day:
                day = at.date()
                self._new_day(writing, now)
                signed_in = ""
            if act.actor and self._people[act.actor] != signed_in:
                if signed_in:
                    self._log(writing, e.PersonSignedOut(person=signed_in, why="asked"), signed_in, now)
                signed_in = self._people[act.actor]
                self._log(writing, e.PersonSignedIn(person=signed_in, purpose="sign_in"), signed_in, now)
            ids = written.setdefault(number, {})
            over = place + 1 == self._length(number)
            ids[place] = self._write(writing, number, act, by, now, ids, patients)
            if over:
                finished.append(_own(number, act.case))
                del written[number]
            if count % BATCH == 0:
                opened.__exit__(None, None, None)
                for case in finished:
                    del self._folded[case]
                finished = []
                if count % (BATCH * 10) == 0:
                    self._store.checkpoint()
                tell(self._store.count())
                opened = self._store.writing()
                writing = opened.__enter__()
        opened.__exit__(None, None, None)
        self._store.fold = self._store.read_case
        self._store.checkpoint()

    def _new_day(self, writing: Writing, now: Moment) -> None:
        """Begin a run of the program, as every opening of the store does."""
        journal, store = self._store._journal, self._store
        head = journal.head
        opened = e.EpochOpened(
            workstation=store.workstation, site=store.site, program=__version__,
            parent={"epoch": head.epoch, "seq": head.next_seq - 1, "id": head.id}, types=tuple(sorted(EVENT_TYPES)),
        )  # fmt: skip
        store.epoch = secrets.token_hex(16)
        journal.start(store.epoch, head.newest)
        writing.open_epoch(opened, now)

    def _log(self, writing: Writing, body: e.PersonSignedIn | e.PersonSignedOut, person: str, now: Moment) -> None:
        writing.append(body, subject=person, actor=person, moment=now)

    def _write(
        self, writing: Writing, number: int, act: Act, by: timedelta, now: Moment, ids: dict[int, str],
        patients: dict[int, str],
    ) -> str:  # fmt: skip
        text = "".join(self._word(number, part, by) if place % 2 else part for place, part in enumerate(act.parts))
        body = msgspec.json.decode(text, type=act.kind)
        if isinstance(body, e.PatientEnrolled) and body.part == "recipient":
            patients[number] = body.patient
        key = None
        if act.key:
            key = patients[number] if act.key == "recipient" else _own(number, act.key)
        actor = self._people.get(act.actor)
        recorded = writing.append(
            body, subject=_own(number, act.subject) if ":" in act.subject else act.subject, actor=actor,
            role=act.role, key=key, refs=tuple(ids[place] for place in act.refs), moment=now,
            evidence=tuple(self._evidence(writing, number, one, raw, off, key, now, text) for one, raw, off in act.evidence),
            happened_at=None if act.late_by is None else now.at - act.late_by, late_reason=act.late_reason,
            person_sign=self._signs[actor] if act.signed and actor else None,
        )  # fmt: skip
        case = _own(number, act.case)
        self._folded[case] = follow_case(self._folded.get(case) or CaseRecord(case=case), recorded)
        return recorded.id

    def _evidence(
        self, writing: Writing, number: int, one: Evidence, raw: str, off: int, key: str | None, now: Moment, text: str
    ) -> Evidence:
        mac = ""
        if one.mac and key is not None:
            mac = writing.mac(key, hashlib.sha256(f"{number}{raw}".encode()).digest())
        return replace(one, at_ns=max(0, now.boot_ns - off), mac=mac)

    def _word(self, number: int, part: str, by: timedelta) -> str:
        if part in self._people:
            return self._people[part]
        if len(part) >= 20 and part[4] == "-" and part[10] == "T":
            return moved(part, by)
        return _own(number, part)


def _moment(at: datetime) -> Moment:
    morning = at.replace(hour=0, minute=0, second=0, microsecond=0)
    boot = hashlib.sha256(morning.isoformat().encode()).hexdigest()[:32]
    return Moment(at, ZONE, boot, 10**9 + (at - morning) // timedelta(microseconds=1) * 1000, "anchored")


def _own(number: int, part: str) -> str:
    """Return what stands for a word of the pattern in this case: as long, of the same kind, and always the same."""
    kind, colon, rest = part.partition(":")
    drawn = hashlib.shake_256(f"{number}|{part}".encode())
    if colon and len(rest) == 32:
        return f"{kind}:{drawn.hexdigest(16)}"
    if part in _NAMES:
        return _NAMES[drawn.digest(1)[0] % len(_NAMES)] + _SYLLABLES[drawn.digest(2)[1] % len(_SYLLABLES)]
    if (
        len(part) > 12
        and len(part) % 2 == 0
        and all(letter in "0123456789abcdef" for letter in part)
        and not part.isdigit()
    ):
        return drawn.hexdigest(len(part) // 2)
    if len(part) == 10 and part[4] == part[7] == "-":
        return f"19{30 + drawn.digest(1)[0] % 70}-0{1 + drawn.digest(2)[1] % 9}-1{drawn.digest(3)[2] % 10}"
    bytes_ = iter(drawn.digest(len(part)))
    return "".join(
        str(byte % 10) if letter.isdigit() else _LETTERS[byte % 26] if letter.isupper() else letter
        for letter, byte in zip(part, bytes_, strict=True)
    )


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAMES = tuple(
    sorted({each.family for each in cast.PATIENTS.values()} | {each.given for each in cast.PATIENTS.values()})
)
_SYLLABLES = ("", "son", "ová", "ski", "ez", "mann", "berg", "lund", "ini", "escu", "dóttir", "yan", "ić", "oğlu")


def make(folder: Path, events: int, *, end: datetime = END, tell: Callable[[int], None] = lambda _: None) -> int:
    """Make a site with about so many events in an empty folder; returns how many they are."""
    folder.mkdir(parents=True, exist_ok=True)
    ended = end - timedelta(days=32)
    began = ended - timedelta(days=max(60.0, 365 * events / PER_YEAR))
    clock = ScriptedClock(began - A_DAY, ZONE, clock="anchored")
    found, practised = patterns()
    store = Store.create(
        folder, keys=FileKeys(folder, None), clock=clock, workstation=WORKSTATION, site="site:st-brigid",
        program=__version__,
    )  # fmt: skip
    work = Workplace(store, clock)
    people = story.found(work)
    hands = Hands(Bench(work), clock)
    story.approve_profiles(hands)
    by_practice = {id: people[name] for id, name in practised.items()}
    if events > WALKED:
        Years(store, work, found, by_practice).write(events - WALKED, began, ended, tell)
        store.close()
        clock = ScriptedClock(ended, ZONE, clock="anchored")
        store = Store.open(folder, keys=FileKeys(folder, None), clock=clock, program=__version__)
        work = Workplace(store, clock)
        story_training(work, people)
        hands = Hands(Bench(work), clock)
    else:
        clock.advance(end - timedelta(days=31) - clock.moment().at)
    files = folder / "sponsor-files"
    files.mkdir(exist_ok=True)
    cases = _walk(hands, clock, end, files)
    listing = _listing(people, cases, work, stamped_expiry(end))
    hands.bench.close()
    count = store.count()
    store.close()
    (folder / LISTING).write_text(json.dumps(listing, indent=1, ensure_ascii=False), encoding="utf-8")
    moment = clock.moment()
    (folder / CLOCK).write_text(
        json.dumps({"at": moment.at.isoformat(), "boot": moment.boot, "boot_ns": moment.boot_ns})
    )
    return count


WALKED = 600
"""Events of founding and of the last month, which the bench records."""
CLOCK = "clock.json"
"""The scripted clock as it stood at the end, for benches that go on from there."""


def story_training(work: Workplace, people: dict[str, str]) -> None:
    """Record training and delegation anew: those of ten years ago do not count any more."""
    until = work.now() + timedelta(days=365)
    for name, person in cast.PEOPLE.items():
        for training in sorted(set(cast.PROFILES.values())) if person.trained else ():
            story.record_training(work, people[name], training, until, people["administrator_a"])
        for trial in sorted(set(cast.PROFILES.values())):
            story.record_delegation(work, people[name], trial, until, people["administrator_a"])
    work.commit()


def clock_of(folder: Path) -> ScriptedClock:
    """Return the scripted clock of a made site, as it stood at the end."""
    kept = json.loads((folder / CLOCK).read_text())
    return ScriptedClock(datetime.fromisoformat(kept["at"]), ZONE, kept["boot"], kept["boot_ns"], "anchored")


def main(arguments: list[str]) -> int:
    """Make a site and say how long it took."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.site", description=__doc__)
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    told = parser.parse_args(arguments)
    if told.out.exists() and any(told.out.iterdir()):
        sys.stderr.write(f"{told.out} is not empty; name a folder that is.\n")
        return 2
    began, worked = time.perf_counter(), time.process_time()

    def tell(count: int) -> None:
        passed = time.perf_counter() - began
        sys.stderr.write(f"\r{count} events, {passed:.0f} s, {count / passed:.0f} a second ")

    count = make(told.out, told.events, tell=tell)
    size = sum(each.stat().st_size for each in told.out.iterdir() if each.is_file())
    sys.stderr.write("\n")
    sys.stdout.write(json.dumps({
        "events": count, "bytes": size, "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(time.process_time() - worked, 1),
    }) + "\n")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
