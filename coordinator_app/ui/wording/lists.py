"""The lists: titles, columns, states, and what stands there while a list is empty."""

from __future__ import annotations

from PySide6.QtCore import QObject


class ListWords(QObject):
    """Words for lists, the help page and alarms."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {**self._titles(), **self._more_titles(), **self._columns(), **self._states(), **self._help()}

    def _titles(self) -> dict[str, str]:
        return {
            "list.people": self.tr("People"),
            "list.people.intro": self.tr("Who may sign in at this site, and for what they are trained."),
            "list.people.empty": self.tr("Nobody has been added yet."),
            "list.profiles": self.tr("Trial profiles"),
            "list.profiles.intro": self.tr("A profile counts once two people have approved exactly its text."),
            "list.profiles.empty": self.tr("No profile has been brought in yet."),
            "list.labels": self.tr("Labels"),
            "list.labels.intro": self.tr("Every label that was printed and what became of it."),
            "list.labels.empty": self.tr("No label has been printed yet."),
        }

    def _more_titles(self) -> dict[str, str]:
        return {
            "list.deviations": self.tr("Deviations"),
            "list.deviations.intro": self.tr("What went off protocol, reported by people or found by the program."),
            "list.deviations.empty": self.tr("No deviation has been reported."),
            "list.record": self.tr("The record"),
            "list.record.intro": self.tr("Everything that happened, newest first. Nothing here can be changed."),
            "list.record.empty": self.tr("Nothing has been recorded yet."),
            "list.help": self.tr("Help"),
            "list.help.intro": self.tr("The scanner does nearly everything. These keys do the rest."),
            "list.help.empty": self.tr("There is nothing to show."),
        }

    def _columns(self) -> dict[str, str]:
        return {
            "column.name": self.tr("Name"),
            "column.roles": self.tr("Roles"),
            "column.training": self.tr("Trained for"),
            "column.delegated": self.tr("Delegated for"),
            "column.state": self.tr("Status"),
            "column.profile": self.tr("Profile"),
            "column.version": self.tr("Version"),
            "column.title": self.tr("Title"),
            "column.fingerprint": self.tr("Fingerprint"),
            "column.approved_by": self.tr("Approved by"),
            "column.case": self.tr("Case"),
            "column.serial": self.tr("Serial number"),
            "column.copy": self.tr("Copy"),
            "column.template": self.tr("Label"),
            "column.at": self.tr("When"),
            "column.kind": self.tr("Kind"),
            "column.what": self.tr("What happened"),
            "column.by": self.tr("Who"),
            "column.event": self.tr("What"),
            "column.seal": self.tr("Seal"),
            "column.key": self.tr("Key"),
            "column.does": self.tr("What it does"),
        }

    def _states(self) -> dict[str, str]:
        return {
            "person.trained": self.tr("{names}[, until {day}]"),
            "person.active": self.tr("May sign in"),
            "person.withdrawn": self.tr("Withdrawn"),
            "profile.approved": self.tr("Approved"),
            "profile.waiting": self.tr("Waits for approval"),
            "deviation.open": self.tr("Open"),
            "deviation.closed": self.tr("Closed"),
            "label.state.drafted": self.tr("Made ready"),
            "label.state.sent": self.tr("Sent to the printer"),
            "label.state.fed": self.tr("Printed"),
            "label.state.verified": self.tr("Printed and read back"),
            "label.state.applied": self.tr("On the product"),
            "label.state.voided": self.tr("No longer counts"),
            "label.state.destroyed": self.tr("Destroyed"),
            "label.state.returned": self.tr("Returned"),
        }

    def _help(self) -> dict[str, str]:
        return {
            "help.scan": self.tr("Any known code opens what can be done with it now"),
            "help.F1": self.tr("This page"),
            "help.F2": self.tr("How the exchange with the other workstations stands"),
            "help.F3": self.tr("The code is damaged: type it"),
            "help.F4": self.tr("A second person signs in"),
            "help.F6": self.tr("Put the step aside; scan its product to go on"),
            "help.F7": self.tr("Abort the step or cancel the form"),
            "help.F9": self.tr("The paper sheet of the case, on the screen and from the printer"),
            "help.F12": self.tr("Go on, save, or do what the big button says"),
        }
