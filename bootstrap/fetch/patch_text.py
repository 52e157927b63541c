"""A unified diff as values, on bytes: files, hunks, lines.

The form is that of ``diff -u`` (POSIX diff, "Diff -u or -U Output Format"; GNU diffutils manual,
"Detailed Description of Unified Format") and of ``git diff`` (git-diff(1), "Generating patch text
with -p"). Text before and between the files' parts is for people and is passed over. A line ends at
its newline only: carriage returns and other bytes belong to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bootstrap.fetch.member import Bounds, Refused
from bootstrap.fetch.names import components, shown

_HUNK = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_MODE = re.compile(rb"(old|new|new file|deleted file) mode (\d{6})")
_EPOCH = re.compile(rb"\t(?:1970-01-01|1969-12-31) \d\d:\d\d:00(?:\.0+)? [+-]\d{4}\s*")
"""What GNU diff -N writes beside the name of a file that is not there: the second 0."""

_ESCAPE = re.compile(rb'\\(?:([0-7]{3})|([abtnvfr"\\]))')
_ESCAPED = dict(zip(b'abtnvfr"\\', b'\a\b\t\n\v\f\r"\\', strict=True))
_UNSUPPORTED = {
    b"rename from ": "renames a file",
    b"rename to ": "renames a file",
    b"copy from ": "copies a file",
    b"copy to ": "copies a file",
    b"GIT binary patch": "changes a binary file",
    b"Binary files ": "changes a binary file",
}


class Malformed(Exception):
    """Not a patch that can be applied; the text is the reason, `line` where in it, from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One change. Lines hold their newline, except a last one without."""

    header: bytes
    start: int
    """The line of the old file where it begins, from 1; of an insertion the line before."""
    old: tuple[bytes, ...]
    """Lines that must be there: context and what goes."""
    new: tuple[bytes, ...]
    """Lines in their place: context and what comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePatch:
    """All changes of one file."""

    path: bytes
    """Without its first component, as for ``-p1``."""
    hunks: tuple[Hunk, ...]
    creates: bool = False
    deletes: bool = False
    executable: bool | None = None
    """What the mode becomes; None: stays, or 0644 for a new file."""

    @property
    def begins_empty(self) -> bool:
        """Whether nothing is expected to be there before."""
        return len(self.hunks) == 1 and self.hunks[0].start == 0 and not self.hunks[0].old


def parse(text: bytes) -> tuple[FilePatch, ...]:
    """The files of a patch, in order. Malformed unless there is at least one, and each is sound."""
    reader = _Reader(text)
    files = []
    while (file := reader.next_file()) is not None:
        files.append(file)
    if not files:
        raise Malformed(1, "has no change in it")
    return tuple(files)


