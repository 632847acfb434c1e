"""A record's wrapped keys as the exchange sees them: what the hub lacks, and the generation that follows this one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping

from coordinator_app.store.arrivals import Arrivals
from coordinator_app.store.follow_again import follow_again
from coordinator_app.store.site_rotation import (
    is_site_key,
    open_site_key,
    print_of_site_key,
    rotate_site_key,
    seal_site_key,
    take_site_key,
)
from coordinator_app.store.store import Store

OFFERED, HANDED, ROTATED = "offer:", "site-key:", "rotated:"
"""Names under which a workstation's offer, the site key handed at an admission, and a rotated one lie at the hub."""
JOINING = "joining"
"""The mark that this record waits for the site key; it names the fingerprint of the workstation that admits it."""
_GENERATION, _GIVEN, _PRINT, _VANISHED = "key_generation", "keys_given", "site_key_print", "keys_vanished"
_CLOSED = "closed_keys"


def wrapped_among(keys: Mapping[str, str]) -> dict[str, bytes]:
    """Return the patients' keys among what lies at the hub."""
    beside = (OFFERED, HANDED, ROTATED)
    return {name: bytes.fromhex(each) for name, each in keys.items() if not name.startswith(beside)}


class RecordKeys:
    """The port of `exchange.key_rotation` over a store; `arrivals` knows which workstations the journal admits."""

    def __init__(self, store: Store, arrivals: Arrivals) -> None:
        """Take the open store."""
        self._store = store
        self._arrivals = arrivals
        self._tables = arrivals.tables
        self._seen: tuple[int, dict[str, str]] | None = None

    # What the hub has -----------------------------------------------------------------------------------------------

    def is_news(self, generation: int, count: int) -> bool:
        """Say whether the hub has other keys than those that were seen last; they are looked at once in each run."""
        seen = self._seen
        return seen is None or (generation, count) != (seen[0], len(seen[1]))

    def see(self, generation: int, keys: Mapping[str, str], members: Mapping[str, bytes]) -> None:
        """Take what the hub has: keys that are not here, and a newer site key that was sealed for this workstation."""
        self._seen = (generation, dict(keys))
        if self._tables.mark(JOINING):
            return
        there, erased = wrapped_among(keys), self._store.erased_keys()
        if generation > self._generation():
            self._follow(generation, keys, members)
        elif generation == self._generation():
            self._store.patient_keys.adopt({name: each for name, each in there.items() if name not in erased})
            self._keep(generation, keys, followed=not self._tables.mark(_PRINT))
        if generation == self._generation() and not self._is_rotated() and erased & there.keys():
            # Whoever erased this patient could not tell the hub: without its key rotated, a copy of it still opens.
            rotate_site_key(self._store)
        self._open_what_was_closed()

    def see_elsewhere(self, generation: int, keys: Mapping[str, str], members: Mapping[str, bytes]) -> None:
        """Take keys that came by hand from another workstation; what the hub has is asked for anew."""
        self.see(generation, keys, members)
        self._seen = None

    def to_carry(self, members: Mapping[str, bytes], *, for_hub: bool) -> tuple[int, dict[str, str]] | None:
        """Return the keys for a bundle: for the hub what it lacks, for the site everything.

        A rotation that no hub knows of begins its generation with the first bundle for the site.
        """
        if self._tables.mark(JOINING):
            return None
        if for_hub:
            if self._seen is None:
                self._seen = (self._generation(), dict.fromkeys(self._names(_GIVEN), ""))
            return self.to_give(members)
        if not self._tables.mark(_PRINT):
            self._keep(self._generation(), self._store.patient_keys.wrapped(), followed=True)
        generation = self._generation() + (1 if self._is_rotated() else 0)
        whole = self._whole(generation, {}, members)
        if self._is_rotated():
            self.see_elsewhere(*whole, members)
        return whole

    def begin(self, generation: int, keys: Mapping[str, bytes]) -> None:
        """Note the generation that a workstation that has just been admitted took over."""
        self._keep(generation, keys, followed=True)

    def _follow(self, generation: int, keys: Mapping[str, str], members: Mapping[str, bytes]) -> None:
        handed = keys.get(ROTATED + self._store.workstation)
        admitted = self._arrivals.admitted() or dict(members)
        givers = [key for device, key in admitted.items() if device in members]
        site_key = open_site_key(self._store, generation, bytes.fromhex(handed), givers) if handed else None
        if site_key is None:
            return  # it is sealed for this workstation as soon as one that has it exchanges
        there, erased = wrapped_among(keys), self._store.erased_keys()
        vanished = wrapped_among(dict.fromkeys(self._names(_GIVEN), "")).keys() - there.keys()
        ours = is_site_key(self._store, site_key)
        if self._is_rotated() and not ours:
            # This record drew a site key too, for an erasure of its own: theirs comes under ours, which follows.
            self._store.patient_keys.add_from(site_key, there, erased)
            self._keep(generation, keys, vanished, followed=False)
            return
        if not ours:
            take_site_key(self._store, site_key, there, erased)
        self._keep(generation, keys, vanished, followed=True)

    # What the hub lacks ---------------------------------------------------------------------------------------------

    def to_give(self, members: Mapping[str, bytes]) -> tuple[int, dict[str, str]] | None:
        """Return what the hub lacks; after a rotation that is everything, for every workstation of the site."""
        if self._tables.mark(JOINING) or self._seen is None:
            return None
        there, keys = self._seen
        own = self._generation()
        if self._is_rotated() and there <= own:
            return self._whole(max(there, own) + 1, keys, members)
        if there < own:  # the hub was put back
            return self._whole(own, keys, members)
        if there > own:
            return None
        vanished = set(self._names(_VANISHED))
        more = {
            name: each.hex()
            for name, each in self._store.patient_keys.wrapped().items()
            if name not in keys and name not in vanished
        }
        if own > 0:
            more |= {n: each for n, each in self._sealed_for(own, members).items() if n not in keys}
        return (own, more) if more else None

    def _whole(
        self, generation: int, keys: Mapping[str, str], members: Mapping[str, bytes]
    ) -> tuple[int, dict[str, str]]:
        vanished = set(self._names(_VANISHED))
        wrapped = self._store.patient_keys.wrapped()
        offers = {name: each for name, each in keys.items() if name.startswith(OFFERED)}
        own = {name: each.hex() for name, each in wrapped.items() if name not in vanished}
        return generation, {**offers, **own, **self._sealed_for(generation, members)}

    def _sealed_for(self, generation: int, members: Mapping[str, bytes]) -> dict[str, str]:
        """Seal the site key for every workstation that the journal admits and the hub lets in, ourselves included."""
        admitted = self._arrivals.admitted()
        there = self._seen[1] if self._seen is not None and self._seen[0] == generation else {}
        return {
            ROTATED + device: seal_site_key(self._store, generation, key).hex()
            for device, key in admitted.items()
            if members.get(device) == key and ROTATED + device not in there
        }

    # Lines whose key is not here ------------------------------------------------------------------------------------

    def note_closed(self, keys: set[str]) -> None:
        """Note keys that lines of this page need and that are not here; the lines are read again when they come."""
        closed = set(self._names(_CLOSED))
        if not keys <= closed:
            with self._store.writing():
                self._tables.set_mark(_CLOSED, json.dumps(sorted(closed | keys)))

    def _open_what_was_closed(self) -> None:
        closed = set(self._names(_CLOSED))
        came = {key for key in closed if self._store.patient_keys.get(key) is not None}
        gone = closed & self._store.erased_keys()
        if not came and not gone:
            return
        with self._store.writing():
            opened = follow_again(self._store, came)
            self._tables.set_mark(_CLOSED, json.dumps(sorted(closed - came - gone)))
            if opened:
                self._arrivals.before_commit(opened)

    # Marks ----------------------------------------------------------------------------------------------------------

    def _generation(self) -> int:
        return int(self._tables.mark(_GENERATION) or 0)

    def _is_rotated(self) -> bool:
        """Say whether the site key here is another than the one of the generation that was kept."""
        known = self._tables.mark(_PRINT)
        return bool(known) and known != print_of_site_key(self._store)

    def _keep(self, generation: int, names: Iterable[str], vanished: Collection[str] = (), *, followed: bool) -> None:
        """Keep which keys the hub has; `followed` says that the site key here is the one of this generation."""
        wanted = {_GENERATION: str(generation), _GIVEN: json.dumps(sorted(names))}
        if followed:
            wanted[_PRINT] = print_of_site_key(self._store)
        if vanished:
            wanted[_VANISHED] = json.dumps(sorted({*self._names(_VANISHED), *vanished}))
        changed = {name: value for name, value in wanted.items() if self._tables.mark(name) != value}
        if changed:
            with self._store.writing():
                for name, value in changed.items():
                    self._tables.set_mark(name, value)

    def _names(self, mark: str) -> list[str]:
        text = self._tables.mark(mark)
        return list(json.loads(text)) if text else []
