"""The command `lianqin`. Heavy parts are loaded inside the commands, so that --help answers at once."""

from __future__ import annotations

import gc
import io
import math
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from app.command import USAGE, Lang, number_problems, refuse, run_work, voice_of

STARTED = time.monotonic()
"""When the command began, for --time."""

DEFAULT_SECONDS = 120.0
RUN_SECONDS = 60.0
"""Seconds of one what-if run."""
ABORTED, TERMINATED = 130, 143
"""Exit codes after a second Ctrl-C and where the system ended the command, as shells expect them."""
USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]
"""The parent of all usage errors, which typer does not export itself."""


app = typer.Typer(
    help="联勤:按月排班,联动整治,Excel 进出。\n\n"
    "Lianqin: monthly duty rosters and joint remediations, Excel in, Excel out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

bench_app = typer.Typer(help="与公开算例比较 / figures on public instances", no_args_is_help=True)
app.add_typer(bench_app, name="bench")

LangOption = Annotated[Lang, typer.Option("--lang", help="语言 / language")]
GapOption = Annotated[
    float, typer.Option("--gap", help="差距小到此即止,如 0.08 / stop at this gap, such as 0.08 for 8 %")
]
SourceArgument = Annotated[Path, typer.Argument(help="工作簿 / workbook (.xlsx)", show_default=False)]
TargetArgument = Annotated[Path, typer.Argument(help="写到 / where to write (.xlsx)", show_default=False)]


@app.command()
def roster(
    source: SourceArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="排班表写到 / where to write the roster (.xlsx)")],
    json_output: Annotated[Path | None, typer.Option("--json", help="另写 JSON / also write JSON")] = None,
    seconds: Annotated[
        float | None, typer.Option("--time", help="总用时秒数,默认 120 / seconds for the whole command, default 120")
    ] = None,
    deterministic: Annotated[
        float | None,
        typer.Option(
            "--deterministic", help="确定性用时,结果可重现 / deterministic units, repeatable; not with --time"
        ),
    ] = None,
    gap: GapOption = 0.0,
    workers: Annotated[int | None, typer.Option("--workers", help="进程数 / processes")] = None,
    seed: Annotated[int, typer.Option("--seed", help="随机种子 / seed")] = 1,
    squad: Annotated[str | None, typer.Option("--squad", help="只排一个中队 / this squad alone (id)")] = None,
    group: Annotated[str | None, typer.Option("--group", help="只排一个联动小组 / this joint group alone (id)")] = None,
    previous: Annotated[
        Path | None, typer.Option("--previous", help="上期公布的排班表 / the roster of the month before, as published")
    ] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """排班 / make the roster of an input workbook."""
    voice = voice_of(lang)
    workers = workers if workers is not None else max(1, os.cpu_count() or 1)
    refuse(
        voice,
        (
            seconds is not None and deterministic is not None,
            "--time 与 --deterministic 不能同时使用:前者按钟表,后者可重现;请去掉一个。",
            "--time and --deterministic exclude each other: one goes by the clock, the other repeats; leave one out.",
        ),
        (
            squad is not None and group is not None,
            "--squad 与 --group 不能同时使用;请去掉一个。",
            "--squad and --group exclude each other; leave one out.",
        ),
        *number_problems(seconds, deterministic, workers, seed, gap),
    )

    def work() -> int:
        from app.make_roster import Request, make_roster
        from scheduler.progress import Options

        options = Options(
            seconds=math.inf if deterministic is not None else seconds or DEFAULT_SECONDS,
            workers=workers,
            seed=seed,
            deterministic=deterministic,
            gap=gap,
            squad=squad,
            group=group,
        )
        return make_roster(Request(source, output, json_output, options, STARTED, previous), voice)

    run_work(work, voice)


