"""What makes a clock less strict: old and new side by side, then two people sign, or it does not count (design §6)."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain.clocks import ClockReading, clocks_lengthened
from coordinator_app.domain.inputs import Pressed
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, RowShown, Say
from coordinator_app.domain.vocabulary import ClockState
from coordinator_app.procedures.list_parts import list_page
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.refusals import refuse_same_person
from coordinator_app.procedures.second_person import sign_in_person
from coordinator_app.procedures.sign_act import ask_signature
from coordinator_app.procedures.sitting import Ended, Flow, Sitting

SIGN = ActionShown("sign_by_two", primary=True, key="F12")
ALONE = ActionShown("record_alone", key="F6")
CANCEL = ActionShown("cancel", danger=True, key="F7")
Readings = tuple[ClockReading, ...]


class Comparison(Struct, frozen=True):
    """The clocks of a case before and after something is recorded."""

    before: Readings
    after: Readings

    @property
    def needs_two(self) -> bool:
        """Whether a clock becomes less strict, or is kept only by an entry made afterwards."""
        was = {_key(each): each for each in self.before}
        saved = any(
            each.needs_second_signature and (_key(each) not in was or was[_key(each)].state is not ClockState.MET)
            for each in self.after
        )
        return saved or bool(clocks_lengthened(self.before, self.after))

    def rows(self) -> list[RowShown]:
        """Return the clocks that change, one under the other, as they stand before and after."""
        was = {_key(each): each for each in self.before}
        now = {_key(each): each for each in self.after}
        rows = []
        for key in sorted({**was, **now}):
            before, after = was.get(key), now.get(key)
            if _stands(before) == _stands(after):
                continue
            shown = after or before
            assert shown is not None  # noqa: S101 - it is in one of the two
            where = ", ".join(f"{name} {value}" for name, value in sorted(shown.scope.items()) if name != "dose")
            title = Say("clock.named", {"title": shown.title, "where": where})
            rows.append(RowShown((title, _stands(before), _stands(after))))
        return rows


def _key(reading: ClockReading) -> tuple[str, tuple[tuple[str, str], ...]]:
    return reading.clock, tuple(sorted(reading.scope.items()))


def _stands(reading: ClockReading | None) -> Say:
    if reading is None:
        return Say(f"clock.state.{ClockState.WAITING}")
    at = reading.deadline or reading.earliest
    return Say(f"clock.state.{reading.state}", {"by": at.isoformat()} if at is not None else {})


class Signatures(Struct, frozen=True):
    """Who signed: two people, one of them, or nobody where nothing became less strict."""

    people: tuple[Present, ...]


def ask_two(run: Sitting, compared: Comparison, meaning: str, *, may_be_alone: bool) -> Flow[Signatures]:
    """Show old and new and ask both people to sign; raises Ended when it is given up.

    What happened can be recorded by one person alone (`may_be_alone`); it is then on record, and the clock stays as
    strict as before. A decision cannot.
    """
    actions = (SIGN, ALONE, CANCEL) if may_be_alone else (SIGN, CANCEL)
    page = list_page("clock_changes", ("clock", "before", "after"), compared.rows(), actions)
    while True:
        received = yield page
        run.settle()
        if isinstance(received, Pressed) and received.action in {"cancel", "back"}:
            raise Ended
        if isinstance(received, Pressed) and received.action == ALONE.id and may_be_alone:
            return Signatures(())
        if isinstance(received, Pressed) and received.action == SIGN.id:
            break
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
    return Signatures((yield from ask_both(run, Say(f"meaning.{meaning}"))))


def ask_both(run: Sitting, meaning: Say) -> Flow[tuple[Present, Present]]:
    """Ask the person acting and a second one to sign; raises Ended when it is given up."""
    first = yield from ask_signature(run, meaning)
    while True:
        second = yield from sign_in_person(run, "sign", witness=True, refusal=run.message, meaning=meaning)
        if second is None:
            raise Ended
        if second.person != first.person:
            return first, second
        refuse_same_person(run)
