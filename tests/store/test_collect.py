"""What goes and what stays, and that nothing else changes."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable

import pytest

from bootstrap.digest import digest
from bootstrap.errors import Interrupted, StoreError
from bootstrap.store import BuildRecord, Store
from bootstrap.store.policy import Collected, Policy
from bootstrap.store.removal import remove_tree
from bootstrap.storepath import PREFIX, StorePath
from tests.store.outputs import add, add_one

ALL = Policy(older_than=0.0)
DAY = 86400.0


@pytest.fixture
def fill(home: str) -> Callable[..., StorePath]:
    """Adds a path that refers to others, and lets go of it at once."""

    def filled(name: str, *references: StorePath, content: bytes = b"") -> StorePath:
        with Store.open(home) as store:
            mentions = b" ".join(str(each).encode() for each in references)
            tree = {"name": name.encode(), "mentions": mentions, "content": content}
            return add_one(store, tree, references, name=name)

    return filled


def collect(home: str, policy: Policy = ALL) -> Collected:
    with Store.open(home) as store:
        return store.collect_garbage(policy)


def there(home: str) -> set[StorePath]:
    """What is registered; all of it is whole, and nothing else is left."""
    with Store.open(home) as store:
        paths = [StorePath(*row) for row in store._database.read("SELECT hash, name FROM paths")]
        assert [store.verify(path) for path in paths] == [None] * len(paths)
        if paths:
            assert set(store.closure(paths)) == set(paths)
        assert set(os.listdir(f"{home}/store")) == {path.basename for path in paths}
        assert os.listdir(f"{home}/tmp") == []
        assert set(os.listdir(f"{home}/uses")) <= {path.basename for path in paths}
        return set(paths)


def age(home: str, path: StorePath, seconds: float) -> None:
    """As if it had been added and used last so long ago."""
    then = time.time() - seconds
    os.utime(f"{home}/uses/{path.basename}", (then, then))
    with Store.open(home) as store:
        store._database.write(
            lambda connection: connection.execute(
                "UPDATE paths SET registered = ? WHERE hash = ?", (then, path.hash)
            )
        )


def test_what_has_no_root_goes_and_what_has_one_stays_with_all_it_refers_to(
    home: str, fill: Callable[..., StorePath]
) -> None:
    lib = fill("lib")
    tool = fill("tool", lib)
    user = fill("user", lib)
    with Store.open(home) as store:
        store.set_root("kept", user)
    done = collect(home)
    assert [each.path for each in done.garbage] == [tool]
    assert there(home) == {lib, user}
    with Store.open(home) as store:
        store.remove_root("kept")
    assert [each.path for each in collect(home).garbage] == [user, lib]
    assert there(home) == set()
    assert sum(len(files) for _, _, files in os.walk(f"{home}/files")) == 0


def test_what_was_used_lately_stays(home: str, fill: Callable[..., StorePath]) -> None:
    old, used = fill("old"), fill("used")
    new = fill("new")
    age(home, old, 20 * DAY)
    age(home, used, 20 * DAY)
    with Store.open(home) as store:
        assert store.hold([used])
    done = collect(home, Policy(older_than=14 * DAY))
    assert [each.path for each in done.garbage] == [old]
    assert there(home) == {used, new}


def test_what_the_policy_names_stays(home: str, fill: Callable[..., StorePath]) -> None:
    lib = fill("lib")
    user, other = fill("user", lib), fill("other")
    collect(home, Policy(older_than=0.0, keep=(user,)))
    assert there(home) == {lib, user}
    assert other not in there(home)


def test_what_a_store_holds_stays_until_it_is_closed(home: str, fill: Callable[..., StorePath]) -> None:
    lib = fill("lib")
    user = fill("user", lib)
    with Store.open(home) as store:
        assert store.hold([user])
        assert collect(home).garbage == ()
        assert there(home) == {lib, user}
    assert len(collect(home).garbage) == 2


def test_what_has_just_been_added_is_held(home: str) -> None:
    with Store.open(home) as store:
        path = add_one(store, b"x")
        assert collect(home).garbage == ()
        store.register([digest(b"id")], {"out": path})
        outside = f"{home}/outside"
        os.mkdir(outside)
        tree = store.add_tree(outside, "tree-1").path
    with Store.open(home) as store:
        assert store.add_tree(outside, "tree-1").was_there
        assert [each.path for each in collect(home).garbage] == [path]
        assert tree in there(home)


def test_other_outputs_of_the_same_build_stay_too(home: str) -> None:
    with Store.open(home) as store:
        added = add(store, {"out": b"1", "dev": b"2", "doc": b"3"})
        store.register([digest(b"id")], {output: each.path for output, each in added.items()})
        store.set_root("x", added["dev"].path)
    assert collect(home).garbage == ()
    with Store.open(home) as store:
        assert store.realisation(digest(b"id")) is not None


def test_realisations_go_with_their_paths(home: str) -> None:
    with Store.open(home) as store:
        store.register([digest(b"id")], {"out": add_one(store, b"1")})
    collect(home)
    with Store.open(home) as store:
        assert store.realisation(digest(b"id")) is None


def test_a_dry_run_tells_the_same_and_changes_nothing(home: str, fill: Callable[..., StorePath]) -> None:
    lib = fill("lib", content=b"c" * 1000)
    fill("user", lib)
    fill("same", content=b"c" * 1000)

    def everything() -> list[tuple[str, float]]:
        return sorted(
            (f"{directory}/{name}", os.lstat(f"{directory}/{name}").st_mtime)
            for directory, directories, files in os.walk(home)
            for name in directories + files
            if not name.startswith("db.sqlite")
        )

    before = everything()
    with Store.open(home) as store:
        found = store.find_garbage(ALL)
    assert everything() == before
    done = collect(home)
    assert found.garbage == done.garbage
    assert found.freed == done.freed
    assert (found.leftovers, done.leftovers) == (0, 0)


def test_what_paths_share_is_freed_once_and_only_with_the_last_of_them(
    home: str, fill: Callable[..., StorePath]
) -> None:
    one = fill("one", content=b"c" * 1000)
    fill("two", content=b"c" * 1000)
    fill("three", content=b"d" * 500)
    with Store.open(home) as store:
        store.set_root("one", one)
        found = store.find_garbage(ALL)
    assert sum(each.size for each in found.garbage) == 1000 + len("two") + 500 + len("three")
    assert found.freed == len("two") + 500 + len("three")
    assert collect(home).freed == found.freed
    assert found.size == 1000 + len("one")


def built(home: str, path: StorePath, *, wall: float) -> None:
    with Store.open(home) as store:
        id = digest(str(path).encode())
        store.register([id], {"out": path})
        store.record_build(
            BuildRecord(
                planned=id,
                resolved=id,
                title=path.name,
                started=0.0,
                wall=wall,
                user=0.0,
                system=0.0,
                peak_memory=0,
                cores=1,
                ok=True,
                log=store.log_path(id),
            )
        )


def test_down_to_a_size_the_least_worth_goes_first(home: str, fill: Callable[..., StorePath]) -> None:
    dear = fill("dear", content=os.urandom(1000))
    cheap = fill("cheap", content=os.urandom(1000))
    unknown = fill("unknown", content=os.urandom(1000))
    beneath = fill("beneath", content=os.urandom(1000))
    above = fill("above", beneath, content=os.urandom(1000))
    built(home, dear, wall=50)
    built(home, cheap, wall=1)
    built(home, above, wall=10)

    def order(size: int) -> list[StorePath]:
        with Store.open(home) as store:
            return [each.path for each in store.find_garbage(Policy(older_than=0, max_size=size)).garbage]

    assert order(10_000) == []
    assert order(4_500) == [unknown]
    assert order(0) == [unknown, cheap, above, beneath, dear]
    with Store.open(home) as store:
        assert {each.path: each.rebuild for each in store.find_garbage(ALL).garbage}[above] == 10
    done = collect(home, Policy(older_than=0, max_size=3_500))
    assert [each.path for each in done.garbage] == [unknown, cheap]
    assert done.size is not None
    assert 3_000 <= done.size <= 3_500
    assert there(home) == {dear, above, beneath}


def test_what_was_not_used_for_two_weeks_goes_before_what_was(
    home: str, fill: Callable[..., StorePath]
) -> None:
    recent, old = fill("recent", content=b"1" * 1000), fill("old", content=b"2" * 1000)
    built(home, old, wall=1000)
    age(home, old, 15 * DAY)
    done = collect(home, Policy(older_than=0, max_size=1500))
    assert [each.path for each in done.garbage] == [old]
    assert there(home) == {recent}


def test_a_store_from_before_uses_were_noted_can_be_collected(
    home: str, fill: Callable[..., StorePath]
) -> None:
    old, new = fill("old"), fill("new")
    age(home, old, 20 * DAY)
    remove_tree(f"{home}/uses")
    os.unlink(f"{home}/in-use")
    with Store.open(home) as store:
        assert [each.path for each in store.find_garbage(Policy(older_than=DAY)).garbage] == [old]
        assert not {"uses", "in-use"}.intersection(os.listdir(home))  # nobody has written anything
    assert [each.path for each in collect(home, Policy(older_than=DAY)).garbage] == [old]
    with Store.open(home) as store:
        assert store.hold([new])
        assert collect(home).garbage == ()
    assert there(home) == {new}


def test_leftovers_of_the_killed_go(home: str, fill: Callable[..., StorePath]) -> None:
    path = fill("kept")
    left = StorePath("a" * 32, "left-1")
    os.makedirs(f"{home}/store/{left.basename}/directory")
    os.chmod(f"{home}/store/{left.basename}", 0o555)
    os.makedirs(f"{home}/tmp/1-abc")
    os.makedirs(f"{home}/files/aa", exist_ok=True)
    for place in (f"store/{'b' * 32}-file", f"uses/{'c' * 32}-gone"):
        with open(f"{home}/{place}", "wb"):
            pass
    with open(f"{home}/files/aa/left", "wb") as file:
        file.write(b"12345")
    policy = Policy(older_than=DAY)
    with Store.open(home) as store:
        assert store.find_garbage(policy).leftovers == 2
    done = collect(home, policy)
    assert (done.garbage, done.leftovers, done.freed) == ((), 2, 5)
    assert there(home) == {path}


def test_what_is_just_being_added_is_no_leftover(home: str) -> None:
    """Its tree is in the store, and it is held, before it is registered."""
    with Store.open(home) as store:
        facts = store._facts
        original = facts.add_paths

        def late(*arguments: object) -> None:
            assert collect(home, ALL).leftovers == 0
            original(*arguments)  # type: ignore[arg-type]

        facts.add_paths = late  # type: ignore[method-assign]
        path = add_one(store, {"a": b"1"})
        assert store.verify(path) is None


def test_foreign_things_in_the_store_stay(home: str, fill: Callable[..., StorePath]) -> None:
    fill("x")
    with open(f"{home}/store/README", "wb"):
        pass
    collect(home)
    assert os.listdir(f"{home}/store") == ["README"]


def test_old_logs_without_a_record_go(home: str, fill: Callable[..., StorePath]) -> None:
    built(home, fill("x"), wall=1)
    with Store.open(home) as store:
        logs = [store.log_path(digest(b"old")), store.log_path(digest(b"running"))]
        known = store.last_log("x-1")
    assert known is not None
    for log in (known, *logs):
        with open(log, "wb"):
            pass
    for log in (known, logs[0]):
        os.utime(log, (0, 0))
    collect(home)
    assert [os.path.exists(log) for log in (known, *logs)] == [True, False, True]


def test_what_somebody_begins_to_use_after_marking_stays(
    home: str, fill: Callable[..., StorePath], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bootstrap.store import collect as module

    lib = fill("lib")
    user, touched, rooted, gone = fill("user", lib), fill("touched"), fill("rooted"), fill("gone")
    original = module.mark
    with Store.open(home) as reader:

        def mark(*arguments: object, **how: object) -> object:
            marked = original(*arguments, **how)  # type: ignore[arg-type]
            assert reader.hold([user], as_used=False)
            with Store.open(home) as other:
                other.hold([touched])
                other._uses.hold([rooted])
                os.makedirs(f"{home}/roots", exist_ok=True)
                os.symlink(f"../store/{rooted.basename}", f"{home}/roots/x")
            return marked

        monkeypatch.setattr(module, "mark", mark)
        done = collect(home)
        assert [each.path for each in done.garbage] == [gone]
        assert done.spared == 4
        assert there(home) == {lib, user, touched, rooted}


def test_what_is_added_after_marking_keeps_what_it_refers_to(
    home: str, fill: Callable[..., StorePath], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bootstrap.store import collect as module

    lib = fill("lib")
    original = module.mark
    new: list[StorePath] = []

    def mark(*arguments: object, **how: object) -> object:
        marked = original(*arguments, **how)  # type: ignore[arg-type]
        new.append(fill("new", lib))
        return marked

    monkeypatch.setattr(module, "mark", mark)
    assert collect(home).garbage == ()
    assert there(home) == {lib, *new}


def test_a_path_that_is_going_is_waited_for_and_then_not_there(
    home: str, fill: Callable[..., StorePath], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = fill("x")
    answers: list[bool] = []
    with Store.open(home) as reader, Store.open(home) as store:
        forget = store._facts.forget_paths
        waiting = threading.Thread(target=lambda: answers.append(reader.hold([path])))

        def slowly(paths: object) -> object:
            assert not reader.hold([path], wait=False)
            waiting.start()
            return forget(paths)  # type: ignore[arg-type]

        monkeypatch.setattr(store._facts, "forget_paths", slowly)
        store.collect_garbage(ALL)
        waiting.join()
    assert answers == [False]
    assert fill("x") == path
    assert there(home) == {path}


def test_it_stops_where_it_is_asked_to_with_nothing_half_done(
    home: str, fill: Callable[..., StorePath], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bootstrap.store.collect._AT_ONCE", 2)
    for number in range(5):
        fill(f"p{number}")
    cancel = threading.Event()
    seen: list[tuple[int, int]] = []

    def on_progress(gone: int, of: int) -> None:
        seen.append((gone, of))
        if gone == 2:
            cancel.set()

    with Store.open(home) as store, pytest.raises(Interrupted, match="is as it was"):
        store.collect_garbage(ALL, cancel=cancel, on_progress=on_progress)
    assert seen == [(0, 5), (2, 5)]
    assert len(there(home)) == 3


def test_two_collectors_take_turns(home: str, fill: Callable[..., StorePath]) -> None:
    fill("x")
    waits: list[bool] = []
    with Store.open(home) as one, Store.open(home) as two:

        def on_progress(gone: int, of: int) -> None:
            if gone == 0 and not threads[0].is_alive():
                threads[0].start()
                deadline = time.monotonic() + 30
                while not waits and time.monotonic() < deadline:
                    time.sleep(0.01)

        threads = [
            threading.Thread(target=lambda: two.collect_garbage(ALL, on_wait=lambda: waits.append(True)))
        ]
        assert len(one.collect_garbage(ALL, on_progress=on_progress).garbage) == 1
        threads[0].join()
    assert waits == [True]


def test_a_store_that_may_not_be_written_to_can_only_be_looked_at(
    home: str, fill: Callable[..., StorePath], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = fill("x")
    access = os.access
    monkeypatch.setattr(os, "access", lambda place, mode: mode != os.W_OK and access(place, mode))
    with Store.open(home) as store:
        assert [each.path for each in store.find_garbage(ALL).garbage] == [path]
        with pytest.raises(StoreError, match="may not be written to"):
            store.collect_garbage(ALL)
    assert there(home) == {path}


def test_what_a_process_has_mounted_stays(
    home: str, fill: Callable[..., StorePath], monkeypatch: pytest.MonkeyPatch
) -> None:
    lib = fill("lib")
    path = fill("x", lib)
    monkeypatch.setattr("bootstrap.store.mark.mounted", lambda store: {path.hash})
    assert collect(home).garbage == ()
    assert there(home) == {lib, path}


def test_a_tree_that_is_gone_already_is_forgotten(home: str, fill: Callable[..., StorePath]) -> None:
    path = fill("x")
    remove_tree(f"{home}/store/{path.basename}")
    assert [each.path for each in collect(home).garbage] == [path]
    assert there(home) == set()


def test_random_stores_keep_just_what_is_asked_for(home: str, fill: Callable[..., StorePath]) -> None:
    """Beside a plain model: what stays is what a root or a holder reaches."""
    chance = random.Random(3)
    references: dict[StorePath, list[StorePath]] = {}
    for turn in range(4):
        for number in range(8):
            below = chance.sample(list(references), min(len(references), chance.randrange(4)))
            references[fill(f"p{turn}-{number}", *below)] = below
        rooted = chance.sample(list(references), 2)
        held = chance.sample(list(references), 2)
        with Store.open(home) as store:
            for number, path in enumerate(rooted):
                store.set_root(f"root{number}", path)
        with Store.open(home) as store:
            assert store.hold(held)
            collect(home)
            wanted: set[StorePath] = set()
            left = rooted + held
            while left:
                path = left.pop()
                wanted.add(path)
                left += references[path]
            assert there(home) == wanted
        references = {path: references[path] for path in wanted}


def test_mounts_at_store_paths_are_found() -> None:
    from bootstrap.store.mounted import Place, _mounted

    hash = "a" * 31 + "7"
    line = f"36 35 98:0 /a\\040b/store/{hash}-lua-5.4.4 {PREFIX}/{hash}-lua-5.4.4 ro - ext4 /dev/x rw\n"
    own = Place(b"98:0", b"/a b/store")
    assert _mounted(line.encode(), own) == {hash}
    assert _mounted(line.encode(), None) == {hash}
    assert _mounted(b"36 35 98:0 / / rw - ext4 /dev/x rw\n", None) == set()
    for other in (Place(b"98:1", b"/a b/store"), Place(b"98:0", b"/c/store"), Place(b"98:0", b"/store")):
        assert _mounted(line.encode(), other) == set()
