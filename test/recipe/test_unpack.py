import io
import os
import tarfile
from typing import Any

from support import RecipeTest

from labdeck import errors
from labdeck.unpack import unpack_tar


def member(name: str, kind: bytes = tarfile.REGTYPE, data: bytes = b"", link: str = "", **more: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size, info.mode = kind, link, len(data), 0o644
    # Whoever runs the tests owns what is unpacked.
    info.uid, info.gid = os.getuid(), os.getgid()
    for key, value in more.items():
        setattr(info, key, value)
    return info, data


class UnpackTest(RecipeTest):
    def unpack(self, *members: tuple[tarfile.TarInfo, bytes], cut: int | None = None) -> None:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for info, data in members:
                tar.addfile(info, io.BytesIO(data))
        target = self.folder / "inside"
        target.mkdir(exist_ok=True)
        unpack_tar(io.BytesIO(buffer.getvalue()[:cut]), target)

    def assert_all_refused(self, *members: tuple[tarfile.TarInfo, bytes]) -> None:
        self.assert_refused("DAMAGED", self.unpack, *members)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["inside"])

    def test_files_folders_and_links_come_back_as_they_were(self) -> None:
        self.unpack(
            member("media", tarfile.DIRTYPE, mode=0o750),
            member("media/job.log", data=b"log", mode=0o640),
            member("media/latest", tarfile.SYMTYPE, link="job.log"),
            member("worker/token", data=b"t"),
        )
        media = self.folder / "inside/media"
        self.assertEqual((media / "job.log").read_bytes(), b"log")
        self.assertEqual((media / "job.log").stat().st_mode & 0o7777, 0o640)
        self.assertEqual(media.stat().st_mode & 0o7777, 0o750)
        self.assertEqual(os.readlink(media / "latest"), "job.log")

    def test_a_path_that_leads_outside_is_refused(self) -> None:
        for name in ("../evil", "media/../../evil", f"{self.folder}/evil", "/evil", "evil", "media/..", ".", "./../evil", "//evil"):
            with self.subTest(name):
                self.assert_all_refused(member(name, data=b"x"))

    def test_nothing_is_written_through_a_link(self) -> None:
        outside = self.folder / "inside" / "worker"
        for link in ("..", str(self.folder), "../worker"):
            with self.subTest(link):
                self.assert_all_refused(
                    member("worker", tarfile.DIRTYPE), member("media/out", tarfile.SYMTYPE, link=link), member("media/out/evil", data=b"x")
                )
                self.assertFalse((outside / "evil").exists())
                os.unlink(self.folder / "inside/media/out")

    def test_a_file_in_the_place_of_a_link_is_refused(self) -> None:
        self.assert_all_refused(member("media/x", tarfile.SYMTYPE, link="../../evil"), member("media/x", data=b"x"))

    def test_a_folder_of_a_backup_that_is_a_link_is_refused(self) -> None:
        self.assert_all_refused(member("media", tarfile.SYMTYPE, link="/etc"))

    def test_devices_pipes_and_hard_links_are_refused(self) -> None:
        for kind in (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.LNKTYPE, tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE):
            with self.subTest(kind):
                self.assert_all_refused(member("media/x", kind, link="/etc/shadow"))

    def test_nothing_comes_back_with_the_rights_of_its_owner(self) -> None:
        self.unpack(member("media/x", data=b"x", mode=0o6755))
        self.assertEqual((self.folder / "inside/media/x").stat().st_mode & 0o7777, 0o755)

    def test_a_member_that_would_fill_the_disk_is_refused_before_it_is_written(self) -> None:
        self.patch(errors, "free_bytes", lambda _: (32 << 20) + 1000)
        self.unpack(member("media/fits", data=b"x" * 1000))
        self.assert_refused("DISK_FULL", self.unpack, member("media/not", data=b"x" * 1001))
        self.assertFalse((self.folder / "inside/media/not").exists())

    def test_one_that_is_cut_is_refused(self) -> None:
        self.assert_refused("DAMAGED", lambda: self.unpack(member("media/x", data=b"x" * 5000), cut=3000))
