"""Taking in a sponsor's file: order, identifiers, units, certificate and shipment of one case, in one transaction."""

from __future__ import annotations

from pathlib import Path

from coordinator_app.codes.keys import keys_of
from coordinator_app.domain import events as e
from coordinator_app.domain.event_body import Body
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScannedLabel
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.intake.sponsor_file import SponsorFile, SponsorFileFaulty, SponsorUnit, read_sponsor_file, utc
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.reading import read_raw
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.workplace import Workplace, new_id

MOST_BYTES = 1024 * 1024


def take_in_file(run: Sitting, case: str) -> Flow[None]:
    """Ask for the file and take it into the case; a faulty file changes nothing."""
    found: list[SponsorFile] = []

    def check(values: dict[str, str]) -> Refusal | Say | None:
        result = load(values["path"])
        if isinstance(result, Say):
            return result
        found[:] = [result]
        return fits(run.work, case, result)

    yield from run.fill_in("sponsor_file", (FieldShown("path", "file", Say("field.path")),), check=check)
    if not found:
        raise Ended
    take_in(run.work, case, found[0], run.performer)


def load(path: str) -> SponsorFile | Say:
    """Read a file from a path, or say in one sentence why it cannot be used."""
    try:
        file = Path(path)
        if file.stat().st_size > MOST_BYTES:
            return Say("file.too_large")
        return read_sponsor_file(file.read_bytes())
    except OSError as fault:
        return Say("file.unreadable", {"why": fault.strerror or "it cannot be opened"})
    except SponsorFileFaulty as fault:
        return Say("file.faulty", {"sentence": str(fault)})


def codes_in(work: Workplace, text: str) -> tuple[str, ...]:
    """Return the codes that a barcode of the sponsor's file stands for; nothing for an empty one."""
    if not text:
        return ()
    result = read_raw(work, text.encode())
    return keys_of(result) if isinstance(result, ScannedLabel) else ()


def fits(work: Workplace, case: str, file: SponsorFile) -> Refusal | Say | None:
    """Refuse a file for another trial, another case, or with a barcode nobody could read."""
    record = work.case(case)
    if record.profile and file.trial != record.profile:
        return Say("file.other_trial", {"trial": file.trial})
    for row in file.identifier:
        known = record.identifier(row.name)
        if known and known != row.value:
            return Say("file.other_case", {"name": row.name})
    barcodes = [code for unit in file.unit for code in (*unit.codes, *unit.container_codes)]
    barcodes += [shipment.code for shipment in file.shipment]
    if file.certificate is not None and file.certificate.code:
        barcodes.append(file.certificate.code)
    unread = next((each for each in barcodes if not codes_in(work, each)), None)
    if unread is not None:
        return Say("file.bad_code", {"code": unread})
    for unit in file.unit:
        hits = [hit for hit in work.find(code for text in unit.codes for code in codes_in(work, text))
                if hit.kind == "unit" and hit.case != case]  # fmt: skip
        if hits and not _only_shared(work, unit):
            return Refusal.IDENTIFIER_TAKEN
    return None


def _only_shared(work: Workplace, unit: SponsorUnit) -> bool:
    """Tell whether a unit has no code of its own beside what several cases share, such as a lot's GTIN."""
    return not any(
        code.split(":")[0] in {"unit", "item", "serial"} for text in unit.codes for code in codes_in(work, text)
    )


def take_in(work: Workplace, case: str, file: SponsorFile, by: Present) -> None:
    """Record everything the file says that the case does not have yet."""
    record = work.case(case)

    def note(body: Body, subject: str = case) -> None:
        work.record(body, subject=subject, actor=by.person, role=by.role)

    if file.order is not None and (record.order is None or file.order.version > record.order.version):
        note(
            e.OrderRecorded(
                case=case, order=file.order.number, version=file.order.version, origin="sponsor-file",
                units_expected=file.order.units, codes=codes_in(work, file.order.code), sha256=file.sha256,
            )
        )  # fmt: skip
    for row in file.identifier:
        if record.identifier(row.name) != row.value:
            note(
                e.IdentifierLinked(
                    case=case, name=row.name, value=row.value, issuer="sponsor", origin="sponsor-file",
                    codes=codes_in(work, row.code),
                )
            )  # fmt: skip
    ids = {unit.number: unit.unit for unit in record.product_units() if not unit.prepared}
    for unit in file.unit:
        if unit.number not in ids:
            ids[unit.number] = new_id("bag")
            note(_unit_event(work, case, unit, ids[unit.number]), ids[unit.number])
    if file.certificate is not None:
        on_units = {code for unit in file.unit for text in unit.codes for code in codes_in(work, text)}
        note(
            e.CertificateReceived(
                case=case, certificate=file.certificate.number, releases=file.certificate.releases,
                codes=codes_in(work, file.certificate.code), sha256=file.sha256,
                unit_codes=tuple(sorted(on_units)),
            )
        )  # fmt: skip
    for shipment in file.shipment:
        if any(each.shown == shipment.number for each in record.shipments.values()):
            continue
        id = new_id("shipment")
        note(
            e.ShipmentAnnounced(
                case=case, shipment=id, codes=codes_in(work, shipment.code), shown=shipment.number,
                units=tuple(ids[number] for number in shipment.units if number in ids), seal=shipment.seal,
                logger=shipment.logger, courier=shipment.courier, holds_until=utc(shipment.holds_until),
            ),
            id,
        )  # fmt: skip


def _unit_event(work: Workplace, case: str, unit: SponsorUnit, id: str) -> e.UnitRegistered:
    codes = tuple(sorted({code for text in unit.codes for code in codes_in(work, text)}))
    telling = next((code for code in codes if code.split(":")[0] in {"item", "din", "unit", "serial"}), "")
    return e.UnitRegistered(
        case=case, unit=id, kind=unit.kind, name=unit.name, number=unit.number, origin="sponsor-file", codes=codes,
        container_codes=tuple(sorted({code for text in unit.container_codes for code in codes_in(work, text)})),
        shown=telling.partition(":")[2], lot=unit.lot, expires_at=utc(unit.expires_at),
    )  # fmt: skip
