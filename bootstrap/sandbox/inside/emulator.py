"""Every x86-64 program of a sandbox run by an emulator, without root and without anything on the host.

binfmt_misc can be mounted in a user namespace of one's own, and then counts for that namespace (Linux 6.7;
Documentation/admin-guide/binfmt-misc.rst). The emulator is a program of the kind that it stands for. So
that the kernel does not ask for an emulator of the emulator, a byte is set in a copy of it that is padding
(System V ABI, "ELF Identification"), and which the kernel's ELF loader does not look at.
"""

from __future__ import annotations

import os
import struct

from bootstrap.sandbox import syscalls as sys
from bootstrap.sandbox.mounts import HOST

_PLACE = "/.binfmt"
_PADDING = 15  # e_ident, of EI_NIDENT = 16 bytes
_MARK = b"\x51"
_IDENT = b"\x7fELF\x02\x01\x01"  # ELFCLASS64, ELFDATA2LSB, EV_CURRENT
_DYNAMIC, _X86_64 = 3, 62  # ET_DYN, which but for one bit is ET_EXEC; EM_X86_64
_ADDRESS = 0x400000
_CODE = bytes.fromhex(
    "b801000000"  # mov eax, 1
    "0fa2"  # cpuid
    "50"  # push rax
    "b801000000bf010000004889e6ba040000000f05"  # write(1, rsp, 4)
    "b83c00000031ff0f05"  # exit(0)
)


def use(path: str) -> int:
    """Runs every x86-64 program that is started from now on by the static program at a path of the host.

    With all rights, while the host's files can be seen and the root can be written to. Gives the descriptor
    that holds it in place. OSError.
    """
    with open(HOST + path, "rb") as file:
        program = bytearray(file.read())
    program[_PADDING : _PADDING + 1] = _MARK
    copy = _in_memory(bytes(program))
    os.mkdir(_PLACE)
    try:
        sys.mount("binfmt_misc", _PLACE, "binfmt_misc", sys.MS_NOSUID | sys.MS_NODEV | sys.MS_NOEXEC)
        held = os.open(_PLACE, os.O_PATH | os.O_CLOEXEC)
        try:
            with open(f"{_PLACE}/register", "wb", buffering=0) as register:
                register.write(_rule(f"/proc/self/fd/{copy}"))
        finally:
            # What is mounted stays, without a name, as long as the descriptor is open.
            sys.umount2(_PLACE, sys.MNT_DETACH)
    finally:
        os.rmdir(_PLACE)
        os.close(copy)
    return held


def signature(environment: dict[str, str]) -> int:
    """What a program sees that executes CPUID with EAX = 1: EAX, family, model and stepping of the processor
    (Intel SDM, volume 2A, "CPUID"). OSError."""
    program = _in_memory(_program())
    reader, writer = os.pipe()
    try:
        os.set_inheritable(program, True)  # an emulator opens it by this name
        actions = [(os.POSIX_SPAWN_DUP2, writer, 1)]
        pid = os.posix_spawn(f"/proc/self/fd/{program}", ["cpuid"], environment, file_actions=actions)
        os.close(writer)
        writer = -1
        os.waitpid(pid, 0)
        answer = os.read(reader, 4)
    finally:
        for descriptor in (program, reader, writer):
            if descriptor >= 0:
                os.close(descriptor)
    return int.from_bytes(answer, "little")


def _rule(interpreter: str) -> bytes:
    """A line for `register`: F opens the interpreter now, P gives it the program's own name, too."""
    magic = _IDENT.ljust(16, b"\0") + struct.pack("<HH", _DYNAMIC, _X86_64)
    mask = b"\xff" * len(_IDENT) + bytes(_PADDING - len(_IDENT)) + b"\xff" + b"\xfe\xff\xff\xff"
    magic = bytes(byte & bits for byte, bits in zip(magic, mask, strict=True))
    return f":emulator:M:0:{_escaped(magic)}:{_escaped(mask)}:{interpreter}:FP".encode()


def _escaped(data: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in data)


def _program() -> bytes:
    """The smallest static program that prints the signature."""
    start = 64 + 56
    size = start + len(_CODE)
    header = _IDENT.ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 2, _X86_64, 1, _ADDRESS + start, 64, 0, 0, 64, 56, 1, 0, 0, 0
    )
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, _ADDRESS, _ADDRESS, size, size, 4096)  # PT_LOAD, PF_R | PF_X
    return header + segment + _CODE


def _in_memory(program: bytes) -> int:
    """A descriptor, open for reading only, since what is open for writing cannot be executed."""
    writable = os.memfd_create("program")
    try:
        with open(writable, "wb", buffering=0, closefd=False) as file:
            content = memoryview(program)
            while content:
                content = content[file.write(content) :]
        return os.open(f"/proc/self/fd/{writable}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(writable)
