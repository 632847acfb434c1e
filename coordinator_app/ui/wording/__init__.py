"""Puts codes into words: the one place where a `Say` becomes a sentence for the person at the screen."""

from __future__ import annotations

from coordinator_app.domain.screens import ActionShown, Say
from coordinator_app.ui.wording.filling import fill
from coordinator_app.ui.wording.texts import action_texts, codes_worded, small_words, texts
from coordinator_app.ui.wording.values import Spoken, set_now, set_zone

__all__ = [
    "codes_worded",
    "set_now",
    "set_zone",
    "typed_by_hand",
    "worded",
    "worded_action",
    "worded_note",
    "worded_word",
]


def worded(say: Say) -> str:
    """Return the sentence of a code filled with its values; an unknown code is returned as it is."""
    template = texts().get(say.code)
    if template is None:
        return say.code
    return fill(template, Spoken(say.values))


def typed_by_hand(readings: int) -> Say:
    """Return the line that says how many readings a hand typed instead of scanning; it stands wherever they count."""
    return Say("typed.readings", {"typed": str(readings)})


def worded_note(say: Say) -> str:
    """Return a sentence with the next step behind it where it is a refusal; a code reader's sentence has its own."""
    said = worded(say)
    family, _, reason = say.code.partition(".")
    following = texts().get(f"next.{reason}") if family == "refusal" else None
    return said if following is None else f"{said} {fill(following, Spoken(say.values))}"


def worded_action(action: ActionShown) -> str:
    """Return what stands on the button of an action; an unknown one is returned as it is."""
    known = action_texts()
    verb, _, what = action.id.partition(":")
    chosen = known.get(f"{verb}:{action.values.get('procedure') or what}") or known.get(verb)
    if chosen is None:
        return action.id
    return fill(chosen, Spoken(action.values))


def worded_word(code: str) -> str:
    """Return a small fixed word: a state, a role, a sex, what ends a clock; an unknown one is returned as it is."""
    return small_words(code)
