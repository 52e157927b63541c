"""Archives of every kind, honest and hostile."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import shutil
import stat
import subprocess
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bootstrap.errors import UnpackError
from bootstrap.fetch.member import Bounds
from bootstrap.fetch.unpack import recognises, unpack

COMPRESS = {
    ".tar": lambda data: data,
    ".tar.gz": gzip.compress,
    ".tgz": gzip.compress,
    ".tar.bz2": bz2.compress,
    ".tar.xz": lzma.compress,
    ".tar.zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}


class Tar:
    """A tar archive in the making."""

    def __init__(self, format: int = tarfile.PAX_FORMAT) -> None:
        self._file = io.BytesIO()
        self._tar = tarfile.TarFile(
            fileobj=self._file, mode="w", format=format, encoding="utf-8", errors="surrogateescape"
        )

    def add(self, name: str, contents: bytes = b"", **fields: Any) -> Tar:
        info = tarfile.TarInfo(name)
        info.size = len(contents)
        for field, value in fields.items():
            setattr(info, field, value)
        self._tar.addfile(info, io.BytesIO(contents) if info.isreg() else None)
        return self

    def directory(self, name: str, **fields: Any) -> Tar:
        return self.add(name, type=tarfile.DIRTYPE, **fields)

    def symlink(self, name: str, target: str) -> Tar:
        return self.add(name, type=tarfile.SYMTYPE, linkname=target)

    def hard_link(self, name: str, target: str) -> Tar:
        return self.add(name, type=tarfile.LNKTYPE, linkname=target)

    def bytes(self) -> bytes:
        self._tar.close()
        return self._file.getvalue()


def open_into(directory: Path, data: bytes, name: str = "a.tar", strip: int = 0, **options: Any) -> Path:
    target = directory / "target"
    target.mkdir(exist_ok=True)
    unpack(io.BytesIO(data), name, target, strip=strip, **options)
    return target


def tree_of(directory: Path) -> dict[bytes, tuple[object, ...]]:
    """Everything beneath a directory: contents, modes, targets of links."""
    found: dict[bytes, tuple[object, ...]] = {}
    top = os.fsencode(directory)
    for base, directories, files in os.walk(top):
        for name in directories + files:
            path = os.path.join(base, name)
            status = os.lstat(path)
            assert status.st_mtime_ns == 1_000_000_000, path
            assert status.st_uid == os.geteuid()
            kind = stat.S_IFMT(status.st_mode)
            mode = stat.S_IMODE(status.st_mode)
            relative = os.path.relpath(path, top)
            if kind == stat.S_IFLNK:
                found[relative] = ("link", os.readlink(path))
            elif kind == stat.S_IFDIR:
                found[relative] = ("directory", mode)
            else:
                assert status.st_nlink == 1
                with open(path, "rb") as file:
                    found[relative] = ("file", mode, file.read())
    assert os.stat(top).st_mtime_ns == 1_000_000_000
    return found


@pytest.mark.parametrize("ending", COMPRESS)
def test_every_compression_of_tar_is_unpacked(tmp_path: Path, ending: str) -> None:
    data = COMPRESS[ending](Tar().directory("top").add("top/a", b"A" * 1000, mode=0o700).bytes())
    target = open_into(tmp_path, data, f"thing{ending}", strip=1)
    assert recognises(f"thing{ending}")
    assert tree_of(target) == {b"a": ("file", 0o755, b"A" * 1000)}


def test_compressed_streams_one_after_another_are_one(tmp_path: Path) -> None:
    data = Tar().add("a", b"A").add("b", b"B").bytes()
    joined = gzip.compress(data[:700]) + gzip.compress(data[700:]) + bytes(100)
    assert set(tree_of(open_into(tmp_path, joined, "a.tar.gz"))) == {b"a", b"b"}


def test_what_the_archive_says_of_owner_time_and_mode_does_not_remain(tmp_path: Path) -> None:
    archive = Tar().directory("d", mode=0, mtime=5e8, uid=1234)
    archive.add("d/suid", b"", mode=0o6711, mtime=5e8, uid=1234, pax_headers={"SCHILY.xattr.user.x": "y"})
    archive.add("d/plain", b"", mode=0)
    assert tree_of(open_into(tmp_path, archive.bytes())) == {
        b"d": ("directory", 0o755),
        b"d/suid": ("file", 0o755, b""),
        b"d/plain": ("file", 0o644, b""),
    }
    assert os.listxattr(tmp_path / "target/d/suid") == []


def test_the_umask_of_the_process_plays_no_part(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        target = open_into(tmp_path, Tar().directory("d").add("d/a", b"", mode=0o755).bytes())
    finally:
        os.umask(old)
    assert tree_of(target) == {b"d": ("directory", 0o755), b"d/a": ("file", 0o755, b"")}


def test_an_archive_can_be_unpacked_into_what_is_there(tmp_path: Path) -> None:
    open_into(tmp_path, Tar().directory("d").add("d/a", b"A").bytes())
    target = open_into(tmp_path, Tar().directory("d").add("d/b", b"B").bytes())
    assert set(tree_of(target)) == {b"d", b"d/a", b"d/b"}


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    open_into(tmp_path, Tar().add("a", b"old").bytes())
    with pytest.raises(UnpackError, match="lies there already"):
        open_into(tmp_path, Tar().add("a", b"new").bytes())
    assert (tmp_path / "target/a").read_bytes() == b"old"


def test_what_is_there_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target/d").symlink_to(tmp_path)
    with pytest.raises(UnpackError, match="something else lies there"):
        open_into(tmp_path, Tar().add("d/planted", b"").bytes())
    assert not (tmp_path / "planted").exists()


def test_a_link_cannot_lead_out_by_way_of_one_that_was_there(tmp_path: Path) -> None:
    (tmp_path / "target/deep/er").mkdir(parents=True)
    (tmp_path / "target/deep/er/up").symlink_to("../..")
    with pytest.raises(UnpackError, match="through other links"):
        open_into(tmp_path, Tar().symlink("l", "deep/er/up/../..").bytes())


@pytest.mark.parametrize(
    ("strip", "expected"), [(0, {b"top", b"top/d", b"top/d/a"}), (1, {b"d", b"d/a"}), (2, {b"a"})]
)
def test_strip_drops_leading_components(tmp_path: Path, strip: int, expected: set[bytes]) -> None:
    data = Tar().directory("./top/").directory("top//d").add("top/./d/a").bytes()
    assert set(tree_of(open_into(tmp_path, data, strip=strip))) == expected


def test_a_file_with_nothing_left_of_its_name_is_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(UnpackError, match=r"README.*\n  hint: strip = 0"):
        open_into(tmp_path, Tar().add("README").bytes(), strip=1)


def test_a_hard_link_to_a_link_is_judged_where_it_lies(tmp_path: Path) -> None:
    with pytest.raises(UnpackError, match=r"hard: links to \.\./a, out of the tree"):
        open_into(tmp_path, Tar().symlink("d/up", "../a").hard_link("hard", "d/up").bytes())


def test_links_are_kept_as_they_are(tmp_path: Path) -> None:
    archive = Tar().symlink("d/up", "../a").add("a", b"A").symlink("round", "round").symlink("none", "d/./x")
    archive.symlink("twice", "d/up").symlink("twice", "d/up").hard_link("d/hard", "d/up")
    found = tree_of(open_into(tmp_path, archive.bytes()))
    assert {name: entry[1] for name, entry in found.items() if entry[0] == "link"} == {
        b"d/up": b"../a",
        b"round": b"round",
        b"none": b"d/./x",
        b"twice": b"d/up",
        b"d/hard": b"../a",
    }


def test_a_hard_link_becomes_a_file_of_its_own(tmp_path: Path) -> None:
    archive = Tar().add("top/a", b"A", mode=0o755).hard_link("top/b", "top/a")
    target = open_into(tmp_path, archive.bytes(), strip=1)
    assert tree_of(target)[b"b"] == ("file", 0o755, b"A")


def test_the_same_file_twice_is_no_fault(tmp_path: Path) -> None:
    archive = Tar().directory("d").add("d/a", b"A").directory("d").add("d/a", b"A")
    assert set(tree_of(open_into(tmp_path, archive.bytes()))) == {b"d", b"d/a"}


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
@pytest.mark.parametrize(
    "name", ["n" * 255, "ä" * 127, "\udcff\udcfe", "with\nnewline", "d/" * 200 + "f", " "]
)
def test_names_that_a_file_system_takes_are_kept(tmp_path: Path, format: int, name: str) -> None:
    target = open_into(tmp_path, Tar(format).add(name, b"x").bytes())
    assert os.fsencode(name) in tree_of(target)


def test_holes_are_filled(tmp_path: Path) -> None:
    header = bytearray(Tar(tarfile.GNU_FORMAT).add("sparse", bytes(512)).bytes()[:512])
    header[156:157] = tarfile.GNUTYPE_SPARSE
    header[386:410] = b"%011o\0%011o\0" % (4096, 512)
    header[483:495] = b"%011o\0" % 10000
    _checksum(header)
    data = bytes(header) + b"D" * 512 + bytes(1024)
    target = open_into(tmp_path, data)
    assert (target / "sparse").read_bytes() == bytes(4096) + b"D" * 512 + bytes(10000 - 4608)


@pytest.mark.parametrize("kind", ["gnu", "pax --sparse-version=0.0", "pax --sparse-version=0.1", "pax"])
def test_holes_that_gnu_tar_left_out_are_filled(tmp_path: Path, kind: str) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        for at in range(0, 40 << 16, 1 << 16):
            file.seek(at + 5)
            file.write(b"D" * 5000)
        file.truncate(41 << 16)
    command = ["tar", "--sparse", "-cf", "a.tar", *f"--format={kind}".split(), "sparse"]
    if shutil.which("tar") is None or subprocess.run(command, cwd=tmp_path).returncode:
        pytest.skip("no GNU tar here")
    data = (tmp_path / "a.tar").read_bytes()
    (tmp_path / "a.tar").unlink()
    target = open_into(tmp_path, data)
    assert (target / "sparse").read_bytes() == (tmp_path / "sparse").read_bytes()


def _checksum(header: bytearray) -> None:
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)


def _negative_size() -> bytes:
    header = bytearray(Tar(tarfile.GNU_FORMAT).add("a", b"").bytes()[:512])
    header[124:136] = b"\xff" * 12
    _checksum(header)
    return bytes(header) + bytes(1024)


def _huge_header() -> bytes:
    header = bytearray(Tar(tarfile.GNU_FORMAT).add("a", b"").bytes()[:512])
    header[156:157] = tarfile.XHDTYPE
    header[124:136] = b"%011o\0" % (1 << 32)
    _checksum(header)
    return bytes(header) + bytes(1024)


def _headers_without_end() -> bytes:
    long = bytearray(Tar(tarfile.GNU_FORMAT).add("a", b"").bytes()[:512])
    long[156:157] = tarfile.GNUTYPE_LONGNAME
    long[124:136] = b"%011o\0" % 2
    _checksum(long)
    return (bytes(long) + b"n\0".ljust(512, b"\0")) * 5000


def _one_of_2_tb() -> bytes:
    header = bytearray(Tar(tarfile.GNU_FORMAT).add("a", b"").bytes()[:512])
    header[156:157] = tarfile.GNUTYPE_SPARSE
    header[386:410] = b"%011o\0%011o\0" % (0, 0)
    header[483:495] = b"\x80" + (1 << 41).to_bytes(11, "big")
    _checksum(header)
    return bytes(header) + bytes(1024)


def _damaged_in_the_middle() -> bytes:
    data = bytearray(Tar(tarfile.GNU_FORMAT).add("a", b"A").add("b", b"B").bytes())
    data[1024 + 150] ^= 1
    return bytes(data)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "dotdot": (Tar().add("../evil", b"").bytes(), r'a.tar: \.\./evil: its name has "\.\."'),
    "dotdot inside": (Tar().add("a/../../evil").bytes(), r'its name has "\.\."'),
    "dotdot directory": (Tar().directory("..").bytes(), r'its name has "\.\."'),
    "absolute": (Tar().add("/etc/evil").bytes(), "/etc/evil: its name is absolute"),
    "absolute directory": (Tar().directory("/etc/").bytes(), "/etc: its name is absolute"),
    "NUL": (Tar().add("a", pax_headers={"path": "a\0b"}).bytes(), "NUL"),
    "long component": (Tar().add("n" * 256).bytes(), "has 256 bytes"),
    "long name": (Tar().add("n/" * 2100).bytes(), "has 4199 bytes"),
    "deep": (Tar().add("d/" * 300 + "f").bytes(), "301 directories deep"),
    "no name": (Tar().add(".").bytes(), "has no name"),
    "absolute link": (Tar().symlink("l", "/etc/passwd").bytes(), "l: links to /etc/passwd, an absolute name"),
    "link out": (Tar().symlink("d/l", "../../x").bytes(), "d/l: links to ../../x, out of the tree"),
    "link out and in again": (Tar().symlink("l", "../target/a").bytes(), "out of the tree"),
    "link out through a link": (
        Tar().directory("a").symlink("a/top", "..").symlink("l", "a/top/..").bytes(),
        "through other links",
    ),
    "link out through a later link": (
        Tar().symlink("l", "a/top/..").directory("a").symlink("a/top", "..").bytes(),
        "l: links to a/top/.., which leads out of the tree through other links",
    ),
    "link out through many": (
        Tar().symlink("d/1", "..").symlink("d/2", "1/d/1").symlink("l", "d/2/..").bytes(),
        "through other links",
    ),
    "empty link": (Tar().symlink("l", "").bytes(), "its link target is no path"),
    "file through a link": (
        Tar().symlink("d", ".").add("d/evil").bytes(),
        "d/evil: in its way is a symbolic link of the archive: d",
    ),
    "directory over a link": (
        Tar().symlink("d", ".").directory("d").bytes(),
        "d: in its way is a symbolic",
    ),
    "file over a link": (Tar().symlink("a", "b").add("a", b"x").bytes(), "a symbolic link of the same name"),
    "link over a file": (Tar().add("a", b"x").symlink("a", "b").bytes(), "a file of the same name"),
    "link over a link": (Tar().symlink("a", "b").symlink("a", "c").bytes(), "of the same name"),
    "file over a directory": (Tar().directory("a").add("a").bytes(), "a directory of the same name"),
    "file beneath a file": (Tar().add("a").add("a/b").bytes(), "in its way is a file"),
    "other file of the same name": (
        Tar().add("a", b"x").add("a", b"y").bytes(),
        "another file of the same name",
    ),
    "same file of another mode": (
        Tar().add("a", b"x").add("a", b"x", mode=0o755).bytes(),
        "another file of the same name",
    ),
    "longer file of the same name": (
        Tar().add("a", b"x").add("a", b"xy").bytes(),
        "another file of the same",
    ),
    "hard link out": (Tar().hard_link("l", "../../etc/passwd").bytes(), r'its name has "\.\."'),
    "absolute hard link": (Tar().hard_link("l", "/etc/passwd").bytes(), "its name is absolute"),
    "hard link ahead": (Tar().hard_link("l", "a").add("a").bytes(), "not an earlier file"),
    "hard link to a directory": (Tar().directory("d").hard_link("l", "d").bytes(), "not an earlier file"),
    "hard link through a link": (
        Tar().symlink("d", ".").add("a").hard_link("l", "d/a").bytes(),
        "not an earlier file",
    ),
    "character device": (Tar().add("n", type=tarfile.CHRTYPE).bytes(), "n: is a character device"),
    "block device": (Tar().add("n", type=tarfile.BLKTYPE).bytes(), "n: is a block device"),
    "named pipe": (Tar().add("n", type=tarfile.FIFOTYPE).bytes(), "n: is a named pipe"),
    "unknown kind": (Tar().add("n", type=b"V").bytes(), "of an unknown kind"),
    "negative size": (_negative_size(), "negative|not a tar archive"),
    "huge header": (_huge_header(), "a header of the archive claims"),
    "headers without end": (_headers_without_end(), "not a tar archive"),
    "a file of 2 TB": (_one_of_2_tb(), "unpacks to more than"),
    "empty": (b"", "not a tar archive"),
    "no archive": (b"<html>" * 500, "not a tar archive"),
    "damaged in the middle": (_damaged_in_the_middle(), "damaged header at byte 1536"),
    "cut off in a file": (Tar().add("a", bytes(4000)).bytes()[:2000], "ends too soon"),
    "cut off in a header": (Tar().add("a", b"A").add("b", b"B").bytes()[:1200], "damaged header"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_tar_archives_are_refused_by_name(tmp_path: Path, name: str) -> None:
    data, reason = HOSTILE[name]
    with pytest.raises(UnpackError, match=reason):
        open_into(tmp_path, data)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["target"]


@pytest.mark.parametrize("ending", [".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst"])
def test_a_bomb_of_nothing_but_size_is_refused(tmp_path: Path, ending: str) -> None:
    data = COMPRESS[ending](Tar().add("a", bytes(30 << 20)).bytes())
    bounds = Bounds(ratio=100, ratio_from=1 << 20)
    with pytest.raises(UnpackError, match="a: the archive unpacks to more than 100 times its size"):
        open_into(tmp_path, data, f"a{ending}", bounds=bounds)


def test_more_bytes_than_allowed_are_refused(tmp_path: Path) -> None:
    data = Tar().add("a", bytes(600)).add("b", bytes(600)).bytes()
    with pytest.raises(UnpackError, match="the archive unpacks to more than 1000 bytes"):
        open_into(tmp_path, data, bounds=Bounds(size=1000))


def test_hard_links_count_as_the_bytes_they_become(tmp_path: Path) -> None:
    archive = Tar().add("a", bytes(6000))
    for number in range(20):
        archive.hard_link(f"l{number}", "a")
    with pytest.raises(UnpackError, match="unpacks to more than 100000 bytes"):
        open_into(tmp_path, archive.bytes(), bounds=Bounds(size=100_000))


def test_more_entries_than_allowed_are_refused_also_if_only_implied(tmp_path: Path) -> None:
    archive = Tar()
    for number in range(10):
        archive.add(f"{number}/" + "d/" * 10 + "f")
    with pytest.raises(UnpackError, match="more than 100 entries"):
        open_into(tmp_path, archive.bytes(), bounds=Bounds(entries=100))


@pytest.mark.parametrize("ending", [".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst"])
def test_compressed_data_that_are_cut_off_or_damaged_are_refused(tmp_path: Path, ending: str) -> None:
    data = COMPRESS[ending](Tar().add("a", os.urandom(100_000)).bytes())
    for number, wrong in enumerate(
        [data[:50_000], data[:50_000] + b"??" + data[50_002:], b"no archive", b""]
    ):
        (tmp_path / str(number)).mkdir()
        with pytest.raises(UnpackError):
            open_into(tmp_path / str(number), wrong, f"a{ending}")


def test_a_checksum_after_the_last_member_is_looked_at(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(Tar().add("a", b"A").bytes()))
    data[-6] ^= 1
    with pytest.raises(UnpackError, match="damaged"):
        open_into(tmp_path, bytes(data), "a.tar.gz")


def test_an_xz_that_wants_all_memory_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30, "mode": lzma.MODE_FAST, "mf": lzma.MF_HC3}]
    try:
        data = lzma.compress(Tar().add("a").bytes(), filters=filters)
    except (MemoryError, lzma.LZMAError):
        pytest.skip("not enough memory here to make such a file")
    with pytest.raises(UnpackError, match="damaged: Memory usage limit"):
        open_into(tmp_path, data, "a.tar.xz")


def test_a_file_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnpackError, match=r"a\.rar: not an archive of a known kind"):
        open_into(tmp_path, b"", "a.rar")
    assert not recognises("a.rar")


def test_several_archives_are_unpacked_at_once(tmp_path: Path) -> None:
    archive = Tar()
    for number in range(300):
        archive.add(f"d{number % 70}/{number}", b"%d" % number)
    data = gzip.compress(archive.bytes())
    for number in range(6):
        (tmp_path / str(number)).mkdir()
    with ThreadPoolExecutor(6) as pool:
        targets = list(pool.map(lambda n: open_into(tmp_path / str(n), data, "a.tgz"), range(6)))
    assert len({str(sorted(tree_of(target).items())) for target in targets}) == 1
    assert len(tree_of(targets[0])) == 370


def test_many_entries_are_unpacked(tmp_path: Path) -> None:
    archive = Tar(tarfile.USTAR_FORMAT)
    for number in range(20_000):
        archive.add(f"d/{number}")
    target = open_into(tmp_path, archive.bytes())
    assert len(os.listdir(target / "d")) == 20_000


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    before = os.listdir("/proc/self/fd")
    open_into(tmp_path, Tar().add("a/b/c", b"x").symlink("l", "a").bytes())
    with pytest.raises(UnpackError):
        open_into(tmp_path, Tar().add("e/f", b"x").add("../g").bytes())
    assert len(os.listdir("/proc/self/fd")) == len(before)


def zip_of(*members: tuple[str, bytes, int]) -> bytes:
    """A zip archive of names, contents and modes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents, mode in members:
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = mode << 16
            archive.writestr(info, contents, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def test_a_zip_archive_is_unpacked(tmp_path: Path) -> None:
    data = zip_of(
        ("top/", b"", 0o40755),
        ("top/run", b"#!", 0o100755),
        ("top/ä", b"A", 0),
        ("top/link", b"run", 0o120777),
    )
    assert tree_of(open_into(tmp_path, data, "a.zip", strip=1)) == {
        b"run": ("file", 0o755, b"#!"),
        "ä".encode(): ("file", 0o644, b"A"),
        b"link": ("link", b"run"),
    }


HOSTILE_ZIP = {
    "dotdot": (zip_of(("../evil", b"", 0)), 'a.zip: ../evil: its name has ".."'),
    "absolute": (zip_of(("/evil", b"", 0)), "its name is absolute"),
    "link out": (zip_of(("l", b"../x", 0o120777)), "out of the tree"),
    "absolute link": (zip_of(("l", b"/x", 0o120777)), "an absolute name"),
    "long link": (zip_of(("l", b"x" * 5000, 0o120777)), "its link target is no path"),
    "named pipe": (zip_of(("p", b"", 0o10644)), "is a device, a named pipe or a socket"),
    "character device": (zip_of(("p", b"", 0o20644)), "is a device, a named pipe or a socket"),
    "encrypted": (
        zip_of(("a", b"x", 0)).replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0"),
        "is encrypted",
    ),
    "empty": (b"", "not a zip archive"),
    "cut off": (zip_of(("a", bytes(1000), 0))[:50], "not a zip archive"),
    "NUL": (zip_of(("aXb", b"", 0)).replace(b"aXb", b"a\0b"), "NUL"),
}


@pytest.mark.parametrize("name", HOSTILE_ZIP)
def test_hostile_zip_archives_are_refused_by_name(tmp_path: Path, name: str) -> None:
    data, reason = HOSTILE_ZIP[name]
    with pytest.raises(UnpackError) as caught:
        open_into(tmp_path, data, "a.zip")
    assert reason in str(caught.value)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_zip_members_of_one_name_are_refused_unless_they_are_the_same(tmp_path: Path) -> None:
    open_into(tmp_path, zip_of(("a", b"x", 0), ("a", b"x", 0)), "a.zip")
    (tmp_path / "2").mkdir()
    with pytest.raises(UnpackError, match="another file of the same name"):
        open_into(tmp_path / "2", zip_of(("a", b"x", 0), ("a", b"y", 0)), "a.zip")


def test_a_zip_member_of_another_checksum_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", b"contents")
    with pytest.raises(UnpackError, match="a: cannot be read: Bad CRC"):
        open_into(tmp_path, file.getvalue().replace(b"contents", b"consents"), "a.zip")


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    data = zip_of(*((str(number), bytes(1 << 20), 0) for number in range(8)))
    with pytest.raises(UnpackError, match="more than 100 times its size"):
        open_into(tmp_path, data, "a.zip", bounds=Bounds(ratio=100, ratio_from=1 << 20))


def deb_of(*parts: tuple[bytes, bytes]) -> bytes:
    """An ar archive of names and contents."""
    data = b"!<arch>\n"
    for name, contents in parts:
        data += name.ljust(16) + b"0".ljust(12) + b"0     0     100644  " + b"%-10d`\n" % len(contents)
        data += contents + b"\n" * (len(contents) % 2)
    return data


BINARY = (b"debian-binary", b"2.0\n")
CONTROL = (b"control.tar.gz", b"odd")
DATA = Tar().directory("./").add("./usr/bin/x", b"X", mode=0o755).symlink("./lib/l", "/usr/bin/x").bytes()


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst"])
def test_the_data_of_a_deb_are_unpacked(tmp_path: Path, ending: str) -> None:
    deb = deb_of(BINARY, CONTROL, (b"data" + ending.encode(), COMPRESS[ending](DATA)))
    found = tree_of(open_into(tmp_path, deb, "x_1.0_amd64.deb"))
    assert found[b"usr/bin/x"] == ("file", 0o755, b"X")
    assert set(found) == {b"usr", b"usr/bin", b"usr/bin/x", b"lib", b"lib/l"}


def test_an_absolute_link_of_a_deb_becomes_the_relative_one_in_the_tree(tmp_path: Path) -> None:
    target = open_into(tmp_path, deb_of(BINARY, (b"data.tar/", DATA)), "x.deb")
    assert os.readlink(target / "lib/l") == "../usr/bin/x"
    assert (target / "lib/l").read_bytes() == b"X"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not an ar archive"),
        (b"!<arch>\n", "it is empty"),
        (deb_of(CONTROL, BINARY), "its first part is not debian-binary"),
        (deb_of(BINARY, CONTROL), "has no data.tar"),
        (deb_of(BINARY, (b"data.tar", DATA), (b"data.tar", DATA)), "has two data.tar"),
        (deb_of(BINARY, (b"data.tar.rar", DATA)), "of an unknown compression"),
        (deb_of(BINARY, (b"data.tar", DATA))[:-600], "ends too soon"),
        (deb_of(BINARY, (b"data.tar", DATA)) + b"more", "damaged header"),
        (deb_of(BINARY, (b"data.tar", Tar().add("../evil").bytes())), 'x.deb: ../evil: its name has ".."'),
    ],
)
def test_hostile_debs_are_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(UnpackError) as caught:
        open_into(tmp_path, data, "x.deb")
    assert reason in str(caught.value)


NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20
).filter(lambda name: name not in (".", "..") and len(name.encode()) <= 200)
TREES = st.recursive(
    st.tuples(st.binary(max_size=2000), st.booleans()),
    lambda children: st.dictionaries(NAMES, children, max_size=5),
    max_leaves=12,
).filter(lambda tree: isinstance(tree, dict))


def flat(tree: dict[str, Any], above: str = "") -> dict[str, Any]:
    """By path: None for a directory, contents and executable bit for a file."""
    found: dict[str, Any] = {}
    for name, entry in tree.items():
        found[above + name] = None if isinstance(entry, dict) else entry
        if isinstance(entry, dict):
            found.update(flat(entry, f"{above}{name}/"))
    return found


def expected(tree: dict[str, Any]) -> dict[bytes, tuple[object, ...]]:
    return {
        path.encode(): ("directory", 0o755)
        if entry is None
        else ("file", 0o755 if entry[1] else 0o644, entry[0])
        for path, entry in flat(tree).items()
    }


MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(TREES, st.sampled_from(sorted(COMPRESS)), st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]))
def test_a_tree_goes_through_tar_unchanged(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, Any], ending: str, format: int
) -> None:
    archive = Tar(format)
    for path, entry in flat(tree).items():
        if entry is None:
            archive.directory(path)
        else:
            archive.add(path, entry[0], mode=0o711 if entry[1] else 0o600)
    data = COMPRESS[ending](archive.bytes())
    assert tree_of(open_into(tmp_path_factory.mktemp("t"), data, f"a{ending}")) == expected(tree)


