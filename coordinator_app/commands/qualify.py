"""`coordinator qualify`: runs qualification scripts on scratch sites and writes the report (`formats.md` §5)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coordinator_app.commands.answers import (
    FAILED,
    WRONG_USE,
    YES,
    WrongUse,
    print_json,
    print_line,
    read_file,
    say,
    write_file,
)
from coordinator_app.commands.record import settings

if TYPE_CHECKING:
    from coordinator_app.qualification.runner import Qualification, ScriptResult
    from coordinator_app.qualification.script import Script


@click.command()
@click.argument("scripts", nargs=-1, metavar="SCRIPT…")
@click.option("--report", metavar="OUT.pdf", help="Write a report for quality to sign.")
@click.option(
    "--store", "folder", metavar="DIR", help="Keep the scratch site in this empty folder (several: below it)."
)
@click.option("--actions", is_flag=True, help="List what 'press' can press.")
@click.option("--shipped", is_flag=True, help="Run the ten scripts that the program brings along.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def qualify(
    scripts: tuple[str, ...], report: str | None, folder: str | None, actions: bool, shipped: bool, as_json: bool
) -> int:
    """Run scripts, each on a scratch copy of the demonstration site or on an empty one.

    Placeholders are the paths of 'coordinator demo --list', such as {patients.p1.wristband}, and {labels.N} for the
    code of the N-th label that the script itself had printed.
    """
    if actions:
        return _list_actions(as_json)
    paths = (*scripts, *(_shipped() if shipped else ()))
    if not paths:
        raise WrongUse("Name at least one script, or --shipped for those that the program brings along.")
    contents = [(path, read_file(path, "The script")) for path in paths]
    keep_in = _empty_folder(folder) if folder is not None else None
    from coordinator_app.qualification.runner import Qualification

    with Qualification(keep_in) as qualification:
        known = _read(qualification, contents)
        if known is None:
            return WRONG_USE
        results = [
            _run(qualification, script, number, len(known), alone=len(known) == 1)
            for number, script in enumerate(known, start=1)
        ]
    if report is not None:
        from coordinator_app.qualification.report import qualification_report

        write_file(report, qualification_report(results, datetime.now(UTC), settings().zone_name), "The report")
    _print(results, as_json)
    return YES if all(each.passed for each in results) else FAILED


def _shipped() -> tuple[str, ...]:
    from coordinator_app.resource_files import resource_path

    return tuple(str(path) for path in sorted(resource_path("qualification").glob("*.toml")))


def _empty_folder(folder: str) -> Path:
    where = Path(folder)
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        empty = not any(where.iterdir())
    except OSError as fault:
        raise WrongUse(f"The folder {folder} cannot be written; name another one.") from fault
    if not empty:
        raise WrongUse(f"There is something in {folder} already; name an empty folder for the scratch site.")
    return where


def _read(qualification: Qualification, contents: list[tuple[str, bytes]]) -> list[Script] | None:
    """Read every script before any runs; what is wrong is said on standard error, then nothing is run."""
    read = [qualification.read(Path(path).name if path != "-" else "script", content) for path, content in contents]
    faults = [fault for each in read if isinstance(each, tuple) for fault in each]
    for fault in faults:
        say(str(fault))
    return None if faults else [each for each in read if not isinstance(each, tuple)]


def _run(qualification: Qualification, script: Script, number: int, of: int, *, alone: bool) -> ScriptResult:
    say(f"{number} of {of}: {script.title}")
    return qualification.run(script, "" if alone else f"{number:02d}-{Path(script.name).stem}")


def _print(results: list[ScriptResult], as_json: bool) -> None:
    from coordinator_app.qualification.answer import qualification_answer

    if as_json:
        print_json(qualification_answer(results))
        return
    for result in results:
        print_line(f"{'as expected' if result.passed else 'DIFFERS':<12} {result.script.name}: {result.script.title}")
        for step in result.steps:
            for difference in step.differs:
                print_line(f"    step {step.number} ({step.do}): {difference}")
        if not result.journal_sound:
            print_line("    the journal it left behind is not as it was written")
        for remark in result.remarks:
            print_line(f"    remark: {remark}")


def _list_actions(as_json: bool) -> int:
    from coordinator_app.qualification.actions import ACTIONS

    listed: list[Any] = [{"action": action, "does": does} for action, does in ACTIONS.items()]
    if as_json:
        print_json(listed)
    for each in () if as_json else listed:
        print_line(f"{each['action']:<24} {each['does']}")
    return YES
