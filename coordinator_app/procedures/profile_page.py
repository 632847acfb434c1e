"""One version of a trial's profile: its text in plain words, its clocks on an example day, and who approved it."""

from __future__ import annotations

from coordinator_app.domain.dry_run import dry_run
from coordinator_app.domain.profile import Profile
from coordinator_app.domain.profile_words import (
    clock_sentence,
    gate_sentence,
    identifier_sentence,
    label_sentence,
    profile_sentences,
    step_sentence,
    unit_sentence,
)
from coordinator_app.domain.screens import ActionShown, ProfilePage, Say
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.site_hours import local_now
from coordinator_app.procedures.workplace import Workplace

Sections = tuple[tuple[Say, tuple[str, ...]], ...]


def profile_page(
    work: Workplace, sha256: str, actions: tuple[ActionShown, ...], note: Say | None = None
) -> ProfilePage:
    """Return the page of one offered profile text; raises KeyError when the site never had it."""
    known, profile = work.site.profiles[sha256], work.profile_of(sha256)
    approvers = tuple(work.site.people[each].name for each in known.approved_by if each in work.site.people)
    names = {"names": "; ".join(approvers)}
    return ProfilePage(
        profile=profile.id, version=profile.version, title=profile.title, sha256=sha256,
        state=Say("profile.page.approved" if known.approved else "profile.page.waiting", names),
        sections=_sections(profile),
        day=dry_run(profile, local_now(work).date(), work.site.zone), actions=actions, note=note,
    )  # fmt: skip


def profile_tab(work: Workplace, sha256: str, present: Present) -> ProfilePage:
    """Return the page as it is opened from the list; a text that waits can be approved from here."""
    waiting = not work.site.profiles[sha256].approved
    approve = ActionShown(f"approve_profile:{sha256}", primary=True, key="F12")
    return profile_page(work, sha256, (*([approve] if waiting else []), ActionShown("open:profiles", key="F6")))


def _sections(profile: Profile) -> Sections:
    parts = {
        "identifiers": tuple(identifier_sentence(each) for each in profile.identifiers),
        "units": tuple(unit_sentence(each) for each in profile.units),
        "steps": tuple(step_sentence(each) for each in profile.steps),
        "clocks": tuple(clock_sentence(each) for each in profile.clocks),
        "gates": tuple(gate_sentence(each) for each in profile.gates),
        "labels": tuple(label_sentence(each) for each in profile.labels),
    }
    every = profile_sentences(profile)
    general = every[1 : len(every) - sum(len(each) for each in parts.values())]
    found = {"general": general, **parts}
    return tuple((Say(f"profile.part.{name}"), sentences) for name, sentences in found.items() if sentences)
