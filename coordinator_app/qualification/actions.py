"""Every action a person can press, by its id, with what it does; `press` in a script takes these.

The ids stand where the pages are made; a test holds this table against them, so that none is missing and none is old.
"""

from __future__ import annotations

ACTIONS: dict[str, str] = {
    "abort": "Give up what is being done; what was recorded stays.",
    "accept_unit": "Accept the unit just checked, with a signature.",
    "add_to_deviation:DEVIATION": "Say more about a deviation: class, what it affects, the sponsor's reference.",
    "admit_person": "Add a person with roles, badge and PIN.",
    "answer:ALARM": "Answer an alarm by its id, with a comment.",
    "approve_profile:SHA256": "Approve exactly this text of a profile; two people sign.",
    "assign_unit": "Assign a unit from the shelf to the patient; two people scan it.",
    "back": "Leave the paper sheet or the scanner set-up for what stood before.",
    "back_up_now": "Make a backup of the record now.",
    "begin:STEP": "Begin this step for the case on the screen.",
    "bring_in_profile": "Offer a trial's profile from a file or the examples.",
    "cancel": "Leave a form without saving.",
    "changes": "Choose what to change or report about the case on the screen.",
    "change_passphrase": "Protect the key file by another passphrase.",
    "close_deviation:DEVIATION": "Close a deviation with a conclusion and a signature.",
    "code_damaged": "Type a code that cannot be read; press again to scan after all.",
    "complete_infusion": "The infusion is complete.",
    "confirm_deviation:DEVIATION": "Confirm a deviation that the program proposed.",
    "dose_complete": "Nothing more goes into this dose; label it.",
    "draw_another": "Draw from another unit into the same dose.",
    "delegate": "Record until when a person is trained for a trial or delegated to its steps, with a signature.",
    "enrol": "Enrol a patient.",
    "exception": "A physician and a pharmacist take a refusal upon themselves.",
    "go_on": "Go on after a verdict.",
    "hear_accepted": "At the scanner set-up: hear the sound for accepted.",
    "hear_refused": "At the scanner set-up: hear the sound for refused.",
    "label_spoiled": "The label is spoiled: void it and print it again.",
    "erase_patient": "Erase the patient for good, with two signatures.",
    "factory_arrival": "Enter when what was collected arrived at the manufacturer.",
    "late_entry": "Enter afterwards what happened, with when and why.",
    "make_recovery_key": "Draw a new recovery key for the safe.",
    "merge_records": "Record that the hospital merged two records of the patient.",
    "move_profile": "Move the case to a newer approved version of its profile, with signatures.",
    "no_badge": "Two people vouch for somebody without badge, PIN or account.",
    "open:PAGE": "Go to a tab or a case: today, clocks, labels, people, profiles, record, deviations, scanners, case:…",
    "other_badge": "Sign in with another badge.",
    "paper": "Show and print the paper sheet of the case.",
    "park": "Put the procedure aside; scanning its object brings it back.",
    "pause_infusion": "The infusion is paused.",
    "phone_check": "Two people ask the pharmacy by phone, because the news of the other workstations are too old.",
    "place_hold": "Put the case on hold.",
    "portion_given": "A portion was given and the rest is kept.",
    "print_again": "Send the print job once more.",
    "print_card": "At the scanner set-up: print the calibration card.",
    "print_recovery_key": "Print the sheet with the recovery key.",
    "print_self_audit": "Print the self-audit.",
    "put_away:SCANNER": "At the scanner set-up: take a scanner that is no longer used off the list.",
    "quarantine": "Put the unit into quarantine.",
    "read_clock": "Two people read an independent clock, each alone.",
    "record_alone": "Record a late entry without the second signature; the clock then reads as not kept.",
    "record_fact": "Record a fact that a gate asks for.",
    "record_kit": "Record a kit, a reagent or a device by its label.",
    "reject_deviation:DEVIATION": "Say with a signature that what the program proposed is no deviation.",
    "rename_patient": "Record the patient's new name.",
    "replace_wristband": "Replace a wristband; the old one is void.",
    "report_deviation": "Report something off protocol.",
    "resolve": "Settle a hold, a discrepancy or a deviation.",
    "resume_infusion": "The infusion goes on.",
    "review_break_glass:SESSION": "Review a session that two people vouched for.",
    "save": "Save what was filled in.",
    "settle_finding:EVENT": "Settle what was found when the record was opened, with signatures.",
    "sign_by_two": "Have two people sign what changes a clock.",
    "sign_profile": "Go on to the signatures under a profile that was read.",
    "sponsor_file": "Take in a file of the sponsor.",
    "start_collection": "The collection starts.",
    "start_infusion": "The infusion starts.",
    "start_thaw": "The thaw starts.",
    "stop_now": "Stop the infusion now; the questions come afterwards.",
    "thaw_complete": "The thaw is complete.",
    "to_serial": "At the scanner set-up: show how a scanner is set to serial.",
    "use_camera": "At the scanner set-up: switch the camera on or off; it stays so.",
}


def action_known(action: str) -> bool:
    """Say whether this is an action; of one with a colon only what stands before it is fixed."""
    verb, colon, what = action.partition(":")
    if not colon:
        return action in ACTIONS
    return bool(what) and any(known.startswith(f"{verb}:") for known in ACTIONS)
