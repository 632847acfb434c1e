"""What is scanned and heard during a guided step: one instruction at a time."""

from __future__ import annotations

from PySide6.QtCore import QObject


class ScanWords(QObject):
    """Words for what to scan, what was read, and the steps at the left."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {**self._identity(), **self._things(), **self._stated(), **self._read(), **self._marks()}

    def _identity(self) -> dict[str, str]:
        return {
            "scan.wristband": self.tr("Scan the wristband on the patient"),
            "scan.wristband.hint": self.tr("On the wrist itself, not on a chart or a spare label"),
            "scan.unit": self.tr("Scan the square code on the {kind}"),
            "scan.unit.hint": self.tr("Read it on the {kind} itself, not on its box or the papers"),
            "scan.more": self.tr("Read. Now scan the next code on the same label[, with {missing}]."),
            "scan.cassette": self.tr("Scan the code on the cassette"),
            "scan.cassette.hint": self.tr("The cassette stays closed: its code is on the outside"),
            "scan.order": self.tr("Scan the code on the order"),
            "scan.order.hint": self.tr("On the printed order of this case"),
            "scan.certificate": self.tr("Scan the code on the certificate"),
            "scan.certificate.hint": self.tr("On the release certificate that came with the product"),
        }

    def _things(self) -> dict[str, str]:
        return {
            "scan.shipment": self.tr("Scan the code on the shipping box"),
            "scan.shipment.hint": self.tr("On the outside of the box"),
            "scan.label-roll": self.tr("Scan the next label on the roll"),
            "scan.label-roll.hint": self.tr("The first donation number that nobody has used yet"),
            "scan.location": self.tr("Scan the code of the place"),
            "scan.location.hint": self.tr("On the shelf, the tank, the rack or the bed"),
            "scan.logger": self.tr("Scan the temperature logger"),
            "scan.logger.hint": self.tr("The code is on the logger itself"),
            "scan.seal": self.tr("Scan the seal"),
            "scan.seal.hint": self.tr("On the seal that closes the box"),
            "typed.readings": self.tr("Readings typed by hand instead of scanned: {typed}"),
            "type.again": self.tr("Second person: type the damaged code"),
            "type.alone": self.tr("From the label, character by character. Nobody sees what the other typed."),
            "scan.courier": self.tr("Scan the courier's card"),
            "scan.courier.hint": self.tr("Or the code on the courier's papers"),
        }

    def _stated(self) -> dict[str, str]:
        return {
            "ask.stated.spoken": self.tr("Ask: “What is your name, and when were you born?”"),
            "ask.stated.spoken.hint": self.tr("[{communication}: ]Type what the patient says, not what is written"),
            "ask.stated.guardian": self.tr("Ask the guardian for the patient's name and date of birth"),
            "ask.stated.guardian.hint": self.tr("[{communication}: ]Type what the guardian says, not what is written"),
            "ask.stated.wristband-pair": self.tr("Read the record number from the patient's papers"),
            "ask.stated.wristband-pair.hint": self.tr("The patient cannot answer: two people each read and type it"),
        }

    def _read(self) -> dict[str, str]:
        return {
            "read.wristband": self.tr("Wristband"),
            "read.stated": self.tr("Date of birth and name, as said"),
            "read.unit": self.tr("Code on the {kind}"),
            "read.cassette": self.tr("Cassette"),
            "read.order": self.tr("Order"),
            "read.certificate": self.tr("Certificate"),
            "read.shipment": self.tr("Shipping box"),
            "read.label-roll": self.tr("Label roll"),
            "read.location": self.tr("Place"),
            "read.logger": self.tr("Temperature logger"),
            "read.seal": self.tr("Seal"),
            "read.courier": self.tr("Courier"),
        }

    def _marks(self) -> dict[str, str]:
        return {
            "mark.wristband": self.tr("Wristband"),
            "mark.stated": self.tr("What the patient says"),
            "mark.unit": self.tr("{Kind}"),
            "mark.cassette": self.tr("Cassette"),
            "mark.order": self.tr("Order"),
            "mark.shipment": self.tr("Shipping box"),
            "mark.certificate": self.tr("Certificate"),
            "mark.second_person": self.tr("Second person"),
            "mark.act": self.tr("Carry it out"),
        }
