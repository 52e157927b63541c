"""Who makes and renames files: noted for each path, while the kernel carries the call out."""

from __future__ import annotations

import json
import os
from sys import intern

from bootstrap.sandbox.inside.traps import memory
from bootstrap.sandbox.inside.traps.listener import Call, Handler
from bootstrap.sandbox.inside.traps.places import AT_FDCWD, base_of
from bootstrap.sandbox.notify_filter import O_TRUNC

RENAME_EXCHANGE = 2  # include/uapi/linux/fs.h

_MOST = 200_000
"""Paths that are noted."""
_LONGEST = 200
"""Characters of a command line."""


class Writers:
    """By path, as the sandbox sees it, the command line of the program that made the file."""

    def __init__(self) -> None:
        self._programs: dict[bytes, str] = {}
        self._is_full = False

    def handlers(self) -> dict[str, Handler]:
        return {
            "creat": lambda call: self._open(call, AT_FDCWD, call.arguments[0], O_TRUNC),
            "link": lambda call: self._link(call, AT_FDCWD, call.arguments[0], AT_FDCWD, call.arguments[1]),
            "linkat": lambda call: self._link(call, *call.arguments[:4]),
            "open": lambda call: self._open(call, AT_FDCWD, call.arguments[0], call.arguments[1]),
            "openat": lambda call: self._open(call, *call.arguments[:3]),
            "rename": lambda call: self._rename(
                call, AT_FDCWD, call.arguments[0], AT_FDCWD, call.arguments[1], 0
            ),
            "renameat": lambda call: self._rename(call, *call.arguments[:4], 0),
            "renameat2": lambda call: self._rename(call, *call.arguments[:5]),
            "symlink": lambda call: self._open(call, AT_FDCWD, call.arguments[1], O_TRUNC),
            "symlinkat": lambda call: self._open(call, call.arguments[1], call.arguments[2], O_TRUNC),
        }

    def packed(self) -> bytes:
        """Those that are still there, as JSON: the command lines, and for each path which it is."""
        numbers: dict[str, int] = {}
        paths = {
            os.fsdecode(path): numbers.setdefault(program, len(numbers))
            for path, program in self._programs.items()
            if os.path.lexists(path)
        }
        return json.dumps([list(numbers), paths]).encode()

    def _open(self, call: Call, directory: int, path: int, flags: int) -> None:
        name = _absolute(call, directory, path)
        # Not who opens what is there to go on with it.
        if flags & O_TRUNC or name not in self._programs:
            self._note(name, self._program(call.pid))

    def _link(self, call: Call, from_directory: int, old: int, to_directory: int, new: int) -> None:
        was = self._programs.get(_absolute(call, from_directory, old))
        self._note(_absolute(call, to_directory, new), was or self._program(call.pid))

    def _rename(
        self, call: Call, from_directory: int, old: int, to_directory: int, new: int, flags: int
    ) -> None:
        source, target = _absolute(call, from_directory, old), _absolute(call, to_directory, new)
        if not os.path.lexists(source):
            return
        if flags & RENAME_EXCHANGE:
            there = self._programs.get(target)
            self._note(target, self._take(source, call))
            if there is not None:
                self._note(source, there)
            return
        self._note(target, self._take(source, call))
        if os.path.isdir(source) and not os.path.islink(source):
            beneath = source + b"/"
            for path in [path for path in self._programs if path.startswith(beneath)]:
                self._note(target + path[len(source) :], self._programs.pop(path))

    def _take(self, path: bytes, call: Call) -> str:
        """Who made what is now at another path; whoever moves it, if that was before."""
        return self._programs.pop(path) if path in self._programs else self._program(call.pid)

    def _note(self, path: bytes, program: str) -> None:
        if path not in self._programs and len(self._programs) >= _MOST:
            if self._is_full:
                return
            self._programs = {path: by for path, by in self._programs.items() if os.path.lexists(path)}
            # Else every further one would have all of them looked at.
            self._is_full = len(self._programs) > _MOST // 2
        self._programs[path] = program

    def _program(self, pid: int) -> str:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            line = file.read(4 * _LONGEST)
        program = line.rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")[:_LONGEST]
        return intern(program)


def _absolute(call: Call, directory: int, path: int) -> bytes:
    """The path from the root, without links but for its last part."""
    name = memory.path(call.pid, path)
    if not name:
        raise FileNotFoundError(2, "no name")
    if not name.startswith(b"/"):
        name = os.path.join(os.readlink(base_of(call, directory)), name)
    elif name.startswith((b"/proc/", b"/dev/")):
        raise FileNotFoundError(2, "means another file here")
    parent, last = os.path.split(os.path.normpath(name))
    return os.path.join(os.path.realpath(parent), last)
