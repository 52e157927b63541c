"""The text of a patch: what is understood can be written down again, and is understood the same."""

from __future__ import annotations

from bootstrap.fetch.patch_text import FilePatch, Hunk, Malformed, parse

LONGEST = 4096


def try_one(data: bytes) -> None:
    try:
        files = parse(data)
    except Malformed as malformed:
        assert 1 <= malformed.line <= data.count(b"\n") + 1
        return
    for file in files:
        parts = file.path.split(b"/")
        assert not {b"", b".", b".."} & set(parts)
        assert b"\0" not in file.path
    again = parse(b"".join(_written(file) for file in files))
    assert [_meant(file) for file in again] == [_meant(file) for file in files]


def _meant(file: FilePatch) -> tuple[object, ...]:
    hunks = tuple((hunk.start, hunk.old, hunk.new) for hunk in file.hunks)
    executable = bool(file.executable) if file.creates else file.executable
    return file.path, file.creates, file.deletes, executable, hunks


def _written(file: FilePatch) -> bytes:
    """A file's changes as git writes them, each hunk as lines that go and lines that come."""
    text = b"diff --git %b %b\n" % (_quoted(b"a/" + file.path), _quoted(b"b/" + file.path))
    mode = b"100755" if file.executable else b"100644"
    if file.creates:
        text += b"new file mode %b\n" % mode
    elif file.executable is not None:
        text += b"old mode 100644\nnew mode %b\n" % mode
    if file.deletes:
        text += b"deleted file mode 100644\n"
    if file.hunks:
        text += b"--- %b\n+++ %b\n" % (_quoted(b"a/" + file.path), _quoted(b"b/" + file.path))
    return text + b"".join(_hunk(hunk) for hunk in file.hunks)


def _hunk(hunk: Hunk) -> bytes:
    text = b"@@ -%d,%d +%d,%d @@\n" % (hunk.start, len(hunk.old), hunk.start, len(hunk.new))
    for sign, lines in ((b"-", hunk.old), (b"+", hunk.new)):
        for line in lines:
            text += sign + line if line.endswith(b"\n") else sign + line + b"\n\\ No newline\n"
    return text


def _quoted(name: bytes) -> bytes:
    return b'"' + b"".join(b"\\%03o" % byte for byte in name) + b'"'
