"""What a sandbox's process 1 counts where no control group does, seen from this process's own namespace."""

from __future__ import annotations

import mmap
import os

import pytest

from bootstrap.sandbox.inside import watch

SIZE = 64 << 20


@pytest.fixture
def own_only(monkeypatch):
    """As in a pid namespace of which only these are members."""
    family = [str(os.getpid())]
    monkeypatch.setattr(watch, "_processes", lambda: family)
    return family


def used(in_memory=()) -> int:
    """The least limit that is kept, to the MiB."""
    low, high = 0, 4 << 30
    while high - low > 1 << 20:
        middle = (low + high) // 2
        low, high = (middle, high) if watch.has_more_memory(middle, list(in_memory)) else (low, middle)
    return high


def test_memory_of_ones_own_counts(own_only):
    before = used()
    kept = bytearray(os.urandom(1 << 20) * (SIZE >> 20))
    assert SIZE <= used() - before + (4 << 20) <= SIZE + (8 << 20)
    del kept


def test_shared_memory_counts_once_for_all_that_share_it(own_only):
    with mmap.mmap(-1, SIZE) as shared:
        before = used()
        for at in range(0, SIZE, 4096):
            shared[at] = 1
        alone = used()
        assert alone - before > SIZE - (4 << 20)
        ready, done = os.pipe(), os.pipe()
        child = os.fork()
        if not child:
            sum(shared[at] for at in range(0, SIZE, 4096))
            os.write(ready[1], b"x")
            os.read(done[0], 1)
            os._exit(0)
        try:
            os.read(ready[0], 1)
            own_only.append(str(child))
            assert used() - alone < SIZE // 2
        finally:
            os.write(done[1], b"x")
            os.waitpid(child, 0)
            for end in (*ready, *done):
                os.close(end)


def test_processes_that_have_ended_count_nothing(own_only):
    own_only[:] = ["4194399"]
    assert not watch.has_more_memory(0, [])


def test_files_in_memory_count(own_only):
    own_only.clear()
    status = os.statvfs("/dev/shm")
    files = (status.f_blocks - status.f_bfree) * status.f_frsize
    assert not watch.has_more_memory(files + (1 << 30), ["/dev/shm"])
    if files:
        assert watch.has_more_memory(files - 1, ["/dev/shm"])
