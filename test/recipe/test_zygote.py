import os
import selectors

from support import FakeTime, RecipeTest

from labdeck import zygote_client
from labdeck.zygote_client import Zygote


class FakeLogs:
    def pipe(self, _name: str) -> int:
        return os.open(os.devnull, os.O_WRONLY)


class ZygoteTest(RecipeTest):
    def setUp(self) -> None:
        super().setUp()
        self.clock: FakeTime = self.fake_time(zygote_client)
        self.started: list[float] = []
        self.patch(zygote_client, "spawn", self.spawn)
        selector = selectors.DefaultSelector()
        self.addCleanup(selector.close)
        self.zygote = Zygote(selector, FakeLogs(), lambda: None)  # type: ignore[arg-type]

    def spawn(self, _argv: list[str], _output: int, keep: int) -> int:
        self.assertGreater(keep, 2)
        self.started.append(self.clock.passed)
        return 10_000_000 + len(self.started)

    def end(self) -> None:
        self.assertTrue(self.zygote.ended(self.zygote.pid or -1))

    def delay(self) -> float:
        """Ends it, and says after how long it is started again."""
        self.end()
        ended = self.clock.passed
        while self.zygote.pid is None:
            self.clock.passed += max(self.zygote.due_seconds(), 0.001)
            self.zygote.tick()
        return self.started[-1] - ended

    def test_lava_that_cannot_be_loaded_is_tried_ever_more_seldom(self) -> None:
        self.zygote.tick()
        self.addCleanup(self.end)
        delays = [self.delay() for _ in range(8)]
        for delay, promised in zip(delays, [1, 2, 4, 8, 16, 30, 30, 30], strict=True):
            self.assertAlmostEqual(delay, promised, delta=0.01)
        self.assertEqual(self.zygote.failures, 8)

    def test_once_it_was_ready_its_end_is_no_failure(self) -> None:
        self.zygote.tick()
        self.addCleanup(self.end)
        for _ in range(4):
            self.delay()
        self.zygote.ready.set()
        self.assertAlmostEqual(self.delay(), 0.5, delta=0.01)
        self.assertEqual(self.zygote.failures, 0)
        self.assertFalse(self.zygote.ready.is_set())

    def test_a_host_clock_that_steps_neither_hastens_nor_delays_it(self) -> None:
        self.zygote.tick()
        self.addCleanup(self.end)
        self.end()
        self.clock.step_host_clock(1e6)
        self.zygote.tick()
        self.assertEqual(len(self.started), 1)
        self.clock.step_host_clock(-2e6)
        self.clock.passed += 1.01
        self.zygote.tick()
        self.assertEqual(len(self.started), 2)

    def test_where_nothing_of_lava_is_wanted_nothing_is_loaded(self) -> None:
        self.zygote.wanted = False
        for _ in range(10):
            self.zygote.tick()
            self.clock.passed += self.zygote.due_seconds()
        self.assertEqual(self.started, [])
        self.assert_refused("CONFLICT", lambda: self.zygote.run("migrate", {}, 1))
