"""The case and what comes next in it: title, detail, journey; and the texts that fit nowhere else."""

from __future__ import annotations

from PySide6.QtCore import QObject


class CaseWords(QObject):
    """Words for the case screen and for alarms."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {**self._next_titles(), **self._next_details(), **self._journey(), **self._plain(), **self._alarms()}

    def _next_titles(self) -> dict[str, str]:
        return {
            "next.title.enrol": self.tr("Enrol the patient"),
            "next.title.collect": self.tr("Collect the cells"),
            "next.title.label": self.tr("Label {units}"),
            "next.title.pack": self.tr("Pack {units}"),
            "next.title.hand-over": self.tr("Hand over {units}"),
            "next.title.receive": self.tr("Receive {units}"),
            "next.title.review-logger": self.tr("Review the temperature record"),
            "next.title.accept": self.tr("Accept {units}"),
            "next.title.store": self.tr("Store {units}"),
            "next.title.release": self.tr("Release {units}"),
            "next.title.retrieve": self.tr("Take {units} out of store"),
            "next.title.thaw": self.tr("Thaw {units}"),
            "next.title.prepare": self.tr("Prepare the dose from {units}"),
            "next.title.transport": self.tr("Take {units} to where it is given"),
            "next.title.administer": self.tr("Infuse {units}"),
            "next.title.return": self.tr("Send {units} back"),
            "next.title.destroy": self.tr("Destroy {units}"),
            "next.title.nothing": self.tr("Nothing waits here"),
        }

    def _next_details(self) -> dict[str, str]:
        return {
            "next.detail.enrol": self.tr("Begin here."),
            "next.detail.collect": self.tr("Begin here, then scan the wristband."),
            "next.detail.label": self.tr("Begin here, or scan {units}."),
            "next.detail.pack": self.tr("Begin here, or scan {units}."),
            "next.detail.hand-over": self.tr("Begin here when the courier is at the door."),
            "next.detail.receive": self.tr("Scan the shipping box when it is at the door."),
            "next.detail.review-logger": self.tr("Begin here when the logger has been read."),
            "next.detail.accept": self.tr("Begin here, or scan {units}."),
            "next.detail.store": self.tr("Begin here, or scan {units}."),
            "next.detail.release": self.tr("Begin here, or scan {units}."),
            "next.detail.retrieve": self.tr("Begin here when the patient is ready."),
            "next.detail.thaw": self.tr("Begin here, or scan {units}. A thaw cannot be undone."),
            "next.detail.prepare": self.tr("Begin here, or scan {units}."),
            "next.detail.transport": self.tr("Begin here, or scan {units}."),
            "next.detail.administer": self.tr("Begin at the bedside, or scan {units} there."),
            "next.detail.return": self.tr("Begin here, or scan {units}."),
            "next.detail.destroy": self.tr("Begin here, or scan {units}."),
            "next.detail.other_role": self.tr("Another role does this[: {role}]."),
            "next.detail.nothing": self.tr("All steps are done, or wait for something to come in."),
        }

    def _journey(self) -> dict[str, str]:
        return {
            "journey.enrol": self.tr("Enrolled"),
            "journey.collect": self.tr("Collected"),
            "journey.label": self.tr("Labelled"),
            "journey.pack": self.tr("Packed"),
            "journey.hand-over": self.tr("With courier"),
            "journey.receive": self.tr("Received"),
            "journey.review-logger": self.tr("Temperature reviewed"),
            "journey.accept": self.tr("Accepted"),
            "journey.store": self.tr("In store"),
            "journey.release": self.tr("Released"),
            "journey.retrieve": self.tr("Taken out"),
            "journey.thaw": self.tr("Thawed"),
            "journey.prepare": self.tr("Prepared"),
            "journey.transport": self.tr("At the bedside"),
            "journey.administer": self.tr("Infusion"),
            "journey.return": self.tr("Sent back"),
            "journey.destroy": self.tr("Destroyed"),
        }

    def _plain(self) -> dict[str, str]:
        return {
            "": "",
            "plain": "{text}",
            "at": "{at}",
            "moment": "{moment}",
            "paper.title": self.tr("Paper sheet of this case"),
            "paper.none": self.tr("No case is running at this workstation"),
            "refusal.code": self.tr("[{sentence}]", "the code reader's own sentence"),
            "kind.unknown": self.tr("product"),
            "unit.unknown": self.tr("the product"),
            "check_ended.abandoned": self.tr("Abandoned"),
            "check_ended.interrupted": self.tr("Interrupted"),
        }

    def _alarms(self) -> dict[str, str]:
        return {
            "alarm.high": self.tr("{wall}: {title}, the time is over"),
            "alarm.medium": self.tr("{wall}: {title}, very little time is left"),
            "alarm.low": self.tr("{wall}: {title}, little time is left"),
            "alarm.uncertain": self.tr("{wall}: {title}, the time is not certain"),
            "alarm.detail": self.tr("[{title} by {by}.]"),
            "notice.clock_set_forward": self.tr(
                "The clock of this workstation was set forward by {length}[, {at}]; deadlines count on regardless."
            ),
            "notice.clock_set_back": self.tr(
                "The clock of this workstation was set back by {length}[, {at}]; deadlines count on regardless."
            ),
            "alarm.site.backup": self.tr("The backup of the record did not succeed"),
            "alarm.site.backup.detail": self.tr("[{why}]"),
            "alarm.site.disk": self.tr("The disk of this workstation is nearly full"),
            "alarm.site.disk.detail": self.tr("[Nothing new can be begun here; what has begun can be finished.]"),
            "alarm.site.record": self.tr("The record was changed after it was written"),
            "alarm.site.record.detail": self.tr(
                "[Release nothing on it; call whoever looks after this program and keep the file as it is.]"
            ),
            "notice.record_changed": self.tr(
                "The record is not as it was written: event {event}, position {position} of its run: {why}. "
                "Release nothing on it; call whoever looks after this program."
            ),
            "notice.backup_old": self.tr(
                "The newest backup of the record is of {at}; have the backup folder looked at."
            ),
            "notice.backup_none": self.tr(
                "There is no backup of the record yet; the first is made by itself within minutes."
            ),
            "notice.clock_free": self.tr(
                "Nobody vouches for the clock of this workstation. Two people read an independent clock, from the case."
            ),
        }
