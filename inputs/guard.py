"""Refuses files that cannot be an honest workbook, before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

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

SAVE_AGAIN = Text(
    "请在 Excel 中打开,另存为 .xlsx 后再试", "open it in Excel, save it as a new .xlsx file and try again"
)


class ForbiddenError(ValueError):
    """A part declares a document type, by which a small file could be made to fill the memory."""


def refusal(zh: str, en: str, expected: Text | None = None) -> InputError:
    """Return the error of a file that is refused as a whole."""
    return InputError((Problem(text=Text(zh, en), expected=expected),))


def inspect(path: Path) -> io.BytesIO:
    """Return the bytes of a file after making sure that it is a workbook which can be unpacked safely.

    Its parts are looked at when they are read (``parts``).

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
    except InputError:
        raise
    except Exception as error:  # a broken archive raises a dozen unrelated types
        raise damaged(path, error) from error
    return io.BytesIO(data)


def damaged(path: Path, error: Exception) -> InputError:
    """Return the error of a workbook that cannot be parsed, whatever the parser said."""
    if isinstance(error, ForbiddenError):
        return refusal(
            f"“{path.name}”含有不允许的 XML 声明", f"{path.name} holds a forbidden XML declaration", SAVE_AGAIN
        )
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
