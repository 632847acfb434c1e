"""The exchange with the hub: what each state means and what to do, the account, joining and admitting."""

from __future__ import annotations

from PySide6.QtCore import QObject


class ExchangeTexts(QObject):
    """Words for the exchange panel and the forms that begin there."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {**self._meanings(), **self._joining(), **self._account(), **self._notes(), **self._forms()}

    def _meanings(self) -> dict[str, str]:
        return {
            "exchange.means.alone": self.tr(
                "This workstation records on its own. Where a site has several, an administrator joins them to a hub."
            ),
            "exchange.means.sent": self.tr(
                "What is recorded here goes to the hub at once. What others record shows here within seconds."
            ),
            "exchange.means.offline": self.tr(
                "Go on working: everything is kept here and is sent by itself as soon as the hub is back. "
                "What others record meanwhile is not known here: ring them."
            ),
            "exchange.means.revoked": self.tr(
                "This workstation was withdrawn from the hub. What is recorded is kept here; "
                "ask whoever looks after the hub."
            ),
            "exchange.means.protocol": self.tr(
                "This program and the hub are too far apart in age. Go on working; hospital IT updates the older one."
            ),
            "exchange.means.two_logs": self.tr(
                "The hub signed one log of this site here and another for another workstation. Nothing was lost here. "
                "Ring whoever looks after the hub, and ask the other workstation by phone before a release."
            ),
            "exchange.means.stranger": self.tr(
                "The hub does not know this workstation. Whoever looks after the hub admits it by these words."
            ),
        }

    def _joining(self) -> dict[str, str]:
        return {
            "exchange.means.asking": self.tr("The hub is being asked; this takes a few seconds."),
            "exchange.means.waiting_hub": self.tr(
                "The hub has heard of this workstation. Whoever looks after the hub admits it: read these words aloud."
            ),
            "exchange.means.joining": self.tr(
                "The hub has admitted this workstation. Now the one that was named admits it too: there, Exchange, "
                "“Admit a workstation”, then scan this code or type the words."
            ),
            "exchange.means.refused": self.tr(
                "The hub was not joined. What it said stands below: correct it and join again."
            ),
            "exchange.replaying": self.tr(
                "The record of the site is coming in: {done} of {total} events. "
                "Release waits until all of it is here and checked."
            ),
            "exchange.checking": self.tr(
                "The record of the site is here and is being checked: {done} of {total} events. "
                "Release waits until all are checked."
            ),
        }

    def _account(self) -> dict[str, str]:
        return {
            "exchange.waiting": self.tr("waiting to be sent"),
            "exchange.received": self.tr("received"),
            "exchange.integrated": self.tr("in the record"),
            "exchange.unknown": self.tr("need an update"),
            "exchange.kept": self.tr("kept apart"),
            "exchange.this": self.tr("This workstation"),
            "exchange.complete": self.tr("Nothing is missing as far as the hub knows"),
            "exchange.lacking": self.tr(
                "{count} of its events are known to exist and are not here: let it exchange, or ring there"
            ),
            "exchange.place_unknown": self.tr("A workstation not known here yet"),
            "exchange.asks": self.tr("Asks to be admitted"),
            "exchange.asks_words": self.tr("Have its words read aloud, or scan its code"),
        }

    def _notes(self) -> dict[str, str]:
        return {
            "exchange.trouble": self.tr("Since {at}: {why}"),
            "exchange.trouble_over": self.tr("Last trouble, {at}, over since {by}: {why}"),
            "exchange.hub_serves": self.tr("The hub of this site runs on this workstation, at {where}."),
            "exchange.hub_invites": self.tr(
                "The hub of this site runs on this workstation, at {where}. "
                "A further workstation joins with the code {code}, for three days."
            ),
            "exchange.hub_stopped": self.tr(
                "The hub of this site is set to run on this workstation and does not; it is started again.[ {why}]"
            ),
            "exchange.hub_office_failed": self.tr("The hub on this workstation could not do that.[ {why}]"),
            "exchange.not_adding_up": self.tr(
                "These numbers do not add up: something was lost. Go on with paper and call whoever looks after this."
            ),
            "exchange.found.restored": self.tr("[{place}: ]put back from an older copy, found {at}. Nothing was lost."),
            "exchange.found.cloned": self.tr(
                "[{place}: ]copied and used twice, found {at}. Stop using the copy; both records are kept."
            ),
            "exchange.found.fork": self.tr(
                "[{place}: ]two different runs of events, found {at}. Both are kept and shown as a discrepancy."
            ),
            "exchange.found.clock": self.tr(
                "[{place}: ]what it wrote is dated far from the hub's time, found {at}. "
                "Unless it was away that long, set its clock right."
            ),
            "exchange.found.two_logs": self.tr(
                "[{place}: ]the hub signed another log for it than it shows here, noted {at}."
            ),
            "exchange.found.revoked": self.tr("[{place}: ]withdrawn, found {at}. What it still sent is kept apart."),
        }

    def _forms(self) -> dict[str, str]:
        return {
            "form.join_hub": self.tr("Join a hub"),
            "form.join_hub.intro": self.tr("Whoever looks after the hub gives you its address and a code."),
            "form.join_site": self.tr("Join a site that exists"),
            "form.join_site.intro": self.tr(
                "The hub gives address and code. The words stand at the other workstation: "
                "Exchange, “Words and code”. Scan the code there, or type the words."
            ),
            "form.admit_workstation": self.tr("Admit a workstation"),
            "form.admit_workstation.intro": self.tr(
                "Scan the code on its screen, or have its words read aloud and type them. "
                "It then reads everything this site records."
            ),
            "field.hub_address": self.tr("Address of the hub"),
            "field.hub_address.hint": self.tr("It begins with https://"),
            "field.hub_code": self.tr("Code"),
            "field.hub_code.hint": self.tr("Twelve letters and digits; it counts for three days."),
            "field.hub_authority": self.tr("The site's own certificate authority"),
            "field.hub_pin": self.tr("The one certificate to believe"),
            "field.join_words": self.tr("Its eight words"),
            "field.join_words_of": self.tr("The eight words of a workstation of the site"),
            "field.join_words.hint": self.tr("Scan the code, or type the words with spaces between them."),
            "join.words_unknown": self.tr("These are not eight words of a workstation; have them read once more."),
            "join.nobody_asks": self.tr(
                "No workstation with these words has asked the hub; compare them, and let it join first."
            ),
            "join.not_the_code": self.tr("That is not the code of a workstation; scan the one on its screen."),
            "join.address": self.tr("[{why}]"),
            "join.not_an_address": self.tr("This is no address; it looks like https://hub.hospital.example."),
            "meaning.join_hub": self.tr("This site exchanges its record with this hub"),
            "meaning.admit_workstation": self.tr("Admit “{place}”, whose words are {words}"),
        }
