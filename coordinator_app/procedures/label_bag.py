"""Labels of a bag: drafted, read back before printing, printed, scanned, applied by scan, and all accounted for."""

from __future__ import annotations

import secrets

from coordinator_app.codes import signed_label
from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import LabelRecord
from coordinator_app.domain.inputs import Pressed, PrintReported, Scanned
from coordinator_app.domain.journey import done
from coordinator_app.domain.profile_parts import LabelRule
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, FieldShown, PrintJob, Say, VerdictPage
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.labels.job import make_label_job
from coordinator_app.labels.layout import LabelContentWrong
from coordinator_app.labels.template import load_template
from coordinator_app.procedures.confirm_identity import confirm_identity
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.label_content import content_of, unit_text
from coordinator_app.procedures.moving import concerned_units
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.reading import read_code, same_bytes
from coordinator_app.procedures.refusals import refuse_same_person
from coordinator_app.procedures.second_person import sign_in_person
from coordinator_app.procedures.sitting import Ended, Flow
from coordinator_app.procedures.workplace import new_id

DPI = 300
SPOILED = ActionShown("label_spoiled", key="F8")
REASONS = ("jammed", "smudged", "torn", "misplaced", "lost")
ON_THE_WAY = "travel"
"""Templates of slips that travel with a unit: one scan beside the unit, for a clock may be running."""
OPEN_STATES = frozenset({"drafted", "sent", "fed", "verified"})


def label_bag(run: Run) -> Flow[None]:
    """Print and apply the labels of a unit as a step of its own."""
    units = tuple(unit for unit in concerned_units(run) if not done(run.case, run.step, unit))
    yield from confirm_identity(run, units)
    yield from label_unit(run)


class LabelsWait(Ended):
    """A label cannot be printed now; what it was for goes on, and the label step asks for it again."""


def label_unit(run: Run) -> Flow[None]:
    """See to the labels that the profile asks for at this step; a job that was interrupted goes on where it stood.

    A printer that fails never holds back what happens to the bag: the labels then wait, open on the list of labels.
    """
    for rule in _rules(run):
        mine = [each for each in run.case.labels.values() if (each.unit, each.template) == (run.unit_id, rule.template)]
        unfinished = next((each.job for each in mine if each.job not in run.case.closed_jobs), None)
        try:
            if unfinished is not None:
                yield from _go_on(run, unfinished, rule.template)
            elif not any(each.state == "applied" for each in mine):
                yield from print_and_apply(run, rule.template, rule.copies)
        except LabelsWait:
            continue


def _rules(run: Run) -> list[LabelRule]:
    """Return the labels of this step; the label step of its own also makes good what a collection could not print."""
    names = [run.step.name]
    if run.step.procedure is ProcedureKind.LABEL:
        names += [step.name for step in run.profile.steps_of(ProcedureKind.COLLECT)]
    return [rule for name in names for rule in run.profile.labels_at(name)]


def _go_on(run: Run, job: str, template: str) -> Flow[None]:
    """Finish an interrupted job: what came out of the printer is scanned, what did not is declared lost."""
    waiting = [each for each in run.case.labels.values() if each.job == job and each.state in OPEN_STATES]
    for number in sorted({each.copy_number for each in waiting}):
        yield from _verify_and_apply(run, job, template, number)
    _close(run, job)


def print_and_apply(run: Run, template: str, copies: int) -> Flow[None]:
    """Take one label job from draft to reconciled; raises Ended when a person gives it up."""
    job = new_id("job")
    yield from _print(run, job, template, range(1, copies + 1), "", None)
    for number in range(1, copies + 1):
        yield from _verify_and_apply(run, job, template, number)
    _close(run, job)


# Printing ---------------------------------------------------------------------------------------------------------


