import socket
import threading
import time
from collections.abc import Callable

from support import RecipeTest

from labdeck import health
from labdeck.health import HealthWatch
from labdeck.probe import ProbeError, http_status


class ProbeTest(RecipeTest):
    def serve(self, answer: Callable[[socket.socket], None]) -> int:
        """Answers one connection on a port of its own, once it has been asked."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def run() -> None:
            connection, _ = listener.accept()
            with connection:
                while b"\r\n\r\n" not in connection.recv(1 << 16):
                    pass
                try:
                    answer(connection)
                except OSError:
                    pass

        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)
        return listener.getsockname()[1]

    def test_the_status_is_what_the_first_line_says(self) -> None:
        for line, status in ((b"HTTP/1.1 200 OK", 200), (b"HTTP/1.0 500 Internal Server Error", 500), (b"HTTP/1.1 404", 404)):
            port = self.serve(lambda connection: connection.sendall(line + b"\r\nServer: x\r\n\r\nbody"))
            self.assertEqual(http_status(port, "/", 3), status)

    def test_an_answer_in_pieces_is_one_answer(self) -> None:
        def answer(connection: socket.socket) -> None:
            for byte in b"HTTP/1.1 200 OK\r\n\r\n":
                connection.sendall(bytes([byte]))

        self.assertEqual(http_status(self.serve(answer), "/", 3), 200)

    def test_what_is_not_http_or_says_nothing_is_no_answer(self) -> None:
        for text in (b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"):
            port = self.serve(lambda connection: connection.sendall(text))
            with self.subTest(text), self.assertRaises(ProbeError):
                http_status(port, "/", 3)

    def test_one_who_trickles_is_not_waited_for_longer_than_one_who_is_silent(self) -> None:
        done = threading.Event()

        def trickle(connection: socket.socket) -> None:
            while not done.wait(0.02):
                connection.sendall(b"x")

        for answer in (trickle, lambda _: done.wait(30)):
            port = self.serve(answer)
            self.addCleanup(done.set)
            before = time.monotonic()
            with self.assertRaises(TimeoutError):
                http_status(port, "/", 0.3)
            self.assertLess(time.monotonic() - before, 2)

    def test_nobody_there_is_an_error_at_once(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with self.assertRaises(OSError):
            http_status(port, "/", 3)


class FakeDatabase:
    """Answers what HealthWatch asks of a database."""

    def __init__(self) -> None:
        self.worker: list[list[str | None]] = [["0", "2026-01-01 00:00:00"]]
        self.counted = 0
        self.jobs = "3"

    def query(self, text: str) -> list[list[str | None]]:
        if "last_ping" in text:
            return self.worker
        self.counted += 1
        return [[self.jobs, "2", "1"]]


class FakeSupervisor:
    def __init__(self) -> None:
        self.parts = {"worker": type("Part", (), {"pid": 1})()}
        self.said: list[str | None] = []

    def probed(self, _name: str, problem: str | None) -> None:
        self.said.append(problem)


class WorkerAndHoldingsTest(RecipeTest):
    def setUp(self) -> None:
        super().setUp()
        self.clock = self.fake_time(health)
        self.database, self.supervisor, self.news = FakeDatabase(), FakeSupervisor(), 0
        self.watch = HealthWatch(self.supervisor, None, self.tell)  # type: ignore[arg-type]
        self.watch._ping = ("before this start", None)

    def tell(self) -> None:
        self.news += 1

    def look(self) -> str | None:
        self.watch._probe_worker(self.database)  # type: ignore[arg-type]
        return self.supervisor.said[-1]

    def count(self) -> dict[str, int] | None:
        self.watch._count(self.database)  # type: ignore[arg-type]
        return self.watch.holds

    def test_a_worker_that_reports_is_well_whatever_time_it_says(self) -> None:
        for stamp in ("2026-01-01", "1970-01-01", "2100-01-01"):
            self.database.worker = [["0", stamp]]
            self.clock.passed += 60
            self.clock.step_host_clock(-1e6)
            self.assertIsNone(self.look())

    def test_a_worker_that_is_silent_is_not_well_though_it_was(self) -> None:
        self.assertIsNone(self.look())
        self.clock.passed += 69
        self.clock.step_host_clock(1e6)
        self.assertIsNone(self.look())
        self.clock.passed += 2
        self.assertIn("71 s", self.look() or "")

    def test_what_it_reported_before_this_start_does_not_count(self) -> None:
        self.watch._ping = ("2026-01-01 00:00:00", None)
        self.assertIn("not reported", self.look() or "")

    def test_one_the_server_has_as_offline_is_not_well(self) -> None:
        self.database.worker = [["1", "now"]]
        self.assertIn("offline", self.look() or "")

    def test_what_it_holds_is_counted_once_a_minute_and_told_when_it_is_new(self) -> None:
        self.assertEqual(self.count(), {"jobs": 3, "devices": 2, "users": 1})
        for _ in range(11):
            self.clock.passed += 5
            self.clock.step_host_clock(1e6)
            self.count()
        self.assertEqual((self.database.counted, self.news), (1, 1))
        self.clock.passed += 5
        self.count()
        self.assertEqual((self.database.counted, self.news), (2, 1))

    def test_after_a_change_of_labdecks_it_is_counted_at_once(self) -> None:
        self.count()
        self.database.jobs = "4"
        self.watch.recount()
        self.assertEqual(self.count(), {"jobs": 4, "devices": 2, "users": 1})
        self.assertEqual(self.news, 2)
