"""Small fixed words: roles, sexes, states, identifiers, kinds of units, events that end a clock, facts."""

from __future__ import annotations

from PySide6.QtCore import QObject


class SmallWords(QObject):
    """Words that stand alone or inside a sentence."""

    def texts(self) -> dict[str, str]:
        """Return every word by its code."""
        return {
            **self._people(), **self._places(), **self._states(), **self._identifiers(), **self._events(),
            **self._infusion_events(), **self._facts(), **self._code_parts(), **self._contradictions(),
        }  # fmt: skip

    def _contradictions(self) -> dict[str, str]:
        return {
            "happened_twice": self.tr("the same was recorded twice"),
            "two_patients_one_unit": self.tr("one unit is recorded for two patients"),
            "same_serial": self.tr("two units have one serial number"),
            "wristband_of_two": self.tr("one wristband counts for two patients"),
            "wristband_at_two_places": self.tr("one wristband was read at two places at once"),
            "record_number_of_two": self.tr("one record number stands for two people"),
            "received_before_given": self.tr("received before it was handed over"),
            "verdicts_differ": self.tr("two workstations gave different verdicts"),
            "label_used_twice": self.tr("one label was used twice"),
            "signed_after_withdrawal": self.tr("recorded by somebody who was withdrawn"),
        }

    def _people(self) -> dict[str, str]:
        return {
            "apheresis-nurse": self.tr("Apheresis nurse"),
            "nurse": self.tr("Nurse"),
            "pharmacist": self.tr("Pharmacist"),
            "cell-laboratory": self.tr("Cell laboratory"),
            "physician": self.tr("Physician"),
            "coordinator": self.tr("Coordinator"),
            "quality": self.tr("Quality"),
            "administrator": self.tr("Administrator"),
            "monitor": self.tr("Monitor"),
            "pharmacy": self.tr("Pharmacy"),
            "female": self.tr("Female"),
            "male": self.tr("Male"),
            "other": self.tr("Other"),
            "unknown": self.tr("Not known"),
        }

    def _places(self) -> dict[str, str]:
        return {
            "today": self.tr("Today"),
            "clocks": self.tr("Clocks"),
            "labels": self.tr("Labels"),
            "exchange": self.tr("Exchange"),
            "people": self.tr("People"),
            "profiles": self.tr("Profiles"),
            "record": self.tr("Record"),
            "deviations": self.tr("Deviations"),
            "case": self.tr("Case"),
            "help": self.tr("Help"),
            "scanners": self.tr("Scanners"),
        }

    def _states(self) -> dict[str, str]:
        return {
            "alone": self.tr("Without a hub"),
            "sent": self.tr("Sent"),
            "offline": self.tr("Offline"),
            "revoked": self.tr("Withdrawn from the hub"),
            "protocol": self.tr("Hub and program do not fit"),
            "two_logs": self.tr("The hub contradicts itself"),
            "stranger": self.tr("Not admitted at the hub"),
            "asking": self.tr("Asks the hub"),
            "waiting_hub": self.tr("Waits for the hub's office"),
            "joining": self.tr("Waits for admission"),
            "refused": self.tr("Not joined"),
            "replaying": self.tr("Takes in the site's record"),
            "waiting": self.tr("Not started"),
            "early": self.tr("Too early"),
            "running": self.tr("In time"),
            "due": self.tr("Due"),
            "overdue": self.tr("Overdue"),
            "met": self.tr("Kept"),
            "missed": self.tr("Not kept"),
            "uncertain": self.tr("Not known"),
        }

    def _identifiers(self) -> dict[str, str]:
        return {
            "coi": self.tr("Chain of identity"),
            "subject": self.tr("Trial subject"),
            "order": self.tr("Order"),
            "donation": self.tr("Donation"),
            "lot": self.tr("Lot"),
            "kit": self.tr("Kit"),
            "donor": self.tr("Donor"),
            "certificate": self.tr("Certificate"),
            "disposition": self.tr("Disposition"),
            "apheresis": self.tr("Apheresis"),
            "bed": self.tr("Bed"),
        }

    def _events(self) -> dict[str, str]:
        return {
            "collection_started": self.tr("the start of the collection"),
            "collection_ended": self.tr("the end of the collection"),
            "packed": self.tr("the packing"),
            "handed_over": self.tr("the handover"),
            "shipped": self.tr("the shipping"),
            "shipment_arrived": self.tr("the arrival of the shipment"),
            "received": self.tr("the receipt"),
            "accepted": self.tr("the acceptance"),
            "stored": self.tr("the storing"),
            "retrieved": self.tr("the taking out of store"),
            "thaw_started": self.tr("the start of the thaw"),
            "thaw_completed": self.tr("the end of the thaw"),
            "prepared": self.tr("the preparation"),
            "narrowed.previous": self.tr("{event} of the one before"),
            "narrowed.part": self.tr("{event} of {part}"),
        }

    def _infusion_events(self) -> dict[str, str]:
        return {
            "conditioning_started": self.tr("the start of the conditioning"),
            "administration_started": self.tr("the start of the infusion"),
            "administration_paused": self.tr("the pause of the infusion"),
            "administration_resumed": self.tr("the resumption of the infusion"),
            "administration_completed": self.tr("the end of the infusion"),
        }

    def _code_parts(self) -> dict[str, str]:
        return {
            "gs1:01": self.tr("the product number (01)"),
            "gs1:21": self.tr("the serial number (21)"),
            "gs1:10": self.tr("the lot (10)"),
            "gs1:17": self.tr("the expiry date (17)"),
            "isbt128:001": self.tr("the donation number"),
            "isbt128:003": self.tr("the product code"),
        }

    def _facts(self) -> dict[str, str]:
        return {
            "order.present": self.tr("the order"),
            "order.second_origin": self.tr("the order from the sponsor's file or certificate"),
            "certificate.release": self.tr("the release certificate"),
            "logger.accepted": self.tr("the accepted temperature record"),
            "product.accepted": self.tr("the accepted product"),
            "backup.exists": self.tr("a back-up collection"),
            "conditioning.planned": self.tr("the planned conditioning"),
            "consent.current": self.tr("a current consent"),
            "site.ready": self.tr("the site's readiness"),
            "calibration.current": self.tr("equipment calibrated in time"),
        }


class UnitKindWords(QObject):
    """What a unit is called: alone, with its number, with several numbers."""

    def texts(self) -> dict[str, str]:
        """Return `kind.name`, `kind.one` and `kind.several`."""
        return {
            "bag.name": self.tr("bag"),
            "bag.one": self.tr("bag {number}"),
            "bag.several": self.tr("bags {number}"),
            "vial.name": self.tr("vial"),
            "vial.one": self.tr("vial {number}"),
            "vial.several": self.tr("vials {number}"),
            "syringe.name": self.tr("syringe"),
            "syringe.one": self.tr("syringe {number}"),
            "syringe.several": self.tr("syringes {number}"),
            "fraction.name": self.tr("fraction"),
            "fraction.one": self.tr("fraction {number}"),
            "fraction.several": self.tr("fractions {number}"),
            "unknown.one": self.tr("product {number}"),
            "unknown.several": self.tr("products {number}"),
        }
