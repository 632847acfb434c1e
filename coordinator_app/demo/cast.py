"""Who and what is at the demonstration site: people, patients, objects, and every code as a scanner would send it.

Facilities are A9990 to A9999, which ISBT 128 reserves for validation; GS1 keys begin with 950, GS1's own prefix. All
names are invented.
"""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.codes.check_characters import check_digit

GS = "\x1d"
GTIN_A = "0950600013435"
GTIN_F = "0950600013602"
LOCATION = "950600013434"


class Staff(Struct, frozen=True):
    """One person of the site."""

    family: str
    given: str
    roles: tuple[str, ...]
    badge: str
    pin: str
    trained: bool = True


class Patient(Struct, frozen=True):
    """One patient or donor."""

    family: str
    given: str
    title: str
    born: str
    sex: str
    record_number: str
    wristband: str
    communication: str = ""


def gs1(ai: str, body: str) -> str:
    """Return a GS1 DataMatrix scan of one key with its check digit."""
    return f"]d2{ai}{body}{check_digit(body)}"


def badge(number: int) -> str:
    """Return a badge: GS1 service relation number of a member of staff (AI 8017)."""
    return gs1("8017", f"95060001342{number:06d}")


def wristband(number: int) -> str:
    """Return a wristband: GS1 service relation number of a patient (AI 8018)."""
    return gs1("8018", f"95060001343{number:06d}")


def sscc(number: int) -> str:
    """Return a shipper's serial shipping container code (AI 00)."""
    return gs1("00", f"195060001{number:08d}")


def asset(kind: str, number: int) -> str:
    """Return a seal, logger or courier's card: GS1 individual asset identifier (AI 8004)."""
    return f"]d28004950600013{kind}{number:05d}"


def place(room: str) -> str:
    """Return a place: GS1 location number with its extension (AI 414, 254)."""
    return f"]d2414{LOCATION}{check_digit(LOCATION)}254{room}"


def document(number: int) -> str:
    """Return a certificate: GS1 document type with serial (AI 253)."""
    return f"]d2253{LOCATION}{check_digit(LOCATION)}{number:06d}"


def kit(gtin: str, serial: str, lot: str, expiry: str = "") -> str:
    """Return a product label: trade item, serial, lot and, for short-lived cells, expiry with time (AI 7003)."""
    stamped = f"7003{expiry}{GS}" if expiry else ""
    return f"]d201{gtin}{check_digit(gtin)}{stamped}21{serial}{GS}10{lot}"


def donation(number: int) -> str:
    """Return a donation number label from the roll (ISBT 128 structure 001)."""
    return f"]C0=A999926{number:06d}00"


def dose(din: str, division: str) -> str:
    """Return an ISBT 128 compound message of donation and product code."""
    return f"]d1=+02000={din}00=<S2589{4}{division}"


PEOPLE: dict[str, Staff] = {
    "apheresis_nurse_a": Staff("Okafor", "Ngozi", ("apheresis-nurse",), badge(101), "314159"),
    "apheresis_nurse_b": Staff("Petersen", "Jonas", ("apheresis-nurse", "nurse"), badge(102), "271828"),
    "nurse_a": Staff("Ferreira", "Inês", ("nurse",), badge(103), "161803"),
    "nurse_b": Staff("Whitcombe", "Harriet", ("nurse",), badge(104), "141421"),
    "pharmacist_a": Staff("Lindqvist", "Erik", ("pharmacist",), badge(105), "173205"),
    "pharmacist_b": Staff("Adeyemi", "Folake", ("pharmacist",), badge(106), "223606"),
    "cell_laboratory_a": Staff("Marchetti", "Davide", ("cell-laboratory",), badge(107), "244948"),
    "cell_laboratory_b": Staff("Szabó", "Réka", ("cell-laboratory",), badge(108), "264575"),
    "physician_a": Staff("Rahman", "Samira", ("physician",), badge(109), "282842"),
    "coordinator_a": Staff("Dubois", "Camille", ("coordinator",), badge(110), "316227"),
    "quality_a": Staff("Novák", "Tomáš", ("quality",), badge(111), "331662"),
    "administrator_a": Staff("Keane", "Orla", ("administrator",), badge(112), "346410"),
    "monitor_a": Staff("Vance", "Philip", ("monitor",), badge(113), "360555"),
    "nurse_untrained": Staff("Baker", "Lewis", ("nurse",), badge(114), "374165", trained=False),
}

PATIENTS: dict[str, Patient] = {
    "p1": Patient("Hargreaves", "Miriam", "Ms", "1961-07-14", "female", "004718226", wristband(1)),
    "p2": Patient("Oyelaran", "Tunde", "Mr", "1974-03-02", "male", "004718301", wristband(2)),
    "p3": Patient("Fernandes", "Lúcia", "Ms", "1988-11-23", "female", "004719044", wristband(3),
                  "Portuguese interpreter"),
    "d3": Patient("Fernandes", "Rafael", "Mr", "1991-05-09", "male", "004719045", wristband(4)),
    "p4": Patient("Brandt", "Jürgen", "Mr", "1953-12-30", "male", "004720118", wristband(5)),
    "p5": Patient("Hargreaves", "Martin", "Mr", "1967-01-04", "male", "004721502", wristband(6)),
    "p6": Patient("Duval", "Anna", "Mrs", "1979-09-18", "female", "004722870", wristband(7)),
}  # fmt: skip
VOID_WRISTBAND = wristband(90)
"""The wristband p1 wore before it was replaced."""
FORMER_NAME_P6 = "Kowalczyk"
RECORD_ISSUER = "St Brigid's"

PROFILES = {"c1": "AUTO-CART-CRYO", "c2": "AUTO-CART-CRYO", "c3": "DONOR-DLI", "c4": "FRESH-STAMPED",
            "c5": "AUTO-CART-CRYO", "c6": "AUTO-CART-CRYO"}  # fmt: skip
PATIENT_OF = {f"c{n}": f"p{n}" for n in range(1, 7)}
COI = {f"c{n}": f"CHA999826HRN0{n:02d}" for n in range(1, 7)}
SUBJECT = {f"c{n}": f"S-104-{40 + n:04d}" for n in range(1, 7)}
ORDER = {f"c{n}": f"ORD-2026-{55120 + n}" for n in range(1, 7)}
LOT = {f"c{n}": f"LOT-26K{40 + n}A" for n in range(1, 7)}
DIN = {f"c{n}": donation(120450 + n) for n in range(1, 7)}
DOSE_DIN = "A999726003301"

UNKNOWN_CODE = "]d18QZ/NOT-KNOWN-HERE/0042"
HALF_CODE = "]d2010950600013"


def seal(number: int) -> str:
    """Return a tamper seal."""
    return asset("SEAL", number)


def logger(number: int) -> str:
    """Return a temperature logger."""
    return asset("LOG", number)


def courier(number: int) -> str:
    """Return a courier's card."""
    return asset("CR", number)
