"""What a failed build or check says, and what goes on beside it."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from pathlib import Path

import pytest

from tests.cli.checkout import Checkout, events

pytestmark = pytest.mark.sandbox


def fails(checkout: Checkout, *commands: str, **words: str) -> str:
    """Standard error of a build that fails with these commands."""
    fields = "".join(f", {name} = {value}" for name, value in words.items())
    given = ", ".join(['"a"', *commands])
    lines = f'a = made({given}{fields})\nstage(name = "first", recipes = [a])\n'
    checkout.stage(lines)
    done = checkout("run", "a")
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    return done.stderr


def test_an_exit_status_is_told_with_derivation_place_and_command(checkout: Checkout) -> None:
    said = fails(checkout, 'act("print", "before")', 'act("exit", "3")')
    assert "build of a@1 failed: /build/act ended with exit status 3" in said
    assert "defined at  stages/00-first/stage.star:2:" in said
    assert "command 2   /build/act exit 3" in said
    assert "| before" in said


@pytest.mark.parametrize(("number", "name"), [(11, "SIGSEGV"), (6, "SIGABRT"), (9, "SIGKILL")])
def test_a_signal_is_told_by_name(checkout: Checkout, number: int, name: str) -> None:
    assert name in fails(checkout, f'act("kill", "{number}")')


def test_a_program_that_is_not_there_is_named(checkout: Checkout) -> None:
    assert "make is not on PATH" in fails(checkout, '["make", "all"]')


def test_a_builtin_command_that_fails_is_told_like_any_other(checkout: Checkout) -> None:
    said = fails(checkout, 'copy("nothing", "{out}/x")')
    assert "command 1   copy('nothing', " in said


def test_only_the_last_lines_of_the_log_are_shown(checkout: Checkout) -> None:
    said = fails(checkout, 'act("count", "100", "exit", "1")')
    assert "the log's last 25 lines:" in said
    assert re.findall(r"\| (.*)", said) == [f"line {n}" for n in range(76, 101)]


def test_log_prints_the_whole_log_of_a_failed_build(checkout: Checkout) -> None:
    said = fails(checkout, 'act("count", "100", "exit", "1")')
    assert "whole log   bootstrap log a@1" in said
    assert checkout.good("log", "a@1").stdout.splitlines()[0] == "line 1"


def test_a_log_cannot_steer_the_terminal(checkout: Checkout) -> None:
    # ESC [2J, a bell, a byte that is no UTF-8, U+202E
    said = fails(checkout, 'act("bytes", "1b5b324a0741ff42e280ae430a", "exit", "1")')
    assert r"| \x1b[2J\x07A\xffB\u202eC" in said


def test_a_log_without_a_last_newline_is_shown_to_its_end(checkout: Checkout) -> None:
    assert "| end\n" in fails(checkout, 'act("bytes", "656e64", "exit", "1")')


PASSED = {
    "time": ("1", 'act("sleep", "30")', "1 seconds of wall time"),
    "memory": ('"64M"', 'act("allocate", "400000000", "sleep", "30")', "67,108,864 bytes of memory"),
    "output": ('"4K"', 'act("write", "{out}/x", "x" * 5000)', "4,096 bytes of output"),
    "files": ("3", 'write("a", ""), write("b", ""), write("c", "")', "3 files, directories and links"),
    "log": ('"1K"', 'act("count", "100000")', "1,024 bytes of log"),
    "processes": ("8", 'act(*(["fork"] * 5 + ["sleep", "30"]))', "8 processes and threads"),
}


@pytest.mark.parametrize("limit", PASSED)
def test_a_limit_that_was_passed_is_named_with_the_way_to_raise_it(checkout: Checkout, limit: str) -> None:
    value, command, words = PASSED[limit]
    said = fails(checkout, command, limits=f"limits({limit} = {value})")
    assert f"build of a@1 failed: passed its limit of {words}" in said
    assert f"limits({limit} = ...) in the recipe raises it" in said
    assert "defined at  stages/00-first/stage.star:2:" in said


def test_a_check_has_limits_of_its_own(checkout: Checkout) -> None:
    check = 'holds("sleep", "30", name = "slow", limits = limits(time = 1))'
    said = fails(checkout, tests=f"[{check}]")
    assert 'check "slow" of a@1 failed: passed its limit of 1 seconds of wall time' in said


def test_limits_that_no_build_can_see_do_not_enter_its_id(checkout: Checkout) -> None:
    ids = set()
    for limits in ("None", 'limits(time = 9, output = "1G", files = 99, log = "1M")'):
        checkout.stage(f'a = made("a", limits = {limits})\nstage(name = "first", recipes = [a])\n')
        ids.add(checkout.good("hash", "a").stdout)
    assert len(ids) == 1


def test_an_output_that_must_not_be_kept_is_refused_with_the_build_it_came_from(checkout: Checkout) -> None:
    said = fails(checkout, 'act("print", "{out}", "sleep", "0")', 'symlink("x", "{out}-elsewhere")')
    assert "build of a@1 failed: symlink" in said
    assert "| /bootstrap/store/" in said


def test_the_directory_of_a_failed_build_is_kept_on_request(checkout: Checkout) -> None:
    checkout.stage(
        'a = made("a", act("write", "left", "behind", "exit", "1"))\nstage(name = "first", recipes = [a])\n'
    )
    done = checkout("run", "a", "--keep-failed")
    kept = Path(re.findall(r"kept +(\S+)", done.stderr)[0])
    assert (kept / "build/left").read_text() == "behind"
    checkout("run", "a")
    assert list((checkout.home / "tmp").iterdir()) == []
    assert kept.exists()


SOME_FAIL = """
bad = made("bad", act("exit", "1"), limits = limits(time = 60))
after = made("after", tools = [bad])
good = made("good", act("sleep", "0.3"))
last = made("last", tools = [good])
stage(name = "first", recipes = [after, last])
"""


def test_after_a_failure_nothing_new_starts(checkout: Checkout) -> None:
    checkout.stage(SOME_FAIL)
    done = checkout("run", "first", "-j", "2")
    assert done.returncode == 1
    assert "last@1" not in events(done.stderr, "begun")
    assert re.search(r"not tried: after@1, (good@1, )?last@1 \(--keep-going", done.stderr)


def test_keep_going_builds_the_rest_and_names_what_was_not_tried(checkout: Checkout) -> None:
    checkout.stage(SOME_FAIL)
    done = checkout("run", "first", "--keep-going")
    assert done.returncode == 1
    assert set(events(done.stderr, "built")) == {"good@1", "last@1"}
    assert "not tried: after@1\n" in done.stderr


def test_a_failed_build_is_tried_again_by_the_next_run(checkout: Checkout) -> None:
    checkout.stage(SOME_FAIL)
    checkout("run", "after")
    assert events(checkout("run", "after").stderr, "failed") == ["bad@1"]


def test_show_tells_that_the_last_build_failed(checkout: Checkout) -> None:
    checkout.stage(SOME_FAIL)
    checkout("run", "bad")
    (fact,) = checkout.json("show", "bad")
    assert [build["ok"] for build in fact["builds"]] == [False]


def test_a_generation_is_named_so_that_its_own_log_is_found(checkout: Checkout) -> None:
    checkout.stage(
        """
