"""`lianqin cluster`: a small Dask cluster on this machine, to try `whatif --cluster` with."""

from __future__ import annotations

from threading import Event

from app.console import Voice
from app.interrupt import listening
from scheduler.cluster import serve


def run_cluster(workers: int, port: int, voice: Voice) -> int:
    """Serve until Ctrl-C; return exit code 0, or raise InputError if the extra is missing."""
    stop = Event()

    def say(address: str) -> None:
        voice.say(f"集群地址:{address}", f"Cluster: {address}", style="bold", whole=True)
        voice.say(
            f"{workers} 个工作进程,只在本机 127.0.0.1;另开窗口运行 lianqin whatif … --cluster {address};"
            "按 Ctrl-C 结束。",
            f"{workers} workers, on this machine only (127.0.0.1); in another window: lianqin whatif ... --cluster "
            f"{address}; Ctrl-C ends it.",
        )

    with listening(stop):
        serve(workers, port, say, stop.is_set)
    return 0
