import signal

from support import FakeTime, RecipeTest

from labdeck import supervisor
from labdeck.supervisor import PARTS, Supervisor


class SupervisorTest(RecipeTest):
    def setUp(self) -> None:
        super().setUp()
        self.clock: FakeTime = self.fake_time(supervisor)
        self.killed: list[tuple[int, int]] = []
        self.groups: list[int] = []
        self.patch(supervisor, "_kill", lambda pid, number: self.killed.append((pid, number)))
        self.patch(supervisor, "_kill_group", self.groups.append)
        self.next_pid = 10_000_000
        self.notes: list[str] = []
        self.changes = 0
        self.supervisor = Supervisor({name: self.spawn for name in PARTS}, self.changed, self.notes.append, lambda _: "last words")

    def changed(self) -> None:
        self.changes += 1

    def spawn(self) -> int:
        self.next_pid += 1
        return self.next_pid

    def part(self, name: str = "worker") -> supervisor.Part:
        return self.supervisor.parts[name]

    def start(self, name: str = "worker") -> int:
        self.supervisor.want(name)
        self.supervisor.tick()
        pid = self.part(name).pid
        assert pid is not None
        return pid

    def crash(self, name: str = "worker") -> None:
        self.assertTrue(self.supervisor.ended(self.part(name).pid or -1, 1 << 8))

    def seconds_until_restart(self) -> float:
        before = self.clock.passed
        while self.part().pid is None:
            self.clock.passed += max(self.supervisor.tick(), 0.001)
        return self.clock.passed - before

    def test_only_what_is_wanted_is_started(self) -> None:
        self.start("database")
        self.assertEqual([name for name in PARTS if self.part(name).pid], ["database"])

    def test_a_part_that_crashes_again_and_again_is_tried_ever_more_seldom(self) -> None:
        self.start()
        delays = []
        for _ in range(9):
            self.crash()
            delays.append(self.seconds_until_restart())
        for delay, promised in zip(delays, [0.5, 1, 2, 4, 8, 16, 30, 30, 30], strict=True):
            self.assertAlmostEqual(delay, promised, delta=0.06)
        self.assertEqual(self.part().restarts, 9)

    def test_a_minute_of_health_is_a_fresh_start(self) -> None:
        self.start()
        for _ in range(5):
            self.crash()
            self.seconds_until_restart()
        self.supervisor.probed("worker", None)
        self.clock.passed += 61
        self.supervisor.tick()
        self.crash()
        self.assertAlmostEqual(self.seconds_until_restart(), 0.5, delta=0.06)

    def test_less_than_a_minute_is_not(self) -> None:
        self.start()
        for _ in range(3):
            self.crash()
            self.seconds_until_restart()
        self.supervisor.probed("worker", None)
        self.clock.passed += 59
        self.supervisor.tick()
        self.crash()
        self.assertAlmostEqual(self.seconds_until_restart(), 4, delta=0.06)

    def test_a_crash_is_told_with_its_cause_and_last_words_and_what_is_left_of_it_is_ended(self) -> None:
        pid = self.start()
        self.supervisor.ended(pid, signal.SIGSEGV)
        shown = self.supervisor.document()["worker"]
        self.assertEqual((shown["state"], shown["restarts"]), ("down", 1))
        self.assertEqual(shown["detail"], "was ended by SIGSEGV; last said: last words")
        self.assertEqual(self.groups, [pid])
        self.assertIn("0.5 s", self.notes[-1])

    def test_an_end_that_was_asked_for_is_no_crash(self) -> None:
        pid = self.start()
        self.supervisor.stop("worker", signal.SIGTERM)
        self.assertEqual(self.killed, [(pid, signal.SIGTERM)])
        self.supervisor.ended(pid, 0)
        self.assertEqual((self.part().state, self.part().restarts), ("off", 0))
        self.clock.passed += 100
        self.supervisor.tick()
        self.assertIsNone(self.part().pid)

    def test_a_restart_on_request_waits_for_nothing(self) -> None:
        pid = self.start()
        for _ in range(4):
            self.crash()
            self.seconds_until_restart()
        pid = self.part().pid or -1
        self.supervisor.restart("worker")
        self.assertEqual(self.killed, [(pid, signal.SIGTERM)])
        self.supervisor.ended(pid, signal.SIGTERM)
        self.supervisor.tick()
        self.assertNotIn(self.part().pid, (None, pid))

    def test_what_is_no_part_or_is_off_cannot_be_restarted(self) -> None:
        self.assert_refused("BAD_REQUEST", self.supervisor.restart, "coffee")
        self.assert_refused("CONFLICT", self.supervisor.restart, "worker")

    def test_a_part_that_was_well_and_hangs_for_a_minute_is_ended(self) -> None:
        pid = self.start("server")
        self.supervisor.probed("server", None)
        self.supervisor.probed("server", "does not answer", may_kill=True)
        self.assertEqual(self.part("server").state, "down")
        self.clock.passed += 59
        self.supervisor.probed("server", "does not answer", may_kill=True)
        self.assertEqual(self.killed, [])
        self.clock.passed += 2
        self.supervisor.probed("server", "does not answer", may_kill=True)
        self.assertEqual(self.killed, [(pid, signal.SIGKILL)])

    def test_a_part_that_takes_long_to_start_is_left_alone(self) -> None:
        self.start("server")
        self.supervisor.probed("server", "does not answer", may_kill=True)
        self.clock.passed += 1000
        self.supervisor.probed("server", "does not answer", may_kill=True)
        self.assertEqual((self.killed, self.part("server").state), ([], "starting"))

    def test_a_host_clock_that_steps_restarts_nothing_and_delays_nothing(self) -> None:
        self.start("server")
        self.supervisor.probed("server", None)
        self.supervisor.probed("server", "does not answer", may_kill=True)
        for seconds in (10 * 365 * 86400, -20 * 365 * 86400):
            self.clock.step_host_clock(seconds)
            self.supervisor.probed("server", "does not answer", may_kill=True)
        self.assertEqual(self.killed, [])
        self.start()
        self.crash()
        self.clock.step_host_clock(-86400)
        self.assertAlmostEqual(self.seconds_until_restart(), 0.5, delta=0.06)

    def test_only_news_is_told(self) -> None:
        self.start()
        self.supervisor.probed("worker", None)
        before = self.changes
        for _ in range(10):
            self.supervisor.probed("worker", None)
        self.assertEqual(self.changes, before)

    def test_a_part_that_cannot_be_started_yet_is_tried_again_soon(self) -> None:
        ready = False
        self.part().spawn = lambda: self.spawn() if ready else None
        self.supervisor.want("worker")
        self.assertLessEqual(self.supervisor.tick(), 0.11)
        ready = True
        self.clock.passed += 0.12
        self.supervisor.tick()
        self.assertIsNotNone(self.part().pid)
        self.assertEqual(self.part().restarts, 0)

    def test_processes_of_others_are_none_of_its_business(self) -> None:
        self.start()
        self.assertFalse(self.supervisor.ended(4, 0))
        self.assertEqual(self.groups, [])
