"""
labctl backup: everything of an instance as one tar on stdout.

The picture is consistent because of its order: pg_dump sees the database as it was in one moment, and the files are
read after it. A file without a row is harmless; a row without its file would not be. So nothing has to stop.
"""

import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any, BinaryIO

from . import archive, documents, paths, postgres
from .errors import DISK_FULL_HINT, LabError, command_failed, free_bytes, from_os_error
from .pgwire import PgConnection, PgError, applied_migrations, count_holdings
from .usage import disk_bytes

_margin_bytes = 32 << 20


def write_backup(output: BinaryIO) -> None:
    """Raises LabError: DISK_FULL before anything is written when there is too little room, CONFLICT when the database is not up."""
    image = documents.read_image()
    try:
        with PgConnection(timeout_seconds=60) as connection:
            manifest = _manifest(image, connection)
            ((size,),) = connection.query("SELECT pg_database_size(current_database())")
    except PgError as error:
        raise LabError("CONFLICT", f"The database does not answer: {error}", "Start the instance, then back it up.") from error
    _check_room(int(size or 0))
    paths.SPOOL.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=paths.SPOOL) as folder:
        try:
            dump, files = Path(folder, archive.DUMP), Path(folder, archive.FILES)
            _dump(image["postgresMajor"], dump)
            _pack_files(files, Path(folder))
            _write_tar(output, manifest, dump, files)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise from_os_error(error, "The backup") from error


def _manifest(image: dict[str, Any], connection: PgConnection) -> dict[str, Any]:
    return {
        "format": archive.FORMAT,
        "lavaVersion": image["lavaVersion"],
        "postgresMajor": image["postgresMajor"],
        "migrations": applied_migrations(connection),
        "instanceName": documents.read_config().name,
        "createdAtMs": time.time_ns() // 1_000_000,
        "holds": count_holdings(connection),
    }


def _check_room(database_bytes: int) -> None:
    # A compressed dump is a fraction of the tables (a fifth as a rule), job logs shrink to less: half is on the safe side.
    needed = (database_bytes + sum(disk_bytes(tree) for tree in archive.TREES.values())) // 2 + _margin_bytes
    free = free_bytes(paths.STATE)
    if free < needed:
        raise LabError("DISK_FULL", f"A backup needs about {needed >> 20} MiB of room to be put together; {free >> 20} MiB are free.", DISK_FULL_HINT)


def _dump(major: int, target: Path) -> None:
    command = [postgres.binary(major, "pg_dump"), "-Fc", "-h", str(paths.POSTGRES_SOCKETS), "-U", "postgres", "-f", str(target), paths.DATABASE]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise command_failed("The dump of the database", paths.STATE, done.returncode, done.stderr)


def _pack_files(target: Path, spool: Path) -> None:
    with target.open("wb") as file:
        packer = archive.zstd(["-3", "-T0"], stdin=subprocess.PIPE, stdout=file)
        assert packer.stdin is not None and packer.stderr is not None
        try:
            with tarfile.open(fileobj=packer.stdin, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                for name, tree in archive.TREES.items():
                    _add_tree(tar, tree, name)
                _add_worker(tar, spool)
        except BrokenPipeError:
            pass  # zstd says why
        finally:
            try:
                packer.stdin.close()
            except BrokenPipeError:
                pass
        complaint = packer.stderr.read().decode(errors="replace")
        if packer.wait() != 0:
            raise command_failed("Packing the files", paths.STATE, packer.returncode, complaint)


def _add_tree(tar: tarfile.TarFile, path: Path, name: str) -> None:
    if not path.exists() and not path.is_symlink():
        return
    # Never as a hard link to another member: each file stands for itself.
    tar.inodes.clear()  # type: ignore[attr-defined]
    try:
        info = tar.gettarinfo(path, name)
        if info.isreg():
            with path.open("rb") as file:
                # LAVA appends to the log of a running job: as much as it was when its header was written.
                info.size = os.fstat(file.fileno()).st_size
                tar.addfile(info, file)
            return
        if not info.isdir() and not info.issym():
            return
        tar.addfile(info)
    except FileNotFoundError:
        # Removed since it was listed; the row may be there, as after any removal.
        return
    if info.isdir():
        for entry in sorted(os.listdir(path)):
            _add_tree(tar, path / entry, f"{name}/{entry}")


def _add_worker(tar: tarfile.TarFile, spool: Path) -> None:
    for name in archive.WORKER_FILES:
        source = paths.WORKER_DIR / name
        if not source.exists():
            continue
        if name.endswith(".sqlite3"):
            # It may be written to just now.
            copy = spool / name
            original, duplicate = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(copy)
            with duplicate:
                original.backup(duplicate)
            original.close()
            duplicate.close()
            source = copy
        _add_tree(tar, source, f"{archive.WORKER}/{name}")


def _write_tar(output: BinaryIO, manifest: dict[str, Any], dump: Path, files: Path) -> None:
    with tarfile.open(fileobj=output, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        sums = {
            archive.MANIFEST: archive.add_bytes(tar, archive.MANIFEST, archive.encode(manifest)),
            archive.DUMP: archive.add_file(tar, archive.DUMP, dump),
            archive.FILES: archive.add_file(tar, archive.FILES, files),
        }
        archive.add_bytes(tar, archive.CHECKSUMS, json.dumps({name: checksum.document() for name, checksum in sums.items()}).encode())
    output.flush()
