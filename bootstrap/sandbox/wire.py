"""One message with file descriptors from a socket, every one of them close-on-exec."""

from __future__ import annotations

import array
import socket


def receive(channel: socket.socket, size: int, descriptors: int) -> tuple[bytes, list[int]]:
    """The next message (b"" at the end) and what came with it.

    `socket.recv_fds` of Python 3.11 drops its `flags`, and a descriptor without close-on-exec would
    reach the programs of a build.
    """
    message, ancillary, _, _ = channel.recvmsg(
        size, socket.CMSG_SPACE(4 * descriptors), socket.MSG_CMSG_CLOEXEC
    )
    received = array.array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            received.frombytes(data[: len(data) - len(data) % received.itemsize])
    return message, list(received)
