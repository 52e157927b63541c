"""A home on a file system that is full at a given point, in a mount namespace of one's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bootstrap.sandbox import syscalls
from tests.faults.project import Project
from tests.faults.tally import Tally, Watch

_ENOUGH = 64 << 20
_PAGE = 4096


def full_disks(directory: Path, number: int) -> Tally:
    """A run that meets a full disk (or no free inode), at `number` points on its way."""
    tally = Tally(fault="disk full")
    needed_bytes, needed_inodes = _measure(directory / "whole")
    for point in range(number):
        part = (point + 1) / (number + 1)
        by_inodes = point % 5 == 4
        size = _ENOUGH if by_inodes else max(2 * _PAGE, int(needed_bytes * part))
        inodes = max(4, int(needed_inodes * part)) if by_inodes else 0
        done = _in_a_child("meet", directory / str(point), size, inodes)
        met = Tally(**done)
        tally.injected += met.injected
        tally.survived += met.survived
        tally.bytes_lost += met.bytes_lost
        tally.corrupt += met.corrupt
        tally.left += met.left
        tally.notes += met.notes
    return tally


def meet(directory: Path, size: int, inodes: int) -> Tally:
    """One full disk: the run fails and says why; what is there is whole; with room the next run succeeds."""
    tally = Tally(fault="disk full")
    project = _on_a_disk(directory, size, inodes)
    project.round(1)
    what = f"{inodes} inodes" if inodes else f"{size} bytes"
    done = project("run", "first")
    wrong = []
    if done.returncode == 0:
        wrong.append("the run succeeded, so the disk was not full")
    elif "No space left on device" not in done.stderr and "disk is full" not in done.stderr:
        wrong.append(f"exit status {done.returncode}, and no word of the full disk: {done.stderr[-500:]}")
    _resize(project.home, _ENOUGH, 0)
    watch = Watch(project.home)
    tally.count(what, [*wrong, *watch.compare(tally), *project.unfinished(1), *watch.compare(tally)])
    return tally


def _measure(directory: Path) -> tuple[int, int]:
    """Bytes and inodes that an undisturbed run takes at most."""
    used = _in_a_child("measure", directory, _ENOUGH, 0)
    return used["bytes"], used["inodes"]


def _on_a_disk(directory: Path, size: int, inodes: int) -> Project:
    home = directory / "home"
    home.mkdir(parents=True)
    _own_mount_namespace()
    syscalls.mount("disk", str(home), "tmpfs", 0, f"size={size},nr_inodes={inodes},mode=0755")
    return Project(directory, home)


def _resize(home: Path, size: int, inodes: int) -> None:
    syscalls.mount("disk", str(home), None, syscalls.MS_REMOUNT, f"size={size},nr_inodes={inodes}")


def _own_mount_namespace() -> None:
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        syscalls.unshare(syscalls.CLONE_NEWNS)
    else:
        syscalls.unshare(syscalls.CLONE_NEWUSER | syscalls.CLONE_NEWNS)
        for name, content in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            Path("/proc/self", name).write_text(content)
    syscalls.mount("none", "/", None, syscalls.MS_REC | syscalls.MS_SLAVE)


def _in_a_child(act: str, directory: Path, size: int, inodes: int) -> dict[str, int]:
    argv = [sys.executable, "-m", "tests.faults.disks", act, str(directory), str(size), str(inodes)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    result: dict[str, int] = json.loads(done.stdout)
    return result


def _main(act: str, directory: str, size: str, inodes: str) -> None:
    if act == "meet":
        print(json.dumps(meet(Path(directory), int(size), int(inodes)).as_json()))
        return
    project = _on_a_disk(Path(directory), int(size), int(inodes))
    project.round(1)
    wrong = project.unfinished(1)
    if wrong:
        raise RuntimeError("\n".join(wrong))
    status = os.statvfs(project.home)
    blocks = status.f_blocks - status.f_bfree
    print(json.dumps({"bytes": blocks * status.f_frsize, "inodes": status.f_files - status.f_ffree}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
