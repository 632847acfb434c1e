"""What stands on a label: the words and numbers of the case, its unit and its patient, and the symbols beside them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from coordinator_app.codes.check_characters import check_character
from coordinator_app.domain.case_record import LabelRecord, UnitRecord
from coordinator_app.domain.clock_words import event_words
from coordinator_app.labels.job import CopyContent
from coordinator_app.labels.symbol import Symbol, SymbolKind
from coordinator_app.labels.template import load_template
from coordinator_app.procedures.clockwork import clocks_of, wall_name_of
from coordinator_app.procedures.guided import Run

WIDEST = 56
"""So many letters fit on one line of the travel slip at its smallest size."""


def unit_text(unit: UnitRecord) -> str:
    """Return what the signed label says of the unit, so that scanning it agrees with the unit's own code."""
    own = next((code.partition(":")[2] for code in sorted(unit.codes) if code.startswith(("unit:", "item:"))), "")
    return own or unit.shown.split(" ")[0] or "-"


def content_of(run: Run, template: str, label: LabelRecord) -> CopyContent:
    """Return what stands in the boxes of one copy: its texts, and the symbols that the template has room for."""
    unit, person, case = run.unit, run.case.recipient, run.case
    assert unit is not None  # noqa: S101 - a label is for the unit in hand
    din = next((code.removeprefix("din:") for code in unit.codes if code.startswith("din:")), "")
    product = next((code.partition("/")[2] for code in unit.codes if code.startswith("unit:")), "")
    coi_code = next((c.removeprefix("coi:") for row in case.identifiers for c in row.codes if c.startswith("coi:")), "")
    coi = coi_code or case.identifier("coi")
    symbols = {"own": Symbol(SymbolKind.DATAMATRIX, label.expected.encode())}
    if template.startswith("isbt128"):
        compound = f"=+03000={din}00=<{product}&/{coi}" if coi_code else f"=+02000={din}00=<{product}"
        symbols |= {
            "din": Symbol(SymbolKind.CODE128, f"={din}00".encode()),
            "product": Symbol(SymbolKind.CODE128, f"=<{product}".encode()),
            "compound": Symbol(SymbolKind.DATAMATRIX, compound.encode()),
        }
    elif template.startswith("coi"):
        symbols["coi"] = Symbol(SymbolKind.DATAMATRIX, (f"&/{coi}" if coi_code else coi).encode())
    elif din:
        symbols["unit"] = Symbol(SymbolKind.DATAMATRIX, f"={din}00".encode())
    zone = run.work.site.zone
    values = {
        "site": run.work.site.name, "din": f"{din[:5]} {din[5:7]} {din[7:]}", "din_flags": "00",
        "din_check": check_character(din) if din else "", "collected": local_time(run, zone), "coi": coi,
        "coi_check": check_character(coi) if coi_code else "", "product_code": product,
        "product_name": "Cells for further manufacture", "contents": "Anticoagulated, no additive",
        "status": "Autologous" if case.donor is None else "Designated donor", "storage": "Store at 2 to 8 °C",
        "warning": "FOR AUTOLOGOUS USE ONLY" if case.donor is None else "", "expires": "see sponsor's order",
        "recipient": f"{person.family.upper()}, {person.given}" if person else "Not known",
        "born": nhs_date(person.born) if person else "Not known",
        "record_number": person.record_number if person else "",
        "serial": label.serial, "compound": "DIN, product" + (", chain of identity" if coi_code else ""),
        "copy": f"copy {label.copy_number}" if not label.reprint_of else f"COPY {label.copy_number}, reprint",
        "trial": case.profile, "unit": f"{unit.kind} {unit.number}", "wall_name": wall_name_of(case, unit),
        "unit_code": f"{unit.kind} {unit.number}", "from_place": run.work.site.name, "to_place": unit.holder or "-",
        **_ends(run, unit, zone), "phone": ", ".join(f"{k} {v}" for k, v in run.work.site.phones.items()) or "-",
    }  # fmt: skip
    wanted = load_template(template)
    named = {name for box in wanted.text for name in values if f"{{{name}}}" in box.value}
    boxes = {box.name for box in wanted.symbol}
    return CopyContent(
        {name: text for name, text in values.items() if name in named},
        {name: symbol for name, symbol in symbols.items() if name in boxes},
    )


def _ends(run: Run, unit: UnitRecord, zone: str) -> dict[str, str]:
    """Return by when something must be done with the unit and what, from the most urgent deadline that runs for it."""
    own = f"{unit.kind} {unit.number}"
    clock = next(
        (each for each in clocks_of(run.work, run.case) if each.deadline and own in each.wall_name.split(" · ")), None
    )
    if clock is None or clock.deadline is None:
        return {"ends_by": "", "ends_what": ""}
    rule = run.profile.clock(clock.clock)
    ends = f"ends with {event_words(rule.ends)}" if rule is not None and rule.ends is not None else ""
    # Text that does not fit refuses the whole slip; the instant is what matters.
    by = f"Complete by {_written(clock.deadline, zone)}"
    return {"ends_by": by, "ends_what": ends if len(ends) <= WIDEST else ""}


def nhs_date(day: str) -> str:
    """Write YYYY-MM-DD as DD-Mmm-YYYY (NHS rule D+Ta-0002)."""
    year, month, date = day.split("-")
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{date}-{names[int(month) - 1]}-{year}"


def local_time(run: Run, zone: str) -> str:
    """Write the present instant in the site's zone with its abbreviation."""
    return _written(run.work.now(), zone)


def _written(at: datetime, zone: str) -> str:
    here = at.astimezone(ZoneInfo(zone))
    return f"{nhs_date(here.strftime('%Y-%m-%d'))} {here:%H:%M %Z}"
