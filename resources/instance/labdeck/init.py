"""Process 1 of an instance: reaps, keeps the parts running, tells Labdeck, and stops everything in order."""

import json
import os
import secrets
import selectors
import shutil
import signal
import threading
import time
from typing import Any

from . import documents, login, paths, postgres
from .boot import Boot
from .control import Caller, ControlSocket
from .errors import DISK_FULL_HINT, LOW_SPACE_BYTES, LabError, free_bytes
from .health import HealthWatch
from .logs import LogPump
from .shutdown import send_signal, stop_parts
from .supervisor import PARTS, Supervisor
from .usage import UsageMeter
from .volume import Volume
from .zygote_client import Zygote, spawn

_status_seconds = 4.5
_refused_seconds = 5.0
EXIT_REFUSED = 78


class Init:
    """One instance, from the first to the last moment of its container."""

    def __init__(self) -> None:
        self.boot_id = secrets.token_hex(8)
        self.started_ms = time.time_ns() // 1_000_000
        self.state = "starting"
        self.problem: LabError | None = None
        self.config = documents.Config()
        self.image = documents.read_image()
        self.selector = selectors.DefaultSelector()
        self.logs = LogPump(self.selector)
        self.zygote = Zygote(self.selector, self.logs, self.wake)
        self.volume = Volume()
        spawners = {name: self._spawner(name) for name in PARTS}
        self.supervisor = Supervisor(spawners, self.changed, self.logs.note, lambda name: self.logs.log(name).last_line())
        self.usage = UsageMeter()
        self.health = HealthWatch(self.supervisor, self.usage, self.changed)
        self.boot = Boot(self)
        # While the boot thread waits for a program of its own, nobody else may take its exit.
        self.reaping = threading.Event()
        self._ends: dict[int, tuple[int, float]] = {}
        self._awaited: dict[int, threading.Event] = {}
        self._recount_after: set[int] = set()
        self._ends_lock = threading.Lock()
        self._dirty = True
        self._status_due = 0.0
        self._stop_asked = False
        self._exit_at: float | None = None

    def run(self) -> int:
        self._prepare_runtime()
        control = ControlSocket(self.selector, self._handle)
        self.zygote.wanted = not _is_for_maintenance()
        self.zygote.tick()
        self.boot.start()
        while not self._stop_asked and (self._exit_at is None or time.monotonic() < self._exit_at):
            self._turn()
        del control
        return self._shut_down()

    def wake(self) -> None:
        try:
            os.write(self._waker, b"\0")
        except (BlockingIOError, AttributeError):
            pass

    def changed(self) -> None:
        self._dirty = True
        self.wake()

    def enter(self, state: str, problem: LabError | None = None) -> None:
        """Moves to another state, seen by Labdeck at once."""
        if (state, problem) == (self.state, self.problem):
            return
        self.logs.note(f"{state}{f': {problem.code} {problem.message}' if problem else ''}")
        self.state, self.problem = state, problem
        self.changed()

    def refuse(self, problem: LabError) -> None:
        """The volume is not ours to touch: be seen for a moment, then leave."""
        self.enter("failed", problem)
        self._exit_at = time.monotonic() + _refused_seconds

    def run_task(self, task: str, args: dict[str, Any]) -> None:
        """Runs a task of LAVA's to its end; raises LabError with its last words when it fails."""
        asked = time.monotonic()
        output = self.logs.pipe("setup")
        try:
            pid = self.zygote.run(task, args, output)
        finally:
            os.close(output)
        code = self._wait(pid, asked)
        if code != 0:
            raise LabError("COMMAND_FAILED", f"{task} failed: {self.logs.log('setup').last_line() or f'exit code {code}'}", "The log of setup has it all.")

    def _wait(self, pid: int, asked: float) -> int:
        with self._ends_lock:
            code, when = self._ends.pop(pid, (0, 0.0))
            # An earlier process may have had the same number.
            if when >= asked:
                return code
            event = self._awaited[pid] = threading.Event()
        event.wait()
        with self._ends_lock:
            return self._ends.pop(pid)[0]

    def _spawner(self, name: str) -> Any:
        def start() -> int | None:
            if name != "database" and not self.zygote.ready.is_set():
                return None
            output = self.logs.pipe(name)
            try:
                if name == "database":
                    postgres.write_configuration(self.image["postgresMajor"], self.config.lean)
                    postgres.prepare_to_start()
                    return spawn(postgres.argv(self.image["postgresMajor"]), output, user="postgres")
                return self.zygote.run(name, {"lean": self.config.lean}, output)
            except (LabError, OSError) as error:
                self.logs.note(f"{name} could not be started: {error}")
                return None
            finally:
                os.close(output)

        return start

    def _prepare_runtime(self) -> None:
        os.umask(0o022)
        paths.RUNTIME.mkdir(mode=0o755, exist_ok=True)
        paths.CHANNEL.mkdir(exist_ok=True)
        login.make_folder()
        reader, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.selector.register(reader, selectors.EVENT_READ, lambda: os.read(reader, 4096) and None)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)

    def _on_stop(self, *_: object) -> None:
        self._stop_asked = True

    def _turn(self) -> None:
        wait = self.supervisor.tick()
        self.zygote.tick()
        now = time.monotonic()
        if self._dirty or now >= self._status_due:
            self._write_status()
        wait = min(wait, self._status_due - now, self.zygote.due_seconds())
        if self._exit_at is not None:
            wait = min(wait, self._exit_at - now)
        self._poll(max(wait, 0.02))

    def _poll(self, wait: float) -> None:
        for key, _ in self.selector.select(wait):
            key.data()
        self._reap()

    def _reap(self) -> None:
        while self.reaping.is_set():
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if self.zygote.ended(pid):
                self.logs.note(f"zygote ended: {self.logs.log('lava').last_line() or 'without a word'}")
            elif self.supervisor.ended(pid, status):
                self.health.hasten()
            elif pid in self._recount_after:
                self._recount_after.remove(pid)
                self.health.recount()
            else:
                with self._ends_lock:
                    self._ends[pid] = (os.waitstatus_to_exitcode(status), time.monotonic())
                    if len(self._ends) > 1000:
                        # Orphans nobody waits for.
                        self._ends.pop(next(iter(self._ends)))
                    event = self._awaited.pop(pid, None)
                if event:
                    event.set()

    def status(self) -> dict[str, Any]:
        return {
            "version": 1,
            "state": self.state,
            "problem": self._current_problem(),
            "lavaVersion": self.image["lavaVersion"],
            "bootId": self.boot_id,
            "startedAtMs": self.started_ms,
            "atMs": time.time_ns() // 1_000_000,
            "parts": self.supervisor.document(),
            "usage": dict(self.usage.document),
            "holds": self.health.holds,
        }

    def _current_problem(self) -> dict[str, str] | None:
        if self.problem is None and free_bytes(paths.STATE) < LOW_SPACE_BYTES:
            return LabError("DISK_FULL", "The disk that holds this instance is full.", DISK_FULL_HINT).document()
        return self.problem.document() if self.problem else None

    def _write_status(self) -> None:
        self._dirty = False
        self._status_due = time.monotonic() + _status_seconds
        try:
            documents.write_atomically(paths.STATUS, json.dumps(self.status()) + "\n")
        except OSError as error:
            self.logs.note(f"the status could not be written: {error}")

    def _handle(self, command: str, args: dict[str, Any], caller: Caller) -> dict[str, Any] | None:
        if command == "status":
            if not self.health.started:
                return self.status()
            self.health.ask(lambda: caller.answer(self.status()))
            return None
        if command == "restart":
            self.supervisor.restart(str(args.get("part")))
            return {}
        if command in ("admin", "token", "login"):
            if self.state != "running":
                raise LabError("CONFLICT", f"The instance is {self.state}, not running.", "Wait until it runs.")
            output = self.logs.pipe("setup")
            try:
                pid = self.zygote.run(command, args, output, caller.connection.fileno())
                if command == "admin":
                    self._recount_after.add(pid)
            finally:
                os.close(output)
            caller.close()
            return None
        if command == "restore":
            return self.boot.begin_restore(caller)
        if command == "restored":
            return self.boot.finish_restore(caller, args)
        raise LabError("BAD_REQUEST", f"There is no command {command}.")

    def _shut_down(self) -> int:
        """Ends the parts in order: who makes work first, the database last; within 9 s whatever happens."""
        code = EXIT_REFUSED if self._exit_at is not None and not self._stop_asked else 0
        if self.state != "failed":
            self.enter("stopping")
        self._write_status()
        self.reaping.set()
        # Taken first, so that nothing is forked any more.
        if self.zygote.pid is not None:
            send_signal(self.zygote.pid, signal.SIGKILL)
        stop_parts(self.supervisor, self._wait_until_gone)
        if self.state == "stopping":
            self.logs.note("stopped")
        self._write_status()
        return code

    def _wait_until_gone(self, names: tuple[str, ...], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.supervisor.running(*names) and time.monotonic() < deadline:
            self._poll(0.05)
            if self._dirty:
                self._write_status()


def _is_for_maintenance() -> bool:
    try:
        return documents.read_config().start == "maintenance"
    except (LabError, OSError):
        # Told by the boot, which reads it too.
        return False


def main() -> int:
    shutil.rmtree(paths.RUNTIME, ignore_errors=True)
    return Init().run()
