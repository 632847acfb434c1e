"""Every text of the screens in the language that is set, gathered once for each language."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QCoreApplication

from coordinator_app.ui.wording.actions import ActionWords
from coordinator_app.ui.wording.acts import ActWords
from coordinator_app.ui.wording.cases import CaseWords
from coordinator_app.ui.wording.clocks import ClockPageWords
from coordinator_app.ui.wording.events import EventWords
from coordinator_app.ui.wording.exchange import ExchangeTexts
from coordinator_app.ui.wording.fields import FieldWords
from coordinator_app.ui.wording.forms import FormWords
from coordinator_app.ui.wording.keeping import KeepingWords
from coordinator_app.ui.wording.lists import ListWords
from coordinator_app.ui.wording.reasons import ReasonText, all_reasons
from coordinator_app.ui.wording.reviews import ReviewWords
from coordinator_app.ui.wording.scanners import ScannerWords
from coordinator_app.ui.wording.scans import ScanWords
from coordinator_app.ui.wording.small import SmallWords, UnitKindWords
from coordinator_app.ui.wording.ways_out import WayOutWords
from coordinator_app.ui.wording.work import WorkWords

FAMILIES = (
    ScanWords,
    ActWords,
    FormWords,
    FieldWords,
    ListWords,
    CaseWords,
    WorkWords,
    EventWords,
    ReviewWords,
    ClockPageWords,
    ScannerWords,
    WayOutWords,
    KeepingWords,
    ExchangeTexts,
)


def texts() -> dict[str, str]:
    """Return the template of every code, in the language that is set now."""
    return _texts_in(_language())


def codes_worded() -> frozenset[str]:
    """Return every code that has words."""
    return frozenset(texts())


def action_texts() -> dict[str, str]:
    """Return what stands on the buttons: by action, or by `action:what`."""
    return _actions_in(_language())


def unit_kinds() -> dict[str, str]:
    """Return `bag.name`, `bag.one` and `bag.several` for every kind of unit, and the same for `unknown`."""
    return _kinds_in(_language())


def reasons() -> dict[str, ReasonText]:
    """Return title, sentence and next step of every refusal, by its code."""
    return _reasons_in(_language())


def small_words(code: str) -> str:
    """Return a small fixed word; what narrows an event (`previous.thaw_started`) is put into words too."""
    known = _words_in(_language())
    if code in known:
        return known[code]
    narrowing, _, event = code.partition(".")
    if event not in known:
        return code
    template = known["narrowed.previous"] if narrowing == "previous" else known["narrowed.part"]
    return template.replace("{event}", known[event]).replace("{part}", narrowing)


def _language() -> str:
    return QCoreApplication.translate("Wording", "en", "The two letters of this language, such as de")


@lru_cache
def _texts_in(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for family in FAMILIES:
        found |= family().texts()
    for code, reason in _reasons_in(language).items():
        found[f"refused.title.{code}"] = reason.title
        found[f"refusal.{code}"] = reason.sentence
        found[f"next.{code}"] = reason.next_step
    return found


@lru_cache
def _reasons_in(language: str) -> dict[str, ReasonText]:
    return {str(reason): text for reason, text in all_reasons().items()}


@lru_cache
def _actions_in(language: str) -> dict[str, str]:
    return ActionWords().texts()


@lru_cache
def _kinds_in(language: str) -> dict[str, str]:
    return UnitKindWords().texts()


@lru_cache
def _words_in(language: str) -> dict[str, str]:
    return SmallWords().texts()
