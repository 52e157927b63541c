"""One thin function per system call; each names its call, and the path if there is one, when it fails.

Constants have the kernel's own names and cite their header.
"""

from __future__ import annotations

import ctypes
import os
import struct

SYS_rt_sigaction = 13  # arch/x86/entry/syscalls/syscall_64.tbl
SYS_clone = 56
SYS_uname = 63
SYS_sysinfo = 99
SYS_statfs = 137
SYS_pivot_root = 155
SYS_time = 201
SYS_clock_gettime = 228
SYS_setns = 308
SYS_getrandom = 318
SYS_mount_setattr = 442

AT_FDCWD = -100  # include/uapi/linux/fcntl.h
AT_RECURSIVE = 0x8000

SFD_CLOEXEC, SFD_NONBLOCK = 0o2000000, 0o4000  # include/uapi/linux/signalfd.h

SIGCHLD = 17  # include/uapi/asm-generic/signal.h

CLONE_NEWTIME = 0x00000080  # include/uapi/linux/sched.h
CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1  # include/uapi/linux/mount.h
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_NOATIME = 1024
MS_NODIRATIME = 2048
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MS_SLAVE = 1 << 19
MS_RELATIME = 1 << 21

MNT_DETACH = 2  # include/linux/fs.h

MOUNT_ATTR_RDONLY = 0x1  # include/uapi/linux/mount.h
MOUNT_ATTR_NOSUID = 0x2
MOUNT_ATTR_NODEV = 0x4
MOUNT_ATTR_NOEXEC = 0x8

PR_SET_PDEATHSIG = 1  # include/uapi/linux/prctl.h
PR_SET_DUMPABLE = 4
PR_SET_NAME = 15
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

SECCOMP_MODE_FILTER = 2  # include/uapi/linux/seccomp.h

ADDR_NO_RANDOMIZE = 0x0040000  # include/uapi/linux/personality.h

_LINUX_CAPABILITY_VERSION_3 = 0x20080522  # include/uapi/linux/capability.h

LC_ALL = 6  # locale.h of glibc and of musl

AF_INET = 2  # include/linux/socket.h
SOCK_DGRAM = 2  # include/linux/net.h
SOCK_CLOEXEC = 0o2000000
SIOCSIFFLAGS = 0x8914  # include/uapi/linux/sockios.h
IFF_UP = 0x1  # include/uapi/linux/if.h

# PyDLL: these calls are short and their caller has one thread, so the interpreter's lock stays held;
# after a clone(2) behind the interpreter's back there must be no lock to be taken again.
_int, _long, _unsigned_long, _size_t = ctypes.c_int, ctypes.c_long, ctypes.c_ulong, ctypes.c_size_t
_text = ctypes.c_char_p


def _function(name: str, *arguments: type) -> ctypes._NamedFuncPointer:
    function: ctypes._NamedFuncPointer = getattr(ctypes.PyDLL(None, use_errno=True), name)
    function.argtypes = arguments
    function.restype = _long if name == "syscall" else _int
    return function


_clone = _function("syscall", _long, _unsigned_long, _long, _long, _long, _long)
_pivot_root = _function("syscall", _long, _text, _text)
_mount_setattr = _function("syscall", _long, _int, _text, ctypes.c_uint, ctypes.c_void_p, _size_t)
_raw = _function("syscall", _long, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_unshare = _function("unshare", _int)
_mount = _function("mount", _text, _text, _text, _unsigned_long, _text)
_umount2 = _function("umount2", _text, _int)
_prctl = _function("prctl", _int, _unsigned_long, _unsigned_long, _unsigned_long, _unsigned_long)
_capset = _function("capset", ctypes.c_void_p, ctypes.c_void_p)
_personality = _function("personality", _unsigned_long)
_setlocale = _function("setlocale", _int, _text)
_setlocale.restype = _text
_sethostname = _function("sethostname", _text, _size_t)
_setdomainname = _function("setdomainname", _text, _size_t)
_socket = _function("socket", _int, _int, _int)
_rt_sigaction = _function("syscall", _long, _long, ctypes.c_void_p, ctypes.c_void_p, _long)
_signalfd = _function("signalfd", _int, ctypes.c_void_p, _int)
_ioctl = _function("ioctl", _int, _unsigned_long, ctypes.c_void_p)


class CallFailed(OSError):
    """A system call failed: ``errno``, and ``filename`` with the call and what it was about."""

    def __init__(self, errno: int, call: str, about: str = "") -> None:
        super().__init__(errno, os.strerror(errno), f"{call}({about})")
        self.call = call
        self.about = about

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}"


