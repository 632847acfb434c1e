"""From a raw scan to what it means here: the fields on it, the codes, and what this site knows by them."""

from __future__ import annotations

import hashlib
import hmac

from msgspec import Struct

from coordinator_app.codes import signed_label
from coordinator_app.codes.dispatch import TrialPattern, read
from coordinator_app.codes.keys import keys_of
from coordinator_app.codes.typed import verify_typed
from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.inputs import Scanned
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import Route, ScannedLabel, ScanRefused
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.store import Found

PERSON_KINDS = frozenset({"wristband", "person"})


class CodeRead(Struct, frozen=True):
    """One scan as the bench understands it. `label` is None when the reader refused it: then `refused` says why."""

    raw: bytes
    how: str
    scanner: str
    at_ns: int
    label: ScannedLabel | None
    refused: ScanRefused | None
    codes: frozenset[str] = frozenset()
    found: tuple[Found, ...] = ()

    @property
    def known_as(self) -> frozenset[str]:
        """What the site's record knows this code as."""
        return frozenset(hit.kind for hit in self.found)

    @property
    def reason(self) -> Refusal | None:
        """Why the reader refused it, if it did."""
        return self.refused.reason if self.refused is not None else None

    @property
    def identifies_a_person(self) -> bool:
        """Whether the raw bytes must be sealed: they identify a person, or nobody understood them."""
        if self.label is None or self.known_as & PERSON_KINDS:
            return True
        return any(code.split(":", 1)[0] in {"gsrn", "patient-id", "donor", "staff"} for code in self.codes)

    def id_of(self, kind: str) -> str | None:
        """Return the id of the one thing of this kind that the code means, or None."""
        hits = [hit.id for hit in self.found if hit.kind == kind]
        return hits[0] if len(hits) == 1 else None

    def cases(self) -> tuple[str, ...]:
        """Return the cases in which the code means something, each once."""
        return tuple(dict.fromkeys(hit.case for hit in self.found if hit.case))

    def shown(self) -> str:
        """Return the characters as people read them, without the reader's prefix."""
        if self.label is not None and self.label.fields:
            return " ".join(field.value for field in self.label.fields)
        return self.raw.decode("ascii", "replace")


def patterns_of(work: Workplace) -> tuple[TrialPattern, ...]:
    """Return the identifier patterns of every approved profile, each once."""
    found: dict[tuple[str, str], TrialPattern] = {}
    for known in work.site.profiles.values():
        if known.approved:
            for rule in work.profile_of(known.sha256).identifiers:
                found.setdefault((rule.name, str(rule.format)), TrialPattern(rule.name, str(rule.format)))
    return tuple(found.values())


def read_raw(work: Workplace, raw: bytes) -> ScannedLabel | ScanRefused:
    """Read one scan with the trials' patterns and the keys of the site's workstations."""
    return read(raw, patterns=work.of_site(patterns_of), label_keys=work.of_site(_label_keys))


def _label_keys(work: Workplace) -> dict[str, bytes]:
    return signed_label.key_list(bytes.fromhex(each) for each in work.site.public_keys.values())


def read_code(work: Workplace, scan: Scanned) -> CodeRead:
    """Read one scan exactly, or say why not, and look up what it means at this site."""
    at_ns = work.moment().boot_ns
    if scan.how == "typed":
        result = verify_typed(scan.raw.decode("utf-8", "replace"))
        if isinstance(result, ScanRefused):
            again = read_raw(work, scan.raw)
            # A code without a check character may be typed too: the second typing is then the only safeguard.
            if isinstance(again, ScannedLabel) and again.route is Route.TRIAL:
                result = again
    else:
        result = read_raw(work, scan.raw)
    if isinstance(result, ScanRefused):
        return CodeRead(scan.raw, scan.how, scan.scanner, at_ns, None, result)
    codes = frozenset(keys_of(result))
    return CodeRead(scan.raw, scan.how, scan.scanner, at_ns, result, None, codes, work.find(sorted(codes)))


def evidence_of(work: Workplace, code: CodeRead, object: str, arm: int, key: str | None) -> Evidence:
    """Describe a reading for the event that rests on it; a person's raw bytes stay out of the open part."""
    symbology = (code.label.symbology if code.label else None) or "unknown"
    open_raw = not code.identifies_a_person
    mac = "" if open_raw or key is None else work.writing().mac(key, code.raw)
    return Evidence(
        object=object, arm=arm, how=code.how, symbology=symbology, scanner=code.scanner, length=len(code.raw),
        at_ns=code.at_ns, mac=mac, raw=code.raw.hex() if open_raw else "",
    )  # fmt: skip


def same_bytes(left: bytes, right: bytes) -> bool:
    """Compare two readings without telling by time where they differ."""
    return hmac.compare_digest(hashlib.sha256(left).digest(), hashlib.sha256(right).digest())
