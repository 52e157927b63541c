"""Processes that read small files.

Reading one takes five system calls of a few microseconds each. Threads hand the interpreter's lock
to each other around every one of them, which takes longer than the calls themselves.
"""

from __future__ import annotations

import array
import marshal
import os
import signal
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from bootstrap.digest import digest
from bootstrap.store.form import odd_attributes

_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_LENGTH = struct.Struct("=I")


class Read(NamedTuple):
    """What a file holds."""

    raw: bytes
    """Its BLAKE3-256; empty if it could not be read."""
    attributes: str = ""
    """Extended attributes that should not be there."""
    error: str = ""
    """Why it could not be read; empty, too, if it is not as large as was said."""


def read(directory: int, name: bytes, size: int) -> Read:
    """Reads a regular file of so many bytes at once, by its name from a directory."""
    try:
        fd = os.open(name, _FILE, dir_fd=directory)
        try:
            data = os.read(fd, size + 1)
            if len(data) != size:
                return Read(b"")
            return Read(digest(data).raw, ", ".join(odd_attributes(fd)))
        finally:
            os.close(fd)
    except OSError as error:
        return Read(b"", error=error.strerror or str(error))


class Helper:
    """A process that reads files for whoever asks; for one thread at a time."""

    def __init__(self) -> None:
        """Forks: best before there are threads. OSError if there can be no more processes."""
        self._socket, theirs = socket.socketpair()
        with theirs:
            try:
                self._pid = os.fork()
            except OSError:
                self._socket.close()
                raise
            if self._pid == 0:
                self._socket.close()
                _serve(theirs)

    def read(self, directory: int, files: Sequence[tuple[bytes, int]]) -> list[Read]:
        """What the files, by names from a directory, and of these sizes, hold.

        OSError if the process has died.
        """
        request = marshal.dumps(list(files))
        descriptor = array.array("i", [directory])
        self._socket.sendmsg(
            [_LENGTH.pack(len(request))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptor)]
        )
        self._socket.sendall(request)
        (length,) = _LENGTH.unpack(_receive(self._socket, _LENGTH.size))
        return [Read(*each) for each in marshal.loads(_receive(self._socket, length))]

    def close(self) -> None:
        with suppress(OSError):  # it was killed
            self._socket.shutdown(socket.SHUT_RDWR)  # helpers that were forked later have this end, too
        self._socket.close()
        os.waitpid(self._pid, 0)


def _serve(requests: socket.socket) -> Any:
    """The process: it ends when nobody can ask any more, and runs nothing else of what was forked."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends it
        while True:
            header, (directory,), _, _ = socket.recv_fds(requests, _LENGTH.size, 1)
            (length,) = _LENGTH.unpack(header)
            files = marshal.loads(_receive(requests, length))
            answer = marshal.dumps([tuple(read(directory, name, size)) for name, size in files])
            os.close(directory)
            requests.sendall(_LENGTH.pack(len(answer)) + answer)
    finally:
        os._exit(0)


def _receive(source: socket.socket, count: int) -> bytes:
    """So many bytes; OSError if there are no more."""
    parts = []
    while count:
        part = source.recv(count)
        if not part:
            raise OSError("the process that reads files has ended")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
