"""What is done at the product: collect, label, receive, thaw, infuse; and what a check came to."""

from __future__ import annotations

from PySide6.QtCore import QObject


class ActWords(QObject):
    """Words for the acts of the guided steps."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {
            **self._steps(), **self._verdicts(), **self._after(), **self._collection(), **self._labels(),
            **self._reprints(), **self._receipt(), **self._keeping(), **self._thaw_and_infusion(), **self._exception(),
        }  # fmt: skip

    def _steps(self) -> dict[str, str]:
        return {
            "step.enrol": self.tr("Enrolment"),
            "step.collect": self.tr("Collection"),
            "step.label": self.tr("Labels"),
            "step.pack": self.tr("Packing"),
            "step.hand-over": self.tr("Handover"),
            "step.receive": self.tr("Receipt"),
            "step.review-logger": self.tr("Temperature record"),
            "step.accept": self.tr("Acceptance"),
            "step.store": self.tr("Storing"),
            "step.release": self.tr("Release"),
            "step.retrieve": self.tr("Taking out of store"),
            "step.thaw": self.tr("Thaw"),
            "step.prepare": self.tr("Preparation"),
            "step.transport": self.tr("Transport"),
            "step.administer": self.tr("Bedside check and infusion"),
            "step.bedside": self.tr("Bedside check"),
            "step.return": self.tr("Return"),
            "step.destroy": self.tr("Destruction"),
        }

    def _verdicts(self) -> dict[str, str]:
        return {
            "verdict.both_agree": self.tr("Both checks agree"),
            "verdict.agrees": self.tr("The check agrees"),
            "verdict.for": self.tr("[{patient}][ · Born {born}][ · {unit}]"),
            "verdict.unit_ok": self.tr("{Unit} belongs to this case[, {wall}]"),
        }

    def _after(self) -> dict[str, str]:
        return {
            "after.enrol": self.tr("Go on."),
            "after.collect": self.tr("Make the collection ready."),
            "after.label": self.tr("Print the labels."),
            "after.pack": self.tr("Pack {unit} into its box."),
            "after.hand-over": self.tr("Give {unit} to the courier."),
            "after.receive": self.tr("Put {unit} aside until it is accepted."),
            "after.review-logger": self.tr("Go on."),
            "after.accept": self.tr("Look at {unit} and decide."),
            "after.store": self.tr("Put {unit} into its place."),
            "after.release": self.tr("Sign the release of {unit}."),
            "after.retrieve": self.tr("Take {unit} out of its place."),
            "after.thaw": self.tr("Start the thaw, then scan {unit} again."),
            "after.prepare": self.tr("Prepare the dose from {unit}."),
            "after.transport": self.tr("Carry {unit} to where it is given."),
            "after.administer": self.tr("Start the infusion, then scan {unit} again."),
            "after.return": self.tr("Send {unit} back."),
            "after.destroy": self.tr("Write down how {unit} is destroyed."),
        }

    def _collection(self) -> dict[str, str]:
        return {
            "collect.start": self.tr("Start the collection"),
            "collect.start.hint": self.tr("Press Start collection at the moment it begins"),
            "collect.end": self.tr("Type the volume when the collection has ended"),
            "collect.end.hint": self.tr("What is in the bag, in mL; Save records the end"),
        }

    def _labels(self) -> dict[str, str]:
        return {
            "label.printing": self.tr("Wait for the labels[: {count}]"),
            "label.printing.hint": self.tr("Nothing comes out: look at the printer, then press Print again"),
            "label.fault": self.tr("The label cannot be printed as it is[: {sentence}]"),
            "label.not_printed": self.tr("The printer did not print[: {detail}]."),
            "label.scan_back": self.tr("Scan the label just printed"),
            "label.scan_back.hint": self.tr("[Copy {copy}. ]The program compares it with what it sent"),
            "label.apply": self.tr("Stick the label on {unit}, then scan it there"),
            "label.apply.hint": self.tr("[Copy {copy}. ]It counts as applied once it is scanned on the product"),
            "label.spoiled": self.tr("What happened to the label?"),
            "label.reprint_meaning": self.tr("I saw the spoiled label destroyed; one more copy is printed."),
        }

    def _reprints(self) -> dict[str, str]:
        return {
            "reprint.jammed": self.tr("Jammed in the printer"),
            "reprint.smudged": self.tr("Smudged or faint"),
            "reprint.torn": self.tr("Torn"),
            "reprint.misplaced": self.tr("Stuck in the wrong place"),
            "reprint.lost": self.tr("Lost"),
        }

    def _receipt(self) -> dict[str, str]:
        return {
            "receive.condition": self.tr("Look at the box and say what you see"),
            "receive.count_differs": self.tr("The count does not match[: {counted}]."),
            "condition.good": self.tr("Good"),
            "condition.outer_damaged": self.tr("Outside damaged"),
            "condition.leaking": self.tr("Leaking"),
            "condition.seal_broken": self.tr("Seal broken"),
            "condition.tilted": self.tr("Tilted or lying"),
            "condition.warm": self.tr("Warm"),
            "seal.intact": self.tr("Intact"),
            "seal.broken": self.tr("Broken or missing"),
            "logger.ask": self.tr("Read the temperature record[ of {shipment}]"),
            "logger.accepted": self.tr("Within its limits"),
            "logger.excursion": self.tr("Outside its limits"),
        }

    def _keeping(self) -> dict[str, str]:
        return {
            "accept.ask": self.tr("Compare the product with its papers"),
            "accept.hint": self.tr("All agrees and looks right: Accept. Anything else: Put in quarantine"),
            "quarantine.ask": self.tr("Why does it go into quarantine?"),
            "quarantine.bag_damaged": self.tr("The product is damaged"),
            "quarantine.label_damaged": self.tr("The label is damaged"),
            "quarantine.certificate_differs": self.tr("The certificate says something else"),
            "quarantine.dose_out_of_range": self.tr("The dose is out of range"),
            "quarantine.other": self.tr("Something else"),
            "logger.gap": self.tr("{minutes} minutes have no reading: how does the sponsor explain it?"),
            "logger.gap.hint": self.tr("Then a second person signs in. Without an explanation, record an excursion"),
            "store.ask": self.tr("Type where you put it"),
            "return.ask": self.tr("Type where it goes back to"),
            "destroy.ask": self.tr("Type how it is destroyed"),
            "hand_over.ask": self.tr("Type who takes it"),
            "transport.ask": self.tr("Type where it goes"),
        }

    def _thaw_and_infusion(self) -> dict[str, str]:
        return {
            "thaw.start": self.tr("Start the thaw, then scan {unit} again"),
            "thaw.start.hint": self.tr("There is no way back. Or press Start thaw at that moment"),
            "thaw.running": self.tr("Scan {unit} again when it is thawed"),
            "thaw.running.hint": self.tr("Or press Thaw complete at that moment"),
            "prepare.ask": self.tr("Type the volume of the dose"),
            "prepare.draw": self.tr("Type how much goes from {unit} into the dose"),
            "prepare.more": self.tr("Draw from another one, or finish {unit}"),
            "prepare.more.hint": self.tr("So far {volume} mL"),
            "prepare.label_waits": self.tr("{unit} has no label yet; see to the printer, then begin preparation again"),
            "portion.ask": self.tr("How much of {unit} was given, how much is left?"),
            "portion.hint": self.tr("The rest is kept; giving it begins with a check of its own"),
            "rest.none": self.tr("Nothing is left of it"),
            "rest.kept": self.tr("The rest is kept for another dose"),
            "infusion.start": self.tr("Start the infusion, then scan {unit} again"),
            "infusion.start.hint": self.tr("Or press Start infusion at that moment"),
            "infusion.running": self.tr("The infusion of {unit} is running[, complete by {by}]"),
            "infusion.paused": self.tr("The infusion of {unit} is paused[, complete by {by}]"),
            "infusion.running.hint": self.tr("Record each change at the moment it happens"),
            "infusion.stopped": self.tr("Why was the infusion of {unit} stopped?"),
            "infusion.stopped.hint": self.tr("The stop is recorded. The patient comes first, this can wait"),
        }

    def _exception(self) -> dict[str, str]:
        return {
            "exception.ask": self.tr("Why must this step go on?"),
            "exception.hint": self.tr("Then a physician and a pharmacist sign; it counts once, for 60 min"),
            "exception.meaning": self.tr("I take this upon myself[: {reasons}]."),
            "exception.not_possible": self.tr("A physician's exception cannot cover this."),
            "meaning.accept": self.tr("I accept this product."),
            "meaning.release": self.tr("I release this product for this patient."),
            "meaning.resolve": self.tr("I have resolved what was open."),
            "meaning.destroy": self.tr("I saw this product destroyed."),
            "meaning.admit_person": self.tr("I know this person and let them sign in here."),
            "meaning.approve_profile": self.tr("I approve this text[: {profile}, version {version}, {sha256}]."),
            "signed.accept": self.tr("acceptance"),
            "signed.release": self.tr("release"),
            "signed.resolve": self.tr("resolution"),
            "signed.destroy": self.tr("destruction"),
            "signed.authorise_exception": self.tr("physician's exception"),
        }
