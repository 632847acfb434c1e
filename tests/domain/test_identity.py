"""Names and codes: what counts as a match."""

from __future__ import annotations

import pytest

from coordinator_app.domain.identity import (
    agrees,
    contradicts,
    differing,
    family_agrees,
    fold,
    fold_number,
    kind_of,
    of_kinds,
    which_unit,
)


def codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Żółkiewska", "zolkiewska"),
        ("GROẞ", "gross"),
        ("Groß", "gross"),
        ("O’Neill", "oneill"),
        ("d'Arc", "darc"),
        ("Saint-Exupéry", "saintexupery"),
        ("van der Berg", "vanderberg"),
        ("Ðorđe", "dorde"),
        ("Þór", "thor"),
        ("Ærø", "aero"),
        ("Œuvre", "oeuvre"),
        ("Ħamrun", "hamrun"),
        ("Ŋala", "nala"),
        ("Çağrı", "cagri"),
        ("ÇAĞRI", "cagri"),
        ("İnönü", "inonu"),
        ("Ǿ", "o"),
        ("Nguyễn", "nguyen"),
        ("Смирнова", "смирнова"),
        ("王", "王"),
        ("4 ! ’", ""),
        ("", ""),
    ],
)
def test_a_name_is_compared_by_its_letters(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("said", "families", "right"),
    [
        ("Grübel", ("Grübel",), True),
        ("gru", ("Grübel",), True),
        ("Grundig", ("Grübel",), True),
        ("gr", ("Grübel",), False),
        ("Grauer", ("Grübel",), False),
        ("rub", ("Grübel",), False),
        ("Kow", ("Grübel", "Kowalska"), True),
        ("Ng", ("Ng",), True),
        ("Nguyen", ("Ng",), False),
        ("Ng", ("Nguyen",), False),
        ("O", ("O",), True),
        ("", ("",), False),
        ("!", ("?",), False),
        ("", ("Grübel",), False),
        ("Gru", ("",), False),
        ("Gru", (), False),
    ],
)
def test_the_first_three_letters_of_a_current_or_former_name_agree(
    said: str, families: tuple[str, ...], right: bool
) -> None:
    assert family_agrees(said, families) is right


@pytest.mark.parametrize(
    ("written", "folded"),
    [("mrn-88 172", "MRN88172"), ("MRN.88/172", "MRN88172"), ("ＭＲＮ8", "MRN8"), (" -./", ""), ("", "")],
)
def test_a_record_number_is_compared_without_what_papers_put_between_its_characters(written: str, folded: str) -> None:
    assert fold_number(written) == folded


def test_the_kind_of_a_code_ends_at_its_first_colon() -> None:
    assert [kind_of(code) for code in ("din:A", "trial-x:a:b", "bare", ":x")] == ["din", "trial-x", "bare", ""]
    assert of_kinds(codes("din:A unit:A/1 coi:C"), frozenset({"din", "coi"})) == codes("din:A coi:C")


@pytest.mark.parametrize(
    ("known", "read", "against"),
    [
        ("din:A", "din:A", False),
        ("din:A", "din:B", True),
        ("din:A din:B", "din:B", False),
        ("din:A", "unit:B", False),
        ("din:A coi:C", "din:A coi:D", True),
        ("din:A coi:C", "din:B coi:C", True),
        ("din:A", "", False),
        ("", "", False),
        ("din:AB", "di:nAB", False),
    ],
)
def test_two_labels_contradict_each_other_when_a_kind_they_share_has_no_value_in_common(
    known: str, read: str, against: bool
) -> None:
    assert contradicts(codes(known), codes(read)) is against
    assert contradicts(codes(read), codes(known)) is against


@pytest.mark.parametrize(
    ("known", "read", "besides", "right"),
    [
        ("gsrn:A", "gsrn:A", "", True),
        ("gsrn:A patient-id:P", "gsrn:A", "", True),
        ("gsrn:A patient-id:P", "gsrn:A patient-id:Q", "", False),
        ("gsrn:A", "patient-id:P", "", False),
        ("gsrn:A", "", "", False),
        ("", "", "", False),
        ("grai:1 coi:C", "coi:C", "coi:C", False),
        ("grai:1 coi:C", "grai:1", "coi:C", True),
        ("grai:1 coi:C", "grai:1 coi:D", "coi:C", False),
    ],
)
def test_an_object_is_known_by_a_code_of_its_own_and_none_against_it(
    known: str, read: str, besides: str, right: bool
) -> None:
    assert agrees(codes(known), codes(read), codes(besides)) is right


UNITS = {"b": codes("din:N unit:N/2 coi:C"), "a": codes("din:N unit:N/1 coi:C trial-kit:1"), "c": codes("item:G/7")}


@pytest.mark.parametrize(
    ("read", "besides", "found"),
    [
        ("unit:N/1", "", ("a",)),
        ("din:N", "", ("a", "b")),
        ("din:N unit:N/2", "", ("b",)),
        ("din:N unit:N/3", "", ()),
        ("din:N coi:D", "", ()),
        ("coi:C", "", ()),
        ("item:G/7", "", ("c",)),
        ("trial-kit:1", "", ("a",)),
        ("trial-kit:1", "trial-kit:1", ()),
        ("trial-kit:1 unit:N/1", "trial-kit:1", ("a",)),
        ("din:N", "din:N", ("a", "b")),
        ("", "", ()),
    ],
)
def test_a_unit_is_named_by_codes_that_can_tell_units_apart(read: str, besides: str, found: tuple[str, ...]) -> None:
    assert which_unit(UNITS, codes(read), codes(besides)) == found


@pytest.mark.parametrize("kind", ["unit", "item", "serial", "din"])
def test_each_kind_that_tells_units_apart_does(kind: str) -> None:
    assert which_unit({"a": frozenset({f"{kind}:1"})}, frozenset({f"{kind}:1"})) == ("a",)


@pytest.mark.parametrize("kind", ["coi", "order", "gsrn", "patient-id", "sscc", "text"])
def test_no_other_kind_does(kind: str) -> None:
    assert which_unit({"a": frozenset({f"{kind}:1"})}, frozenset({f"{kind}:1"})) == ()


@pytest.mark.parametrize(
    ("expected", "read", "marks"),
    [
        ("A9999", "A9999", ((), ())),
        ("A9999", "A9989", ((3,), (3,))),
        ("A99", "A9999", ((), (3, 4))),
        ("A9999", "A99", ((3, 4), ())),
        ("", "AB", ((), (0, 1))),
        ("AB", "BA", ((0, 1), (0, 1))),
    ],
)
def test_the_characters_that_differ_are_marked_on_both(
    expected: str, read: str, marks: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    assert differing(expected, read) == marks