def _print(run: Run, job: str, template: str, numbers: range, reprint_of: str, reason: str | None) -> Flow[None]:
    labels = [_draft(run, job, template, number, reprint_of, reason or "") for number in numbers]
    try:
        content = make_label_job(load_template(template), [content_of(run, template, label) for label in labels], DPI)
    except (LabelContentWrong, ValueError) as fault:
        yield from _cannot_be_printed(run, job, labels, str(fault))
        raise LabelsWait from fault
    printer = run.work.site.settings.get("label_printer", "folder")
    ids = tuple(label.label for label in labels)
    run.record(e.LabelSent(case=run.case_id, job=job, printer=printer, labels=ids))
    name = f"label-{job.removeprefix('job:')[:8]}-{'-'.join(str(label.copy_number) for label in labels)}.pdf"
    run.jobs.append(
        PrintJob(job=job, printer=printer, kind="label", pages=len(labels), content=content, file_name=name)
    )
    failed = False
    while True:
        received = yield from run.ask(
            run.page(
                Say("label.printing", {"count": str(len(labels))}),
                drawing="label",
                hint=Say("label.printing.hint"),
                expects_scan=False,
                actions=(ActionShown("print_again", key="F8"), *((ActionShown("go_on", key="F12"),) if failed else ())),
            )
        )
        if isinstance(received, PrintReported) and received.job == job:
            if received.delivered:
                run.record(e.LabelFed(case=run.case_id, job=job, labels=ids))
                return
            run.refuse(Refusal.PRINTER_FAILED, Say("label.not_printed", {"detail": received.detail}))
            failed = True
        elif isinstance(received, Pressed) and received.action == "go_on" and failed:
            raise LabelsWait
        elif isinstance(received, Pressed) and received.action == "print_again":
            run.jobs.append(
                PrintJob(job=job, printer=printer, kind="label", pages=len(labels), content=content, file_name=name)
            )
        else:
            run.refuse(Refusal.NOT_WHAT_WAS_ASKED)


def _cannot_be_printed(run: Run, job: str, labels: list[LabelRecord], why: str) -> Flow[None]:
    """Say that a label cannot be printed as it is; its drafts are void, for nothing came out."""
    run.refuse(Refusal.LABEL_DOES_NOT_FIT, Say("label.fault", {"sentence": why}))
    for label in labels:
        run.record(
            e.LabelEnded(case=run.case_id, label=label.label, job=job, how="voided", reason="not printed"),
            subject=label.label,
        )
    _close(run, job)
    yield from run.verdict_page(
        VerdictPage(
            kind="refused", title=Say("refused.title.LABEL_DOES_NOT_FIT"),
            sentence=Say("label.fault", {"sentence": why}),
            next_step=Say("next.LABEL_DOES_NOT_FIT"), reason=Refusal.LABEL_DOES_NOT_FIT,
            actions=(ActionShown("go_on", primary=True, key="F12"),),
        )
    )  # fmt: skip


def _draft(run: Run, job: str, template: str, number: int, reprint_of: str, reason: str) -> LabelRecord:
    label, serial = new_id("label"), secrets.token_hex(6).upper()
    unit = run.unit
    assert unit is not None  # noqa: S101 - a label is for the unit in hand
    coi = next((code for row in run.case.identifiers for code in row.codes if code.startswith("coi:")), "coi:")
    statement = signed_label.LabelStatement(
        serial=serial, coi=coi.removeprefix("coi:") or run.case.identifier("coi") or "-", unit=unit_text(unit),
        expiry=unit.expires_at.strftime("%Y-%m-%dT%H:%MZ") if unit.expires_at is not None else None,
        site=run.work.site.facility or run.work.store.site[-12:], workstation=run.work.store.workstation[-12:],
    )  # fmt: skip
    digits = signed_label.encode(statement, run.work.store.sign, signed_label.key_id_of(run.work.store.public_key))
    run.record(
        e.LabelDrafted(
            case=run.case_id, label=label, job=job, unit=run.unit_id, template=template, serial=serial,
            copy_number=number, expected=digits, reprint_of=reprint_of, reason=reason,
        ),
        subject=label,
    )  # fmt: skip
    return run.case.labels[label]


