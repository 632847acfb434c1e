"""Puts codes into words: the one place where a `Say` becomes a sentence for the person at the screen."""

from __future__ import annotations

from coordinator_app.domain.screens import ActionShown, Say


def worded(say: Say) -> str:
    """Return the sentence of a code filled with its values; an unknown code is returned as it is."""
    return say.code


def worded_action(action: ActionShown) -> str:
    """Return what stands on the button of an action."""
    return action.id


def worded_word(code: str) -> str:
    """Return a small fixed word: a state, a role, a sex."""
    return code
