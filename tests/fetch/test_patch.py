"""Patches: what applies, what does not, and what the error says then."""

from __future__ import annotations

import difflib
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bootstrap.errors import PatchError
from bootstrap.fetch.patch import apply_patch
from bootstrap.fetch.patch_text import Malformed, parse
from tests.fetch.hostile_patches import HEAD, PATCHES

TEN = b"".join(b"line %d\n" % number for number in range(1, 11))

CHANGE = b"""\
Why: a test.

--- a/src/ten.txt
+++ b/src/ten.txt
@@ -1,4 +1,4 @@
 line 1
-line 2
+line two
 line 3
 line 4
@@ -8,3 +8,4 @@ somewhere
 line 8
 line 9
 line 10
+line 11
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    target = tmp_path / "tree"
    (target / "src").mkdir(parents=True)
    (target / "src/ten.txt").write_bytes(TEN)
    (target / "src/run").write_bytes(b"#!\n")
    (target / "src/run").chmod(0o755)
    for path in (target / "src/ten.txt", target / "src/run", target / "src", target):
        os.utime(path, (1, 1))
    return target


def refused(tree: Path, patch: bytes, name: str = "patches/a.patch") -> str:
    """The error's text; the tree must be what it was."""
    before = snapshot(tree)
    with pytest.raises(PatchError) as caught:
        apply_patch(tree, patch, name)
    assert snapshot(tree) == before
    return str(caught.value)


def snapshot(tree: Path) -> dict[str, tuple[int, bytes | None]]:
    """Modes and contents by path; every time must be 1."""
    found: dict[str, tuple[int, bytes | None]] = {}
    for path in [tree, *sorted(tree.rglob("*"))]:
        status = path.lstat()
        assert status.st_mtime_ns == 1_000_000_000, path
        contents = path.read_bytes() if stat.S_ISREG(status.st_mode) else None
        found[str(path.relative_to(tree))] = (stat.S_IMODE(status.st_mode), contents)
    return found


def test_hunks_are_applied_and_times_stay_1(tree: Path) -> None:
    apply_patch(tree, CHANGE, "a.patch")
    expected = TEN.replace(b"line 2\n", b"line two\n") + b"line 11\n"
    assert snapshot(tree)["src/ten.txt"] == (0o644, expected)


def test_an_executable_file_stays_one(tree: Path) -> None:
    apply_patch(tree, b"--- a/src/run\n+++ b/src/run\n@@ -1 +1 @@\n-#!\n+#!/bin/sh\n", "a.patch")
    assert snapshot(tree)["src/run"] == (0o755, b"#!/bin/sh\n")


def test_an_offset_is_refused_and_the_error_tells_where_the_lines_are(tree: Path) -> None:
    (tree / "src/ten.txt").write_bytes(b"new first line\n" + TEN)
    os.utime(tree / "src/ten.txt", (1, 1))
    assert refused(tree, CHANGE) == (
        "patches/a.patch: src/ten.txt: hunk 1 (@@ -1,4 +1,4 @@) does not apply, at line 1\n"
        "    expected: 'line 1\\n'\n"
        "    found:    'new first line\\n'\n"
        "  hint: its lines are found at line 2: make the patch anew"
    )


def test_fuzz_is_refused(tree: Path) -> None:
    (tree / "src/ten.txt").write_bytes(TEN.replace(b"line 10", b"line X"))
    os.utime(tree / "src/ten.txt", (1, 1))
    text = refused(tree, CHANGE)
    assert "hunk 2 (@@ -8,3 +8,4 @@) does not apply, at line 10" in text
    assert "expected: 'line 10\\n'" in text
    assert "found:    'line X\\n'" in text


def test_other_blanks_are_refused(tree: Path) -> None:
    (tree / "src/ten.txt").write_bytes(TEN.replace(b"line 3\n", b"line 3 \n"))
    os.utime(tree / "src/ten.txt", (1, 1))
    assert "found:    'line 3 \\n'" in refused(tree, CHANGE)


def test_lines_beyond_the_end_are_refused(tree: Path) -> None:
    text = refused(tree, b"--- a/src/run\n+++ b/src/run\n@@ -1,2 +1 @@\n #!\n-more\n")
    assert "at line 2" in text
    assert "found:    the end of the file" in text
    text = refused(tree, b"--- a/src/run\n+++ b/src/run\n@@ -9,0 +10 @@\n+more\n")
    assert "the file has 1 lines" in text


def test_nothing_is_changed_if_the_last_of_several_files_does_not_apply(tree: Path) -> None:
    patch = CHANGE + b"--- a/src/run\n+++ b/src/run\n@@ -1 +1 @@\n-?\n+!\n"
    assert "src/run: hunk 1" in refused(tree, patch)


def test_a_file_that_is_not_there_is_refused(tree: Path) -> None:
    text = refused(tree, CHANGE.replace(b"ten.txt", b"eleven.txt"))
    assert "src/eleven.txt: no such file in the tree" in text
    assert "strip" in text


