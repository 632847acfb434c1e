"""Sitting at the screen: what came of the last input, and the ways to ask for the next one.

Every flow is a generator that yields pages and receives inputs. Between two `yield`s lies one thing a person did;
everything recorded for it is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from coordinator_app.domain.inputs import Input, Pressed, Scanned, Submitted, Typed
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, FieldShown, FormPage, Page, PrintJob, Say, Verdict, VerdictPage
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.workplace import Workplace

Answered = TypeVar("Answered")
Flow = Generator[Page, Input, Answered]
"""A part of a procedure: yields pages, receives inputs, returns what it found out."""

SAVE = ActionShown("save", primary=True, key="F12")
CANCEL = ActionShown("cancel", danger=True, key="F7")


REASONS = {"profile.faulty": Refusal.PROFILE_FAULTY}
"""Sentences about an entry that have a reason of their own; the rest are entries that are not complete."""


class Ended(Exception):
    """The procedure is over: refused, abandoned or done."""


class Sitting:
    """Somebody at the screen doing one thing."""

    def __init__(self, work: Workplace, performer: Present | None) -> None:
        """Set out; nothing is recorded yet."""
        self.work = work
        self._performer = performer
        self.jobs: list[PrintJob] = []
        self.verdict = Verdict.ACCEPTED
        self.reason: Refusal | None = None
        self.message: Say | None = None

    @property
    def performer(self) -> Present:
        """The person acting; raises Ended when nobody is signed in."""
        if self._performer is None:
            raise Ended
        return self._performer

    @performer.setter
    def performer(self, person: Present) -> None:
        self._performer = person

    @property
    def actor(self) -> str | None:
        """The id of the person acting, or None before anybody is known."""
        return self._performer.person if self._performer is not None else None

    def settle(self) -> None:
        """Begin a new input: nothing has been refused yet."""
        self.verdict, self.reason, self.message = Verdict.ACCEPTED, None, None

    def refuse(self, reason: Refusal, message: Say | None = None, verdict: Verdict = Verdict.REFUSED) -> None:
        """Say no to the last input; the page asks the same thing again."""
        self.verdict, self.reason = verdict, reason
        self.message = message or Say(f"refusal.{reason.value}")

    def ask(self, page: Page) -> Flow[Input]:
        """Show a page and return what the person did; the next page tells what came of it."""
        received = yield page
        self.settle()
        return received

    def fill_in(
        self,
        form: str,
        fields: tuple[FieldShown, ...],
        *,
        check: Callable[[dict[str, str]], Refusal | Say | None] | None = None,
        actions: tuple[ActionShown, ...] = (SAVE, CANCEL),
        words: dict[str, str] | None = None,
        scan: Callable[[Scanned], dict[str, str] | Refusal | Say] | None = None,
    ) -> Flow[dict[str, str]]:
        """Ask for a whole form; returns its values with the action under `action`. Cancelling raises Ended."""
        kept: dict[str, str] = {field.id: field.value for field in fields}
        while True:
            received = yield from self.ask(self._form(form, fields, kept, actions, words or {}))
            if isinstance(received, Typed):
                kept[received.into] = received.text
                continue
            if isinstance(received, Scanned) and received.how == "typed":
                self.refuse(Refusal.TYPED_WITHOUT_SECOND_PERSON)
                continue
            if isinstance(received, Scanned) and scan is not None:
                filled = scan(received)
                if isinstance(filled, dict):
                    kept.update(filled)
                else:
                    self._say_no(filled)
                continue
            if isinstance(received, Pressed):
                received = Submitted(kept, received.action)
            if not isinstance(received, Submitted):
                self.refuse(Refusal.NOT_WHAT_WAS_ASKED)
                continue
            if received.action == "cancel":
                raise Ended
            kept = {**kept, **received.values}
            missing = [field for field in fields if field.required and not kept.get(field.id, "").strip()]
            refusal = Refusal.ENTRY_INCOMPLETE if missing else check(kept) if check is not None else None
            if refusal is None:
                return {**{field.id: kept.get(field.id, "").strip() for field in fields}, "action": received.action}
            self._say_no(refusal)

    def _say_no(self, refusal: Refusal | Say) -> None:
        if isinstance(refusal, Say):
            self.refuse(REASONS.get(refusal.code, Refusal.ENTRY_INCOMPLETE), refusal)
        else:
            self.refuse(refusal)

    def _form(
        self,
        form: str,
        fields: tuple[FieldShown, ...],
        kept: dict[str, str],
        actions: tuple[ActionShown, ...],
        words: dict[str, str],
    ) -> FormPage:
        return FormPage(
            form=form, title=Say(f"form.{form}", words), intro=Say(f"form.{form}.intro", words),
            fields=tuple(kept_in(field, kept) for field in fields), actions=actions, note=self.message,
        )  # fmt: skip

    def verdict_page(self, page: VerdictPage, leave: frozenset[str] = frozenset({"go_on"})) -> Flow[str]:
        """Show a verdict until the person goes on; a scan goes on too, hands free, and counts for nothing else."""
        while True:
            received = yield page
            self.settle()
            if isinstance(received, Pressed) and received.action in leave:
                return received.action
            if isinstance(received, Scanned | Submitted):
                return "go_on"


def kept_in(field: FieldShown, kept: dict[str, str]) -> FieldShown:
    """Return a field with what was already filled in; a secret is never shown again."""
    if not kept.get(field.id) or field.kind == "secret":
        return field
    return FieldShown(field.id, field.kind, field.say, kept[field.id], field.choices, field.required, field.hint)
