"""What it takes to write a roster workbook, to read it back and to audit it again; and `lianqin --help`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from constraints.base import all_parameters
from domain.result import Result
from outputs.readback import read_roster
from outputs.workbook import write_roster
from scheduler.audit import audit, rule_infos

REPEATS = 3


def handover(source: Path) -> None:
    """Print what writing, reading back and re-auditing a roster workbook take, and `lianqin --help` [s]."""
    parameters = all_parameters()
    back = read_roster(source, parameters)
    if back.report is None:
        raise SystemExit(f"{source} carries no report; make it anew with `make roster`")
    result = Result(roster=back.roster, report=back.report, findings=audit(back.scenario, back.roster))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "roster.xlsx"
        marks = [time.perf_counter()]
        write_roster(copy, back.scenario, result, parameters, rule_infos())
        marks.append(time.perf_counter())
        again = read_roster(copy, parameters)
        marks.append(time.perf_counter())
        audit(again.scenario, again.roster)
        marks.append(time.perf_counter())
    print("| step | seconds |\n|---|---:|")
    for step, n in (("write", 1), ("read back", 2), ("audit", 3)):
        print(f"| {step} | {marks[n] - marks[n - 1]:.1f} |")
    print(f"| together | {marks[-1] - marks[0]:.1f} |")
    print(f"| `lianqin --help` (median of {REPEATS}) | {help_seconds():.2f} |")


def help_seconds() -> float:
    """Return the median wall time of `lianqin --help` in a new process."""
    command = [sys.executable, "-c", "import sys; from app.cli import main; sys.argv[0] = 'lianqin'; main()", "--help"]
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)
