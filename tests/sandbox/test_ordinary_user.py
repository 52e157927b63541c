"""Root and an ordinary user get the same: root's run of these tests repeats them as such a user."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bootstrap.digest import digest
from bootstrap.sandbox.model import Limits, with_defaults
from bootstrap.store import Store
from bootstrap.store.removal import remove_tree
from tests.sandbox.conftest import PYTHON

HERE = Path(__file__).parent
NOBODY = 65534


FILES = sorted(file for room in (HERE, HERE.parent / "doctor") for file in room.glob("test_*.py"))


@pytest.mark.sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="is for root; an ordinary user has run the tests already")
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_everything_holds_for_an_ordinary_user_too(file):
    base = Path("/tmp") / f"bootstrap-ordinary-{os.getpid()}"
    base.mkdir(mode=0o700)
    try:
        os.chown(base, NOBODY, NOBODY)
        path = ":".join(entry for entry in sys.path if entry)
        options = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "capture_output": True, "text": True}
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        tried = subprocess.run(
            [PYTHON, "-c", "import pytest, blake3"], env=environment, check=False, **options
        )
        if tried.returncode:
            pytest.skip(f"this checkout's Python cannot be run by an ordinary user: {tried.stderr[-200:]}")
        arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={base}/t", str(file)]
        done = subprocess.run(
            [PYTHON, "-m", "pytest", *arguments], cwd=HERE, env=environment, check=False, **options
        )
        assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    finally:
        subprocess.run(["rm", "-rf", str(base)], check=True)


def test_every_limit_but_memory_has_a_default():
    limits = with_defaults(Limits())
    assert limits == Limits(
        time=3600.0, memory=None, output=8 << 30, files=1_000_000, log=64 << 20, processes=4096
    )
    assert with_defaults(Limits(time=0.0, log=0)).time == 0.0
    assert with_defaults(Limits(log=0)).log == 0


WRITES = """
import os, sys
for directory, _, files in os.walk(sys.argv[1]):
    for path in (directory, *(os.path.join(directory, name) for name in files)):
        if os.access(path, os.W_OK):
            print(path)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_cannot_write_into_a_store():
    before = os.umask(0)
    try:
        with tempfile.TemporaryDirectory() as directory:
            os.chmod(directory, 0o755)
            with Store.open(f"{directory}/home") as store:
                Path(directory, "tree").mkdir()
                Path(directory, "tree/file").write_text("x")
                added = store.add_tree(f"{directory}/tree", "tree-1")
                store.log_path(digest(b""))
                done = subprocess.run(
                    [PYTHON, "-c", WRITES, f"{directory}/home"],
                    user=NOBODY,
                    group=NOBODY,
                    extra_groups=[],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                assert os.path.exists(store.real(added.path))
            remove_tree(f"{directory}/home")
    finally:
        os.umask(before)
    assert done.stdout == ""
