"""What every command of `lianqin` shares: its language, the check of its numbers, and how its work ends."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from app.console import Voice

USAGE = 2
"""Exit code where the input or the usage is at fault."""


class Lang(StrEnum):
    """Languages of texts and sheets."""

    ZH = "zh"
    EN = "en"


def voice_of(lang: Lang) -> Voice:
    """Return the voice that speaks a language."""
    from app.console import Voice

    return Voice(lang.value)


def number_problems(
    seconds: float | None, deterministic: float | None, workers: int, seed: int, gap: float = 0.0
) -> tuple[tuple[bool, str, str], ...]:
    """Return what may be wrong with the numbers of a command: (whether it is, Chinese, English)."""
    return (
        (
            not _positive(seconds),
            f"--time 应为正数,而不是 {seconds}。",
            f"--time wants a positive number, not {seconds}.",
        ),
        (
            not _positive(deterministic),
            f"--deterministic 应为正数,而不是 {deterministic}。",
            f"--deterministic wants a positive number, not {deterministic}.",
        ),
        (
            not 1 <= workers <= 256,
            f"--workers 应在 1 至 256 之间,而不是 {workers}。",
            f"--workers wants 1 to 256, not {workers}.",
        ),
        (
            not 0 <= gap < 1,
            f"--gap 应不小于 0 而小于 1(如 0.08 即 8%),而不是 {gap}。",
            f"--gap wants 0 or more and less than 1 (0.08 is 8 %), not {gap}.",
        ),
        (
            not 0 <= seed < 2**31,
            f"--seed 应在 0 至 2147483647 之间,而不是 {seed}。",
            f"--seed wants 0 to 2147483647, not {seed}.",
        ),
    )


def refuse(voice: Voice, *problems: tuple[bool, str, str]) -> None:
    """Say the first problem of the usage that is there and exit with 2."""
    for bad, zh, en in problems:
        if bad:
            voice.warn(zh, en)
            raise typer.Exit(USAGE)


def _positive(value: float | None) -> bool:
    return value is None or (math.isfinite(value) and value > 0)


def run_work(work: Callable[[], int], voice: Voice) -> None:
    """Do the work of a command; problems of the input are printed, all of them, and exit with 2."""
    from app.problems import show_problems
    from domain.problem import InputError

    try:
        code = work()
    except InputError as error:
        show_problems(voice, error.problems)
        code = USAGE
    raise typer.Exit(code)
