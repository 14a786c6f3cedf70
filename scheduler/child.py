"""What every process of ours does at its start. Little is loaded for it, as somebody may be waiting."""

from __future__ import annotations

import gc
import multiprocessing
import os
import time

SELDOM = 100_000
"""Objects made between two searches for garbage in a process of ours: it keeps nearly all it makes, as the command."""


def search_seldom() -> None:
    """Search for garbage less often in this process; a seventh of the time of reasons went into it."""
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])


def end_with_parent(parent: int) -> None:
    """End this process when its parent has gone; for a thread of its own."""
    process = multiprocessing.parent_process()
    while process is not None and process.is_alive() and os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
