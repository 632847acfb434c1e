"""A hub with real books and real signatures, for the suite that both engines must pass."""

from __future__ import annotations

from datetime import timedelta

from exchange_author import BEGIN, Author, verify

from coordinator_app.exchange.protocol import Enrolled, Enrolment, Line, Pushed, Refused
from coordinator_app.hub.admission import Admission
from coordinator_app.hub.ledger import Ledger, WorkstationRow
from coordinator_app.hub.reading import SiteReading
from coordinator_app.hub.site_log import SiteLog
from coordinator_app.hub.standing import HubSigner
from coordinator_app.hub.vault import Vault

SITE = "site:" + "b" * 32


class HubUnderTest:
    """Real books, real signatures, one site with a code that invites."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.now = BEGIN + timedelta(hours=1)
        hub = Author("hub")
        self.key = hub.public
        self.signer = HubSigner(hub.sign, hub.public)
        self.epochs = iter(f"epoch{n}" for n in range(1, 100))
        self.log = SiteLog(ledger, self.signer, verify)
        self.reading = SiteReading(ledger, self.signer, verify, lambda: next(self.epochs))
        self.admission = Admission(ledger, self.signer)
        self.vault = Vault(ledger, self.signer)
        self.admission.found_site(SITE, "epoch0", self.now)
        self.admission.invite(SITE, "CODE-1", self.now)

    def admits(self, author: Author) -> WorkstationRow:
        answer = self.admission.enrol(
            Enrolment("CODE-1", author.device, author.public.hex(), author.fingerprint), self.now
        )
        assert isinstance(answer, Enrolled)
        return self.admission.approve(SITE, author.fingerprint, self.now)

    def takes(
        self, author: Author, lines: list[Line] | None = None, first: int = 0, epoch: str = "", site: str = SITE
    ) -> Pushed | Refused:
        epoch = epoch or author.epoch
        by = next(row for row in self.admission.workstation(author.device) if row.site == site)
        wanted = author.lines[epoch][first:] if lines is None else lines
        return self.log.push(by, epoch, first, wanted, self.now)

    def order(self) -> list[str]:
        with self.ledger.reading() as book:
            return [row.id for row in book.entries(SITE, 0, 10_000)]
