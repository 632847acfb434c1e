"""The `coordinator` command: one short function per subcommand, in `commands/`; here they are put together.

Every subcommand returns its exit code: 0 for yes, 1 for a refusal or a failed check, 2 for wrong use. What it says is
printed on standard output, progress and faults on standard error. What a subcommand needs is imported when it runs.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import click

from coordinator_app import __version__
from coordinator_app.commands.answers import FAILED, WRONG_USE, WrongUse
from coordinator_app.commands.backup import backup, drill, restore
from coordinator_app.commands.clocks import clocks
from coordinator_app.commands.demonstration import demo, tour
from coordinator_app.commands.desktop import open_program
from coordinator_app.commands.exchange import exchange
from coordinator_app.commands.hub import hub
from coordinator_app.commands.journal import journal
from coordinator_app.commands.keys import keys
from coordinator_app.commands.label import label
from coordinator_app.commands.mirror import mirror
from coordinator_app.commands.profile import profile
from coordinator_app.commands.qualify import qualify
from coordinator_app.commands.report import report
from coordinator_app.commands.scan import scan
from coordinator_app.commands.self_test import self_test
from coordinator_app.process_guard import forbid_dumps
from coordinator_app.store.faults import StoreDamaged, StoreFault

BROKEN = 70
"""The program itself has a fault (`EX_SOFTWARE` of sysexits.h)."""


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="coordinator")
@click.option("--store", "folder", metavar="DIR", help="Open the record in this folder instead of this workstation's.")
@click.option("--quit-after", metavar="S", type=float, help="Close the program by itself after so many seconds.")
@click.pass_context
def coordinator(context: click.Context, folder: str | None, quit_after: float | None) -> int | None:
    """Chain of identity at the hospital site: scan, confirm, label, count down, record.

    Without a command it opens the program on this workstation's record.
    """
    if context.invoked_subcommand is not None:
        if folder is not None or quit_after is not None:
            raise WrongUse("--store and --quit-after stand after the name of the command they are meant for.")
        return None
    return open_program(folder, quit_after)


for command in (
    backup,
    clocks,
    demo,
    drill,
    exchange,
    hub,
    journal,
    keys,
    label,
    mirror,
    profile,
    qualify,
    report,
    restore,
    scan,
    self_test,
    tour,
):
    coordinator.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    if arguments is None:  # a process of our own, and many a command opens names: no dump of it may lie on a disk
        forbid_dumps()
    try:
        answer = coordinator.main(
            None if arguments is None else list(arguments), prog_name="coordinator", standalone_mode=False
        )
        sys.stdout.flush()
    except click.UsageError as fault:
        return _say(_sentence_of(fault), WRONG_USE)
    except (WrongUse, click.ClickException) as fault:
        return _say(str(fault), WRONG_USE)
    except StoreDamaged as fault:
        return _say(fault.sentence, FAILED)
    except StoreFault as fault:
        return _say(fault.sentence, WRONG_USE)
    except BrokenPipeError:
        # Whoever read our output has gone; the interpreter would complain about it while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (KeyboardInterrupt, click.Abort):
        return _say("Stopped before the end.", FAILED)
    except Exception as fault:  # noqa: BLE001 - the text of an unexpected error may quote a name: only its place is told
        return _say(_place_of(fault), BROKEN)
    return answer if isinstance(answer, int) else 0


def _say(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code


def _sentence_of(fault: click.UsageError) -> str:
    path = fault.ctx.command_path if fault.ctx is not None else "coordinator"
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        return f"'{path}' needs to know what to do; run '{path} --help' to see what it can."
    message = " ".join(fault.format_message().split()).rstrip(".")
    return f"{message}; run '{path} --help' to see what it takes."


def _place_of(fault: Exception) -> str:
    steps = traceback.extract_tb(fault.__traceback__)[-4:]
    place = " < ".join(f"{os.path.basename(step.filename)}:{step.lineno}" for step in reversed(steps))
    kind = type(fault).__qualname__
    return f"The program has a fault ({kind} at {place}); nothing more was done, report it to whoever looks after it."
