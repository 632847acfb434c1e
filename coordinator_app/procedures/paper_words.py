"""What the paper sheet asks people to write down at each step, in their words; never what is expected there."""

from __future__ import annotations

from coordinator_app.domain.clock_words import event_words, limit_words
from coordinator_app.domain.profile_parts import ClockRule, Profile, StepRule
from coordinator_app.domain.profile_words import procedure_words
from coordinator_app.domain.vocabulary import Check, ObjectKind, ProcedureKind
from coordinator_app.reports.paper_sheet import PaperStep

_NEEDS: dict[ObjectKind, tuple[str, ...]] = {
    ObjectKind.WRISTBAND: (
        "Patient says: family name", "Patient says: date of birth", "Wristband: record number",
    ),
    ObjectKind.ORDER: ("Order: number",),
    ObjectKind.CERTIFICATE: ("Certificate: number",),
    ObjectKind.SHIPMENT: ("Shipping box: number",),
    ObjectKind.CASSETTE: ("Cassette: number on it",),
    ObjectKind.UNIT: ("{Kind}: number on its label",),
    ObjectKind.LABEL_ROLL: ("Label roll: number",),
    ObjectKind.LOCATION: ("Place in the store",),
    ObjectKind.LOGGER: ("Temperature logger: number",),
    ObjectKind.SEAL: ("Seal: number",),
    ObjectKind.COURIER: ("Courier: name and badge",),
}  # fmt: skip
_TIMES: dict[ProcedureKind, tuple[str, ...]] = {
    ProcedureKind.COLLECT: ("Collection started at", "Collection ended at", "Volume, mL"),
    ProcedureKind.HAND_OVER: ("Handed over at", "To whom"),
    ProcedureKind.RECEIVE: ("Arrived at", "Condition"),
    ProcedureKind.THAW: ("Thaw started at", "Thaw ended at"),
    ProcedureKind.TRANSPORT: ("Handed over at", "To whom"),
    ProcedureKind.ADMINISTER: ("Infusion started at", "Infusion ended at", "Volume given, mL"),
}
_DONE = ("Done at",)


def paper_step(profile: Profile, step: StepRule) -> PaperStep:
    """Return one step of the check sheet."""
    kind = str(profile.units[0].kind).capitalize() if profile.units else "Unit"
    blanks = [caption.replace("{Kind}", kind) for need in step.needs for caption in _NEEDS[need]]
    return PaperStep(
        title=f"{step.name.replace('-', ' ').replace('_', ' ').capitalize()}: {procedure_words(step.procedure)}",
        blanks=(*blanks, *_TIMES.get(step.procedure, _DONE)), blind=step.check is Check.BLIND,
        roles=tuple(str(role).replace("-", " ") for role in step.roles),
    )  # fmt: skip


def limit_of(rule: ClockRule) -> str:
    """Return how long a clock may or must run, as it is written beside one that has not started."""
    if rule.wait is not None and rule.allowance is not None:
        return f"from {limit_words(rule.wait)} to {limit_words(rule.allowance)} after the start"
    if rule.wait is not None:
        return f"not before {limit_words(rule.wait)} after the start"
    if rule.allowance is not None:
        return f"within {limit_words(rule.allowance)} of the start"
    return "by the instant stamped on label or certificate"


def ends_of(rule: ClockRule | None) -> str:
    """Return what ends a clock, in the nurses' words; a minimum wait ends by itself."""
    if rule is None:
        return ""
    return event_words(rule.ends) if rule.ends is not None else "nothing to do: it is over by itself"