a1 = made("a", act("print", "the first", "exit", "1"))
a = made("a", act("print", "the second"), tools = {"before": a1})
stage(name = "first", recipes = [a])
"""
    )
    said = checkout("run", "a").stderr
    command = re.findall(r"whole log   bootstrap (.*)", said)[0]
    assert checkout.good(*command.split()).stdout == "the first\n"


def test_a_fault_in_laying_out_sources_names_who_needs_them(checkout: Checkout) -> None:
    (checkout.root / "stages/00-first").mkdir(parents=True)
    (checkout.root / "stages/00-first/wrong.patch").write_text("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n")
    archive = checkout.root / "from"
    archive.mkdir()
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("top/y"), io.BytesIO())
    (archive / "a.tar").write_bytes(raw.getvalue())
    digest = hashlib.sha256(raw.getvalue()).hexdigest()
    checkout.stage(
        f"""
a = recipe(
    name = "a",
    version = "1",
    source = source(file = "a.tar", sha256 = "{digest}", size = {len(raw.getvalue())},
                    origins = ["https://example.invalid/"], patches = [files("wrong.patch")]),
    commands = [write("{{out}}/a", "")],
)
stage(name = "first", recipes = [a])
"""
    )
    done = checkout("run", "a", "--offline", "--sources", str(archive))
    assert done.returncode == 4
    assert "wrong.patch" in done.stderr
    assert "needed by   a@1, defined at stages/00-first/stage.star:" in done.stderr


def test_many_names_of_what_was_not_tried_are_counted(checkout: Checkout) -> None:
    users = "\n".join(f'u{n:02} = made("u{n:02}", tools = [bad])' for n in range(20))
    names = ", ".join(f"u{n:02}" for n in range(20))
    checkout.stage(
        f'bad = made("bad", act("exit", "1"))\n{users}\nstage(name = "first", recipes = [{names}])\n'
    )
    done = checkout("run", "first")
    assert done.returncode == 1
    eight = ", ".join(f"u{n:02}@1" for n in range(8))
    assert f"not tried: {eight} and 12 more (--keep-going" in done.stderr
