"""Hostile patches as data, each with the reason for which it is refused; then nothing is changed.

They are applied to a tree of ``src/ten.txt`` (ten lines, "line 1" and so on), ``src/run`` (executable,
"#!"), ``src/old`` ("a" without newline), ``link`` (to ``src``), ``file`` (to ``src/run``) and ``out``
(to ``../beside``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bootstrap.errors import PatchError
from bootstrap.fetch.patch import apply_patch
from tests.fetch.trees import Surroundings, set_times, tree_of

HEAD = b"--- a/src/run\n+++ b/src/run\n"
TEN = b"--- a/src/ten.txt\n+++ b/src/ten.txt\n"
GIT = b"diff --git a/src/run b/src/run\n"


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch, and what the error says of it: the end of a line's or a file's reason."""

    name: str
    patch: bytes
    reason: str


def _change(old: bytes, new: bytes | None = None) -> bytes:
    """The first line of a file changed."""
    return b"--- %b\n+++ %b\n@@ -1 +1 @@\n-#!\n+x\n" % (old, old if new is None else new)


def _create(name: bytes) -> bytes:
    return b"--- /dev/null\n+++ %b\n@@ -0,0 +1 @@\n+x\n" % name


PATCHES = (
    Patch("nothing", b"", "a.patch:1: has no change in it"),
    Patch("only text", b"Just text.\n", "has no change in it"),
    Patch("no hunks", HEAD, "a file without hunks"),
    Patch("no names", b"@@ -1 +1 @@\n-a\n+b\n", "a hunk without the names of its file"),
    # names
    Patch("dotdot", _change(b"a/../x"), "leads out of the tree"),
    Patch("dotdot deep within", _change(b"a/src/../../../x"), "leads out of the tree"),
    Patch("dotdot as the first component", _change(b"../src/run"), "leads out of the tree"),
    Patch("dotdot in a new file", _create(b"b/../beside/evil"), "leads out of the tree"),
    Patch("dotdot in quotes", _change(b'"a/\\056\\056/x"'), "leads out of the tree"),
    Patch(
        "dotdot in git's header", b"diff --git a/../x b/../x\nnew file mode 100644\n", "leads out of the tree"
    ),
    Patch("absolute", _change(b"/etc/x"), "the absolute name '/etc/x'"),
    Patch("absolute in quotes", _change(b'"/etc/x"'), "the absolute name '/etc/x'"),
    Patch("absolute after its first component", _create(b"b//src/run"), "is there already"),
    Patch("NUL", _change(b"a/x\0y"), "leads out of the tree"),
    Patch("NUL in quotes", _change(b'"a/x\\000y"'), "leads out of the tree"),
    Patch("no component to leave out", _change(b"x"), "has no first component to leave out"),
    Patch("nothing after the first component", _change(b"a/"), "has no first component to leave out"),
    Patch("a name of 300 bytes", _create(b"b/" + b"n" * 300), "a component of its name has 300 bytes"),
    Patch("a name of 10,000 bytes", _create(b"b" + b"/n" * 5000), "its name has 9999 bytes"),
    Patch("257 directories deep", _create(b"b" + b"/n" * 257), "lies 257 directories deep"),
    Patch("two names", _change(b"a/x", b"b/y"), "the old file is 'x', the new 'y'"),
    Patch("another name in git's header", GIT + _change(b"a/y"), "differ from those of the git header"),
    Patch(
        "two names in git's header",
        b"diff --git a/x b/y\nold mode 100644\nnew mode 100755\n",
        "two different names",
    ),
    Patch("nothing on both sides", _change(b"/dev/null"), "/dev/null on both sides"),
    Patch("CR LF", _change(b"a/x").replace(b"\n", b"\r\n"), "CR LF"),
    # links and kinds
    Patch("through a link", _change(b"a/link/run"), "link/run: not reached without links"),
    Patch("a link", _change(b"a/file"), "file: not reached without links"),
    Patch("a new file through a link out", _create(b"b/out/evil"), "out/evil: not reached without links"),
    Patch("a new file over a link", _create(b"b/file"), "file: not reached without links"),
    Patch("a directory", _change(b"a/src"), "src: not a regular file"),
    Patch("a new file over a directory", _create(b"b/src"), "src: not a regular file"),
    Patch("a new file beneath a file", _create(b"b/src/run/x"), "src/run/x: not reached without links"),
    Patch(
        "new files beneath one another", _create(b"b/n") + _create(b"b/n/m"), "n/m: lies beneath a file, n"
    ),
    Patch(
        "a new link",
        b"diff --git a/x b/x\nnew file mode 120000\nindex 0..1\n",
        "only plain files can be patched",
    ),
    Patch(
        "a new module",
        b"diff --git a/x b/x\nnew file mode 160000\nindex 0..1\n",
        "only plain files can be patched",
    ),
    Patch(
        "a setuid file",
        b"diff --git a/x b/x\nnew file mode 104755\nindex 0..1\n",
        "only plain files can be patched",
    ),
    Patch(
        "a mode that becomes a link's",
        GIT + b"old mode 100755\nnew mode 120000\n",
        "only plain files can be patched",
    ),
    Patch(
        "a file renamed",
        GIT + b"similarity index 90%\nrename from src/run\nrename to /etc/x\n",
        "renames a file",
    ),
    Patch("a file copied", GIT + b"copy from src/run\ncopy to ../x\n", "copies a file"),
    Patch("a binary file", GIT + b"GIT binary patch\nliteral 3\n", "src/run: changes a binary file"),
    Patch(
        "a binary file, untold",
        GIT + b"index 1..2\nBinary files a/x and b/x differ\n",
        "changes a binary file",
    ),
    # files that are there, or not
    Patch("no such file", _change(b"a/none"), "none: no such file in the tree"),
    Patch(
        "made, and there already",
        _create(b"b/src/run"),
        "src/run: is to be made by the patch, and is there already",
    ),
    Patch(
        "made twice", _create(b"b/n") + _create(b"b/n"), "n: is to be made by the patch, and is there already"
    ),
    Patch(
        "deleted, with more in it",
        b"--- a/src/ten.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-line 1\n",
        "has 9 lines more",
    ),
    Patch(
        "deleted twice", (b"--- a/src/run\n+++ /dev/null\n@@ -1 +0,0 @@\n-#!\n") * 2, "src/run: no such file"
    ),
    Patch("made from lines", _change(b"/dev/null", b"b/x"), "has lines before"),
    Patch("deleted, with lines left", _change(b"a/x", b"/dev/null"), "has lines afterwards"),
    # hunks
    Patch("cut off", HEAD + b"@@ -1,2 +1 @@\n-#!\n", "a.patch:3: the patch ends in the middle of a hunk"),
    Patch("cut off in its header", HEAD + b"@@ -1", "a file without hunks"),
    Patch(
        "a billion lines", HEAD + b"@@ -1,999999999 +1,999999999 @@\n #!\n", "ends in the middle of a hunk"
    ),
    Patch("a count of 5,000 digits", HEAD + b"@@ -1,%b +1 @@\n #!\n" % (b"9" * 5000), "a file without hunks"),
    Patch("a line of 5,000 digits", HEAD + b"@@ -%b +1 @@\n #!\n" % (b"9" * 5000), "a file without hunks"),
    Patch("a negative count", HEAD + b"@@ -1,-1 +1 @@\n #!\n", "a file without hunks"),
    Patch("a line beyond the end", HEAD + b"@@ -9,0 +10 @@\n+x\n", "the file has 1 lines"),
    Patch("line 999,999,999", HEAD + b"@@ -999999999,0 +1 @@\n+x\n", "the file has 1 lines"),
    Patch(
        "more new lines than said",
        HEAD + b"@@ -1 +1 @@\n-#!\n+a\n+b\n",
        "a.patch:6: more lines than the hunk's header says",
    ),
    Patch(
        "more old lines than said",
        HEAD + b"@@ -1 +1 @@\n-#!\n-a\n+b\n",
        "a.patch:5: more lines than the hunk's header says",
    ),
    Patch("a line that is none", HEAD + b"@@ -1 +1 @@\n#!\n", "begins with neither blank, + nor -"),
    Patch("lines at line 0", HEAD + b"@@ -0,1 +1 @@\n-#!\n+a\n", "begins at line 0"),
    Patch(
        "no newline in the middle",
        HEAD + b"@@ -1,2 +1 @@\n-#!\n\\ No newline\n-a\n+b\n",
        "not the last one of its hunk",
    ),
    Patch(
        "no newline of nothing",
        HEAD + b"@@ -1 +1 @@\n\\ No newline\n-a\n+b\n",
        "a remark on a line that is not there",
    ),
    Patch(
        "lines after one without newline",
        b"--- a/src/old\n+++ b/src/old\n@@ -1,0 +2 @@\n+b\n",
        "after one without newline",
    ),
    Patch(
        "hunks in the wrong order",
        TEN + b"@@ -5 +5 @@\n-line 5\n+5\n@@ -2 +2 @@\n-line 2\n+2\n",
        "begins before the end of the hunk before",
    ),
    Patch(
        "hunks over one another",
        TEN + b"@@ -1,3 +1,3 @@\n-line 1\n+1\n line 2\n line 3\n" + b"@@ -3 +3 @@\n-line 3\n+3\n",
        "begins before the end of the hunk before",
    ),
    Patch("other lines", HEAD + b"@@ -1 +1 @@\n-#?\n+x\n", "does not apply, at line 1"),
    Patch(
        "a change, and one that does not apply",
        _change(b"a/src/run") + TEN + b"@@ -1 +1 @@\n-?\n+!\n",
        "hunk 1",
    ),
    Patch("escapes in a name", _change(b"a/\x1b[2J\xff"), "no such file in the tree"),
)


def try_patch(case: Patch, directory: Path) -> str:
    """What was not as it must be after a patch was tried in an empty directory; "" if all was."""
    around = Surroundings(directory)
    tree = around.target
    (tree / "src").mkdir()
    (tree / "src/ten.txt").write_bytes(b"".join(b"line %d\n" % number for number in range(1, 11)))
    (tree / "src/run").write_bytes(b"#!\n")
    (tree / "src/run").chmod(0o755)
    (tree / "src/old").write_bytes(b"a")
    for name, target in {"link": "src", "file": "src/run"}.items():
        (tree / name).symlink_to(target)
    set_times(tree)
    before = tree_of(tree)
    (tree / "out").symlink_to("../beside")
    set_times(tree)
    try:
        apply_patch(tree, case.patch, "a.patch")
    except PatchError as error:
        said = str(error)
    else:
        return "was applied"
    around.assert_untouched()
    (tree / "out").unlink()
    set_times(tree)
    if tree_of(tree) != before:
        return "changed something"
    if not any(reason in said for reason in case.reason.split("|")):
        return f"was refused, but not for {case.reason!r}: {said}"
    return "" if said.replace("\n", "").isprintable() else f"an error that cannot be printed: {said!r}"
