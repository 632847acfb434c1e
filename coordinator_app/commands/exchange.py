"""`coordinator exchange`: sends this record's events to its hub and takes in the site's; joins a hub; admits others."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from coordinator_app.commands.answers import FAILED, YES, WrongUse, print_json, print_line
from coordinator_app.commands.keeping import keys_to_begin
from coordinator_app.commands.record import keys_of, record_folder, settings

if TYPE_CHECKING:
    from coordinator_app.exchange.client import HubAddress
    from coordinator_app.procedures.exchange_rounds import Rounds
    from coordinator_app.store.store import Store

STORE = click.option("--store", "folder", metavar="DIR", help="The folder of the record; default: this workstation's.")
JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
HUB = click.option("--hub", "url", required=True, metavar="URL", help="The hub's address, https://…")
CODE = click.option("--code", required=True, help="The code with which the hub invites.")
AUTHORITY = click.option("--authority", default="", metavar="FILE", help="The site's own certificate authority (PEM).")
PIN = click.option("--pin", default="", metavar="SHA256", help="The one certificate to believe.")


@click.group(invoke_without_command=True)
@click.option("--once", is_flag=True, help="One round: send what the hub lacks, take what this record lacks.")
@STORE
@JSON
@click.pass_context
def exchange(context: click.Context, once: bool, folder: str | None, as_json: bool) -> int | None:
    """Exchange this record with its hub; the program must not be open on it meanwhile."""
    if context.invoked_subcommand is not None:
        return None
    if not once:
        raise WrongUse("Say --once for one round; 'coordinator exchange --help' lists what else there is.")
    with _open(folder) as store:
        return _once(_rounds(store), as_json)


def _once(rounds: Rounds, as_json: bool) -> int:
    from coordinator_app.procedures.exchange_moved import once
    from coordinator_app.procedures.exchange_rounds import NotJoined, Unreachable

    told: dict[str, Any] = {"done": False}
    try:
        found = once(rounds)
        told.update(done=True, sent=found.pushed, taken=found.pulled, kept_by_hub=found.kept_by_hub)
        moved = found.attachments
        told.update(attachments_sent=moved.sent, attachments_taken=moved.taken, attachments_missing=moved.missing)
        if found.put_back:
            told["put_back"] = True
    except (NotJoined, Unreachable) as fault:
        told.update(why=str(fault), code=getattr(fault, "code", "not joined"))
    told.update(_standing(rounds))
    if as_json:
        print_json(told)
    else:
        _print_round(told)
    return YES if told["done"] and told["adds_up"] else FAILED


def _print_round(told: dict[str, Any]) -> None:
    if told["done"]:
        print_line(f"Sent {told['sent']} events, took {told['taken']}.")
        if told["attachments_sent"] or told["attachments_taken"] or told["attachments_missing"]:
            print_line(
                f"Photos and files: sent {told['attachments_sent']}, took {told['attachments_taken']}, "
                f"{told['attachments_missing']} not at the hub yet."
            )
    else:
        print_line(f"Not finished: {told['why']}")
    if told.get("put_back"):
        print_line("The hub was put back from a backup; what it lacked was offered again.")
    print_line(
        f"Received {told['received']} = {told['integrated']} integrated + {told['unknown']} stored unknown "
        f"+ {told['quarantined']} kept apart{'' if told['adds_up'] else ' – THIS DOES NOT ADD UP, call for help'}"
    )
    for epoch, (first, last) in told["missing"].items():
        print_line(f"Known to exist, not here: events {first}-{last} of run {epoch[:8]}…")
    for found in told["findings"]:
        print_line(f"Found by the hub: {found['kind']} at {found['device']} ({found['at']})")
    if told["waiting"]:
        print_line(f"{told['waiting']} events wait to be sent.")


def _standing(rounds: Rounds) -> dict[str, Any]:
    import msgspec

    counted = rounds.record.arrivals.counted()
    ends = dict(rounds.record.arrivals.own_epochs())
    return {
        "waiting": sum(ends[epoch] - first for epoch, first in rounds.record.unsent()),
        "received": counted.received,
        "integrated": counted.integrated,
        "unknown": counted.unknown,
        "quarantined": counted.kept,
        "adds_up": counted.adds_up,
        "missing": rounds.record.missing(),
        "findings": [msgspec.to_builtins(each) for each in rounds.record.findings()],
    }


@exchange.command()
@STORE
@HUB
@CODE
@AUTHORITY
@PIN
def join(folder: str | None, url: str, code: str, authority: str, pin: str) -> int:
    """Let the record of a founded site exchange with a hub."""
    with _open(folder) as store:
        rounds = _rounds(store)
        address, enrolled = _ask(url, authority, pin, code, store.workstation, store.public_key)
        _join(rounds, address, enrolled, "")
        _say_state(enrolled.state, store.public_key)
    return YES


@exchange.command()
@STORE
@HUB
@CODE
@click.option("--site", required=True, metavar="SITE", help="The site, as 'coordinator hub invite' prints it.")
@AUTHORITY
@PIN
@click.option(
    "--admitted-by", required=True, metavar="FINGERPRINT", help="Of the workstation that will admit this one."
)
def new(folder: str | None, url: str, code: str, site: str, authority: str, pin: str, admitted_by: str) -> int:
    """Begin the record of a further workstation of a site that has one already."""
    from coordinator_app import __version__
    from coordinator_app.store.moment import MachineClock
    from coordinator_app.store.store import Store

    where = record_folder(folder)
    digits = _digits(admitted_by)
    workstation = f"workstation:{secrets.token_hex(16)}"
    address = _address(url, authority, pin)
    where.mkdir(parents=True, exist_ok=True)
    keys, clock = keys_to_begin(where), MachineClock(settings().zone_name)
    with Store.create(where, keys=keys, clock=clock, workstation=workstation, site=site, program=__version__) as store:
        enrolled = _asked(address, code, workstation, store.public_key)
        _join(_rounds(store), address, enrolled, digits)
        _say_state(enrolled.state, store.public_key)
    return YES


@exchange.command()
@STORE
@HUB
@AUTHORITY
@PIN
def move(folder: str | None, url: str, authority: str, pin: str) -> int:
    """Follow the site's log to another hub, where the former one does not serve any more to say so."""
    from coordinator_app.procedures.exchange_moved import ask_and_follow
    from coordinator_app.procedures.exchange_rounds import NotJoined, Unreachable

    with _open(folder) as store:
        try:
            ask_and_follow(_rounds(store), _address(url, authority, pin))
        except (NotJoined, Unreachable) as fault:
            print_line(f"Not moved: {fault}")
            return FAILED
    print_line(f"From now on this workstation exchanges with {url}.")
    return YES