@app.command()
def check(
    source: SourceArgument,
    json_output: Annotated[Path | None, typer.Option("--json", help="另写 JSON / also write JSON")] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """校核排班表,改过的也可以 / audit a roster workbook, edited by hand or not."""
    voice = voice_of(lang)

    def work() -> int:
        from app.check_roster import check_roster

        return check_roster(source, json_output, voice)

    run_work(work, voice)


@app.command()
def explain(
    source: SourceArgument,
    shortfall: Annotated[
        str | None, typer.Option("--shortfall", help="只看这一条(编号) / this one alone (id)", show_default=False)
    ] = None,
    options: Annotated[
        int | None, typer.Option("--options", help="给最大的 N 条求对策 / ways out for the N dearest", min=0, max=1000)
    ] = None,
    apply: Annotated[
        str | None, typer.Option("--apply", help="采用对策,如 S16-D01-1:2 / apply an option", show_default=False)
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="采用后写到 / where to write what --apply gives (.xlsx)")
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", help="进程数 / processes", min=1, max=256)] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """说明缺口原因和对策 / say why needs stay unfilled, and the ways out."""
    count = workers or max(1, os.cpu_count() or 1)
    with ExitStack() as stack:
        beside = None
        if count > 1 and (shortfall is not None or apply is not None):  # somebody waits: it begins before all else
            from scheduler.beside import Beside

            gc.disable()  # it ends soon, and a tenth of its time would go into looking for garbage
            beside = stack.enter_context(Beside(source))
        voice = voice_of(lang)

        def work() -> int:
            from app.explain import Ask, explain_roster

            return explain_roster(Ask(source, shortfall, options, apply, output, count), voice, beside)

        run_work(work, voice)


@app.command()
def repair(
    source: SourceArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="写到 / where to write the repaired roster (.xlsx)")],
    keep: Annotated[
        str, typer.Option("--keep", help="保留的改动:all,或单元格 / edits to keep: all, or cells (SHEET!CELL, ID:DATE)")
    ] = "all",
    absent: Annotated[
        list[str] | None, typer.Option("--absent", help="请假 / absence ID:FROM..TO[:KIND], can be repeated")
    ] = None,
    add_remediation: Annotated[
        Path | None, typer.Option("--add-remediation", help="不定期整治 / workbook with the sheet 指定整治")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="此日之前不动 / dates before it stay; default today, or the first")
    ] = None,
    most: Annotated[
        int | None, typer.Option("--max-changes", min=0, help="至多改几个人·天 / at most so many officer-days")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="保留违规的改动 / keep edits that break a hard rule")] = False,
    visits: Annotated[
        bool, typer.Option("--visits", help="到点也算首要缺口 / hotspot visits are shortfalls of the first rank too")
    ] = False,
    seconds: Annotated[float, typer.Option("--time", min=1.0, help="求解秒数 / seconds for solving")] = 40.0,
    json_output: Annotated[Path | None, typer.Option("--json", help="另写 JSON / also write JSON")] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """修复排班表,改动最少 / repair a roster with the fewest changes."""
    voice = voice_of(lang)

    def work() -> int:
        from app.repair_roster import Asked, repair_roster

        more = (keep, tuple(absent or ()), add_remediation, first, most, force, visits, seconds, json_output)
        asked = Asked(source, output, STARTED, *more)
        return repair_roster(asked, voice)

    run_work(work, voice)


@app.command()
def replace(
    source: SourceArgument,
    day: Annotated[str, typer.Option("--date", help="日期 / date")],
    duty: Annotated[str | None, typer.Option("--duty", help="岗位编号 / id of a post, desk, presence")] = None,
    officer: Annotated[str | None, typer.Option("--officer", help="谁来不了 / who cannot come (id)")] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """谁能顶班 / who can step in."""
    voice = voice_of(lang)

    def work() -> int:
        from app.replace_officer import replace_officer
        from app.writing import problem

        if duty is None and officer is None:
            raise problem("请用 --duty 或 --officer 说明要顶谁的班", "say what to fill with --duty or --officer")
        return replace_officer(source, duty, officer, day, voice)

    run_work(work, voice)


@app.command()
def publish(
    source: SourceArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="公布版写到 / where to write the filed version (.xlsx)")
    ],
    reason: Annotated[str, typer.Option("--reason", help="调班事由 / reason of the changes")] = "",
    lang: LangOption = Lang.ZH,
) -> None:
    """公布一版,记录调班 / file a version, with its changes and whom to notify."""
    voice = voice_of(lang)

    def work() -> int:
        from app.publish_roster import publish_roster

        return publish_roster(source, output, reason, voice)

    run_work(work, voice)


@app.command()
def export(
    source: SourceArgument,
    ics: Annotated[Path | None, typer.Option("--ics", help="日历文件夹 / folder for one calendar per officer")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="PDF 文件 / the sheets as PDF, by LibreOffice")] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """导出日历或 PDF / export calendars or a PDF."""
    voice = voice_of(lang)

    def work() -> int:
        from app.export_roster import export_roster

        return export_roster(source, ics, pdf, voice)

    run_work(work, voice)


@app.command()
def sample(
    output: TargetArgument,
    month: Annotated[str, typer.Option("--month", help="月份 / month")] = "2026-10",
    lang: LangOption = Lang.ZH,
) -> None:
    """写出示例大队的输入工作簿 / write the sample brigade's input workbook."""
    voice = voice_of(lang)

    def work() -> int:
        from app.writing import month_of, written
        from constraints.base import all_parameters
        from inputs.template import write_sample

        first = month_of(month)
        return written(output, lambda path: write_sample(path, first, all_parameters()), voice)

    run_work(work, voice)


@app.command()
def template(output: TargetArgument, lang: LangOption = Lang.ZH) -> None:
    """写出空白输入工作簿,带下拉和说明 / write an empty input workbook with dropdowns and notes."""
    voice = voice_of(lang)

    def work() -> int:
        from app.writing import written
        from constraints.base import all_parameters
        from inputs.template import write_template

        return written(output, lambda path: write_template(path, all_parameters()), voice)

    run_work(work, voice)


@app.command()
def rules(lang: LangOption = Lang.ZH) -> None:
    """列出规则、默认值和依据 / list the rules, their defaults and sources."""
    voice = voice_of(lang)

    def work() -> int:
        from app.rules import show_rules
        from constraints.base import all_parameters
        from scheduler.audit import rule_infos

        show_rules(voice, rule_infos(), all_parameters())
        return 0

    run_work(work, voice)


@bench_app.command("curtois")
def bench_curtois(
    folder: Annotated[Path, typer.Argument(help="算例所在文件夹 / folder of the instances", show_default=False)],
    only: Annotated[str, typer.Option("--only", help="只算这些,如 5,8 / only these, such as 5,8")] = "",
    seconds: Annotated[float, typer.Option("--time", help="每个算例的秒数 / seconds for each instance")] = 600.0,
    workers: Annotated[int | None, typer.Option("--workers", help="进程数 / processes")] = None,
    seed: Annotated[int, typer.Option("--seed", help="随机种子 / seed")] = 1,
    json_output: Annotated[Path | None, typer.Option("--json", help="另写 JSON / also write JSON")] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """公开算例(Curtois-Qu):求解并独立评分 / public instances, solved and scored on their own terms."""
    voice = voice_of(lang)
    workers = workers if workers is not None else max(1, os.cpu_count() or 1)
    refuse(voice, *number_problems(seconds, None, workers, seed))

    def work() -> int:
        from app.bench_curtois import BenchRequest, bench_curtois
        from scheduler.progress import Options

        options = Options(seconds=seconds, workers=workers, seed=seed)
        return bench_curtois(BenchRequest(folder, only, json_output, options), voice)

    run_work(work, voice)


@app.command()
def whatif(
    source: SourceArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="比较表写到 / where to write the comparison (.xlsx)")],
    spec: Annotated[Path | None, typer.Option("--spec", help="方案文件 / scenarios to compare (.yaml)")] = None,
    sweep: Annotated[
        list[str] | None, typer.Option("--sweep", help="如 / such as officers(瑞金, enforcement)=-4..4")
    ] = None,
    minimum: Annotated[str | None, typer.Option("--minimum", help="最少人数 / the least, as in officers(瑞金)")] = None,
    such_that: Annotated[
        str | None, typer.Option("--such-that", help="如 / such as posts=1.0, hotspots>=0.9, remediations>=2")
    ] = None,
    n_minus_one: Annotated[bool, typer.Option("--n-minus-one", help="逐一缺勤 / each absent once")] = False,
    risk: Annotated[float | None, typer.Option("--risk", help="病假率 / rate of sick leave, such as 0.05")] = None,
    samples: Annotated[int, typer.Option("--samples", help="样本数 / samples of --risk")] = 20,
    prove: Annotated[
        list[str] | None, typer.Option("--prove", help="另证上限 / bound this too: posts, desks, hotspots, leaders")
    ] = None,
    json_output: Annotated[Path | None, typer.Option("--json", help="另写 JSON / also write JSON")] = None,
    seconds: Annotated[float | None, typer.Option("--time", help="每次求解秒数,默认 60 / seconds a run")] = None,
    deterministic: Annotated[
        float | None, typer.Option("--deterministic", help="确定性用时,结果可重现 / deterministic units a run")
    ] = None,
    gap: GapOption = 0.0,
    workers: Annotated[int | None, typer.Option("--workers", help="进程数 / processes")] = None,
    seed: Annotated[int, typer.Option("--seed", help="随机种子 / seed")] = 1,
    squad: Annotated[str | None, typer.Option("--squad", help="只看一个中队 / this squad alone (id)")] = None,
    group: Annotated[str | None, typer.Option("--group", help="只看一个联动小组 / this joint group alone (id)")] = None,
    cluster: Annotated[str | None, typer.Option("--cluster", help="Dask 集群地址 / cluster, tcp://...")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="接着算 / go on, repeating nothing")] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """比较用人方案 / compare what-if scenarios of staffing, with verdicts by proven bounds."""
    voice = voice_of(lang)
    workers = workers if workers is not None else max(1, os.cpu_count() or 1)
    refuse(
        voice,
        (
            seconds is not None and deterministic is not None,
            "--time 与 --deterministic 不能同时使用:前者按钟表,后者可重现;请去掉一个。",
            "--time and --deterministic exclude each other: one goes by the clock, the other repeats; leave one out.",
        ),
        *number_problems(seconds, deterministic, workers, seed, gap),
    )

    def work() -> int:
        from app.whatif import Asked, Request, what_if
        from scheduler.progress import Options

        limit = math.inf if deterministic is not None else seconds or RUN_SECONDS
        options = Options(seconds=limit, workers=1, seed=seed, deterministic=deterministic, gap=gap)
        asked = Asked(
            sweeps=tuple(sweep or ()),
            minimum=minimum,
            such_that=such_that,
            n_minus_one=n_minus_one,
            risk=risk,
            samples=samples,
            prove=tuple(prove or ()),
            group=group,
            squad=squad,
        )
        request = Request(source, spec, output, json_output, asked, options, workers, cluster, resume)
        return what_if(request, voice)

    run_work(work, voice)


@app.command()
def cluster(
    workers: Annotated[int | None, typer.Option("--workers", help="工作进程数 / workers")] = None,
    port: Annotated[int, typer.Option("--port", help="端口,0 为任意 / port, 0 for any", min=0, max=65535)] = 0,
    lang: LangOption = Lang.ZH,
) -> None:
    """在本机试用集群 / a Dask cluster on this machine for `whatif --cluster`."""
    voice = voice_of(lang)
    workers = workers if workers is not None else max(1, os.cpu_count() or 1)
    refuse(voice, *number_problems(None, None, workers, 0))

    def work() -> int:
        from app.cluster import run_cluster

        return run_cluster(workers, port, voice)

    run_work(work, voice)


def _never_crash() -> None:
    """Let stdout and stderr show ``?`` for what their encoding lacks, as GBK consoles do for many characters."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def run(arguments: Sequence[str]) -> int:
    """Run the command with its arguments and return the exit code; 130 after an abort, 143 where it was terminated."""
    _never_crash()
    try:
        code = app(list(arguments), prog_name="lianqin", standalone_mode=False)
    except USAGE_ERROR as error:
        said = error.format_message() if hasattr(error, "format_message") else str(error)
        print(f"命令写法有误 / usage error: {said}\nlianqin --help", file=sys.stderr)
        return USAGE
    except _Terminated:
        return TERMINATED
    except OSError as error:
        print(f"读写失败 / cannot read or write: {error}", file=sys.stderr)
        return USAGE
    return int(code or 0)


SELDOM = 100_000
"""Objects made between two searches for garbage: what a command reads it keeps, and a third of a check's time went
into looking through it again and again."""


def main() -> None:
    """Entry point of the command."""
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
    signal.signal(signal.SIGTERM, _terminated)
    code = run(sys.argv[1:])
    if code in (ABORTED, TERMINATED):
        _leave_at_once(code)
    sys.exit(code)


class _Terminated(BaseException):
    """The system wants the command to end; files half written are deleted on the way out."""


def _terminated(number: int, frame: FrameType | None) -> None:
    raise _Terminated


def _leave_at_once(code: int) -> None:
    """End without waiting for solver threads; processes that we started are ended first."""
    print("已放弃,没有写出文件。 / Aborted; nothing was written.", file=sys.stderr)
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for child in multiprocessing.active_children():
            child.terminate()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
