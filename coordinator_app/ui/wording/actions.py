"""What stands on the buttons: what happens when one is pressed, in two or three words."""

from __future__ import annotations

from PySide6.QtCore import QObject


class ActionWords(QObject):
    """Words for every action, by `action` or `action:what`."""

    def texts(self) -> dict[str, str]:
        """Return every text by its action."""
        return {**self._anywhere(), **self._at_the_product(), **self._begin(), **self._lists()}

    def _anywhere(self) -> dict[str, str]:
        return {
            "abort": self.tr("Abort"),
            "cancel": self.tr("Cancel"),
            "park": self.tr("Put aside"),
            "paper": self.tr("Paper sheet"),
            "save": self.tr("Save"),
            "go_on": self.tr("Go on"),
            "back": self.tr("Back"),
            "open_again": self.tr("Open the record again"),
            "open:scanners": self.tr("Scanners"),
            "print_card": self.tr("Print card"),
            "to_serial": self.tr("To serial"),
            "hear_accepted": self.tr("Hear “accepted”"),
            "hear_refused": self.tr("Hear “refused”"),
            "use_camera": self.tr("Camera"),
            "put_away": self.tr("Put {scanner} away"),
            "answer": self.tr("Answer"),
            "other_badge": self.tr("Another badge"),
            "no_badge": self.tr("No badge"),
            "code_damaged": self.tr("Code damaged"),
        }

    def _at_the_product(self) -> dict[str, str]:
        return {
            "quarantine": self.tr("Put in quarantine"),
            "exception": self.tr("Physician's exception"),
            "phone_check": self.tr("Phone check"),
            "take_custody": self.tr("Take the token here"),
            "judge_kept": self.tr("Decide about them"),
            "delegate": self.tr("Training and delegation"),
            "withdraw_person": self.tr("Withdraw a person"),
            "accept_unit": self.tr("Accept"),
            "start_collection": self.tr("Start collection"),
            "start_thaw": self.tr("Start thaw"),
            "thaw_complete": self.tr("Thaw complete"),
            "start_infusion": self.tr("Start infusion"),
            "pause_infusion": self.tr("Pause"),
            "resume_infusion": self.tr("Resume"),
            "draw_another": self.tr("Draw from another"),
            "dose_complete": self.tr("Dose complete"),
            "portion_given": self.tr("Portion given"),
            "complete_infusion": self.tr("Infusion complete"),
            "stop_now": self.tr("Stop now"),
            "label_spoiled": self.tr("Label spoiled"),
            "print_again": self.tr("Print again"),
        }

    def _begin(self) -> dict[str, str]:
        return {
            "begin": self.tr("Begin"),
            "begin:collect": self.tr("Begin collection"),
            "begin:label": self.tr("Begin labels"),
            "begin:pack": self.tr("Begin packing"),
            "begin:hand-over": self.tr("Begin handover"),
            "begin:receive": self.tr("Begin receipt"),
            "begin:review-logger": self.tr("Review temperature"),
            "begin:accept": self.tr("Begin acceptance"),
            "begin:store": self.tr("Begin storing"),
            "begin:release": self.tr("Begin release"),
            "begin:retrieve": self.tr("Take out of store"),
            "begin:thaw": self.tr("Begin thaw"),
            "begin:prepare": self.tr("Begin preparation"),
            "begin:transport": self.tr("Begin transport"),
            "begin:administer": self.tr("Begin bedside check"),
            "begin:return": self.tr("Begin return"),
            "begin:destroy": self.tr("Begin destruction"),
        }

    def _lists(self) -> dict[str, str]:
        return {
            "open": self.tr("Open"),
            "open:people": self.tr("People"),
            "open:profiles": self.tr("Profiles"),
            "open:record": self.tr("Record"),
            "open:labels": self.tr("Labels"),
            "open:deviations": self.tr("Deviations"),
            "open:today": self.tr("Today"),
            "open:clocks": self.tr("Clocks"),
            "open:exchange": self.tr("Exchange"),
            "open:exchange:code": self.tr("Words and code"),
            "join_hub": self.tr("Join a hub"),
            "join_own_hub": self.tr("Join the hub here"),
            "invite_workstation": self.tr("Invite a workstation"),
            "join_site": self.tr("Join a site that exists"),
            "give_up_joining": self.tr("Give up"),
            "admit_workstation": self.tr("Admit a workstation"),
            "open:help": self.tr("Help"),
            "approve_profile": self.tr("Approve[ {profile}]"),
            "enrol": self.tr("Enrol a patient"),
            "admit_person": self.tr("Add a person"),
            "bring_in_profile": self.tr("Bring in a profile"),
            "merge_records": self.tr("Records merged"),
            "begin:identity-after-merge": self.tr("Check the patient anew"),
            "open:self_audit": self.tr("Self-audit"),
            "open:self_audit:reasons": self.tr("Reasons"),
            "print_self_audit": self.tr("Print"),
            "back_up_now": self.tr("Back up now"),
            "make_recovery_key": self.tr("New recovery key"),
            "move_mirror": self.tr("Move the second copy"),
            "change_passphrase": self.tr("Change the passphrase"),
            "settle_finding": self.tr("Settle what was found"),
            "print_recovery_key": self.tr("Print the sheet"),
            "save_recovery_key": self.tr("Save on a stick"),
            "open:keeping": self.tr("Keeping the record"),
            "open:case": self.tr("To the case"),
            "confirm_deviation": self.tr("Confirm"),
            "reject_deviation": self.tr("Reject"),
            "add_to_deviation": self.tr("Add to it"),
            "close_deviation": self.tr("Close"),
            "review_break_glass": self.tr("Review"),
            "sponsor_file": self.tr("Sponsor's file"),
            "report_deviation": self.tr("Report a deviation"),
            "record_fact": self.tr("Record a fact"),
            "record_kit": self.tr("Record a kit"),
            "assign_unit": self.tr("Assign a unit"),
            "replace_wristband": self.tr("Replace the wristband"),
            "rename_patient": self.tr("Record a new name"),
            "place_hold": self.tr("Put on hold"),
            "resolve": self.tr("Resolve"),
            "factory_arrival": self.tr("Arrived at the factory"),
            "late_entry": self.tr("Enter afterwards"),
            "move_profile": self.tr("Move to newer profile"),
            "read_clock": self.tr("Read a clock"),
            "sign_by_two": self.tr("Two people sign"),
            "record_alone": self.tr("Record without signing"),
            "sign_profile": self.tr("Sign"),
            "changes": self.tr("Change something"),
        }
