"""The order in which an instance ends: who makes work first, the database last."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from .supervisor import Supervisor
from .usage import processes

# Waits for these parts to be gone, so many seconds at most.
WaitUntilGone = Callable[[tuple[str, ...], float], None]


def stop_parts(supervisor: Supervisor, wait: WaitUntilGone) -> None:
    """Ends all parts within 8 s whatever happens."""
    for name in ("worker", "scheduler", "server"):
        supervisor.stop(name, signal.SIGTERM)
    for pid in _running_jobs():
        # A job that is asked to end still switches its board off.
        send_signal(pid, signal.SIGTERM)
    # LAVA's publisher waits 5 s for more events when it is asked to end.
    supervisor.stop("publisher", signal.SIGKILL)
    wait(("worker", "scheduler", "server", "publisher"), 3)
    for name in ("worker", "scheduler", "server"):
        supervisor.stop(name, signal.SIGKILL)
    supervisor.stop("database", signal.SIGINT)
    wait(("database",), 4)
    supervisor.stop("database", signal.SIGQUIT)
    wait(("database",), 1)


def send_signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _running_jobs() -> list[int]:
    found = []
    for pid in processes():
        try:
            argv = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word.endswith(b"/lava-run") for word in argv[:3]):
            found.append(pid)
    return found
