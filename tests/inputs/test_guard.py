"""Files that are no honest workbook are refused with one sentence, before they can do harm."""

from __future__ import annotations

import os
import re
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from domain.problem import InputError, Problem
from inputs import guard
from inputs.book import open_book
from inputs.read import read_workbook
from tests.inputs.books import PARAMETERS, base, grids, workbook


def refused(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_workbook(path, PARAMETERS)
    return caught.value.problems


@pytest.fixture(scope="module")
def sound_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A sound workbook, with its texts in the shared table as Excel writes them."""
    path = tmp_path_factory.mktemp("sound") / "sound.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, lines in grids(base()).items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if isinstance(cell, int | float):
                        sheet.write_number(row, column, cell)
                    elif cell is not None:
                        sheet.write_string(row, column, str(cell))
    return path.read_bytes()


@pytest.fixture
def sound(tmp_path: Path, sound_bytes: bytes) -> Path:
    path = tmp_path / "sound.xlsx"
    path.write_bytes(sound_bytes)
    return path


def officers_or_problems(path: Path) -> int:
    """Return the number of officers read, 0 where there are problems; anything else is raised."""
    try:
        return len(read_workbook(path, PARAMETERS).officers)
    except InputError as error:
        return 0 if error.problems else -1


def repack(source: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Write a copy with changed parts; None drops a part."""
    target = source.with_name("changed.xlsx")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


def test_a_missing_file(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path / "没有.xlsx")
    assert "there is no file" in problem.text.en


def test_a_folder(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path)
    assert "is a folder" in problem.text.en


MEGABYTE = bytes(1 << 20)
OLE = bytes.fromhex("D0CF11E0A1B11AE1")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("空.xlsx", b"", "is empty"),
        ("名单.csv", "姓名,中队\n王建国,外滩\n".encode("gbk"), "a text file"),
        ("名单.xlsx", "姓名,中队\n".encode(), "is not an Excel workbook"),
        ("噪声.xlsx", bytes(range(256)) * 40, "is not an Excel workbook"),
        ("旧.xls", OLE + bytes(4096), "an old .xls file"),
        ("旧.xlsx", OLE + bytes(4096), "an old .xls file"),
        ("密.xlsx", OLE + bytes(512) + "EncryptedPackage".encode("utf-16-le"), "is encrypted"),
        ("头.xlsx", b"PK\x03\x04" + bytes(100), "is damaged"),
    ],
)
def test_other_files(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    (problem,) = refused(path)
    assert says in problem.text.en
    assert name in problem.text.zh


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "文档.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    (problem,) = refused(path)
    assert "not an .xlsx workbook" in problem.text.en


def test_an_encrypted_zip(sound: Path) -> None:
    data = bytearray(sound.read_bytes())
    for match in re.finditer(b"PK\x01\x02", bytes(data)):
        data[match.start() + 8] |= 1
    sound.write_bytes(data)
    (problem,) = refused(sound)
    assert "encrypted" in problem.text.en


def test_a_workbook_cut_off_anywhere_is_one_problem(sound: Path) -> None:
    data = sound.read_bytes()
    for part in range(1, 12):
        sound.write_bytes(data[: len(data) * part // 12])
        (problem,) = refused(sound)
        assert "damaged" in problem.text.en


def test_a_workbook_with_flipped_bytes_never_ends_in_anything_but_problems(sound: Path) -> None:
    data = sound.read_bytes()
    for at in range(0, len(data), len(data) // 40):
        broken = bytearray(data)
        broken[at] ^= 0xFF
        sound.write_bytes(broken)
        assert officers_or_problems(sound) in (0, 6)


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet5.xml", "[Content_Types].xml"],
)
@pytest.mark.parametrize("content", [None, b"", b"<a", b"<a/>", b"<worksheet><sheetData><row r='x'/></sheetData>"])
def test_broken_parts_are_problems(sound: Path, part: str, content: bytes | None) -> None:
    path = repack(sound, lambda name, data: content if name == part else data)
    officers = officers_or_problems(path)
    assert officers == 0 or (part == "xl/styles.xml" and officers == 6)


def test_a_zip_bomb_is_refused_by_size_before_unpacking(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(sound, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/b.xml", "w") as part:
        for _ in range(200):
            part.write(MEGABYTE)
    assert sound.stat().st_size < 1 << 20
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))
    (problem,) = refused(sound)
    assert "too large (200 MB)" in problem.text.en


def test_a_smaller_bomb_is_refused_by_its_ratio(sound: Path) -> None:
    with zipfile.ZipFile(sound, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet99.xml", b" " * (20 << 20))
    (problem,) = refused(sound)
    assert "too large" in problem.text.en


@pytest.mark.parametrize(("part", "read"), [("xl/sharedStrings.xml", True), ("xl/extra.xml", False)])
def test_a_bomb_that_lies_about_its_size_is_damaged_or_never_unpacked(sound: Path, part: str, read: bool) -> None:
    bomb = b"<sst>" + b" " * (30 << 20) + b"</sst>"
    sound = repack(sound, lambda name, data: None if name == part else data)
    with zipfile.ZipFile(sound, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, bomb)
    real, lie = len(bomb).to_bytes(4, "little"), (100).to_bytes(4, "little")
    sound.write_bytes(sound.read_bytes().replace(real, lie))
    if read:
        (problem,) = refused(sound)
        assert "damaged" in problem.text.en
    else:
        assert len(read_workbook(sound, PARAMETERS).officers) == 6


def test_entities_are_refused(sound: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "haha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'
    (problem,) = refused(repack(sound, lambda name, data: bomb if name == "xl/sharedStrings.xml" else data))
    assert "forbidden XML declaration" in problem.text.en


def test_a_device_is_refused_without_reading_it() -> None:
    assert len(refused(Path(os.devnull))) == 1


# -- cells far out ----------------------------------------------------------------------------------------------------


def far(book: Workbook, value: object, bold: bool = False) -> Workbook:
    cell = book["队员"]["XFD1048576"]
    cell.value = value
    if bold:
        cell.font = cell.font.copy(bold=True)
    return book


def test_a_cell_at_the_far_corner_is_a_problem_and_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    far(workbook(base()), "x").save(path)
    tracemalloc.start()
    begun = time.monotonic()
    (problem,) = refused(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (problem.sheet, problem.row, problem.column) == ("队员", 1048576, "(XFD)")
    assert "lies far outside" in problem.text.en
    assert peak < 50 << 20
    assert time.monotonic() - begun < 5


def test_a_far_formula_is_found_too(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    far(workbook(base()), "=1+1").save(path)
    assert [p.row for p in refused(path)] == [1048576]


def test_a_far_cell_that_is_only_styled_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    book = workbook(base())
    book["队员"]["XFD1048576"].number_format = "0.00"
    book["队员"]["ZZ3"].number_format = "0.00"
    book.save(path)
    assert len(read_workbook(path, PARAMETERS).officers) == 6


def test_a_far_cell_on_a_sheet_of_the_users_own_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    book = workbook(base())
    book.create_sheet("草稿")["XFD1048576"] = "x"
    book.save(path)
    assert len(read_workbook(path, PARAMETERS).officers) == 6


def test_a_lie_about_the_sheets_size_loses_no_rows(sound: Path) -> None:
    def lie(name: str, data: bytes) -> bytes:
        return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', data)

    assert len(read_workbook(repack(sound, lie), PARAMETERS).officers) == 6


def test_the_caps_hold_what_the_largest_brigade_needs() -> None:
    assert guard.MAX_ROWS >= 14 * 1000  # two weeks of shifts of a thousand officers


def test_the_file_is_not_held_open(sound: Path) -> None:
    with open_book(sound) as book:
        sound.unlink()  # Windows refuses this while a handle is open
        assert "队员" in book.names
