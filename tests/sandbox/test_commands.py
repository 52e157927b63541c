"""Commands and the words in which they fail."""

from __future__ import annotations

import os

import pytest

from bootstrap.recipe.model import Compare, Copy, Exec, MakeDirectory, MakeSymlink, Unhex, Write
from bootstrap.sandbox import Sandbox

pytestmark = pytest.mark.sandbox


@pytest.fixture
def fails(build):
    def check(*commands, index=0):
        outcome = build.run(*commands)
        assert not outcome.ok
        assert outcome.failed_index == index
        assert outcome.limit is None
        return outcome.message

    return check


def test_commands_run_in_order_until_the_first_that_fails(build):
    commands = [Exec(argv=("sh", "-c", script)) for script in ("echo 1", "echo 2; exit 7", "echo 3")]
    outcome = build.run(*commands)
    assert (outcome.ok, outcome.failed_index, outcome.exit_status) == (False, 1, 7)
    assert outcome.message == "sh ended with exit status 7"
    assert build.output == "1\n2\n"
    assert len(outcome.command_walls) == 2


def test_a_signal_is_named(build):
    outcome = build.sh("kill -SEGV $$")
    assert (outcome.signal, outcome.exit_status) == (11, None)
    assert outcome.message == "sh was killed by signal 11 (SIGSEGV)"


def test_directory_files_input_output_and_environment_of_one_command(build):
    outcome = build.run(
        MakeDirectory(path="sub/dir"),
        Write(path="sub/in", text="text é\n"),
        Exec(
            argv=("sh", "-c", "pwd; cat; echo $WHAT"),
            cwd="sub/dir",
            stdin="../in",
            stdout="out",
            env=(("WHAT", "is"),),
        ),
        Exec(argv=("sh", "-c", "echo ${WHAT-unset}")),
    )
    assert outcome.ok, outcome
    assert (build.build / "sub/dir/out").read_text() == "/build/sub/dir\ntext é\nis\n"
    assert build.output == "unset\n"


def test_a_program_that_is_not_on_path(fails):
    assert fails(Exec(argv=("no-such",))) == "no-such is not on PATH, which is '/usr/bin:/bin'"


def test_a_path_to_nothing(fails):
    assert fails(Exec(argv=("./no-such",))) == "./no-such cannot be run: No such file or directory"


def test_a_script_whose_interpreter_is_missing(fails):
    message = fails(Write(path="s", text="#!/no/sh -e\n", executable=True), Exec(argv=("./s",)), index=1)
    assert message == "./s cannot be run: its interpreter /no/sh does not exist in the sandbox"


def test_a_file_that_is_no_program(fails):
    message = fails(Write(path="s", text="text", executable=True), Exec(argv=("./s",)), index=1)
    assert "neither an ELF file of this machine nor a script" in message


def test_a_file_that_is_not_executable(fails):
    assert (
        fails(Write(path="s", text=""), Exec(argv=("./s",)), index=1)
        == "./s cannot be run: Permission denied"
    )


def test_a_program_without_its_loader(launcher, tmp_path):
    from bootstrap.sandbox import Bind

    sandbox = Sandbox(binds=(Bind("/bin/true", "/x/true"),), commands=(Exec(argv=("/x/true",)),))
    outcome = launcher.run(sandbox, log=tmp_path / "log")
    assert outcome.message == "/x/true cannot be run: its dynamic loader does not exist in the sandbox"


def test_a_working_directory_that_is_missing(fails):
    message = fails(Exec(argv=("true",), cwd="missing"))
    assert message == "true was not started: /build/missing: No such file or directory"


def test_an_input_file_that_is_missing(fails):
    assert fails(Exec(argv=("true",), stdin="x")) == "true was not started: x: No such file or directory"


def test_write_makes_parents_modes_and_new_files(build):
    assert build.run(
        Write(path="a/b", text="1"),
        Exec(argv=("chmod", "400", "a/b")),
        Write(path="a/b", text="2", executable=True),
    ).ok
    assert (build.build / "a/b").read_text() == "2"
    assert (build.build / "a/b").stat().st_mode & 0o777 == 0o755


def test_copy_of_a_file_keeps_its_executable_bit(build):
    assert build.run(
        Write(path="x", text="x", executable=True),
        Write(path="y", text="y"),
        Copy(source="x", target="d/x"),
        Copy(source="y", target="d/y"),
        Copy(source="y", target="d/z", executable=True),
    ).ok
    modes = {name: (build.build / "d" / name).stat().st_mode & 0o777 for name in "xyz"}
    assert modes == {"x": 0o755, "y": 0o644, "z": 0o755}


def test_copy_of_a_directory_merges_and_keeps_links(build):
    assert build.run(
        Write(path="a/one", text="1"),
        Write(path="a/deep/two", text="2"),
        MakeSymlink(target="nowhere", path="a/link"),
        Write(path="b/three", text="3"),
        Copy(source="a", target="b"),
    ).ok
    assert sorted(os.listdir(build.build / "b")) == ["deep", "link", "one", "three"]
    assert os.readlink(build.build / "b/link") == "nowhere"


