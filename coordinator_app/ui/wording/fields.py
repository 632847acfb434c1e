"""What stands beside each field, and the choices in the lists."""

from __future__ import annotations

from PySide6.QtCore import QObject


class FieldWords(QObject):
    """Words for fields, their hints and their choices."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {
            **self._person(), **self._staff(), **self._site(), **self._order(), **self._product(), **self._shipment(),
            **self._told(), **self._facts(), **self._choices(), **self._roles(),
        }  # fmt: skip

    def _person(self) -> dict[str, str]:
        return {
            "field.family": self.tr("Family name"),
            "field.family_letters": self.tr("First three letters of the family name"),
            "field.given": self.tr("Given name"),
            "field.title": self.tr("Title"),
            "field.born": self.tr("Date of birth"),
            "field.sex": self.tr("Gender"),
            "field.record_number": self.tr("Record number"),
            "field.record_issuer": self.tr("Record number issued by"),
            "field.communication": self.tr("Language, interpreter or other needs"),
            "field.wristband.recipient": self.tr("Wristband of the patient"),
            "field.wristband.donor": self.tr("Wristband of the donor"),
            "field.wristband.new": self.tr("New wristband"),
            "field.part": self.tr("Whose"),
        }

    def _staff(self) -> dict[str, str]:
        return {
            "field.badge": self.tr("Badge"),
            "field.pin": self.tr("PIN"),
            "field.pin.hint": self.tr("6 to 12 digits that only this person knows"),
            "field.pin_again": self.tr("PIN once more"),
            "field.roles": self.tr("Role"),
            "field.training": self.tr("Trained for"),
            "field.training.hint": self.tr("Names of trials, with a space between; each counts for one year"),
        }

    def _site(self) -> dict[str, str]:
        return {
            "field.site_name": self.tr("Name of the site"),
            "field.place": self.tr("Where this workstation stands"),
            "field.zone": self.tr("Time zone"),
            "field.site_kind": self.tr("What the site is for"),
            "field.facility": self.tr("Facility number (ISBT 128)"),
            "field.facility.hint": self.tr("Only with a licence; without it no donation numbers are printed"),
            "field.pharmacy_phone": self.tr("Phone of the pharmacy"),
            "field.physician_phone": self.tr("Phone of the physician on call"),
            "field.profile_file": self.tr("File of the profile"),
            "field.profile_shipped": self.tr("Or one of the examples"),
        }

    def _order(self) -> dict[str, str]:
        return {
            "field.profile": self.tr("Trial"),
            "field.order_file": self.tr("Sponsor's file"),
            "field.path": self.tr("Sponsor's file"),
            "field.order": self.tr("Order number"),
            "field.units_ordered": self.tr("How many units are ordered"),
            "field.identifier": self.tr("{Name}[, issued by {issuer}]"),
            "field.coi.hint": self.tr("Leave it empty when this site issues it"),
            "field.code": self.tr("Code as printed"),
            "field.code.hint": self.tr("Every character under the symbol, the check character too"),
        }

    def _product(self) -> dict[str, str]:
        return {
            "field.volume_ml": self.tr("Volume in mL"),
            "field.shelf_unit": self.tr("Unit from the shelf"),
            "field.logger_file": self.tr("File of the logger"),
            "field.logger_file.hint": self.tr("Where there is one: it is read, and what you type must agree with it"),
            "field.gap_explanation": self.tr("The sponsor's explanation, with its reference"),
            "field.given_ml": self.tr("Given, in mL"),
            "field.rest": self.tr("What is left of it"),
            "field.residual_ml": self.tr("Left over, in mL"),
            "field.stop_reason": self.tr("Why it was stopped"),
            "field.physician_told": self.tr("Which physician was told"),
            "field.location": self.tr("Place"),
            "field.returned_to": self.tr("Goes back to"),
            "field.route": self.tr("How it is destroyed"),
            "field.handed_to": self.tr("Who takes it"),
            "field.taken_to": self.tr("Where it goes"),
            "field.reprint_reason": self.tr("What happened"),
            "field.quarantine_reason": self.tr("Reason"),
        }

    def _shipment(self) -> dict[str, str]:
        return {
            "field.condition": self.tr("Condition of the box"),
            "field.seal_intact": self.tr("Seal"),
            "field.unit_count": self.tr("How many units are inside"),
            "field.lowest_c": self.tr("Lowest temperature in °C"),
            "field.highest_c": self.tr("Highest temperature in °C"),
            "field.logger_verdict": self.tr("The temperature was"),
        }

    def _told(self) -> dict[str, str]:
        return {
            "field.exception_reason": self.tr("Reason"),
            "field.sponsor_contact": self.tr("Who at the sponsor was asked"),
            "field.sponsor_contact.hint": self.tr("Or: not reachable"),
            "field.comment": self.tr("What is being done"),
            "field.deviation_kind": self.tr("What kind"),
            "field.deviation_what": self.tr("What happened"),
            "field.deviation_action": self.tr("What was done at once"),
            "field.change": self.tr("What changes"),
            "field.fact": self.tr("Fact"),
            "field.note": self.tr("Note"),
            "field.reason": self.tr("Reason"),
            "field.resolution": self.tr("How it was resolved"),
        }

    def _facts(self) -> dict[str, str]:
        return {
            "change.report_deviation": self.tr("Report a deviation"),
            "change.record_fact": self.tr("Record a fact"),
            "change.record_kit": self.tr("Record a kit, reagent or device"),
            "kit.kit": self.tr("Kit"),
            "kit.anticoagulant": self.tr("Anticoagulant"),
            "kit.device": self.tr("Device"),
            "field.kit_kind": self.tr("What it is"),
            "field.kit_label": self.tr("Its label"),
            "change.assign_unit": self.tr("Assign a unit from the shelf"),
            "change.replace_wristband": self.tr("Replace the wristband"),
            "change.rename_patient": self.tr("Record a new name"),
            "change.place_hold": self.tr("Put the case on hold"),
            "change.resolve": self.tr("Lift a hold or resolve a contradiction"),
            "fact.consent.current": self.tr("The consent is current"),
            "fact.conditioning.planned": self.tr("The conditioning is planned"),
            "fact.conditioning_started": self.tr("The conditioning has started"),
            "fact.backup.exists": self.tr("There is a back-up collection"),
            "fact.site.ready": self.tr("The site is ready for this trial"),
            "fact.calibration.current": self.tr("The equipment is calibrated"),
        }

    def _choices(self) -> dict[str, str]:
        return {
            "site_kind.trial": self.tr("Real patients"),
            "site_kind.training": self.tr("Training and demonstration"),
            "sex.female": self.tr("Female"),
            "sex.male": self.tr("Male"),
            "sex.other": self.tr("Other"),
            "sex.unknown": self.tr("Not known"),
            "part.recipient": self.tr("patient"),
            "part.donor": self.tr("donor"),
            "deviation.late": self.tr("Too late"),
            "deviation.temperature": self.tr("Temperature"),
            "deviation.damage": self.tr("Damage"),
            "deviation.label": self.tr("Label"),
            "deviation.identity": self.tr("Identity"),
            "deviation.other": self.tr("Something else"),
            "deviation.mismatch": self.tr("Identity did not match"),
            "deviation.quarantine": self.tr("Put in quarantine"),
            "deviation.exception": self.tr("Physician's exception"),
            "deviation.excursion": self.tr("Temperature outside its limits"),
            "deviation.shipment_condition": self.tr("Condition of a shipment"),
            "deviation.count_differs": self.tr("The count did not match"),
        }

    def _roles(self) -> dict[str, str]:
        return {
            "roles": self.tr("{roles}"),
            "role.apheresis-nurse": self.tr("Apheresis nurse"),
            "role.nurse": self.tr("Nurse"),
            "role.pharmacist": self.tr("Pharmacist"),
            "role.cell-laboratory": self.tr("Cell laboratory"),
            "role.physician": self.tr("Physician"),
            "role.coordinator": self.tr("Coordinator"),
            "role.quality": self.tr("Quality"),
            "role.administrator": self.tr("Administrator"),
            "role.monitor": self.tr("Monitor"),
        }
