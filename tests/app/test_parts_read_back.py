"""A squad or a group alone is a scenario of its own: carried in a roster workbook, it reads back without a problem."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from constraints.base import all_parameters
from domain.problem import InputError
from domain.scenario import PastShift, Request, Scenario
from inputs.book import open_book
from inputs.read import read_workbook, scenario_from
from inputs.sample import sample_scenario
from inputs.write import write_scenario
from outputs.carry import PREFIX
from scheduler.progress import Options
from scheduler.restrict import restricted
from tests.app.kit import write_input

SAMPLE = sample_scenario()


def carried(path: Path, scenario: Scenario) -> Scenario:
    """Return what a roster workbook that carries the scenario gives back."""
    with xlsxwriter.Workbook(path) as book:
        write_scenario(book, scenario, all_parameters(), prefix=PREFIX, hidden=True)
    with open_book(path) as opened:
        return scenario_from(opened, all_parameters(), prefix=PREFIX)


@pytest.mark.parametrize(
    "options", [Options(squad="外滩"), Options(squad="景区三"), Options(squad="机动一"), Options(group="D")]
)
def test_a_part_of_the_sample_brigade_reads_back(options: Options, tmp_path: Path) -> None:
    part = restricted(SAMPLE, options)
    assert part.officers
    assert carried(tmp_path / "part.xlsx", part) == part
    assert restricted(part, options) == part


def test_what_others_own_is_no_loose_end(tmp_path: Path) -> None:
    """An officer who used to be with a mobile squad has worked its night shift."""
    night = next(s for s in SAMPLE.shifts if s.squads and not set(s.squads) & {"外滩"})
    who = next(o for o in SAMPLE.officers if o.squad == "外滩")
    barred = who.model_copy(update={"barred_shifts": (night.id,)})
    wish = Request(officer=who.id, date=SAMPLE.first, shift=night.id, weight=1, against=True)
    officers = tuple(barred if o.id == who.id else o for o in SAMPLE.officers)
    moved = SAMPLE.model_copy(update={"officers": officers, "requests": (wish,)})
    part = restricted(moved, Options(squad="外滩"))
    assert [o.barred_shifts for o in part.officers if o.id == who.id] == [()]
    assert part.requests == ()
    assert carried(tmp_path / "barred.xlsx", part) == part

    before = PastShift(officer=who.id, date=min(p.date for p in SAMPLE.past_shifts), shift=night.id)
    others = tuple(p for p in SAMPLE.past_shifts if (p.officer, p.date) != (who.id, before.date))
    part = restricted(moved.model_copy(update={"past_shifts": (*others, before)}), Options(squad="外滩"))
    assert night.id in {s.id for s in part.shifts} - {s.id for s in part.shifts_of("外滩")}
    assert before in part.past_shifts
    assert carried(tmp_path / "worked.xlsx", part) == part


def test_a_squad_alone_sends_its_share_of_what_is_ordered() -> None:
    part = restricted(SAMPLE, Options(squad="外滩"))
    (order,) = part.designated
    (whole,) = SAMPLE.designated
    sizes = {squad: len(SAMPLE.officers_of(squad)) for squad in whole.squads}
    assert order.squads == ("外滩",)
    exact = whole.heads * sizes["外滩"] / sum(sizes.values())
    assert exact <= order.heads < exact + 1


def test_an_input_with_a_group_of_one_squad_stays_a_problem(tmp_path: Path) -> None:
    part = restricted(SAMPLE, Options(squad="外滩"))
    with pytest.raises(InputError) as caught:
        read_workbook(write_input(tmp_path / "part.xlsx", part), all_parameters())
    assert ["one squad" in p.text.en for p in caught.value.problems] == [True]


def test_a_carried_group_of_one_squad_may_owe_remediations_as_after_dissolving_a_group(tmp_path: Path) -> None:
    part = restricted(SAMPLE, Options(squad="外滩"))
    (group,) = part.groups
    owing = part.model_copy(update={"groups": (group.model_copy(update={"min_remediations": 1}),)})
    assert carried(tmp_path / "part.xlsx", owing).groups == owing.groups
