"""
The format of a backup: a tar with, in this order, manifest.json, database.dump (pg_dump -Fc), files.tar.zst and
checksums.json. The last one vouches for the others, so what was cut off is never taken for whole.
"""

import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from . import paths

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files.tar.zst"
CHECKSUMS = "checksums.json"
MEMBERS = (MANIFEST, DUMP, FILES, CHECKSUMS)
CHUNK_BYTES = 1 << 20

# What is in files.tar.zst, by the name it has there. What a job downloads or unpacks is not: no job survives a move.
TREES = {
    "etc-lava-server": paths.ETC_SERVER,
    "etc-lava-dispatcher": paths.ETC_DISPATCHER,
    "media": paths.SERVER_DATA / "media",
    "archive": paths.SERVER_DATA / "archive",
}
WORKER = "worker"
WORKER_FILES = ("token", "db.sqlite3")


@dataclass(frozen=True)
class Checksum:
    sha256: str
    bytes: int

    def document(self) -> dict[str, Any]:
        return {"sha256": self.sha256, "bytes": self.bytes}


def checksum_of(source: BinaryIO, copy_to: Callable[[bytes], object] = lambda _: None) -> Checksum:
    """Reads a stream to its end, handing each piece to `copy_to`."""
    digest = hashlib.sha256()
    count = 0
    while piece := source.read(CHUNK_BYTES):
        digest.update(piece)
        count += len(piece)
        copy_to(piece)
    return Checksum(digest.hexdigest(), count)


def add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> Checksum:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mode = 0o600
    tar.addfile(info, io.BytesIO(data))
    return checksum_of(io.BytesIO(data))


def add_file(tar: tarfile.TarFile, name: str, path: Path) -> Checksum:
    info = tarfile.TarInfo(name)
    info.size = path.stat().st_size
    info.mode = 0o600
    with path.open("rb") as file:
        tar.addfile(info, file)
        file.seek(0)
        return checksum_of(file)


def encode(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=1) + "\n").encode()


def zstd(arguments: list[str], **streams: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["zstd", "-q", "-c", *arguments], stderr=subprocess.PIPE, **streams)
