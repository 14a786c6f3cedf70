"""Ctrl-C: the first one asks to stop, the second one aborts; work runs beside the thread that hears them."""

from __future__ import annotations

import signal
import threading
import time
from threading import Event

import pytest

from app.interrupt import listening, run_beside


def test_the_first_interrupt_asks_to_stop_and_the_second_aborts() -> None:
    stop = Event()
    with listening(stop):
        signal.raise_signal(signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_the_handlers_of_before_come_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with listening(Event()):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_nothing_changes() -> None:
    seen: list[bool] = []

    def body() -> None:
        before = signal.getsignal(signal.SIGINT)
        with listening(Event()):
            seen.append(signal.getsignal(signal.SIGINT) is before)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert seen == [True]


def test_work_beside_returns_its_result_and_ticks_meanwhile() -> None:
    ticks: list[float] = []

    def work() -> int:
        while not ticks:
            time.sleep(0.01)
        return 7

    assert run_beside(work, lambda: ticks.append(time.monotonic())) == 7
    assert ticks


def test_work_beside_raises_its_own_error() -> None:
    def work() -> None:
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        run_beside(work, lambda: None)


def test_an_interrupt_is_heard_while_the_work_goes_on() -> None:
    stop = Event()
    sent: list[bool] = []

    def tick() -> None:
        if not sent:
            sent.append(True)
            signal.raise_signal(signal.SIGINT)

    with listening(stop):
        assert run_beside(lambda: stop.wait(20), tick) is True
