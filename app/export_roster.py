"""`lianqin export`: calendars for the officers' phones, and the sheets as PDF where LibreOffice is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from app.console import Voice
from app.writing import problem, refuse_bad_target, tell_moved
from constraints.base import all_parameters
from inputs.save import Draft
from outputs.readback import read_roster

PDF_SECONDS = 300
WINDOWS_FOLDERS = ("ProgramFiles", "ProgramFiles(x86)")


def export_roster(source: Path, ics: Path | None, pdf: Path | None, voice: Voice) -> int:
    """Write what is asked for of the roster ``source``; return 0, or raise InputError where that cannot be."""
    if ics is None and pdf is None:
        raise problem("请用 --ics 文件夹 或 --pdf 文件 说明要导出什么", "say what: --ics FOLDER or --pdf FILE")
    if pdf is not None:
        refuse_bad_target(pdf, suffix=".pdf")
    if ics is not None and ics.exists() and not ics.is_dir():
        raise problem(f"“{ics}”不是文件夹", f"{ics} is no folder")
    back = read_roster(source, all_parameters())
    if ics is not None:
        from outputs.calendars import write_calendars

        stamp = datetime.now(UTC)
        count = write_calendars(ics, back.scenario, back.roster, voice.lang, stamp=stamp)
        voice.say(f"日历 {count} 个:{ics}", f"{count} calendars: {ics}", whole=True)
    if pdf is not None:
        _pdf(source, pdf, voice)
    return 0


def office() -> str | None:
    """Return the path of LibreOffice's program, None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return found
    folders = [Path(os.environ[key]) / "LibreOffice" / "program" for key in WINDOWS_FOLDERS if key in os.environ]
    return next((str(f / "soffice.exe") for f in folders if (f / "soffice.exe").exists()), None)


def _pdf(source: Path, target: Path, voice: Voice) -> None:
    program = office()
    if program is None:
        raise problem(
            "没有找到 LibreOffice,不能转成 PDF;请安装 LibreOffice,或在 Excel 中另存为 PDF",
            "LibreOffice was not found, so there is no PDF; install it, or save as PDF in Excel",
        )
    with tempfile.TemporaryDirectory() as scratch, Draft(target) as draft:
        profile = (Path(scratch) / "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
        try:
            done = subprocess.run(
                [*command, "--outdir", scratch, str(source.resolve())],
                capture_output=True,
                timeout=PDF_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise problem(
                f"LibreOffice {PDF_SECONDS} 秒内没有转完", f"LibreOffice did not finish in {PDF_SECONDS} s"
            ) from None
        made = Path(scratch) / f"{source.stem}.pdf"
        if done.returncode or not made.exists():
            said = done.stderr.decode("utf-8", "replace").strip()[:200]
            raise problem(f"LibreOffice 没有写出 PDF:{said}", f"LibreOffice wrote no PDF: {said}")
        shutil.copyfile(made, draft.path)
        written = draft.accept()
    tell_moved(voice, target, written)
    voice.say(f"PDF:{written}", f"PDF: {written}", whole=True)
