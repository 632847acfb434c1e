"""Ways out of a refusal: the phone check and who is delegated; and the photos of a deviation."""

from __future__ import annotations

from PySide6.QtCore import QObject


class WayOutWords(QObject):
    """Words for what people do when the program cannot confirm."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {**self._phone(), **self._apart(), **self._delegation(), **self._photos()}

    def _phone(self) -> dict[str, str]:
        return {
            "phone_check.ask": self.tr("Ring the pharmacy[, {pharmacy}]: does anything stand against this case?"),
            "phone_check.hint": self.tr("Two people listen and sign. It counts for this case for 60 min"),
            "field.spoken_with": self.tr("Who spoke for the pharmacy"),
            "field.phone_said": self.tr("What they said"),
            "field.phone_said.hint": self.tr("Holds, quarantines, contradictions; or that there are none"),
            "meaning.phone_check": self.tr("I heard what the pharmacy said about this case."),
            "signed.phone_check": self.tr("phone check"),
            "notice.news_old": self.tr("No news of the others since {at}: ring the pharmacy before a release"),
            "event.PhoneChecked": self.tr("The pharmacy was asked by phone[: {said}]"),
        }

    def _apart(self) -> dict[str, str]:
        return {
            "kept.ask.revoked": self.tr("{count} events of a withdrawn workstation[, {about}]: what becomes of them?"),
            "kept.ask.fork": self.tr("{count} events of a copied workstation[, {about}]: what becomes of them?"),
            "kept.ask.other": self.tr("{count} events that stand apart[, {about}]: what becomes of them?"),
            "form.judge_kept": self.tr("Decide about what stands apart"),
            "form.judge_kept.intro": self.tr("{count} events[, written at {about}]. Nothing is deleted."),
            "kept.hint": self.tr("Nothing is deleted either way; your signature and the reason stay with them"),
            "kept.admitted": self.tr("Let them in: they count wherever they fit"),
            "kept.left": self.tr("Leave them aside: they count for nothing"),
            "field.kept_judgement": self.tr("Decision"),
            "field.kept_reason": self.tr("Reason"),
            "meaning.judge_kept": self.tr("I have read these events and answer for this decision."),
            "signed.judge_kept": self.tr("decision about events kept apart"),
            "meaning.take_custody": self.tr("I see this unit here, and nobody else is accepting it."),
            "signed.take_custody": self.tr("token of the unit taken here"),
            "task.news_old": self.tr("News too old"),
            "notice.needs_update": self.tr("Something newer than this program was recorded[: {types}]: update it"),
            "notice.not_counted": self.tr("{count} entries of withdrawn people do not count; see the record"),
        }

    def _delegation(self) -> dict[str, str]:
        return {
            "form.delegate": self.tr("Training and delegation"),
            "form.delegate.intro": self.tr("For one person and one trial, until the last day on which it counts."),
            "field.delegate_person": self.tr("Who"),
            "field.delegate_trial": self.tr("Trial"),
            "field.delegate_what": self.tr("What"),
            "field.delegate_until": self.tr("Last day"),
            "delegate.both": self.tr("Trained and delegated"),
            "delegate.training": self.tr("Trained"),
            "delegate.delegation": self.tr("Delegated"),
            "delegate.bad_day": self.tr("Choose a day in the next three years, or today to end it."),
            "form.withdraw_person": self.tr("Withdraw a person"),
            "form.withdraw_person.intro": self.tr("They sign in here no more. What they signed stays."),
            "field.withdraw_person": self.tr("Who"),
            "field.withdraw_reason": self.tr("Why"),
            "field.withdraw_reason.hint": self.tr("Such as: left the hospital, badge and PIN no longer safe"),
            "meaning.withdraw_person": self.tr("This person is to sign in here no more."),
            "meaning.delegate": self.tr("I answer for this person's training and delegation in this trial."),
        }

    def _photos(self) -> dict[str, str]:
        return {
            "field.photo": self.tr("Photo"),
            "field.photo.hint": self.tr("JPEG, PNG or WebP, at most 12 MB; it is kept encrypted"),
            "photo.too_large": self.tr("The photo is larger than 12 MB: take a smaller one."),
            "photo.no_photo": self.tr("This file is no photo: choose a JPEG, PNG or WebP file."),
            "photo.unreadable": self.tr("The file cannot be read: choose it again."),
            "photo.kept": self.tr("Photo {name}"),
            "photo.not_here": self.tr("The photo cannot be shown[: {why}]"),
        }
