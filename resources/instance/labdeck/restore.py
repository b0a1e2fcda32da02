"""labctl restore: a backup from stdin into an instance that waits for one. All of it is checked before any of it is used."""

import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from . import archive, documents, paths, postgres
from .ctl import Session
from .errors import LOW_SPACE_BYTES, LabError, check_room, command_failed, damaged_backup, from_os_error
from .pgwire import PgConnection, PgError
from .schema import unknown_migrations
from .unpack import unpack_files
from .volume import RESTORE_HINT

_max_json_bytes = 4 << 20


def restore_backup(source: BinaryIO) -> dict[str, Any]:
    """Returns the manifest of what was restored. Raises LabError: DAMAGED or CONFLICT before anything was touched."""
    session = Session()
    session.ask("restore", {})
    image = documents.read_image()
    # Nobody else uses it in this state: what is in it is left of a restore that was broken off.
    shutil.rmtree(paths.SPOOL, ignore_errors=True)
    paths.SPOOL.mkdir(mode=0o700)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=paths.SPOOL) as name:
        folder = Path(name)
        try:
            manifest = read_archive(source, folder)
            check_fits(manifest, image)
            unpack_files(folder / archive.FILES, folder / "files")
            (folder / archive.FILES).unlink()
            _load_database(image["postgresMajor"], folder / archive.DUMP)
            _put_in_place(folder / "files")
        except OSError as error:
            raise from_os_error(error, "The restore") from error
    session.ask("restored", {key: manifest.get(key) for key in ("instanceName", "lavaVersion")})
    return manifest


def read_archive(source: BinaryIO, folder: Path) -> dict[str, Any]:
    """Spools the members into `folder` and checks them against the checksums; returns the manifest. Raises LabError DAMAGED or DISK_FULL."""
    sums: dict[str, archive.Checksum] = {}
    small: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for expected, member in zip(archive.MEMBERS, tar, strict=False):
                if member.name != expected or not member.isreg() or member.issparse():
                    raise damaged_backup(f"it has {member.name[:80]!r} where {expected} should be")
                content = tar.extractfile(member)
                assert content is not None
                if expected.endswith(".json"):
                    if member.size > _max_json_bytes:
                        raise damaged_backup(f"{expected} is too large")
                    pieces: list[bytes] = []
                    sums[expected] = archive.checksum_of(content, pieces.append)  # type: ignore[arg-type]
                    small[expected] = b"".join(pieces)
                else:
                    check_room(folder, member.size, LOW_SPACE_BYTES, "Restoring the backup")
                    with (folder / expected).open("wb") as spooled:
                        sums[expected] = archive.checksum_of(content, spooled.write)  # type: ignore[arg-type]
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise damaged_backup(f"{error}") from error
    # Nothing may stay unread, or whoever writes it waits for ever.
    while source.read(archive.CHUNK_BYTES):
        pass
    if archive.CHECKSUMS not in sums:
        raise damaged_backup(f"it ends after {list(sums)[-1] if sums else 'nothing'}")
    _compare(sums, _parse(small[archive.CHECKSUMS], archive.CHECKSUMS))
    return _parse(small[archive.MANIFEST], archive.MANIFEST)


def _compare(sums: dict[str, archive.Checksum], claimed: dict[str, Any]) -> None:
    for name in archive.MEMBERS[:-1]:
        if claimed.get(name) != sums[name].document():
            raise damaged_backup(f"{name} is not what was backed up")


def _parse(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise damaged_backup(f"{name}: {error}") from error
    if not isinstance(value, dict):
        raise damaged_backup(f"{name} holds no object")
    return value


def check_fits(manifest: dict[str, Any], image: dict[str, Any]) -> None:
    """Raises LabError CONFLICT for a backup this image cannot open, DAMAGED for one that does not say what it holds."""
    if manifest.get("format") != archive.FORMAT:
        raise LabError("CONFLICT", f"The backup has format {manifest.get('format')}; this image knows {archive.FORMAT}.", "Use a newer Labdeck.")
    if not _is_migrations(manifest.get("migrations")) or not isinstance(manifest.get("postgresMajor"), int):
        raise damaged_backup("its manifest does not say what it holds")
    if manifest["postgresMajor"] > image["postgresMajor"]:
        raise LabError("CONFLICT", f"The backup is of PostgreSQL {manifest['postgresMajor']}, this image has {image['postgresMajor']}.", "Restore it with a newer image.")
    unknown = unknown_migrations(manifest["migrations"], image["migrations"])
    if unknown:
        raise LabError(
            "CONFLICT",
            f"The backup was made by a newer LAVA ({manifest.get('lavaVersion')}) than this image has ({image['lavaVersion']}): {unknown[0]} is unknown here.",
            RESTORE_HINT,
        )


def _is_migrations(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in value.values())


def _load_database(major: int, dump: Path) -> None:
    try:
        with PgConnection("postgres", timeout_seconds=60) as connection:
            connection.query(f"DROP DATABASE IF EXISTS {paths.DATABASE} WITH (FORCE)")
            connection.query(postgres.create_statement())
    except PgError as error:
        raise command_failed("Making the database", paths.STATE, 1, str(error)) from error
    command = [postgres.binary(major, "pg_restore"), "-h", str(paths.POSTGRES_SOCKETS), "-U", "postgres", "-d", paths.DATABASE]
    # As lavaserver, so that it owns what it must be able to migrate.
    command += ["--no-owner", "--no-acl", "--role=lavaserver", "--exit-on-error", str(dump)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise command_failed("Loading the database", paths.STATE, done.returncode, done.stderr)
    with PgConnection(timeout_seconds=300) as connection:
        connection.query("ANALYZE")


def _put_in_place(files: Path) -> None:
    for name, tree in archive.TREES.items():
        if (files / name).is_dir():
            shutil.rmtree(tree, ignore_errors=True)
            tree.parent.mkdir(parents=True, exist_ok=True)
            (files / name).rename(tree)
    for name in archive.WORKER_FILES:
        source = files / archive.WORKER / name
        if source.is_file() and not source.is_symlink():
            source.replace(paths.WORKER_DIR / name)

