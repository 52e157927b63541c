"""A small host around one sandbox: what an escape would reach, and whether it did."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from bootstrap.sandbox import Launcher, contract
from bootstrap.sandbox.inside import cgroups

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.shmat.restype = ctypes.c_void_p
_LIBC.shmat.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_LIBC.shmdt.argtypes = (ctypes.c_void_p,)

_IPC_CREAT, _IPC_EXCL, _IPC_RMID, _IPC_STAT = 0o1000, 0o2000, 0, 2  # include/uapi/linux/ipc.h
_GETVAL = 12  # include/uapi/linux/sem.h
_SECRET = b"a secret of the host's"


class Host:
    """Processes, files, sockets and IPC of a host, for as long as the context lasts.

    `facts` tells a build all there is to know of them, as an escape may have found it out.
    """

    def __init__(self, base: Path, program: str, launcher: Launcher) -> None:
        self.base = base
        self.token = f"escape-{os.getpid()}-{os.urandom(6).hex()}"
        self.input, self.out, self.dev, self.build = (base / n for n in ("input", "out", "dev", "build"))
        self.facts: dict[str, str] = {}
        self._program = program
        self._launcher = launcher
        self._undo = ExitStack()
        self._before: dict[str, Any] = {}

    def __enter__(self) -> Host:
        with ExitStack() as undo:
            if os.geteuid() == 0:
                self._mend_devices(undo)
            self._make_files()
            self._make_process(undo)
            self._make_sockets(undo)
            self._make_ipc(undo)
            self._before = self._state()
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()

    def changes(self) -> Iterator[str]:
        """What is not as it was, and what is left."""
        after = self._state()
        for name, was in self._before.items():
            now = after[name]
            if isinstance(was, list) and now != was:
                was, now = [x for x in was if x not in now], [x for x in now if x not in was]
            if now != was:
                yield f"{name}: {was!r} became {now!r}"

    def _make_files(self) -> None:
        for directory in (self.input, self.out, self.dev, self.build, self.base / "other"):
            directory.mkdir(mode=0o755)
        (self.input / "directory").mkdir(mode=0o755)
        (self.input / "file").write_bytes(b"an input")
        os.link(self.input / "file", self.base / "other/name")
        (self.base / "secret").write_bytes(_SECRET)
        for path in (self.input / "file", self.input / "directory", self.input, self.base / "secret"):
            # A time of access that reading it would move (relatime).
            os.utime(path, (1, 5))
        self.facts |= {
            "HOST_FILE": str(self.base / "secret"),
            "HOST_DIRECTORY": str(self.base),
            "HOST_OTHER": str(self.base / "other"),
            "TOKEN": self.token,
        }

    def _mend_devices(self, undo: ExitStack) -> None:
        """Root's escape would take the machine's own /dev/null; whatever became of it is put right."""

        def mend(path: str, was: os.stat_result) -> None:
            if not os.path.exists(path):
                os.mknod(path, was.st_mode, was.st_rdev)
            os.chmod(path, was.st_mode & 0o7777)
            os.chown(path, was.st_uid, was.st_gid)

        for path in (f"/dev/{name}" for name in contract.DEVICES):
            undo.callback(mend, path, os.stat(path))

    def _make_process(self, undo: ExitStack) -> None:
        victim = subprocess.Popen(
            [self._program, "victim", "of-an-escape"], stdin=subprocess.DEVNULL, start_new_session=True
        )
        undo.callback(victim.wait)
        undo.callback(victim.kill)
        self._victim = victim.pid
        self.facts["HOST_PID"] = str(victim.pid)

    def _make_sockets(self, undo: ExitStack) -> None:
        self._listeners = [
            undo.enter_context(socket.create_server(("0.0.0.0", 0))),
            undo.enter_context(socket.socket(socket.AF_UNIX)),
            undo.enter_context(socket.socket(socket.AF_UNIX)),
        ]
        self._listeners[1].bind(str(self.base / "socket"))
        self._listeners[2].bind(f"\0{self.token}")
        datagrams = undo.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagrams.bind(("0.0.0.0", self._listeners[0].getsockname()[1]))
        self._datagrams = datagrams
        datagrams.setblocking(False)
        for listener in self._listeners:
            listener.listen()
            listener.setblocking(False)
        self.facts["HOST_PORT"] = str(self._listeners[0].getsockname()[1])
        self.facts["HOST_SOCKET"] = str(self.base / "socket")

    def _make_ipc(self, undo: ExitStack) -> None:
        key = int.from_bytes(os.urandom(3), "big") + 1
        flags = _IPC_CREAT | _IPC_EXCL | 0o666
        self._segment = _checked(_LIBC.shmget(key, 4096, flags))
        undo.callback(_LIBC.shmctl, self._segment, _IPC_RMID, None)
        self._queue = _checked(_LIBC.msgget(key, flags))
        undo.callback(_LIBC.msgctl, self._queue, _IPC_RMID, None)
        self._semaphore = _checked(_LIBC.semget(key, 1, flags))
        undo.callback(_LIBC.semctl, self._semaphore, 0, _IPC_RMID)
        name = f"/{self.token}".encode()
        # mq_maxmsg 1, mq_msgsize 16: all queues of a user together may take RLIMIT_MSGQUEUE bytes.
        small = struct.pack("8l", 0, 1, 16, 0, 0, 0, 0, 0)
        self._messages = _checked(_LIBC.mq_open(name, os.O_CREAT | os.O_RDWR, 0o666, small))
        undo.callback(_LIBC.mq_unlink, name)
        undo.callback(os.close, self._messages)
        self.facts |= {"HOST_KEY": str(key), "HOST_SEGMENT": str(self._segment)}

    def _state(self) -> dict[str, Any]:
        return {
            "the host's process": _process_state(self._victim),
            "the files beside the build": self._files(),
            "connections to the host": [_accepted(listener) for listener in self._listeners],
            "datagrams to the host": _received(self._datagrams),
            "System V IPC of the host": self._system_v(),
            "POSIX messages of the host": struct.unpack("8l", self._mq_attributes())[3],
            "processes left": self._processes_left(),
            "control groups left": self._groups_left(),
            "mounts in view": Path("/proc/self/mountinfo").read_text(),
            "names left on the host": [
                f"{place}/{name}"
                for place in ("/", "/tmp", "/var/tmp", "/dev", "/dev/shm")
                for name in os.listdir(place)
                if self.token in name
            ],
            "device nodes": [
                (s.st_mode, s.st_uid, s.st_rdev, s.st_mtime if name == "full" else 0)
                for name in contract.DEVICES
                for s in [os.stat(f"/dev/{name}")]
            ],
            "names of the host": (os.uname().nodename, _text("/proc/sys/kernel/domainname")),
            "where cores go": _text("/proc/sys/kernel/core_pattern"),
            "limits of the launcher": _text(f"/proc/{self._launcher_pid}/limits"),
            "the launcher": self._launcher_pid,
            "descriptors of the caller": len(os.listdir("/proc/self/fd")),
        }

    @property
    def _launcher_pid(self) -> int:
        process = self._launcher._process
        assert process is not None
        assert process.poll() is None, "the launcher died"
        return process.pid

    def _files(self) -> list[tuple[Any, ...]]:
        found = []
        ours = {self.out, self.dev, self.build, self.base / "home", self.base / "log"}
        for directory, names, files in os.walk(self.base):
            names[:] = [name for name in names if Path(directory, name) not in ours]
            for name in (*names, *files):
                path = Path(directory, name)
                if path in ours:
                    continue
                s = path.lstat()
                content = path.read_bytes() if path == self.base / "secret" else b""
                accessed = s.st_atime_ns if path.parent == self.input and name in files else 0
                found.append(
                    (
                        str(path),
                        s.st_mode,
                        s.st_size,
                        s.st_nlink,
                        accessed,
                        s.st_mtime_ns,
                        s.st_ctime_ns,
                        content,
                    )
                )
        return sorted(found)

    def _system_v(self) -> tuple[bytes, bytes, int]:
        address = _LIBC.shmat(self._segment, None, 0o10000)  # SHM_RDONLY
        content = b"gone"
        if address != ctypes.c_void_p(-1).value:
            content = ctypes.string_at(address, 16)
            _LIBC.shmdt(address)
        status = ctypes.create_string_buffer(256)
        _LIBC.msgctl(self._queue, _IPC_STAT, status)
        return content, status.raw, _LIBC.semctl(self._semaphore, 0, _GETVAL)

    def _mq_attributes(self) -> bytes:
        attributes = ctypes.create_string_buffer(64)
        _checked(_LIBC.mq_getattr(self._messages, attributes))
        return attributes.raw

    def _processes_left(self) -> list[str]:
        """Descendants of the launcher, and whatever else bears the token of this attempt."""
        parents: dict[int, int] = {}
        marked = set()
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    stat = Path(f"/proc/{entry}/stat").read_bytes()
                    line = Path(f"/proc/{entry}/cmdline").read_bytes()
                except OSError:
                    continue
                parents[int(entry)] = int(stat.rpartition(b")")[2].split()[1])
                if self.token.encode() in line:
                    marked.add(int(entry))
        left = {pid for pid in parents if self._launcher_pid in _line(pid, parents)} | marked
        return [_text(f"/proc/{pid}/cmdline") or str(pid) for pid in sorted(left)]

    def _groups_left(self) -> list[str]:
        own = f"bootstrap-{self._launcher_pid}-"
        return [
            f"{home.path}/{name}"
            for home in set(cgroups.find().values())
            for name in os.listdir(home.path)
            if name.startswith(own)
        ]


def _line(pid: int, parents: dict[int, int]) -> Iterator[int]:
    """Those that a process descends from, and not itself."""
    while (pid := parents.get(pid, 0)) > 1:
        yield pid


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _process_state(pid: int) -> tuple[str, str]:
    """Whether it sleeps, and who traces it."""
    fields = dict(line.split(":\t", 1) for line in _text(f"/proc/{pid}/status").splitlines() if ":\t" in line)
    return fields["State"][0].replace("R", "S"), fields["TracerPid"]


def _accepted(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _received(datagrams: socket.socket) -> bytes:
    try:
        return datagrams.recv(100)
    except BlockingIOError:
        return b""


def _text(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""
