"""`coordinator clocks`: every clock of a profile as it stands in a written history (`formats.md` §3)."""

from __future__ import annotations

from typing import Any

import click

from coordinator_app.commands.answers import YES, WrongUse, print_json, print_line, read_file
from coordinator_app.commands.profile import profile_in


@click.command()
@click.argument("profile")
@click.argument("history")
@click.option("--at", metavar="INSTANT", help="Read the clocks at this instant, such as 2025-11-25T14:32:00Z.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def clocks(profile: str, history: str, at: str | None, as_json: bool) -> int:
    """Read every clock of PROFILE over the events and samples in HISTORY, a JSON file or - for standard input."""
    from coordinator_app.domain.clocks import clock_answer, history_at, read_clocks
    from coordinator_app.intake.clock_history import ClockHistoryFaulty, read_clock_history, read_instant

    rules = profile_in(profile)
    try:
        written = read_clock_history(read_file(history, "The history"))
        now = written.samples[-1]
        if at is not None:
            written, now = history_at(written, read_instant(at))
    except ClockHistoryFaulty as fault:
        raise WrongUse(str(fault)) from fault
    answer = clock_answer(read_clocks(rules, written, now))
    if as_json:
        print_json(answer)
    for row in () if as_json else answer:
        print_line(_plain(row))
    return YES


def _plain(row: dict[str, Any]) -> str:
    scope = ", ".join(f"{key} {value}" for key, value in row["scope"].items())
    until = row["deadline"] or row["earliest"] or ""
    return f"{row['clock']:<24} {scope:<12} {row['state']:<10} {until:<28} {row['why']}".rstrip()
