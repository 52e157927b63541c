from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootstrap.digest import digest
from bootstrap.store.layout import Layout
from bootstrap.store.uses import Held, Uses, last_uses, note_use
from bootstrap.storepath import StorePath


def path(name: str) -> StorePath:
    return StorePath(digest(name.encode()).base32, name)


A, B = path("a"), path("b")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(str(tmp_path))


def test_what_is_held_cannot_be_claimed_until_it_is_given_up(layout: Layout) -> None:
    user, collector = Uses(layout), Uses(layout)
    assert user.hold([A])
    assert not collector.claim(A)
    assert collector.claim(B)
    user.close()
    assert collector.claim(A)
    collector.close()


def test_what_is_claimed_cannot_be_held_without_waiting(layout: Layout) -> None:
    user, collector = Uses(layout), Uses(layout)
    assert collector.claim(A)
    assert not user.hold([A], wait=False)
    collector.release()
    assert user.hold([A], wait=False)
    user.close()
    collector.close()


def test_any_number_of_users_hold_the_same(layout: Layout) -> None:
    users = [Uses(layout) for _ in range(3)]
    collector = Uses(layout)
    assert all(user.hold([A, B], wait=False) for user in users)
    for user in users:
        assert not collector.claim(A)
        user.close()
    assert collector.claim(A)
    collector.close()


def test_what_others_hold_is_told_without_disturbing_them(layout: Layout) -> None:
    one, two, collector = Uses(layout), Uses(layout), Uses(layout)
    paths = [path(str(number)) for number in range(50)]
    one.hold(paths[:30])
    two.hold(paths[20:40])
    held = collector.held()
    assert [each for each in paths if each.hash in held] == paths[:40]
    for each in (one, two, collector):
        each.close()


@given(st.lists(st.integers(0, 40), max_size=30), st.integers(0, 40))
def test_ranges_hold_what_is_in_them(bytes_: list[int], asked: int) -> None:
    digits = "abcdefghijklmnopqrstuvwxyz234567"
    hash = "a" * 10 + digits[asked // 32] + digits[asked % 32]
    ranges = {(byte // 3 * 3, byte // 3 * 3 + 1) for byte in bytes_}
    assert (hash in Held(ranges)) == any(first <= asked <= last for first, last in ranges)


def test_locks_that_meet_are_told_apart(layout: Layout) -> None:
    """The kernel makes one lock of neighbours."""
    one, two, collector = Uses(layout), Uses(layout), Uses(layout)
    neighbours = [StorePath("a" * 11 + digit + "a" * 20, "x") for digit in "abcdef"]
    one.hold(neighbours[1:4])
    two.hold(neighbours[3:5])
    held = collector.held()
    assert [each.hash in held for each in neighbours] == [False, True, True, True, True, False]
    for each in (one, two, collector):
        each.close()


def test_locks_outlive_the_process_in_the_program_that_it_becomes(layout: Layout) -> None:
    code = (
        "import os, sys; from bootstrap.store.layout import Layout; from bootstrap.store.uses import Uses;"
        "from bootstrap.storepath import StorePath;"
        "uses = Uses(Layout(sys.argv[1])); uses.hold([StorePath(sys.argv[2], 'a')]);"
        "uses.keep_across_exec(); os.execvp('sh', ['sh', '-c', 'echo ready; read line'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, layout.home, A.hash],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        collector = Uses(layout)
        assert not collector.claim(A)
        process.communicate("\n")
    assert collector.claim(A)
    collector.close()


def test_a_home_that_nobody_may_write_to_has_no_locks_until_there_is_a_file_for_them(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = os.open

    def read_only(place: str, flags: int, mode: int = 0o777, **how: int) -> int:
        if flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied", place)
        return original(place, flags, mode, **how)

    user = Uses(layout)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", read_only)
        assert user.hold([A])
        note_use(layout, [A])
    assert last_uses(layout, [A.basename]) == {}
    collector = Uses(layout)
    assert collector.claim(A)
    collector.release()
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", read_only)
        assert user.hold([A])
    assert not collector.claim(A)
    user.close()
    collector.close()


def test_the_last_use_is_noted_and_differs_from_the_one_before(layout: Layout) -> None:
    note_use(layout, [A])
    first = last_uses(layout, [A.basename, B.basename])
    assert first.keys() == {A.basename}
    note_use(layout, [A])
    assert last_uses(layout, [A.basename])[A.basename] > first[A.basename]
