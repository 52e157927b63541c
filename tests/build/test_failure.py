"""What a failed build says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap.build.failure import LOG_LINES, Failure, failure_text, printable, spell, tail
from bootstrap.errors import CommandFailed
from bootstrap.recipe.model import (
    Command,
    Compare,
    Copy,
    Exec,
    Location,
    MakeDirectory,
    MakeSymlink,
    Unhex,
    Write,
)


def text(failure: Failure, *, check: str = "", lines: tuple[str, ...] = (), kept: str = "") -> list[str]:
    return failure_text(
        failure,
        title="lua@5.4",
        check=check,
        where=Location("stages/02/stage.star", 7, 3),
        target="lua@5.4",
        lines=lines,
        kept=kept,
    ).splitlines()


COMMAND = Failure(
    kind=CommandFailed, what="cc ended with exit status 1", number=2, command=Exec(argv=("cc", "a b"))
)


def test_a_message_has_what_where_which_command_and_the_log() -> None:
    assert text(COMMAND, lines=("one", "two"), kept="/kept") == [
        "build of lua@5.4 failed: cc ended with exit status 1",
        "  defined at  stages/02/stage.star:7:3",
        "  command 2   cc 'a b'",
        "  kept        /kept",
        "  whole log   bootstrap log lua@5.4",
        "  the log's last 2 lines:",
        "    | one",
        "    | two",
    ]


def test_a_message_without_command_or_log_says_so() -> None:
    assert text(Failure(kind=CommandFailed, what="no output"))[2:] == [
        "  whole log   bootstrap log lua@5.4",
        "  the log is empty",
    ]


def test_a_check_is_called_by_its_name_in_words_that_a_shell_takes() -> None:
    lines = text(COMMAND, check="it's fine")
    assert lines[0].startswith('check "it\'s fine" of lua@5.4 failed')
    assert "  whole log   bootstrap log lua@5.4 --check 'it'\"'\"'s fine'" in lines


@pytest.mark.parametrize(
    ("command", "spelt"),
    [
        (Exec(argv=("make", "X=a b"), cwd="src"), "(in src) make 'X=a b'"),
        (Exec(argv=("sort",), stdin="in", stdout="out"), "sort < in > out"),
        (MakeDirectory(path="a"), "mkdir('a')"),
        (Copy(source="a", target="b"), "copy('a', 'b')"),
        (Write(path="a", text="long"), "write('a', …)"),
        (MakeSymlink(target="a", path="b"), "symlink('a', 'b')"),
        (Unhex(source="a", target="b"), "unhex('a', 'b')"),
        (Compare(left="a", right="b"), "compare('a', 'b')"),
        (Exec(argv=("sh", "-c", "one\ntwo\x1b")), "sh -c 'one\n    two\\x1b'"),
    ],
)
def test_commands_are_spelt_as_they_are_written(command: Command, spelt: str) -> None:
    assert spell(command) == spelt


def test_a_very_long_command_is_cut() -> None:
    assert len(spell(Exec(argv=("x" * 10_000,)))) == 400


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("plain\ttext é", "plain\ttext é"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("10%\r20%\r30%", "30%"),
        ("from elsewhere\r", "from elsewhere"),
        ("a\x00b\x7f", r"a\x00b\x7f"),
        ("\u202eabc", r"\u202eabc"),
    ],
)
def test_a_line_that_is_shown_cannot_steer_the_terminal(line: str, shown: str) -> None:
    assert printable(line) == shown


def test_the_tail_of_a_log_is_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("".join(f"line {n}\n" for n in range(20_000)))
    assert tail(str(log)) == [f"line {n}" for n in range(20_000 - LOG_LINES, 20_000)]


def test_only_newlines_divide_lines(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"a\x0cb\xe2\x80\xa8c\n\nlast")
    assert tail(str(log)) == [r"a\x0cb\u2028c", "", "last"]


def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * 1_000_000)
    assert [len(line) for line in tail(str(log))] == [400]


@pytest.mark.parametrize("content", [None, b""])
def test_without_a_log_there_are_no_lines(content: bytes | None, tmp_path: Path) -> None:
    log = tmp_path / "log"
    if content is not None:
        log.write_bytes(content)
    assert tail(str(log)) == []
