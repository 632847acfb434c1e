"""Rules about the write lock, the ground of a record, room on its disk, the clocks, and what was interrupted.

The other part of the list in `weakened_store`; each rule names the one test that must go red.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """A module of the store, the text in it that keeps a rule, what stands there when it is weakened, and the tests.

    A module of another room is named with its room, such as `procedures.disk`.
    """

    module: str
    kept: str
    weakened: str
    tests: str


_RULES = "test_store_rules.py::"
_ROOM = "test_store_room.py::"
_OPENING = "test_store_opening.py::"
_WRITING = "test_store_writing.py::"
_DISK = "../procedures/test_disk.py::"
_RESTART = "../procedures/test_parking_and_restart.py::"
_BROKEN_RUN = "../procedures/test_after_a_broken_run.py::"
_CLOCKS = "../procedures/test_clocks_in_the_program.py::"

RULES_OF_GROUND_AND_TIME = {
    # The write lock
    "the write lock is taken before anything is read": Rule(
        "store", 'execute("BEGIN IMMEDIATE")', 'execute("BEGIN")',
        _RULES + "test_from_the_first_line_of_a_transaction_nobody_else_can_write",
    ),
    # Where a record may stand
    "a share of another machine is refused": Rule(
        "ground", "    return filesystem_of(folder.resolve(), mounts) in _FAR\n", "    return False\n",
        _OPENING + "test_a_network_drive_is_refused",
    ),
    "the nearest mount above a folder is the one that counts": Rule(
        "ground", "depth >= best:", "best < 0:", _OPENING + "test_the_drive_below_a_folder_is_the_nearest_mount_above_it",
    ),
    "a disk that can be pulled out is refused": Rule(
        "ground", "    if can_be_pulled_out(folder):\n", "    if False:\n",
        _ROOM + "test_a_disk_that_can_be_pulled_out_is_refused_with_the_reason",
    ),
    "a partition of a removable disk is removable": Rule(
        "ground", "for each in (block, block.parent) if", "for each in (block,) if",
        _ROOM + "test_a_disk_that_can_be_pulled_out_is_refused_with_the_reason",
    ),
    "a folder is tried before a record opens in it": Rule(
        "ground", '            out.write(b"written")\n', "            pass\n",
        _RULES + "test_a_folder_on_a_disk_that_is_full_to_the_last_byte_is_refused",
    ),
    "a folder that is read-only is refused": Rule(
        "ground", "    except OSError as fault:\n        raise _not_writable(folder) from fault\n\n\ndef lies_far",
        "    except OSError:\n        return\n\n\ndef lies_far",
        _RULES + "test_a_record_in_a_folder_that_became_read_only_is_refused",
    ),
    # Room on the disk
    "low water is told": Rule(
        "room", "self.is_low = free < self._levels.low or (", "self.is_low = free < 0 or (",
        _RULES + "test_low_water_is_told_at_the_level_that_was_set_and_not_before",
    ),
    "the reserve is given up at the end": Rule(
        "room", "if free < self._levels.critical and self.has_reserve:", "if False:",
        _RULES + "test_a_nearly_full_disk_gets_the_reserve_and_nothing_new_begins_on_it",
    ),
    "nothing new begins on the room of the reserve": Rule(
        "room", "            self.is_low = True\n            return\n", "            self.is_low = False\n            return\n",
        _RULES + "test_a_nearly_full_disk_gets_the_reserve_and_nothing_new_begins_on_it",
    ),
    "without its reserve a disk counts as low": Rule(
        "room", "not self.has_reserve and not self._renew()", "False",
        _RULES + "test_a_nearly_full_disk_gets_the_reserve_and_nothing_new_begins_on_it",
    ),
    "the reserve holds real blocks": Rule(
        "room", "                _take_room(out.fileno(), self._reserve_bytes)\n",
        "                out.truncate(self._reserve_bytes)\n", _RULES + "test_the_reserve_holds_real_blocks_of_the_disk",
    ),
    "a disk that does not answer is a full one": Rule(
        "room", "            return 0  # a disk", "            return 2**62  # a disk",
        _RULES + "test_a_disk_that_does_not_answer_is_a_full_one",
    ),
    "nothing new begins at low water": Rule(
        "procedures.disk", "        if not self.room.is_low:\n            return False\n", "        if True:\n            return False\n",
        _DISK + "test_nothing_new_begins_and_what_has_begun_goes_on",
    ),
    "low water is an alarm of the site": Rule(
        "procedures.disk", '            raise_site_alarm(self._work, "disk", "medium")\n', "            pass\n",
        _DISK + "test_nothing_new_begins_and_what_has_begun_goes_on",
    ),
    "the disk is looked at before a step begins": Rule(
        "procedures.bench", "        if self.disk.refuses(sitting, step_name, case_id):\n", "        if False:\n",
        _DISK + "test_nothing_new_begins_and_what_has_begun_goes_on",
    ),
    "the disk is looked at before a patient is enrolled": Rule(
        "procedures.bench", 'if verb == "enrol" and self.disk.refuses(sitting, verb):', "if False:",
        _DISK + "test_nothing_new_begins_and_what_has_begun_goes_on",
    ),
    # Clocks
    "a wall clock that was set is recorded": Rule(
        "writing", "        if abs(step) > STEP_NOTICED + abs(passed) / _SLEW:\n", "        if False:\n",
        _WRITING + "test_a_wall_clock_that_was_set_is_recorded_and_earlier_times_are_suspect",
    ),
    "a wall clock that was set while the program was closed is recorded": Rule(
        "writing", "        self.sample = before\n        self._notice_step(now)\n", "        self.sample = before\n",
        _WRITING + "test_a_wall_clock_that_was_set_while_the_program_was_closed_is_noticed",
    ),
    "the clocks of the run before are known at the start": Rule(
        "store", "            self._sample = Moment(last.at, last.zone, last.boot, last.boot_ns, last.clock)\n", "            pass\n",
        _WRITING + "test_a_wall_clock_that_was_set_while_the_program_was_closed_is_noticed",
    ),
    "a night of slow correction is no step": Rule(
        "writing", "STEP_NOTICED + abs(passed) / _SLEW:", "STEP_NOTICED:",
        _WRITING + "test_sleep_and_a_night_of_slow_correction_are_no_step",
    ),
    "a restart of the machine is no step": Rule(
        "writing", "before is None or before.boot != now.boot:", "before is None:",
        _WRITING + "test_a_restart_of_the_machine_is_no_step",
    ),
    "a time before what is recorded is suspect": Rule(
        "journal", '"clock": "suspect" if suspect else moment.clock', '"clock": moment.clock',
        _WRITING + "test_a_wall_clock_that_was_set_is_recorded_and_earlier_times_are_suspect",
    ),
    "a time before what is recorded is suspect after a restart too": Rule(
        "store", "        self._journal.start(self.epoch, newest)\n", "        self._journal.start(self.epoch, None)\n",
        _WRITING + "test_a_wall_clock_set_back_before_a_restart_stays_suspect_after_it",
    ),
    "a heartbeat comes every half minute": Rule(
        "procedures.pulse", "BEAT_NS = 30_000_000_000", "BEAT_NS = 3_000_000_000_000",
        _CLOCKS + "test_a_heartbeat_is_written_every_half_minute_and_at_lock_and_quit",
    ),
    "quitting writes a heartbeat": Rule(
        "procedures.bench", "        self.pulse.beat()\n\n    # Inputs", "\n    # Inputs",
        _CLOCKS + "test_a_heartbeat_is_written_every_half_minute_and_at_lock_and_quit",
    ),
    # Interrupted
    "a check that broke off is recorded as interrupted": Rule(
        "procedures.bench", "        opening.record_interrupted(work)\n", "",
        _RESTART + "test_a_check_that_was_open_when_the_program_ended_is_recorded_and_never_resumed",
    ),
    "what was interrupted is listed": Rule(
        "procedures.today", "if badge is None and step.name in interrupted:", "if False:",
        _BROKEN_RUN + "test_an_interrupted_check_is_listed_and_goes_on_only_when_it_is_asked_for",
    ),
    "what was read before an interruption counts no more": Rule(
        "procedures.under_way", "    run.already = []\n    run.in_check, run.confirmed = True, False\n",
        "    run.read_already(\"read.wristband\", run.work.now())\n    run.in_check, run.confirmed = True, False\n",
        _BROKEN_RUN + "test_an_interrupted_check_is_listed_and_goes_on_only_when_it_is_asked_for",
    ),
    "what was interrupted is not taken up without being asked": Rule(
        "procedures.bench", "            return self.door.take(sitting, received)\n",
        "            arrived = self.door.take(sitting, received)\n"
        "            for case in self.work.open_cases() if self.present else ():\n"
        "                for step, unit in case.interrupted.values():\n"
        "                    self._begin(arrived, step, case.case, unit)\n            return arrived\n",
        _BROKEN_RUN + "test_an_interrupted_check_is_listed_and_goes_on_only_when_it_is_asked_for",
    ),
    "a check is not put aside": Rule(
        "procedures.bench", 'received.action == "park" and not hand.in_check:', 'received.action == "park":',
        _RESTART + "test_a_check_cannot_be_put_aside",
    ),
}  # fmt: skip
"""Rules by their names; the code of each is one place in one module."""
