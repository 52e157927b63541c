"""Places for a store, and what is wrong with them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bootstrap.doctor import home as room
from bootstrap.doctor.finding import Finding
from bootstrap.doctor.home import home, leftovers, store
from bootstrap.store import Store
from bootstrap.store.schema import VERSION

DATA = Path(__file__).parent / "data"


def named(findings: list[Finding], name: str) -> Finding:
    return next(finding for finding in findings if finding.name == name)


def test_a_place_that_is_yet_to_be_made_is_looked_at_where_it_will_be(tmp_path) -> None:
    found = home(tmp_path / "not/yet")
    assert {finding.name for finding in found} == {
        "home",
        "hard links",
        "file system",
        "disk space",
        "inodes",
    }
    assert named(found, "home").state == "ok"
    assert str(tmp_path) in named(found, "home").says
    assert os.listdir(tmp_path) == []


def test_a_place_that_cannot_be_written_to_is_bad() -> None:
    found = named(home(Path("/proc/bootstrap")), "home")
    assert (found.state, "BOOTSTRAP_HOME" in found.todo) == ("bad", True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to any directory")
def test_a_directory_of_others_is_bad(tmp_path) -> None:
    tmp_path.chmod(0o555)
    try:
        assert named(home(tmp_path), "home").state == "bad"
    finally:
        tmp_path.chmod(0o755)


def test_a_file_system_without_hard_links_is_a_drawback(tmp_path, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")  # as vfat and exfat do

    monkeypatch.setattr(os, "link", refuse)
    assert named(home(tmp_path), "hard links").state == "warn"


@pytest.mark.parametrize(
    ("place", "kind", "state"),
    [
        ("/srv/build/home", "nfs4", "warn"),
        ("/mnt/with space/x", "cifs", "warn"),
        ("/mnt/remote", "fuse.sshfs", "warn"),
        ("/home/someone", "btrfs", "ok"),
        ("/tmp/x", "tmpfs", "ok"),
        ("/elsewhere", "ext4", "ok"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount_point(place: str, kind: str, state: str) -> None:
    found = room._file_system(Path(place), str(DATA / "mounts"))
    assert (found.state, found.says.split(",")[0]) == (state, kind)


def test_a_host_that_does_not_tell_its_mounts_is_no_fault(tmp_path) -> None:
    assert room._file_system(tmp_path, str(tmp_path)).says == "unknown"


def test_no_store_yet_is_fine(tmp_path) -> None:
    assert (store(tmp_path).state, leftovers(tmp_path).says) == ("ok", "none")
    assert os.listdir(tmp_path) == []


def test_a_store_in_use_is_read_and_not_changed(tmp_path) -> None:
    with Store.open(tmp_path):
        assert store(tmp_path) == Finding("store", "ok", f"format {VERSION}")
    assert store(tmp_path) == Finding("store", "ok", f"format {VERSION}")


@pytest.mark.parametrize(("version", "state"), [(99, "bad"), (0, "ok")])
def test_a_store_of_another_format(tmp_path, version: int, state: str) -> None:
    with closing(sqlite3.connect(tmp_path / "db.sqlite")) as connection:
        connection.execute("CREATE TABLE x (y)")
        connection.execute(f"PRAGMA user_version={version}")
        connection.commit()
    found = store(tmp_path)
    assert (found.state, f"format {version}" in found.says) == (state, True)


def test_a_database_that_is_none_is_bad(tmp_path) -> None:
    (tmp_path / "db.sqlite").write_bytes(b"not a database at all" * 100)
    assert store(tmp_path).state == "bad"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to any file")
def test_a_store_that_may_only_be_read_builds_nothing(tmp_path) -> None:
    Store.open(tmp_path).close()
    (tmp_path / "db.sqlite").chmod(0o444)
    assert (store(tmp_path).state, "not to be written to" in store(tmp_path).says) == ("bad", True)


def test_what_is_left_of_killed_and_of_kept_builds_is_counted(tmp_path) -> None:
    with Store.open(tmp_path) as opened:
        with opened.new_build_directory():
            assert leftovers(tmp_path).says == "none"
        (tmp_path / "tmp/1-dead").mkdir()
        assert leftovers(tmp_path).says == "1 of builds that were killed, removed by the next run"
        with opened.new_build_directory() as place:
            place.keep()
        found = leftovers(tmp_path)
        assert (found.state, found.todo.endswith(f"rm -rf {tmp_path}/kept")) == ("warn", True)
