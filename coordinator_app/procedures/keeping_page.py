"""The page about the record itself: backups, keys, what openings found, and what can be done about each."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.screens import ActionShown, ListPage, RowShown, Say, Tone
from coordinator_app.domain.vocabulary import Role
from coordinator_app.procedures.list_parts import list_page, moment_of, roles_of
from coordinator_app.procedures.look_back import history_row
from coordinator_app.procedures.mirror_moving import mirror_row
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.workplace import Workplace

KEEPERS = frozenset({str(Role.ADMINISTRATOR)})
"""Who looks after the record: keys, backups, what was found about it."""


def keeping_page(work: Workplace, present: Present) -> ListPage:
    """Return what keeps the record, the newest backup with its age among it."""
    keeping = work.site.keeping
    rows = [RowShown(_backup_row(work), None if keeping.failure is None else Tone.OVERDUE)]
    if keeping.failure is not None and isinstance(keeping.failure.body, e.BackupFailed):
        why = Say("keeping.why", {"why": keeping.failure.body.why})
        rows.append(RowShown((Say("keeping.backup_failed"), why, moment_of(keeping.failure.at)), Tone.OVERDUE))
    rows += [history_row(work), mirror_row(work)]
    fingerprint = work.store.recovery_fingerprint()
    state = Say("keeping.recovery", {"fingerprint": fingerprint}) if fingerprint else Say("keeping.recovery_none")
    at = moment_of(keeping.recovery.at) if keeping.recovery is not None else "–"
    rows.append(RowShown((Say("keeping.recovery_key"), state, at), None if fingerprint else Tone.DUE))
    open_to_all = "without a passphrase" in work.store.keys_where and not work.site.demonstration
    where = Say("keeping.why", {"why": work.store.keys_where})
    rows.append(RowShown((Say("keeping.keys"), where, "–"), Tone.DUE if open_to_all else None))
    for finding in keeping.findings.values():
        rows.append(RowShown((finding_said(finding), _found(finding), moment_of(finding.at)), Tone.OVERDUE))
    return list_page("keeping", ("part", "state", "at"), rows, _actions(work, present))


def _backup_row(work: Workplace) -> tuple[str | Say, ...]:
    newest = work.site.keeping.backup
    if newest is None or not isinstance(newest.body, e.RecordBackedUp):
        return Say("keeping.backup"), Say("keeping.backup_none"), "–"
    hours = max(0, int((work.now() - newest.body.made_at).total_seconds() // 3600))
    state = Say("keeping.backup_made", {"events": str(newest.body.events), "hours": str(hours)})
    return Say("keeping.backup"), state, moment_of(newest.body.made_at)


def finding_said(finding: Recorded) -> Say:
    """Return in a few words what an opening found about the record."""
    at = {"at": finding.at.isoformat()}
    return Say("finding.rollback" if isinstance(finding.body, e.RollbackFound) else "finding.repaired", at)


def _found(finding: Recorded) -> Say:
    body = finding.body
    told = body.found if isinstance(body, e.RollbackFound) else ""
    told = " ".join(body.repairs) if isinstance(body, e.RecordRepaired) else told
    return Say("keeping.why", {"why": told})


def _actions(work: Workplace, present: Present) -> tuple[ActionShown, ...]:
    if not roles_of(work, present) & KEEPERS:
        return ()
    actions = [ActionShown("back_up_now", primary=True, key="F5"), ActionShown("make_recovery_key", key="F6")]
    if work.store.has_key_file:
        actions.append(ActionShown("change_passphrase", key="F8"))
    actions.append(ActionShown("move_mirror", key="F10"))
    for finding in list(work.site.keeping.findings)[:1]:
        actions.append(ActionShown(f"settle_finding:{finding}", key="F9"))
    return tuple(actions)


def recovery_notices(work: Workplace, present: Present) -> tuple[Say, ...]:
    """Offer the administrator of a real site the recovery key, until one is in the safe."""
    # The key store is asked last, and for administrators alone: a key ring takes longer than all else around a page.
    if work.site.demonstration or not roles_of(work, present) & KEEPERS or work.store.recovery_fingerprint():
        return ()
    return (Say("notice.recovery_key_none"),)


def finding_notices(work: Workplace) -> tuple[Say, ...]:
    """Return the banner for everything that was found about the record and that nobody has settled yet."""
    return tuple(
        Say("notice.finding_rollback" if isinstance(each.body, e.RollbackFound) else "notice.finding_repaired",
            {"at": each.at.isoformat()})
        for each in work.site.keeping.findings.values()
    )  # fmt: skip