def test_a_file_is_made_with_the_directories_above_it(tree: Path) -> None:
    apply_patch(tree, b"--- /dev/null\n+++ b/new/deep/file\n@@ -0,0 +1,2 @@\n+a\n+b\n", "a.patch")
    found = snapshot(tree)
    assert found["new/deep/file"] == (0o644, b"a\nb\n")
    assert found["new/deep"] == (0o755, None)


def test_a_file_that_is_there_is_not_made(tree: Path) -> None:
    text = refused(tree, b"--- /dev/null\n+++ b/src/run\n@@ -0,0 +1 @@\n+a\n")
    assert "src/run: is to be made by the patch, and is there already" in text


def test_a_file_is_removed_with_the_directories_that_are_empty_then(tree: Path) -> None:
    apply_patch(tree, b"--- /dev/null\n+++ b/new/deep/file\n@@ -0,0 +1 @@\n+a\n", "a.patch")
    apply_patch(tree, b"--- a/new/deep/file\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", "a.patch")
    assert set(snapshot(tree)) == {".", "src", "src/run", "src/ten.txt"}


def test_a_file_with_more_in_it_is_not_removed(tree: Path) -> None:
    text = refused(tree, b"--- a/src/ten.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-line 1\n")
    assert "is to be deleted, and has 9 lines more" in text


@pytest.mark.parametrize("stamp", ["1970-01-01 00:00:00.000000000 +0000", "1970-01-01 01:00:00 +0100"])
def test_the_time_0_of_gnu_diff_stands_for_no_file(tree: Path, stamp: str) -> None:
    time = b"\t2024-05-05 10:00:00.000000000 +0000"
    none = b"\t" + stamp.encode()
    apply_patch(tree, b"--- a/new" + none + b"\n+++ b/new" + time + b"\n@@ -0,0 +1 @@\n+a\n", "a.patch")
    assert snapshot(tree)["new"] == (0o644, b"a\n")
    apply_patch(tree, b"--- a/new" + time + b"\n+++ b/new" + none + b"\n@@ -1 +0,0 @@\n-a\n", "a.patch")
    assert "new" not in snapshot(tree)


def test_a_missing_newline_at_the_end_is_kept_and_made(tree: Path) -> None:
    remark = b"\\ No newline at end of file\n"
    head = b"--- a/src/run\n+++ b/src/run\n@@ -1 +1 @@\n"
    apply_patch(tree, head + b"-#!\n+#!" + b"\n" + remark, "a.patch")
    assert snapshot(tree)["src/run"][1] == b"#!"
    assert "found:    '#!'" in refused(tree, head + b"-#!\n+#?\n")
    apply_patch(tree, head + b"-#!\n" + remark + b"+#!\n", "a.patch")
    assert snapshot(tree)["src/run"][1] == b"#!\n"


def test_a_missing_newline_in_the_middle_is_refused(tree: Path) -> None:
    patch = (
        b"--- a/src/ten.txt\n+++ b/src/ten.txt\n@@ -1 +1 @@\n-line 1\n+line\n\\ No newline at end of file\n"
    )
    assert "the file goes on after it" in refused(tree, patch)


def test_carriage_returns_belong_to_the_lines(tree: Path) -> None:
    (tree / "src/run").write_bytes(b"a\r\nb\r\n")
    os.utime(tree / "src/run", (1, 1))
    head = b"--- a/src/run\n+++ b/src/run\n@@ -1,2 +1,2 @@\n"
    assert "found:    'a\\r\\n'" in refused(tree, head + b" a\n-b\n+c\n")
    apply_patch(tree, head + b" a\r\n-b\r\n+c\r\n", "a.patch")
    assert snapshot(tree)["src/run"][1] == b"a\r\nc\r\n"


def test_bytes_that_are_no_text_are_kept(tree: Path) -> None:
    (tree / "src/run").write_bytes(b"\xff\x00\x0b\x85\n")
    os.utime(tree / "src/run", (1, 1))
    apply_patch(tree, b"--- a/src/run\n+++ b/src/run\n@@ -1 +1 @@\n-\xff\x00\x0b\x85\n+\xfe\x0c\n", "a.patch")
    assert snapshot(tree)["src/run"][1] == b"\xfe\x0c\n"


def test_an_empty_context_line_may_have_lost_its_blank(tree: Path) -> None:
    (tree / "src/run").write_bytes(b"a\n\nb\n")
    os.utime(tree / "src/run", (1, 1))
    apply_patch(tree, b"--- a/src/run\n+++ b/src/run\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n", "a.patch")
    assert snapshot(tree)["src/run"][1] == b"a\n\nc\n"


def test_the_same_file_may_be_patched_twice(tree: Path) -> None:
    head = b"--- a/src/run\n+++ b/src/run\n@@ -1 +1 @@\n"
    apply_patch(tree, head + b"-#!\n+1\n" + head + b"-1\n+2\n", "a.patch")
    assert snapshot(tree)["src/run"][1] == b"2\n"


