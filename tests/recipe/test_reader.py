"""Promises of every `Reader`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bootstrap.digest import digest
from bootstrap.recipe.reader import Content, DiskReader, Entry, Reader
from tests.recipe.memory import MemoryReader

FILES = {"stages/00/stage.star": "x", "stages/00/run": "#!sh", "top": ""}


@pytest.fixture(params=["disk", "memory"])
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> Reader:
    if request.param == "memory":
        return MemoryReader(FILES)
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    os.chmod(tmp_path / "stages/00/run", 0o755)
    return DiskReader(tmp_path)


def test_a_file_is_read(reader: Reader) -> None:
    assert reader.read("stages/00/stage.star") == b"x"
    assert reader.looked_at() == (("stages/00/stage.star",), ())


def test_a_file_that_is_not_there_is_none_and_its_directory_was_searched(reader: Reader) -> None:
    assert reader.read("stages/00/none") is None
    assert reader.looked_at() == ((), ("stages/00",))


def test_the_nearest_directory_above_was_searched_if_there_is_none(reader: Reader) -> None:
    assert reader.read("stages/01/none") is None
    assert reader.read("none/none") is None
    assert reader.looked_at() == ((), ("", "stages"))


def test_the_content_of_a_file_is_its_digest_size_and_mode(reader: Reader) -> None:
    assert reader.content("stages/00/run") == Content(digest=digest(b"#!sh"), size=4, executable=True)
    assert reader.content("top") == Content(digest=digest(b""), size=0, executable=False)
    assert reader.content("none") is None


def test_a_directory_lists_what_is_in_it_by_name(reader: Reader) -> None:
    assert reader.entries("") == (
        Entry(name="stages", kind="directory"),
        Entry(name="top", kind="file"),
    )
    assert [e.name for e in reader.entries("stages/00")] == ["run", "stage.star"]
    assert reader.entries("nothing") == ()


def test_symbolic_links_are_not_followed_by_patterns(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("file")
    assert [e.kind for e in DiskReader(tmp_path).entries("")] == ["file", "other"]


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    assert DiskReader(tmp_path).content("directory") is None
    assert DiskReader(tmp_path).read("directory") is None
