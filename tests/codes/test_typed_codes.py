"""A damaged code typed by hand: taken with its check character, refused without, never corrected."""

from __future__ import annotations

import pytest

from coordinator_app.codes.keys import keys_of
from coordinator_app.codes.typed import verify_typed
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScannedLabel, ScanRefused


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("A999926123456T", "din:A999926123456"),
        ("A9999 26 123456 T", "din:A999926123456"),
        ("CHA999926ABC123G", "coi:CHA999926ABC123"),
        ("&/CHA999926ABC123 G", "coi:CHA999926ABC123"),
        ("A99990000222244445555G", "donor:A99990000222244445555"),
        ("9999ABC000012345603", "grid:9999ABC000012345603"),
        ("(8018)950600013434300006", "gsrn:950600013434300006"),
        ("(00) 195060001234567890", "sscc:195060001234567890"),
        ("(01)09506000134352(10)LOT42A(21)KIT00017", "item:09506000134352/KIT00017"),
    ],
)
def test_a_number_typed_with_its_check_character_is_known_like_a_scanned_one(typed: str, key: str) -> None:
    label = verify_typed(typed)
    assert isinstance(label, ScannedLabel), label
    assert keys_of(label) == (key,)
    assert label.raw == typed.encode()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("A999926123456", Refusal.CHECK_CHARACTER_MISSING),
        ("CHA999926ABC123", Refusal.CHECK_CHARACTER_MISSING),
        ("A99990000222244445555", Refusal.CHECK_CHARACTER_MISSING),
        ("(10)LOT42A", Refusal.GS1_REQUISITE_MISSING),
        ("(400)ORDER7", Refusal.CHECK_CHARACTER_MISSING),
        ("A999926123456U", Refusal.CHECK_CHARACTER_WRONG),
        ("A999926123465T", Refusal.CHECK_CHARACTER_WRONG),
        ("CHA999926ABC132G", Refusal.CHECK_CHARACTER_WRONG),
        ("9999ABC000012345630", Refusal.CHECK_CHARACTER_WRONG),
        ("(8018)950600013434300009", Refusal.CHECK_CHARACTER_WRONG),
        ("a999926123456t", Refusal.CODE_NOT_RECOGNISED),
        ("950600013434300006", Refusal.CODE_NOT_RECOGNISED),
        ("(8018)950600013434300006(", Refusal.GS1_FAULTY),
        ("(80)18950600013434300006", Refusal.GS1_FAULTY),
        ("A999926123456T\x1d", Refusal.CODE_NOT_RECOGNISED),
        ("\u0410999926123456T", Refusal.CODE_HAS_FOREIGN_CHARACTER),
        ("", Refusal.CODE_EMPTY),
        ("  ", Refusal.CODE_NOT_RECOGNISED),
    ],
)
def test_anything_else_typed_is_refused(typed: str, reason: Refusal) -> None:
    answer = verify_typed(typed)
    assert isinstance(answer, ScanRefused), answer
    assert answer.reason is reason


def test_a_step_takes_only_the_number_it_asks_for() -> None:
    assert isinstance(verify_typed("A999926123456T", "isbt128:001"), ScannedLabel)
    answer = verify_typed("A999926123456T", "isbt128:040")
    assert isinstance(answer, ScanRefused)
    assert answer.reason is Refusal.NOT_WHAT_WAS_ASKED
