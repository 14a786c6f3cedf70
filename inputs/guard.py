"""Refuses files that cannot be an honest workbook, before anything is unpacked or parsed."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from domain.problem import InputError, Problem
from domain.words import Text

MEGABYTE = 1 << 20
LARGEST_FILE = 40 * MEGABYTE
LARGEST_UNPACKED = 80 * MEGABYTE
LARGEST_OTHER_PART = 16 * MEGABYTE
"""For every part that is neither a worksheet nor the shared texts: styles and names are small in honest files."""
SUSPECT_SIZE = 8 * MEGABYTE
LARGEST_RATIO = 250
"""Unpacked to packed size of a part; real worksheets stay below 60."""
MOST_PARTS = 3000

MAX_ROWS = 20_000
MAX_COLUMNS = 200
"""A cell with content beyond these is a problem; nothing beyond is read."""

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FAR = re.compile(rb"""\sr=["'](?:[A-Z]{3}\d|[H-Z][A-Z]\d|G[S-Z]\d|[A-Z]{1,3}\d{5})""")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

SAVE_AGAIN = Text(
    "请在 Excel 中打开,另存为 .xlsx 后再试", "open it in Excel, save it as a new .xlsx file and try again"
)


def refusal(zh: str, en: str, expected: Text | None = None) -> InputError:
    """Return the error of a file that is refused as a whole."""
    return InputError((Problem(text=Text(zh, en), expected=expected),))


class Inspected(NamedTuple):
    """A workbook's bytes, and the first far cell with content of each sheet by sheet name."""

    content: io.BytesIO
    strays: Mapping[str, str]


def inspect(path: Path) -> Inspected:
    """Read a file and make sure that it is a workbook that can be parsed safely.

    Raises
    ------
    InputError
        With one problem, if the file is missing, no Excel workbook, encrypted, damaged or built to exhaust memory.
    """
    data = _read(path)
    _refuse_other_formats(path, data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bombs(path, archive)
            strays = _scan(path, archive)
    except InputError:
        raise
    except Exception as error:  # a broken archive raises a dozen unrelated types
        raise damaged(path, error) from error
    return Inspected(io.BytesIO(data), strays)


def damaged(path: Path, error: Exception) -> InputError:
    """Return the error of a workbook that cannot be parsed, whatever the parser said."""
    kind = type(error).__name__
    return refusal(
        f"“{path.name}”已损坏或不完整,无法读取({kind})", f"{path.name} is damaged or incomplete ({kind})", SAVE_AGAIN
    )


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise refusal(f"“{path}”是文件夹,请给出工作簿文件", f"{path} is a folder; name a workbook file")
        if not path.exists():
            raise refusal(f"找不到文件“{path}”,请检查路径", f"there is no file {path}; check the path")
        if not path.is_file():
            raise refusal(f"“{path}”不是普通文件", f"{path} is not a plain file")
        size = path.stat().st_size
        if size == 0:
            raise refusal(f"文件“{path.name}”是空的", f"{path.name} is empty")
        if size > LARGEST_FILE:
            raise _too_large(path, size)
        return path.read_bytes()
    except OSError as error:
        raise refusal(
            f"无法读取“{path}”,请关闭占用它的程序或检查权限({type(error).__name__})",
            f"cannot read {path}; close the program that holds it or check its permissions ({type(error).__name__})",
        ) from error


def _too_large(path: Path, size: int) -> InputError:
    return refusal(
        f"“{path.name}”太大({size // MEGABYTE} MB),不予读取",
        f"{path.name} is too large ({size // MEGABYTE} MB) and is not read",
        Text(
            f"文件不超过 {LARGEST_FILE // MEGABYTE} MB,解压后不超过 {LARGEST_UNPACKED // MEGABYTE} MB",
            f"at most {LARGEST_FILE // MEGABYTE} MB, and {LARGEST_UNPACKED // MEGABYTE} MB unpacked",
        ),
    )


def _refuse_other_formats(path: Path, data: bytes) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise refusal(
                f"“{path.name}”有密码保护,请在 Excel 中取消密码后再试",
                f"{path.name} is encrypted; remove its password in Excel and try again",
            )
        raise refusal(
            f"“{path.name}”是旧版 .xls 格式或有密码保护", f"{path.name} is an old .xls file or encrypted", SAVE_AGAIN
        )
    if not data.startswith(b"PK"):
        if path.suffix.lower() in (".csv", ".txt", ".tsv"):
            raise refusal(
                f"“{path.name}”是文本文件(.csv),不是工作簿", f"{path.name} is a text file, not a workbook", SAVE_AGAIN
            )
        raise refusal(f"“{path.name}”不是 Excel 工作簿", f"{path.name} is not an Excel workbook", SAVE_AGAIN)


def _refuse_bombs(path: Path, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if total > LARGEST_UNPACKED or len(parts) > MOST_PARTS:
        raise _too_large(path, total)
    for part in parts:
        if part.flag_bits & 1:
            raise refusal(f"“{path.name}”有密码保护,请取消密码后再试", f"{path.name} is encrypted; remove its password")
        ratio = part.file_size / max(1, part.compress_size)
        bulky = part.filename.startswith("xl/worksheets/") or part.filename == "xl/sharedStrings.xml"
        media = not part.filename.lower().endswith((".xml", ".rels"))
        if (part.file_size > SUSPECT_SIZE and ratio > LARGEST_RATIO) or (
            part.file_size > LARGEST_OTHER_PART and not bulky and not media
        ):
            raise _too_large(path, total)
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise refusal(f"“{path.name}”不是 .xlsx 工作簿", f"{path.name} is not an .xlsx workbook", SAVE_AGAIN)


def _scan(path: Path, archive: zipfile.ZipFile) -> dict[str, str]:
    """Parse every XML part once without building anything; return the strays by sheet name."""
    far: dict[str, str] = {}
    for name in archive.namelist():
        if not name.lower().endswith((".xml", ".rels")):
            continue
        data = archive.read(name)
        stray = _parse(path, data, look_for_strays=name.startswith("xl/worksheets/") and bool(_FAR.search(data)))
        if stray:
            far[name] = stray
    return {sheet: far[part] for sheet, part in _sheet_parts(archive).items() if part in far} if far else {}


def _parse(path: Path, data: bytes, *, look_for_strays: bool) -> str:
    """Return the first far cell with content, "" if there is none; raise on a document type or broken XML."""
    parser = expat.ParserCreate()
    state = {"at": "", "stray": ""}

    def doctype(*_: object) -> None:
        raise refusal(
            f"“{path.name}”含有不允许的 XML 声明", f"{path.name} holds a forbidden XML declaration", SAVE_AGAIN
        )

    def element(name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            state["at"] = attributes.get("r", "")
        elif tag in ("v", "f", "is") and not state["stray"] and _is_far(state["at"]):
            state["stray"] = state["at"]

    parser.StartDoctypeDeclHandler = doctype
    if look_for_strays:
        parser.StartElementHandler = element
    parser.Parse(data, True)
    return state["stray"]


def _is_far(reference: str) -> bool:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return False
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column > MAX_COLUMNS or int(match[2]) > MAX_ROWS


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each sheet by sheet name; the parts were parsed without a document type before."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    found = {}
    for element in book.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            target = targets.get(element.get(_RELATION), "")
            found[element.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return found
