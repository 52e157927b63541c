"""Digits of store paths changed in copies, and put back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootstrap.digest import digest
from bootstrap.storepath import StorePath
from reprocheck.subjects.digits import copy_with, other, put_back

PATH = StorePath(digest(b"thing").base32, "thing-1")
THERE = {PATH.hash.encode(): other(PATH).hash.encode()}
BACK = {new: old for old, new in THERE.items()}
MIB = 1 << 20


def test_other_digits_are_constant_digits_of_a_store_path() -> None:
    assert other(PATH) == other(PATH) != PATH
    assert StorePath.parse(str(other(PATH))).name == PATH.name
    assert len(str(other(PATH))) == len(str(PATH))


@pytest.mark.parametrize("offset", [0, MIB - 32, MIB - 31, MIB - 1, MIB, 2 * MIB - 16])
def test_digits_are_changed_wherever_they_stand_in_a_large_file(tmp_path: Path, offset: int) -> None:
    content = bytearray(2 * MIB + 100)
    content[offset : offset + 32] = PATH.hash.encode()
    (tmp_path / "file").write_bytes(content)
    copy_with(str(tmp_path / "file"), str(tmp_path / "copy"), THERE)
    content[offset : offset + 32] = other(PATH).hash.encode()
    assert (tmp_path / "copy").read_bytes() == content


@given(pieces=st.lists(st.sampled_from([str(PATH).encode(), PATH.hash.encode(), b"x", b"\n", b"a" * 40])))
def test_what_is_changed_and_put_back_is_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    top = tmp_path_factory.mktemp("digits")
    (top / "file").write_bytes(b"".join(pieces))
    copy_with(str(top / "file"), str(top / "copy"), THERE)
    changed = (top / "copy").read_bytes()
    assert PATH.hash.encode() not in changed
    (top / "copy").rename(top / "alone")  # what is put back may have no other name
    put_back(top / "alone", BACK)
    assert (top / "alone").read_bytes() == b"".join(pieces)


def test_names_and_symlinks_are_changed_and_put_back(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / PATH.basename / PATH.basename).mkdir(parents=True)
    (tree / "link").symlink_to(f"{PATH}/bin")
    copy = tmp_path / "copy"
    copy_with(str(tree), str(copy), THERE)
    assert sorted(os.listdir(copy)) == sorted(["link", other(PATH).basename])
    assert os.readlink(copy / "link") == f"{other(PATH)}/bin"
    put_back(copy, BACK)
    assert (copy / PATH.basename / PATH.basename).is_dir()
    assert os.readlink(copy / "link") == f"{PATH}/bin"
    assert {os.stat(directory).st_mode & 0o777 for directory, _, _ in os.walk(copy)} == {0o555}


def test_files_without_digits_are_one_file_and_others_keep_mode_and_time(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "plain").write_bytes(b"plain")
    (tree / "holds").write_bytes(PATH.hash.encode())
    for name in ("plain", "holds"):
        (tree / name).chmod(0o555)
        os.utime(tree / name, (1, 1))
    copy_with(str(tree), str(tmp_path / "copy"), THERE)
    assert (tmp_path / "copy/plain").samefile(tree / "plain")
    status = (tmp_path / "copy/holds").stat()
    assert (status.st_mode & 0o777, status.st_mtime) == (0o555, 1)
    assert (tree / "holds").read_bytes() == PATH.hash.encode()
