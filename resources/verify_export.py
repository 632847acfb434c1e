#!/usr/bin/env python3
"""Verifies an exported journal without the program that wrote it.

    python verify_export.py EXPORT.jsonl [--heads]

Needs Python 3.9 and the package "cryptography". Written from the page "Event" of the format description. Checks of every
event: its one form, its id, its position and link in its run, the workstation's signature (with --heads only that of the
last event of each run, which vouches for those before it), a person's signature where there is one, and that whatever
moves a product cites the identity check, or the exception, of the same case, unit and step. Sealed fields stay sealed.
Answers 0: all as written. 1: something was changed, the first bad event is named. 2: the file cannot be read.
"""

import hashlib
import json
import re
import sys
import unicodedata

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MUST = {
    "v": int, "epoch": str, "seq": int, "prev": str, "type": str, "type_v": int, "must": bool, "subject": str,
    "device": str, "at": str, "zone": str, "boot": str, "boot_ns": int, "clock": str, "body": dict,
}  # fmt: skip
MAY = dict.fromkeys("actor role happened_at late_reason sealed key".split(), str) | {"evidence": list, "refs": list}
MOVES = set(
    """CollectionStarted CollectionEnded BagPacked BagHandedOver BagShipped BagReceived BagAccepted BagStored BagReleased
    BagRetrieved ThawStarted ThawCompleted UnitDrawn DosePrepared AdministrationStarted AdministrationPaused
    AdministrationResumed PortionGiven AdministrationCompleted AdministrationStopped BagReturned BagDestroyed""".split()
)
RELIED_UPON = ("IdentityConfirmed", "ExceptionAuthorised")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


class Bad(Exception):
    """Why an event is not as it was written."""


def canonical(value, depth=1):
    """Return the one form of a value, as text."""
    if depth > 8:
        raise Bad("it is nested deeper than 8 levels")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) > 2**53 - 1:
            raise Bad("it holds an integer outside 2^53-1")
        return str(value)
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise Bad("it holds text that is not in NFC")
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(canonical(each, depth + 1) for each in value) + "]"
    if isinstance(value, dict):
        pairs = (canonical(key, depth) + ":" + canonical(value[key], depth + 1) for key in sorted(value))
        return "{" + ",".join(pairs) + "}"
    raise Bad(f"it holds a value that has no place here ({type(value).__name__})")


