"""The temperature record of a shipment: read from the logger's file or typed, judged by a person, gaps explained."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.vocabulary import ObjectKind
from coordinator_app.intake.loggers import LoggerFileFaulty, LoggerRecord, read_logger_file
from coordinator_app.procedures.ask_object import ask_object
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.pack import thing_shown
from coordinator_app.procedures.photos import attachment_key
from coordinator_app.procedures.receive import propose
from coordinator_app.procedures.sitting import Ended, Flow
from coordinator_app.procedures.typed_by_two import second_person

MOST_BYTES = 4 * 1024 * 1024


def review_logger(run: Run) -> Flow[None]:
    """Judge the temperature record of the shipment: lowest, highest, gaps, accepted or not."""
    waiting = [s for s in run.case.shipments.values() if s.arrived_at is not None and s.logger_accepted is None]
    if not waiting:
        run.refuse(Refusal.EARLIER_STEP_MISSING, Say("refusal.EARLIER_STEP_MISSING", {"about": "receive"}))
        raise Ended
    shipment = waiting[0]
    if ObjectKind.LOGGER in run.step.needs:
        yield from ask_object(run, "logger", thing_shown)
    answer = yield from run.ask_fields(
        (
            FieldShown("file", "file", Say("field.logger_file"), required=False, hint=Say("field.logger_file.hint")),
            FieldShown("lowest_c", "number", Say("field.lowest_c")),
            FieldShown("highest_c", "number", Say("field.highest_c")),
            FieldShown("verdict", "choice", Say("field.logger_verdict"),
                       choices=(("accepted", Say("logger.accepted")), ("excursion", Say("logger.excursion")))),
        ),
        Say("logger.ask", {"shipment": shipment.shown}), drawing="logger", check=_right,
    )  # fmt: skip
    record = _read(answer["file"])
    accepted = answer["verdict"] == "accepted"
    note, second = "", ""
    if accepted and record is not None and record.has_gap:
        note, second = yield from _explain_gap(run, record)
    # The file itself is durable before the event that names it; other workstations fetch it with the exchange.
    file = run.work.store.attachments.keep(record.content, attachment_key(run.case)) if record is not None else ""
    reviewed = run.record(
        e.LoggerReviewed(
            case=run.case_id, shipment=shipment.shipment, accepted=accepted, lowest_c=answer["lowest_c"],
            highest_c=answer["highest_c"], note=note, sha256=record.sha256 if record is not None else "",
            longest_gap_min=_minutes(record), explained_to=second, file=file,
        ),
        subject=shipment.shipment,
    )  # fmt: skip
    if not accepted:
        for unit in shipment.units:
            run.record(e.BagQuarantined(case=run.case_id, unit=unit, reason="temperature excursion"), subject=unit)
        propose(run, "excursion", f"{answer['lowest_c']} to {answer['highest_c']} °C", reviewed.id)
    elif record is not None and record.has_gap:
        propose(run, "logger_gap", f"{_minutes(record)} min without a reading, explained", reviewed.id)


def _explain_gap(run: Run, record: LoggerRecord) -> Flow[tuple[str, str]]:
    """Ask for the sponsor's explanation of a gap and for a second person; returns the words and that person."""
    told = yield from run.ask_fields(
        (FieldShown("explanation", "text", Say("field.gap_explanation")),),
        Say("logger.gap", {"minutes": str(_minutes(record))}), drawing="logger", hint=Say("logger.gap.hint"),
    )  # fmt: skip
    second = yield from second_person(run)
    return told["explanation"], second.person


def _minutes(record: LoggerRecord | None) -> int:
    return int(record.longest_gap.total_seconds() // 60) if record is not None else 0


def _read(path: str) -> LoggerRecord | None:
    """Return the record in a file, or None without one; raises LoggerFileFaulty."""
    if not path:
        return None
    try:
        file = Path(path)
        if file.stat().st_size > MOST_BYTES:
            raise LoggerFileFaulty("The file is larger than a temperature record; choose the logger's own export.")
        return read_logger_file(file.read_bytes())
    except OSError as fault:
        raise LoggerFileFaulty("The file cannot be opened; choose it again.") from fault


def _right(values: dict[str, str]) -> Refusal | None:
    """Refuse entries that are no degrees, in the wrong order, or not what the logger's own file says."""
    low, high = _degrees(values["lowest_c"]), _degrees(values["highest_c"])
    if low is None or high is None or low > high or values["verdict"] not in {"accepted", "excursion"}:
        return Refusal.ENTRY_INCOMPLETE
    try:
        record = _read(values.get("file", "").strip())
    except LoggerFileFaulty:
        return Refusal.LOGGER_FILE_FAULTY
    if record is not None and (low, high) != (record.lowest, record.highest):
        return Refusal.ENTRIES_DIFFER
    return None


def _degrees(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip().replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
