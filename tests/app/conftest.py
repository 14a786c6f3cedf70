"""The small brigade rostered once, as the tests of a worker share it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from constraints.base import all_parameters
from domain.result import Result
from domain.scenario import Scenario
from outputs.readback import read_roster
from tests.app.kit import command, environment, write_input


class Rostered(NamedTuple):
    """An input workbook, the roster and the JSON made of it, and what the command said."""

    source: Path
    target: Path
    json: Path
    said: str
    progress: str

    def result(self) -> tuple[Scenario, Result]:
        """Return the scenario and the result that the workbook carries."""
        back = read_roster(self.target, all_parameters())
        assert back.baseline is not None
        assert back.report is not None
        return back.scenario, Result(roster=back.baseline, report=back.report, findings=back.declared)


@pytest.fixture(scope="session")
def rostered(tmp_path_factory: pytest.TempPathFactory) -> Rostered:
    """Roster the small brigade by the command itself."""
    folder = tmp_path_factory.mktemp("rostered")
    source = write_input(folder / "in.xlsx")
    target, also = folder / "out.xlsx", folder / "out.json"
    done = subprocess.run(
        command("roster", source, "-o", target, "--json", also, "--deterministic", "0.05", "--workers", "1"),
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Rostered(source, target, also, done.stdout, done.stderr)