def only_once(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Bad("it names one key twice")
    return found


def check_shape(event):
    for key, kind in MUST.items():
        if type(event.get(key)) is not kind:
            raise Bad(f"its field {key} is missing or of a wrong kind")
    for key in event.keys() - MUST.keys():
        if type(event[key]) is not MAY.get(key):
            raise Bad(f"its field {key} has no place here")
    if event["v"] != 1:
        raise Bad("it is of another version of the format")
    for key in ("at", "happened_at"):
        if key in event and not INSTANT.fullmatch(event[key]):
            raise Bad(f"its field {key} is not an instant")
    if "sealed" in event and "key" not in event:
        raise Bad("its sealed fields name no key")


def signed(key, signature, context, event_id):
    try:
        key.verify(bytes.fromhex(signature), context + b"\0" + bytes.fromhex(event_id))
    except (InvalidSignature, ValueError):
        return False
    return True


class Journal:
    """Follows the events of an export."""

    def __init__(self, heading):
        self.devices = {name: Ed25519PublicKey.from_public_bytes(bytes.fromhex(k)) for name, k in heading["devices"].items()}
        self.people = {name: Ed25519PublicKey.from_public_bytes(bytes.fromhex(k)) for name, k in heading["people"].items()}
        self.ids = {}  # (epoch, seq): id
        self.heads = {}  # epoch: (line, event, id, signature)
        self.relied = {}  # id: (case, unit, step)
        self.moved = []  # (line, id, wanted, refs): what is cited may come from another workstation, later in the file
        self.parents = []  # (line, id, device, parent)
        self.admitted = set()  # ids of events that stand beside the journal and that people let in

    def follow(self, number, line, heads_only):
        event, given, sig = line["event"], line["id"], line["sig"]
        check_shape(event)
        written = canonical(event).encode()
        if len(written) > 65536 or hashlib.sha256(b"coordinator/event/v1\0" + written).hexdigest() != given:
            raise Bad("its id is not the one of its bytes")
        epoch, seq = event["epoch"], event["seq"]
        before = self.heads.get(epoch)
        if before is None:
            if seq != 0 or event["prev"] != "0" * 64 or event["type"] != "EpochOpened":
                raise Bad("its run does not begin at its beginning")
            if event["body"].get("parent"):
                self.parents.append((number, given, event["device"], event["body"]["parent"]))
        elif seq != before[1]["seq"] + 1 or event["prev"] != before[2]:
            raise Bad("it does not follow the event before it in its run")
        elif event["device"] != before[1]["device"]:
            raise Bad("its run belongs to another workstation")
        self.heads[epoch] = (number, event, given, sig)
        self.ids[epoch, seq] = given
        if not heads_only:
            self.check_device(event, given, sig)
        self.check_person(event, given, line.get("psig"))
        body = event["body"]
        place = (body.get("case", ""), body.get("unit", ""), body.get("step", ""))
        if event["type"] == "KeptLinesJudged" and body.get("admitted"):
            self.admitted.update(body.get("lines", []))
        if event["type"] in RELIED_UPON:
            self.relied[given] = place
        if event["type"] in MOVES:
            self.moved.append((number, given, place, event.get("refs", [])))

    def check_device(self, event, given, sig):
        key = self.devices.get(event["device"])
        if key is None or not signed(key, sig, b"coordinator/sig/v1", given):
            raise Bad("the signature of its workstation is wrong")

    def check_person(self, event, given, psig):
        if psig is None:
            if event["type"] == "RecordSigned":
                raise Bad("the signature of the person is missing")
            return
        key = self.people.get(event.get("actor"))
        if key is None or not signed(key, psig, b"coordinator/person/v1", given):
            raise Bad("the signature of the person is wrong")

    def finish(self):
        """Yield (line, id, why) for what only shows at the end."""
        for number, event, given, sig in self.heads.values():
            try:
                self.check_device(event, given, sig)
            except Bad as bad:
                yield number, given, f"{bad} (the last event of its run)"
        for number, given, device, parent in self.parents:
            place = (parent.get("epoch"), parent.get("seq"))
            if parent.get("id") in self.admitted and parent.get("id") not in self.ids.values():
                continue
            if self.ids.get(place) != parent.get("id") or self.heads[place[0]][1]["device"] != device:
                yield number, given, "the run before it, or the end of that run, is missing"
        for number, given, wanted, refs in self.moved:
            if all(self.relied.get(ref) != wanted and ref not in self.admitted for ref in refs):
                yield number, given, "it moves a product and cites no identity check of that case, unit and step"


def main(arguments):
    heads_only, names = "--heads" in arguments, [each for each in arguments if each != "--heads"]
    if len(names) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    bad, count, number, given = [], 0, 1, "-"
    try:
        with open(names[0], "rb") as lines:
            heading = json.loads(next(lines))
            if heading.get("format") != "coordinator-journal" or heading.get("v") != 1:
                raise ValueError("the first line is not the heading of an exported journal")
            journal = Journal(heading)
            for number, text in enumerate(lines, start=2):
                line = json.loads(text, object_pairs_hook=only_once)
                given = str(line["id"])
                journal.follow(number, line, heads_only)
                count += 1
        bad = sorted(journal.finish())
    except Bad as fault:
        bad = [(number, given, str(fault))]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError) as fault:
        print(f"Line {number} of {names[0]} cannot be read: {fault!r}", file=sys.stderr)
        return 2
    for line_number, event, why in bad[:1]:
        print(f"BAD  line {line_number}, event {event}: {why}")
    if not bad:
        print(f"GOOD  {count} events in {len(journal.heads)} runs of {len(journal.devices)} workstations, as written")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
