"""What an instance costs: processor time, memory and disk, at a price that is itself small."""

import os
import time
from pathlib import Path

from . import paths

# Adding up the maps of all processes takes the kernel some milliseconds.
_memory_seconds = 30.0
_disk_seconds = 60.0
_ticks = os.sysconf("SC_CLK_TCK")
_page_bytes = os.sysconf("SC_PAGE_SIZE")


class UsageMeter:
    def __init__(self) -> None:
        self._memory_due = 0.0
        self._disk_due = 0.0
        self.document: dict[str, float] = {"cpuSeconds": 0.0, "memoryBytes": 0, "diskBytes": 0}

    def hasten(self) -> None:
        """Measures memory anew at the next round; the disk keeps its own pace."""
        self._memory_due = 0.0

    def measure(self) -> bool:
        """Measures what is due; says whether there is something new."""
        now = time.monotonic()
        news = False
        self.document["cpuSeconds"] = cpu_seconds()
        if now >= self._memory_due:
            self.document["memoryBytes"] = memory_bytes()
            self._memory_due, news = now + _memory_seconds, True
        if now >= self._disk_due:
            self.document["diskBytes"] = disk_bytes(paths.STATE)
            took = time.monotonic() - now
            # A volume of many small files takes long to add up: never more than a five-hundredth of the time.
            self._disk_due, news = now + max(_disk_seconds, took * 500), True
        return news


def processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def cpu_seconds() -> float:
    """Processor time of all processes of the container, also of those that ended: they are in what their parents inherited."""
    total = 0
    for pid in processes():
        try:
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        total += sum(int(value) for value in fields[11:15])
    return round(total / _ticks, 2)


def memory_bytes() -> int:
    """Proportional memory where it may be read, else what the control group counts, else the sum of resident sizes (which counts shared pages often)."""
    try:
        return sum(_proportional(pid) for pid in processes())
    except OSError:
        return _of_control_group() or sum(_resident(pid) for pid in processes())


def disk_bytes(folder: Path) -> int:
    """Bytes allocated to a folder and all below it."""
    total = 0
    pending = [str(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
        except OSError:
            continue
    return total


def _proportional(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _page_bytes
    except (OSError, IndexError):
        return 0


def _of_control_group() -> int:
    for path, names in ((Path("/sys/fs/cgroup/memory.stat"), ("anon", "file_mapped")), (Path("/sys/fs/cgroup/memory/memory.stat"), ("total_rss", "total_mapped_file"))):
        try:
            values = dict(line.split() for line in path.read_text().splitlines())
            return sum(int(values[name]) for name in names)
        except (OSError, KeyError, ValueError):
            continue
    return 0
