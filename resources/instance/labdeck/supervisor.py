"""
The parts of an instance: who runs, who crashed, when it is tried again.

Timers use the monotonic clock only: a host clock that steps must not restart anything.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import LabError

# Database first: stopped last, in reverse.
PARTS = ("database", "server", "publisher", "scheduler", "worker")
_first_delay_seconds = 0.5
_longest_delay_seconds = 30.0
_healthy_seconds = 60.0

Spawn = Callable[[], int | None]


@dataclass
class Part:
    """One part. `spawn` starts it and returns its process id, or None when that is not possible yet."""

    name: str
    spawn: Spawn
    state: str = "off"
    restarts: int = 0
    detail: str | None = None
    since_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    wanted: bool = False
    pid: int | None = None
    delay_seconds: float = _first_delay_seconds
    next_start: float = 0
    ok_since: float | None = None
    failing_since: float | None = None

    def turn(self, state: str, detail: str | None = None) -> bool:
        """Changes the state shown; says whether that is news."""
        if (state, detail) == (self.state, self.detail):
            return False
        if state != self.state:
            self.since_ms = time.time_ns() // 1_000_000
        self.state, self.detail = state, detail
        return True


class Supervisor:
    """Keeps wanted parts running. Every method may be called from any thread."""

    def __init__(self, spawners: dict[str, Spawn], changed: Callable[[], None], note: Callable[[str], None], last_line: Callable[[str], str | None]) -> None:
        self.parts = {name: Part(name, spawners[name]) for name in PARTS}
        self._changed = changed
        self._note = note
        self._last_line = last_line
        self._lock = threading.RLock()

    def want(self, *names: str) -> None:
        with self._lock:
            for name in names:
                part = self.parts[name]
                if not part.wanted:
                    part.wanted = True
                    part.turn("starting")
        self._changed()

    def tick(self) -> float:
        """Starts what is due; returns the seconds until something else may be."""
        now = time.monotonic()
        wait = 5.0
        with self._lock:
            for part in self.parts.values():
                if part.ok_since is not None and now - part.ok_since > _healthy_seconds:
                    part.delay_seconds = _first_delay_seconds
                if not part.wanted or part.pid is not None:
                    continue
                if part.next_start <= now:
                    part.pid = part.spawn()
                    if part.pid is None:
                        part.next_start = now + 0.1
                wait = min(wait, max(part.next_start - now, 0.05))
        return wait

    def ended(self, pid: int, status: int) -> bool:
        """Tells that a process ended; False when it is none of the parts."""
        with self._lock:
            part = next((part for part in self.parts.values() if part.pid == pid), None)
            if part is None:
                return False
            part.pid = part.ok_since = part.failing_since = None
            # What it left, such as web workers, holds the port. (A job's program has a group of its own and goes on.)
            _kill_group(pid)
            if part.wanted:
                part.restarts += 1
                part.next_start = time.monotonic() + part.delay_seconds
                how = _describe(status)
                part.turn("down", f"{how}; last said: {self._last_line(part.name) or 'nothing'}")
                self._note(f"{part.name} {how}; starting it again in {part.delay_seconds:g} s")
                part.delay_seconds = min(part.delay_seconds * 2, _longest_delay_seconds)
            else:
                part.turn("off")
        self._changed()
        return True

    def probed(self, name: str, problem: str | None, may_kill: bool = False) -> None:
        """Takes the result of a health probe. `may_kill`: a part that hung for a minute after being well is ended, so that it is restarted."""
        with self._lock:
            part = self.parts[name]
            if part.pid is None or not part.wanted:
                return
            now = time.monotonic()
            if problem is None:
                part.failing_since = None
                part.ok_since = part.ok_since or now
                news = part.turn("ok")
            else:
                part.failing_since = part.failing_since or now
                was_well = part.ok_since is not None
                news = part.turn("down", problem) if was_well else part.turn("starting", problem)
                if may_kill and was_well and now - part.failing_since > _healthy_seconds:
                    self._note(f"{name} has not answered for a minute; ending it")
                    part.failing_since = now
                    _kill(part.pid, signal.SIGKILL)
        if news:
            self._changed()

    def restart(self, name: str) -> None:
        """Ends a part; it starts again at once. Raises LabError when there is none such or it is off."""
        with self._lock:
            part = self.parts.get(name)
            if part is None:
                raise LabError("BAD_REQUEST", f"There is no part {name}.", f"One of {', '.join(PARTS)}.")
            if not part.wanted:
                raise LabError("CONFLICT", f"The {name} is off.")
            part.delay_seconds = 0.0
            if part.pid is not None:
                _kill(part.pid, signal.SIGINT if name == "database" else signal.SIGTERM)
                self._note(f"restarting {name} on request")

    def stop(self, name: str, number: int) -> None:
        """Stops wanting a part and signals its process, if it has one."""
        with self._lock:
            part = self.parts[name]
            part.wanted = False
            if part.pid is not None:
                _kill(part.pid, number)

    def running(self, *names: str) -> bool:
        with self._lock:
            return any(self.parts[name].pid is not None for name in names)

    def all_ok(self) -> bool:
        with self._lock:
            return all(part.state == "ok" for part in self.parts.values() if part.wanted)

    def document(self) -> dict[str, dict[str, object]]:
        with self._lock:
            return {
                part.name: {"state": part.state, "restarts": part.restarts, "detail": part.detail, "sinceMs": part.since_ms} for part in self.parts.values()
            }


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _describe(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"was ended by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"ended with exit code {os.waitstatus_to_exitcode(status)}"
