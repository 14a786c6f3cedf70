"""A process beside this one, for a question that somebody waits for: it takes work from the other end of the list.

It starts before anything else is loaded here and reads the sheets of the workbook that decide, while the input is read
here; is told the roster once, and then does single jobs. What both do is the same whoever does it, and where the
process dies its jobs are done here.
"""

from __future__ import annotations

import gc
import pickle
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from scheduler.processes import OwnProcesses, ProcessDied

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Scenario
    from inputs.parts import Worksheet

T = TypeVar("T")
AHEAD = 2
"""Jobs that the other process is given at a time, so that it need not wait for this one."""
_told: list[tuple[Scenario, Roster]] = []
"""What this process was told, in a process beside another."""


class Beside:
    """One process beside this one; a context, at whose end it is ended. ``source`` is the workbook asked about."""

    def __init__(self, source: Path | None = None) -> None:
        self._processes = OwnProcesses(1)
        self._processes.submit(gc.disable)  # one question needs little memory, and looking for garbage takes its time
        self._sheets = None if source is None else self._processes.submit(_sheets, source)
        self._processes.submit(_ready)

    def sheets(self) -> Mapping[str, Worksheet]:
        """Return the deciding sheets of the workbook by name; none where the process died or could not read them."""
        try:
            return {} if self._sheets is None else self._sheets.result()
        except ProcessDied:
            return {}

    def tell(self, scenario: Scenario, roster: Roster) -> None:
        """Tell the process which roster the jobs are about.

        Both are packed at once, as this thread goes on to work with them, which fills what they remember.
        """
        self._processes.submit(_know, pickle.dumps((scenario.model_copy(), roster.model_copy())))

    def submit(self, fn: Callable[..., T], *args: Any) -> Future[T]:  # noqa: ANN401
        """Run ``fn(scenario, roster, *args)`` in the process, with the roster it was told."""
        return self._processes.submit(_run, fn, args)

    def __enter__(self) -> Beside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._processes.__exit__(kind, error, trace)


def shared(beside: Beside | None, jobs: Sequence[T], here: Callable[[T], Any], fn: Callable[..., Any]) -> list[Any]:
    """Return what came of every job, in their order.

    The process beside takes the first jobs, as ``fn(scenario, roster, job)``, this one the last, as ``here(job)``,
    until they meet.
    """
    found: dict[int, Any] = {}
    left = deque(range(len(jobs)))
    away: deque[tuple[int, Future[Any]]] = deque()
    while left or away:
        while beside is not None and left and len(away) < AHEAD:
            n = left.popleft()
            away.append((n, beside.submit(fn, jobs[n])))
        if away and (away[0][1].done() or not left):
            n, future = away.popleft()
            try:
                found[n] = future.result()
            except ProcessDied:
                beside, found[n] = None, here(jobs[n])
        elif left:
            n = left.pop()
            found[n] = here(jobs[n])
    return [found[n] for n in range(len(jobs))]


def _sheets(source: Path) -> Mapping[str, Worksheet]:
    from outputs.renamed import sheets_by_name

    return sheets_by_name(source)


def _ready() -> None:
    """Load what the jobs need."""
    from scheduler import options, way_solve  # noqa: F401


def _know(packed: bytes) -> None:
    _told[:] = [pickle.loads(packed)]  # noqa: S301  from the process that started this one


def _run(fn: Callable[..., T], args: tuple[Any, ...]) -> T:
    if not _told:
        raise ProcessDied  # it died after it was told, and another has taken its place
    return fn(*_told[0], *args)
