"""The lists: people, profiles, labels, deviations, the record, exchange; and the forms that open from them."""

from __future__ import annotations

from datetime import datetime

from coordinator_app.domain.profile import Profile
from coordinator_app.domain.screens import ActionShown, ListPage, Page, RowShown, Say, Tone, WallPage
from coordinator_app.domain.vocabulary import Role
from coordinator_app.procedures.alarms import answer_alarm
from coordinator_app.procedures.backups import back_up_now
from coordinator_app.procedures.break_glass import glass_page, glass_rows, review_break_glass
from coordinator_app.procedures.case_page import record_line
from coordinator_app.procedures.clockwork import reading_helps, shown_clocks
from coordinator_app.procedures.delegation import DELEGATORS, delegate
from coordinator_app.procedures.deviations import DEVIATION_FLOWS, MOST, deviation_page, deviation_rows
from coordinator_app.procedures.enrol import enrol
from coordinator_app.procedures.findings import settle_finding
from coordinator_app.procedures.found_site import admit_person, approve_profile, bring_in_profile
from coordinator_app.procedures.keeping_page import KEEPERS, keeping_page
from coordinator_app.procedures.list_parts import list_page, moment_of, roles_of
from coordinator_app.procedures.mirror_moving import move_mirror
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.profile_page import profile_tab
from coordinator_app.procedures.read_clock import read_clock
from coordinator_app.procedures.record_changes import CHANGES, choose_change
from coordinator_app.procedures.recovery import change_passphrase, make_recovery_key
from coordinator_app.procedures.self_audit import print_self_audit, refusals_page, self_audit_page
from coordinator_app.procedures.set_aside import DECIDERS, judge_all_kept
from coordinator_app.procedures.site_alarms import answer_site_alarm
from coordinator_app.procedures.sitting import Flow, Sitting
from coordinator_app.procedures.take_in_file import take_in_file
from coordinator_app.procedures.withdraw_person import WITHDRAWERS, withdraw_person
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.resource_files import resource_path

ADMINISTRATORS = frozenset({str(Role.ADMINISTRATOR)})
ENROLLERS = frozenset({str(Role.COORDINATOR), str(Role.APHERESIS_NURSE), str(Role.PHARMACIST), str(Role.NURSE)})
RECORD_LINES = 200
LABELS = 60
"""Copies of labels in the list, the newest first."""
NEW = "F5"


def page_of(work: Workplace, tab: str, present: Present) -> Page:
    """Return the page of a tab that is a list."""
    if tab.startswith("deviation:"):
        return deviation_page(work, tab, present)
    if tab.startswith("profile:") and tab.removeprefix("profile:") in work.site.profiles:
        return profile_tab(work, tab.removeprefix("profile:"), present)
    if tab.startswith("glass:"):
        return glass_page(work, tab, present)
    if tab == "keeping":
        return keeping_page(work, present)
    if tab.startswith("self_audit"):
        return refusals_page(work, present) if tab == "self_audit:reasons" else self_audit_page(work, present)
    build = {
        "people": _people, "profiles": _profiles, "labels": _labels, "deviations": _deviations, "record": _record,
        "help": _help,
    }.get(tab, _help)  # fmt: skip
    return build(work, present)


def _people(work: Workplace, present: Present) -> ListPage:
    rows = []
    for staff in sorted(work.site.people.values(), key=lambda each: (each.family, each.given)):
        training, delegated = _until(staff.training), _until(staff.delegated)
        state = Say("person.withdrawn") if staff.withdrawn else Say("person.active")
        rows.append(RowShown((staff.name, Say("roles", {"roles": " ".join(staff.roles)}), training, delegated, state)))
    roles = roles_of(work, present)
    admits = (ActionShown("admit_person", primary=True, key=NEW),) if roles & ADMINISTRATORS else ()
    actions = (*admits, *((ActionShown("delegate", key="F8"),) if roles & DELEGATORS else ()))
    actions = (*actions, *((ActionShown("withdraw_person", key="F6"),) if roles & WITHDRAWERS else ()))
    return list_page("people", ("name", "roles", "training", "delegated", "state"), rows, actions)


def _until(trials: dict[str, datetime]) -> str | Say:
    """Word for which trials something holds, and until when: the earliest day where there are several."""
    if not trials:
        return "–"
    return Say("person.trained", {"names": ", ".join(sorted(trials)), "at": min(trials.values()).isoformat()})


def _profiles(work: Workplace, present: Present) -> ListPage:
    rows, actions = [], [ActionShown("bring_in_profile", primary=True, key=NEW)]
    for known in sorted(work.site.profiles.values(), key=lambda each: (each.profile, -each.version)):
        approvers = ", ".join(work.site.people[each].name for each in known.approved_by if each in work.site.people)
        state = Say("profile.approved") if known.approved else Say("profile.waiting")
        profile: Profile = work.profile_of(known.sha256)
        rows.append(
            RowShown(
                (known.profile, str(known.version), profile.title, known.sha256[:12], approvers or "–", state),
                Tone.IN_TIME if known.approved else Tone.DUE, f"open:profile:{known.sha256}",
            )
        )  # fmt: skip
        if not known.approved:
            actions.append(
                ActionShown(f"approve_profile:{known.sha256}", key="F8" if len(actions) == 1 else None,
                            values={"profile": known.profile})
            )  # fmt: skip
    return list_page(
        "profiles", ("profile", "version", "title", "fingerprint", "approved_by", "state"), rows, tuple(actions[:3])
    )


