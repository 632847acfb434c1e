"""The canonical form: one event, one form, one id; anything else is refused. Frozen lines are in `tests/formats`."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordinator_app.domain.fast_form import write_event
from coordinator_app.domain.seal import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_INTEGER,
    NO_EVENT,
    NotCanonical,
    canonical,
    event_id,
    instant,
    person_part,
    read_canonical,
    read_instant,
    sealed_context,
    signed_part,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(
    lambda text: unicodedata.normalize("NFC", text)
)
SCALARS = st.one_of(TEXT, st.booleans(), st.integers(-MAX_INTEGER, MAX_INTEGER))
VALUES = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
                      max_leaves=12)  # fmt: skip
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=5)
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


@given(OBJECTS)
@QUICK
def test_what_was_written_reads_back_as_it_was_said_and_writes_the_same_again(value: dict[str, Any]) -> None:
    try:
        written = canonical(value)
    except NotCanonical as refused:
        assert "nested deeper" in str(refused)  # noqa: PT017 - refused or not is not known beforehand
        return
    assert read_canonical(written) == value
    assert canonical(read_canonical(written)) == written
    assert b"\n" not in written
    assert json.loads(written) == value


@given(OBJECTS)
@QUICK
def test_the_order_in_which_fields_were_said_makes_no_difference(value: dict[str, Any]) -> None:
    turned = dict(reversed(list(value.items())))
    try:
        assert canonical(turned) == canonical(value)
    except NotCanonical:
        with pytest.raises(NotCanonical):
            canonical(value)


@given(OBJECTS, OBJECTS)
@QUICK
def test_two_events_have_the_same_bytes_only_when_they_say_the_same(one: dict[str, Any], two: dict[str, Any]) -> None:
    try:
        same = canonical(one) == canonical(two)
    except NotCanonical:
        return
    # json takes true for 1; the canonical form does not.
    assert same == (json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True))


@given(OBJECTS, st.data())
@QUICK
def test_no_byte_can_be_changed_added_or_lost_without_another_id_or_a_refusal(
    value: dict[str, Any], data: st.DataObject
) -> None:
    try:
        written = canonical(value)
    except NotCanonical:
        return
    at = data.draw(st.integers(0, len(written) - 1))
    other = data.draw(st.integers(0, 255))
    for spoiled in (written[:at] + bytes([other]) + written[at + 1 :], written[:at] + written[at + 1 :],
                    written[:at] + bytes([other]) + written[at:]):  # fmt: skip
        if spoiled == written:
            continue
        assert event_id(spoiled) != event_id(written)
        try:
            read = read_canonical(spoiled)
        except NotCanonical:
            continue
        assert canonical(read) == spoiled
        assert json.dumps(read, sort_keys=True) != json.dumps(value, sort_keys=True)


@given(st.binary(max_size=60))
@QUICK
def test_bytes_that_are_no_event_are_refused_in_one_sentence_and_never_break_the_reader(written: bytes) -> None:
    try:
        assert canonical(read_canonical(written)) == written
    except NotCanonical as refused:
        assert str(refused).endswith(".")  # noqa: PT017 - refused or not is not known beforehand


@pytest.mark.parametrize(
    "written",
    [
        b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'{"a":1.0}', b'{"a":1e3}', b'{"a":-0}', b'{"a":null}',
        b'{"a":"\\u0041"}', b'{"a":"\\/"}', b'{"a":01}', b'[1]', b'"a"', b"", b"{", b'{"a":NaN}', b'{"a":Infinity}',
        b'{"a":9007199254740992}', b'{"a":"A\xcc\x8a"}', b'{"A\xcc\x8a":1}', b'{"a":"\xff"}', b'{"a":"\\ud800"}',
        b'\xef\xbb\xbf{"a":1}', b'{"a":1}\n', b'{"a":"\x7f"}'[:-1], b'{"a":"\\u000A"}', b"[" * 5000,
    ],
)  # fmt: skip
def test_every_other_way_to_write_it_is_refused(written: bytes) -> None:
    with pytest.raises(NotCanonical):
        read_canonical(written)


@pytest.mark.parametrize(
    "value",
    [
        {"a": None}, {"a": 1.5}, {1: "a"}, {"a": b"x"}, {"a": {2, 3}}, {"a": MAX_INTEGER + 1}, {"a": -MAX_INTEGER - 1},
        {"a": "A\u030a"}, {"A\u030a": 1}, {"a": "\ud800"}, {"a": ["\ud800"]}, nested(MAX_DEPTH + 1),
        {"a": "x" * MAX_BYTES}, {"a": datetime(2026, 3, 2, tzinfo=UTC)},
    ],
)  # fmt: skip
def test_what_the_format_cannot_hold_is_not_written(value: dict[Any, Any]) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_the_limits_themselves_can_be_written() -> None:
    room = MAX_BYTES - len(canonical({"a": ""}))
    for value in (nested(MAX_DEPTH), {"a": MAX_INTEGER, "b": -MAX_INTEGER}, {"a": "x" * room}, {}):
        assert read_canonical(canonical(value)) == value
    assert len(canonical({"a": "x" * room})) == MAX_BYTES
    with pytest.raises(NotCanonical):
        read_canonical(canonical({"a": "x" * room}) + b" ")


def test_keys_are_in_the_order_of_code_points_and_only_what_must_be_escaped_is() -> None:
    assert canonical({"b": True, "a": '\x1d\n"\\/é\u2028', "Z": [1, {}], "ä": "", "😀": -1}) == (
        '{"Z":[1,{}],"a":"\\u001d\\n\\"\\\\/é\u2028","b":true,"ä":"","😀":-1}'.encode()
    )


# Instants ---------------------------------------------------------------------------------------------------------


@given(st.integers(-(10**15), 10**15), st.integers(-14 * 60, 14 * 60))
@QUICK
def test_an_instant_is_written_in_one_way_whatever_zone_it_was_said_in(microseconds: int, offset: int) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(microseconds=microseconds)
    there = at.astimezone(timezone(timedelta(minutes=offset)))
    written = instant(there)
    assert read_instant(written) == there
    assert instant(read_instant(written)) == written
    assert instant(there.astimezone(UTC)) == written
    assert len(written) == 27


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T12:00:00Z", "2026-03-02T12:00:00.000000+00:00", "2026-03-02 12:00:00.000000Z",
        "2026-03-02T12:00:00.000Z", "2026-02-30T12:00:00.000000Z", "2026-03-02T24:00:00.000000Z",
        "2026-03-02T12:00:60.000000Z", "2026-03-02T12:00:00.000000z", "2026-03-02T12:00:00.000000Z\n", "",
        "２０２６-03-02T12:00:00.000000Z",
    ],
)  # fmt: skip
def test_every_other_way_to_write_an_instant_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        read_instant(text)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(NotCanonical, match="time zone"):
        instant(datetime(2026, 3, 2, 12))  # noqa: DTZ001 - that is what is refused


# Ids and signatures -----------------------------------------------------------------------------------------------


def test_id_and_signatures_can_never_be_taken_for_each_other() -> None:
    written = canonical({"a": 1})
    id = event_id(written)
    assert id == hashlib.sha256(b'coordinator/event/v1\x00{"a":1}').hexdigest()
    assert signed_part(id) == b"coordinator/sig/v1\x00" + bytes.fromhex(id)
    assert person_part(id) == b"coordinator/person/v1\x00" + bytes.fromhex(id)
    assert len({event_id(written), hashlib.sha256(signed_part(id)).hexdigest(), NO_EVENT}) == 3
    assert (len(NO_EVENT), set(NO_EVENT)) == (64, {"0"})


def test_sealed_fields_belong_to_their_own_event_alone() -> None:
    assert sealed_context("e", 7, "PatientEnrolled", "case:1", "patient:1") == b"e|7|PatientEnrolled|case:1|patient:1"


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.5}, {"a": None}, {"a": 2**53}, {"a": -(2**53) + 1}, {"a": datetime(2026, 1, 1, tzinfo=UTC)}, {"a": b"x"},
        {1: 2}, {"a": {"b": [(1, 2)]}}, {"a": True, "A": [False]}, {"a": "x" * 70_000}, {"b": 1, "a": {"é": 1, "e": 2}},
        {"a": ()}, {"a": "e\u0301"}, {"e\u0301": 1}, {"a": "\ud800"}, {"a": "\x00\x1f\x7f\u2028\"\\"}, {"a": {1, 2}},
        {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}, {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}},
    ],
)  # fmt: skip
def test_written_fast_an_event_has_the_bytes_it_has_written_slowly_and_is_refused_alike(value: dict[str, Any]) -> None:
    assert _answer(write_event, value) == _answer(canonical, value)


def test_every_character_has_the_same_bytes_written_fast_and_slowly() -> None:
    for start in range(0, 0x11_0000, 0x100):
        value = {"a": [chr(number) for number in range(start, start + 0x100)]}
        assert _answer(write_event, value) == _answer(canonical, value)


def _answer(write: Callable[[dict[str, Any]], bytes], value: dict[str, Any]) -> bytes | type[Exception]:
    try:
        return write(value)
    except NotCanonical as refused:
        return type(refused)
