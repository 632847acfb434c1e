"""What people who look after a hub do: invite, approve, withdraw, look, and say that it was put back from a copy."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from coordinator_app.hub.admission import INVITED_FOR, Admission, NotKnown, fingerprint_of
from coordinator_app.hub.ledger import Ledger, WorkstationRow
from coordinator_app.hub.ledger_joining import LEAVING
from coordinator_app.hub.reading import begin_hub_epoch
from coordinator_app.hub.standing import HubSigner

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that are mistaken for each other when they are read aloud."""


class Task(Struct, frozen=True):
    """One thing to do; `named` is a fingerprint or a workstation, `file` a bundle and `out` where its replies go.

    `url`, `code` and `authority` name the hub to which a site moves.
    """

    task: Literal["invite", "approve", "revoke", "status", "restored", "import", "join", "stay"]
    site: str = ""
    named: str = ""
    file: str = ""
    out: str = ""
    url: str = ""
    code: str = ""
    authority: str = ""


class Office:
    """Does tasks on the books."""

    def __init__(self, ledger: Ledger, signer: HubSigner) -> None:
        """Take the books and the hub's key."""
        self._ledger = ledger
        self._admission = Admission(ledger, signer)
        self._signer = signer

    def do(self, task: Task, now: datetime) -> dict[str, Any]:
        """Do one task and return what is to be told; raises NotKnown."""
        if task.task == "invite":
            return self._invite(task.site, now)
        if task.task == "approve":
            return _told(self._admission.approve(self.site_named(task.site), task.named, now))
        if task.task == "revoke":
            return _told(self._admission.revoke(self.site_named(task.site), task.named, now))
        return self._restored(now) if task.task == "restored" else self._status()

    def _invite(self, site: str, now: datetime) -> dict[str, Any]:
        if not site.startswith("site:") or len(site) != 37:
            raise NotKnown("A site is named as site: and 32 digits; its first workstation shows it.")
        self._admission.found_site(site, secrets.token_hex(8), now)
        drawn = "".join(secrets.choice(_LETTERS) for _ in range(12))
        code = "-".join((drawn[:4], drawn[4:8], drawn[8:]))
        self._admission.invite(site, code, now)
        return {"site": site, "code": code, "days": INVITED_FOR.days, "hub_key": self._signer.public_key.hex()}

    def _restored(self, now: datetime) -> dict[str, Any]:
        told = {}
        with self._ledger.writing() as book:
            for site in book.sites():
                row = book.site(site, lock=True)
                if row is not None:
                    told[site] = begin_hub_epoch(book, site, row, secrets.token_hex(8), now).hub_epoch
        return {"hub_epochs": told}

    def _status(self) -> dict[str, Any]:
        sites = {}
        with self._ledger.reading() as book:
            for site in book.sites():
                row = book.site(site)
                if row is None:
                    continue
                sites[site] = {
                    "events": row.size,
                    "kept": row.kept,
                    "hub_epoch": row.hub_epoch,
                    "moved": msgspec.json.decode(row.moved)["url"] if row.moved not in ("", LEAVING) else row.moved,
                    "workstations": [_told(each) for each in book.workstations(site=site)],
                    "findings": [
                        {"kind": f.kind, "device": f.device, "epoch": f.epoch, "seq": f.seq, "at": f.at}
                        for f in book.findings(site)
                    ],
                }
        return {"engine": self._ledger.engine, "sites": sites}

    def site_named(self, site: str) -> str:
        """Return this site, or the only one where none is named; raises NotKnown."""
        with self._ledger.reading() as book:
            known = book.sites()
        if site and site in known:
            return site
        if not site and len(known) == 1:
            return known[0]
        raise NotKnown("Name the site with --site; 'coordinator hub status' lists them.")


def _told(row: WorkstationRow) -> dict[str, Any]:
    return {"site": row.site, "workstation": row.device, "state": row.state, "fingerprint": fingerprint_of(row)}
