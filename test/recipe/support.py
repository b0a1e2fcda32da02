"""What the tests of the recipe share: its package on the path, its folders moved to a temporary one, a clock of their own."""

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

# The recipe's folder is what images are addressed by: nothing may be left in it.
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "resources/instance"))

from labdeck import paths  # noqa: E402
from labdeck.errors import LabError  # noqa: E402


class FakeTime:
    """Stands for the module `time`. What the host's clock says is set apart from what has passed."""

    def __init__(self) -> None:
        self.passed = 1000.0
        self.host_ns = 1_700_000_000 * 10**9

    def monotonic(self) -> float:
        return self.passed

    def time_ns(self) -> int:
        return self.host_ns

    def time(self) -> float:
        return self.host_ns / 1e9

    def step_host_clock(self, seconds: float) -> None:
        self.host_ns += int(seconds * 1e9)


class RecipeTest(unittest.TestCase):
    """Each test has a folder of its own, removed afterwards."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="labdeck-recipe-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def patch(self, target: object, name: str, value: object) -> None:
        patcher = mock.patch.object(target, name, value)
        patcher.start()
        self.addCleanup(patcher.stop)

    def move_paths(self, *names: str) -> None:
        """Puts these of `paths` below the test's folder."""
        for name in names:
            self.patch(paths, name, self.folder / name.lower())

    def fake_time(self, *modules: object) -> FakeTime:
        clock = FakeTime()
        for module in modules:
            self.patch(module, "time", clock)
        return clock

    def assert_refused(self, code: str, action: object, *args: object) -> LabError:
        """The action raises a LabError with this code, which says something."""
        with self.assertRaises(LabError) as caught:
            action(*args)  # type: ignore[operator]
        self.assertEqual(caught.exception.code, code, caught.exception.message)
        self.assertTrue(caught.exception.message)
        return caught.exception