# Scanning back and applying ---------------------------------------------------------------------------------------


def _verify_and_apply(run: Run, job: str, template: str, number: int) -> Flow[None]:
    while True:
        label = _current(run, job, number)
        if label.state != "verified" and not template.startswith(ON_THE_WAY):
            spoiled = yield from _scan_label(run, label, "label.scan_back")
            if not spoiled:
                run.record(e.LabelVerified(case=run.case_id, label=label.label, job=job), subject=label.label)
                continue
        else:
            spoiled = yield from _scan_label(run, label, "label.apply")
            if not spoiled:
                run.record(
                    e.LabelApplied(case=run.case_id, label=label.label, job=job, unit=run.unit_id), subject=label.label
                )
                return
        yield from _reprint(run, job, template, label)


def _current(run: Run, job: str, number: int) -> LabelRecord:
    mine = [each for each in run.case.labels.values() if each.job == job and each.copy_number == number]
    return next(each for each in reversed(mine) if each.state in OPEN_STATES)


def _scan_label(run: Run, label: LabelRecord, instruction: str) -> Flow[bool]:
    """Ask for the label's own symbol; True when the person says that the label is spoiled.

    It cannot be typed: a new label that no scanner reads is spoiled, and is printed again.
    """
    words = {"copy": str(label.copy_number), "unit": f"{run.unit.kind} {run.unit.number}" if run.unit else ""}
    while True:
        received = yield from run.ask(
            run.page(
                Say(instruction, words),
                drawing="label" if instruction == "label.scan_back" else "bag",
                hint=Say(f"{instruction}.hint", words),
                actions=(SPOILED,),
            )
        )
        if isinstance(received, Pressed) and received.action == "label_spoiled":
            return True
        if not isinstance(received, Scanned) or received.how == "typed":
            run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            continue
        if _is_exactly(received, label.expected):
            return False
        code = read_code(run.work, received)
        run.refuse_code(code, code.reason or Refusal.LABEL_DIFFERS, "label")


def _is_exactly(scan: Scanned, expected: str) -> bool:
    raw = scan.raw
    if raw[:1] == b"]":
        if raw[:3] != b"]d1":
            return False
        raw = raw[3:]
    return same_bytes(raw, expected.encode())


def _reprint(run: Run, job: str, template: str, label: LabelRecord) -> Flow[None]:
    """Void a spoiled label and print it again: a reason from the list and a second person."""
    fields = (
        FieldShown(
            "reason", "choice", Say("field.reprint_reason"), choices=tuple((r, Say(f"reprint.{r}")) for r in REASONS)
        ),
    )
    told = yield from run.ask_fields(
        fields, Say("label.spoiled"), drawing="label",
        check=lambda values: None if values["reason"] in REASONS else Refusal.ENTRY_INCOMPLETE,
    )  # fmt: skip
    second: Present | None = None
    while second is None:
        second = yield from sign_in_person(run, "witness", witness=True, meaning=Say("label.reprint_meaning"))
        if second is None:
            return
        if second.person == run.performer.person:
            refuse_same_person(run)
            second = None
    run.record(
        e.LabelEnded(case=run.case_id, label=label.label, job=job, how="destroyed", reason=told["reason"]),
        subject=label.label, actor=second,
    )  # fmt: skip
    yield from _print(run, job, template, range(label.copy_number, label.copy_number + 1), label.label, told["reason"])


def _close(run: Run, job: str) -> None:
    """Close the job when printed = applied + voided + destroyed + returned; anything else stays open."""
    mine = [label for label in run.case.labels.values() if label.job == job]
    count = {
        state: sum(label.state == state for label in mine) for state in ("applied", "voided", "destroyed", "returned")
    }
    if sum(count.values()) == len(mine):
        run.record(
            e.LabelJobClosed(
                case=run.case_id, job=job, printed=len(mine), applied=count["applied"], voided=count["voided"],
                destroyed=count["destroyed"], returned=count["returned"],
            ),
            subject=run.case_id,
        )  # fmt: skip
