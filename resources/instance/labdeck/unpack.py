"""
Unpacks files.tar.zst, which may come from anywhere: nothing of it may land outside its folder, and it may not fill the disk.

Our own check and not tarfile's filters: those strip what is wrong where a backup that has it must be refused.
"""

import subprocess
import tarfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from . import archive
from .errors import LOW_SPACE_BYTES, check_room, damaged_backup

_roots = frozenset([*archive.TREES, archive.WORKER])


def unpack_files(packed: Path, target: Path) -> None:
    """Raises LabError: DAMAGED for what no backup of ours has in it, DISK_FULL before a member that would not fit."""
    target.mkdir(mode=0o700)
    with packed.open("rb") as file:
        unpacker = archive.zstd(["-d"], stdin=file, stdout=subprocess.PIPE)
    assert unpacker.stdout is not None and unpacker.stderr is not None
    try:
        unpack_tar(unpacker.stdout, target)
    finally:
        unpacker.stdout.close()
        complaint = unpacker.stderr.read().decode(errors="replace")
        unpacker.stderr.close()
        unpacker.wait()
    if unpacker.returncode != 0:
        raise damaged_backup(f"{archive.FILES}: {complaint.strip()[-300:]}")


def unpack_tar(source: BinaryIO, target: Path) -> None:
    """The same of a tar that is not packed; reads it to its end."""
    check = MemberCheck()
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            # Where tarfile has filters: ours has looked already.
            tar.extraction_filter = getattr(tarfile, "fully_trusted_filter", None)  # type: ignore[assignment]
            for member in tar:
                why = check.refuses(member)
                if why:
                    raise damaged_backup(f"{archive.FILES} has {member.name[:80]!r}, {why}")
                check_room(target, member.size, LOW_SPACE_BYTES, "Unpacking the backup")
                member.mode &= 0o777
                tar.extract(member, target, numeric_owner=True)
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise damaged_backup(f"{archive.FILES}: {error}") from error
    while source.read(archive.CHUNK_BYTES):
        pass


class MemberCheck:
    """Looks at the members of one tar, in their order."""

    def __init__(self) -> None:
        self._folders: set[str] = set()
        self._others: set[str] = set()

    def refuses(self, member: tarfile.TarInfo) -> str | None:
        """Why a member must not be unpacked, None when it may."""
        if not (member.isdir() or member.issym() or member.type in (tarfile.REGTYPE, tarfile.AREGTYPE)) or member.issparse():
            return "which is neither a file nor a folder nor a symbolic link"
        parts = PurePosixPath(member.name).parts
        if not parts or parts[0] not in _roots or ".." in parts or "\0" in member.name:
            return "which is outside of what a backup holds"
        if len(parts) == 1 and not member.isdir():
            return "which should be a folder"
        name = "/".join(parts)
        # A symbolic link may lead anywhere, but nothing is written through it.
        if any(str(parent) in self._others for parent in PurePosixPath(name).parents):
            return "which is below something that is no folder"
        if name in self._others or (name in self._folders and not member.isdir()):
            return "twice"
        (self._folders if member.isdir() else self._others).add(name)
        return None
