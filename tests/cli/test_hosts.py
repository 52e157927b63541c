"""Odd homes and odd luck: other file systems, odd names, clocks, owners, full disks, lost databases."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.cli.settings import home_directory
from bootstrap.store.removal import remove_tree
from tests.cli.checkout import Checkout, events, processes, wait_until

pytestmark = pytest.mark.sandbox

STAGE = """
a = made("a", act("write", "{out}/same", "the same"), tests = [holds("print", "x", name = "prints")])
b = made("b", act("write", "{out}/same", "the same"), write("{out}/a", "{a}"), libs = [a])
later = made("later")
stage(name = "first", recipes = [b, later])
"""
NOBODY = 65534


def works(checkout: Checkout) -> None:
    """Builds, finds it again, checks, runs a program and finds all whole."""
    checkout.stage(STAGE)
    assert events(checkout.good("run", "b").stderr, "built") == ["a@1", "b@1"]
    answers(checkout)


def answers(checkout: Checkout) -> None:
    """What was built is there, for every verb that reads."""
    path = checkout.path("b")
    assert events(checkout.good("run", "b").stderr, "begun") == []
    assert checkout.good("exec", "b", "--", "sh", "-c", f"cat {path}/same").stdout == "the same"
    assert [row["built"] for row in checkout.json("list")] == [True, False]
    assert checkout.json("verify")["paths"] == 2
    for verb in ("show", "plan", "stats", "hash", "log"):
        checkout.good(verb, "b")


@pytest.mark.parametrize("name", ["with  space", "überall-家", "per%cent?and#", "a:b,c=d\\e"])
def test_a_home_may_have_an_odd_name(checkout: Checkout, name: str) -> None:
    checkout.home = checkout.home / name
    works(checkout)


def test_a_home_may_be_a_symlink(checkout: Checkout, tmp_path: Path) -> None:
    checkout.home.mkdir()
    (tmp_path / "link").symlink_to(checkout.home)
    checkout.home = tmp_path / "link"
    works(checkout)


def test_a_home_may_lie_behind_a_symlink(checkout: Checkout, tmp_path: Path) -> None:
    (checkout.home / "real").mkdir(parents=True)
    (tmp_path / "parent").symlink_to(checkout.home / "real")
    real, checkout.home = checkout.home, tmp_path / "parent/home"
    works(checkout)
    assert (real / "real/home/store").is_dir()


@pytest.fixture
def elsewhere(checkout: Checkout) -> Iterator[Path]:
    """A directory on another file system than the project, where programs may be run."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or os.statvfs(memory).f_flag & (os.ST_NOEXEC | os.ST_RDONLY):
        pytest.skip("/dev/shm is not to be had, or nothing can be run from there")
    if memory.stat().st_dev == checkout.root.stat().st_dev:
        pytest.skip("the project is in memory, too")
    place = memory / f"bootstrap-{os.getpid()}"
    place.mkdir()
    yield place
    remove_tree(str(place))


def test_a_home_may_be_on_another_file_system_than_the_project(checkout: Checkout, elsewhere: Path) -> None:
    checkout.home = elsewhere / "home"
    works(checkout)


NO_LINKS = 'mkdir -p "$BOOTSTRAP_HOME/files"; mount --bind "$BOOTSTRAP_HOME/files" "$BOOTSTRAP_HOME/files"'
"""link(2) does not lead from one mount to another, so no file can be linked into the pool."""


