"""bootstrap exec: a program from a result, with its closure where it belongs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.checkout import Checkout

pytestmark = pytest.mark.sandbox

STAGE = """
leaf = made("leaf")
tool = made(
    "tool",
    copy("act", "{out}/bin/act", executable = True),
    write("{out}/leaf", "{leaf}"),
    libs = [leaf],
)
bad = made("bad", act("exit", "1"))
stage(name = "first", recipes = [tool, bad])
"""


def test_a_program_is_found_in_the_bin_of_the_target_and_built_first(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    done = checkout("exec", "tool", "--", "act", "print", "hello", "exit", "9")
    assert (done.returncode, done.stdout) == (9, "hello\n")
    assert "built  tool@1" in done.stderr
    assert checkout("exec", "tool", "--", "act").stderr == ""


def test_words_after_the_dashes_are_the_programs_own(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    assert checkout("exec", "tool", "--", "act", "print", "--help", "print", "--").stdout == "--help\n--\n"


def test_the_closure_is_at_its_logical_place_and_the_rest_is_as_it_was(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.stage(STAGE)
    tool = checkout.path("tool")
    script = f'cat $(cat {tool}/leaf)/name; echo; pwd; ls "{tmp_path}" | wc -l'
    done = checkout.good("exec", "tool", "--", "sh", "-c", script)
    assert done.stdout.splitlines() == ["leaf", str(checkout.root), str(len(os.listdir(tmp_path)))]


def test_no_signal_is_ignored_that_was_not_before(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    ignored = [
        line
        for line in checkout.good("exec", "tool", "--", "cat", "/proc/self/status").stdout.splitlines()
        if line.startswith("SigIgn")
    ]
    assert int(ignored[0].split()[1], 16) & (1 << 12 | 1 << 24) == 0  # SIGPIPE, SIGXFSZ


def test_nothing_is_run_when_the_target_cannot_be_built(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    done = checkout("exec", "bad", "--", "echo", "run")
    assert (done.returncode, done.stdout) == (1, "")
    assert "so nothing was run" in done.stderr


def test_a_program_that_is_not_there_is_named(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    done = checkout("exec", "tool", "--", "no-such-program")
    assert (done.returncode, "no-such-program" in done.stderr) == (2, True)


def test_a_lock_on_what_is_used_is_handed_on_out_of_the_way(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "tool")
    shown = checkout.good("exec", "tool", "--", "sh", "-c", "ls -l /proc/$$/fd").stdout
    (number,) = [line.split()[-3] for line in shown.splitlines() if line.endswith("/in-use")]
    assert int(number) >= 200
