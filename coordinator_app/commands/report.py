"""`coordinator report`: the documents of one case for quality and inspectors."""

from __future__ import annotations

import click

from coordinator_app.commands.answers import YES, WrongUse, say, write_file
from coordinator_app.commands.record import open_record, settings


@click.command()
@click.argument("kind", type=click.Choice(["identity", "custody", "inspection"]), metavar="identity|custody|inspection")
@click.option("--case", "case_id", metavar="ID", required=True, help="The case by its id, or by its wall name.")
@click.option("--store", "folder", metavar="DIR", help="The folder of the record; default: this workstation's.")
@click.option("--out", metavar="FILE", required=True, help="Write the PDF to this file.")
def report(kind: str, case_id: str, folder: str | None, out: str) -> int:
    """Write the chain of identity, the chain of custody, or everything about one case as a PDF."""
    from coordinator_app.procedures.case_report import write_case_report
    from coordinator_app.procedures.workplace import Workplace
    from coordinator_app.store.moment import MachineClock

    with open_record(folder) as store:
        work = Workplace(store, MachineClock(settings().zone_name))
        named = {hit.case for hit in store.search(case_id) if hit.kind == "case"}
        found = [each for each in named if work.case(each).wall_name == case_id]
        found = [case_id] if store.knows_case(case_id) else found
        if len(found) != 1:
            raise WrongUse(f"There is no case {case_id} in this record; take its id from the case's page.")
        content = write_case_report(work, found[0], kind)
    write_file(out, content, "The report")
    say(f"Written to {out}; it names the patient, so keep it where patients' papers are kept.")
    return YES