def test_where_there_are_no_hard_links_every_path_has_copies(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    done = checkout.beneath(NO_LINKS, "run", "b")
    assert done.returncode == 0, done.stderr
    assert [file for file in (checkout.home / "files").rglob("*") if file.is_file()] == []
    assert {file.stat().st_nlink for file in (checkout.home / "store").glob("*/same")} == {1}
    answers(checkout)


def test_without_hard_links_damage_is_repaired_all_the_same(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.beneath(NO_LINKS, "run", "b")
    (file, *_) = (checkout.home / "store").glob("*-a-1/same")
    os.chmod(file, 0o600)
    file.write_text("damaged!")
    done = checkout.beneath(NO_LINKS, "verify", "--repair")
    assert (done.returncode, "rebuilt" in done.stdout) == (0, True), done.stderr
    assert checkout.json("verify")["damaged"] == []


READ_ONLY = 'mount --bind "$BOOTSTRAP_HOME" "$BOOTSTRAP_HOME"; mount -o remount,bind,ro "$BOOTSTRAP_HOME"'


@pytest.mark.parametrize(
    "words",
    [
        "run b", "exec b -- true", "list", "plan later", "show b", "hash b", "log b", "stats b", "verify",
        "verify b", "sources b",
    ],
)  # fmt: skip
def test_a_read_only_home_answers(checkout: Checkout, words: str) -> None:
    checkout.stage(STAGE)
    path = checkout.path("b")
    (checkout.root / "stages/00-first/stage.star").touch()  # nothing is remembered of the last run
    done = checkout.beneath(READ_ONLY, *words.split())
    assert done.returncode == 0, done.stderr
    assert words != "run b" or done.stdout.strip() == path


def test_a_build_in_a_read_only_home_says_what_to_do(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "b")
    done = checkout.beneath(READ_ONLY, "run", "later")
    assert done.returncode == 8
    assert "Read-only file system" in done.stderr
    assert (
        "hint: building needs a store that may be written to: allow it, or set BOOTSTRAP_HOME" in done.stderr
    )


def test_repair_in_a_read_only_home_says_what_to_do(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "b")
    (file, *_) = (checkout.home / "store").glob("*-a-1/name")
    os.chmod(file, 0o644)
    done = checkout.beneath(READ_ONLY, "verify", "--repair")
    assert (done.returncode, "BOOTSTRAP_HOME" in done.stderr) == (8, True)


def test_a_new_home_on_a_read_only_file_system_is_refused(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.home.mkdir()
    done = checkout.beneath(READ_ONLY, "run", "b")
    assert (done.returncode, "hint: set BOOTSTRAP_HOME" in done.stderr) == (8, True)


def test_a_full_disk_is_told_when_the_store_is_opened(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.home.mkdir()
    small = 'mount -t tmpfs -o size=64k none "$BOOTSTRAP_HOME"'
    done = checkout.beneath(f'{small}; head -c 64k /dev/zero > "$BOOTSTRAP_HOME/zero" || :', "run", "b")
    assert done.returncode == 8
    assert "is full" in done.stderr or "No space left" in done.stderr
    assert "hint: is there room on the disk" in done.stderr or "hint: make room" in done.stderr


def test_a_disk_that_gets_full_while_building_is_told(checkout: Checkout) -> None:
    checkout.stage('a = made("a", act("count", "200000"))\nstage(name = "first", recipes = [a])\n')
    checkout.home.mkdir()
    done = checkout.beneath('mount -t tmpfs -o size=1200k none "$BOOTSTRAP_HOME"', "run", "a")
    assert done.returncode in (1, 8)
    assert "No space left" in done.stderr or "is full" in done.stderr
    assert "hint: " in done.stderr


def test_a_home_that_is_removed_during_a_run_is_told(checkout: Checkout) -> None:
    span = f"300.{os.getpid()}77"
    checkout.stage(f'''
a = made("a", act("sleep", "{span}"))
b = made("b", tools = [a])
stage(name = "first", recipes = [b])
''')
    with checkout.running("run", "b") as process:
        wait_until(lambda: processes(span))
        os.rename(checkout.home, checkout.home.with_name("gone"))
        for pid in processes(span):
            os.kill(pid, signal.SIGTERM)
        _, stderr = process.communicate(timeout=60)
    remove_tree(str(checkout.home.with_name("gone")))
    assert "Traceback" not in stderr
    assert process.returncode in (1, 8)
    assert "error: " in stderr
    checkout.stage(STAGE)
    works(checkout)


# clocks

SHIFTED = """
import sys, time
shift, clock, clock_ns = float(sys.argv.pop(1)), time.time, time.time_ns
time.time = lambda: clock() + shift
time.time_ns = lambda: clock_ns() + int(shift * 1e9)
from bootstrap.cli.main import main
main()
"""
YEAR = 365 * 86400.0


class Shifted(Checkout):
    """A checkout whose command line lives so many seconds off."""

    shift = 0.0

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-c", SHIFTED, str(self.shift), *words]


@pytest.mark.parametrize("shift", [-YEAR, YEAR], ids=["back", "ahead"])
def test_a_clock_that_jumps_changes_nothing_but_what_it_says(
    tmp_path: Path, home: Path, act: Path, shift: float
) -> None:
    checkout = Shifted(tmp_path / "project", home, act)
    works(checkout)
    checkout.shift = shift
    answers(checkout)
    assert events(checkout.good("run", "later").stderr, "built") == ["later@1"]
    assert events(checkout.good("run", "b", "--rebuild").stderr, "built") == ["b@1"]
    builds = checkout.json("show", "b")[0]["builds"]
    assert (builds[0]["started"] - builds[1]["started"] < 0) == (shift < 0), "the latest stays first"
    assert all(build["wall"] >= 0 for build in builds)
    checkout.shift = 0
    assert events(checkout.good("run", "first").stderr, "begun") == []


@pytest.mark.parametrize("seconds", [4e9, -1.0], ids=["2096", "1969"])
def test_files_with_times_beyond_belief_are_built_from_and_their_changes_seen(
    checkout: Checkout, seconds: float
) -> None:
    file = checkout.stage(STAGE)
    for place in [file, file.parent, checkout.root / "lib/act", checkout.root / "lib/act.star"]:
        os.utime(place, (seconds, seconds))
    checkout.good("run", "b")
    assert events(checkout.good("run", "b").stderr, "begun") == []
    file.write_text(file.read_text().replace("the same", "another"))
    os.utime(file, (seconds, seconds))
    assert events(checkout.good("run", "b").stderr, "built") == ["a@1", "b@1"]


# databases


def test_a_store_of_a_newer_version_is_refused_by_every_verb(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "b")
    with sqlite3.connect(checkout.home / "db.sqlite") as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    for words in (["run", "b"], ["list"], ["verify"], ["exec", "b", "--", "true"], ["plan", "b"]):
        done = checkout(*words)
        assert done.returncode == 8, done.stderr
        assert "has format 99, and this program knows formats up to" in done.stderr
        assert "hint: use the newer program that wrote it, or another BOOTSTRAP_HOME" in done.stderr


def test_facts_of_a_killed_run_are_there(checkout: Checkout) -> None:
    span = f"300.{os.getpid()}78"
    slow = f'slow = made("slow", act("sleep", "{span}"), tools = [b])\n'
    checkout.stage(STAGE.replace("later =", f"{slow}later ="))
    with checkout.running("run", "slow") as process:
        wait_until(lambda: processes(span) or process.poll() is not None)
        process.kill()
        process.communicate()
    wait_until(lambda: not processes(span))
    assert (checkout.home / "db.sqlite-wal").exists()
    checkout.stage(STAGE)
    assert events(checkout.good("run", "b").stderr, "built") == []


@pytest.mark.parametrize("how", ["garbage", "cut", "a hole"])
def test_a_database_that_cannot_be_read_says_what_to_do_and_that_helps(checkout: Checkout, how: str) -> None:
    checkout.stage(STAGE)
    path = checkout.path("b")
    database = checkout.home / "db.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    size = database.stat().st_size
    if how == "garbage":
        database.write_bytes(os.urandom(size))
    elif how == "cut":
        os.truncate(database, size // 3)
    else:
        with database.open("r+b") as file:
            file.seek(4096)
            file.write(bytes(size - 4096))
    for words in (["run", "first"], ["verify"]):
        done = checkout(*words)
        assert done.returncode == 8, done.stderr
        assert str(database) in done.stderr
        assert "move" in done.stderr
        assert "build again" in done.stderr
    database.rename(checkout.home / "old.sqlite")
    assert checkout.path("b") == path
    assert checkout.json("verify")["damaged"] == []


@pytest.mark.parametrize("what", ["an empty database", "no log"])
def test_facts_that_are_lost_are_had_again_by_building(checkout: Checkout, what: str) -> None:
    checkout.stage(STAGE)
    path = checkout.path("b")
    if what == "an empty database":
        os.truncate(checkout.home / "db.sqlite", 0)
    else:  # as of a run that was killed, and a careless cleaner behind it
        (checkout.home / "db.sqlite").rename(checkout.home / "db")
        shutil.copy(checkout.home / "db", checkout.home / "db.sqlite")
    assert checkout.path("b") == path
    assert checkout.json("verify")["damaged"] == []


# users


def test_without_a_home_directory_one_must_be_named(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    env = {
        name: value for name, value in checkout.environment.items() if name not in ("HOME", "BOOTSTRAP_HOME")
    }
    done = subprocess.run(
        ["unshare", "-U", "--map-user=54321", *checkout.command("list")],
        cwd=checkout.root, env=env, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "error: there is no home directory" in done.stderr
    assert "hint: set BOOTSTRAP_HOME" in done.stderr


def test_without_HOME_the_home_is_that_of_the_user(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:

    for name in ("HOME", "BOOTSTRAP_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert home_directory(None) == os.path.join(pwd.getpwuid(os.getuid()).pw_dir, ".local/share/bootstrap")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a home away")
def test_a_home_of_another_user_can_be_read_and_says_why_it_cannot_be_built_in(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    path = checkout.path("b")
    for place in [checkout.home, *checkout.home.rglob("*")]:
        os.chown(place, NOBODY, NOBODY, follow_symlinks=False)

    def as_another(*words: str) -> subprocess.CompletedProcess[str]:
        # root of this namespace only, which lets it write what is its own and no more
        return checkout.run_by(["unshare", "-U", "--map-user=1000"], *words)

    assert as_another("run", "b").stdout.strip() == path
    assert as_another("verify").returncode == 0
    refused = as_another("run", "later")
    assert refused.returncode == 8, refused.stderr
    assert "Permission denied" in refused.stderr
    assert "set BOOTSTRAP_HOME" in refused.stderr
