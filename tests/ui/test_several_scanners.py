"""Several keyboard scanners at one workstation: told apart by their prefix, named, and read each in its own way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coordinator_app.domain.calibration_card import CARD, card_fault, resembles_card
from coordinator_app.domain.screens import ScannerShown
from coordinator_app.ui.calibrating import CardUnread, learn
from coordinator_app.ui.keyboard_layouts import GS, US_PLAIN, US_SHIFTED, Stroke, Wedge
from coordinator_app.ui.known_wedges import UNKNOWN, Wedges, wedges_of
from coordinator_app.ui.scan_burst import Burst, judge

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PLACE = {char: place for place, char in US_PLAIN.items() if place != 86}
SHIFTED = {char: place for place, char in US_SHIFTED.items() if place not in (57, 86)}
BAG = "=A99992612345600"


def us(text: str) -> tuple[Stroke, ...]:
    """Return what a US-set scanner presses on a host that makes nonsense of it."""
    strokes = []
    for at, char in enumerate(text):
        if char == GS:
            strokes.append(Stroke(text="+", position=27, ctrl=True, at_ms=2 * at))
        else:
            shift = char not in PLACE
            strokes.append(Stroke(text="ß", position=(SHIFTED if shift else PLACE)[char], shift=shift, at_ms=2 * at))
    return tuple(strokes)


def host(text: str) -> tuple[Stroke, ...]:
    """Return what a scanner presses that is set to the host's own layout: its keys sit elsewhere."""
    return tuple(Stroke(text=char, position=200, ctrl=char == GS, at_ms=2 * at) for at, char in enumerate(text))


def shown(name: str, prefix: str, layout: str) -> ScannerShown:
    return ScannerShown(name, "keyboard", layout, "", prefix, "host-inverts", AT)


def scanned(strokes: tuple[Stroke, ...], wedges: Wedges) -> object:
    burst = Burst(0, strokes[-1].at_ms, strokes=list(strokes))
    return judge(burst, wedges.reader(strokes), ended=True, into_field=False)


def test_the_card_teaches_the_scanners_own_prefix() -> None:
    for text in (f"~2{CARD}", f"~2]d1{CARD}"):
        learned = learn(us(text), Wedge())
        assert isinstance(learned, Wedge)
        assert (learned.prefix, learned.layout) == ("~2", "us")


@pytest.mark.parametrize("prefix", ["=", "&", "A1", "7", "]", "(", "~12345"])
def test_a_prefix_with_which_a_code_could_begin_is_refused(prefix: str) -> None:
    assert learn(us(prefix + CARD), Wedge()) == CardUnread("prefix-unclear")


def test_where_a_prefix_is_asked_for_a_scanner_without_one_is_refused() -> None:
    assert learn(us(CARD), Wedge(prefix="~1", prefix_needed=True)) == CardUnread("prefix-missing")


def test_two_scanners_of_different_models_are_each_read_in_their_own_way() -> None:
    wedges = wedges_of(Wedge(), (shown("scanner-1", "~1", "us"), shown("scanner-2", "~2", "host")))
    first, second = scanned(us(f"~1{BAG}"), wedges), scanned(host(f"~2{BAG}"), wedges)
    assert (first.scanner, first.raw) == ("scanner-1", BAG.encode())  # type: ignore[attr-defined]
    assert (second.scanner, second.raw) == ("scanner-2", BAG.encode())  # type: ignore[attr-defined]


def test_a_scanner_without_a_known_prefix_is_none_of_those_that_have_one() -> None:
    wedges = wedges_of(Wedge(), (shown("scanner-1", "~1", "us"), shown("scanner-2", "~2", "host")))
    found = scanned(host(BAG), wedges)
    assert found.scanner == UNKNOWN  # type: ignore[attr-defined]
    strange = scanned(host(f"~3{BAG}"), wedges)
    assert (strange.scanner, strange.raw) == (UNKNOWN, f"~3{BAG}".encode())  # type: ignore[attr-defined]


def test_the_longer_of_two_prefixes_that_fit_names_the_scanner() -> None:
    wedges = wedges_of(Wedge(), (shown("scanner-1", "~", "host"), shown("scanner-2", "~2", "host")))
    assert wedges.reader(host(f"~2{BAG}")).scanner == "scanner-2"
    assert wedges.reader(host(f"~{BAG}")).scanner == "scanner-1"


def test_a_new_prefix_is_a_new_scanner_and_a_known_one_keeps_its_name() -> None:
    none = wedges_of(Wedge(), ())
    first = none.named(Wedge(prefix="~1"))
    assert first.scanner == "scanner-1"
    one = none.with_known(first)
    second = one.named(Wedge(prefix="~2"))
    assert second.scanner == "scanner-2"
    assert one.with_known(second).named(Wedge(prefix="~1", layout="us")).scanner == "scanner-1"
    assert one.named(Wedge()).scanner == "scanner-2", "one without a prefix never takes the name of one that has it"


def test_the_name_of_a_serial_scanner_is_never_given_twice() -> None:
    serial = ScannerShown("scanner-2", "serial", "", "", "", "", AT)
    wedges = wedges_of(Wedge(), (shown("scanner-1", "~1", "us"), serial))
    assert wedges.named(Wedge(prefix="~2")).scanner == "scanner-3"


def test_the_card_is_known_even_when_nothing_of_it_arrives_right() -> None:
    rot = str.maketrans("qwertyzuiop", "azertywuiop")
    wrong = [
        CARD.swapcase(), CARD.replace("=&%<>*}(", ""), CARD.translate(rot), CARD.replace(GS, ""),
        "".join(char for at, char in enumerate(CARD) if at % 3), f"~~{CARD}"[:-9],
    ]  # fmt: skip
    for each in wrong:
        assert resembles_card(each), each
        assert card_fault(each.encode()), each


@pytest.mark.parametrize(
    "text",
    [
        BAG, "9" * 100, "0123456789" * 9,
        "=+04000=A99992612345600&/CHA999926ABC123=<S1295100&>0263652359",
        "=+05000=Z54991712345600=%T300=<T0416003&>0183652359&,4PL001499Z549917123456A00T041600320181231",
        "The patient said that the bag had been cold when it came, and asked whether that was as it should be.",
    ],
)  # fmt: skip
def test_no_label_and_no_sentence_is_taken_for_the_card(text: str) -> None:
    assert not resembles_card(text)
    assert card_fault(text.encode()) == ""
    assert learn(host(text), Wedge()) == CardUnread("not-the-card")