@exchange.command()
@STORE
@click.argument("fingerprint")
@click.option("--place", required=True, help="Where that workstation stands, as its screens show it.")
def admit(folder: str | None, fingerprint: str, place: str) -> int:
    """Admit the workstation whose screen shows this fingerprint, and hand it the site key, sealed for it alone."""
    from coordinator_app.procedures.exchange_rounds import NotJoined, Unreachable, short
    from coordinator_app.store.faults import StoreFault

    with _open(folder) as store:
        try:
            device = _rounds(store).admit(_digits(fingerprint), place)
        except (NotJoined, Unreachable, StoreFault) as fault:
            print_line(f"Not admitted: {fault}")
            return FAILED
        print_line(f"Admitted {device}. This workstation's own fingerprint: {short(store.public_key)}")
    return YES


@exchange.command()
@STORE
@click.option("--out", required=True, metavar="FILE", help="The file to write, on the stick.")
@click.option("--to", "reader", type=click.Choice(["site", "hub"]), default="site", help="Who can read it.")
def bundle(folder: str | None, out: str, reader: Literal["site", "hub"]) -> int:
    """Write what this record has into one encrypted and signed file, for the site's workstations or for its hub."""
    from coordinator_app.procedures.exchange_bundle import make_bundle
    from coordinator_app.procedures.exchange_rounds import NotJoined

    with _open(folder) as store:
        try:
            count = make_bundle(store, Path(out), reader)
        except NotJoined as fault:
            raise WrongUse(str(fault)) from fault
        except OSError as fault:
            raise WrongUse(
                f"The bundle cannot be written to {out} ({fault.strerror}); choose another place."
            ) from fault
    print_line(f"Bundled {count} events.")
    return YES


