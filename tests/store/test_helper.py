from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bootstrap.digest import digest
from bootstrap.store import Store
from bootstrap.store.check import _MANY, checking
from bootstrap.store.helper import Helper, Read, read
from tests.store.outputs import add_one
from tests.store.test_check import write


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "small").write_bytes(b"small")
    (tmp_path / "empty").touch()
    (tmp_path / "link").symlink_to("small")
    os.mkfifo(tmp_path / "fifo")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "size", "expected"),
    [
        (b"small", 5, Read(digest(b"small").raw)),
        (b"empty", 0, Read(digest(b"").raw)),
        (b"small", 4, Read(b"")),
        (b"small", 6, Read(b"")),
        (b"missing", 5, Read(b"", error="No such file or directory")),
        (b"link", 5, Read(b"", error="Too many levels of symbolic links")),
        (b"fifo", 5, Read(b"")),
        (b"x" * 300, 5, Read(b"", error="File name too long")),
    ],
)
def test_a_helper_reads_what_one_reads_oneself(files: Path, name: bytes, size: int, expected: Read) -> None:
    directory = os.open(files, os.O_RDONLY)
    helper = Helper()
    try:
        assert read(directory, name, size) == expected
        assert helper.read(directory, [(name, size)]) == [expected]
        assert helper.read(directory, [(name, size)] * 1000) == [expected] * 1000
    finally:
        helper.close()
        os.close(directory)


def test_a_helper_ends_when_it_is_closed_whoever_was_forked_later(files: Path) -> None:
    first, second = Helper(), Helper()
    first.close()
    second.close()
    for helper in (first, second):
        with pytest.raises(ProcessLookupError):
            os.kill(helper._pid, 0)


def test_helpers_end_with_who_made_them() -> None:
    code = """
import time
from bootstrap.store.helper import Helper
helpers = [Helper(), Helper(), Helper()]
print(*(helper._pid for helper in helpers), flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pids = [int(word) for word in process.stdout.readline().split()]
        assert len(pids) == 3
        process.kill()
        process.wait()
        deadline = time.monotonic() + 20
        while alive := [pid for pid in pids if _is_alive(pid)]:
            assert time.monotonic() < deadline, alive
            time.sleep(0.01)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def many(home: str, tmp_path: Path) -> Store:
    """A store with a path of as many files as processes are started for, one of them large."""
    source = tmp_path / "source"
    for number in range(_MANY):
        place = source / str(number % 10)
        place.mkdir(parents=True, exist_ok=True)
        (place / str(number)).write_text(str(number))
    (source / "large").write_bytes(bytes(3 << 20))
    store = Store.open(home)
    store.add_tree(str(source), "many-1")
    return store


def test_many_files_are_verified_by_helpers(many: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    answer = Helper.read

    def counted(helper: Helper, directory: int, files: list[tuple[bytes, int]]) -> list[Read]:
        asked.extend(files)
        return answer(helper, directory, files)

    monkeypatch.setattr(Helper, "read", counted)
    with many:
        verdict = many.verify_all(threads=2).verdict
        assert (verdict.damaged, verdict.pool) == ((), ())
        assert len(asked) == _MANY  # not the large one
        (path,) = many._facts.every_path()
        write(f"{many.real(path)}/3/13", b"X")
        (damage,) = many.verify_all(threads=2).verdict.damaged
        assert damage.what == "3/13: other contents"


def test_helpers_that_are_killed_are_not_needed(many: Store) -> None:
    with many:
        infos = many._facts.infos(many._facts.every_path())
        with checking(many._layout, threads=2, files=_MANY) as checks:
            helpers = list(checks._contents._helpers)
            assert len(helpers) == 2
            for helper in helpers:
                os.kill(helper._pid, signal.SIGKILL)
            assert [damage for _, damage in checks.paths(infos.values())] == [None]
            assert checks._contents._helpers == []


def test_a_few_files_start_no_process(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fork", None)
    add_one(store, {"file": b"few"})
    assert store.verify_all(threads=2).verdict.damaged == ()
