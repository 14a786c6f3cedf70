"""A process beside this one shares the work of one question, and changes nothing about the answer."""

from __future__ import annotations

import os

import pytest

from domain.roster import Roster
from domain.scenario import Scenario
from scheduler.beside import Beside, shared
from scheduler.entries import entries
from scheduler.options import applied, offer
from tests.scheduler.why_kit import rostered


def process_of(scenario: Scenario, roster: Roster, job: int) -> tuple[int, int, int]:
    """Return the job, how many shifts the roster has, and the process that did it."""
    return job, len(roster.shifts), os.getpid()


def dying(scenario: Scenario, roster: Roster, job: int) -> int:
    """End the process."""
    os._exit(1)


def test_jobs_are_done_in_both_processes_and_come_in_order() -> None:
    scenario, roster, _ = rostered()
    with Beside() as beside:
        beside.tell(scenario, roster)
        beside.submit(process_of, 0).result()  # it is there
        found = shared(beside, range(40), lambda job: process_of(scenario, roster, job), process_of)
    assert [job for job, _, _ in found] == list(range(40))
    assert {shifts for _, shifts, _ in found} == {len(roster.shifts)}
    assert os.getpid() in {pid for *_, pid in found}
    assert found[0][2] != os.getpid(), "the process beside takes the first"


def test_jobs_of_a_process_that_died_are_done_here() -> None:
    scenario, roster, _ = rostered()
    with Beside() as beside:
        beside.tell(scenario, roster)
        assert shared(beside, range(5), lambda job: job, dying) == list(range(5))


def test_without_another_process_all_is_done_here() -> None:
    assert shared(None, "abc", lambda job: job.upper(), dying) == ["A", "B", "C"]


@pytest.mark.parametrize("rule", ["S01", "S02"])
def test_entries_and_options_are_the_same_from_two_processes(rule: str) -> None:
    scenario, roster, findings = rostered()
    entry = next(e for e in entries(scenario, roster, findings) if e.rule == rule)
    alone = offer(scenario, roster, findings, entry)
    with Beside() as beside:
        beside.tell(scenario, roster)
        again = entries(scenario, roster, findings, only=entry.id, beside=beside)
        assert entry in again
        assert offer(scenario, roster, findings, entry, beside=beside) == alone
        for option in alone.options:
            one = applied(scenario, roster, findings, entry, option, beside=beside)
            assert one == applied(scenario, roster, findings, entry, option)
