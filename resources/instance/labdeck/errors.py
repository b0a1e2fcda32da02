"""Errors people can meet: a closed code, a message and what to do next; the same shape as Labdeck's LabError."""

import errno
import os
from pathlib import Path


class LabError(Exception):
    """`code` is one of BAD_REQUEST, CONFLICT, DAMAGED, DISK_FULL, TIMEOUT, COMMAND_FAILED."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def document(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "hint": self.hint}


DISK_FULL_HINT = "Free some space on the disk that holds the instances, then try again."
# Below this PostgreSQL can no longer be trusted to finish a checkpoint.
LOW_SPACE_BYTES = 32 << 20


def free_bytes(folder: Path) -> int:
    """Bytes an ordinary program may still write on the disk of `folder`."""
    space = os.statvfs(folder)
    return space.f_bavail * space.f_frsize


def check_room(folder: Path, needed: int, margin: int, doing: str) -> None:
    """Raises LabError DISK_FULL unless `needed` bytes can be written to the disk of `folder` and leave `margin`."""
    free = free_bytes(folder)
    if needed + margin > free:
        raise LabError("DISK_FULL", f"{doing} needs {(needed + margin) >> 20} MiB of room; {free >> 20} MiB are free.", DISK_FULL_HINT)


def damaged_backup(why: str) -> LabError:
    return LabError("DAMAGED", f"The backup is damaged: {why}.", "Take another backup; this one cannot be restored.")


def from_os_error(error: OSError, doing: str) -> LabError:
    """Says what the operating system refused; a full disk or quota by its own code."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LabError("DISK_FULL", f"The disk is full: {doing} could not be finished.", DISK_FULL_HINT)
    return LabError("COMMAND_FAILED", f"{doing} failed: {error}")


def command_failed(doing: str, folder: Path, code: int, tail: str) -> LabError:
    """A program failed: because of a full disk when there is no room left, whatever the words it chose."""
    if free_bytes(folder) < LOW_SPACE_BYTES:
        return LabError("DISK_FULL", f"The disk is full: {doing} could not be finished.", DISK_FULL_HINT)
    return LabError("COMMAND_FAILED", f"{doing} failed with exit code {code}: {tail.strip()[-2000:]}")
