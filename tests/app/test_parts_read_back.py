"""A squad or a group alone is a scenario of its own: written into a workbook, it reads back without a problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from constraints.base import all_parameters
from inputs.read import read_workbook
from inputs.sample import sample_scenario
from scheduler.progress import Options
from scheduler.restrict import restricted
from tests.app.kit import write_input


@pytest.mark.parametrize("options", [Options(squad="外滩"), Options(squad="机动一"), Options(group="D")])
def test_a_part_of_the_sample_brigade_reads_back(options: Options, tmp_path: Path) -> None:
    part = restricted(sample_scenario(), options)
    assert part.officers
    assert read_workbook(write_input(tmp_path / "part.xlsx", part), all_parameters()) == part
