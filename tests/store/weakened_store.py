"""Every rule of design §3.2, each with one line of the store that weakens it and the tests that must go red then.

As a plugin of pytest (`-p weakened_store`, with the rule's name in the environment as WEAKENED) it spoils that line in
memory before anything imports the module.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from rules_of_ground_and_time import RULES_OF_GROUND_AND_TIME, Rule

_SETTINGS = "test_store_settings.py"
_OPENING = "test_store_opening.py"
_WRITING = "test_store_writing.py"
_MIRROR = "test_store_mirror.py"
_SECOND = "test_second_copy.py"
_ANCHOR = "test_store_anchor.py"
_VERIFY = "test_store_verify.py"
_DURABLE = "test_store_durable.py"
_BACKUP = "test_store_backup.py"

RULES = {
    # Engine and settings
    "an engine too old is refused": Rule("connection", "    if repaired:\n", "    if True:\n", _OPENING),
    "the engine is checked before a record opens": Rule(
        "connection", 'reading: bool = False) -> sqlcipher3.Connection:\n    """Open an existing file and return its connection; raises StoreFault. `reading` forbids every write."""\n    _check_engine()\n',
        'reading: bool = False) -> sqlcipher3.Connection:\n    """Open an existing file and return its connection; raises StoreFault. `reading` forbids every write."""\n', _OPENING,
    ),
    "journal_mode": Rule("connection", '"journal_mode": ("WAL", "wal")', '"journal_mode": ("DELETE", "delete")', _SETTINGS),
    "synchronous": Rule("connection", '"synchronous": ("FULL", 2)', '"synchronous": ("NORMAL", 1)', _SETTINGS),
    "foreign_keys": Rule("connection", '"foreign_keys": ("ON", 1)', '"foreign_keys": ("OFF", 0)', _SETTINGS),
    "recursive_triggers": Rule("connection", '"recursive_triggers": ("ON", 1)', '"recursive_triggers": ("OFF", 0)', _SETTINGS),
    "wal_autocheckpoint": Rule("connection", '"wal_autocheckpoint": ("0", 0)', '"wal_autocheckpoint": ("1000", 1000)', _SETTINGS),
    "secure_delete": Rule("connection", '"secure_delete": ("ON", 1)', '"secure_delete": ("OFF", 0)', _SETTINGS),
    "cell_size_check": Rule("connection", '"cell_size_check": ("ON", 1)', '"cell_size_check": ("OFF", 0)', _SETTINGS),
    "trusted_schema": Rule("connection", '"trusted_schema": ("OFF", 0)', '"trusted_schema": ("ON", 1)', _SETTINGS),
    "temp_store": Rule("connection", '"temp_store": ("MEMORY", 2)', '"temp_store": ("FILE", 1)', _SETTINGS),
    "mmap_size": Rule("connection", '"mmap_size": ("0", 0)', '"mmap_size": ("4096", 4096)', _SETTINGS),
    "fullfsync": Rule("connection", '"fullfsync": ("ON", 1)', '"fullfsync": ("OFF", 0)', _SETTINGS),
    "checkpoint_fullfsync": Rule(
        "connection", '"checkpoint_fullfsync": ("ON", 1)', '"checkpoint_fullfsync": ("OFF", 0)', _SETTINGS
    ),
    "every setting is read back": Rule("connection", "if got != expected:", "if False:", _SETTINGS),
    # Folder, lock, protection, versions
    "one process": Rule("ground", "fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)", "pass", _OPENING),
    "a disk of this machine": Rule("ground", "if lies_far_away(folder):", "if False:", _OPENING),
    "a folder that can be written": Rule("ground", "raise _not_writable(folder) from fault", "pass", _OPENING),
    "the folder of a record is durable": Rule("ground", "sync_folder(each)", "pass", _OPENING),
    "the triggers are checked": Rule("connection", "    if missing:\n", "    if False:\n", _SETTINGS),
    "rows are not updated": Rule("schema", "BEFORE UPDATE ON journal\nBEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END", "BEFORE UPDATE ON journal\nBEGIN SELECT 1; END", _SETTINGS),
    "rows are not deleted": Rule("schema", "BEFORE DELETE ON journal\nBEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END", "BEFORE DELETE ON journal\nBEGIN SELECT 1; END", _SETTINGS),
    "a newer file is left alone": Rule("connection", "version > FILE_VERSION", "version > FILE_VERSION + 9", _OPENING),
    "only this account reads the files": Rule("files", "os.umask(0o077)", "os.umask(0o022)", _BACKUP),
    "a founding that broke off is put aside": Rule("founding", "        path.rename(aside / path.name)\n", "        pass\n", _OPENING),
    # Writing
    "a failing disk poisons the connection": Rule("reading", "        self._poisoned = StorePoisoned(", "        poisoned = self._poisoned = StorePoisoned(\"\") if False else None\n        self._poisoned = None\n        poisoned = StorePoisoned(", _DURABLE),
    "errors of the disk are known as such": Rule("reading", "    return getattr(fault, \"sqlite_errorcode\", 0) & 0xFF not in (5, 6)", "    return False", _DURABLE),
    "all or nothing": Rule("store", "            self._roll_back()\n            self._take_back()", "            self._connection.execute(\"COMMIT\")\n            self._take_back()", _WRITING),
    "the mirror follows the commit": Rule("store", "            writing.check_whole()\n", "            self._copy(writing)\n            writing.check_whole()\n", _MIRROR),
    "a mirror that fails poisons the record": Rule("store", "            self._second.finish(self._grounds.mirror, writing.sealed)\n        except OSError as fault:\n            raise self._poison(fault) from fault", "            self._second.finish(self._grounds.mirror, writing.sealed)\n        except OSError:\n            pass", _MIRROR),
    "a copy whose commit failed is taken back": Rule("store", "            self._take_back()\n", "", _SECOND),
    "a copy that cannot be taken back poisons the record": Rule("store", "            self._second.take_back(self._grounds.mirror)\n        except OSError as fault:\n            raise self._poison(fault) from fault", "            self._second.take_back(self._grounds.mirror)\n        except OSError:\n            pass", _SECOND),
    "several events are copied behind their commit": Rule("writing", "len(self.sealed) == 1 and", "len(self.sealed) >= 1 and", _SECOND),
    "what changes more is copied behind its commit": Rule("writing", "and bool(rows == self._changed)", "and bool(rows >= self._changed)", _SECOND),
    "nobody is told before the copy is durable": Rule("second_copy", "        fault = self._wait()\n        if fault is not None:", "        fault, self._under_way = None, False\n        if fault is not None:", _SECOND),
    "the mirror is synced before anybody is told": Rule("mirror", "            rest = rest[os.write(self._handle, rest) :]\n        os.fsync(self._handle)", "            rest = rest[os.write(self._handle, rest) :]", _DURABLE),
    "key files are synced": Rule("files", "            os.fsync(out.fileno())\n", "", _DURABLE),
    "key files are replaced whole": Rule("files", "        beside.replace(path)\n", "        path.write_bytes(content)\n        beside.unlink()\n", _DURABLE),
    "new names are synced": Rule("files", "    sync_folder(path.parent)\n", "", _DURABLE),
    # Checkpoints
    "checkpoints come by themselves": Rule("store", "if self._since_checkpoint >= CHECKPOINT_AFTER:", "if False:", _SETTINGS),
    "what a checkpoint copied is checked": Rule("store", "if row[1] != row[2]:", "if False:", _SETTINGS),
    "closing copies the log": Rule("store", "                self.checkpoint()\n                self._anchor()", "                self._anchor()", _DURABLE),
    # Start
    "the newest events are verified": Rule("journal_check", "    if bad is not None:\n        raise StoreDamaged(", "    if False:\n        raise StoreDamaged(", _VERIFY),
    "the signature at the head is checked": Rule("journal_check", "if bad is None and ours & chain.bad_streams().keys():", "if False:", _VERIFY),
    "record and mirror are compared": Rule("reconcile", "!= (copied.written, copied.sig, copied.psig):", "== 0:", _MIRROR),
    "what the mirror holds longer is taken over": Rule("reconcile", "                _take_over(connection, keys, copied, n, projections)", "                pass", _MIRROR),
    "what the record holds longer is written to the mirror": Rule("reconcile", "        _write_rest(connection, mirror, n)\n", "", _MIRROR),
    "what is taken over is verified": Rule("reconcile", "            check(n - count)\n", "            pass\n", _MIRROR),
    "a torn end of the mirror is cut": Rule("mirror", "os.ftruncate(self._handle, self.end)", "pass", _MIRROR),
    "what an opening read is written again": Rule("store", "        self._make_durable()\n", "", _DURABLE),
    "the mirror is written again": Rule("reconcile", "    mirror.write_again(start)\n", "", _DURABLE),
    "the anchor is compared": Rule("anchor", "if count < anchor.count or known is None:", "if False:", _ANCHOR),
    "the anchor is renewed at work": Rule("store", "if self._anchored_at and time.monotonic() - self._anchored_at >= ANCHOR_AFTER:", "if False:", _ANCHOR),
    "heartbeats overwrite a ring": Rule("heartbeats", "RING = 100", "RING = 1000", _ANCHOR),
    "every start is an epoch of its own": Rule("store", "        self.epoch = secrets.token_hex(16)\n", "        self.epoch = last.epoch if last else secrets.token_hex(16)\n", _OPENING),
    "an epoch names the one before it": Rule("store", 'parent = {"epoch": last.epoch, "seq": last.seq, "id": last.id}', "parent = {}", _OPENING),
    "runs stand in their order": Rule("chain", "self._from_start = from_start", "self._from_start = False", _VERIFY),
} | RULES_OF_GROUND_AND_TIME  # fmt: skip
"""Rules by their names; the code of each is one place in one module."""


def _full_name(rule: Rule) -> str:
    return f"coordinator_app.{rule.module}" if "." in rule.module else f"coordinator_app.store.{rule.module}"


def _spoil(rule: Rule) -> None:
    name = _full_name(rule)
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    exec(compile(source.replace(rule.kept, rule.weakened), spec.origin, "exec"), module.__dict__)  # noqa: S102
    room, _, own = name.rpartition(".")
    setattr(importlib.import_module(room), own, module)


def source_of(rule: Rule) -> str:
    """Return the source of the module that keeps a rule."""
    spec = importlib.util.find_spec(_full_name(rule))
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).read_text(encoding="utf-8")


if os.environ.get("WEAKENED"):
    _spoil(RULES[os.environ["WEAKENED"]])