def test_copy_of_nothing(fails):
    assert fails(Copy(source="x", target="y")) == "copy: x: No such file or directory"


def test_copy_of_a_pipe_is_refused(fails):
    message = fails(Exec(argv=("mkfifo", "p")), Copy(source="p", target="q"), index=1)
    assert message.startswith("copy: p: ")


def test_copy_into_an_input(fails):
    assert fails(Write(path="/usr/x", text="")) == "write: /usr/x: Read-only file system"


def test_symlink_replaces_a_link_only(build, fails):
    assert build.run(MakeSymlink(target="a", path="d/l"), MakeSymlink(target="b", path="d/l")).ok
    assert os.readlink(build.build / "d/l") == "b"
    assert fails(Write(path="f", text=""), MakeSymlink(target="a", path="f"), index=1) == (
        "symlink: f -> a: File exists"
    )


def test_unhex_writes_the_bytes_that_digits_stand_for(build):
    assert build.run(
        Write(path="a.hex", text="# ELF\n\n7F 45\t4c46# é 00\r\n  fF00\n\n01"),
        Unhex(source="a.hex", target="d/a"),
        Unhex(source="a.hex", target="d/b", executable=True),
        Write(path="empty.hex", text="# nothing"),
        Unhex(source="empty.hex", target="d/c"),
    ).ok
    assert (build.build / "d/a").read_bytes() == b"\x7fELF\xff\x00\x01"
    assert (build.build / "d/b").read_bytes() == b"\x7fELF\xff\x00\x01"
    assert (build.build / "d/c").read_bytes() == b""
    assert [(build.build / "d" / name).stat().st_mode & 0o777 for name in "ab"] == [0o644, 0o755]


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("00 # g\n 0g", "2:2", "0g"),
        ("000", "1:3", "0"),
        ("00 0 0", "1:4", "0 "),
        ("00\n0\n0", "2:1", "0"),
        ("00 :a", "1:4", ":a"),
        ("0x00", "1:1", "0x"),
        ("00 ; 00", "1:4", "; "),
        ("0# 0", "1:1", "0"),
        ("00\f00", "1:3", "\x0c0"),
        ("é", "1:1", "Ã©"),
    ],
)
def test_unhex_tells_where_what_is_no_hexadecimal_is(build, fails, text, place, what):
    message = fails(Write(path="a.hex", text=text), Unhex(source="a.hex", target="a"), index=1)
    assert message == (
        f"unhex: a.hex:{place}: {what!r} is neither two hexadecimal digits, nor blank, nor a remark (#)"
    )
    assert not (build.build / "a").exists()


def test_unhex_of_a_file_that_is_missing(fails):
    assert fails(Unhex(source="x", target="y")) == "unhex: x: No such file or directory"


def test_compare_tells_the_first_byte_that_differs(fails):
    commands = (Write(path="a", text="x" * 3000 + "y" + "z"), Write(path="b", text="x" * 3000 + "z" + "y"))
    assert fails(*commands, Compare(left="a", right="b"), index=2) == (
        "compare: a differs from b at byte 3000 (the first is 0)"
    )


def test_compare_tells_which_is_longer(fails):
    commands = (Write(path="a", text="xx"), Write(path="b", text="x"))
    assert fails(*commands, Compare(left="a", right="b"), index=2) == (
        "compare: a has 2 bytes, b 1, the same as far as they go"
    )


def test_compare_of_directories(build, fails):
    same = [Write(path=f"{top}/d/f", text="x") for top in "ab"]
    assert build.run(*same, Compare(left="a", right="b")).ok
    assert fails(*same, Write(path="b/d/g", text=""), Compare(left="a", right="b"), index=3) == (
        "compare: b/d/g is missing from a/d"
    )


def test_compare_of_kinds_and_links(fails):
    assert fails(
        MakeDirectory(path="m"), Write(path="f", text=""), Compare(left="m", right="f"), index=2
    ) == ("compare: m is a directory, f a file")
    links = (MakeSymlink(target="1", path="p/l"), MakeSymlink(target="2", path="q/l"))
    assert fails(*links, Compare(left="p", right="q"), index=2) == "compare: p/l points at 1, q/l at 2"


def test_compare_of_what_is_missing(fails):
    assert fails(Compare(left="a", right="b")) == "compare: a: No such file or directory"


def test_arguments_need_not_be_utf8(build):
    assert build.run(Exec(argv=("printf", "%s", "a\udcffb"))).ok
    assert build.log.read_bytes() == b"a\xffb"


def test_a_script_of_many_megabytes_arrives(build):
    assert build.run(Write(path="big", text="x" * 5_000_000)).ok
    assert (build.build / "big").stat().st_size == 5_000_000


def test_output_is_shown_as_it_comes(build):
    pieces = []
    assert build.sh("echo 1; sleep 0.2; echo 2", on_output=pieces.append).ok
    assert pieces == [b"1\n", b"2\n"]
