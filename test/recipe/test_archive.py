import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

from support import RecipeTest

from labdeck import archive, restore
from labdeck.errors import LabError

_manifest = {"format": 1, "lavaVersion": "2026.09", "postgresMajor": 17, "migrations": {"jobs": ["0001_a"]}, "instanceName": "home"}
_dump = bytes(range(256)) * 500
_image = {"lavaVersion": "2026.09", "postgresMajor": 17, "migrations": {"jobs": ["0001_a"]}}


def build(change: Callable[[dict[str, bytes]], None] = lambda _: None, order: tuple[str, ...] = archive.MEMBERS) -> bytes:
    """A backup as labctl makes it; `change` alters its members after the checksums were taken."""
    members = {archive.MANIFEST: archive.encode(_manifest), archive.DUMP: _dump, archive.FILES: b"packed" * 1000}
    sums = {name: archive.checksum_of(io.BytesIO(data)).document() for name, data in members.items()}
    members[archive.CHECKSUMS] = json.dumps(sums).encode()
    change(members)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w|") as tar:
        for name in order:
            archive.add_bytes(tar, name, members[name])
    return buffer.getvalue()


class ArchiveTest(RecipeTest):
    def read(self, data: bytes) -> dict[str, Any]:
        return restore.read_archive(io.BytesIO(data), self.folder)

    def damaged(self, data: bytes) -> LabError:
        return self.assert_refused("DAMAGED", self.read, data)

    def test_a_whole_backup_is_read_and_its_members_are_as_they_were(self) -> None:
        self.assertEqual(self.read(build()), _manifest)
        self.assertEqual((self.folder / archive.DUMP).read_bytes(), _dump)

    def test_a_backup_that_is_cut_anywhere_is_damaged(self) -> None:
        whole = build()
        # What follows the last member is padding.
        last = whole.rindex(b"}}") + 2
        for length in [*range(0, last, 997), last - 1, 511, 512, 513]:
            with self.subTest(length):
                self.damaged(whole[:length])

    def test_one_flipped_bit_anywhere_in_a_member_is_damage(self) -> None:
        whole = build()
        for name, content in ((archive.MANIFEST, b"2026.09"), (archive.DUMP, _dump[:64]), (archive.FILES, b"packedpacked"), (archive.CHECKSUMS, b"sha256")):
            with self.subTest(name):
                position = whole.index(content) + 3
                self.damaged(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])

    def test_members_in_another_order_or_missing_or_others_are_damage(self) -> None:
        self.damaged(build(order=(archive.DUMP, archive.MANIFEST, archive.FILES, archive.CHECKSUMS)))
        self.damaged(build(order=(archive.MANIFEST, archive.FILES, archive.CHECKSUMS)))
        self.damaged(build(order=archive.MEMBERS[:-1]))
        self.damaged(build(order=()))

        def with_stranger(members: dict[str, bytes]) -> None:
            members["../../etc/cron.d/evil"] = b"x"

        self.damaged(build(with_stranger, order=("../../etc/cron.d/evil", *archive.MEMBERS)))

    def test_a_member_that_is_no_file_is_damage(self) -> None:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode="w|") as tar:
                info = tarfile.TarInfo(archive.MANIFEST)
                info.type, info.linkname = kind, "/etc/shadow"
                tar.addfile(info)
            with self.subTest(kind):
                self.damaged(buffer.getvalue())

    def test_checksums_that_vouch_for_nothing_are_damage(self) -> None:
        for text in (b"{}", b"[]", b"no json", b"", b"[" * 100_000, b'{"manifest.json": 3}'):
            with self.subTest(text[:20]):
                self.damaged(build(lambda members: members.update({archive.CHECKSUMS: text})))

    def test_a_huge_manifest_is_refused_before_it_is_held_in_memory(self) -> None:
        self.assertIn("too large", self.damaged(build(lambda members: members.update({archive.MANIFEST: b" " * (5 << 20)}))).message)

    def test_a_member_larger_than_the_disk_is_refused_before_it_is_written(self) -> None:
        info = tarfile.TarInfo(archive.DUMP)
        info.size = 1 << 50
        head = build(order=(archive.MANIFEST,))
        data = head[: 512 * (1 + -(-len(archive.encode(_manifest)) // 512))] + info.tobuf(tarfile.GNU_FORMAT) + b"\0" * 4096
        self.assert_refused("DISK_FULL", self.read, data)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_noise_is_damage(self) -> None:
        for data in (b"no tar at all" * 100, b"\xff" * 2048, b"\0" * 10_000):
            with self.subTest(data[:4]):
                self.damaged(data)

    def test_all_of_it_is_taken_so_that_the_writer_is_never_stuck(self) -> None:
        source = io.BytesIO(build() + b"\0" * (3 << 20))
        restore.read_archive(source, self.folder)
        self.assertEqual(source.read(), b"")


class FitsTest(RecipeTest):
    def test_a_backup_of_the_same_or_an_older_one_fits(self) -> None:
        restore.check_fits(_manifest, _image)
        restore.check_fits(_manifest | {"postgresMajor": 15, "migrations": {}}, _image)

    def test_a_newer_one_is_refused_with_what_to_do(self) -> None:
        for change in ({"format": 2}, {"postgresMajor": 18}, {"migrations": {"jobs": ["0001_a", "0002_b"]}}):
            with self.subTest(change):
                self.assertTrue(self.assert_refused("CONFLICT", restore.check_fits, _manifest | change, _image).hint)

    def test_a_manifest_that_does_not_say_what_is_in_it_is_damage(self) -> None:
        for change in ({"migrations": None}, {"migrations": {"jobs": 3}}, {"migrations": {"jobs": [3]}}, {"postgresMajor": "17"}):
            with self.subTest(change):
                self.assert_refused("DAMAGED", restore.check_fits, _manifest | change, _image)
