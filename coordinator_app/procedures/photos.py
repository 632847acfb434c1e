"""Photos of a deviation: taken in from a file, kept encrypted under the patient's key, shown small on its page."""

from __future__ import annotations

from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.ids import UNKNOWN_PERSON_KEY
from coordinator_app.domain.screens import FieldShown, PictureShown, Say
from coordinator_app.intake.photos import PhotoUnusable, read_photo, small_picture
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.faults import StoreFault

PHOTO = FieldShown("photo", "file", Say("field.photo"), required=False, hint=Say("field.photo.hint"))
MOST_SHOWN = 6


def photo_fault(values: dict[str, str]) -> Say | None:
    """Say in one sentence why the file that was chosen is no photo that can be kept; None when it is, or none was."""
    path = values.get("photo", "").strip()
    if not path:
        return None
    try:
        read_photo(path)
    except PhotoUnusable as fault:
        return Say(f"photo.{fault.why}")
    return None


def keep_photo(work: Workplace, case: CaseRecord, told: dict[str, str]) -> tuple[str, ...]:
    """Keep the photo that was chosen and return its name for the event; nothing where none was chosen.

    It is durable before the event that names it. Raises PhotoUnusable when the file was changed since it was chosen.
    """
    path = told.get("photo", "").strip()
    return (work.store.attachments.keep(read_photo(path), attachment_key(case)),) if path else ()


def pictures_of(work: Workplace, case: CaseRecord, photos: tuple[str, ...]) -> tuple[PictureShown, ...]:
    """Return the small pictures of these photos; one that is not here or cannot be opened says so."""
    return tuple(_shown(work, case, photo) for photo in photos[:MOST_SHOWN])


def _shown(work: Workplace, case: CaseRecord, photo: str) -> PictureShown:
    if work.store.patient_keys.get(attachment_key(case)) is None:
        work.small_pictures.pop(photo, None)  # the patient was erased, here or elsewhere, since it was shown
    if photo not in work.small_pictures:
        try:
            work.small_pictures[photo] = small_picture(work.store.attachments.read(photo, attachment_key(case)))
        except (StoreFault, PhotoUnusable) as fault:
            # Not kept in memory: it may come with the next exchange.
            return PictureShown(photo, b"", Say("photo.not_here", {"why": str(fault)}))
    return PictureShown(photo, work.small_pictures[photo], Say("photo.kept", {"name": photo[:12]}))


def attachment_key(case: CaseRecord) -> str:
    """Return the id of the key under which photos and files of a case are kept."""
    return case.recipient.patient if case.recipient is not None else UNKNOWN_PERSON_KEY
