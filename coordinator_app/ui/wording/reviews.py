"""Deviations, contradictions and sessions vouched for: their pages, forms and choices."""

from __future__ import annotations

from PySide6.QtCore import QObject


class ReviewWords(QObject):
    """Words for what somebody has to look at afterwards."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {
            **self._deviation(), **self._details(), **self._affected(), **self._forms(), **self._matters(),
            **self._self_audit(), **self._vouching(), **self._vouched(),
        }  # fmt: skip

    def _deviation(self) -> dict[str, str]:
        return {
            "list.deviation": self.tr("Deviation"),
            "list.deviation.intro": self.tr("What happened, what was done, and who judged it."),
            "list.deviation.empty": self.tr("This deviation is not known here."),
            "column.detail": self.tr("About"),
            "column.entry": self.tr("On record"),
            "deviation.dose_out_of_range": self.tr("Dose outside its range"),
            "deviation.logger_gap": self.tr("Gap in the temperature record"),
            "deviation.stopped": self.tr("Infusion stopped"),
            "deviation.early": self.tr("Too early"),
            "deviation.proxy": self.tr("Code perhaps not on the patient"),
            "deviation.proposed": self.tr("To confirm or reject"),
            "deviation.rejected": self.tr("Rejected"),
            "class.minor": self.tr("Minor"),
            "class.major": self.tr("Major"),
            "class.critical": self.tr("Critical"),
            "class.none": self.tr("Not classified yet"),
        }

    def _details(self) -> dict[str, str]:
        return {
            "detail.state": self.tr("Status"),
            "detail.case": self.tr("Case"),
            "detail.kind": self.tr("Kind"),
            "detail.at": self.tr("When"),
            "detail.by": self.tr("Reported by"),
            "detail.program": self.tr("Proposed by the program"),
            "detail.what": self.tr("What happened"),
            "detail.affected": self.tr("Affected"),
            "detail.whole_case": self.tr("The whole case"),
            "detail.action": self.tr("Done at once"),
            "detail.classification": self.tr("Class"),
            "detail.sponsor": self.tr("Sponsor's reference"),
            "detail.judged_by": self.tr("Judged by"),
            "detail.reason": self.tr("Reason"),
            "detail.conclusion": self.tr("Conclusion"),
            "detail.closed_by": self.tr("Closed by"),
        }

    def _affected(self) -> dict[str, str]:
        return {
            "affected.case": self.tr("The whole case"),
            "affected.unit": self.tr("{Unit}"),
            "affected.collected": self.tr("{Unit}, as collected"),
            "affected.shipment": self.tr("Shipment[ {shipment}]"),
            "field.affected": self.tr("What it affects"),
            "field.also_affected": self.tr("And also"),
            "field.classification": self.tr("Class"),
            "field.sponsor_reference": self.tr("Sponsor's reference"),
            "field.conclusion": self.tr("Conclusion"),
        }

    def _forms(self) -> dict[str, str]:
        return {
            "form.confirm_deviation": self.tr("Confirm the deviation"),
            "form.confirm_deviation.intro": self.tr("The program proposed it; you say that it is one, and how grave."),
            "form.reject_deviation": self.tr("Reject the proposal"),
            "form.reject_deviation.intro": self.tr("Say why it is no deviation. Your signature goes with it."),
            "form.add_to_deviation": self.tr("Add to the deviation"),
            "form.add_to_deviation.intro": self.tr("What is on record stays; what you write is added with your name."),
            "form.close_deviation": self.tr("Close the deviation"),
            "form.close_deviation.intro": self.tr("Say what came of it. Your signature goes with it."),
            "meaning.reject_deviation": self.tr("I judged this and it is no deviation"),
            "meaning.close_deviation": self.tr("This deviation was dealt with and is closed"),
        }

    def _matters(self) -> dict[str, str]:
        return {
            "form.merge_records": self.tr("Two records became one"),
            "form.merge_records.intro": self.tr("Two people then check the patient anew before the next release."),
            "next.title.anew": self.tr("Check the patient anew"),
            "next.detail.anew": self.tr("Two records became one: two people scan the wristband and ask the patient."),
            "change.merge_records": self.tr("The hospital merged two records"),
            "field.settles": self.tr("What is settled"),
            "matter.hold": self.tr("Hold[: {reason}]"),
            "matter.discrepancy": self.tr("Contradiction[: {about}]"),
            "matter.quarantine": self.tr("Quarantine of {unit}[: {reason}]"),
            "matter.everything": self.tr("All of these"),
        }

    def _self_audit(self) -> dict[str, str]:
        return {
            "list.self_audit": self.tr("Self-audit"),
            "list.self_audit.intro": self.tr(
                "What happened here by week and by trial. It counts acts and names nobody."
            ),
            "list.self_audit.empty": self.tr("There is nothing to count yet."),
            "list.self_audit_reasons": self.tr("Why it was refused"),
            "list.self_audit_reasons.intro": self.tr("How often each reason was given, by week and by trial."),
            "list.self_audit_reasons.empty": self.tr("Nothing has been refused yet."),
            "column.week": self.tr("Week"),
            "column.checks": self.tr("Checks"),
            "column.median": self.tr("Median (s)"),
            "column.refused": self.tr("Refused"),
            "column.typed": self.tr("Typed"),
            "column.repeated": self.tr("Repeated"),
            "column.late": self.tr("Not kept"),
            "column.reprints": self.tr("Printed again"),
            "column.reason": self.tr("Reason"),
            "column.times": self.tr("Times"),
        }

    def _vouching(self) -> dict[str, str]:
        return {
            "form.break_glass": self.tr("Vouch for a colleague"),
            "form.break_glass.intro": self.tr(
                "You both vouch for this person for one hour. It is reviewed afterwards."
            ),
            "field.glass_person": self.tr("For whom you vouch"),
            "field.glass_name.hint": self.tr("Only for somebody without an account"),
            "field.glass_training": self.tr("Trained for, as you both know"),
            "glass.no_account": self.tr("Somebody without an account"),
            "glass.account": self.tr("Has an account"),
            "glass.no_training": self.tr("No trial"),
            "glass.name_missing": self.tr("Type family and given name of the person without an account."),
            "glass.other_role": self.tr("The person does not have this role here: choose one of their own."),
            "notice.vouched": self.tr("Two colleagues vouched for this session[; it ends at {by}]"),
            "deviation.break_glass": self.tr("Signed in without a badge"),
        }

    def _vouched(self) -> dict[str, str]:
        return {
            "list.glass": self.tr("Signed in without a badge"),
            "list.glass.intro": self.tr("Two people vouched. Somebody who was not part of it looks at it afterwards."),
            "list.glass.empty": self.tr("This session is not known here."),
            "glass.to_review": self.tr("To review"),
            "glass.reviewed": self.tr("Reviewed"),
            "glass.done": self.tr("{count} lines of the record"),
            "detail.person": self.tr("Person"),
            "detail.role": self.tr("Role"),
            "detail.account": self.tr("Account"),
            "detail.vouched_by": self.tr("Vouched for by"),
            "detail.until": self.tr("Until"),
            "detail.done": self.tr("Done in it"),
            "detail.reviewed_by": self.tr("Reviewed by"),
            "form.review_break_glass": self.tr("Review the session"),
            "form.review_break_glass.intro": self.tr("Say what you found. Your signature goes with it."),
            "meaning.review_break_glass": self.tr("I reviewed this session and what was done in it"),
        }
