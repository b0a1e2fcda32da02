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
from .errors import LabError, command_failed, from_os_error
from .pgwire import PgConnection, PgError
from .schema import unknown_migrations
from .volume import RESTORE_HINT

_max_json_bytes = 4 << 20
_damaged_hint = "Take another backup; this one cannot be restored."


def restore_backup(source: BinaryIO) -> dict[str, Any]:
    """Returns the manifest of what was restored. Raises LabError: DAMAGED or CONFLICT before anything was touched."""
    session = Session()
    session.ask("restore", {})
    image = documents.read_image()
    paths.SPOOL.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=paths.SPOOL) as name:
        folder = Path(name)
        try:
            manifest = _read_archive(source, folder)
            _check_fits(manifest, image)
            _unpack_files(folder / archive.FILES, folder / "files")
            (folder / archive.FILES).unlink()
            _load_database(image["postgresMajor"], folder / archive.DUMP)
            _put_in_place(folder / "files")
        except OSError as error:
            raise from_os_error(error, "The restore") from error
    session.ask("restored", {key: manifest.get(key) for key in ("instanceName", "lavaVersion")})
    return manifest


def _read_archive(source: BinaryIO, folder: Path) -> dict[str, Any]:
    """Spools the members and checks them against the checksums; returns the manifest."""
    sums: dict[str, archive.Checksum] = {}
    small: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for expected, member in zip(archive.MEMBERS, tar, strict=False):
                if member.name != expected or not member.isreg():
                    raise _damaged(f"it has {member.name[:80]!r} where {expected} should be")
                content = tar.extractfile(member)
                assert content is not None
                if expected.endswith(".json"):
                    if member.size > _max_json_bytes:
                        raise _damaged(f"{expected} is too large")
                    pieces: list[bytes] = []
                    sums[expected] = archive.checksum_of(content, pieces.append)  # type: ignore[arg-type]
                    small[expected] = b"".join(pieces)
                else:
                    with (folder / expected).open("wb") as spooled:
                        sums[expected] = archive.checksum_of(content, spooled.write)  # type: ignore[arg-type]
    except (tarfile.TarError, EOFError) as error:
        raise _damaged(f"{error}") from error
    # Nothing may stay unread, or whoever writes it waits for ever.
    while source.read(archive.CHUNK_BYTES):
        pass
    if archive.CHECKSUMS not in sums:
        raise _damaged(f"it ends after {list(sums)[-1] if sums else 'nothing'}")
    _compare(sums, _parse(small[archive.CHECKSUMS], archive.CHECKSUMS))
    return _parse(small[archive.MANIFEST], archive.MANIFEST)


def _compare(sums: dict[str, archive.Checksum], claimed: dict[str, Any]) -> None:
    for name in archive.MEMBERS[:-1]:
        if claimed.get(name) != sums[name].document():
            raise _damaged(f"{name} is not what was backed up")


def _parse(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise _damaged(f"{name}: {error}") from error
    if not isinstance(value, dict):
        raise _damaged(f"{name} holds no object")
    return value


def _check_fits(manifest: dict[str, Any], image: dict[str, Any]) -> None:
    if manifest.get("format") != archive.FORMAT:
        raise LabError("CONFLICT", f"The backup has format {manifest.get('format')}; this image knows {archive.FORMAT}.", "Use a newer Labdeck.")
    if not isinstance(manifest.get("migrations"), dict) or not isinstance(manifest.get("postgresMajor"), int):
        raise _damaged("its manifest does not say what it holds")
    if manifest["postgresMajor"] > image["postgresMajor"]:
        raise LabError("CONFLICT", f"The backup is of PostgreSQL {manifest['postgresMajor']}, this image has {image['postgresMajor']}.", "Restore it with a newer image.")
    unknown = unknown_migrations(manifest["migrations"], image["migrations"])
    if unknown:
        raise LabError(
            "CONFLICT",
            f"The backup was made by a newer LAVA ({manifest.get('lavaVersion')}) than this image has ({image['lavaVersion']}): {unknown[0]} is unknown here.",
            RESTORE_HINT,
        )


def _unpack_files(packed: Path, target: Path) -> None:
    target.mkdir(mode=0o700)
    with packed.open("rb") as file:
        unpacker = archive.zstd(["-d"], stdin=file, stdout=subprocess.PIPE)
    assert unpacker.stdout is not None and unpacker.stderr is not None
    try:
        with tarfile.open(fileobj=unpacker.stdout, mode="r|") as tar:
            tar.extractall(target, numeric_owner=True, filter=_safe_member)
    except (tarfile.TarError, EOFError) as error:
        raise _damaged(f"{archive.FILES}: {error}") from error
    finally:
        unpacker.stdout.close()
        complaint = unpacker.stderr.read().decode(errors="replace")
        unpacker.wait()
    if unpacker.returncode != 0:
        raise _damaged(f"{archive.FILES}: {complaint.strip()[-300:]}")


def _safe_member(member: tarfile.TarInfo, target: str) -> tarfile.TarInfo | None:
    """Only files, folders and symbolic links; never a path that leads outside, not through a link either (tar_filter follows them)."""
    if not (member.isreg() or member.isdir() or member.issym()):
        raise tarfile.SpecialFileError(member)
    tarfile.tar_filter(member, target)
    member.mode &= 0o777
    return member


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


def _damaged(why: str) -> LabError:
    return LabError("DAMAGED", f"The backup is damaged: {why}.", _damaged_hint)
