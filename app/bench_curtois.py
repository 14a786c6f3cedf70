"""`lianqin bench curtois`: public instances solved and scored, one row each; figures as JSON if asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from app.console import Voice
from app.interrupt import listening, run_beside
from app.progress import ProgressLine
from app.writing import problem, refuse_bad_target, write_text
from domain.bench import BenchReport, BenchRow
from domain.words import Text
from outputs.bench_json import bench_json

if TYPE_CHECKING:
    from inputs.curtois import Instance
    from scheduler.progress import Options

DONE, NONE_FOUND, DISAGREED = 0, 3, 4
MOST_BREACHES = 5
HEADS = (
    Text("算例", "Instance"),
    Text("周/人/班", "wk/ppl/sh"),
    Text("目标值", "Objective"),
    Text("下界", "Bound"),
    Text("差距", "Gap"),
    Text("秒(目标)", "s (obj.)"),
    Text("秒(下界)", "s (bound)"),
    Text("已知最好", "Best known"),
    Text("他人十分钟", "10 min"),
)


@dataclass(frozen=True)
class BenchRequest:
    """What `lianqin bench curtois` was asked; ``options.seconds`` are for each instance."""

    folder: Path
    only: str
    json_target: Path | None
    options: Options


def bench_curtois(request: BenchRequest, voice: Voice) -> int:
    """Solve the instances one after another; return 0, 3 if one came to no roster, 4 if our scorer disagrees."""
    if request.json_target is not None:
        refuse_bad_target(request.json_target, suffix=".json")
    from inputs.curtois import read_instance
    from scheduler.bench import bench_instance, versions  # loads the solver
    from scheduler.progress import Watch

    paths = _chosen(request)
    read_all: Mapping[int, Instance] = {number: read_instance(path) for number, path in paths.items()}
    rows: list[BenchRow] = []
    for number, instance in read_all.items():
        watch = Watch(seconds=request.options.seconds)
        with listening(watch.stop), ProgressLine(voice, watch.started) as progress:
            watch.tell = progress.tell
            job = partial(bench_instance, number, instance, request.options, watch)
            row, _ = run_beside(job, progress.tick)
        rows.append(row)
        _say_row(voice, row)
        if request.json_target is not None:
            report = BenchReport(
                seconds_each=request.options.seconds,
                workers=request.options.workers,
                seed=request.options.seed,
                versions=versions(),
                rows=tuple(rows),
            )
            write_text(request.json_target, bench_json(report))
        if watch.stop.is_set():
            break
    _show(voice, rows)
    if any(not row.sound for row in rows):
        return DISAGREED
    return NONE_FOUND if any(row.objective is None for row in rows) else DONE


def _chosen(request: BenchRequest) -> dict[int, Path]:
    from scheduler.bench import instances

    if not request.folder.is_dir():
        raise problem(f"没有文件夹“{request.folder}”", f"there is no folder {request.folder}")
    found = instances(request.folder)
    if not found:
        expected = Text("如 Instance1.txt 的文件", "files such as Instance1.txt")
        raise problem(f"“{request.folder}”中没有算例", f"there is no instance in {request.folder}", expected=expected)
    wanted = [part.strip() for part in request.only.split(",") if part.strip()]
    known = {str(number): number for number in found}
    missing = [part for part in wanted if part not in known]
    if missing:
        numbers = Text("、".join(known), ", ".join(known))
        read = ", ".join(missing)
        raise problem("--only 中没有这些算例", "--only names no such instance", read=read, expected=numbers)
    return {known[part]: found[known[part]] for part in wanted} if wanted else found


def _say_row(voice: Voice, row: BenchRow) -> None:
    objective = "-" if row.objective is None else f"{row.objective:g}"
    voice.warn(
        f"{row.instance}:目标值 {objective},下界 {row.bound:g}({row.bound_from.zh}),{row.wall_seconds:g} 秒",
        f"{row.instance}: objective {objective}, bound {row.bound:g} ({row.bound_from.en}), {row.wall_seconds:g} s",
    )
    if not row.sound:
        voice.warn(
            f"评分不一致:评分程序得 {row.score}。这是程序的错误,请报告。",
            f"The scorer disagrees: it counts {row.score}. This is a fault of the program, please report it.",
            style="bold",
        )
        for breach in row.breaches[:MOST_BREACHES]:
            voice.warn(breach.zh, breach.en, indent=2)


def _show(voice: Voice, rows: Sequence[BenchRow]) -> None:
    table = Table(box=None, padding=(0, 1, 0, 0))
    for n, head in enumerate(HEADS):
        table.add_column(voice.get(head), justify="left" if n == 0 else "right", no_wrap=n == 0)
    for row in rows:
        known = row.published
        table.add_row(
            row.instance.removeprefix("Instance"),
            f"{row.weeks:g}/{row.staff}/{row.shift_types}",
            _number(row.objective),
            f"{row.bound:g}",
            "-" if row.gap is None else f"{row.gap:.1%}",
            _number(row.objective_seconds),
            _number(row.bound_seconds),
            "-" if known is None else f"{known.lower}" + (f"-{known.upper}" if known.upper > known.lower else ""),
            _number(known.ten_minutes if known else None),
        )
    voice.out.print(table)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
