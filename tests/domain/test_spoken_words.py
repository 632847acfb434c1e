"""A fingerprint read aloud over the telephone, or scanned off a screen, stands for exactly one key."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator_app.domain.join_code import fingerprint_of_code, join_code
from coordinator_app.domain.spoken_words import _WORDS, digits_of, words_of

fingerprints = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(fingerprints)
def test_the_words_stand_for_the_first_sixteen_digits(fingerprint: str) -> None:
    words = words_of(fingerprint)
    assert len(words) == 8
    assert digits_of(" ".join(words)) == fingerprint[:16]
    assert digits_of(", ".join(word.upper() for word in words)) == fingerprint[:16]
    assert digits_of(" ".join(word[:4] for word in words)) == fingerprint[:16]


@given(fingerprints, st.integers(0, 7), st.sampled_from(_WORDS))
def test_one_other_word_is_another_fingerprint(fingerprint: str, place: int, other: str) -> None:
    words = list(words_of(fingerprint))
    changed = [*words[:place], other, *words[place + 1 :]]
    assert (digits_of(" ".join(changed)) == fingerprint[:16]) == (words[place] == other)


@pytest.mark.parametrize(
    "said", ["", "acid", "acid acorn actor album alley amber anchor", "acid " * 7 + "zzzz", "acidic " * 8]
)
def test_too_few_words_or_a_word_that_is_none_compare_nothing(said: str) -> None:
    assert digits_of(said) is None


def test_the_list_tells_its_words_apart_by_ear_and_by_their_beginning() -> None:
    assert len(_WORDS) == len(set(_WORDS)) == len({word[:4] for word in _WORDS}) == 256
    for one, other in itertools.combinations(_WORDS, 2):
        assert sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other)) > 1, (one, other)


@given(fingerprints)
def test_the_code_on_the_screen_is_digits_and_stands_for_the_whole_fingerprint(fingerprint: str) -> None:
    code = join_code(fingerprint)
    assert code.isdecimal()
    assert fingerprint_of_code(code.encode()) == fingerprint
    assert fingerprint_of_code(b"]d1" + code.encode()) == fingerprint


@pytest.mark.parametrize(
    "raw", [b"", b"2604", b"]d12604" + b"1" * 77, b"]d12604" + b"9" * 78, b"=A99992612345600", b"\xff\xfe"]
)
def test_any_other_scan_is_no_code_of_a_workstation(raw: bytes) -> None:
    assert fingerprint_of_code(raw) is None
