"""The filter of system calls beneath a root that is the host's own.

Builds that were made for the host copy extended attributes and access lists, which no rights are needed
for, and run 32-bit programs; both are allowed. A call of the 32-bit entry has another number and, for
the filter, no other arguments: so each that `seccomp` refuses is refused here too, by its number there,
with those that only the 32-bit entry has. All else stays: mounts, namespaces, keyrings, the kernel's and
the machine's calls, setuid and setgid bits, and devices are nobody's business in a build of the host either.
"""

from __future__ import annotations

from bootstrap.sandbox.seccomp import (
    ARGUED,
    AUDIT_ARCH_X86_64,
    BPF_JMP_JA,
    BPF_JMP_JEQ_K,
    BPF_LD_W_ABS,
    BPF_RET_K,
    ENOSYS,
    EOPNOTSUPP,
    EPERM,
    REFUSED,
    SECCOMP_RET_KILL_PROCESS,
    Block,
    Instruction,
    judge,
    pack,
)

AUDIT_ARCH_I386 = 0x40000003  # include/uapi/linux/audit.h

_ARCH = 4  # offset into struct seccomp_data

HOST_REFUSED = {errno: calls for errno, calls in REFUSED.items() if errno != EOPNOTSUPP}

# Numbers: arch/x86/entry/syscalls/syscall_32.tbl. From 424 on, they are the same everywhere.
I386_REFUSED = {
    EPERM: {
        **{name: number for name, number in REFUSED[EPERM].items() if number >= 424},
        # mounts and roots
        "chroot": 61,
        "mount": 21,
        "open_by_handle_at": 342,
        "pivot_root": 217,
        "quotactl": 131,
        "swapoff": 115,
        "swapon": 87,
        "umount": 22,
        "umount2": 52,
        # namespaces
        "setns": 346,
        # keyrings
        "add_key": 286,
        "keyctl": 288,
        "request_key": 287,
        # the kernel and the machine
        "acct": 51,
        "adjtimex": 124,
        "bpf": 357,
        "clock_adjtime": 343,
        "clock_adjtime64": 405,
        "clock_settime": 264,
        "clock_settime64": 404,
        "delete_module": 129,
        "fanotify_init": 338,
        "finit_module": 350,
        "init_module": 128,
        "ioperm": 101,
        "iopl": 110,
        "kexec_load": 283,
        "perf_event_open": 336,
        "reboot": 88,
        "setdomainname": 121,
        "sethostname": 74,
        "settimeofday": 79,
        "stime": 25,
        "syslog": 103,
        "userfaultfd": 374,
        "vhangup": 111,
        "vm86": 166,
        "vm86old": 113,
    },
    ENOSYS: {
        **{name: number for name, number in REFUSED[ENOSYS].items() if number >= 424},
        "modify_ldt": 123,
    },
}

I386_ARGUED = {
    "chmod": 15,
    "clone": 120,
    "creat": 8,
    "fchmod": 94,
    "fchmodat": 306,
    "fchmodat2": 452,
    "ioctl": 54,
    "mknod": 14,
    "mknodat": 297,
    "open": 5,
    "openat": 295,
    "socket": 359,
    "socketcall": 102,
    "socketpair": 360,
    "unshare": 310,
}


def instructions() -> Block:
    """The whole filter."""
    narrow, wide = judge(I386_REFUSED, I386_ARGUED), judge(HOST_REFUSED, ARGUED)
    return [
        Instruction(BPF_LD_W_ABS, 0, 0, _ARCH),
        # Conditional jumps reach 255 instructions only, the unconditional one any number.
        Instruction(BPF_JMP_JEQ_K, 0, 1, AUDIT_ARCH_I386),
        Instruction(BPF_JMP_JA, 0, 0, len(wide) + 2),
        Instruction(BPF_JMP_JEQ_K, 1, 0, AUDIT_ARCH_X86_64),
        Instruction(BPF_RET_K, 0, 0, SECCOMP_RET_KILL_PROCESS),
        *wide,
        *narrow,
    ]


def assemble() -> bytes:
    """The whole filter as an array of struct sock_filter."""
    return pack(instructions())
