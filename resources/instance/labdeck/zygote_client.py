"""The init's end of the zygote: starts it, tells it when the settings are there, asks it for processes."""

import json
import os
import select
import selectors
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

from . import paths
from .errors import LabError
from .logs import LogPump

_answer_seconds = 10.0
_longest_delay_seconds = 30.0


class Zygote:
    """Restarts with back-off when it ends. `failures` counts ends before it was ever ready since it last was."""

    def __init__(self, selector: selectors.BaseSelector, logs: LogPump, wake: Callable[[], None]) -> None:
        self._selector = selector
        self._logs = logs
        self._wake = wake
        self._channel: socket.socket | None = None
        self._lock = threading.Lock()
        self._settings_ready = False
        self._next_start = 0.0
        # False: nothing of LAVA will be asked for, so nothing of it need be imported.
        self.wanted = True
        self.pid: int | None = None
        self.ready = threading.Event()
        self.failures = 0

    def tick(self) -> None:
        """Starts it when it is due."""
        if not self.wanted or self.pid is not None or time.monotonic() < self._next_start:
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        output = self._logs.pipe("lava")
        self.pid = spawn(["/usr/bin/python3", "-I", str(paths.LIBRARY / "run-zygote"), str(theirs.fileno())], output, keep=theirs.fileno())
        theirs.close()
        os.close(output)
        self._channel = ours
        self._selector.register(ours, selectors.EVENT_READ, self._on_message)
        if self._settings_ready:
            self._send_setup()

    def due_seconds(self) -> float:
        """Seconds until `tick` may have something to do."""
        return 5.0 if self.pid is not None or not self.wanted else max(self._next_start - time.monotonic(), 0.0)

    def settings_ready(self) -> None:
        """LAVA's settings are on the volume: the rest may be imported."""
        self._settings_ready = True
        self._send_setup()

    def run(self, task: str, args: dict[str, Any], *descriptors: int) -> int:
        """Forks a process for `task`; the first descriptor is its output. Returns its id; raises LabError when there is no zygote ready."""
        with self._lock:
            channel = self._channel
            if channel is None or not self.ready.is_set():
                raise LabError("CONFLICT", "LAVA is still starting.", "Try again in a few seconds.")
            try:
                # The init's loop must not take the answer for a message of another kind.
                socket.send_fds(channel, [json.dumps({"run": task, "args": args}).encode()], list(descriptors))
                if not select.select([channel], [], [], _answer_seconds)[0]:
                    raise TimeoutError("no answer")
                answer = json.loads(channel.recv(1 << 16) or b"{}")
                return int(answer["pid"])
            except (OSError, KeyError, ValueError) as error:
                self._end()
                raise LabError("COMMAND_FAILED", f"LAVA's process could not be started: {error}") from error

    def ended(self, pid: int) -> bool:
        """Tells that a process ended; False when it was not the zygote."""
        if pid != self.pid:
            return False
        with self._lock:
            self.pid = None
            self.failures = 0 if self.ready.is_set() else self.failures + 1
            self.ready.clear()
            self._next_start = time.monotonic() + min(0.5 * 2**self.failures, _longest_delay_seconds)
            if self._channel is not None:
                self._forget_channel()
        return True

    def _send_setup(self) -> None:
        if self._channel is not None:
            try:
                self._channel.send(b'{"setup": true}')
            except OSError:
                pass

    def _on_message(self) -> None:
        # Only "ready" comes unasked; answers are read by run(), under the lock.
        with self._lock:
            if self._channel is None:
                return
            try:
                message = self._channel.recv(1 << 16)
            except BlockingIOError:
                return
            except OSError:
                message = b""
            if message:
                self.ready.set()
                self.failures = 0
            else:
                self._forget_channel()
        self._wake()

    def _forget_channel(self) -> None:
        assert self._channel is not None
        self._selector.unregister(self._channel)
        self._channel.close()
        self._channel = None

    def _end(self) -> None:
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)


def spawn(argv: list[str], output: int, user: str | None = None, keep: int | None = None) -> int:
    """Starts a program whose end the init itself will see; returns its process id."""
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd="/",
        user=user,
        group=user,
        extra_groups=[] if user else None,
        start_new_session=True,
        pass_fds=() if keep is None else (keep,),
    )
    # The init waits for all processes at once; the Popen must never wait for a number that may be another's by then.
    process.returncode = 0
    return process.pid
