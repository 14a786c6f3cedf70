"""Repair, replace, publish, carry over and export by the command itself, on the small brigade."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

import app.export_roster
from app.cli import main, run
from constraints.base import all_parameters
from domain.calendar import DAY
from domain.problem import InputError
from domain.publication import ChangeKind
from domain.result import Forced, Result
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Text
from domain.yearly import Turns
from outputs.baseline import from_tables, to_tables
from outputs.changes import change_rows, summary
from outputs.ledger import ledger_rows
from outputs.printing import day_heading, grid_names
from outputs.readback import ReadBack, read_roster
from outputs.workbook import write_roster
from scheduler.audit import audit, hard
from scheduler.carry_over import carried_over
from scheduler.judge import edits
from scheduler.levels import Unsolvable
from scheduler.publishing import published
from tests.app.conftest import Rostered
from tests.app.kit import END, FIRST, cell_at, command, edited, environment, small_brigade

PARAMETERS = all_parameters()


def back_of(path: Path) -> ReadBack:
    return read_roster(path, PARAMETERS)


def sick(rostered: Rostered) -> tuple[str, date]:
    """Return a plain member with a shift early in the period."""
    scenario, result = rostered.result()
    a = next(a for a in result.roster.shifts if not scenario.officer_by_id[a.officer].leads and a.day > FIRST)
    return a.officer, a.day


@pytest.fixture(scope="module")
def filed(rostered: Rostered, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the roster as version 1."""
    target = tmp_path_factory.mktemp("filed") / "v1.xlsx"
    assert run(["publish", str(rostered.target), "-o", str(target)]) == 0
    return target


