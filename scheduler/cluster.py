"""Many machines: the executor seam over Dask, and a small cluster on this machine to try it with.

Only with the extra ``cluster``. Workers solve inside themselves, as they cannot start processes. A worker that dies
costs its own run, which Dask gives to another; where the scheduler dies, everything that has not landed is lost.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from types import TracebackType
from typing import Any, TypeVar

from domain.problem import InputError, Problem
from domain.words import Text

T = TypeVar("T")
CONNECT_SECONDS = 10.0
GONE_SECONDS = 10.0
"""A scheduler that is out of reach for longer is taken to be dead."""
LOCAL = "127.0.0.1"


def _refused(zh: str, en: str) -> InputError:
    return InputError((Problem(text=Text(zh, en)),))


def need_dask() -> None:
    """Raise InputError if the extra is not installed."""
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise _refused(
            "没有安装集群部件,请运行 pip install 'lianqin[cluster]'",
            "the parts for clusters are not installed: pip install 'lianqin[cluster]'",
        ) from error


class DaskCluster:
    """Runs go to the workers of a Dask cluster; ``count`` is the number of their threads, each a place of its own."""

    most_places = 1

    def __init__(self, address: str) -> None:
        need_dask()
        from distributed import Client, Event

        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise _refused(
                f"连不上集群 {address},请检查地址,或先运行 lianqin cluster",
                f"cannot reach the cluster {address}; check the address, or start one with lianqin cluster",
            ) from error
        self.count = sum(self._client.nthreads().values())
        if not self.count:
            self._client.close()
            raise _refused(f"集群 {address} 没有工作进程", f"the cluster {address} has no workers")
        self._name = f"lianqin-{uuid.uuid4().hex}"
        self._stop = Event(self._name, client=self._client)
        self._seen = time.monotonic()
        self._executor = self._client.get_executor(pure=False)

    def submit(self, fn: Callable[..., T], *args: Any) -> Future[T]:  # noqa: ANN401
        """Run ``fn(*args)`` on a worker; where the scheduler is gone the future says so."""
        try:
            future: Future[T] = self._executor.submit(fn, *args)
        except Exception as error:
            if not self.lost(error):
                raise
            future = Future()
            future.set_exception(error)
        return future

    def lost(self, error: BaseException) -> bool:
        """Return whether the worker of a run died too often, or the scheduler is gone."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError
        from distributed.comm import CommClosedError

        gone = self._client.status != "running" and isinstance(error, RuntimeError)
        return gone or isinstance(
            error, KilledWorker | FutureCancelledError | CommClosedError | CancelledError | OSError
        )

    def gone(self) -> bool:
        """Return whether the scheduler has been out of reach for a while: its futures would never end."""
        if self._client.status == "running":
            self._seen = time.monotonic()
        return time.monotonic() - self._seen > GONE_SECONDS

    def stop_name(self) -> str | None:
        """Return the name of the event that running jobs listen to."""
        return self._name

    def __enter__(self) -> DaskCluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client.status == "running":
            self._stop.set()
        self._client.close(timeout=CONNECT_SECONDS)


def stop_event(name: str) -> Callable[[], bool]:
    """Return, inside a worker's task, what says whether the runs were asked to stop; any thread may call it."""
    from distributed import Event, get_client

    event = Event(name, client=get_client())
    return lambda: bool(event.is_set())


def serve(workers: int, port: int, say: Callable[[str], None], stopped: Callable[[], bool]) -> None:
    """Run a cluster of worker processes on this machine until ``stopped()``; ``say`` is told its address.

    It listens on 127.0.0.1 alone: whoever can reach a Dask scheduler can run code on its workers.
    """
    need_dask()
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host=LOCAL,
        scheduler_port=port,
        dashboard_address=None,
    ) as cluster:
        say(str(cluster.scheduler_address))
        while not stopped():
            time.sleep(0.2)
