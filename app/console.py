"""Where texts go: stdout and stderr, in one language, on any console."""

from __future__ import annotations

import os
import sys
import unicodedata
from dataclasses import dataclass, field
from datetime import time, timedelta

from rich.console import Console
from rich.text import Text as RichText
from typing_extensions import override

from app.wrapping import wrapped
from domain.calendar import minutes
from domain.words import Text

PIPE_COLUMNS = 80
"""Width where there is no console, as in a pipe or a file."""


def harmless(text: str) -> str:
    """Return ``text`` without control characters other than line breaks, which could steer the console."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text)


class _Console(Console):
    @override
    def on_broken_pipe(self) -> None:
        """Fall silent where the reader has left, as in ``| head``: the exit code is still to be the right one."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), (sys.stderr if self.stderr else sys.stdout).fileno())


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return _Console(
        stderr=stderr,
        width=None if stream.isatty() else PIPE_COLUMNS,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )


@dataclass(frozen=True)
class Voice:
    """Says texts in one language ("zh" or "en"): results on stdout, everything else on stderr."""

    lang: str
    out: Console = field(default_factory=lambda: _console(stderr=False))
    err: Console = field(default_factory=lambda: _console(stderr=True))

    def get(self, text: Text) -> str:
        """Return a text in the language spoken, harmless to the console."""
        return harmless(text.get(self.lang))

    def pick(self, zh: str, en: str) -> str:
        """Return one of two wordings, harmless to the console."""
        return harmless(en if self.lang == "en" else zh)

    def say(self, zh: str, en: str, *, style: str = "", indent: int = 0, whole: bool = False) -> None:
        """Print a paragraph on stdout; ``whole`` leaves it in one line, as a path to be copied."""
        _print(self.out, self.pick(zh, en), style, indent, whole=whole)

    def warn(self, zh: str, en: str, *, style: str = "", indent: int = 0) -> None:
        """Print a paragraph on stderr."""
        _print(self.err, self.pick(zh, en), style, indent)


def _print(console: Console, text: str, style: str, indent: int, *, whole: bool = False) -> None:
    for line in [text] if whole else wrapped(text, max(20, console.width - indent)):
        body = RichText(" " * indent).append(line, style=style)
        console.print(body, no_wrap=True, overflow="ignore", crop=False)


def value(found: object, lang: str) -> str:
    """Return a parameter's value as people write it: spans in hours, times of day as 22:00, yes and no in words."""
    if isinstance(found, bool):
        return {True: Text("是", "yes"), False: Text("否", "no")}[found].get(lang)
    if isinstance(found, timedelta):
        return f"{minutes(found) / 60:g}"
    if isinstance(found, time):
        return f"{found:%H:%M}"
    return str(found)
