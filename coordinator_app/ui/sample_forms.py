"""Plausible forms, lists and a paper sheet for looking at the windows."""

from __future__ import annotations

from coordinator_app.domain.screens import (
    ActionShown,
    FieldShown,
    FormPage,
    ListPage,
    PaperPage,
    RowShown,
    Say,
    Tone,
)


def enrolment_form() -> FormPage:
    """Return a form of eight fields."""
    fields = (
        FieldShown("family", "text", Say("Family name"), "Hargreaves"),
        FieldShown("given", "text", Say("Given name"), "Miriam"),
        FieldShown("title", "text", Say("Title"), "Ms", required=False),
        FieldShown("born", "date", Say("Date of birth"), "1961-07-14"),
        FieldShown("sex", "choice", Say("Sex"), choices=(("female", Say("Female")), ("male", Say("Male")))),
        FieldShown("record_number", "text", Say("Record number"), hint=Say("As on the wristband, zeros included.")),
        FieldShown("wristband", "scan", Say("Wristband")),
        FieldShown(
            "issuer", "choice", Say("Issued by"), choices=tuple((f"{n}", Say(f"Hospital {n}")) for n in range(8))
        ),
    )
    return FormPage(
        form="enrol",
        title=Say("Enrol a patient"),
        intro=Say(
            "Type what the wristband and the file say. A second person types the same afterwards, not seeing yours."
        ),
        fields=fields,
        actions=(ActionShown("Cancel", danger=True, key="F7"), ActionShown("save", primary=True, key="F12")),
    )


def report_form() -> FormPage:
    """Return a short form with a note and a refusal."""
    fields = (
        FieldShown("what", "note", Say("What happened")),
        FieldShown("file", "file", Say("Photograph or logger file"), required=False),
    )
    return FormPage(
        form="deviation",
        title=Say("Report a deviation"),
        intro=Say("Write what happened and when. Quality reads it today."),
        fields=fields,
        actions=(ActionShown("Cancel", danger=True, key="F7"), ActionShown("save", primary=True, key="F12")),
        note=Say("Say what happened before saving."),
    )


def people_list() -> ListPage:
    """Return a list of twelve rows."""
    names = "OKAFOR, Ngozi|PETERSEN, Jonas|LINDQVIST, Erik|KOWALSKI, Ada|HASSAN, Leyla|BAUER, Max|ROSSI, Chiara|"
    names += "NGUYEN, Minh|ADEYEMI-WILLOUGHBY, Oluwaseun Alexander|SILVA, Inês|MEYER, Tom|OTT, Eva"
    roles = ("Nurse", "Nurse", "Pharmacist", "Cell laboratory", "Physician", "Coordinator")
    tones = (Tone.IN_TIME, Tone.DUE, Tone.OVERDUE, Tone.IN_TIME)
    until = ("trained until 14-Mar-2027", "training ends 30-Nov-2026", "training ended 01-Nov-2026", "trained")
    rows = tuple(
        RowShown(
            (name, roles[at % 6], until[at % 4], "AUTO-CART-CRYO, DONOR-LYMPHOCYTES"), tones[at % 4], f"person:{at}"
        )
        for at, name in enumerate(names.split("|"))
    )
    return ListPage(
        page="people",
        title=Say("People at this site"),
        intro=Say("Who may do what, and until when. Press a person to change training or delegation."),
        columns=(Say("Name"), Say("Role"), Say("Training"), Say("Delegated for")),
        rows=rows,
        empty=Say("Nobody yet."),
        actions=(ActionShown("Add a person", primary=True, key="F12"),),
    )


def empty_list() -> ListPage:
    """Return a list with nothing in it."""
    return ListPage(
        page="deviations",
        title=Say("Deviations"),
        intro=Say("What went off protocol and was reported."),
        columns=(Say("When"), Say("What")),
        rows=(),
        empty=Say("No deviation is open. Report one from the case it concerns."),
        actions=(),
    )


def paper() -> PaperPage:
    """Return a paper sheet."""
    lines = (
        "HERON · AB12-0043 · bag 1 of 2",
        "Chain of identity CH A9999 26 ABC123 (sponsor)",
        "Donation A9999 26 123456 [G] (this site)",
        "Infusion must be complete by 23-Nov-2026 14:31 CET",
        "Thaw begun 23-Nov-2026 13:31 CET by OKAFOR, Ngozi",
        "First person: wristband ________  bag ________  date of birth ________",
        "Second person, folded under: wristband ________  bag ________  date of birth ________",
    )
    return PaperPage(Say("Paper sheet of the running case"), lines, "HERON-sheet-1.pdf", (ActionShown("Go back"),))
