import json
import os

from support import RecipeTest

from labdeck import paths, volume
from labdeck.volume import Volume

_image = {"lavaVersion": "2026.09", "postgresMajor": 17, "migrations": {"jobs": ["0001_a"]}}


class VolumeTest(RecipeTest):
    def setUp(self) -> None:
        super().setUp()
        self.patch(paths, "STATE", self.folder)
        for name, place in {"RECORD": "labdeck.json", "UNFINISHED": ".unfinished", "CLUSTER": "pg", "LOGS": "log"}.items():
            self.patch(paths, name, self.folder / place)
        self.volume = Volume()

    def finished(self, **record: object) -> None:
        paths.CLUSTER.mkdir(exist_ok=True)
        (paths.CLUSTER / "PG_VERSION").write_text("17\n")
        paths.RECORD.write_text(json.dumps({"format": 1, "id": "x", "lavaVersion": "2026.09", "migrations": {"jobs": ["0001_a"]}} | record))

    def files(self) -> dict[str, str]:
        return {str(path): path.read_text() for path in self.folder.rglob("*") if path.is_file()}

    def refused(self, code: str) -> str:
        before = self.files()
        error = self.assert_refused(code, self.volume.inspect, _image)
        self.assertEqual(self.files(), before, "what is refused is not touched")
        self.assertTrue(error.hint)
        return error.message

    def test_an_empty_volume_is_to_be_filled_also_one_a_file_system_has_marked(self) -> None:
        self.assertIsNone(self.volume.inspect(_image))
        (self.folder / "lost+found").mkdir()
        self.assertIsNone(self.volume.inspect(_image))

    def test_a_volume_with_something_else_on_it_is_refused(self) -> None:
        (self.folder / "photos").mkdir()
        self.refused("CONFLICT")

    def test_a_volume_of_this_image_is_opened(self) -> None:
        self.finished()
        self.assertEqual((self.volume.inspect(_image) or {})["id"], "x")

    def test_a_volume_of_something_newer_is_refused_with_the_way_out(self) -> None:
        self.finished(format=2)
        self.assertIn("newer Labdeck", self.refused("CONFLICT"))
        self.finished(lavaVersion="2027.01", migrations={"jobs": ["0001_a", "0002_b"]})
        self.assertIn("newer LAVA (2027.01)", self.refused("CONFLICT"))
        self.finished()
        (paths.CLUSTER / "PG_VERSION").write_text("18\n")
        self.assertIn("PostgreSQL 18", self.refused("CONFLICT"))

    def test_a_volume_that_cannot_be_read_is_damaged(self) -> None:
        self.finished()
        (paths.CLUSTER / "PG_VERSION").unlink()
        self.refused("DAMAGED")
        paths.RECORD.write_text('{"format": 1')
        self.assert_refused("DAMAGED", self.volume.inspect, _image)

    def test_what_a_start_that_was_cut_off_left_is_begun_anew_and_its_purpose_known(self) -> None:
        (self.folder / "pg").mkdir()
        paths.UNFINISHED.write_text("restore\n")
        self.assertIsNone(self.volume.inspect(_image))
        self.assertEqual(self.volume.unfinished(), "restore")

    def test_of_two_containers_only_one_has_the_volume(self) -> None:
        self.patch(volume, "_lock_timeout_seconds", 0.2)
        other = Volume()
        self.volume.lock()
        self.assert_refused("CONFLICT", other.lock)
        os.close(self.volume._lock or -1)
        other.lock()
        os.close(other._lock or -1)

    def test_without_room_a_new_volume_is_not_begun(self) -> None:
        self.patch(paths, "BAKED_CLUSTER", self.folder.parent / "absent")
        self.patch(volume, "free_bytes", lambda _: 1 << 20)
        self.assert_refused("DISK_FULL", self.volume.begin, "new")
        self.assertEqual(self.files(), {})
