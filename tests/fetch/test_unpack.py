"""Archives of every kind; the hostile ones are in hostile.py."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import shutil
import subprocess
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bootstrap.errors import UnpackError
from bootstrap.fetch.member import Bounds
from bootstrap.fetch.unpack import recognises, unpack
from tests.fetch.archives import BINARY, COMPRESS, CONTROL, Tar, deb_of, zip_of
from tests.fetch.trees import tree_of


def open_into(directory: Path, data: bytes, name: str = "a.tar", strip: int = 0, **options: Any) -> Path:
    target = directory / "target"
    target.mkdir(exist_ok=True)
    unpack(io.BytesIO(data), name, target, strip=strip, **options)
    return target


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


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
@pytest.mark.parametrize(
    "name", ["n" * 255, "ä" * 127, "\udcff\udcfe", "with\nnewline", "d/" * 200 + "f", " "]
)
def test_names_that_a_file_system_takes_are_kept(tmp_path: Path, format: int, name: str) -> None:
    target = open_into(tmp_path, Tar(format).add(name, b"x").bytes())
    assert os.fsencode(name) in tree_of(target)


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


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    before = os.listdir("/proc/self/fd")
    open_into(tmp_path, Tar().add("a/b/c", b"x").symlink("l", "a").bytes())
    with pytest.raises(UnpackError):
        open_into(tmp_path, Tar().add("e/f", b"x").add("../g").bytes())
    assert len(os.listdir("/proc/self/fd")) == len(before)


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
