"""Says what counting alone shows that cannot work."""

from __future__ import annotations

from app.console import Voice
from domain.explanation import Counted


def show_counted(voice: Voice, counted: tuple[Counted, ...]) -> None:
    """Print what counting alone shows; nothing where it shows nothing."""
    if not counted:
        return
    voice.say(f"计数校核:{len(counted)} 处做不到", f"Counting: {len(counted)} thing(s) cannot work", style="bold")
    for row in counted:
        voice.say(f"- {row.text.zh}", f"- {row.text.en}", indent=2)
