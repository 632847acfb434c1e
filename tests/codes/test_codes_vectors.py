"""Every shared vector, each run against the part of the program that answers it."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import biip
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from coordinator_app.codes.check_characters import (
    check_character,
    check_digit,
    check_number,
    check_value,
    donation_flag,
)
from coordinator_app.codes.dispatch import read
from coordinator_app.codes.gs1 import bracketed
from coordinator_app.codes.gs1_values import ai_at
from coordinator_app.codes.sec import read_mpho
from coordinator_app.codes.symbols import Symbol, matrix, raster, read_image
from coordinator_app.domain.scan import ScannedLabel, ScanRefused
from coordinator_app.domain.temperature import mean_kinetic_temperature, mean_temperature
from coordinator_app.intake.loggers import read_berlinger_line

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent.parent / "vectors" / "codes.json").read_text("utf-8"))

PART_OF = {
    "fin": "fin",
    "yy": "year",
    "ff": "flags",
    "din": "din",
    "K": "check",
    "pdc": "pdc",
    "t": "collection_type",
    "division": "division",
    "loc": "location",
    "patient_id": "patient",
    "fin_p": "processor",
    "fpc": "facility_product",
    "serial": "sequence",
    "container": "container",
    "total": "total",
    "country": "country",
    "te": "establishment",
    "donation": "donation",
    "system": "system",
    "product": "product",
    "split": "split",
    "tz": "zone",
}


def check_digits(vector: dict[str, Any]) -> None:
    body, expect = vector["input"]["body"], vector["expect"]
    assert int(check_digit(body)) == expect["check"]
    assert body + check_digit(body) == expect["full"]


def check_isbt_character(vector: dict[str, Any]) -> None:
    given, expect = vector["input"], vector["expect"]
    content = given.get("din") or given["content"]
    assert check_value(content) == expect["check_value"]
    assert check_character(content) == expect["K"]
    if "type3_flag" in expect:
        assert donation_flag(content) == expect["type3_flag"]


def check_grid(vector: dict[str, Any]) -> None:
    given, expect = vector["input"], vector["expect"]
    assert check_number(given["ion"] + given["rdi"]) == expect["checksum"]
    label = read(expect["barcode"].encode())
    assert isinstance(label, ScannedLabel)
    assert label.fields[0].parts["grid"] == expect["grid"]


def check_udi(vector: dict[str, Any]) -> None:
    assert check_number(vector["input"]["content"]) == vector["expect"]["checksum"]


def check_isbt_parse(vector: dict[str, Any]) -> None:
    label, expect = read(vector["input"].encode()), vector["expect"]
    if not expect["ok"]:
        assert isinstance(label, ScanRefused), vector
        return
    assert isinstance(label, ScannedLabel), label
    assert [field.id for field in label.fields] == [f"isbt128:{found['ds']}" for found in expect["structures"]]
    for field, found in zip(label.fields, expect["structures"], strict=True):
        check_isbt_structure(field, found)


def check_isbt_structure(field: Any, found: dict[str, Any]) -> None:
    if "raw" in found:
        assert field.value == found["raw"]
    for theirs, ours in PART_OF.items():
        if theirs in found:
            assert field.parts[ours] == found[theirs], (field, found)
    if "seq" in found:
        assert field.parts["reference" if found["ds"] == "023" else "sequence"] == found["seq"]
    if "count" in found:
        assert int(field.parts["count"]) == found["count"]
    if "needs_032" in found:
        assert (field.parts["division"] == "99") is found["needs_032"]
    for key in ("date", "datetime", "dob"):
        if key in found:
            assert field.normal == found[key]
    if "expiry" in found:
        assert field.normal == f"{found['expiry'][:4]}-{found['expiry'][4:6]}-{found['expiry'][6:]}"
    for segment in found.get("segments", []):
        assert field.parts["comparison"] == segment["sym"]
        assert field.parts["dimension"] == segment["dim"]
        assert float(field.parts["amount"]) == segment["value"]
    if found["ds"] == "031":
        assert field.parts["kind"] == {"02": "collection"}[found["type"]]


def check_sec_text(vector: dict[str, Any]) -> None:
    label, expect = read(vector["input"].encode()), vector["expect"]
    assert isinstance(label, ScannedLabel)
    for theirs, ours in PART_OF.items():
        if theirs in expect:
            assert label.fields[0].parts[ours] == expect[theirs]
    assert label.fields[0].normal == expect["expiry"]


def check_mpho(vector: dict[str, Any]) -> None:
    expect = vector["expect"]
    assert read_mpho(vector["input"]) == {
        "processor": expect["fin_p"],
        "pdc": expect["pdc"],
        "din": expect["din"],
        "division": expect["division"],
    }


def check_gs1_scan(vector: dict[str, Any]) -> None:
    label, expect = read(vector["input"].encode()), vector["expect"]
    if not expect["ok"]:
        assert isinstance(label, ScanRefused), vector
        return
    assert isinstance(label, ScannedLabel), label
    assert "".join(f"({field.id.removeprefix('gs1:')}){field.value}" for field in label.fields) == expect["ai"]


def check_signature_room(vector: dict[str, Any]) -> None:
    ai, expect = ai_at("8030"), vector["expect"]
    assert ai is not None
    assert ai.greatest == vector["input"]["max_chars"]
    assert ai.greatest * 6 // 8 == expect["max_bytes"]
    signature = base64.urlsafe_b64encode(bytes(64)).rstrip(b"=")
    assert len(signature) == expect["ecdsa_p256_or_ed25519_sig_chars_base64url"]


def check_what_biip_lets_pass(vector: dict[str, Any]) -> None:
    passed = biip.parse(vector["input"])
    assert (passed.gs1_message is not None) is vector["expect"]["accepts_wrong_GSRN_check_digit"]
    assert isinstance(read(vector["input"].encode()), ScanRefused)


def check_drawn_symbol(vector: dict[str, Any]) -> None:
    given, expect = vector["input"], vector["expect"]
    scanned = expect["symbology_identifier"].encode() + expect["bytes"].encode()
    room_draws = {("DataMatrix", "]d2"): Symbol.GS1_DATA_MATRIX, ("Aztec", "]z1"): Symbol.GS1_AZTEC}
    room_draws[("DataMatrix", "]d1")] = Symbol.DATA_MATRIX
    symbol = room_draws.get((given["format"], expect["symbology_identifier"]))
    if symbol is not None:
        picture = raster(matrix(expect["bytes"], symbol), dots=4)
    else:  # what this program never draws, but meets
        drawn = zxingcpp.create_barcode(given["create"], getattr(zxingcpp.BarcodeFormat, given["format"]))
        picture = Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(drawn, scale=4)))
    assert read_image(picture) == [scanned]
    label = read(scanned)
    assert isinstance(label, ScannedLabel)
    assert ("SYMBOLOGY_RECTANGULAR" in label.warnings) is (expect["symbology_identifier"] == "]d7")
    if given["options"].get("gs1"):
        assert bracketed(expect["bytes"]) == given["create"]


def check_kinetic_mean(vector: dict[str, Any]) -> None:
    given, expect = vector["input"], vector["expect"]
    found = mean_kinetic_temperature(given["celsius"], given["weights"])
    assert found == pytest.approx(expect["mkt_c"], abs=expect["tolerance"])
    assert mean_temperature(given["celsius"]) == pytest.approx(expect["mean_c"], abs=expect["tolerance"])


def check_logger_line(vector: dict[str, Any]) -> None:
    reading, expect = read_berlinger_line(vector["input"]), vector["expect"]
    assert reading.local_time == expect["timestamp"]
    assert float(reading.celsius) == expect["value_c"]


def check_german_keyboard(vector: dict[str, Any]) -> None:
    """Without its layout repaired, a US scanner on a German keyboard gives nothing that is accepted as identity."""
    german = {us: german[:1] for us, german in vector["expect"].items()}
    for sent in ("=A99992612345689", "&/CHA999926ABC123", "=<S1295100"):
        typed = "".join(german.get(character, character) for character in sent)
        assert isinstance(read(typed.encode()), ScanRefused), typed


RUN_BY: dict[str, Callable[[dict[str, Any]], None]] = {
    "GS1/8030-capacity": check_signature_room,
    "GS1/check-digit": check_digits,
    "GS1/scan": check_gs1_scan,
    "ISBT128/Basic-UDI-DI": check_udi,
    "ISBT128/GRID": check_grid,
    "ISBT128/MPHO-unique-identifier": check_mpho,
    "ISBT128/SEC-text": check_sec_text,
    "ISBT128/check-character": check_isbt_character,
    "ISBT128/parse": check_isbt_parse,
    "USP1079.2/MKT": check_kinetic_mean,
    "biip-5.2.0/behaviour": check_what_biip_lets_pass,
    "keyboard/us-scanner-on-german-host": check_german_keyboard,
    "logger/berlinger-text": check_logger_line,
    "symbology/round-trip": check_drawn_symbol,
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['standard']} {str(vector['input'])[:50]}")
def test_each_shared_vector_is_answered_as_it_says(vector: dict[str, Any]) -> None:
    RUN_BY[vector["standard"]](vector)


def test_no_shared_vector_is_left_out() -> None:
    assert len(VECTORS) == 97
    assert set(Counter(vector["standard"] for vector in VECTORS)) == set(RUN_BY)
