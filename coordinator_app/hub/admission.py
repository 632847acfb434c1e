"""Who belongs to a site: invitations, workstations that ask, and those that were withdrawn."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from msgspec import structs

from coordinator_app.domain.seal import instant
from coordinator_app.exchange.protocol import Enrolled, Enrolment, Refused
from coordinator_app.hub.ledger import NO_HEAD, Book, FindingRow, InviteRow, Ledger, SiteRow, WorkstationRow
from coordinator_app.hub.standing import HubSigner

INVITED_FOR = timedelta(days=3)


class NotKnown(Exception):
    """There is no such site or workstation; the text is one plain sentence with what to do next."""


class Admission:
    """Invites, admits and withdraws workstations."""

    def __init__(self, ledger: Ledger, signer: HubSigner) -> None:
        """Take the books and the hub's key."""
        self._ledger = ledger
        self._signer = signer

    def found_site(self, site: str, hub_epoch: str, now: datetime) -> None:
        """Begin the log of a site; one that is there already stays as it is."""
        with self._ledger.writing() as book:
            if book.site(site) is None:
                book.put_site(site, SiteRow(0, NO_HEAD, hub_epoch))
                book.add_hub_epoch(site, hub_epoch, 0, instant(now))

    def invite(self, site: str, code: str, now: datetime) -> None:
        """Let workstations ask with this code for three days; raises NotKnown for a site that is not here."""
        with self._ledger.writing() as book:
            if book.site(site) is None:
                raise NotKnown(f"There is no site {site} here; check its name.")
            book.add_invite(InviteRow(site, _hashed(code), instant(now + INVITED_FOR)))

    def enrol(self, asked: Enrolment, now: datetime) -> Enrolled | Refused:
        """Take a workstation's wish to be admitted; it waits until a person approves it by its fingerprint."""
        fingerprint = hashlib.sha256(bytes.fromhex(asked.public_key)).hexdigest()
        if fingerprint != asked.fingerprint:
            return Refused("malformed", "The fingerprint is not the one of the key; start the enrolment again.")
        with self._ledger.writing() as book:
            invites = [row for row in book.invites(_hashed(asked.code)) if row.until >= instant(now)]
            if not invites:
                return Refused("unknown", "This code is not one that invites, or its three days are over.")
            site = invites[0].site
            rows = book.workstations(asked.name, site)
            if not rows:
                row = WorkstationRow(site, asked.name, asked.public_key, "waiting", instant(now))
                book.put_workstation(row)
            else:
                row = rows[0]
            if row.public_key != asked.public_key:
                return Refused("fork", "A workstation of this name is known with another key; set it up anew.")
            site_row = book.site(site)
        assert site_row is not None  # noqa: S101 - an invitation names a site that is here
        signed = self._signer.checkpoint(site, site_row)
        if row.state == "revoked":
            return Refused("revoked", "This workstation was withdrawn; ask who looks after the hub.", *signed)
        return Enrolled(row.state, site, self._signer.public_key.hex(), *signed)

    def approve(self, site: str, fingerprint: str, now: datetime) -> WorkstationRow:
        """Admit the workstation with this fingerprint of its key (or its beginning of 16 digits); raises NotKnown."""
        return self._settle(site, fingerprint, "approved", now)

    def revoke(self, site: str, named: str, now: datetime) -> WorkstationRow:
        """Withdraw a workstation, named or by fingerprint; raises NotKnown."""
        return self._settle(site, named, "revoked", now)

    def workstation(self, device: str) -> list[WorkstationRow]:
        """Return the workstations of this name, of whatever site."""
        with self._ledger.reading() as book:
            return book.workstations(device)

    def _settle(self, site: str, named: str, state: str, now: datetime) -> WorkstationRow:
        with self._ledger.writing() as book:
            found = [row for row in book.workstations(site=site) if named in (row.device, fingerprint_of(row))]
            if not found:
                found = [
                    row
                    for row in book.workstations(site=site)
                    if len(named) >= 16 and fingerprint_of(row).startswith(named)
                ]
            if len(found) != 1:
                raise NotKnown("No workstation of this site has that fingerprint; read it again from its screen.")
            row = structs.replace(found[0], state=state, at=instant(now))
            book.put_workstation(row)
            if state == "revoked":
                _tell(book, row)
            return row


def _tell(book: Book, row: WorkstationRow) -> None:
    """Let every workstation of the site know: none waits for this one any more, and people see it."""
    site = book.site(row.site, lock=True)
    if site is not None and all(
        (each.kind, each.device) != (row.state, row.device) for each in book.findings(row.site)
    ):
        n = site.findings + 1
        book.add_finding(row.site, FindingRow(n, row.state, row.device, "", 0, row.at))
        book.put_site(row.site, structs.replace(site, findings=n))


def is_invited(book: Book, site: str, code: str, now: datetime) -> bool:
    """Say whether this code invites to a site, and its three days are not over."""
    return any(row.site == site and row.until >= instant(now) for row in book.invites(_hashed(code)))


def fingerprint_of(row: WorkstationRow) -> str:
    """Return the SHA-256 of a workstation's public key."""
    return hashlib.sha256(bytes.fromhex(row.public_key)).hexdigest()


def _hashed(code: str) -> str:
    return hashlib.sha256(b"coordinator/invite/v1\x00" + code.strip().upper().encode()).hexdigest()