def _check(result: int, call: str, about: str = "") -> int:
    if result == -1:
        raise CallFailed(ctypes.get_errno(), call, about)
    return result


def _pointer(text: str | None) -> bytes | None:
    return None if text is None else os.fsencode(text)


def clone(flags: int) -> int:
    """clone(2) without a stack of its own, as fork(2) does: 0 in the child, its pid in the caller.

    Only for processes of one thread: nothing that fork(2) has the C library do is done.
    """
    return _check(_clone(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0), "clone", f"{flags:#x}")


def unshare(flags: int) -> None:
    """unshare(2)"""
    _check(_unshare(flags), "unshare", f"{flags:#x}")


def setns(descriptor: int, nstype: int) -> None:
    """setns(2)"""
    _check(_raw(SYS_setns, descriptor, nstype, 0), "setns", f"{nstype:#x}")


def uname() -> list[str]:
    """uname(2): system, host, release, version, machine, domain."""
    utsname = ctypes.create_string_buffer(6 * 65)  # struct new_utsname, include/uapi/linux/utsname.h
    _check(_raw(SYS_uname, ctypes.addressof(utsname), 0, 0), "uname")
    return [os.fsdecode(utsname.raw[at : at + 65].split(b"\0")[0]) for at in range(0, 6 * 65, 65)]


def sysinfo() -> tuple[int, int]:
    """sysinfo(2): seconds since the start, bytes of memory in all."""
    info = ctypes.create_string_buffer(112)  # struct sysinfo, include/uapi/linux/sysinfo.h
    _check(_raw(SYS_sysinfo, ctypes.addressof(info), 0, 0), "sysinfo")
    uptime, total = struct.unpack_from("=q24xQ", info)
    (unit,) = struct.unpack_from("=I", info, 104)
    return uptime, total * unit


def statfs(path: str) -> int:
    """statfs(2): f_type."""
    buffer = ctypes.create_string_buffer(120)  # struct statfs, include/uapi/asm-generic/statfs.h
    _check(_raw(SYS_statfs, os.fsencode(path), ctypes.addressof(buffer), 0), "statfs", path)
    return int(struct.unpack_from("=q", buffer)[0])


def time() -> int:
    """time(2), not by the vDSO"""
    return _check(_raw(SYS_time, 0, 0, 0), "time")


def clock_gettime(clock: int) -> float:
    """clock_gettime(2), not by the vDSO: seconds."""
    timespec = ctypes.create_string_buffer(16)
    _check(_raw(SYS_clock_gettime, clock, ctypes.addressof(timespec), 0), "clock_gettime")
    seconds, nanoseconds = struct.unpack("=qq", timespec)
    return float(seconds + nanoseconds / 1e9)


def getrandom(size: int) -> bytes:
    """getrandom(2), not by the vDSO"""
    buffer = ctypes.create_string_buffer(size)
    _check(_raw(SYS_getrandom, ctypes.addressof(buffer), size, 0), "getrandom")
    return buffer.raw


def setlocale(category: int, name: str) -> str | None:
    """setlocale(3) of the C library: the name of the locale; None if it has none such."""
    found: bytes | None = _setlocale(category, name.encode())
    return None if found is None else os.fsdecode(found)


def mount(source: str, target: str, fstype: str | None, flags: int, options: str | None = None) -> None:
    """mount(2)"""
    if _mount(_pointer(source), _pointer(target), _pointer(fstype), flags, _pointer(options)):
        raise CallFailed(ctypes.get_errno(), "mount", f"{source} on {target}")


def umount2(target: str, flags: int) -> None:
    """umount2(2)"""
    _check(_umount2(_pointer(target), flags), "umount2", target)


