"""`coordinator hub`: serves a hub, invites, approves and withdraws workstations, and says how it stands."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coordinator_app.commands.answers import YES, WrongUse, print_json, print_line, say
from coordinator_app.domain.spoken_words import digits_of

if TYPE_CHECKING:
    from coordinator_app.hub.premises import Premises

DSN = "COORDINATOR_HUB_POSTGRES"
"""The environment variable with the DSN, so that its password stands in no list of processes."""

_PATIENCE = 600.0
"""Seconds that a task may take in the process that serves: a large bundle is read through and answered meanwhile."""

FOLDER = click.option("--folder", metavar="DIR", help="The hub's folder; default: this account's own.")
POSTGRES = click.option("--postgres", metavar="DSN", envvar=DSN, help=f"Keep the books in PostgreSQL; or {DSN}.")
SITE = click.option("--site", default="", metavar="SITE", help="The site, where the hub has several.")
JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


@click.group()
def hub() -> None:
    """Serve a hub for workstations, and say who may use it."""


@hub.command()
@FOLDER
@POSTGRES
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8470, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--certificate", metavar="FILE", help="The certificate (PEM, with its chain) for HTTPS.")
@click.option("--certificate-key", metavar="FILE", help="The key of the certificate (PEM).")
@click.option(
    "--rate", default=50.0, show_default=True, help="Requests a second for each workstation, in the long run."
)
@click.option("--behind-proxy", is_flag=True, help="Plain HTTP to others: a proxy in front speaks HTTPS.")
def serve(
    folder: str | None,
    postgres: str | None,
    host: str,
    port: int,
    certificate: str | None,
    certificate_key: str | None,
    rate: float,
    behind_proxy: bool,
) -> int:
    """Serve until told to stop."""
    if (certificate is None) != (certificate_key is None):
        raise WrongUse("A certificate and its key belong together; give both --certificate and --certificate-key.")
    if certificate is None and host not in ("127.0.0.1", "localhost", "::1") and not behind_proxy:
        raise WrongUse(
            "Without a certificate the hub listens on this computer only; give --certificate and --certificate-key, "
            "or --behind-proxy where a proxy in front speaks HTTPS."
        )
    for name in filter(None, (certificate, certificate_key)):
        if not Path(name).is_file():
            raise WrongUse(f"There is no file {name}; check the name of the certificate and of its key.")
    tls = (Path(certificate), Path(certificate_key)) if certificate and certificate_key else None
    return _serve(_premises(folder), postgres or "", host, port, tls, rate)


def _serve(premises: Premises, dsn: str, host: str, port: int, tls: tuple[Path, Path] | None, rate: float) -> int:
    import socket

    from coordinator_app.hub.calls import Calls
    from coordinator_app.hub.door import Rates
    from coordinator_app.hub.http import make_server
    from coordinator_app.hub.ledger import LedgerRefused
    from coordinator_app.hub.more_tasks import add_tasks
    from coordinator_app.hub.premises import verify

    try:
        books = premises.open_books(dsn)
    except LedgerRefused as fault:
        raise WrongUse(str(fault)) from fault
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
            url = f"{'https' if tls else 'http'}://{host}:{door.getsockname()[1]}"
            calls = Calls(books, premises.signer, verify, premises.secret, rates=Rates(rate, 4 * rate))
            server = make_server(
                add_tasks(calls, premises),
                certificate=tls[0] if tls else None,
                key=tls[1] if tls else None,
            )
            premises.set_serving(url)
            say(f"Hub at {url}, books in {books.engine}; stop it with Ctrl+C.")
            server.run(sockets=[door])
    except OSError as fault:
        raise WrongUse(f"The hub cannot listen on {host}:{port} ({fault.strerror}); choose another port.") from fault
    finally:
        premises.set_serving("")
        books.close()
    return YES


@hub.command()
@FOLDER
@POSTGRES
@click.option("--site", required=True, metavar="SITE", help="The site, as its first workstation shows it.")
@JSON
def invite(folder: str | None, postgres: str | None, site: str, as_json: bool) -> int:
    """Print a code with which workstations of a site may ask to be admitted, for three days."""
    told = _do(folder, postgres, {"task": "invite", "site": site})
    if as_json:
        print_json(told)
    else:
        print_line(f"Site: {told['site']}")
        print_line(f"Code: {told['code']} (for {told['days']} days)")
        print_line(f"Key of the hub: {_grouped(told['hub_key'])}")
    return YES


@hub.command()
@FOLDER
@POSTGRES
@SITE
@click.argument("fingerprint")
@JSON
def approve(folder: str | None, postgres: str | None, site: str, fingerprint: str, as_json: bool) -> int:
    """Admit the workstation whose screen shows this fingerprint (16 digits, all 64, or its eight words in quotes)."""
    return _settle(folder, postgres, {"task": "approve", "site": site, "named": _plain(fingerprint)}, as_json)


@hub.command()
@FOLDER
@POSTGRES
@SITE
@click.argument("workstation")
@JSON
def revoke(folder: str | None, postgres: str | None, site: str, workstation: str, as_json: bool) -> int:
    """Withdraw a workstation, by its id or fingerprint; what it still sends is kept apart, not lost."""
    return _settle(folder, postgres, {"task": "revoke", "site": site, "named": _plain(workstation)}, as_json)


@hub.command()
@FOLDER
@POSTGRES
@JSON
def restored(folder: str | None, postgres: str | None, as_json: bool) -> int:
    """Say that the books were put back from a backup: workstations then offer again what is lacking."""
    told = _do(folder, postgres, {"task": "restored"})
    if as_json:
        print_json(told)
    else:
        print_line(f"{len(told['hub_epochs'])} sites go on in a new hub epoch.")
    return YES


@hub.command()
@FOLDER
@POSTGRES
@SITE
@click.option("--url", required=True, metavar="URL", help="The other hub's address, https://…")
@click.option("--code", required=True, help="The code with which the other hub invites for this site.")
@click.option("--authority", default="", metavar="FILE", help="The other hub's certificate authority (PEM).")
@JSON
def join(
    folder: str | None, postgres: str | None, site: str, url: str, code: str, authority: str, as_json: bool
) -> int:
    """Move the log of a site to another hub; its workstations follow by themselves while this one still serves."""
    task = {"task": "join", "site": site, "url": url, "code": code}
    if authority:
        task["authority"] = str(Path(authority).absolute())
    while True:
        told = _do(folder, postgres, task)
        if told["done"]:
            break
        say(f"{told['there']} of {told['events']} events are there …")
    if as_json:
        print_json(told)
    else:
        print_line(f"All {told['events']} events of {told['site']} are at {told['url']}, in the same order.")
        print_line("Let this hub serve until every workstation has been told.")
    return YES


@hub.command()
@FOLDER
@POSTGRES
@SITE
@JSON
def stay(folder: str | None, postgres: str | None, site: str, as_json: bool) -> int:
    """Give up a move to another hub that was begun and not ended; workstations push here again."""
    told = _do(folder, postgres, {"task": "stay", "site": site})
    if as_json:
        print_json(told)
    else:
        print_line(f"{told['site']} stays at this hub.")
    return YES


@hub.command("import")
@FOLDER
@POSTGRES
@click.argument("file")
@click.option("--out", required=True, metavar="FILE", help="Where to write what the hub replies, for the way back.")
@JSON
def import_(folder: str | None, postgres: str | None, file: str, out: str, as_json: bool) -> int:
    """Take in a bundle that a workstation wrote for this hub, and write the replies that it takes back."""
    files = {"file": str(Path(file).absolute()), "out": str(Path(out).absolute())}
    told = _do(folder, postgres, {"task": "import", **files})
    if as_json:
        print_json(told)
    else:
        print_line(f"From {told['device']}, made {told['made_at']}: {told['accepted']} events are in the log,")
        print_line(f"{told['kept']} are kept apart, {told['refused']} requests were refused. Replies: {out}")
    return YES


@hub.command()
@FOLDER
@POSTGRES
@JSON
def status(folder: str | None, postgres: str | None, as_json: bool) -> int:
    """Say which sites and workstations there are, how many events, and what was found."""
    told = _do(folder, postgres, {"task": "status"})
    if as_json:
        print_json(told)
        return YES
    print_line(f"Books in {told['engine']}, {len(told['sites'])} sites")
    for site, each in told["sites"].items():
        print_line(f"{site}: {each['events']} events, {each['kept']} kept apart, hub epoch {each['hub_epoch']}")
        if each["moved"]:
            print_line(f"  moved to {each['moved']}" if each["moved"] != "leaving" else "  on its way to another hub")
        for row in each["workstations"]:
            print_line(f"  {row['state']:<9} {row['workstation']}  {_grouped(row['fingerprint'][:16])}")
        for found in each["findings"]:
            print_line(f"  found: {found['kind']} at {found['device']}, {found['at']}")
    return YES


def _settle(folder: str | None, postgres: str | None, task: dict[str, str], as_json: bool) -> int:
    told = _do(folder, postgres, task)
    if as_json:
        print_json(told)
    else:
        print_line(f"{told['workstation']} is {told['state']} (fingerprint {_grouped(told['fingerprint'][:16])}).")
    return YES


def _do(folder: str | None, postgres: str | None, task: dict[str, str]) -> dict[str, Any]:
    """Do a task on the books, or ask the process that has them open."""
    import msgspec

    from coordinator_app.hub.admission import NotKnown
    from coordinator_app.hub.calls import Calls
    from coordinator_app.hub.ledger import LedgerRefused
    from coordinator_app.hub.more_tasks import add_tasks
    from coordinator_app.hub.office import Office, Task
    from coordinator_app.hub.premises import verify

    premises = _premises(folder)
    if not postgres and premises.serving():
        return _ask(premises, task)
    try:
        books = premises.open_books(postgres or "")
    except LedgerRefused as fault:
        raise WrongUse(str(fault)) from fault
    try:
        asked = msgspec.convert(task, Task)
        more = add_tasks(Calls(books, premises.signer, verify, premises.secret), premises).tasks
        return more.get(asked.task, Office(books, premises.signer).do)(asked, datetime.now(UTC))
    except NotKnown as fault:
        raise WrongUse(str(fault)) from fault
    finally:
        books.close()


def _ask(premises: Premises, task: dict[str, str]) -> dict[str, Any]:
    import hashlib
    import secrets

    import httpx

    from coordinator_app.domain.seal import instant
    from coordinator_app.exchange.protocol import authorization, request_part

    body, nonce, time = json.dumps(task).encode(), secrets.token_hex(16), instant(datetime.now(UTC))
    part = request_part("POST", "/v1/office", hashlib.sha256(body).hexdigest(), nonce, time)
    headers = {"Authorization": authorization("hub", nonce, time, premises.sign(part))}
    url = premises.serving()
    try:
        # The process is on this computer and proves itself by having the books open; its certificate names the outside.
        answer = httpx.post(f"{url}/v1/office", content=body, headers=headers, verify=False, timeout=_PATIENCE)  # noqa: S501
        told: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as fault:
        raise WrongUse(
            f"The hub that serves from {premises.folder} does not answer at {url}; "
            "if it was killed, remove serving.json there and try again."
        ) from fault
    if answer.status_code != 200:
        raise WrongUse(str(told.get("why", "The hub refused.")))
    return told


def _premises(folder: str | None) -> Premises:
    import platformdirs

    from coordinator_app.hub.ledger import LedgerRefused
    from coordinator_app.hub.premises import Premises

    where = Path(folder) if folder else platformdirs.user_data_path("coordinator_app", appauthor=False) / "hub"
    try:
        return Premises(where)
    except LedgerRefused as fault:
        raise WrongUse(str(fault)) from fault


def _grouped(digits: str) -> str:
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def _plain(typed: str) -> str:
    if typed.startswith("workstation:"):
        return typed
    return digits_of(typed) or typed.replace(" ", "").replace("-", "").lower()
