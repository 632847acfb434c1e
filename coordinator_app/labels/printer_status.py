"""What a label printer says of itself (`~HS`): asked before and after every job."""

from __future__ import annotations

from msgspec import Struct

ASK = b"~HS"
_ANSWERS = 3


class StatusUnclear(ValueError):
    """The printer's answer is not a host status."""


class PrinterStatus(Struct, frozen=True):
    """The flags of one answer; `waiting` are formats and labels not yet fed."""

    paper_out: bool
    paused: bool
    head_open: bool
    ribbon_out: bool
    buffer_full: bool
    temperature_wrong: bool
    memory_broken: bool
    waiting: int

    @property
    def trouble(self) -> str | None:
        """Return what stands in the way of printing and what to do, None when nothing does."""
        reasons = (
            (self.paper_out, "it is out of labels; load a roll"),
            (self.ribbon_out, "it is out of ribbon; load a ribbon"),
            (self.head_open, "its print head is open; close it"),
            (self.paused, "it is paused; press its pause button"),
            (self.memory_broken, "its memory is broken; switch it off and on, and call IT if this stays"),
            (self.temperature_wrong, "its print head is too hot or too cold; wait a few minutes"),
            (self.buffer_full, "its memory is full of earlier jobs; wait, or switch it off and on"),
        )
        return next((sentence for holds, sentence in reasons if holds), None)


def whole_answer(answer: bytes) -> bool:
    """Tell whether all three lines of a status have arrived."""
    return answer.count(b"\x03") >= _ANSWERS


def read_status(answer: bytes) -> PrinterStatus:
    """Return the status in an answer to `~HS`: three lines between STX and ETX. Raises StatusUnclear."""
    lines = [part.split(b"\x03")[0].split(b",") for part in answer.split(b"\x02")[1:]]
    if len(lines) < _ANSWERS or len(lines[0]) < 12 or len(lines[1]) < 9:
        raise StatusUnclear("The printer's answer is not a status; check its model and address.")
    first, second = lines[0], lines[1]
    try:
        waiting = int(first[4]) + int(second[8])
    except ValueError as fault:
        raise StatusUnclear("The printer's counts are not numbers; check its model and address.") from fault
    return PrinterStatus(
        paper_out=first[1] == b"1",
        paused=first[2] == b"1",
        head_open=second[2] == b"1",
        ribbon_out=second[3] == b"1",
        buffer_full=first[5] == b"1",
        memory_broken=first[9] == b"1",
        temperature_wrong=b"1" in (first[10], first[11]),
        waiting=waiting,
    )
