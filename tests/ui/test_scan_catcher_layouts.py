"""From key strokes to characters: positions of three systems, Caps Lock, separators, the calibration card, half codes."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator_app.domain.calibration_card import CARD
from coordinator_app.domain.inputs import Scanned
from coordinator_app.ui.calibrating import CardUnread, learn
from coordinator_app.ui.key_tap import read_x11
from coordinator_app.ui.keyboard_layouts import (
    GS,
    MAC_TO_POSITION,
    US_PLAIN,
    US_SHIFTED,
    Stroke,
    Wedge,
    position_of,
    spell,
)
from coordinator_app.ui.scan_burst import Before, Burst, Dropped, Judgement, ScanLost, Typing, judge

US = Wedge(layout="us")
PLACE = {char: place for place, char in US_PLAIN.items() if place != 86}
SHIFTED_PLACE = {char: place for place, char in US_SHIFTED.items() if place != 86 and place != 57}
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=4, max_size=60)
CODES = st.text(st.sampled_from("=&%<>A9z-/" + GS), min_size=4, max_size=60)


def pressed(text: str, host: str = "?", *, caps: bool = False, mends: bool = False) -> tuple[Stroke, ...]:
    """Return what a US-set scanner presses on a host that makes `host` of every key."""
    strokes = []
    for number, char in enumerate(text):
        if char == GS:
            strokes.append(Stroke(text=host, position=PLACE["]"], ctrl=True, caps=caps, at_ms=number))
            continue
        sent = char.swapcase() if caps and mends else char
        shift = sent not in PLACE
        place = SHIFTED_PLACE[sent] if shift else PLACE[sent]
        strokes.append(Stroke(text=host, position=place, shift=shift, caps=caps, at_ms=number))
    return tuple(strokes)


def typed(text: str, gap_ms: int = 2) -> Burst:
    burst = Burst(0, 0)
    for number, char in enumerate(text):
        burst.add(Stroke(text=char, ctrl=char == GS, at_ms=number * gap_ms))
    return burst


@given(text=PRINTABLE | CODES, caps=st.booleans())
def test_a_us_scanner_is_spelled_exactly_whatever_the_host_makes_of_its_keys(text: str, caps: bool) -> None:
    assert spell(pressed(text, caps=caps), US) == text


@given(text=PRINTABLE)
def test_a_scanner_that_mends_caps_lock_itself_is_not_mended_twice(text: str) -> None:
    strokes = pressed(text, caps=True, mends=True)
    assert spell(strokes, Wedge(layout="us", caps="scanner-mends")) == text


def test_every_us_key_has_its_place_on_a_mac() -> None:
    places = set(US_PLAIN) | {71, 72, 73, 75, 76, 77, 79, 80, 81, 82, 28, 15}
    assert places <= set(MAC_TO_POSITION.values())
    assert len(set(MAC_TO_POSITION.values())) == len(MAC_TO_POSITION)


@pytest.mark.parametrize(
    ("platform", "scan_code", "virtual_key", "place"),
    [
        ("xcb", 38, 0, 30),
        ("wayland", 38, 0, 30),
        ("windows", 0x1E, 0x41, 30),
        ("windows", 0x11C, 0x0D, 96),
        ("windows", 0x135, 0x6F, 98),
        ("cocoa", 1, 0x00, 30),
        ("cocoa", 1, 0x1E, 27),
        ("xcb", 0, 0, None),
        ("cocoa", 0, 0x00, None),
    ],
)
def test_the_place_of_a_key_is_known_on_every_system(
    platform: str, scan_code: int, virtual_key: int, place: int | None
) -> None:
    assert position_of(platform, scan_code, virtual_key) == place


def test_a_dead_key_is_read_from_the_x_server_itself() -> None:
    event = struct.pack("=BBHIIIIHHHHHBB", 2, 13 + 8, 0, 123456, 0, 0, 0, 0, 0, 0, 0, 0x01 | 0x02, 1, 0)
    assert read_x11(event) == Stroke(position=13, shift=True, caps=True, at_ms=123456)
    assert read_x11(b"\x03" + event[1:]) is None, "a release is no press"


@pytest.mark.parametrize("prefix", ["", "]d2", "~~"])
def test_the_card_teaches_a_us_scanner_on_a_foreign_host(prefix: str) -> None:
    learned = learn(pressed(prefix + CARD), Wedge())
    assert learned == Wedge(prefix="~~" if prefix == "~~" else "", layout="us")


def test_the_card_teaches_a_scanner_set_to_the_hosts_own_layout() -> None:
    shuffled = tuple(Stroke(text=char, position=200, at_ms=number) for number, char in enumerate(CARD) if char != GS)
    at = CARD.index(GS)
    strokes = (*shuffled[:at], Stroke(text=GS, ctrl=True, position=200), *shuffled[at:])
    learned = learn(strokes, Wedge())
    assert isinstance(learned, Wedge)
    assert learned.layout == "host"


def test_the_card_teaches_a_printable_substitute_for_the_separator() -> None:
    learned = learn(pressed(CARD.replace(GS, "|")), Wedge())
    assert isinstance(learned, Wedge)
    assert learned.gs_text == "|"
    assert spell(pressed("]d210A1|21B7"), learned) == f"]d210A1{GS}21B7"


def test_the_card_teaches_a_scanner_that_mends_caps_lock() -> None:
    learned = learn(pressed(CARD, caps=True, mends=True), Wedge())
    assert isinstance(learned, Wedge)
    assert learned.caps == "scanner-mends"


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (CARD.replace(GS, ""), "separator-lost"),
        (CARD.replace("=&%", ""), "characters-lost"),
        ("A99992612345600", "not-the-card"),
    ],
)
def test_a_scanner_that_loses_something_of_the_card_is_not_calibrated(sent: str, why: str) -> None:
    assert learn(pressed(sent), Wedge()) == CardUnread(why)


def test_alt_codes_give_separators_and_whole_texts() -> None:
    def alt(code: str) -> tuple[Stroke, ...]:
        return tuple(Stroke(alt=True, keypad=True, digit=digit) for digit in code)

    assert spell((*alt("029"), Stroke(text="2")), Wedge()) == GS + "2"
    assert spell((*alt("065"), Stroke(text="A"), *alt("029")), Wedge()) == "A" + GS, "the system typed the same A again"


@given(text=CODES, cut=st.integers(1, 59))
def test_no_half_of_a_prefixed_code_is_ever_a_scan(text: str, cut: int) -> None:
    whole = "]C0" + text
    at = min(3 + cut, len(whole) - 1)
    for into_field in (True, False):
        head = judge(typed(whole[:at]), Wedge(), ended=False, into_field=into_field)
        assert isinstance(head, ScanLost | Typing | Dropped)
        tail = typed(whole[at:])
        tail.before = Before.LOSS
        assert isinstance(judge(tail, Wedge(), ended=True, into_field=into_field), ScanLost | Dropped)


@given(text=PRINTABLE, before=st.sampled_from(Before), ended=st.booleans(), into_field=st.booleans())
def test_what_is_judged_a_scan_had_its_suffix_and_nothing_right_before_it(
    text: str, before: Before, ended: bool, into_field: bool
) -> None:
    burst = typed(text)
    burst.before = before
    found: Judgement = judge(burst, Wedge(), ended=ended, into_field=into_field)
    if isinstance(found, Scanned):
        assert ended
        assert before is Before.NOTHING
        assert found.raw == text.encode()


def test_a_dead_key_that_the_host_swallowed_is_refused_where_the_place_is_not_known() -> None:
    burst = typed("]C0")
    burst.add(Stroke(dead=True, at_ms=8))
    burst.add(Stroke(text="9", at_ms=10))
    assert isinstance(judge(burst, Wedge(), ended=True, into_field=False), ScanLost)
