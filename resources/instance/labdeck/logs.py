"""What each part prints, kept on the volume: one file per part, the one before it beside it."""

import os
import selectors
import time
from pathlib import Path

from . import paths

MAX_BYTES = 5 << 20
_kept = 2
_tail_bytes = 4096
_held_bytes = 1 << 16


class PartLog:
    """A file that is turned over at MAX_BYTES. A disk that is full costs lines, never a part."""

    def __init__(self, name: str, folder: Path = paths.LOGS, max_bytes: int = MAX_BYTES) -> None:
        self._path = folder / f"{name}.log"
        self._max_bytes = max_bytes
        self._file: int | None = None
        self._size = 0
        # Until the volume is known to be ours, what is printed is kept back.
        self._held: bytes | None = b""
        # The end of what was printed last, kept so that a failure can be told without reading the disk.
        self.tail = b""

    def write(self, data: bytes) -> None:
        self.tail = (self.tail + data)[-_tail_bytes:]
        if self._held is not None:
            self._held = (self._held + data)[-_held_bytes:]
            return
        try:
            if self._file is None:
                self._open()
            elif self._size >= self._max_bytes:
                self._turn_over()
            assert self._file is not None
            self._size += os.write(self._file, data)
        except OSError:
            self.close()

    def release(self) -> None:
        """From now on to the file; first what was held back."""
        held, self._held = self._held, None
        if held:
            self.write(held)

    def last_line(self) -> str | None:
        lines = [line for line in self.tail.decode("utf-8", "replace").splitlines() if line.strip()]
        return lines[-1].strip()[:500] if lines else None

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> None:
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        self._size = os.fstat(self._file).st_size

    def _turn_over(self) -> None:
        self.close()
        for number in range(_kept - 1, 0, -1):
            older = self._path.with_suffix(f".log.{number}")
            newer = self._path if number == 1 else self._path.with_suffix(f".log.{number - 1}")
            if newer.exists():
                os.replace(newer, older)
        self._open()


class LogPump:
    """Carries the output of parts from pipes to their logs; registered in the init's selector."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._logs: dict[str, PartLog] = {}
        self._may_write = False

    def log(self, name: str) -> PartLog:
        if name not in self._logs:
            self._logs[name] = PartLog(name)
            if self._may_write:
                self._logs[name].release()
        return self._logs[name]

    def release(self) -> None:
        """The volume is ours: logs may be written."""
        self._may_write = True
        for log in list(self._logs.values()):
            log.release()

    def pipe(self, name: str) -> int:
        """The end a new process of part `name` writes to; the caller closes it once the process has it."""
        reader, writer = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(reader, False)
        self._selector.register(reader, selectors.EVENT_READ, lambda: self._pump(reader, name))
        return writer

    def note(self, text: str) -> None:
        """A line of the init's own, in its log and in the container's."""
        line = f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} {text}\n"
        self.log("init").write(line.encode())
        try:
            os.write(1, line.encode())
        except OSError:
            pass

    def _pump(self, reader: int, name: str) -> None:
        try:
            data = os.read(reader, 1 << 16)
        except BlockingIOError:
            return
        if data:
            self.log(name).write(data)
        else:
            self._selector.unregister(reader)
            os.close(reader)


def read_tail(name: str, lines: int, folder: Path = paths.LOGS) -> str:
    """The last `lines` lines of a part's log, from the file before it too when the current one is too short."""
    text = b""
    for path in (folder / f"{name}.log", folder / f"{name}.log.1"):
        if text.count(b"\n") >= lines or not path.exists():
            continue
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            size = min(file.tell(), max(lines, 1) * 400)
            file.seek(-size, os.SEEK_END)
            text = file.read() + text
    return "".join(line + "\n" for line in text.decode("utf-8", "replace").splitlines()[-lines:])
