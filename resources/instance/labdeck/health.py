"""Looks at every part by what it answers, from one thread, without starting a process."""

import threading
import time
from collections.abc import Callable

from . import paths
from .pgwire import PgConnection, PgError, count_holdings
from .probe import ProbeError, http_status
from .supervisor import Supervisor
from .usage import UsageMeter

_fast_seconds = 0.1
_slow_seconds = 5.0
# Each costs the server some milliseconds; that one of them ended is seen at once anyway, by its process.
_http_seconds = 10.0
_holdings_seconds = 60.0
_timeout_seconds = 3.0
# LAVA's worker asks the server every 20 s.
_worker_silence_seconds = 70.0


class HealthWatch:
    """
    Probes the wanted parts: often until all are well, then every 5 s (what is asked over HTTP: 10 s). Tells the supervisor; `changed` is called
    when a figure is new, `rested` after each round.
    """

    def __init__(self, supervisor: Supervisor, usage: UsageMeter, changed: Callable[[], None]) -> None:
        self._supervisor = supervisor
        self._usage = usage
        self._changed = changed
        self._wake = threading.Event()
        self._waiting: list[Callable[[], None]] = []
        self._database: PgConnection | None = None
        self._ping: tuple[str | None, float | None] = (None, None)
        self._holdings_due = 0.0
        self._http_due = 0.0
        # None until it was counted: nobody may take an instance that could not be looked into for an empty one.
        self.holds: dict[str, int] | None = None
        self._lava_in_database = False
        self.started = False

    def start(self) -> None:
        self.started = True
        threading.Thread(target=self._run, name="health", daemon=True).start()

    def use_database(self) -> None:
        """LAVA's database is complete and nothing of it will be dropped, though none of LAVA's parts may be wanted."""
        self._lava_in_database = True
        self.recount()

    def recount(self) -> None:
        """What the instance holds has changed: counts it in a round that begins now."""
        self._holdings_due = 0
        self._wake.set()

    def use_lava(self) -> None:
        """LAVA's database is complete, none of LAVA's parts runs yet: what the worker reported until now is not this start's."""
        with PgConnection(timeout_seconds=_timeout_seconds) as connection:
            self._ping = (_read_worker(connection)[1], None)
        self.use_database()

    def ask(self, answer: Callable[[], None]) -> None:
        """Calls `answer` after a round that begins now, with everything measured anew."""
        self._waiting.append(answer)
        self._http_due = 0
        self._usage.hasten()
        self.recount()

    def hasten(self) -> None:
        self._wake.set()

    def release_database(self) -> None:
        """Lets go of the connection: a database that is used cannot be dropped."""
        connection, self._database = self._database, None
        if connection is not None:
            connection.close()

    def _run(self) -> None:
        pause = _fast_seconds
        while True:
            # Before anything is looked at: what wakes it from here on wants another round.
            self._wake.clear()
            asked, self._waiting = self._waiting, []
            self._probe_database()
            if time.monotonic() >= self._http_due or not self._supervisor.all_ok():
                self._probe_http("server", paths.SERVER_PORT, "/v1/healthz/")
                self._probe_http("publisher", paths.PUBLISHER_PORT, "/ws/v1/healthz")
                # Rounds are not to the millisecond: the second one from here, not the third.
                self._http_due = time.monotonic() + _http_seconds - _slow_seconds / 2
            # It answers nobody; that it lives is all there is to see.
            self._supervisor.probed("scheduler", None)
            if self._usage.measure():
                self._changed()
            for answer in asked:
                answer()
            if self._wake.wait(_slow_seconds if self._supervisor.all_ok() else pause):
                pause = _fast_seconds
            else:
                # One part that never gets well must not keep the processor busy.
                pause = min(pause * 1.2, _slow_seconds)

    def _wanted(self, name: str) -> bool:
        return self._supervisor.parts[name].pid is not None

    def _probe_http(self, name: str, port: int, path: str) -> None:
        if not self._wanted(name):
            return
        try:
            status = http_status(port, path, _timeout_seconds)
            problem = f"answers with status {status}" if status >= 500 else None
        except (OSError, ProbeError) as error:
            problem = f"does not answer: {error or type(error).__name__}"
        self._supervisor.probed(name, problem, may_kill=True)

    def _probe_database(self) -> None:
        if not self._wanted("database"):
            self.release_database()
            return
        try:
            # The database may be dropped under a restore: until LAVA's is in use, look at the server's own.
            connection = self._database or PgConnection(paths.DATABASE if self._lava_in_database else "postgres", timeout_seconds=_timeout_seconds)
            if self._lava_in_database:
                self._database = connection
                self._probe_worker(connection)
                self._count(connection)
            else:
                connection.query("SELECT 1")
                connection.close()
            self._supervisor.probed("database", None)
        except PgError as error:
            self.release_database()
            self._supervisor.probed("database", f"does not answer: {error}")
            if self._wanted("worker"):
                self._supervisor.probed("worker", "the database does not answer")

    def _probe_worker(self, connection: PgConnection) -> None:
        state, ping = _read_worker(connection)
        now = time.monotonic()
        if ping != self._ping[0]:
            # That it changed counts, not what time it says: the host's clock may step.
            self._ping = (ping, now)
        if not self._wanted("worker"):
            return
        seen = self._ping[1]
        if seen is None:
            problem = "has not reported to the server yet"
        elif now - seen > _worker_silence_seconds:
            problem = f"has not reported to the server for {now - seen:.0f} s"
        else:
            problem = None if state == "0" else "is offline for the server"
        self._supervisor.probed("worker", problem)

    def _count(self, connection: PgConnection) -> None:
        if time.monotonic() < self._holdings_due:
            return
        self._holdings_due = time.monotonic() + _holdings_seconds
        holds = count_holdings(connection)
        if holds != self.holds:
            self.holds = holds
            self._changed()


def _read_worker(connection: PgConnection) -> tuple[str | None, str | None]:
    rows = connection.query(f"SELECT state, last_ping FROM lava_scheduler_app_worker WHERE hostname = '{paths.WORKER_NAME}'")
    return (rows[0][0], rows[0][1]) if rows else (None, None)
