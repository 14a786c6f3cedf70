"""A slow machine keeps more of the time for what comes after the search, and everything that is timed gets longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.make_roster import Request, _explaining, _options, _until_writing
from app.pace import READING_BASE_S, READING_PER_OFFICER_S, SLOWEST, pace_of
from scheduler import timed
from scheduler.engine import Engine
from scheduler.job import Way
from scheduler.progress import Options, Watch
from scheduler.timed import FIRST_SECONDS
from tests.app.kit import small_brigade
from tests.scheduler.kit import Inline

SCENARIO = small_brigade()
READING = READING_BASE_S + READING_PER_OFFICER_S * len(SCENARIO.officers)


def request(seconds: float, pace: float = 1.0) -> Request:
    return Request(Path("in.xlsx"), Path("out.xlsx"), None, Options(seconds=seconds), 0.0, pace=pace)


@pytest.mark.parametrize(("reading", "pace"), [(0.5, 1.0), (1.0, 1.0), (3.0, 3.0), (100.0, SLOWEST)])
def test_the_pace_is_how_much_longer_reading_took(reading: float, pace: float) -> None:
    assert pace_of(SCENARIO, reading * READING) == pytest.approx(pace)


def test_a_slow_machine_keeps_more_time_for_writing_and_at_least_half_for_the_search() -> None:
    quick, slow, slowest = (_until_writing(SCENARIO, request(60.0, pace)) for pace in (1.0, 3.0, 200.0))
    assert slow < quick < 60.0
    assert slowest == 30.0


def test_reasons_are_left_to_explain_where_they_would_take_too_long() -> None:
    needed = _explaining(SCENARIO, request(60.0))
    assert 0.0 < needed < _explaining(SCENARIO, request(60.0, 2.0))
    assert _explaining(SCENARIO, request(60.0, 1000.0)) == 0.0
    assert _options(request(600.0, 4.0)) < _options(request(600.0))


def engine(pace: float) -> Engine:
    watch = Watch(1000.0, pace=pace)
    return Engine(SCENARIO, Options(workers=1), watch, Inline())  # type: ignore[arg-type]


def test_everything_that_is_timed_gets_longer_on_a_slow_machine() -> None:
    quick, slow = engine(1.0), engine(4.0)
    end = quick.watch.elapsed + 1000.0
    assert quick._after(end, 0.5, 10.0) - quick.watch.elapsed == pytest.approx(10.0, abs=0.5)
    assert slow._after(end, 0.5, 10.0) - slow.watch.elapsed == pytest.approx(40.0, abs=0.5)
    assert slow._after(end, 0.5, 999.0) - slow.watch.elapsed == pytest.approx(500.0, abs=2.0)
    assert slow.naming_seconds() - 1.0 == pytest.approx(4 * (quick.naming_seconds() - 1.0))
    assert quick._first_seconds() <= slow._first_seconds() <= FIRST_SECONDS


def test_more_officers_for_each_process_get_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    some = engine(1.0)
    until = {way: some._until(1000.0, way) - some.watch.elapsed for way in Way}
    first = some._first_seconds()
    monkeypatch.setattr(timed, "OFFICERS_A_PROCESS", len(SCENARIO.officers) // 2)
    twice = {way: some._until(1000.0, way) - some.watch.elapsed for way in Way}
    assert twice[Way.HEADS] == pytest.approx(2 * until[Way.HEADS], abs=0.5)
    assert twice[Way.SPAN] == pytest.approx(2 * until[Way.SPAN], abs=0.5)
    assert twice[Way.WISHES] == pytest.approx(until[Way.WISHES], abs=0.5)  # they go by the officers anyway
    assert some._first_seconds() == pytest.approx(first + FIRST_SECONDS, abs=0.5)
