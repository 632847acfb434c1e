"""Clocks and profiles: entries made afterwards, reading an independent clock, a profile in plain words."""

from __future__ import annotations

from PySide6.QtCore import QObject


class ClockPageWords(QObject):
    """Words for what people tell the clocks, and for the page of a profile."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {
            **self._late(), **self._late_answers(), **self._reasons(), **self._reading(), **self._changes(),
            **self._states(), **self._profile(), **self._moving(), **self._signing(),
        }  # fmt: skip

    def _late(self) -> dict[str, str]:
        return {
            "form.late_entry": self.tr("Enter afterwards what happened"),
            "form.late_entry.intro": self.tr(
                "It is recorded with the time it happened and shown as entered late. It never makes a clock longer."
            ),
            "field.late_event": self.tr("What happened"),
            "field.late_unit": self.tr("To which product"),
            "field.late_date": self.tr("On which day"),
            "field.late_time": self.tr("At what time"),
            "field.late_time.hint": self.tr("By the clock of the site: 14:32, or 14:32:05"),
            "field.late_reason": self.tr("Why it is entered late"),
            "field.late_to": self.tr("Handed to whom"),
            "field.late_to.hint": self.tr("Only for a handover"),
            "change.late_entry": self.tr("Enter afterwards what happened"),
            "change.factory_arrival": self.tr("What was collected has arrived at the manufacturer"),
            "form.factory_arrival": self.tr("What was collected has arrived at the manufacturer"),
            "form.factory_arrival.intro": self.tr(
                "As the manufacturer or the courier told it. It ends the clocks from the collection to the factory."
            ),
            "factory.nothing_left": self.tr("Nothing of this case has left the site with a courier yet."),
            "late.unit": self.tr("{Unit}"),
            "late.collected": self.tr("{Unit}, as collected"),
        }

    def _late_answers(self) -> dict[str, str]:
        return {
            "late.to_whom": self.tr("A handover has somebody who takes it: type who."),
            "late.bad_time": self.tr("The time is not readable: type hours and minutes, such as 14:32."),
            "late.no_such_time": self.tr("There is no such time on this day: look at the paper sheet again."),
            "late.in_future": self.tr("This time is still to come: type when it happened."),
            "late.no_step": self.tr("The trial has no step in which this happens to {unit}."),
            "late.no_check": self.tr(
                "No identity check of {unit} for this step is on record: begin the step and do the check now, "
                "then enter this, or report a deviation."
            ),
            "late.nothing_before": self.tr("What comes before this is not on record for {unit}: enter that one first."),
        }

    def _reasons(self) -> dict[str, str]:
        return {
            "late_reason.paper": self.tr("Written on the paper sheet first"),
            "late_reason.program_away": self.tr("The program or the workstation was not at hand"),
            "late_reason.power": self.tr("Power or network was gone"),
            "late_reason.forgotten": self.tr("It was not pressed at the time"),
            "late_reason.told": self.tr("Told by the manufacturer or the courier"),
            "late_reason.typed_wrong": self.tr("The time on record is not right"),
        }

    def _reading(self) -> dict[str, str]:
        return {
            "form.read_clock": self.tr("Read an independent clock[, person {person} of 2]"),
            "form.read_clock.intro": self.tr(
                "A radio-controlled clock or a telephone, not this workstation. Type what it shows at this moment."
            ),
            "field.clock_date": self.tr("Date"),
            "field.clock_time": self.tr("Time it shows"),
            "field.clock_time.hint": self.tr("With seconds where it shows them: 14:32:05"),
            "clock_read.bad_time": self.tr("Date or time is not readable: type them as the clock shows them."),
            "clock_read.too_slow": self.tr("That took more than two minutes: read the clock again and type it."),
            "clock_read.differ": self.tr(
                "The two readings differ by more than a minute, so time stays as certain as before: read again."
            ),
        }

    def _changes(self) -> dict[str, str]:
        return {
            "list.clock_changes": self.tr("This makes a clock less strict"),
            "list.clock_changes.intro": self.tr(
                "Two people sign it. Until they have, the clocks go on as they stand before."
            ),
            "list.clock_changes.empty": self.tr("No clock changes."),
            "column.clock": self.tr("Clock"),
            "column.before": self.tr("Before"),
            "column.after": self.tr("Afterwards"),
            "clock.named": self.tr("{title}[, {where}]"),
        }

    def _states(self) -> dict[str, str]:
        return {
            "clock.state.waiting": self.tr("Not started"),
            "clock.state.early": self.tr("Too early[, not before {by}]"),
            "clock.state.running": self.tr("Running[, by {by}]"),
            "clock.state.due": self.tr("Little time left[, by {by}]"),
            "clock.state.overdue": self.tr("Over[ since {by}]"),
            "clock.state.met": self.tr("Kept[, by {by}]"),
            "clock.state.missed": self.tr("Not kept[, by {by}]"),
            "clock.state.uncertain": self.tr("Not certain[, by {by}]"),
        }

    def _profile(self) -> dict[str, str]:
        return {
            "profile.page.approved": self.tr("Approved by {names}"),
            "profile.page.waiting": self.tr("Waits for two people's approval[; approved so far by {names}]"),
            "profile.part.general": self.tr("The trial"),
            "profile.part.identifiers": self.tr("Identifiers"),
            "profile.part.units": self.tr("Product"),
            "profile.part.steps": self.tr("Steps"),
            "profile.part.clocks": self.tr("Clocks"),
            "profile.part.gates": self.tr("Gates"),
            "profile.part.labels": self.tr("Labels"),
        }

    def _moving(self) -> dict[str, str]:
        return {
            "change.move_profile": self.tr("Move to a newer version of the profile"),
            "form.move_profile": self.tr("Move the case to a newer version of its profile"),
            "form.move_profile.intro": self.tr(
                "From then on every step, clock and gate of the case follows that text."
            ),
            "field.profile_version": self.tr("To which version"),
            "profile.version": self.tr("Version {version}, {sha256}"),
            "profile.nothing_newer": self.tr("No newer version of this profile is approved here."),
        }

    def _signing(self) -> dict[str, str]:
        return {
            "meaning.late_entry": self.tr("I know that it happened at this time."),
            "meaning.move_profile": self.tr("I decide that the case follows this version from now on."),
            "signed.late_entry": self.tr("late entry"),
            "signed.move_profile": self.tr("change of the profile's version"),
        }
