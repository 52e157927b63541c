"""`enter`: the user's own program, with the store at its logical place."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bootstrap.sandbox import mounts
from bootstrap.sandbox.entry import plan

ENTER = """
import sys
sys.path[:0] = sys.argv[1].split(':')
from bootstrap.sandbox import enter
enter([(sys.argv[2], '/bootstrap/store/aaaa-x')], sys.argv[3:])
"""


@pytest.fixture
def enters(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("content")

    def run(*argv, **options):
        command = [sys.executable, "-c", ENTER, ":".join(sys.path), str(tmp_path / "real"), *argv]
        return subprocess.run(command, capture_output=True, text=True, check=False, **options)

    return run


@pytest.mark.sandbox
def test_the_closure_is_at_its_store_path_and_read_only(enters):
    done = enters("sh", "-c", "cat /bootstrap/store/*/file; echo x > /bootstrap/store/aaaa-x/new")
    assert done.stdout == "content"
    assert "Read-only file system" in done.stderr


@pytest.mark.sandbox
def test_user_directory_environment_and_input_stay(enters, tmp_path):
    done = enters(
        "sh",
        "-c",
        "id -u; pwd; echo $MARK; cat",
        cwd=tmp_path,
        env={**os.environ, "MARK": "mark"},
        input="in",
    )
    assert done.stdout == f"{os.geteuid()}\n{tmp_path}\nmark\nin"


@pytest.mark.sandbox
def test_the_users_files_can_be_written(enters, tmp_path):
    assert enters("sh", "-c", f"echo x > {tmp_path}/new").returncode == 0
    assert (tmp_path / "new").read_text() == "x\n"


@pytest.mark.sandbox
def test_the_rest_of_the_root_is_there(enters):
    listed = set(enters("ls", "-A", "/").stdout.split())
    assert set(os.listdir("/")) | {"bootstrap"} == listed


@pytest.mark.sandbox
def test_the_host_is_not_changed(enters):
    assert enters("true").returncode == 0
    assert not os.path.exists("/bootstrap/store/aaaa-x")


@pytest.mark.sandbox
def test_a_program_that_does_not_exist_is_named(enters):
    assert "no-such: there is no such program" in enters("no-such").stderr


THREADED = (
    """
import threading, time
threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
"""
    + ENTER
)


@pytest.mark.sandbox
@pytest.mark.skipif(os.geteuid() == 0, reason="root needs no user namespace, so threads do not matter")
@pytest.mark.parametrize("program", ["cat", "no-such"])
def test_a_process_with_threads_enters_all_the_same(enters, program, monkeypatch):
    monkeypatch.setitem(globals(), "ENTER", THREADED)
    done = enters(program, "/bootstrap/store/aaaa-x/file")
    assert (done.stdout, done.returncode) == (("content", 0) if program == "cat" else ("", 2)), done.stderr


def test_a_host_that_has_such_a_directory_keeps_what_is_not_in_the_way(tmp_path):
    for path in ("usr", "bootstrap/other", "bootstrap/store/mine", "bootstrap/store/aaaa-x"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "bin").symlink_to("usr/bin")
    attached = [mounts.Attach("/real", "/bootstrap/store/aaaa-x", False, True)]
    assert list(plan(attached, str(tmp_path))) == [
        mounts.Link("/bin", "usr/bin"),
        mounts.Graft("/usr", "/usr", True),
        mounts.Directory("/bootstrap"),
        mounts.Directory("/bootstrap/store"),
        mounts.Graft("/bootstrap/other", "/bootstrap/other", True),
        mounts.Graft("/bootstrap/store/mine", "/bootstrap/store/mine", True),
        attached[0],
    ]