@pytest.fixture(scope="module")
def mended(rostered: Rostered, filed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Repair version 1 after a sick call."""
    who, day = sick(rostered)
    target = tmp_path_factory.mktemp("mended") / "mended.xlsx"
    asked = ["repair", str(filed), "-o", str(target), "--absent", f"{who}:{day}", "--from", f"{day}", "--time", "240"]
    assert run(asked) == 0
    return target


# -- repair -------------------------------------------------------------------------------------------------------


def test_a_repair_is_lawful_counts_its_changes_and_leaves_the_past(
    rostered: Rostered, filed: Path, mended: Path
) -> None:
    who, day = sick(rostered)
    before, after = back_of(filed), back_of(mended)
    assert not hard(audit(after.scenario, after.roster))
    assert after.scenario.absence(who, day) is not None
    made = edits(before.roster, after.roster)
    assert (who, day) in {(e.officer, e.day) for e in made.shifts}
    assert all(e.day >= day for e in made.shifts)
    notes = [note.en for note in after.report.notes] if after.report else []
    assert f"Changed shifts (officer-days): {len(made.shifts)}, fewest possible: proven" in notes


def test_an_edit_kept_by_force_is_marked_on_its_cell(rostered: Rostered, tmp_path: Path) -> None:
    """A late shift before an early one, kept by force, has a mark and a comment, and reads back as the shift it is."""
    import openpyxl

    scenario, result = rostered.result()
    who, day = next(
        (o.id, on)
        for o in scenario.officers
        for on in scenario.dates[1:-3]
        if result.roster.shift_on.get((o.id, on)) == "E"
        and result.roster.shift_on.get((o.id, on - DAY)) is None
        and not o.leads
    )
    name = grid_names(scenario, "zh")[scenario.officer_by_id[who].squad]

    def late(book: Any) -> None:
        cell_at(book[name], who, day_heading(scenario, day - DAY, "zh")).value = "晚"
        cell_at(book[name], who, day_heading(scenario, day, "zh")).value = "早"

    path = edited(rostered.target, tmp_path / "x.xlsx", late)
    keep = f"{who}:{day - DAY}"
    lock = tmp_path / "y.xlsx"
    asked = ["repair", str(path), "-o", str(lock), "--from", f"{day - DAY}", "--time", "240"]
    assert run([*asked, "--keep", keep, "--force"]) == 0
    back = back_of(lock)
    if back.forced:  # where the next day could be changed, nothing had to be forced
        ((forced),) = back.forced
        assert (forced.officer, forced.day) == (who, day - DAY)
    again = Result(
        roster=back.roster,
        report=back.report or result.report,
        findings=back.declared,
        forced=(Forced(officer=who, day=day - DAY, text=Text("违反 R03", "breaks R03")),),
    )
    write_roster(tmp_path / "z.xlsx", back.scenario, again, PARAMETERS, ())
    cell = cell_at(openpyxl.load_workbook(tmp_path / "z.xlsx")[name], who, day_heading(scenario, day - DAY, "zh"))
    assert cell.value.endswith("!")
    assert "R03" in cell.comment.text
    marked = back_of(tmp_path / "z.xlsx")
    assert marked.roster.shift_on == back.roster.shift_on
    assert [(f.officer, f.day) for f in marked.forced] == [(who, day - DAY)]


def test_a_bad_absence_is_a_sentence(rostered: Rostered, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("nonsense", "WT01:2026-10-20..2026-10-19", "WT01:2026-10-20:holiday", "nobody:2026-10-20"):
        asked = ["repair", str(rostered.target), "-o", str(tmp_path / "x.xlsx"), "--absent", text, "--lang", "en"]
        assert run(asked) == 2
        said = capsys.readouterr().err
        assert "--absent" in said or "no officer" in said
    assert not (tmp_path / "x.xlsx").exists()


def test_a_repair_stopped_before_it_found_anything_says_so_and_leaves_the_old_file(
    rostered: Rostered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, stopped: Callable[[], bool], **__: object) -> None:
        signal.raise_signal(signal.SIGINT)
        while not stopped():
            time.sleep(0.01)
        raise Unsolvable((next(iter(rostered.result()[0].squads)).id,), proven=False)

    monkeypatch.setattr("scheduler.repair.repair", interrupted)
    target = tmp_path / "old.xlsx"
    target.write_bytes(b"old")
    who, day = sick(rostered)
    asked = ["repair", str(rostered.target), "-o", str(target), "--absent", f"{who}:{day}", "--lang", "en"]
    assert run(asked) == 3
    assert "stopped as asked" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["old.xlsx"]
    assert target.read_bytes() == b"old"


def test_a_command_that_the_system_ends_while_it_writes_leaves_the_old_file_and_nothing_else(
    rostered: Rostered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Left(BaseException):
        pass

    def ended(path: Path, *_: object, **__: object) -> None:
        path.write_bytes(b"half")
        signal.raise_signal(signal.SIGTERM)

    def leave(code: int) -> None:
        raise Left(code)

    monkeypatch.setattr("app.shipping.write_roster", ended)
    monkeypatch.setattr("os._exit", leave)
    target = tmp_path / "old.xlsx"
    target.write_bytes(b"old")
    monkeypatch.setattr(sys, "argv", ["lianqin", "publish", str(rostered.target), "-o", str(target), "--lang", "en"])
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(Left, match="143"):
            main()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert "nothing was written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["old.xlsx"]
    assert target.read_bytes() == b"old"


def test_all_bad_absences_are_told_at_once(
    rostered: Rostered, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    absences = ("nonsense", "nobody:2026-10-20", "WT01:2026-10-20..2026-10-19")
    asked = ["repair", str(rostered.target), "-o", str(tmp_path / "x.xlsx"), "--lang", "en"]
    assert run([*asked, *(word for text in absences for word in ("--absent", text))]) == 2
    said = capsys.readouterr().err
    assert "'nonsense'" in said
    assert "before the first" in said
    assert "no officer nobody" in said


# -- replace ------------------------------------------------------------------------------------------------------


def test_who_can_step_in_is_ranked_without_a_solver(rostered: Rostered) -> None:
    who, day = sick(rostered)
    code = (
        "import sys\nfrom app.cli import run\n"
        f"code = run(['replace', {str(rostered.target)!r}, '--officer', {who!r}, '--date', '{day}', '--lang', 'en'])\n"
        "assert 'ortools' not in sys.modules\nsys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert "->" in done.stdout
    assert "late" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_place_that_is_unknown_is_a_sentence(rostered: Rostered, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replace", str(rostered.target), "--duty", "?", "--date", f"{FIRST}", "--lang", "en"]) == 2
    assert "no post" in capsys.readouterr().err
    assert run(["replace", str(rostered.target), "--date", f"{FIRST}"]) == 2


# -- publish ------------------------------------------------------------------------------------------------------


def test_a_version_has_number_date_and_hash_and_its_lines(rostered: Rostered, filed: Path) -> None:
    back = back_of(filed)
    assert back.publication is not None
    latest = back.publication.latest
    filed_on = datetime.fromtimestamp(filed.stat().st_mtime, tz=UTC).astimezone().date()
    assert (latest.number, latest.day, len(latest.content)) == (1, filed_on, 64)
    for line in back.scenario.published:
        assert {d for d, shift in line.days() if shift} == {a.day for a in back.roster.shifts_of(line.officer)}
    assert run(["check", str(filed)]) == 0


def test_the_same_again_is_no_version(filed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["publish", str(filed), "-o", str(tmp_path / "x.xlsx"), "--lang", "en"]) == 0
    assert "nothing written" in capsys.readouterr().out
    assert not (tmp_path / "x.xlsx").exists()


def test_a_second_version_lists_changes_and_whom_to_notify(
    rostered: Rostered, mended: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    who, day = sick(rostered)
    target = tmp_path / "v2.xlsx"
    assert run(["publish", str(mended), "-o", str(target), "--reason", "顶班"]) == 0
    said = capsys.readouterr().out
    assert "需通知" in said
    assert who in said
    back = back_of(target)
    assert back.publication is not None
    assert back.publication.latest.number == 2
    change = next(c for c in back.publication.changes if (c.officer, c.day) == (who, day))
    assert (change.version, change.after, change.reason) == (2, None, "病假")
    others = [c for c in back.publication.changes if c.officer != who]
    assert all(c.reason == "顶班" for c in others)

    import openpyxl

    rows = [row[4].value for row in openpyxl.load_workbook(target)["调班记录"].iter_rows(min_row=5)]
    assert any(who in str(value) for value in rows)


def test_duties_and_remediations_are_counted_apart_and_told(rostered: Rostered) -> None:
    """One patrol becomes two duties, and one remediation loses a participant and begins later."""
    scenario, result = rostered.result()
    day = date(2026, 10, 13)
    first = published(scenario, result.roster, result.report, None, day=day, reason="", lang="zh")
    assert first is not None
    assert first.result.publication is not None
    duty = next(d for d in result.roster.duties if d.kind is DutyKind.PATROL and d.end - d.start > timedelta(hours=2))
    (held,) = result.roster.remediations[:1]
    gone = next(p for p in held.participants if p != held.commander)
    halves = (
        duty.model_copy(update={"end": duty.start + timedelta(hours=1)}),
        duty.model_copy(update={"start": duty.start + timedelta(hours=1), "kind": DutyKind.STANDBY}),
    )
    later = held.model_copy(
        update={
            "start": held.start + timedelta(minutes=30),
            "participants": tuple(p for p in held.participants if p != gone),
        }
    )
    roster = result.roster.model_copy(
        update={
            "duties": (*(d for d in result.roster.duties if d != duty), *halves),
            "remediations": (later, *result.roster.remediations[1:]),
        }
    )
    before = from_tables(to_tables(first.result)).publication
    second = published(first.scenario, roster, first.result.report, before, day=day, reason="媒体曝光", lang="zh")
    assert second is not None
    publication = second.result.publication
    assert publication is not None
    assert second.changes == ()
    one, two = publication.others
    assert (one.kind, one.subject, one.day, one.people) == (ChangeKind.DUTY, duty.officer, duty.day, duty.officer)
    assert "备勤" in one.after
    assert (two.kind, two.subject, two.reason) == (ChangeKind.REMEDIATION, held.id, "媒体曝光")
    assert set(two.people.split(" ")) == set(held.participants)
    assert gone in two.after
    rows = change_rows(scenario, publication, "zh")
    assert [row[1] for row in rows] == ["勤务", "整治"]
    said = summary(scenario, publication)
    assert "班次改动 0 人·天,班次不变而勤务改动 1 人·天,整治改动 1 次" in said.zh
    assert f"需通知 {len({duty.officer, *held.participants})} 人" in said.zh


def test_a_roster_that_breaks_rules_is_not_published(rostered: Rostered, tmp_path: Path) -> None:
    who, day = sick(rostered)
    scenario, _ = rostered.result()

    def strip(book: object) -> None:
        sheet = book[f"月排班表·{scenario.squad_by_id[scenario.officer_by_id[who].squad].name}"]  # type: ignore[index]
        for row in sheet.iter_rows():
            if any(str(cell.value) == who for cell in row):
                for cell in row:
                    if str(cell.value) in ("早", "中", "晚"):
                        cell.value = "休"

    path = edited(rostered.target, tmp_path / "x.xlsx", strip)
    assert run(["publish", str(path), "-o", str(tmp_path / "y.xlsx")]) == 1
    assert not (tmp_path / "y.xlsx").exists()


# -- the month after ----------------------------------------------------------------------------------------------


def next_month(scenario: Scenario) -> Scenario:
    from domain.calendar import Day, dates
    from domain.words import DayKind

    end = END + timedelta(days=14)
    return scenario.model_copy(
        update={
            "first": END,
            "end": end,
            "calendar": tuple(Day(date=on, kind=DayKind.WORKDAY) for on in dates(END, end)),
            "past_remediations": (),
        }
    )


def test_the_next_month_takes_history_balances_and_turns(rostered: Rostered) -> None:
    scenario, result = rostered.result()
    after = carried_over(next_month(small_brigade()), scenario, result.roster)
    assert {(p.officer, p.date, p.shift) for p in after.past_shifts} == {
        (a.officer, a.day, a.shift) for a in result.roster.shifts
    }
    held = {r.id for r in result.roster.remediations}
    assert held < {p.id for p in after.past_remediations}  # and the one before the last month, which still runs
    figures = {row.officer: row for row in ledger_rows(scenario, result.roster)}
    for officer in after.officers:
        assert officer.carried_late == figures[officer.id].late
        assert officer.carried_remediations == figures[officer.id].remediations
    (group,) = after.groups
    assert group.convener == "YY"  # after WT
    assert Turns(squad="WT", hosted=sum(r.host == "WT" for r in result.roster.remediations), convened=1) in after.turns


def test_another_brigade_or_month_hands_on_nothing(rostered: Rostered) -> None:
    scenario, result = rostered.result()
    wanted = next_month(small_brigade())
    with pytest.raises(InputError, match="roster of"):
        carried_over(wanted.model_copy(update={"brigade": "静安大队"}), scenario, result.roster)
    with pytest.raises(InputError, match="do not meet"):
        carried_over(small_brigade(), scenario, Roster())


# -- export -------------------------------------------------------------------------------------------------------


def test_every_officer_gets_a_calendar_in_shanghai_time(rostered: Rostered, tmp_path: Path) -> None:
    assert run(["export", str(rostered.target), "--ics", str(tmp_path / "cal")]) == 0
    scenario, result = rostered.result()
    assert len(list((tmp_path / "cal").glob("*.ics"))) == len(scenario.officers)
    who, _ = sick(rostered)
    found = Calendar.from_ical((tmp_path / "cal" / f"{who}.ics").read_bytes())
    events = found.walk("VEVENT")
    wanted = {scenario.shift_day(a.shift, a.day).start for a in result.roster.shifts_of(who)}
    assert {e["DTSTART"].dt.replace(tzinfo=None) for e in events} == wanted
    assert {str(e["DTSTART"].dt.tzinfo) for e in events} == {"Asia/Shanghai"}
    assert len({str(e["UID"]) for e in events}) == len(events)
    assert found.walk("VTIMEZONE")


def test_without_libreoffice_there_is_a_clear_line(
    rostered: Rostered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app.export_roster, "office", lambda: None)
    assert run(["export", str(rostered.target), "--pdf", str(tmp_path / "x.pdf"), "--lang", "en"]) == 2
    assert "LibreOffice was not found" in capsys.readouterr().err


LIBREOFFICE = [True] if shutil.which("soffice") else []


@pytest.mark.parametrize("installed", LIBREOFFICE)
def test_the_sheets_become_a_pdf(rostered: Rostered, tmp_path: Path, installed: bool) -> None:  # noqa: FBT001
    assert installed
    done = subprocess.run(
        command("export", rostered.target, "--pdf", tmp_path / "x.pdf"), env=environment(), check=False
    )
    assert done.returncode == 0
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
