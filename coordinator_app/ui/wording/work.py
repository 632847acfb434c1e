"""The worklist: what needs somebody now, in a few words each."""

from __future__ import annotations

from PySide6.QtCore import QObject


class WorkWords(QObject):
    """Words for the tasks of today."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {**self._tasks(), **self._notes(), **self._states()}

    def _tasks(self) -> dict[str, str]:
        return {
            "task.enrol": self.tr("Enrol the patient"),
            "task.collect": self.tr("Collect the cells"),
            "task.label": self.tr("Label {units}"),
            "task.pack": self.tr("Pack {units}"),
            "task.hand-over": self.tr("Hand over {units}"),
            "task.receive": self.tr("Receive the shipment[ {shipment}]"),
            "task.review-logger": self.tr("Review the temperature record"),
            "task.accept": self.tr("Accept {units}"),
            "task.store": self.tr("Store {units}"),
            "task.release": self.tr("Release {units}"),
            "task.retrieve": self.tr("Take {units} out of store"),
            "task.thaw": self.tr("Thaw {units}"),
            "task.prepare": self.tr("Prepare the dose from {units}"),
            "task.transport": self.tr("Take {units} to where it is given"),
            "task.administer": self.tr("Infuse {units}"),
            "task.administer.running": self.tr("The infusion of {units} is running"),
            "task.return": self.tr("Send {units} back"),
            "task.destroy": self.tr("Destroy {units}"),
        }

    def _notes(self) -> dict[str, str]:
        return {
            "task.enrol.note": self.tr("The case is not enrolled yet."),
            "task.collect.note": self.tr("Check the patient, then collect and label."),
            "task.label.note": self.tr("Print, scan back and apply every label."),
            "task.pack.note": self.tr("Into the box with seal and logger."),
            "task.hand-over.note": self.tr("To the courier, with the papers."),
            "task.receive.note": self.tr("Scan the box when it is at the door."),
            "task.review-logger.note": self.tr("Read the logger and judge the record."),
            "task.accept.note": self.tr("Compare product, order and certificate."),
            "task.store.note": self.tr("Into its place in the cold store."),
            "task.release.note": self.tr("Papers checked, ready for a signature."),
            "task.retrieve.note": self.tr("Out of its place when the patient is ready."),
            "task.thaw.note": self.tr("Only when everything after it is ready."),
            "task.prepare.note": self.tr("In the pharmacy or the cell laboratory."),
            "task.transport.note": self.tr("To the bed where it is given."),
            "task.administer.note": self.tr("Check at the bedside, then start."),
            "task.administer.running.note": self.tr("Record a pause, a stop or the end when it happens."),
            "task.return.note": self.tr("To where it came from."),
            "task.destroy.note": self.tr("By the route that the trial lays down."),
        }

    def _states(self) -> dict[str, str]:
        return {
            "task.who": self.tr("Trial {trial} · {name}"),
            "task.parked": self.tr("Put aside"),
            "task.interrupted": self.tr("Interrupted"),
            "task.on_hold": self.tr("The case is on hold"),
            "task.discrepancy": self.tr("Two records contradict each other"),
        }