def _labels(work: Workplace, present: Present) -> ListPage:
    rows = []
    for id, kept_in in work.store.newest("label", LABELS):
        case = work.case(kept_in)
        label = case.labels.get(id)
        if label is not None:
            closed = label.job in case.closed_jobs
            at = moment_of(label.drafted_at) if label.drafted_at is not None else ""
            state = Say(f"label.state.{label.state}")
            tone = Tone.IN_TIME if closed else Tone.DUE
            cells = (case.wall_name, label.serial, str(label.copy_number), label.template, at, state)
            rows.append(RowShown(cells, tone, f"open:{case.case}"))
    return list_page("labels", ("case", "serial", "copy", "template", "at", "state"), rows)


def _deviations(work: Workplace, present: Present) -> ListPage:
    """What still needs somebody first, the newest first; doors opened without a badge stand among them."""
    rows = [*deviation_rows(work), *glass_rows(work)]
    rows.sort(key=lambda each: each[1], reverse=True)
    rows.sort(key=lambda each: not each[0])
    return list_page("deviations", ("at", "case", "kind", "what", "by", "state"), [row for _, _, row in rows[:MOST]])


def _record(work: Workplace, present: Present) -> ListPage:
    rows = []
    for recorded in work.store.log(RECORD_LINES):
        line = record_line(work, recorded)
        rows.append(RowShown((moment_of(line.at), line.say, line.actor or "–", recorded.id[:12]),
                             Tone.OVERDUE if line.refused else None))  # fmt: skip
    actions = (ActionShown("open:self_audit", key="F5"), ActionShown("open:keeping", key="F6"))
    return list_page("record", ("at", "event", "by", "seal"), rows, actions)


def _help(work: Workplace, present: Present) -> ListPage:
    keys = ("scan", "F1", "F2", "F3", "F4", "F6", "F7", "F9", "F10", "F12")
    rows = [RowShown((key, Say(f"help.{key}"))) for key in keys]
    return list_page("help", ("key", "does"), rows, (ActionShown("open:scanners", key="F10"),))


def wall_page(work: Workplace) -> WallPage:
    """Return the clock wall; where a time is not certain, two people can read an independent clock from here."""
    clocks = shown_clocks(work)
    actions = (ActionShown("read_clock", key="F8"),) if reading_helps(work, clocks) else ()
    return WallPage(clocks, actions)


# Forms ------------------------------------------------------------------------------------------------------------


def flow_for(run: Sitting, verb: str, what: str, showing: str) -> Flow[object] | None:
    """Return the form that an action on a list, on the worklist or on a case opens, or None."""
    roles = roles_of(run.work, run.performer)
    if verb == "answer" and what in run.work.site.keeping.alarms:
        return answer_site_alarm(run, what)
    if verb == "answer" and what:
        return answer_alarm(run, what)
    if verb == "enrol" and roles & ENROLLERS:
        return enrol(run)
    if verb == "admit_person" and roles & ADMINISTRATORS:
        return admit_person(run)
    if verb == "delegate" and roles & DELEGATORS:
        return delegate(run)
    if verb == "withdraw_person" and roles & WITHDRAWERS:
        return withdraw_person(run)
    if verb == "read_clock":
        return read_clock(run)
    if verb == "judge_kept" and roles & DECIDERS:
        return judge_all_kept(run)
    if verb == "bring_in_profile":
        return bring_in_profile(run, shipped_profiles())
    if verb == "approve_profile" and what in run.work.site.profiles:
        return approve_profile(run, what)
    if verb == "back_up_now" and roles & KEEPERS:
        return back_up_now(run)
    if verb == "make_recovery_key":
        return make_recovery_key(run)
    if verb == "move_mirror":
        return move_mirror(run)
    if verb == "change_passphrase":
        return change_passphrase(run)
    if verb == "settle_finding" and what in run.work.site.keeping.findings:
        return settle_finding(run, what)
    if verb == "print_self_audit":
        return print_self_audit(run)
    if verb in DEVIATION_FLOWS and what:
        return DEVIATION_FLOWS[verb](run, what)
    if verb == "review_break_glass" and what:
        return review_break_glass(run, what)
    if showing.startswith("case:"):
        if verb == "sponsor_file":
            return take_in_file(run, showing)
        if verb == "changes":
            return choose_change(run, showing)
        change = CHANGES.get(verb)
        if change is not None:
            return change(run, showing)
    return None


def shipped_profiles() -> dict[str, str]:
    """Return the worked examples that come with the program, by file name."""
    folder = resource_path("profiles")
    return {path.stem.upper(): path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}
