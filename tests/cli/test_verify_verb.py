"""What is stored is hashed again; what is damaged is told, and mended on request."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path

import pytest

from tests.cli.checkout import Checkout, end, events
from tests.cli.test_progress import on_terminal

pytestmark = pytest.mark.sandbox

STAGE = """
base = made("base", write("{out}/shared", "shared by two"))
user = made("user", write("{out}/shared", "shared by two"), write("{out}/base", "{base}"), libs = [base])
last = made("last", write("{out}/user", "{user}"), libs = [user])
other = made("other")
stage(name = "first", recipes = [last, other])
"""


@pytest.fixture
def project(checkout: Checkout) -> Checkout:
    checkout.stage(STAGE)
    checkout.good("run", "first")
    return checkout


def spoil(file: Path) -> None:
    """Changes a stored file as a failing disk does: mode and time stay as they are."""
    os.chmod(file, 0o600)
    file.write_bytes(b"\0" * file.stat().st_size)
    os.chmod(file, 0o444)
    os.utime(file, ns=(10**9, 10**9))


def stored(checkout: Checkout, name: str) -> Path:
    (found,) = (checkout.home / "store").glob(f"*-{name}-1")
    return found


def names(text: str, how: str) -> list[str]:
    """The store paths and pool files of lines that begin with a word."""
    return re.findall(rf"^ *{how}  (?:\S*[0-9a-z]{{32}}-|)(\S+)", text, re.MULTILINE)


def test_a_whole_store_is_told_as_such(project: Checkout) -> None:
    done = project.good("verify")
    assert re.fullmatch(r"verified 4 paths, \d+ B in \d\.\d s: all whole\n", done.stdout)


def test_no_project_is_needed_to_verify(project: Checkout, tmp_path: Path) -> None:
    assert project("verify", cwd=tmp_path).returncode == 0


def test_damage_is_told_with_path_and_file_and_ends_with_8(project: Checkout) -> None:
    spoil(stored(project, "other") / "name")
    done = project("verify")
    assert done.returncode == 8
    assert names(done.stdout, "damaged")[0] == "other-1"
    assert "name: other contents\n" in done.stdout
    assert done.stdout.endswith(": 1 path, 1 shared file damaged\n")
    assert "bootstrap verify --repair" in done.stderr


def test_targets_stand_for_all_they_refer_to(project: Checkout) -> None:
    spoil(stored(project, "base") / "name")
    assert project.good("verify", "other").stdout.startswith("verified 1 paths")
    done = project("verify", "last")
    assert (done.returncode, names(done.stdout, "damaged")[0]) == (8, "base-1")


def test_a_target_that_is_not_built_is_a_usage_error(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    done = checkout("verify", "last")
    assert (done.returncode, "bootstrap run last@1" in done.stderr) == (2, True)


def test_json_tells_what_is_wrong_also_when_it_ends_with_8(project: Checkout) -> None:
    assert project.json("verify")["damaged"] == []
    spoil(stored(project, "other") / "name")
    done = project("verify", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 8
    assert (told["paths"], told["repaired"], told["database"]) == (4, [], [])
    (damage,) = told["damaged"]
    assert damage["expected"] != damage["got"]
    assert damage["what"] == "name: other contents"
    assert [each["file"][:6] for each in told["files_damaged"]] == ["files/"]


@pytest.mark.parametrize("what", ["a file", "the whole path"])
def test_repair_builds_again_and_keeps_what_refers_to_it(project: Checkout, what: str) -> None:
    base, last = stored(project, "base"), project.path("last")
    if what == "a file":
        spoil(base / "name")
    else:
        os.rename(base, project.home / "elsewhere")
    done = project.good("verify", "--repair")
    assert names(done.stdout, "rebuilt") == ["base-1"]
    assert events(done.stderr, "built") == ["base@1"]
    assert "all whole" in project.good("verify").stdout
    assert project.path("last") == last
    assert project.good("run", "first").stderr == "nothing to do\n"


def test_a_damaged_file_of_several_paths_is_built_once_for_all(project: Checkout) -> None:
    spoil(stored(project, "base") / "shared")
    done = project.good("verify", "--repair")
    assert names(done.stdout, "damaged")[:2] != []
    assert names(done.stdout, "rebuilt") == ["base-1"]
    assert names(done.stdout, "mended") == ["user-1"]
    assert len(names(done.stdout, "removed")) == 1
    assert (stored(project, "user") / "shared").read_text() == "shared by two"
    assert "all whole" in project.good("verify").stdout


def test_what_several_steps_need_is_built_again_in_their_order(project: Checkout) -> None:
    for name in ("last", "user", "base"):
        os.rename(stored(project, name), project.home / name)
    done = project.good("verify", "--repair")
    assert names(done.stdout, "rebuilt") == ["base-1", "user-1", "last-1"]
    assert "all whole" in project.good("verify").stdout


def test_repair_of_named_targets_leaves_the_rest(project: Checkout) -> None:
    for name in ("base", "other"):
        spoil(stored(project, name) / "name")
    assert names(project.good("verify", "--repair", "last").stdout, "rebuilt") == ["base-1"]
    assert names(project("verify").stdout, "damaged")[0] == "other-1"


def test_what_comes_out_otherwise_is_forgotten_with_what_refers_to_it(checkout: Checkout) -> None:
    checkout.stage(
        """