@exchange.command()
@STORE
@click.argument("file")
@JSON
def unbundle(folder: str | None, file: str, as_json: bool) -> int:
    """Take in a bundle of another workstation of this site, or the hub's reply; the same one again does nothing."""
    import msgspec

    from coordinator_app.exchange.asking import Unreachable
    from coordinator_app.exchange.protocol.stick import BundleRefused
    from coordinator_app.procedures.exchange_bundle import take_bundle

    with _open(folder) as store:
        try:
            taken = take_bundle(store, Path(file))
        except (BundleRefused, Unreachable) as fault:
            print_line(f"Not taken: {fault}")
            return FAILED
        except OSError as fault:
            raise WrongUse(f"The bundle {file} cannot be read ({fault.strerror}); check its name.") from fault
    if as_json:
        print_json(msgspec.to_builtins(taken))
        return YES
    print_line(f"Took {taken.integrated} events; {taken.here} were here, {taken.kept} are kept apart.")
    if taken.attachments:
        print_line(f"Took {taken.attachments} photos and files.")
    if taken.acknowledged:
        print_line(f"The hub has {taken.acknowledged} more of this workstation's events.")
    return YES


@exchange.command("look-through", hidden=True)
@click.argument("file")
def look_through(file: str) -> int:
    """Look through a bundle in this process, which binds itself first; the keys come by standard input."""
    from coordinator_app.commands.look_through import look

    print_json(look(Path(file), sys.stdin.buffer.read()))
    return YES


def _open(folder: str | None) -> Store:
    from coordinator_app import __version__
    from coordinator_app.store.moment import MachineClock
    from coordinator_app.store.store import Store

    where = record_folder(folder)
    return Store.open(where, keys=keys_of(where), clock=MachineClock(settings().zone_name), program=__version__)


def _rounds(store: Store) -> Rounds:
    from coordinator_app.procedures.exchange_rounds import Rounds

    return Rounds(store)


def _address(url: str, authority: str, pin: str) -> HubAddress:
    from coordinator_app.exchange.client import CannotTrust, HubAddress, HubClient

    if authority and not Path(authority).is_file():
        raise WrongUse(f"There is no file {authority}; check the name of the certificate authority.")
    address = HubAddress(url.rstrip("/"), authority, pin)
    try:
        HubClient(address).close()
    except CannotTrust as fault:
        raise WrongUse(str(fault)) from fault
    return address


def _ask(url: str, authority: str, pin: str, code: str, workstation: str, key: bytes) -> tuple[HubAddress, Any]:
    address = _address(url, authority, pin)
    return address, _asked(address, code, workstation, key)


def _asked(address: HubAddress, code: str, workstation: str, key: bytes) -> Any:
    from coordinator_app.procedures.exchange_rounds import NotJoined, ask_admission

    try:
        return ask_admission(address, code, workstation, key)
    except NotJoined as fault:
        raise WrongUse(str(fault)) from fault


def _join(rounds: Rounds, address: HubAddress, enrolled: Any, admitting: str) -> None:
    from coordinator_app.procedures.exchange_rounds import NotJoined

    try:
        rounds.join(address, enrolled, admitting)
    except NotJoined as fault:
        raise WrongUse(str(fault)) from fault


def _say_state(state: str, public_key: bytes) -> None:
    from coordinator_app.procedures.exchange_rounds import short

    print_line(f"Fingerprint of this workstation: {short(public_key)}")
    if state == "waiting":
        print_line("It waits until 'coordinator hub approve' names this fingerprint.")


def _digits(typed: str) -> str:
    digits = typed.replace(" ", "").replace("-", "").lower()
    if len(digits) < 16 or any(letter not in "0123456789abcdef" for letter in digits):
        raise WrongUse("A fingerprint has at least sixteen digits and letters a to f; read it from the screen again.")
    return digits