def test_mails_with_a_signature_and_a_summary_are_read(tree: Path) -> None:
    mail = b"From 123 Mon Sep 17 00:00:00 2001\nSubject: x\n\n---\n src/run | 2 +-\n 1 file changed\n\n"
    patch = b"diff --git a/src/run b/src/run\nindex 1..2 100755\n" + HEAD + b"@@ -1 +1 @@\n-#!\n+1\n"
    apply_patch(tree, mail + patch + b"-- \n2.39.2\n\n", "a.patch")
    assert snapshot(tree)["src/run"] == (0o755, b"1\n")


def test_modes_of_git_are_set(tree: Path) -> None:
    patch = (
        b"diff --git a/src/ten.txt b/src/ten.txt\nold mode 100644\nnew mode 100755\n"
        b"diff --git a/src/run b/src/run\nold mode 100755\nnew mode 100644\n"
        b"--- a/src/run\n+++ b/src/run\n@@ -1 +1 @@\n-#!\n+1\n"
        b"diff --git a/tool b/tool\nnew file mode 100755\nindex 0..1\n"
        b"--- /dev/null\n+++ b/tool\n@@ -0,0 +1 @@\n+2\n"
        b"diff --git a/empty b/empty\nnew file mode 100644\nindex 0..1\n"
    )
    apply_patch(tree, patch, "a.patch")
    found = snapshot(tree)
    assert found["src/ten.txt"] == (0o755, TEN)
    assert found["src/run"] == (0o644, b"1\n")
    assert found["tool"] == (0o755, b"2\n")
    assert found["empty"] == (0o644, b"")
    apply_patch(tree, b"diff --git a/empty b/empty\ndeleted file mode 100644\nindex 0..1\n", "a.patch")
    assert "empty" not in snapshot(tree)


def test_names_in_quotes_are_read_as_git_writes_them(tree: Path) -> None:
    patch = b'diff --git "a/s\\303\\244 \\"x" "b/s\\303\\244 \\"x"\nnew file mode 100644\n--- /dev/null\n'
    apply_patch(tree, patch + b'+++ "b/s\\303\\244 \\"x"\n@@ -0,0 +1 @@\n+a\n', "a.patch")
    assert 'sä "x' in snapshot(tree)


TEXTS = st.lists(st.binary(max_size=3).map(lambda line: line.replace(b"\n", b"")), max_size=30)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS, st.booleans(), st.booleans(), st.integers(0, 4))
def test_what_diff_finds_between_two_files_makes_one_into_the_other(
    tmp_path_factory: pytest.TempPathFactory,
    old: list[bytes],
    new: list[bytes],
    old_ends: bool,
    new_ends: bool,
    context: int,
) -> None:
    before, after = (text(lines, ends) for lines, ends in ((old, old_ends), (new, new_ends)))
    if before == after:
        return
    tree = tmp_path_factory.mktemp("t")
    (tree / "f").write_bytes(before)
    apply_patch(tree, diff(before, after, context), "a.patch")
    assert (tree / "f").read_bytes() == after


def text(lines: list[bytes], ends: bool) -> bytes:
    return b"\n".join(lines) + (b"\n" if ends and lines else b"")


def diff(before: bytes, after: bytes, context: int) -> bytes:
    old, new = (
        [line + b"\n" for line in data.split(b"\n")[:-1]] + [last for last in data.split(b"\n")[-1:] if last]
        for data in (before, after)
    )
    lines = difflib.diff_bytes(difflib.unified_diff, old, new, b"a/f", b"b/f", n=context, lineterm=b"\n")
    return b"".join(
        line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines
    )


@pytest.mark.skipif(shutil.which("patch") is None, reason="no patch(1) here to compare with")
@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS)
def test_the_result_is_that_of_gnu_patch(
    tmp_path_factory: pytest.TempPathFactory, old: list[bytes], new: list[bytes]
) -> None:
    before, after = text(old, True), text(new, True)
    if before == after or not before or not after:
        return
    ours, theirs = tmp_path_factory.mktemp("ours"), tmp_path_factory.mktemp("theirs")
    patch = diff(before, after, 3)
    for tree in (ours, theirs):
        (tree / "f").write_bytes(before)
    apply_patch(ours, patch, "a.patch")
    subprocess.run(["patch", "--binary", "-s", "-p1"], cwd=theirs, input=patch, check=True)
    assert (ours / "f").read_bytes() == (theirs / "f").read_bytes()


PIECES = st.sampled_from(
    [
        *b"".join([CHANGE, *(p.patch for p in PATCHES if len(p.patch) < 1000)]).splitlines(keepends=True),
        b"\\ x\n",
        b"@@ -1,0 +0,3 @@\n",
        b'--- "a/\\777',
        b"\n",
        b"\0",
        b"diff --git ",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.one_of(PIECES, st.binary(max_size=10)), max_size=12))
def test_whatever_is_given_as_a_patch_is_parsed_or_malformed(pieces: list[bytes]) -> None:
    try:
        files = parse(b"".join(pieces))
    except Malformed:
        return
    assert all(b".." not in file.path.split(b"/") and file.path[:1] != b"/" for file in files)
