"""`coordinator journal`: verifies, counts, exports and rebuilds the record of a workstation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from coordinator_app.commands.answers import FAILED, YES, WrongUse, print_json, print_line, say
from coordinator_app.commands.progress import ProgressLine
from coordinator_app.commands.record import keys_of, open_record, record_folder, settings

if TYPE_CHECKING:
    from coordinator_app.store.store import Store

STORE = click.option("--store", "folder", metavar="DIR", help="The folder of the record; default: this workstation's.")
JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


@click.group()
def journal() -> None:
    """Verify, count, export or rebuild a record; nothing but rebuild writes to it."""


@journal.command()
@STORE
@click.option("--all-signatures", is_flag=True, help="Check every signature, not only those that vouch for a run.")
@JSON
def verify(folder: str | None, all_signatures: bool, as_json: bool) -> int:
    """Check every position, id, link and citation of the journal, and its signatures."""
    from coordinator_app.store.verify import check_pages
    from coordinator_app.store.verify import verify as verify_record

    with open_record(folder) as store:
        found = verify_record(store, all_signatures=all_signatures, progress=ProgressLine())
        if found.first_bad is None:
            check_pages(store)
    bad = found.first_bad
    if as_json:
        print_json(
            {
                "sound": bad is None,
                "events": found.events,
                "epochs": found.epochs,
                "heads": {epoch: {"seq": seq, "id": head} for epoch, (seq, head) in found.heads.items()},
                "all_signatures": all_signatures,
                "first_bad": {"epoch": bad.epoch, "seq": bad.seq, "id": bad.id, "why": bad.why} if bad else None,
            }
        )
    elif bad is None:
        print_line(f"Verified: {found.events} events in {found.epochs} runs are as they were written.")
    else:
        print_line(
            f"NOT as it was written: event {bad.id[:16]}… (position {bad.seq} of run {bad.epoch[:8]}…) {bad.why}."
        )
    return YES if bad is None else FAILED


@journal.command()
@STORE
@JSON
def stats(folder: str | None, as_json: bool) -> int:
    """Count what the record holds."""
    import msgspec

    from coordinator_app.store.stats import stats as figures

    with open_record(folder) as store:
        found = figures(store)
    if as_json:
        print_json(msgspec.to_builtins(found))
        return YES
    print_line(f"{found.events} events in {found.epochs} runs, {found.cases} cases, {found.file_bytes} bytes")
    print_line(f"from {found.first_at or '-'} to {found.last_at or '-'}")
    for type, count in found.by_type.items():
        print_line(f"  {count:>8}  {type}")
    return YES


@journal.command()
@STORE
@click.option("--out", metavar="FILE", help="Write to this file instead of standard output.")
def export(folder: str | None, out: str | None) -> int:
    """Write the journal as JSON lines that anybody can verify without this program."""
    with open_record(folder) as store:
        if out is None:
            sys.stdout.flush()
            lines = _export(store, sys.stdout.buffer)
        else:
            lines = _export_to(store, Path(out))
    say(f"Exported {lines} events.")
    return YES


def _export_to(store: Store, target: Path) -> int:
    draft = target.with_name(f".{target.name}.part")
    try:
        with draft.open("wb") as file:
            lines = _export(store, file)
        draft.replace(target)
    except OSError as fault:
        draft.unlink(missing_ok=True)
        reason = (fault.strerror or "unknown reason").lower()
        raise WrongUse(f"The export cannot be written to {target} ({reason}); choose another place.") from fault
    return lines


def _export(store: Store, file: IO[bytes]) -> int:
    from coordinator_app.store.export import export as export_lines

    count = -1  # the heading is no event
    for line in export_lines(store):
        file.write(line)
        count += 1
    file.flush()
    return count


@journal.command()
@STORE
@click.option("--check", is_flag=True, help="Only compare; change nothing.")
@JSON
def rebuild(folder: str | None, check: bool, as_json: bool) -> int:
    """Make everything that screens read anew from the journal, and name what differed."""
    from coordinator_app import __version__
    from coordinator_app.store.moment import MachineClock
    from coordinator_app.store.rebuild import rebuild as rebuild_record
    from coordinator_app.store.store import Store

    # Comparing needs tables of its own beside the record, so the record is opened as for recording.
    where = record_folder(folder)
    clock = MachineClock(settings().zone_name)
    with Store.open(where, keys=keys_of(where), clock=clock, program=__version__) as store:
        differed = rebuild_record(store, check=check, progress=ProgressLine())
    if as_json:
        print_json({"rebuilt": not check, "differed": list(differed)})
    elif differed:
        print_line(f"{'These differ' if check else 'These differed and were made anew'}: {', '.join(differed)}.")
    else:
        print_line("What screens read is what the journal says.")
    return FAILED if check and differed else YES
