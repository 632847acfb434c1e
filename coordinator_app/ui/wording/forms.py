"""Forms: what they are for in one line, and what was wrong with an entry."""

from __future__ import annotations

from PySide6.QtCore import QObject


class FormWords(QObject):
    """Words for the forms and for the answers to what was filled in."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {
            **self._site(),
            **self._enrolment(),
            **self._other_forms(),
            **self._changes(),
            **self._files(),
            **self._entries(),
        }

    def _site(self) -> dict[str, str]:
        return {
            "form.found_site": self.tr("Set up this site"),
            "form.found_site.intro": self.tr("Once, on the first workstation. Then comes the first administrator."),
            "form.person": self.tr("Add a person"),
            "form.person.intro": self.tr("The person scans their own badge and chooses their own PIN."),
            "form.profile": self.tr("Bring in a trial's profile"),
            "form.profile.intro": self.tr("Choose the file, or one of the examples. Two people approve it afterwards."),
        }

    def _enrolment(self) -> dict[str, str]:
        return {
            "form.enrol_trial": self.tr("Enrol a patient: the trial"),
            "form.enrol_trial.intro": self.tr("Only trials whose profile two people have approved are listed."),
            "form.enrol_wristband": self.tr("Enrol the {part}: the wristband"),
            "form.enrol_wristband.intro": self.tr("Scan the wristband that the {part} wears."),
            "form.enrol_person": self.tr("Enrol the {part}: who it is"),
            "form.enrol_person.intro": self.tr("Two people type this, each alone; the program compares the two."),
            "form.enrol_order": self.tr("Enrol a patient: the order"),
            "form.enrol_order.intro": self.tr(
                "Choose the sponsor's file. Without one, type the order; a second person then types it alone."
            ),
            "form.enrol_identifiers": self.tr("Enrol a patient: the trial's identifiers"),
            "form.enrol_identifiers_again": self.tr("Enrol a patient: type the identifiers again"),
            "form.enrol_identifiers_again.intro": self.tr(
                "The second person types what the first one typed, from the paper and alone."
            ),
            "form.enrol_identifiers.intro": self.tr("Scan each one, or type it as printed."),
        }

    def _other_forms(self) -> dict[str, str]:
        return {
            "form.sponsor_file": self.tr("Take in the sponsor's file"),
            "form.sponsor_file.intro": self.tr(
                "Order, certificate, shipment of this case. A faulty file changes nothing."
            ),
            "form.answer_alarm": self.tr("Answer the alarm"),
            "form.answer_alarm.intro": self.tr("Your answer is recorded; the alarm stays until its reason is over."),
            "form.deviation": self.tr("Report a deviation"),
            "form.deviation.intro": self.tr("What happened off protocol in this case, in a few words."),
        }

    def _changes(self) -> dict[str, str]:
        return {
            "form.changes": self.tr("Change something in this case"),
            "form.changes.intro": self.tr("What is already on record stays; the change is added with your name."),
            "form.fact": self.tr("Record a fact"),
            "form.fact.intro": self.tr("What a later step asks for and no scan can tell."),
            "form.rename": self.tr("Record a new name"),
            "form.rename.intro": self.tr("The former name stays known, so that labels with it still agree."),
            "form.record_kit": self.tr("Record a kit, reagent or device"),
            "form.record_kit.intro": self.tr("Say what it is, then scan its label."),
            "form.kit_near_expiry": self.tr("It expires soon"),
            "form.kit_near_expiry.intro": self.tr("Say why it is used all the same. Then a second person signs in."),
            "form.assign_unit": self.tr("Assign a unit from the shelf"),
            "form.assign_unit.intro": self.tr("Scan the code on the unit itself. Two people do this, each alone."),
            "form.replace_wristband": self.tr("Replace the wristband"),
            "form.replace_wristband.intro": self.tr(
                "Scan the new wristband on the person. The one before no longer counts."
            ),
            "form.hold": self.tr("Put the case on hold"),
            "form.hold.intro": self.tr("Nothing new begins until somebody lifts the hold with a signature."),
            "form.resolve": self.tr("Lift the hold or resolve the contradiction"),
            "form.resolve.intro": self.tr("Your signature settles everything that is open in this case."),
        }

    def _files(self) -> dict[str, str]:
        return {
            "file.too_large": self.tr("The file is larger than 1 MB: choose the sponsor's file of this case."),
            "file.unreadable": self.tr("The file cannot be read[: {why}]."),
            "file.faulty": self.tr("The file cannot be used[: {sentence}]"),
            "file.other_trial": self.tr("This file is for another trial[: {trial}]."),
            "file.other_case": self.tr("This file is for another case: it has another “{name}”."),
            "file.bad_code": self.tr("A code in the file cannot be read[: {code}]; ask the sponsor for a new file."),
            "profile.faulty": self.tr("The profile cannot be used[: {sentence}]"),
        }

    def _entries(self) -> dict[str, str]:
        return {
            "enrol.no_profile": self.tr("No trial is approved here yet: two people approve its profile first."),
            "enrol.differ": self.tr("The two entries differ[ in: {fields}]; both people type it again."),
            "enrol.bad_identifier": self.tr("“{name}” is not written as the trial lays down; type it as printed."),
            "found.bad_zone": self.tr("This time zone is not known: write it like Europe/Berlin."),
            "found.bad_facility": self.tr("A facility number has five characters, such as A9990: type it as assigned."),
            "person.scan_badge": self.tr("Scan the person's badge."),
            "person.bad_pin": self.tr("A PIN has 6 to 12 digits: choose another one."),
            "person.pins_differ": self.tr("The two PINs differ: type them again."),
            "person.bad_role": self.tr("This role is not known[: {role}]; choose from the list."),
        }
