"""Odd names and notes through the whole round, from the input to the calendars: nothing is a formula."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from icalendar import Calendar

from app.cli import run
from constraints.base import all_parameters
from domain.problem import InputError
from domain.scenario import Scenario
from inputs.read import read_workbook
from outputs.readback import read_roster
from tests.app.kit import small_brigade, write_input

PARAMETERS = all_parameters()
LINK = '=HYPERLINK("http://a.b")'
ODD = ("=1+1", "@x", "+86 138", "-2+3", "😀甲", LINK, "'乙", '<&>"', "_x0041_", "张 三", "{=1}", "\\9;")


def odd_brigade() -> Scenario:
    """Return the small brigade with odd names for people, a post, a hotspot and a vehicle."""
    scenario = small_brigade()
    people = tuple(
        o.model_copy(update={"name": ODD[n]}) if n < len(ODD) else o for n, o in enumerate(scenario.officers)
    )
    return scenario.model_copy(
        update={
            "officers": people,
            "posts": tuple(p.model_copy(update={"name": "=SUM(A1:A9)"}) for p in scenario.posts),
            "hotspots": tuple(
                h.model_copy(update={"name": f"@街{n}" if n else h.name}) for n, h in enumerate(scenario.hotspots)
            ),
            "vehicles": tuple(v.model_copy(update={"name": "=1+1"}) for v in scenario.vehicles),
        }
    )


def formulas(path: Path) -> set[str]:
    """Return the starts of all formulas of a workbook."""
    book = openpyxl.load_workbook(path)
    return {
        str(cell.value)[:12]
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Go the whole round once and return every workbook by its step."""
    folder = tmp_path_factory.mktemp("odd")
    files = {name: folder / f"{name}.xlsx" for name in ("in", "roster", "filed", "repaired", "again")}
    write_input(files["in"], odd_brigade())
    made = ["--deterministic", "0.05", "--workers", "1"]
    assert run(["roster", str(files["in"]), "-o", str(files["roster"]), *made]) == 0
    assert run(["check", str(files["roster"])]) == 0
    assert run(["publish", str(files["roster"]), "-o", str(files["filed"])]) == 0
    back = read_roster(files["filed"], PARAMETERS)
    a = next(a for a in back.roster.shifts if not back.scenario.officer_by_id[a.officer].leads)
    sick = ["--absent", f"{a.officer}:{a.day}", "--from", f"{a.day}", "--time", "240"]
    assert run(["repair", str(files["filed"]), "-o", str(files["repaired"]), *sick]) == 0
    assert run(["check", str(files["repaired"])]) == 0
    asked = ["publish", str(files["repaired"]), "-o", str(files["again"]), "--reason", "=1+1 😀 @x"]
    assert run(asked) == 0
    assert run(["export", str(files["again"]), "--ics", str(folder / "cal")]) == 0
    return files | {"cal": folder / "cal"}


def test_names_come_through_every_step_to_the_letter(rounds: dict[str, Path]) -> None:
    for step in ("roster", "filed", "repaired", "again"):
        scenario = read_roster(rounds[step], PARAMETERS).scenario
        assert [o.name for o in scenario.officers] == [o.name for o in odd_brigade().officers]
        assert scenario.posts[0].name == "=SUM(A1:A9)"
        assert scenario.vehicles[0].name == "=1+1"


def test_no_text_is_a_formula_and_no_link_was_made(rounds: dict[str, Path]) -> None:
    for step in ("roster", "filed", "repaired", "again"):
        assert all(text.startswith("=SUMPRODUCT(") for text in formulas(rounds[step]))
        with zipfile.ZipFile(rounds[step]) as archive:
            links = [n for n in archive.namelist() if n.startswith("xl/worksheets/_rels/")]
            assert not any(b"http://a.b" in archive.read(n) for n in links)


def test_the_reason_of_a_change_is_text(rounds: dict[str, Path]) -> None:
    publication = read_roster(rounds["again"], PARAMETERS).publication
    assert publication is not None
    assert any(c.reason == "=1+1 😀 @x" for c in (*publication.changes, *publication.others)) or all(
        c.reason == "病假" for c in publication.changes
    )


def test_calendars_hold_the_names_as_text(rounds: dict[str, Path]) -> None:
    files = sorted(rounds["cal"].glob("*.ics"))
    assert len(files) == len(odd_brigade().officers)
    said = [str(Calendar.from_ical(path.read_bytes()).get("X-WR-CALNAME", "")) for path in files]
    texts = [path.read_text(encoding="utf-8") for path in files]
    assert all(text.startswith("BEGIN:VCALENDAR") for text in texts)
    assert any("😀甲" in text for text in (*said, *texts))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("注" * 40_000, ("too long", "damaged", "characters")),
        ("甲\x07乙", ("control characters",)),
        ("甲\ud800乙", ("control characters",)),
    ],
    ids=["forty thousand characters", "a bell", "half a character"],
)
def test_what_no_cell_may_hold_is_refused_with_its_place(tmp_path: Path, value: str, words: tuple[str, ...]) -> None:
    """Whatever a program managed to put into the file: it is refused by cell, never cut and never taken over."""
    path = write_input(tmp_path / "in.xlsx")
    spoiled = tmp_path / "spoiled.xlsx"
    stored = "".join(c if c.isprintable() else f"_x{ord(c):04X}_" for c in value)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(spoiled, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/sharedStrings.xml":
                data = data.replace("<t>外甲</t>".encode(), f"<t>{stored}</t>".encode())
            new.writestr(name, data)
    with pytest.raises(InputError) as caught:
        read_workbook(spoiled, PARAMETERS)
    (problem,) = caught.value.problems[:1]
    assert problem.sheet == "队员"
    assert problem.row is not None
    assert any(word in problem.text.en for word in words)
    assert len(problem.read) <= 60
