"""
The volume of an instance: its layout, how a new one is filled, and what is refused.

`labdeck.json` is written last, so its presence says that everything else is there; while the volume is being
filled `.unfinished` says by whom, and what such a start left behind is begun anew.
"""

import fcntl
import os
import pwd
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from . import documents, paths, postgres
from .errors import DISK_FULL_HINT, LOW_SPACE_BYTES, LabError, command_failed, free_bytes, from_os_error
from .schema import unknown_migrations
from .usage import disk_bytes

FORMAT = 1
RESTORE_HINT = "Restore the backup from before the upgrade, or use an image of the same or a newer LAVA."
_lock_timeout_seconds = 5
# What a file system or an engine may put into a fresh volume.
_harmless = {"lost+found"}


class Volume:
    """Holds the lock of the volume as long as the process lives."""

    def __init__(self) -> None:
        self._lock: int | None = None

    def lock(self) -> None:
        """Raises LabError CONFLICT when another container has the volume: two databases on one cluster destroy it."""
        self._lock = os.open(paths.STATE, os.O_RDONLY)
        deadline = time.monotonic() + _lock_timeout_seconds
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LabError("CONFLICT", "Another container uses this volume.", "Stop it, or make a volume of its own for this one.") from None
                time.sleep(0.1)

    def record(self) -> dict[str, Any] | None:
        """What is recorded about a finished volume, None for one that is new or was never finished."""
        try:
            return documents.read_object(paths.RECORD)
        except FileNotFoundError:
            return None

    def inspect(self, image: dict[str, Any]) -> dict[str, Any] | None:
        """
        The record of a volume this image may open, None for one that is to be filled. Touches nothing.
        Raises LabError CONFLICT for one made by something newer or something else, DAMAGED for an unreadable one.
        """
        record = self.record()
        if record is None:
            if paths.UNFINISHED.exists() or {entry.name for entry in paths.STATE.iterdir()} <= _harmless:
                return None
            raise LabError("CONFLICT", "The volume holds something that Labdeck did not make.", "Use an empty volume.")
        if record.get("format") != FORMAT:
            raise LabError("CONFLICT", f"The volume was made by a newer Labdeck (its format is {record.get('format')}, this image knows {FORMAT}).", RESTORE_HINT)
        major = postgres.cluster_major(paths.CLUSTER)
        if major is None:
            raise LabError("DAMAGED", "The volume has no database cluster.", "Restore a backup.")
        if major != image["postgresMajor"]:
            raise LabError(
                "CONFLICT",
                f"The database is PostgreSQL {major}, this image has {image['postgresMajor']}.",
                "Make a backup with the image the volume was made by, and restore it into a new volume with this one.",
            )
        refuse_newer(record.get("migrations", {}), record.get("lavaVersion"), image)
        return record

    def begin(self, purpose: str) -> dict[str, Any]:
        """Fills a volume from what is baked into the image; `purpose` is "new" or "restore". Returns the record to finish with."""
        try:
            self._clear()
            needed = disk_bytes(paths.BAKED_CLUSTER) + LOW_SPACE_BYTES
            if free_bytes(paths.STATE) < needed:
                raise LabError("DISK_FULL", f"A new instance needs {needed >> 20} MiB of room; {free_bytes(paths.STATE) >> 20} MiB are free.", DISK_FULL_HINT)
            documents.write_atomically(paths.UNFINISHED, purpose + "\n", durable=True)
            shutil.rmtree(paths.CLUSTER, ignore_errors=True)
            # cp and not Python: it clones where the file system can, and is three times as fast where it cannot.
            subprocess.run(["cp", "-a", "--reflink=auto", str(paths.BAKED_CLUSTER), str(paths.CLUSTER)], check=True, timeout=120, stderr=subprocess.PIPE)
            fill_folders()
        except OSError as error:
            raise from_os_error(error, "Filling the volume") from error
        except subprocess.CalledProcessError as error:
            raise command_failed("Filling the volume", paths.STATE, error.returncode, error.stderr.decode(errors="replace")[-500:]) from error
        return {"format": FORMAT, "id": secrets.token_hex(4), "createdAtMs": time.time_ns() // 1_000_000}

    def unfinished(self) -> str | None:
        """What an earlier start was filling the volume for when it was cut off: "new", "restore", or None."""
        try:
            return paths.UNFINISHED.read_text().strip()
        except FileNotFoundError:
            return None

    def finish(self, record: dict[str, Any]) -> None:
        """Makes the volume whole: from here on a kill costs nothing. Syncs, so that a power cut does not either."""
        handle = os.open(paths.STATE, os.O_RDONLY)
        try:
            _syncfs(handle)
        finally:
            os.close(handle)
        self.update(record)
        paths.UNFINISHED.unlink(missing_ok=True)

    def update(self, record: dict[str, Any]) -> None:
        documents.write_object(paths.RECORD, record, 0o644, durable=True)

    def _clear(self) -> None:
        for entry in paths.STATE.iterdir():
            # The logs of the start that was cut off may say why.
            if entry.name in _harmless or entry == paths.LOGS:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def refuse_newer(applied: dict[str, list[str]], version: str | None, image: dict[str, Any]) -> None:
    """Raises LabError CONFLICT when the database knows migrations the image does not: LAVA itself would start, and ruin it."""
    unknown = unknown_migrations(applied, image["migrations"])
    if unknown:
        raise LabError(
            "CONFLICT",
            f"The volume was made by a newer LAVA ({version or 'unknown version'}) than this image has ({image['lavaVersion']}): "
            f"it has {len(unknown)} unknown database {'migration' if len(unknown) == 1 else 'migrations'}, {unknown[0]} first.",
            RESTORE_HINT,
        )


def fill_folders() -> None:
    """Makes the folders LAVA expects and adds what a newer image brings; never overwrites what is there."""
    user = pwd.getpwnam("lavaserver")
    _merge(paths.SKELETON / "etc-lava-server", paths.ETC_SERVER)
    _merge(paths.SKELETON / "etc-lava-dispatcher", paths.ETC_DISPATCHER)
    owned = ["home", "media", "media/job-output", "archive", "archive/job-output"]
    config = ["dispatcher.d", "dispatcher-config", "dispatcher-config/devices", "dispatcher-config/device-types", "dispatcher-config/health-checks"]
    for folder in [paths.SERVER_DATA, *(paths.SERVER_DATA / name for name in owned), *(paths.ETC_SERVER / name for name in config)]:
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, user.pw_uid, user.pw_gid)
    for folder in (paths.DISPATCHER_DATA / "tmp", paths.WORKER_DIR, paths.LOGS, paths.SPOOL):
        folder.mkdir(parents=True, exist_ok=True)
    paths.SPOOL.chmod(0o700)
    paths.LOGS.chmod(0o750)


def _merge(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for entry in sorted(source.iterdir()) if source.is_dir() else []:
        goal = target / entry.name
        if entry.is_dir():
            _merge(entry, goal)
        elif not goal.exists():
            shutil.copy2(entry, goal)
        else:
            continue
        status = entry.stat()
        os.chown(goal, status.st_uid, status.st_gid)


def _syncfs(handle: int) -> None:
    # Python has no syncfs; sync() would wait for every other disk of the host too.
    import ctypes

    syncfs: Callable[[int], int] = ctypes.CDLL(None, use_errno=True).syncfs
    if syncfs(handle) != 0:
        number = ctypes.get_errno()
        _raise(OSError(number, os.strerror(number)))


def _raise(error: OSError) -> NoReturn:
    raise from_os_error(error, "Writing the volume") from error