chance = made("chance", act("random", "{out}/mark"))
user = made("user", write("{out}/base", "{chance}"), libs = [chance])
stage(name = "first", recipes = [user])
"""
    )
    before = checkout.path("user")
    spoil(stored(checkout, "chance") / "mark")
    done = checkout.good("verify", "--repair")
    assert names(done.stdout, "forgotten") == ["chance-1", "user-1"]
    assert "it came out otherwise" in done.stdout
    assert "all whole" in checkout.good("verify").stdout
    assert events(checkout.good("run", "user").stderr, "begun") != []
    assert checkout.path("user") != before
    assert "all whole" in checkout.good("verify").stdout


def test_what_no_recipe_gives_is_forgotten(project: Checkout, tmp_path: Path) -> None:
    spoil(stored(project, "base") / "name")
    done = project("verify", "--repair", cwd=tmp_path)
    assert done.returncode == 0
    assert "no project is here" in done.stderr
    assert sorted(names(done.stdout, "forgotten")) == ["base-1", "last-1", "user-1"]
    assert events(project.good("run", "first").stderr, "built") == ["base@1", "user@1", "last@1"]


def test_a_fault_in_recipes_is_told_before_anything_is_changed(project: Checkout) -> None:
    spoil(stored(project, "base") / "name")
    project.stage("nonsense(")
    assert project("verify", "--repair").returncode == 3
    assert names(project("verify").stdout, "damaged")[0] == "base-1"


def test_repair_of_a_whole_store_does_nothing(project: Checkout) -> None:
    done = project.good("verify", "--repair")
    assert len(done.stdout.splitlines()) == 1
    assert events(done.stderr, "begun") == []


def test_what_was_repaired_is_told_in_json(project: Checkout) -> None:
    spoil(stored(project, "base") / "name")
    (repaired,) = project.json("verify", "--repair")["repaired"]
    assert (repaired["how"], repaired["forgotten_with_it"]) == ("rebuilt", [])


def test_an_interrupted_verification_ends_with_130(project: Checkout) -> None:
    file = stored(project, "other") / "name"
    os.chmod(file, 0o600)
    os.truncate(file, 1 << 42)  # a hole that takes an hour to read
    with project.running("verify") as process:
        assert process.stderr is not None
        assert "verifying 4 paths" in process.stderr.readline()
        status, stderr = end(process, signal.SIGINT)
    assert (status, "Traceback" in stderr) == (130, False)
    os.truncate(file, 0)


def test_on_a_terminal_there_is_a_bar_and_elsewhere_are_lines(project: Checkout) -> None:
    status, shown = on_terminal(project, "verify")
    assert status == 0
    assert "verifying 4 paths" in shown
    assert "\x1b[" in shown
    status, shown = on_terminal(project, "verify", NO_COLOR="1")
    assert "\x1b" not in shown
    assert "verifying 4 paths, at most" in shown
    assert project.good("verify", "--quiet").stderr == ""