@MANY
@given(TREES)
def test_a_tree_goes_through_zip_unchanged(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, Any]
) -> None:
    data = zip_of(
        *(
            (f"{path}/", b"", 0o40700)
            if entry is None
            else (path, entry[0], 0o100711 if entry[1] else 0o100600)
            for path, entry in flat(tree).items()
        )
    )
    assert tree_of(open_into(tmp_path_factory.mktemp("t"), data, "a.zip")) == expected(tree)


SEEDS = [
    ("a.tar", Tar().add("a", b"A" * 600).symlink("l", "a").hard_link("h", "a").bytes()),
    ("a.tar", Tar(tarfile.GNU_FORMAT).add("n" * 120, b"A").bytes()),
    ("a.tgz", gzip.compress(Tar().add("a", b"A" * 600).bytes())),
    ("a.zip", zip_of(("a", b"A" * 600, 0o100755), ("l", b"a", 0o120777))),
    ("x.deb", deb_of(BINARY, CONTROL, (b"data.tar.xz", lzma.compress(DATA)))),
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=12)), max_size=6),
    st.integers(0, 4000),
)
def test_a_damaged_archive_is_unpacked_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory,
    seed: tuple[str, bytes],
    changes: list[tuple[int, bytes]],
    length: int,
) -> None:
    name, data = seed
    damaged = bytearray(data)
    for at, change in changes:
        at %= len(damaged)
        damaged[at : at + len(change)] = change
    directory = tmp_path_factory.mktemp("t")
    try:
        open_into(directory, bytes(damaged[: max(length, 1)]), name, bounds=Bounds(size=1 << 20))
    except UnpackError:
        pass
    else:
        tree_of(directory / "target")
    assert os.listdir(directory) == ["target"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_deb_are_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    for start in (b"", b"!<arch>\n", deb_of(BINARY)):
        with pytest.raises(UnpackError):
            open_into(tmp_path_factory.mktemp("t"), start + data, "x.deb")
