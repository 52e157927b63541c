"""The memory of another process, with its own rights: process_vm_readv(2), process_vm_writev(2)."""

from __future__ import annotations

import ctypes
import os

_PAGE = 4096
PATH_MAX = 4096  # include/uapi/linux/limits.h

_EFAULT = 14

_BUFFER = ctypes.create_string_buffer(1 << 20)
_ADDRESS = ctypes.addressof(_BUFFER)
LARGEST = 1 << 20
"""Bytes that one call reads or writes at most."""

_iovec = ctypes.c_ulong * 2  # struct iovec, include/uapi/linux/uio.h: address, bytes
_here, _there = _iovec(_ADDRESS, 0), _iovec(0, 0)


def _function(name: str) -> ctypes._NamedFuncPointer:
    function: ctypes._NamedFuncPointer = getattr(ctypes.PyDLL(None, use_errno=True), name)
    unsigned_long = ctypes.c_ulong
    function.argtypes = (
        ctypes.c_int,
        ctypes.c_void_p,
        unsigned_long,
        ctypes.c_void_p,
        unsigned_long,
        unsigned_long,
    )
    function.restype = ctypes.c_ssize_t
    return function


_readv, _writev = _function("process_vm_readv"), _function("process_vm_writev")


class Fault(Exception):
    """What was to be given to a process does not go where it wants it."""


def read(pid: int, address: int, size: int) -> bytes:
    """`size` bytes; OSError if they are not all there, or the process lets nobody look."""
    content = read_some(pid, address, size)
    if len(content) != size:
        raise OSError(_EFAULT, os.strerror(_EFAULT))
    return content


def read_some(pid: int, address: int, size: int) -> bytes:
    """As many bytes as are there, at most `size`."""
    _here[1] = _there[1] = min(size, LARGEST)
    _there[0] = address
    count: int = _readv(pid, _here, 1, _there, 1, 0)
    if count < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return ctypes.string_at(_ADDRESS, count)


def write(pid: int, address: int, content: bytes) -> None:
    """`Fault` if the process itself could not write all of it, OSError if it lets nobody do so."""
    size = len(content)
    ctypes.memmove(_ADDRESS, content, size)
    _here[1] = _there[1] = size
    _there[0] = address
    count: int = _writev(pid, _here, 1, _there, 1, 0)
    if count < 0 and ctypes.get_errno() != _EFAULT:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    if count != size:
        raise Fault


def is_open(pid: int) -> bool:
    """Whether the memory of a process that was just forked from this one can be read."""
    try:
        return len(read_some(pid, _ADDRESS, 1)) == 1
    except OSError:
        return False


def path(pid: int, address: int) -> bytes:
    """A path as system calls take it; OSError (ENAMETOOLONG) for none that ends."""
    found = b""
    while len(found) < PATH_MAX:
        # Not beyond the page: the next one need not be there.
        piece = read(pid, address + len(found), _PAGE - (address + len(found)) % _PAGE)
        text, end, _ = piece.partition(b"\0")
        found += text
        if end:
            return found
    raise OSError(36, "File name too long")