class _Reader:
    def __init__(self, text: bytes) -> None:
        self._lines = text.split(b"\n")
        if self._lines[-1] == b"":
            self._lines.pop()
        self._at = 0

    def next_file(self) -> FilePatch | None:
        """The next file's part, or None at the end."""
        lines = self._lines
        while self._at < len(lines):
            line = lines[self._at]
            if line.startswith(b"diff --git "):
                if (file := self._git()) is not None:
                    return file
                continue
            if self._has_names():
                return self._plain(None, _Header())
            if _HUNK.match(line):
                raise self._wrong("a hunk without the names of its file before it")
            self._refuse_unsupported(line, "")
            self._at += 1
        return None

    def _has_names(self) -> bool:
        lines, at = self._lines, self._at
        return at + 1 < len(lines) and lines[at].startswith(b"--- ") and lines[at + 1].startswith(b"+++ ")

    def _git(self) -> FilePatch | None:
        """A part that begins with git's header, which says what unified hunks cannot; None if it
        says nothing."""
        named = self._git_name(self._lines[self._at].removeprefix(b"diff --git "))
        header = _Header()
        self._at += 1
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.startswith(b"diff --git ") or self._has_names():
                break
            self._refuse_unsupported(line, f"{named.decode(errors='backslashreplace')}: ")
            found = _MODE.fullmatch(line)
            if found is not None:
                header.take(found[1], self._mode(found[2]))
            elif not line.startswith((b"index ", b"similarity index ", b"dissimilarity index ")):
                break
            self._at += 1
        if self._at < len(self._lines) and self._has_names():
            return self._plain(named, header)
        if not named:
            raise self._wrong("two different names in one git header")
        if not header.says_something:
            return None
        return header.file(named, ())

    def _mode(self, digits: bytes) -> bool:
        if digits not in (b"100644", b"100755"):
            raise self._wrong(f"mode {digits.decode()}: only plain files can be patched (100644, 100755)")
        return digits == b"100755"

    def _git_name(self, names: bytes) -> bytes:
        """The name in ``a/NAME b/NAME``; b"" if it is not twice the same."""
        if names.startswith(b'"'):
            first = re.match(rb'"(?:[^"\\]|\\.)*"', names)
            half = len(first[0]) if first else 0
        else:
            half = len(names) // 2
        old, new = names[:half], names[half + 1 :]
        if not old or not new or names[half : half + 1] != b" ":
            return b""
        old, new = self._strip(self._unquote(old)), self._strip(self._unquote(new))
        return old if old == new else b""

    def _plain(self, named: bytes | None, header: _Header) -> FilePatch:
        """``---`` and ``+++`` and the hunks."""
        old, old_is_none = self._name(b"--- ")
        new, new_is_none = self._name(b"+++ ")
        if not old and not new:
            raise self._wrong("/dev/null on both sides")
        if old and new and old != new:
            raise self._wrong(
                f"the old file is {old.decode(errors='backslashreplace')!r}, "
                f"the new {new.decode(errors='backslashreplace')!r}: which is meant?"
            )
        if named and named != (new or old):
            raise self._wrong("the names differ from those of the git header")
        hunks = self._hunks()
        lines = len(hunks) == 1
        header.creates |= old_is_none and lines and hunks[0].start == 0 and not hunks[0].old
        header.deletes |= new_is_none and lines and not hunks[0].new
        if not old and not header.creates:
            raise self._wrong("a file that is not there before has lines before")
        if not new and not header.deletes:
            raise self._wrong("a file that is not there afterwards has lines afterwards")
        return header.file(new or old, hunks)

    def _name(self, marker: bytes) -> tuple[bytes, bool]:
        """The name after a marker (b"" for /dev/null), and whether the file is said not to exist."""
        rest = self._lines[self._at].removeprefix(marker)
        if rest.endswith(b"\r"):
            raise self._wrong("its lines end in CR LF: a mail program or editor has changed the patch")
        name = rest.partition(b"\t")[0] if not rest.startswith(b'"') else rest.rpartition(b'"')[0] + b'"'
        if name == b"/dev/null":
            self._at += 1
            return b"", True
        path = self._strip(self._unquote(name))
        self._at += 1
        return path, _EPOCH.fullmatch(rest[len(name) :]) is not None

    def _unquote(self, name: bytes) -> bytes:
        """A name as it is, of one that git put in quotes (core.quotePath in git-config(1))."""
        if not name.startswith(b'"'):
            return name
        return _ESCAPE.sub(
            lambda found: bytes((int(found[1], 8) & 0xFF if found[1] else _ESCAPED[found[2][0]],)),
            name[1:-1],
        )

    def _strip(self, name: bytes) -> bytes:
        """A name without its first component; Malformed if that leaves none, or one that leads out."""
        if name.startswith(b"/"):
            raise self._wrong(f"the absolute name {name.decode(errors='backslashreplace')!r}")
        parts = [part for part in name.split(b"/") if part not in (b"", b".")]
        if b".." in parts or b"\0" in name:
            raise self._wrong(f"the name {name.decode(errors='backslashreplace')!r} leads out of the tree")
        if len(parts) < 2:
            raise self._wrong(
                f"the name {name.decode(errors='backslashreplace')!r} has no first component to leave out"
            )
        try:
            return b"/".join(components(b"/".join(parts[1:]), depth=Bounds().depth))
        except Refused as refused:
            raise self._wrong(f"the name {shown(name)!r}: {refused}") from None

    def _hunks(self) -> tuple[Hunk, ...]:
        hunks: list[Hunk] = []
        while self._at < len(self._lines) and (found := _HUNK.match(self._lines[self._at])):
            hunks.append(self._hunk(found))
        if not hunks:
            raise self._wrong("a file without hunks")
        if self._at < len(self._lines):
            line = self._lines[self._at]
            is_next = line.startswith(b"--- ") or line.rstrip() == b"--"
            if line[:1] in (b" ", b"+", b"-", b"\\") and not is_next:
                raise self._wrong(_too_many(hunks[-1].header))
        return tuple(hunks)

    def _hunk(self, found: re.Match[bytes]) -> Hunk:
        header = found[0]
        start, old_left, new_left = int(found[1]), int(found[2] or b"1"), int(found[4] or b"1")
        began = self._at
        self._at += 1
        old: list[bytes] = []
        new: list[bytes] = []
        sign = b""
        while old_left or new_left or self._is_remark():
            if self._at >= len(self._lines):
                self._at = began
                raise self._wrong("the patch ends in the middle of a hunk")
            line = self._lines[self._at]
            if self._is_remark():
                self._without_newline(sign, old, new)
                self._at += 1
                continue
            # Editors take the blank off an empty context line; diff itself may, too.
            sign, text = line[:1] or b" ", line[1:] + b"\n"
            if sign not in (b" ", b"-", b"+"):
                raise self._wrong("a hunk's line begins with neither blank, + nor -")
            if sign in b" -":
                old_left -= 1
                old.append(text)
            if sign in b" +":
                new_left -= 1
                new.append(text)
            if old_left < 0 or new_left < 0:
                raise self._wrong(_too_many(header))
            self._at += 1
        if old and start == 0:
            self._at = began
            raise self._wrong("a hunk that begins at line 0 has lines before")
        for lines in (old, new):
            if any(not line.endswith(b"\n") for line in lines[:-1]):
                self._at = began
                raise self._wrong("a line without newline is not the last one of its hunk")
        return Hunk(header=header, start=start, old=tuple(old), new=tuple(new))

    def _is_remark(self) -> bool:
        """``\\ No newline at end of file``, in whatever language."""
        return self._at < len(self._lines) and self._lines[self._at].startswith(b"\\ ")

    def _without_newline(self, sign: bytes, old: list[bytes], new: list[bytes]) -> None:
        if not sign:
            raise self._wrong("a remark on a line that is not there")
        for lines in [old] * (sign in b" -") + [new] * (sign in b" +"):
            lines[-1] = lines[-1].removesuffix(b"\n")

    def _refuse_unsupported(self, line: bytes, of: str) -> None:
        for beginning, what in _UNSUPPORTED.items():
            if line.startswith(beginning) and (of or beginning == b"GIT binary patch"):
                raise self._wrong(f"{of}{what}, which a unified diff cannot say")

    def _wrong(self, reason: str) -> Malformed:
        return Malformed(min(self._at, len(self._lines) - 1) + 1, reason)


@dataclass(slots=True)
class _Header:
    """What git's header has said of a file so far."""

    creates: bool = False
    deletes: bool = False
    executable: bool | None = None

    @property
    def says_something(self) -> bool:
        return self.creates or self.deletes or self.executable is not None

    def take(self, word: bytes, executable: bool) -> None:
        match word:
            case b"new file":
                self.creates = True
                self.executable = executable
            case b"deleted file":
                self.deletes = True
            case b"new":
                self.executable = executable

    def file(self, path: bytes, hunks: tuple[Hunk, ...]) -> FilePatch:
        return FilePatch(
            path=path,
            hunks=hunks,
            creates=self.creates,
            deletes=self.deletes,
            executable=self.executable,
        )


def _too_many(header: bytes) -> str:
    return f"more lines than the hunk's header says: {header.decode()}"
