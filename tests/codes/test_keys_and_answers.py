"""What an object is known by, and the answer that `coordinator scan` prints."""

from __future__ import annotations

import json

import pytest

from coordinator_app.codes.answer import scan_answer
from coordinator_app.codes.descriptions import SiteTables, TableFault, describe, read_table
from coordinator_app.codes.dispatch import TrialPattern, read
from coordinator_app.codes.keys import keys_of
from coordinator_app.domain.scan import ScannedLabel

GS = "\x1d"
SUBJECT = TrialPattern("subject", r"pattern:HERON-\d{4}")


def keys(text: str) -> tuple[str, ...]:
    label = read(text.encode(), patterns=(SUBJECT,))
    assert isinstance(label, ScannedLabel), label
    return keys_of(label)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=A99992612345600", ("din:A999926123456",)),
        ("=A99992612345601", ("din:A999926123456",)),
        ("=A99992612345600=<S1295100", ("din:A999926123456", "unit:A999926123456/S1295100")),
        ("=A99992612345600=<S1295199", ("din:A999926123456",)),
        ("=A99992612345600=<S1295199=,AAAB00", ("din:A999926123456", "unit:A999926123456/S1295199/AAAB00")),
        ("=<S1295100", ()),
        (
            "=+04000=A99992612345600&/CHA999926ABC123=<S1295100&>0263652359",
            ("din:A999926123456", "unit:A999926123456/S1295100", "coi:CHA999926ABC123"),
        ),
        ("&,4PL001499Z549917123456A00T041600320181231", ("din:Z549917123456",)),
        ("SEC: PL001499Z549917123456 A00T041600320181231", ("din:Z549917123456",)),
        ("&,4PL001499Z549917123456B00T041600320181231", ()),
        ("='A9999AB12CD", ("staff:A9999AB12CD",)),
        ("=;A99990000222244445555", ("donor:A99990000222244445555",)),
        ("&:9999ABC000012345603", ("grid:9999ABC000012345603",)),
        ("&#0108AB123456", ("patient-id:AB123456",)),
        ("=#0119700131", ()),
        (f"]d28018950600013434300006{GS}725019700131", ("gsrn:950600013434300006",)),
        ("]d28017950600013434300006", ("staff:950600013434300006",)),
        ("]d2010950600013435221KIT00017", ("item:09506000134352/KIT00017",)),
        (f"]d280060950600013435201{'02'}{GS}21K1", ("item:095060001343520102/K1",)),
        ("]d20109506000134352", ()),
        ("]E09506000134352", ()),
        ("]d200195060001234567890", ("sscc:195060001234567890",)),
        ("]d280049506000123ABC", ("giai:9506000123ABC",)),
        ("]d2800309506000134352A1", ("grai:09506000134352A1",)),
        ("]d2800309506000134352", ()),
        ("]d22539506000134352COA7", ("gdti:9506000134352COA7",)),
        ("]d22539506000134352", ()),
        ("]d24149506000134352", ("gln:9506000134352",)),
        ("]d24149506000134352254A1", ("gln:9506000134352/A1",)),
        ("]d2400ORDER7", ("order:ORDER7",)),
        ("HERON-0001", ("trial-subject:HERON-0001",)),
    ],
)
def test_an_object_has_one_name_whatever_code_carried_it(text: str, expected: tuple[str, ...]) -> None:
    assert keys(text) == expected


def test_the_answer_is_the_one_that_the_formats_page_promises() -> None:
    answer = scan_answer(read(b"]d2010950600013435217261231"))
    assert json.loads(json.dumps(answer)) == {
        "accepted": True,
        "route": "gs1",
        "symbology": "]d2",
        "fields": [
            {"id": "gs1:01", "name": "GTIN", "value": "09506000134352", "normal": None, "valid": True},
            {"id": "gs1:17", "name": "USE BY or EXPIRY", "value": "261231", "normal": "2026-12-31", "valid": True},
        ],
        "warnings": [],
        "refusal": None,
        "message": "Read as a GS1 code: GTIN, USE BY or EXPIRY.",
    }


def test_the_parts_of_an_isbt_code_stand_in_its_field_and_local_times_say_so() -> None:
    answer = scan_answer(read(b"=A99992612345689&>0263652359"))
    donation, expiry = answer["fields"]
    assert donation["id"] == "isbt128:001"
    assert (donation["din"], donation["fin"], donation["year"]) == ("A999926123456", "A9999", "26")
    assert (donation["sequence"], donation["flags"], donation["check"]) == ("123456", "89", "T")
    assert "local" not in donation
    assert expiry["local"] is True
    assert expiry["normal"] == "2026-12-31T23:59"


def test_a_refusal_has_its_code_and_one_sentence() -> None:
    answer = scan_answer(read(b"]d20109506000134353"))
    assert (answer["accepted"], answer["refusal"], answer["route"]) == (False, "CHECK_CHARACTER_WRONG", "gs1")
    assert answer["fields"][0]["valid"] is False
    assert answer["message"].count(".") == 1
    assert scan_answer(read(b""))["route"] == "none"


def test_words_for_codes_come_only_from_what_the_site_imported() -> None:
    label = read(b"=A99992612345600=<S1295100=<"[:-2])
    assert isinstance(label, ScannedLabel)
    assert describe(label, SiteTables()) == {}
    tables = SiteTables(
        products=read_table('\ufeffcode,words\nS1295,"T cells, frozen"\n\n'), facilities={"A9999": "Demo"}
    )
    assert describe(label, tables) == {"isbt128:001": "Demo", "isbt128:003": "T cells, frozen"}


@pytest.mark.parametrize("text", ["code,words\nS1295\n", "code,words\n,empty\n", "code,words\nS1,a\nS1,b\n"])
def test_a_table_that_cannot_be_used_is_refused_by_line(text: str) -> None:
    with pytest.raises(TableFault, match=r"Line \d"):
        read_table(text)
