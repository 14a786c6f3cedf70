"""Jobs that test_parallel runs in other processes; they load no solver."""

from __future__ import annotations

import os
import time

from scheduler.parallel import scenario_here, stopped_here

LONG_SECONDS = 60.0


def brigade_name() -> str:
    """Return the name of the brigade that this process knows."""
    return scenario_here().brigade


def process_id() -> int:
    """Return the id of this process."""
    return os.getpid()


def die() -> None:
    """End this process without a word."""
    os._exit(9)


def fail() -> None:
    """Raise."""
    raise ValueError("a job went wrong")


def nap(seconds: float) -> str:
    """Sleep and return."""
    time.sleep(seconds)
    return "slept"


def until_stopped() -> str:
    """Work until this process is asked to stop."""
    end = time.monotonic() + LONG_SECONDS
    while time.monotonic() < end:
        if stopped_here():
            return "stopped"
        time.sleep(0.02)
    return "never stopped"
