"""The order at enrolment: from the sponsor's file, or typed by two people when there is none."""

from __future__ import annotations

from coordinator_app.domain.profile_parts import Profile
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.intake.sponsor_file import SponsorFile
from coordinator_app.procedures.sitting import Flow, Sitting
from coordinator_app.procedures.take_in_file import fits, load
from coordinator_app.procedures.typed_by_two import second_person, typed_alike


def take_order(run: Sitting, profile: Profile) -> Flow[tuple[SponsorFile | None, dict[str, str]]]:
    """Take the order from the sponsor's file, or have it typed by two people when there is none."""
    while True:
        file, first = yield from _file_or_typed(run, profile)
        if file is not None:
            return file, first
        yield from second_person(run)
        second = yield from run.fill_in("enrol_order", _order_fields(required=True), check=_order_right)
        if typed_alike(run, ("order", "units"), first, second):
            return None, first


def _order_fields(*, required: bool) -> tuple[FieldShown, ...]:
    return (
        FieldShown("order", "text", Say("field.order"), required=required),
        FieldShown("units", "number", Say("field.units_ordered"), required=required),
    )


def _order_right(values: dict[str, str]) -> Refusal | None:
    right = values.get("order", "").strip() and values.get("units", "").strip().isdigit() and int(values["units"]) > 0
    return None if right else Refusal.ENTRY_INCOMPLETE


def _file_or_typed(run: Sitting, profile: Profile) -> Flow[tuple[SponsorFile | None, dict[str, str]]]:
    found: list[SponsorFile] = []

    def check(values: dict[str, str]) -> Refusal | Say | None:
        if values.get("path"):
            result = load(values["path"])
            if isinstance(result, Say):
                return result
            if result.trial != profile.id:
                return Say("file.other_trial", {"trial": result.trial})
            fault = fits(run.work, "case:none", result)
            if fault is not None:
                return fault
            found[:] = [result]
            return None
        return _order_right(values)

    fields = (FieldShown("path", "file", Say("field.order_file"), required=False), *_order_fields(required=False))
    answer = yield from run.fill_in("enrol_order", fields, check=check)
    return (found[0] if found else None), answer