def pivot_root(new_root: str, put_old: str) -> None:
    """pivot_root(2)"""
    _check(_pivot_root(SYS_pivot_root, _pointer(new_root), _pointer(put_old)), "pivot_root", new_root)


class _MountAttr(ctypes.Structure):
    _fields_ = (  # struct mount_attr, include/uapi/linux/mount.h
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


def mount_setattr(path: str, attributes: int) -> None:
    """mount_setattr(2), Linux 5.12: add attributes to the mount at `path` and to all beneath it."""
    attr = _MountAttr(attributes, 0, 0, 0)
    size = ctypes.sizeof(attr)
    result = _mount_setattr(
        SYS_mount_setattr, AT_FDCWD, _pointer(path), AT_RECURSIVE, ctypes.byref(attr), size
    )
    _check(result, "mount_setattr", path)


def prctl(option: int, first: int, second: int = 0, *, name: str) -> None:
    """prctl(2); `name` is the option as the header has it."""
    _check(_prctl(option, first, second, 0, 0), "prctl", name)


class _SockFprog(ctypes.Structure):
    _fields_ = (  # struct sock_fprog, include/uapi/linux/filter.h
        ("len", ctypes.c_ushort),
        ("filter", ctypes.c_char_p),
    )


def set_seccomp(program: bytes) -> None:
    """Install a filter (`struct sock_filter`s one after another) for this process and its children."""
    fprog = _SockFprog(len(program) // 8, program)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(fprog), name="PR_SET_SECCOMP")


def drop_capabilities() -> None:
    """Empty the bounding, ambient, inheritable, permitted and effective sets, in that order."""
    capability = 0
    while _prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1
    if ctypes.get_errno() != 22:  # EINVAL: no such capability, so all are dropped
        raise CallFailed(ctypes.get_errno(), "prctl", f"PR_CAPBSET_DROP, {capability}")
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, name="PR_CAP_AMBIENT")
    # struct __user_cap_header_struct and two of __user_cap_data_struct, include/uapi/linux/capability.h
    header = struct.pack("=Ii", _LINUX_CAPABILITY_VERSION_3, 0)
    _check(_capset(header, bytes(24)), "capset")


def personality(persona: int) -> None:
    """personality(2)"""
    _check(_personality(persona), "personality", f"{persona:#x}")


def persona() -> int:
    """personality(2) of this process."""
    return _check(_personality(0xFFFFFFFF), "personality")


def sethostname(name: str) -> None:
    """sethostname(2)"""
    raw = name.encode()
    _check(_sethostname(raw, len(raw)), "sethostname", name)


def setdomainname(name: str) -> None:
    """setdomainname(2)"""
    raw = name.encode()
    _check(_setdomainname(raw, len(raw)), "setdomainname", name)


def raise_loopback() -> None:
    """Set the interface lo of this network namespace up: ioctl(2) SIOCSIFFLAGS, netdevice(7)."""
    control = _check(_socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", "AF_INET")
    request = struct.pack("16sh22x", b"lo", IFF_UP)  # struct ifreq, include/uapi/linux/if.h
    try:
        _check(_ioctl(control, SIOCSIFFLAGS, request), "ioctl", "SIOCSIFFLAGS, lo")
    finally:
        os.close(control)


def ignore_signal(number: int) -> None:
    """rt_sigaction(2) with SIG_IGN; for those that the C library keeps for itself, too."""
    # struct kernel_sigaction, arch/x86/include/asm/signal.h: handler, flags, restorer, mask
    action = struct.pack("=4Q", 1, 0, 0, 0)
    _check(_rt_sigaction(SYS_rt_sigaction, number, action, None, 8), "rt_sigaction", str(number))


def signalfd(signals: set[int]) -> int:
    """signalfd(2): a descriptor that can be read when one of these signals, which are blocked, has come."""
    mask = sum(1 << number - 1 for number in signals)
    return _check(_signalfd(-1, struct.pack("=Q120x", mask), SFD_CLOEXEC | SFD_NONBLOCK), "signalfd")


def fill_memory(address: int, size: int, text: bytes) -> None:
    """Overwrite this process's own memory with `text` and zeros."""
    ctypes.memset(address, 0, size)
    ctypes.memmove(address, text, min(len(text), size - 1))
