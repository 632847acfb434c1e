"""Contents of labels for the tests: invented people, the facility number A9999, and one content for every template."""

from __future__ import annotations

from coordinator_app.labels.job import CopyContent
from coordinator_app.labels.symbol import Symbol, SymbolKind, gs1_symbol

MATRIX, BARS = SymbolKind.DATAMATRIX, SymbolKind.CODE128
COMPOUND = b"=+04000=A99992612345600&/CHA999926ABC123=<S1295100&>0263262359"
RESOLUTIONS = (203, 300, 600)

_PRODUCT_TEXTS = {
    "site": "St. Elisabeth University Hospital · Apheresis Unit",
    "din": "A9999 26 123456",
    "din_flags": "01",
    "din_check": "3",
    "coi": "CHA999926ABC123",
    "status": "FOR AUTOLOGOUS USE ONLY",
    "product_code": "S1295100",
    "product_name": "HPC, Apheresis",
    "storage": "Store at 1 to 10 °C · do not irradiate, do not filter",
    "expires": "22-Nov-2026 14:05 CET",
    "recipient": "ŁUKASZEWICZ-ÖZDEMİR, Małgorzata Anna",
    "born": "14-Jul-1985",
    "record_number": "MRN 0048 213 774",
    "serial": "L7K2-0041",
    "copy": "copy 1 of 2",
}
_QUADRANT_TEXTS = _PRODUCT_TEXTS | {
    "collected": "21-Nov-2026 14:05 CET",
    "coi_check": "G",
    "compound": "A999926123456 S1295100 CHA999926ABC123",
    "warning": "NOT EVALUATED FOR INFECTIOUS SUBSTANCES",
    "contents": "Approx. 250 mL, anticoagulant ACD-A 40 mL",
}
_PRODUCT_SYMBOLS = {
    "din": Symbol(BARS, b"=A99992612345601"),
    "product": Symbol(BARS, b"=<S1295100"),
    "compound": Symbol(MATRIX, COMPOUND),
    "own": Symbol(MATRIX, b"7" * 369),
}
_QUADRANTS = CopyContent(_QUADRANT_TEXTS, _PRODUCT_SYMBOLS | {"expiry": Symbol(BARS, b"&>0263262359")})

CONTENTS = {
    "isbt128-100x100": _QUADRANTS,
    "a4-four": _QUADRANTS,
    "isbt128-100x50": CopyContent(_PRODUCT_TEXTS, _PRODUCT_SYMBOLS),
    "coi-50x25": CopyContent(
        {
            "trial": "HERON-2 · subject 0412-007",
            "coi": "CHA999926ABC123",
            "coi_check": "G",
            "unit": "Cassette 1 of 2",
            "serial": "L7K2-0042",
            "copy": "copy 1 of 1",
        },
        {"coi": Symbol(MATRIX, b"&/CHA999926ABC123"), "own": Symbol(MATRIX, b"COI1:L7K2-0042-9F3A")},
    ),
    "travel-slip-100x50": CopyContent(
        {
            "trial": "HERON-2",
            "wall_name": "HERON · bag 2 · bed 4",
            "from_place": "Cell laboratory, room B1.204",
            "to_place": "Ward 6 North, bed 4",
            "ends_by": "Complete by 14:32 CET",
            "ends_what": "ends with: infusion complete",
            "phone": "Pharmacy 4711 · Cell laboratory 4720",
            "serial": "L7K2-0050",
            "copy": "copy 1 of 1",
            "unit_code": "A9999 26 123456 · S1295100",
        },
        {"unit": Symbol(MATRIX, COMPOUND), "own": Symbol(MATRIX, b"COI1:L7K2-0050-01C2")},
    ),
    "demo-codes-a4": CopyContent(
        {
            "title": "Wristband · BERGMANN, Ingrid",
            "detail": "Born 14-Jul-1985 · MRN 0048 213 774",
            "kind": "GS1 Data Matrix",
            "readable": "(8018)401234500000000013 (8019)07",
        },
        {"code": gs1_symbol(SymbolKind.GS1_DATAMATRIX, [("01", "09506000134352"), ("21", "SN12345"), ("10", "L-42")])},
    ),
}
