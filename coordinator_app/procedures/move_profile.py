"""Moving a case to a newer approved version of its profile: a recorded, signed decision with its reason."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.clocks import read_clocks
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.site_record import ProfileRecord
from coordinator_app.procedures.clock_history import history_of, samples_of
from coordinator_app.procedures.clockwork import readings_of
from coordinator_app.procedures.found_site import APPROVERS
from coordinator_app.procedures.sign_act import ask_signature, sign_record
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.two_signatures import Comparison, Signatures, ask_two


def newer_versions(run: Sitting, case: str) -> tuple[ProfileRecord, ...]:
    """Return the approved versions of the case's profile that are newer than its own, newest first."""
    record = run.work.case(case)
    known = (
        each
        for each in run.work.site.profiles.values()
        if each.profile == record.profile and each.approved and each.version > record.profile_version
    )
    return tuple(sorted(known, key=lambda each: -each.version))


def move_profile(run: Sitting, case: str) -> Flow[None]:
    """Move the case; where that makes a running clock less strict, two people sign."""
    if not APPROVERS & set(run.work.site.people[run.performer.person].roles):
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended
    newer = {each.sha256: each for each in newer_versions(run, case)}
    if not newer:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED, Say("profile.nothing_newer"))
        raise Ended
    choices = tuple(
        (each.sha256, Say("profile.version", {"version": str(each.version), "sha256": each.sha256[:12]}))
        for each in newer.values()
    )
    told = yield from run.fill_in(
        "move_profile",
        (FieldShown("version", "choice", Say("field.profile_version"), choices=choices),
         FieldShown("reason", "text", Say("field.reason"))),
        check=lambda values: None if values["version"] in newer else Refusal.ENTRY_INCOMPLETE,
    )  # fmt: skip
    chosen = newer[told["version"]]
    compared = _compared(run, case, chosen.sha256)
    if compared.needs_two:
        signed = yield from ask_two(run, compared, "move_profile", may_be_alone=False)
    else:
        signer = yield from ask_signature(run, Say("meaning.move_profile"))
        signed = Signatures((signer,))
    record = run.work.case(case)
    moved = run.work.record(
        e.ProfileMoved(
            case=case, profile=chosen.profile, profile_version=chosen.version, profile_sha256=chosen.sha256,
            before=record.profile_sha256, reason=told["reason"],
        ),
        subject=case, actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip
    for person in signed.people:
        sign_record(run, case, moved, "move_profile", person)


def _compared(run: Sitting, case: str, sha256: str) -> Comparison:
    record, samples = run.work.case(case), samples_of(run.work)
    after = read_clocks(run.work.profile_of(sha256), history_of(run.work, record, samples), samples.now)
    return Comparison(readings_of(run.work, record, samples), after)
