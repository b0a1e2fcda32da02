import json
import threading

from support import RecipeTest

from labdeck import documents, init, paths
from labdeck.errors import LabError


class StatusTest(RecipeTest):
    def setUp(self) -> None:
        super().setUp()
        self.move_paths("IMAGE", "STATUS", "STATE", "LOGS")
        paths.STATE.mkdir()
        paths.IMAGE.write_text('{"lavaVersion": "2026.09", "postgresMajor": 17, "migrations": {}}')
        self.free = 1 << 40
        self.patch(init, "free_bytes", lambda _: self.free)
        self.init = init.Init()
        self.addCleanup(self.init.selector.close)

    def written(self) -> dict[str, object]:
        self.init._write_status()
        return json.loads(paths.STATUS.read_text())

    def test_it_has_all_that_labdeck_reads(self) -> None:
        status = self.written()
        self.assertEqual(
            list(status), ["version", "state", "problem", "lavaVersion", "bootId", "startedAtMs", "atMs", "parts", "usage", "holds"]
        )
        self.assertEqual((status["version"], status["state"], status["problem"], status["lavaVersion"]), (1, "starting", None, "2026.09"))
        self.assertEqual(list(status["parts"]), ["database", "server", "publisher", "scheduler", "worker"])
        self.assertEqual(list(status["parts"]["worker"]), ["state", "restarts", "detail", "sinceMs"])
        self.assertEqual(list(status["usage"]), ["cpuSeconds", "memoryBytes", "diskBytes"])
        self.assertEqual(paths.STATUS.stat().st_mode & 0o777, 0o644)

    def test_an_instance_that_was_not_looked_into_does_not_pass_for_an_empty_one(self) -> None:
        self.assertIsNone(self.written()["holds"])
        self.init.health.holds = {"jobs": 1, "devices": 2, "users": 3}
        self.assertEqual(self.written()["holds"], {"jobs": 1, "devices": 2, "users": 3})

    def test_each_start_has_another_id(self) -> None:
        other = init.Init()
        self.addCleanup(other.selector.close)
        self.assertNotEqual(self.written()["bootId"], other.boot_id)

    def test_a_disk_that_is_nearly_full_is_a_problem_and_no_longer_one_once_there_is_room(self) -> None:
        self.free = (32 << 20) - 1
        self.assertEqual(self.written()["problem"]["code"], "DISK_FULL")
        self.assertTrue(self.written()["problem"]["hint"])
        self.free = 33 << 20
        self.assertIsNone(self.written()["problem"])

    def test_what_went_wrong_is_told_before_the_disk(self) -> None:
        self.free = 0
        self.init.enter("failed", LabError("CONFLICT", "no", "do that"))
        status = self.written()
        self.assertEqual((status["state"], status["problem"]), ("failed", {"code": "CONFLICT", "message": "no", "hint": "do that"}))

    def test_a_folder_that_cannot_be_written_stops_nothing(self) -> None:
        self.patch(paths, "STATUS", self.folder / "away/status.json")
        self.init._write_status()
        self.assertIn("could not be written", self.init.logs.log("init").last_line() or "")

    def test_a_reader_never_sees_half_of_it(self) -> None:
        documents.write_object(paths.STATUS, {"n": 0})
        torn: list[str] = []
        done = threading.Event()

        def read() -> None:
            while not done.is_set():
                text = paths.STATUS.read_text()
                try:
                    json.loads(text)
                except ValueError:
                    torn.append(text)

        reader = threading.Thread(target=read)
        reader.start()
        for number in range(500):
            documents.write_object(paths.STATUS, {"n": number, "padding": "x" * 20_000})
        done.set()
        reader.join()
        self.assertEqual(torn, [])
