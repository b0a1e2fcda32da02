import os
import time

from support import RecipeTest

from labdeck import usage
from labdeck.usage import UsageMeter, cpu_seconds, disk_bytes, memory_bytes


class UsageTest(RecipeTest):
    def only_this_process(self) -> None:
        self.patch(usage, "processes", lambda: [os.getpid()])

    def test_processor_time_is_what_the_kernel_counts(self) -> None:
        self.only_this_process()
        before, mine = cpu_seconds(), time.process_time()
        while time.process_time() - mine < 0.3:
            pass
        self.assertAlmostEqual(cpu_seconds() - before, time.process_time() - mine, delta=0.05)

    def test_a_process_that_is_gone_counts_nothing(self) -> None:
        self.patch(usage, "processes", lambda: [2**31 - 1])
        self.assertEqual((cpu_seconds(), memory_bytes()), (0, 0))

    def test_memory_shared_by_processes_counts_once(self) -> None:
        shared = bytearray(os.urandom(1 << 20)) * 48
        stop, go = os.pipe()
        children = []
        for _ in range(3):
            child = os.fork()
            if child == 0:
                os.close(go)
                os.read(stop, 1)
                os._exit(0)
            children.append(child)
        try:
            family = [os.getpid(), *children]
            self.patch(usage, "processes", lambda: family)
            together = memory_bytes()
            resident = sum(usage._resident(pid) for pid in family)
        finally:
            os.close(go)
            for child in children:
                os.waitpid(child, 0)
            os.close(stop)
        self.assertGreater(together, len(shared))
        self.assertLess(together, resident - 2 * len(shared))

    def test_where_maps_may_not_be_read_the_control_group_or_the_resident_size_stands_in(self) -> None:
        self.only_this_process()

        def denied(_pid: int) -> int:
            raise PermissionError

        self.patch(usage, "_proportional", denied)
        self.assertGreater(memory_bytes(), 1 << 20)
        self.patch(usage, "_of_control_group", lambda: 0)
        self.assertEqual(memory_bytes() // (1 << 22), usage._resident(os.getpid()) // (1 << 22))

    def test_disk_is_what_is_allocated_below_a_folder_and_not_what_links_lead_to(self) -> None:
        below = self.folder / "a/b"
        below.mkdir(parents=True)
        (below / "file").write_bytes(b"x" * 1_000_000)
        with (below / "sparse").open("wb") as file:
            file.truncate(1 << 40)
        (below / "link").symlink_to("/usr")
        size = disk_bytes(self.folder / "a")
        self.assertGreaterEqual(size, 1_000_000)
        self.assertLess(size, 1_200_000)
        self.assertEqual(disk_bytes(self.folder / "absent"), 0)

    def test_dear_figures_are_measured_seldom_and_by_time_that_passed(self) -> None:
        clock = self.fake_time(usage)
        asked = []
        self.patch(usage, "memory_bytes", lambda: asked.append("memory") or 1)
        self.patch(usage, "disk_bytes", lambda _: asked.append("disk") or 1)
        meter = UsageMeter()
        self.assertTrue(meter.measure())
        for _ in range(24):
            clock.passed += 5
            clock.step_host_clock(100_000)
            meter.measure()
        self.assertEqual((asked.count("memory"), asked.count("disk")), (5, 3))
        meter.hasten()
        meter.measure()
        self.assertEqual((asked.count("memory"), asked.count("disk")), (6, 3))

    def test_a_volume_that_takes_long_to_add_up_is_added_up_the_more_seldom(self) -> None:
        clock = self.fake_time(usage)
        asked = []

        def slow(_folder: object) -> int:
            asked.append(clock.passed)
            clock.passed += 2
            return 1

        self.patch(usage, "disk_bytes", slow)
        self.patch(usage, "memory_bytes", lambda: 1)
        meter = UsageMeter()
        for _ in range(500):
            meter.measure()
            clock.passed += 5
        self.assertEqual(len(asked), 3)
