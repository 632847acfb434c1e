"""Kits, reagents and devices used on a case: their label is read, what is out of date is refused, the rest is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Scanned
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.procedures.pack import NOT_A_THING
from coordinator_app.procedures.reading import CodeRead, read_code
from coordinator_app.procedures.sitting import Flow, Sitting
from coordinator_app.procedures.typed_by_two import second_person

KINDS = ("kit", "anticoagulant", "device")
NEAR = timedelta(days=7)
"""How long before its expiry a second person agrees that it is used; no source gives a figure, a week is ours."""


def record_kit(run: Sitting, case: str) -> Flow[None]:
    """Record a kit, an anticoagulant or a device by its label; one that is near its expiry takes a second person."""
    found: list[CodeRead] = []

    def read(scan: Scanned) -> dict[str, str] | Refusal | Say:
        code = read_code(run.work, scan)
        reason = _reason_against(run, code)
        if reason is not None:
            run.work.record(
                e.ScanRefused(case=case, step="collect", reason=reason.value, object="kit"), subject=case,
                actor=run.performer.person, role=run.performer.role,
            )  # fmt: skip
            return reason
        found[:] = [code]
        return {"label": code.shown()}

    told = yield from run.fill_in(
        "record_kit",
        (
            FieldShown("kind", "choice", Say("field.kit_kind"),
                       choices=tuple((each, Say(f"kit.{each}")) for each in KINDS)),
            FieldShown("label", "scan", Say("field.kit_label")),
        ),
        scan=read,
        check=lambda values: None if found and values["kind"] in KINDS else Refusal.ENTRY_INCOMPLETE,
    )  # fmt: skip
    code = found[0]
    expires_at = _expiry(run, code)
    reason, second = "", ""
    if expires_at is not None and expires_at - run.work.now() <= NEAR:
        answer = yield from run.fill_in(
            "kit_near_expiry", (FieldShown("reason", "text", Say("field.reason")),),
            words={"until": expires_at.isoformat()},
        )  # fmt: skip
        reason = answer["reason"]
        second = (yield from second_person(run)).person
    run.work.record(
        e.KitRecorded(
            case=case, kind=told["kind"], lot=_value(code, "gs1:10"), serial=_value(code, "gs1:21"),
            shown=code.shown(), expires_at=expires_at, reason=reason, agreed_by=second,
        ),
        subject=case, actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip


def _reason_against(run: Sitting, code: CodeRead) -> Refusal | None:
    if code.label is None:
        return code.reason or Refusal.CODE_NOT_RECOGNISED
    if code.known_as & NOT_A_THING:
        return Refusal.NOT_WHAT_WAS_ASKED
    expires_at = _expiry(run, code)
    return Refusal.EXPIRED if expires_at is not None and expires_at < run.work.now() else None


def _value(code: CodeRead, id: str) -> str:
    field = code.label.field(id) if code.label is not None else None
    return field.value if field is not None else ""


def _expiry(run: Sitting, code: CodeRead) -> datetime | None:
    """Return the end of the day on the label (AI 17) in the site's zone; None where there is none."""
    field = code.label.field("gs1:17") if code.label is not None else None
    if field is None or field.normal is None:
        return None
    day = date.fromisoformat(field.normal[:10]) + timedelta(days=1)
    return datetime.combine(day, time(), ZoneInfo(run.work.site.zone)).astimezone(UTC)
