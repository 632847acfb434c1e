"""What is read fast is what is read slowly: nothing is let through in one go that would be refused step by step."""

from __future__ import annotations

import json
import random
from typing import Any

import msgspec
import pytest

from coordinator_app.domain.envelope import envelope_fault
from coordinator_app.domain.fast_envelope import ReadEnvelope, read_envelope
from coordinator_app.domain.fast_form import read_event
from coordinator_app.domain.seal import NotCanonical, canonical

EVENT: dict[str, Any] = {
    "v": 1, "epoch": "0" * 31 + "a", "seq": 7, "prev": "b" * 64, "type": "BagReceived", "type_v": 1, "must": True,
    "subject": "bag:1", "device": "workstation:1", "at": "2026-03-02T07:30:00.000000Z", "zone": "Europe/Berlin",
    "boot": "c", "boot_ns": 12, "clock": "anchored", "body": {"case": "case:1", "deep": [{"a": [{"b": ["é"]}]}]},
    "actor": "person:1", "role": "nurse", "happened_at": "2026-03-02T07:29:00.000000Z", "late_reason": "busy",
    "evidence": [{"object": "unit", "arm": 1, "how": "scanned", "symbology": "]d2", "scanner": "s", "length": 3,
                  "at_ns": 5, "raw": "616263"}],
    "sealed": "ab" * 28, "key": "patient:1", "refs": ["d" * 64],
}  # fmt: skip
ODD = ("", "-", "x", 0, -1, 2**53 - 1, 2**53, True, False, [], {}, "2026-13-02T07:30:00.000000Z", "2026-W01-1T07:30:00.000000Z",
       "A" * 64, "a" * 63, "b" * 64, "0" * 32, [1], ["z" * 64], {"a": 1}, "e\u0301", "anchored", [[[[[[[1]]]]]]],
       [[[[[[1]]]]]], [[[[[[[[1]]]]]]]], 1.5, None, "٣" * 27)  # fmt: skip


def _slowly(written: bytes) -> bool:
    try:
        return not envelope_fault(read_event(written))
    except NotCanonical:
        return False


def _written(event: Any) -> bytes:
    try:
        return canonical(event)
    except NotCanonical:
        return json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def test_a_sound_event_is_read_in_one_go_with_every_field() -> None:
    read = read_envelope(canonical(EVENT))
    assert read is not None
    assert json.loads(msgspec.json.encode(read)) == EVENT


@pytest.mark.parametrize("name", [*EVENT, "unknown"])
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_one_field_of_another_kind_is_let_through_only_where_the_slow_way_does(name: str, odd: Any) -> None:
    written = _written({**EVENT, name: odd})
    if read_envelope(written) is not None:
        assert _slowly(written)


@pytest.mark.parametrize("name", list(EVENT))
def test_an_event_without_one_field_is_let_through_only_where_the_slow_way_does(name: str) -> None:
    written = canonical({key: value for key, value in EVENT.items() if key != name})
    read = read_envelope(written)
    assert (read is not None) == _slowly(written)
    if read is not None:
        assert msgspec.convert(read_event(written), ReadEnvelope) == read


def test_bytes_changed_at_random_are_let_through_only_where_the_slow_way_does() -> None:
    chance = random.Random(3)  # noqa: S311 - a test wants it repeatable
    passed = 0
    for _ in range(6000):
        changed = bytearray(canonical(EVENT))
        for _ in range(chance.randint(1, 2)):
            changed[chance.randrange(len(changed))] = chance.choice(b'09af"{}[],:.-TZ \\u\xc3')
        written = bytes(changed)
        if read_envelope(written) is not None:
            passed += 1
            assert _slowly(written)
    assert passed > 100
