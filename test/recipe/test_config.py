import json

from support import RecipeTest

from labdeck.documents import Config, read_config


class ConfigTest(RecipeTest):
    def read(self, text: str) -> Config:
        path = self.folder / "config.json"
        path.write_text(text)
        return read_config(path)

    def test_what_labdeck_asks_for_is_read(self) -> None:
        asked = {"version": 1, "name": "home", "url": "http://127.0.0.1:8123/", "start": "restore", "worker": False, "lean": True}
        config = self.read(json.dumps(asked))
        self.assertEqual(config, Config("home", "http://127.0.0.1:8123/", "restore", False, True))
        self.assertEqual(config.host_with_port, "127.0.0.1:8123")

    def test_without_a_file_an_instance_starts_with_the_defaults(self) -> None:
        self.assertEqual(read_config(self.folder / "absent.json"), Config())

    def test_what_is_left_out_has_its_default_and_what_is_unknown_is_ignored(self) -> None:
        self.assertEqual(self.read('{"version": 1, "name": "a", "later": 3}'), Config(name="a"))

    def test_what_labdeck_would_not_write_is_refused(self) -> None:
        for text in (
            "",
            "{",
            "[]",
            "{}",
            '{"version": 2}',
            '{"version": 1, "name": 3}',
            '{"version": 1, "worker": 1}',
            '{"version": 1, "lean": "yes"}',
            '{"version": 1, "start": "later"}',
            '{"version": 1, "url": "ftp://127.0.0.1/"}',
            '{"version": 1, "url": "http:///nowhere"}',
        ):
            with self.subTest(text):
                self.assert_refused("BAD_REQUEST", self.read, text)
