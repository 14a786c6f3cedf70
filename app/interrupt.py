"""Ctrl-C: once asks for the best roster so far, twice aborts. The same on Windows, where Ctrl-Break counts too."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

T = TypeVar("T")
TICK_SECONDS = 0.2


@contextmanager
def listening(stop: Event) -> Iterator[None]:
    """Turn the first interrupt into ``stop`` and the next one into KeyboardInterrupt, as long as the block lasts.

    Outside the main thread, where Python allows no handlers, nothing changes.
    """

    def heard(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    numbers = [signal.SIGINT, *([signal.SIGBREAK] if hasattr(signal, "SIGBREAK") else [])]
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, heard) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_beside(work: Callable[[], T], tick: Callable[[], None]) -> T:
    """Run ``work`` in a thread and return its result or raise its error; call ``tick`` a few times a second.

    The main thread stays free to hear interrupts, which a solver's native code would hold up.
    """
    done: Future[T] = Future()

    def body() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001  whatever it is, the main thread raises it
            done.set_exception(error)

    thread = Thread(target=body, daemon=True, name="plan")
    thread.start()
    while thread.is_alive():
        thread.join(TICK_SECONDS)
        tick()
    return done.result()
