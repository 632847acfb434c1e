"""The lists: people, profiles, labels, deviations, the record, exchange; and the forms that open from them."""

from __future__ import annotations

from datetime import datetime

from coordinator_app.domain.profile import Profile
from coordinator_app.domain.screens import ActionShown, ListPage, Page, RowShown, Say, Tone
from coordinator_app.domain.vocabulary import Role
from coordinator_app.procedures.alarms import answer_alarm
from coordinator_app.procedures.case_page import record_line
from coordinator_app.procedures.enrol import enrol
from coordinator_app.procedures.found_site import admit_person, approve_profile, bring_in_profile
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.record_changes import CHANGES, choose_change
from coordinator_app.procedures.sitting import Flow, Sitting
from coordinator_app.procedures.take_in_file import take_in_file
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.resource_files import resource_path

ADMINISTRATORS = frozenset({str(Role.ADMINISTRATOR)})
ENROLLERS = frozenset({str(Role.COORDINATOR), str(Role.APHERESIS_NURSE), str(Role.PHARMACIST), str(Role.NURSE)})
RECORD_LINES = 200
NEW = "F5"


def page_of(work: Workplace, tab: str, present: Present) -> Page:
    """Return the page of a tab that is a list."""
    build = {
        "people": _people, "profiles": _profiles, "labels": _labels, "deviations": _deviations, "record": _record,
        "exchange": _exchange, "help": _help,
    }.get(tab, _help)  # fmt: skip
    return build(work, present)


def _list(page: str, columns: tuple[str, ...], rows: list[RowShown], actions: tuple[ActionShown, ...] = ()) -> ListPage:
    return ListPage(
        page=page, title=Say(f"list.{page}"), intro=Say(f"list.{page}.intro"),
        columns=tuple(Say(f"column.{each}") for each in columns), rows=tuple(rows), empty=Say(f"list.{page}.empty"),
        actions=actions,
    )  # fmt: skip


def moment_of(at: datetime) -> Say:
    """Return an instant as a cell, worded in the site's zone."""
    return Say("moment", {"at": at.isoformat()})


def _roles(work: Workplace, present: Present) -> set[str]:
    return set(work.site.people[present.person].roles)


def _people(work: Workplace, present: Present) -> ListPage:
    rows = []
    for staff in sorted(work.site.people.values(), key=lambda each: (each.family, each.given)):
        until = min(staff.training.values(), default=None)
        training: str | Say = "–"
        if until is not None:
            names = ", ".join(sorted(staff.training))
            training = Say("person.trained", {"names": names, "at": until.isoformat()})
        state = Say("person.withdrawn") if staff.withdrawn else Say("person.active")
        rows.append(RowShown((staff.name, Say("roles", {"roles": " ".join(staff.roles)}), training, state)))
    actions = (ActionShown("admit_person", primary=True, key=NEW),) if _roles(work, present) & ADMINISTRATORS else ()
    return _list("people", ("name", "roles", "training", "state"), rows, actions)


def _profiles(work: Workplace, present: Present) -> ListPage:
    rows, actions = [], [ActionShown("bring_in_profile", primary=True, key=NEW)]
    for known in sorted(work.site.profiles.values(), key=lambda each: (each.profile, -each.version)):
        approvers = ", ".join(work.site.people[each].name for each in known.approved_by if each in work.site.people)
        state = Say("profile.approved") if known.approved else Say("profile.waiting")
        profile: Profile = work.profile_of(known.sha256)
        rows.append(
            RowShown(
                (known.profile, str(known.version), profile.title, known.sha256[:12], approvers or "–", state),
                Tone.IN_TIME if known.approved else Tone.DUE, None,
            )
        )  # fmt: skip
        if not known.approved:
            actions.append(
                ActionShown(f"approve_profile:{known.sha256}", key="F8" if len(actions) == 1 else None,
                            values={"profile": known.profile})
            )  # fmt: skip
    return _list(
        "profiles", ("profile", "version", "title", "fingerprint", "approved_by", "state"), rows, tuple(actions[:3])
    )


def _labels(work: Workplace, present: Present) -> ListPage:
    rows = []
    for case in work.cases():
        for label in case.labels.values():
            closed = label.job in case.closed_jobs
            at = moment_of(label.drafted_at) if label.drafted_at is not None else ""
            state = Say(f"label.state.{label.state}")
            tone = Tone.IN_TIME if closed else Tone.DUE
            cells = (case.wall_name, label.serial, str(label.copy_number), label.template, at, state)
            rows.append(RowShown(cells, tone, f"open:{case.case}"))
    return _list("labels", ("case", "serial", "copy", "template", "at", "state"), rows[-60:])


def _deviations(work: Workplace, present: Present) -> ListPage:
    rows = []
    for case in work.cases():
        for each in case.deviations.values():
            staff = work.site.people.get(each.actor)
            state = Say("deviation.closed") if each.closed else Say("deviation.open")
            rows.append(RowShown(
                (moment_of(each.at), case.wall_name, Say(f"deviation.{each.kind}"), each.what,
                 staff.name if staff else "–", state),
                Tone.IN_TIME if each.closed else Tone.DUE, f"open:{case.case}"))  # fmt: skip
    return _list("deviations", ("at", "case", "kind", "what", "by", "state"), rows[-60:])


def _record(work: Workplace, present: Present) -> ListPage:
    rows = []
    for recorded in work.store.log(RECORD_LINES):
        line = record_line(work, recorded)
        rows.append(RowShown((moment_of(line.at), line.say, line.actor or "–", recorded.id[:12]),
                             Tone.OVERDUE if line.refused else None))  # fmt: skip
    return _list("record", ("at", "event", "by", "seal"), rows)


def _exchange(work: Workplace, present: Present) -> ListPage:
    return _list("exchange", ("workstation", "state"), [
        RowShown((place, Say("exchange.this" if each == work.store.workstation else "exchange.other")))
        for each, place in work.site.places.items()
    ])  # fmt: skip


def _help(work: Workplace, present: Present) -> ListPage:
    keys = ("scan", "F1", "F3", "F4", "F6", "F7", "F9", "F12")
    return _list("help", ("key", "does"), [RowShown((key, Say(f"help.{key}"))) for key in keys])


# Forms ------------------------------------------------------------------------------------------------------------


def flow_for(run: Sitting, verb: str, what: str, showing: str) -> Flow[object] | None:
    """Return the form that an action on a list, on the worklist or on a case opens, or None."""
    roles = _roles(run.work, run.performer)
    if verb == "answer" and what:
        return answer_alarm(run, what)
    if verb == "enrol" and roles & ENROLLERS:
        return enrol(run)
    if verb == "admit_person" and roles & ADMINISTRATORS:
        return admit_person(run)
    if verb == "bring_in_profile":
        return bring_in_profile(run, shipped_profiles())
    if verb == "approve_profile" and what in run.work.site.profiles:
        return approve_profile(run, what)
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
