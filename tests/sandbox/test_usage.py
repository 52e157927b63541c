"""What a build's directories hold, however a build arranges it."""

from __future__ import annotations

import os
import socket

import pytest

from bootstrap.sandbox import usage
from bootstrap.sandbox.usage import BLOCK, Usage
from bootstrap.store.removal import remove_tree


def measured(*places: object, at_rest: bool = False) -> Usage:
    *_, last = usage.measure([os.fspath(place) for place in places], at_rest=at_rest)
    return last


def test_every_entry_is_a_file_of_a_block_at_least(tmp_path):
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory/file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("/")
    assert measured(tmp_path) == Usage(3 * BLOCK, 3)


def test_several_directories_are_added_up(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(b"x")
    assert measured(tmp_path / "a", tmp_path / "b", tmp_path / "missing") == Usage(2 * BLOCK, 2)


def test_a_file_of_holes_counts_what_it_claims(tmp_path):
    with open(tmp_path / "file", "wb") as file:
        file.truncate(1 << 40)
    assert measured(tmp_path) == Usage(1 << 40, 1)


def test_a_file_of_several_names_counts_its_bytes_once_and_each_name(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 10_000)
    os.link(tmp_path / "a", tmp_path / "b")
    assert measured(tmp_path).files == 2
    assert measured(tmp_path).bytes == max(10_000, (tmp_path / "a").stat().st_blocks * 512)


def test_pipes_and_sockets_count(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
    assert measured(tmp_path) == Usage(2 * BLOCK, 2)


def test_what_lies_deeper_than_any_path_can_name_counts(tmp_path):
    deep = os.open(tmp_path, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("ab", dir_fd=deep)
        inner = os.open("ab", os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = inner
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=deep))
    os.truncate(f"/proc/self/fd/{deep}/file", 50_000_000)
    os.close(deep)
    before = os.listdir("/proc/self/fd")
    found = measured(tmp_path)
    assert found.files == 3001
    assert found.bytes >= 50_000_000 + 3000 * BLOCK
    assert os.listdir("/proc/self/fd") == before
    remove_tree(str(tmp_path / "ab"))


def test_a_link_in_the_place_of_a_directory_is_not_followed(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    for number in range(10):
        (tmp_path / "elsewhere" / str(number)).write_bytes(b"")
    (tmp_path / "out/link").symlink_to(tmp_path / "elsewhere")
    assert measured(tmp_path / "out").files == 1
    assert measured(tmp_path / "out/link") == Usage(0, 0)


def test_a_directory_that_becomes_a_link_while_it_is_measured_is_not_followed(tmp_path, monkeypatch):
    monkeypatch.setattr(usage, "_SLICE", 1)
    (tmp_path / "out/directory").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/file").write_bytes(b"")
    steps = usage.measure([str(tmp_path / "out")])
    assert next(steps).files == 1
    (tmp_path / "out/directory").rename(tmp_path / "out/other")
    (tmp_path / "out/directory").symlink_to(tmp_path / "elsewhere")
    *_, last = steps
    assert last.files == 1


def test_a_directory_that_is_moved_away_while_it_is_measured_does_not_lead_out(tmp_path, monkeypatch):
    monkeypatch.setattr(usage, "_SLICE", 1)
    (tmp_path / "out/a/b").mkdir(parents=True)
    (tmp_path / "elsewhere/many").mkdir(parents=True)
    steps = usage.measure([str(tmp_path / "out")])
    next(steps)
    assert next(steps).files == 2
    (tmp_path / "out/a/b").rename(tmp_path / "elsewhere/b")
    *_, last = steps
    assert last.files == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
@pytest.mark.parametrize("mode", [0, 0o400])
def test_what_a_build_made_unreadable_counts_once_nothing_of_it_runs(tmp_path, mode):
    (tmp_path / "hidden").mkdir()
    with open(tmp_path / "hidden/file", "wb") as file:
        file.truncate(10_000_000)
    (tmp_path / "hidden").chmod(mode)
    assert measured(tmp_path).bytes < 10_000_000
    assert measured(tmp_path, at_rest=True) == Usage(10_000_000 + BLOCK, 2)
