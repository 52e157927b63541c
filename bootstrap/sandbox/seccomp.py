"""The filter of system calls that every build runs under, as bytes for seccomp(2).

What is refused, and how, is the table below; everything else is allowed up to `LAST`, the newest call
that was looked at when this was written. Later ones do not exist for a build (ENOSYS), so a newer
kernel opens nothing. A filter is a list of instructions of classic BPF: a search for the call's
number, then a few for the call that end in a verdict (Documentation/userspace-api/seccomp_filter.rst).

A sandbox whose root is the host's has another filter (`seccomp_host`), made of the same parts.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import NamedTuple

from bootstrap.sandbox import syscalls as sys

AUDIT_ARCH_X86_64 = 0xC000003E  # include/uapi/linux/audit.h
X32_SYSCALL_BIT = 0x40000000  # arch/x86/include/uapi/asm/unistd.h

SECCOMP_RET_KILL_PROCESS = 0x80000000  # include/uapi/linux/seccomp.h
SECCOMP_RET_ERRNO = 0x00050000
SECCOMP_RET_ALLOW = 0x7FFF0000

EPERM = 1  # include/uapi/asm-generic/errno-base.h, errno.h
ENOTTY = 25
ENOSYS = 38
EPROTONOSUPPORT = 93
EOPNOTSUPP = 95
EAFNOSUPPORT = 97

BPF_LD_W_ABS = 0x20  # include/uapi/linux/bpf_common.h, filter.h
BPF_JMP_JA = 0x05
BPF_JMP_JEQ_K = 0x15
BPF_JMP_JGE_K = 0x35
BPF_JMP_JSET_K = 0x45
BPF_ALU_AND_K = 0x54
BPF_RET_K = 0x06

_NR, _ARCH = 0, 4  # offsets into struct seccomp_data

S_ISUID_S_ISGID = 0o6000  # include/uapi/linux/stat.h
S_IFMT, S_IFCHR, S_IFBLK = 0o170000, 0o020000, 0o060000
O_CREAT, __O_TMPFILE = 0o100, 0o20000000  # include/uapi/asm-generic/fcntl.h

NAMESPACES = (
    sys.CLONE_NEWNS
    | sys.CLONE_NEWCGROUP
    | sys.CLONE_NEWUTS
    | sys.CLONE_NEWIPC
    | sys.CLONE_NEWUSER
    | sys.CLONE_NEWPID
    | sys.CLONE_NEWNET
)

AF_UNIX, AF_INET = 1, 2  # include/linux/socket.h
SOCK_STREAM, SOCK_DGRAM, SOCK_TYPE_MASK = 1, 2, 0xF  # include/linux/net.h
SYS_SOCKET, SYS_SOCKETPAIR = 1, 8  # include/uapi/linux/net.h
IPPROTO_TCP, IPPROTO_UDP = 6, 17  # include/uapi/linux/in.h

REFUSED_IOCTLS = {
    "FS_IOC_ADD_ENCRYPTION_KEY": 0xC0506617,  # include/uapi/linux/fscrypt.h
    "FS_IOC_ENABLE_VERITY": 0x40806685,  # include/uapi/linux/fsverity.h
    "FS_IOC_FSSETXATTR": 0x401C5820,  # include/uapi/linux/fs.h
    "FS_IOC_SETFLAGS": 0x40086602,
    "FS_IOC_SET_ENCRYPTION_POLICY": 0x800C6613,
    "TIOCLINUX": 0x541C,  # include/uapi/asm-generic/ioctls.h
    "TIOCSETD": 0x5423,
    "TIOCSTI": 0x5412,
}

# Numbers: arch/x86/entry/syscalls/syscall_64.tbl
LAST = 467  # open_tree_attr

REFUSED = {
    EPERM: {
        # mounts and roots
        "chroot": 161,
        "fsconfig": 431,
        "fsmount": 432,
        "fsopen": 430,
        "fspick": 433,
        "mount": 165,
        "mount_setattr": 442,
        "move_mount": 429,
        "open_by_handle_at": 304,
        "open_tree": 428,
        "open_tree_attr": 467,
        "pivot_root": 155,
        "quotactl": 179,
        "quotactl_fd": 443,
        "swapoff": 168,
        "swapon": 167,
        "umount2": 166,
        # namespaces
        "setns": 308,
        # keyrings
        "add_key": 248,
        "keyctl": 250,
        "request_key": 249,
        # the kernel and the machine
        "acct": 163,
        "adjtimex": 159,
        "bpf": 321,
        "clock_adjtime": 305,
        "clock_settime": 227,
        "delete_module": 176,
        "fanotify_init": 300,
        "finit_module": 313,
        "init_module": 175,
        "ioperm": 173,
        "iopl": 172,
        "kexec_file_load": 320,
        "kexec_load": 246,
        "perf_event_open": 298,
        "reboot": 169,
        "setdomainname": 171,
        "sethostname": 170,
        "settimeofday": 164,
        "syslog": 103,
        "userfaultfd": 323,
        "vhangup": 153,
    },
    # As on a file system that has none, which every program is prepared for.
    EOPNOTSUPP: {
        "fgetxattr": 193,
        "flistxattr": 196,
        "fremovexattr": 199,
        "fsetxattr": 190,
        "getxattr": 191,
        "getxattrat": 464,
        "lgetxattr": 192,
        "listxattr": 194,
        "listxattrat": 465,
        "llistxattr": 195,
        "lremovexattr": 198,
        "lsetxattr": 189,
        "removexattr": 197,
        "removexattrat": 466,
        "setxattr": 188,
        "setxattrat": 463,
    },
    # As on an older kernel: the program does the same with calls whose arguments can be looked at.
    ENOSYS: {
        "clone3": 435,
        "io_uring_enter": 426,
        "io_uring_register": 427,
        "io_uring_setup": 425,
        "listmount": 458,
        "modify_ldt": 154,
        "openat2": 437,
        "statmount": 457,
    },
}

# Calls that are refused for some arguments only.
ARGUED = {
    "chmod": 90,
    "clone": 56,
    "creat": 85,
    "fchmod": 91,
    "fchmodat": 268,
    "fchmodat2": 452,
    "ioctl": 16,
    "mknod": 133,
    "mknodat": 259,
    "open": 2,
    "openat": 257,
    "socket": 41,
    "socketpair": 53,
    "unshare": 272,
}


class Instruction(NamedTuple):
    """struct sock_filter: code, jumps if true and if false (instructions to skip), constant."""

    code: int
    jt: int
    jf: int
    k: int


Block = list[Instruction]


def _load(offset: int) -> Instruction:
    return Instruction(BPF_LD_W_ABS, 0, 0, offset)


def _argument(index: int) -> Instruction:
    # The low half: every argument looked at here is an int, or has its flags there.
    return _load(16 + 8 * index)


def _return(verdict: int) -> Instruction:
    return Instruction(BPF_RET_K, 0, 0, verdict)


_ALLOW = _return(SECCOMP_RET_ALLOW)


def _error(errno: int) -> Instruction:
    return _return(SECCOMP_RET_ERRNO | errno)


def _refuse_bits(argument: int, bits: int, errno: int) -> Block:
    return [
        _argument(argument),
        Instruction(BPF_JMP_JSET_K, 0, 1, bits),
        _error(errno),
        _ALLOW,
    ]


def _refuse_values(argument: int, values: list[int], errno: int) -> Block:
    block = [_argument(argument)]
    for value in values:
        block += [Instruction(BPF_JMP_JEQ_K, 0, 1, value), _error(errno)]
    return [*block, _ALLOW]


def _open(flags: int, mode: int) -> Block:
    """Without O_CREAT or O_TMPFILE the mode is whatever the register held."""
    return [
        _argument(flags),
        Instruction(BPF_JMP_JSET_K, 1, 0, O_CREAT | __O_TMPFILE),
        _ALLOW,
        *_refuse_bits(mode, S_ISUID_S_ISGID, EPERM),
    ]


def _mknod(mode: int) -> Block:
    return [
        _argument(mode),
        Instruction(BPF_JMP_JSET_K, 0, 1, S_ISUID_S_ISGID),
        _error(EPERM),
        Instruction(BPF_ALU_AND_K, 0, 0, S_IFMT),
        Instruction(BPF_JMP_JEQ_K, 1, 0, S_IFCHR),
        Instruction(BPF_JMP_JEQ_K, 0, 1, S_IFBLK),
        _error(EPERM),
        _ALLOW,
    ]


def _socket() -> Block:
    """AF_UNIX; AF_INET for TCP and UDP. Other families and protocols would load kernel modules."""
    return [
        _argument(0),
        Instruction(BPF_JMP_JEQ_K, 0, 1, AF_UNIX),
        _ALLOW,
        Instruction(BPF_JMP_JEQ_K, 1, 0, AF_INET),
        _error(EAFNOSUPPORT),
        _argument(1),
        Instruction(BPF_ALU_AND_K, 0, 0, SOCK_TYPE_MASK),
        Instruction(BPF_JMP_JEQ_K, 2, 0, SOCK_STREAM),
        Instruction(BPF_JMP_JEQ_K, 1, 0, SOCK_DGRAM),
        _error(EPROTONOSUPPORT),
        _argument(2),
        Instruction(BPF_JMP_JEQ_K, 3, 0, 0),
        Instruction(BPF_JMP_JEQ_K, 2, 0, IPPROTO_TCP),
        Instruction(BPF_JMP_JEQ_K, 1, 0, IPPROTO_UDP),
        _error(EPROTONOSUPPORT),
        _ALLOW,
    ]


def _argued() -> dict[str, Block]:
    return {
        "chmod": _refuse_bits(1, S_ISUID_S_ISGID, EPERM),
        "clone": _refuse_bits(0, NAMESPACES, EPERM),
        "creat": _refuse_bits(1, S_ISUID_S_ISGID, EPERM),
        "fchmod": _refuse_bits(1, S_ISUID_S_ISGID, EPERM),
        "fchmodat": _refuse_bits(2, S_ISUID_S_ISGID, EPERM),
        "fchmodat2": _refuse_bits(2, S_ISUID_S_ISGID, EPERM),
        "ioctl": _refuse_values(1, sorted(REFUSED_IOCTLS.values()), ENOTTY),
        "mknod": _mknod(1),
        "mknodat": _mknod(2),
        "open": _open(1, 2),
        "openat": _open(2, 3),
        "socket": _socket(),
        "socketcall": _refuse_values(0, [SYS_SOCKET, SYS_SOCKETPAIR], ENOSYS),
        "socketpair": _socket(),
        "unshare": _refuse_bits(0, NAMESPACES | sys.CLONE_NEWTIME, EPERM),
    }


def instructions() -> Block:
    """The whole filter."""
    return [
        _load(_ARCH),
        Instruction(BPF_JMP_JEQ_K, 1, 0, AUDIT_ARCH_X86_64),
        # The 32-bit entry has other numbers for the same calls: nothing here would apply.
        _return(SECCOMP_RET_KILL_PROCESS),
        *judge(REFUSED, ARGUED),
    ]


def judge(refused: Mapping[int, Mapping[str, int]], argued: Mapping[str, int]) -> Block:
    """The verdict on a call of an architecture, whose numbers these are; `argued` are those of `ARGUED`."""
    judged = _argued()
    blocks = {number: judged[name] for name, number in argued.items()}
    for errno, calls in refused.items():
        blocks.update((number, [_error(errno)]) for number in calls.values())
    return [_load(_NR), *_search(_ranges(blocks))]


def _ranges(blocks: Mapping[int, Block]) -> list[tuple[int, Block]]:
    """(first number, what is done with it and with those up to the next), ascending, from 0 on."""
    ranges: list[tuple[int, Block]] = []
    for number in range(LAST + 1):
        block = blocks.get(number, [_ALLOW])
        if not ranges or ranges[-1][1] != block:
            ranges.append((number, block))
    # x32 calls (X32_SYSCALL_BIT), and those that a later kernel may have.
    ranges.append((LAST + 1, [_error(ENOSYS)]))
    return ranges


def _search(ranges: list[tuple[int, Block]]) -> Block:
    """Binary search for the range of the loaded number.

    The kernel runs a new filter once for every system call there is (seccomp_cache_prepare), so a
    list of comparisons would cost every sandbox its length times that.
    """
    if len(ranges) == 1:
        return ranges[0][1]
    half = len(ranges) // 2
    low, high = _search(ranges[:half]), _search(ranges[half:])
    # Conditional jumps reach 255 instructions only, the unconditional one any number.
    return [
        Instruction(BPF_JMP_JGE_K, 0, 1, ranges[half][0]),
        Instruction(BPF_JMP_JA, 0, 0, len(low)),
        *low,
        *high,
    ]


def assemble() -> bytes:
    """The whole filter as an array of struct sock_filter."""
    return pack(instructions())


def pack(program: Block) -> bytes:
    """Instructions as an array of struct sock_filter."""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
