"""What a hub takes of a log that moves to it: the log as its hub signed it, and nothing else; on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from exchange_author import Author, verify
from hub_under_test import SITE, HubUnderTest
from msgspec import Raw, structs

from coordinator_app.domain.log_head import head_after
from coordinator_app.domain.seal import instant
from coordinator_app.exchange import protocol as p
from coordinator_app.hub.joining import Arriving, stated
from coordinator_app.hub.ledger import LedgerRefused, SiteMoved

FORMER = Author("the former hub")


class Move:
    """A log of one workstation on its way to a hub."""

    def __init__(self, hub: HubUnderTest) -> None:
        self.hub = hub
        self.arriving = Arriving(hub.ledger, hub.signer, verify, hub.vault)
        self.ward = Author("ward")
        self.ward.opens()
        for _ in range(5):
            self.ward.writes()
        self.lines = [
            p.JoinLine(line.event, line.id, line.sig, instant(hub.now), line.psig)
            for line in self.ward.lines[self.ward.epoch]
        ]
        self.head = head_after(p.NO_HEAD, [line.id for line in self.lines])

    def piece(self, **parts: object) -> p.Joining:
        whole = {"code": "CODE-1", "site": SITE, "hub_key": FORMER.public.hex(), **parts}
        return p.Joining(**whole)  # type: ignore[arg-type]

    def takes(self, piece: p.Joining) -> p.Joined | p.Refused:
        return self.arriving.take(piece, self.hub.now)

    def begins(self, state: str = "approved") -> None:
        member = p.JoinMember(self.ward.device, self.ward.public.hex(), state, instant(self.hub.now))
        epochs = [("former-epoch", 0, instant(self.hub.now))]
        assert isinstance(self.takes(self.piece(members=[member], hub_epochs=epochs)), p.Joined)

    def size(self) -> int:
        with self.hub.ledger.reading() as book:
            row = book.site(SITE)
        assert row is not None
        return row.size


@pytest.fixture
def move(hub: HubUnderTest) -> Move:
    return Move(hub)


def _why(answer: p.Joined | p.Refused) -> str:
    assert isinstance(answer, p.Refused)
    return answer.why


def test_pieces_are_laid_in_their_order_and_the_same_one_again_does_nothing(move: Move) -> None:
    move.begins()
    assert "Lines before these" in _why(move.takes(move.piece(after=3, lines=move.lines[3:])))
    for first, last in ((0, 3), (0, 3), (2, 5), (5, 6)):
        answer = move.takes(move.piece(after=first, lines=move.lines[first:last]))
        assert isinstance(answer, p.Joined)
        assert answer.size == last
    assert move.hub.order() == [line.id for line in move.lines]
    assert answer.head == move.head
    assert answer.hub_epoch == "former-epoch", "places that workstations read to stay what they were"
    assert isinstance(move.takes(move.piece(last=True, size=6, head=move.head)), p.Joined)
    # The workstation goes on here where it was there.
    move.ward.writes()
    taken = move.hub.takes(move.ward, first=6)
    assert isinstance(taken, p.Pushed)
    assert taken.stream.next == 7


def _other_signature(move: Move) -> list[p.JoinLine]:
    return [*move.lines[:-1], structs.replace(move.lines[-1], sig="00" * 64)]


def _other_bytes(move: Move) -> list[p.JoinLine]:
    changed = Raw(bytes(move.lines[2].event).replace(b'"zone":"', b'"zone":"X'))
    return [*move.lines[:2], structs.replace(move.lines[2], event=changed), *move.lines[3:]]


def _one_left_out(move: Move) -> list[p.JoinLine]:
    return [*move.lines[:2], *move.lines[3:]]


def _other_order(move: Move) -> list[p.JoinLine]:
    return [move.lines[0], move.lines[2], move.lines[1], *move.lines[3:]]


def _strangers(move: Move) -> list[p.JoinLine]:
    stranger = Author("stranger")
    stranger.opens()
    line = stranger.lines[stranger.epoch][0]
    return [p.JoinLine(line.event, line.id, line.sig, instant(move.hub.now))]


@pytest.mark.parametrize("change", [_other_signature, _other_bytes, _one_left_out, _other_order, _strangers])
def test_a_log_that_was_tampered_with_on_its_way_is_refused_and_nothing_of_the_piece_is_kept(
    move: Move, change: Callable[[Move], list[p.JoinLine]]
) -> None:
    move.begins()
    assert _why(move.takes(move.piece(lines=change(move)))).endswith(".")
    assert move.size() == 0
    assert move.hub.order() == []


def test_the_end_is_believed_only_where_size_head_and_runs_agree(move: Move) -> None:
    move.begins()
    move.takes(move.piece(lines=move.lines))
    for size, head in ((6, "0" * 64), (5, move.head), (7, move.head)):
        assert "not yet the whole log" in _why(move.takes(move.piece(last=True, size=size, head=head)))
    wrong = p.JoinStream(move.ward.epoch, move.ward.device, 9, "0" * 64, 9, "0" * 64, "", -1)
    assert "does not stand here" in _why(move.takes(move.piece(streams=[wrong], last=True, size=6, head=move.head)))


def test_nobody_comes_who_was_not_invited_and_nothing_comes_beside_a_log(move: Move) -> None:
    assert "not one that invites" in _why(move.takes(structs.replace(move.piece(), code="WRONG")))
    here = Author("workstation of this hub")
    here.opens()
    move.hub.admits(here)
    move.hub.takes(here)
    assert "two logs" in _why(move.takes(move.piece()))


def test_the_statement_must_be_the_former_hubs_and_of_this_log_and_ends_the_move(move: Move) -> None:
    move.begins()
    answer = move.takes(move.piece(lines=move.lines))
    assert isinstance(answer, p.Joined)
    good = stated(SITE, FORMER.public, answer, "https://hub.invalid", move.hub.now, FORMER.sign)
    stranger = Author("stranger")
    bad = (
        stated(SITE, FORMER.public, answer, "https://hub.invalid", move.hub.now, stranger.sign),
        stated("site:other", FORMER.public, answer, "https://hub.invalid", move.hub.now, FORMER.sign),
        stated(SITE, FORMER.public, structs.replace(answer, head="0" * 64), "https://x", move.hub.now, FORMER.sign),
        stated(SITE, FORMER.public, structs.replace(answer, hub_key="0" * 64), "https://x", move.hub.now, FORMER.sign),
    )
    for each in bad:
        assert "statement of the move" in _why(move.takes(move.piece(moved=each)))
    assert isinstance(move.takes(move.piece(moved=good)), p.Joined)
    again = move.takes(move.piece(after=6, lines=move.lines))
    assert isinstance(again, p.Joined)
    assert again.moved == good
    told = move.arriving.statements(SITE)
    assert isinstance(told, p.MovedHere)
    assert told.statements == [good]


def test_a_site_that_is_leaving_takes_no_line_and_one_that_stays_does_again(move: Move) -> None:
    move.hub.admits(move.ward)
    with move.hub.ledger.writing() as book:
        book.set_moved(SITE, "leaving")
    with pytest.raises(SiteMoved) as refused:
        move.hub.takes(move.ward)
    assert isinstance(refused.value, LedgerRefused), "asked again later, like books that do not answer"
    with move.hub.ledger.writing() as book:
        book.set_moved(SITE, "")
    assert isinstance(move.hub.takes(move.ward), p.Pushed)
