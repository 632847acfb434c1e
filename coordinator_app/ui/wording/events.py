"""The record in plain words: one line for every type of event."""

from __future__ import annotations

from PySide6.QtCore import QObject


class EventWords(QObject):
    """Words for every event of the record."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {
            **self._workstation(), **self._people(), **self._case(), **self._checks(), **self._before_store(),
            **self._after_store(), **self._infusion(), **self._labels(), **self._decisions(), **self._alarms(),
        }  # fmt: skip

    def _workstation(self) -> dict[str, str]:
        return {
            "event.EpochOpened": self.tr("The program was started"),
            "event.ClockStepped": self.tr("The clock of the workstation was changed"),
            "event.SleepNoticed": self.tr("The workstation was asleep"),
            "event.ClockRead": self.tr("The time was read from a trusted clock"),
            "event.SiteFounded": self.tr("The site was set up[: {name}]"),
            "event.WorkstationAdmitted": self.tr("A workstation was admitted"),
            "event.SettingChanged": self.tr("A setting was changed[: {name} is now {value}][, because: {reason}]"),
            "event.ProfileOffered": self.tr("A trial's profile was brought in"),
            "event.ProfileApproved": self.tr("A trial's profile was approved"),
            "event.ScannerCalibrated": self.tr("A scanner was set up"),
            "event.ScannerNotCalibrated": self.tr("A scanner could not be set up"),
            "event.RecordBackedUp": self.tr("A backup of the record was made and tried"),
            "event.BackupFailed": self.tr("A backup of the record did not succeed"),
            "event.RecordRepaired": self.tr("The record was repaired when it was opened"),
            "event.RecordRestored": self.tr("The record was put back from a backup"),
            "event.RollbackFound": self.tr("The record was found to be older than it was"),
            "event.RecordFindingSettled": self.tr("What was found about the record was settled"),
            "event.RecoveryKeyPrinted": self.tr("The recovery key was printed for the safe"),
            "event.PassphraseChanged": self.tr("The passphrase of the key file was changed"),
            "event.PatientErased": self.tr("The patient was erased"),
            "event.SiteAlarmRaised": self.tr("An alarm of the site began"),
            "event.SiteAlarmAcknowledged": self.tr("An alarm of the site was answered"),
            "event.SiteAlarmResolved": self.tr("An alarm of the site is over"),
        }

    def _people(self) -> dict[str, str]:
        return {
            "event.PersonAdded": self.tr("A person was added"),
            "event.PersonWithdrawn": self.tr("A person may no longer sign in[: {reason}]"),
            "event.TrainingRecorded": self.tr("A training was recorded"),
            "event.DelegationRecorded": self.tr("A delegation was recorded"),
            "event.PersonSignedIn": self.tr("Signed in"),
            "event.PersonSignedOut": self.tr("Signed out"),
            "event.SignInRefused": self.tr("Sign-in refused[: {reason}]"),
            "event.SignInRecovered": self.tr("Signed in after wrong PINs"),
            "event.BreakGlassOpened": self.tr("Two people vouched for somebody[: {reason}]"),
            "event.BreakGlassVouched": self.tr("The second person vouched too"),
            "event.BreakGlassReviewed": self.tr("A session vouched for was reviewed"),
            "event.HubLogSeen": self.tr("How the site's log stood at the hub was noted"),
            "event.KeptLinesJudged": self.tr("Events kept apart were decided about[: {reason}]"),
        }

    def _case(self) -> dict[str, str]:
        return {
            "event.PatientEnrolled": self.tr("Name and date of birth entered by two people"),
            "event.PatientRenamed": self.tr("The patient has another name[: {reason}]"),
            "event.RecordMerged": self.tr("Two records of the patient became one[: {reason}]"),
            "event.WristbandIssued": self.tr("A wristband was put on"),
            "event.WristbandVoided": self.tr("A wristband no longer counts[: {reason}]"),
            "event.CaseOpened": self.tr("The case was opened"),
            "event.ProfileMoved": self.tr("The case was moved to a newer version of its profile[: {reason}]"),
            "event.IdentifierLinked": self.tr(
                "Identifier linked[: {name}, {value}][ · readings typed by hand: {typed}]"
            ),
            "event.OrderRecorded": self.tr("The order was recorded[ · readings typed by hand: {typed}]"),
            "event.UnitRegistered": self.tr("{Kind} registered[: {name}]"),
            "event.CertificateReceived": self.tr("The certificate came in"),
            "event.ShipmentAnnounced": self.tr("A shipment was announced"),
            "event.FactRecorded": self.tr("A fact was recorded"),
        }

    def _checks(self) -> dict[str, str]:
        return {
            "event.CheckOpened": self.tr("Identity check begun[: {step}]"),
            "event.ScanAccepted": self.tr("Scan read[ · readings typed by hand: {typed}]"),
            "event.CodeTyped": self.tr("A code was typed by two people, each alone[: {object}]"),
            "event.ThingScanned": self.tr("Scanned for this step[: {object}][, {shown}]"),
            "event.ScanRefused": self.tr("Refused[: {reason}][ · {step}]"),
            "event.ScanNotUsed": self.tr("A scan was not used[: {reason}]"),
            "event.ArmClosed": self.tr("One person finished their check"),
            "event.IdentityConfirmed": self.tr("Identity confirmed[: {step}][ · readings typed by hand: {typed}]"),
            "event.CheckEnded": self.tr("Identity check ended without confirming[: {reason}]"),
        }

    def _before_store(self) -> dict[str, str]:
        return {
            "event.CollectionStarted": self.tr("Collection started"),
            "event.CollectionEnded": self.tr("Collection ended[, {volume_ml} mL]"),
            "event.BagPacked": self.tr("Packed"),
            "event.BagHandedOver": self.tr("Handed over[ to {to}]"),
            "event.CollectionArrived": self.tr("What was collected arrived at the manufacturer"),
            "event.BagShipped": self.tr("Left the site with the courier"),
            "event.ShipmentArrived": self.tr("A shipment arrived"),
            "event.LoggerReviewed": self.tr("Temperature record reviewed"),
            "event.BagReceived": self.tr("Received"),
            "event.BagAccepted": self.tr("Accepted"),
            "event.BagQuarantined": self.tr("Put in quarantine[: {reason}]"),
        }

    def _after_store(self) -> dict[str, str]:
        return {
            "event.BagStored": self.tr("Put into store[: {location}]"),
            "event.BagReleased": self.tr("Released for this patient"),
            "event.BagRetrieved": self.tr("Taken out of store"),
            "event.ThawStarted": self.tr("Thaw started"),
            "event.ThawCompleted": self.tr("Thaw complete"),
            "event.KitRecorded": self.tr("Kit, reagent or device recorded[: {kind}]"),
            "event.UnitDrawn": self.tr("Drawn into a dose[: {volume_ml} mL]"),
            "event.DosePrepared": self.tr("Dose prepared[: {volume_ml} mL]"),
            "event.PortionGiven": self.tr("Portion given, the rest is kept"),
            "event.PortionMeasured": self.tr("Portion measured[: {volume_ml} mL given]"),
            "event.BagReturned": self.tr("Sent back[ to {to}]"),
            "event.BagDestroyed": self.tr("Destroyed"),
        }

    def _infusion(self) -> dict[str, str]:
        return {
            "event.ConditioningStarted": self.tr("Conditioning started"),
            "event.AdministrationStarted": self.tr("Infusion started"),
            "event.AdministrationPaused": self.tr("Infusion paused[: {reason}]"),
            "event.AdministrationResumed": self.tr("Infusion went on"),
            "event.AdministrationCompleted": self.tr("Infusion complete[, {volume_ml} mL]"),
            "event.AdministrationStopped": self.tr("Infusion stopped before its end"),
            "event.StopExplained": self.tr("Why the infusion was stopped[: {reason}]"),
        }

    def _labels(self) -> dict[str, str]:
        return {
            "event.LabelDrafted": self.tr("A label was made ready"),
            "event.LabelSent": self.tr("Labels sent to the printer"),
            "event.LabelFed": self.tr("Labels printed"),
            "event.LabelVerified": self.tr("A label was read back"),
            "event.LabelApplied": self.tr("A label was applied"),
            "event.LabelEnded": self.tr("A label will not be used[: {reason}]"),
            "event.LabelJobClosed": self.tr("All labels accounted for"),
        }

    def _decisions(self) -> dict[str, str]:
        return {
            "event.HoldPlaced": self.tr("The case was put on hold[: {reason}]"),
            "event.HoldLifted": self.tr("The hold was lifted[: {reason}]"),
            "event.DiscrepancyFound": self.tr("Two records contradict each other[: {kind}]"),
            "event.DiscrepancyResolved": self.tr("A contradiction was resolved"),
            "event.DeviationReported": self.tr("Deviation[: {kind}]"),
            "event.DeviationAssessed": self.tr("A deviation was judged or added to[: {reason}]"),
            "event.DeviationClosed": self.tr("A deviation was closed"),
            "event.ExceptionAuthorised": self.tr("Physician's exception[ for {step}][: {reason}]"),
            "event.PhoneChecked": self.tr("The pharmacy was asked by phone[: {said}]"),
            "event.CustodyTaken": self.tr("Two people took the token of a unit to this workstation"),
            "event.ProcedureParked": self.tr("Put aside[: {step}]"),
            "event.ProcedureInterrupted": self.tr("Interrupted[: {step}]"),
            "event.RecordSigned": self.tr("Signed[: {meaning}]"),
            "event.PaperSheetPrinted": self.tr("Paper sheet printed"),
        }

    def _alarms(self) -> dict[str, str]:
        return {
            "event.AlarmRaised": self.tr("An alarm began"),
            "event.AlarmAcknowledged": self.tr("An alarm was answered"),
            "event.AlarmResolved": self.tr("An alarm is over"),
        }
