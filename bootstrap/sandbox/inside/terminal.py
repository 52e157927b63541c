"""A terminal of the sandbox's own: a pseudo-terminal in a devpts(5) that nobody else sees.

Its other end goes to the caller, who reads it like the log. Bytes pass as they are (cfmakeraw(3)), and
whoever reads from it finds its end at once, as with /dev/null: nobody types.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import termios

from bootstrap.sandbox import syscalls as sys

MESSAGE = b"terminal"
"""What the caller gets with the descriptor."""

# Terminals are a number for the whole machine (pty(7), kernel.pty.max), so a build gets few.
_OPTIONS = "newinstance,mode=0620,ptmxmode=0666,max=16"
_ROWS, _COLUMNS = 24, 80

_TIOCSPTLCK = 0x40045431  # include/uapi/asm-generic/ioctls.h


def make(status: int) -> int:
    """The terminal, to be made while the root is the sandbox's own and can be written to.

    OSError if this kernel or host does not allow it.
    """
    os.mkdir("/dev/pts", 0o755)
    try:
        sys.mount("devpts", "/dev/pts", "devpts", sys.MS_NOSUID | sys.MS_NOEXEC, _OPTIONS)
    except OSError:
        os.rmdir("/dev/pts")
        raise
    os.symlink("pts/ptmx", "/dev/ptmx")
    flags = os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC
    outside = os.open("/dev/pts/ptmx", flags)
    try:
        fcntl.ioctl(outside, _TIOCSPTLCK, struct.pack("=i", 0))
        inside = os.open("/dev/pts/0", flags)
        _set_raw(inside)
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("=4H", _ROWS, _COLUMNS, 0, 0))
        with socket.socket(fileno=os.dup(status)) as caller:
            socket.send_fds(caller, [MESSAGE], [outside])
    finally:
        os.close(outside)
    return inside


def _set_raw(terminal: int) -> None:
    settings = termios.tcgetattr(terminal)
    settings[0] = 0  # input: nothing translated
    settings[1] = 0  # output: no carriage returns
    settings[2] = (settings[2] & ~(termios.CSIZE | termios.PARENB)) | termios.CS8
    settings[3] = 0  # neither lines nor signals nor echo
    settings[6][termios.VMIN] = settings[6][termios.VTIME] = 0
    termios.tcsetattr(terminal, termios.TCSANOW, settings)
