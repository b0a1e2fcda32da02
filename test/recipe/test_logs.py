import os
import selectors

from support import RecipeTest

from labdeck.logs import LogPump, MAX_BYTES, PartLog, read_tail


class LogTest(RecipeTest):
    def open(self, max_bytes: int = 1000) -> PartLog:
        log = PartLog("server", self.folder, max_bytes)
        log.release()
        self.addCleanup(log.close)
        return log

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def test_a_log_is_turned_over_and_only_the_one_before_is_kept(self) -> None:
        log = self.open()
        for number in range(500):
            log.write(f"line {number:04}\n".encode())
        self.assertEqual(self.names(), ["server.log", "server.log.1"])
        for path in self.folder.iterdir():
            self.assertLessEqual(path.stat().st_size, 1010)
        text = (self.folder / "server.log.1").read_text() + (self.folder / "server.log").read_text()
        # Nothing is lost at the turn: what is there is one run up to the last line.
        self.assertEqual(text.splitlines(), [f"line {number:04}" for number in range(500 - text.count("\n"), 500)])

    def test_a_part_keeps_at_most_two_files_of_5_mib(self) -> None:
        self.assertEqual(MAX_BYTES, 5 << 20)
        log = self.open(MAX_BYTES)
        for _ in range(300):
            log.write(b"x" * 65535 + b"\n")
        self.assertEqual(self.names(), ["server.log", "server.log.1"])
        self.assertLessEqual(sum(path.stat().st_size for path in self.folder.iterdir()), 2 * (MAX_BYTES + 65536))

    def test_the_next_start_goes_on_in_the_same_file(self) -> None:
        self.open().write(b"before\n")
        self.open().write(b"after\n")
        self.assertEqual(read_tail("server", 10, self.folder), "before\nafter\n")

    def test_the_last_lines_may_come_from_the_file_before(self) -> None:
        log = self.open(100)
        for number in range(13):
            log.write(f"line {number:04}\n".encode())
        self.assertEqual(read_tail("server", 5, self.folder).split(), sum([["line", f"{n:04}"] for n in range(8, 13)], []))
        self.assertEqual(read_tail("server", 1, self.folder), "line 0012\n")
        self.assertEqual(read_tail("worker", 5, self.folder), "")

    def test_nothing_is_written_until_the_volume_is_known_to_be_ours(self) -> None:
        log = PartLog("server", self.folder)
        log.write(b"early\n")
        self.assertEqual(self.names(), [])
        self.assertEqual(log.last_line(), "early")
        log.release()
        self.addCleanup(log.close)
        self.assertEqual(read_tail("server", 5, self.folder), "early\n")

    def test_a_disk_that_refuses_costs_lines_and_never_the_part(self) -> None:
        folder = self.folder / "away"
        log = PartLog("server", folder)
        log.release()
        log.write(b"lost\n")
        self.assertEqual(log.last_line(), "lost")
        folder.mkdir()
        log.write(b"kept\n")
        self.addCleanup(log.close)
        self.assertEqual(read_tail("server", 5, folder), "kept\n")

    def test_output_that_is_no_text_is_told_all_the_same(self) -> None:
        log = self.open()
        log.write(b"\xff\xfe broken\n\n  \n")
        self.assertEqual(log.last_line(), "\ufffd\ufffd broken")


class PumpTest(RecipeTest):
    def test_what_a_process_prints_until_its_end_is_in_its_log(self) -> None:
        with selectors.DefaultSelector() as selector:
            pump = LogPump(selector)
            writer = pump.pipe("worker")
            os.write(writer, b"one\n")
            os.write(writer, b"two\n")
            os.close(writer)
            while selector.get_map():
                for key, _ in selector.select(5):
                    key.data()
            self.assertEqual(pump.log("worker").last_line(), "two")
