"""bootstrap gc: what goes, what is told, and that nothing in use goes while builds go on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from bootstrap.store import Store
from bootstrap.storepath import StorePath
from tests.cli.checkout import Checkout, end, events, processes, wait_until
from tests.cli.test_interruption import with_mounts_of

pytestmark = pytest.mark.sandbox

STAGE = """
leaf = made("leaf")
tool = made(
    "tool",
    copy("act", "{out}/bin/act", executable = True),
    write("{out}/leaf", "{leaf}"),
    libs = [leaf],
)
other = made("other", tools = [tool])
stage(name = "first", recipes = [tool, other])
"""


def stored(checkout: Checkout) -> set[str]:
    """The names of what is in the store; all of it is whole."""
    names = os.listdir(checkout.home / "store")
    with Store.open(checkout.home) as store:
        paths = [StorePath.parse(f"/bootstrap/store/{name}") for name in names]
        assert [store.verify(path) for path in paths] == [None] * len(paths)
    return {path.name for path in paths}


def test_what_was_built_lately_stays_and_a_dry_run_says_why_other_things_may_go(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "first")
    assert checkout.good("gc").stdout == "nothing to collect\n"
    lines = checkout.good("gc", "--dry-run", "--older-than", "0").stdout.splitlines()
    assert lines[0].split() == ["path", "size", "last", "used", "rebuild", "why", "it", "may", "go"]
    assert {line.split("-", 1)[1].split()[0]: line.split("  ")[-1] for line in lines[1:-1]} == {
        "other-1": "no root, last used a moment ago",
        "tool-1": "no root, last used a moment ago",
        "leaf-1": "no root, mentioned only by 1 path that may go, too",
    }
    assert re.fullmatch(r"would remove 3 paths, \d+\.\d kB freed", lines[-1])
    assert stored(checkout) == {"leaf-1", "tool-1", "other-1"}


def test_what_goes_is_counted_and_can_be_built_again(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    path = checkout.path("tool")
    checkout.good("run", "other")
    done = checkout.good("gc", "--older-than", "0", "--keep", "tool")
    assert re.fullmatch(r"removed 1 path, \d+ B freed\n", done.stdout)
    assert done.stderr == "collecting  1 path\n"
    assert stored(checkout) == {"leaf-1", "tool-1"}
    assert re.match(r"removed 2 paths, ", checkout.good("gc", "--older-than", "0").stdout)
    assert stored(checkout) == set()
    again = checkout.good("run", "tool")
    assert (again.stdout.strip(), events(again.stderr, "built")) == (path, ["leaf@1", "tool@1"])


def test_the_answer_in_json_has_every_path_with_the_reason(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    path = checkout.path("tool")
    found = checkout.json("gc", "--older-than", "0", "--dry-run")
    assert found.keys() == {"dry_run", "paths", "freed", "leftovers", "spared", "sources", "kept"}
    rows = {row["path"]: row for row in found["paths"]}
    assert rows[path].keys() == {"path", "size", "last_used", "rebuild", "why"}
    assert rows[path]["rebuild"] > 0
    done = checkout.json("gc", "--older-than", "0")
    assert [row["path"] for row in done["paths"]] == [row["path"] for row in found["paths"]]
    assert (found["dry_run"], done["dry_run"], found["freed"]) == (True, False, done["freed"])


def test_a_root_keeps_what_it_names(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "first")
    checkout.good("roots", "add", "mine", "tool")
    checkout.good("gc", "--older-than", "0")
    assert stored(checkout) == {"leaf-1", "tool-1"}


def test_down_to_a_size(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "first")
    assert checkout.good("gc", "--max-size", "1G", "--older-than", "0").stdout == "nothing to collect\n"
    done = checkout.good("gc", "--max-size", "1k")
    assert "the store holds" in done.stderr
    assert "nothing more of it may go" in done.stderr
    checkout.good("gc", "--max-size", "1k", "--older-than", "0")
    assert "tool-1" not in stored(checkout)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--max-size", "much"], '"much" is no size'),
        (["--older-than", "14"], '"14" is no age'),
        (["--older-than", "x"], "for instance 14d"),
        (["--keep", "nothing"], 'no stage or recipe is called "nothing"'),
        (["--surely"], "No such option"),
    ],
)
def test_what_means_nothing_is_a_usage_error_and_removes_nothing(
    checkout: Checkout, words: list[str], said: str
) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "tool")
    done = checkout("gc", "--older-than", "0", *words)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert stored(checkout) == {"leaf-1", "tool-1"}


def test_what_a_program_uses_stays_until_it_and_its_children_end(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "first")
    span = f"300.{os.getpid()}77"  # which no other process on this machine sleeps for
    script = f"echo ready; act sleep {span} & wait"
    with checkout.running("exec", "tool", "--", "sh", "-c", script) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        checkout.good("gc", "--older-than", "0")
        assert stored(checkout) == {"leaf-1", "tool-1"}
        process.kill()  # the shell, whose child goes on
        process.wait()
        assert checkout.good("gc", "--older-than", "0").stdout == "nothing to collect\n"
        (child,) = processes(span)
        os.kill(child, signal.SIGKILL)
        wait_until(lambda: "removed 2 paths" in checkout.good("gc", "--older-than", "0").stdout)
    assert stored(checkout) == set()


def test_a_program_that_closes_every_descriptor_keeps_what_it_sees(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "tool")
    script = "import os; print('ready', flush=True); os.closerange(3, 65536); input()"
    process = subprocess.Popen(
        checkout.command("exec", "tool", "--", "python3", "-c", script),
        cwd=checkout.root,
        env=checkout.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    wait_until(lambda: not [fd for fd in os.listdir(f"/proc/{process.pid}/fd") if int(fd) > 2])
    assert checkout.good("gc", "--older-than", "0").stdout == "nothing to collect\n"
    process.communicate("\n")
    assert stored(checkout) == {"leaf-1", "tool-1"}


def test_what_a_program_sees_of_another_home_may_go(checkout: Checkout, tmp_path: Path) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "tool")
    other = {"BOOTSTRAP_HOME": str(tmp_path / "another home")}
    checkout.good("run", "tool", **other)
    nothing_runs(checkout)
    command = checkout.command("exec", "tool", "--", "sh", "-c", "echo ready; read line")
    process = subprocess.Popen(
        command,
        cwd=checkout.root,
        env=checkout.environment | other,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert checkout.good("gc", "--older-than", "0", **other).stdout == "nothing to collect\n"
    checkout.good("gc", "--older-than", "0")
    assert stored(checkout) == set()
    process.communicate("\n")
    assert process.returncode == 0


def test_what_a_running_build_uses_stays(checkout: Checkout) -> None:
    checkout.stage(STAGE.replace('"other", ', '"other", act("sleep", "2", "write", "{out}/x", "1"), '))
    checkout.good("run", "tool")
    with checkout.running("run", "other") as process:
        assert process.stderr is not None
        wait_until(lambda: "begun" in process.stderr.readline())  # type: ignore[union-attr]
        checkout.good("gc", "--older-than", "0")
        assert stored(checkout) == {"leaf-1", "tool-1"}
        assert process.wait(30) == 0


def test_every_run_and_exec_succeeds_while_everything_is_collected_again_and_again(
    checkout: Checkout,
) -> None:
    chain = "".join(
        f'n{n} = made("n{n}", write("{{out}}/mention", "{{n{n - 1}}}"), libs = [n{n - 1}])\n'
        for n in range(1, 5)
    )
    checkout.stage(f'n0 = made("n0")\n{chain}' + STAGE.replace("[tool, other]", "[tool, other, n4, n2]"))
    stop = threading.Event()
    faults: list[str] = []
    removed = 0

    def collect() -> None:
        nonlocal removed
        while not stop.is_set():
            done = checkout("gc", "--older-than", "0", "--json")
            if done.returncode:
                faults.append(done.stderr)
            removed += done.stdout.count('"why"')

    def build(target: str) -> None:
        for _ in range(7):
            done = checkout("run", target)
            if done.returncode:
                faults.append(done.stderr)
            done = checkout("exec", "tool", "--", "act", "print", "hello")
            if (done.returncode, done.stdout) != (0, "hello\n"):
                faults.append(done.stdout + done.stderr)

    collector = threading.Thread(target=collect)
    collector.start()
    builders = [threading.Thread(target=build, args=(target,)) for target in ("n4", "n2", "other")]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    stop.set()
    collector.join()
    assert faults == []
    assert removed > 10
    stored(checkout)
    checkout.good("gc", "--older-than", "0")
    assert stored(checkout) == set()


def test_an_interrupted_collection_ends_with_130(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "first")
    with Store.open(checkout.home) as store:
        from bootstrap.store.locks import lock

        with (
            lock(f"{store.home}/locks/collect"),
            checkout.running("gc", "--older-than", "0") as process,
        ):
            assert process.stderr is not None
            assert process.stderr.readline() == "waiting: another process is collecting\n"
            status, stderr = end(process, signal.SIGINT)
    assert (status, "error: interrupted" in stderr) == (130, True)
    assert stored(checkout) == {"leaf-1", "tool-1", "other-1"}


def nothing_runs(checkout: Checkout) -> None:
    """The kernel may still take the last sandbox of a run apart when the run is over."""
    wait_until(lambda: not with_mounts_of(str(checkout.home)))


def test_past_the_limit_a_build_collects_what_it_does_not_use(checkout: Checkout) -> None:
    checkout.stage(STAGE.replace("[tool]", "[leaf]"))
    checkout.good("run", "tool", BOOTSTRAP_STORE_LIMIT="1G")
    assert stored(checkout) == {"leaf-1", "tool-1"}
    nothing_runs(checkout)
    done = checkout.good("run", "other", BOOTSTRAP_STORE_LIMIT="2k")
    assert re.search(r"collected 1 path, .* freed \(BOOTSTRAP_STORE_LIMIT=2k\)\n", done.stderr)
    assert stored(checkout) == {"leaf-1", "other-1"}
    nothing_runs(checkout)
    quiet = checkout.good("run", "tool", "-q", BOOTSTRAP_STORE_LIMIT="2k")
    assert ("collected" in quiet.stderr, stored(checkout)) == (False, {"leaf-1", "tool-1"})
    nothing = checkout.good("run", "tool", BOOTSTRAP_STORE_LIMIT="1")
    assert "collected" not in nothing.stderr  # nothing was built


@pytest.mark.parametrize("limit", ["much", "-1"])
def test_a_limit_that_means_nothing_is_said_and_fails_no_build(checkout: Checkout, limit: str) -> None:
    checkout.stage(STAGE)
    done = checkout.good("run", "tool", BOOTSTRAP_STORE_LIMIT=limit)
    assert f'BOOTSTRAP_STORE_LIMIT is not kept: "{limit}" is no size' in done.stderr


def test_a_limit_that_cannot_be_kept_fails_no_build(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    done = checkout.good("run", "tool", BOOTSTRAP_STORE_LIMIT="1k")
    assert "collected 0 paths" in done.stderr
    assert "in use or have a root" in done.stderr
    os.mkdir(checkout.home / "roots")
    (checkout.home / "roots/odd").write_text("no link")
    done = checkout.good("run", "other", BOOTSTRAP_STORE_LIMIT="1k")
    assert "BOOTSTRAP_STORE_LIMIT is not kept: " in done.stderr


def test_what_was_kept_of_failed_builds_goes_on_request(checkout: Checkout) -> None:
    checkout.stage('bad = made("bad", act("exit", "1"))\nstage(name = "first", recipes = [bad])\n')
    checkout("run", "bad", "--keep-failed")
    done = checkout.good("gc")
    assert "kept of 1 failed build (--kept removes it)" in done.stderr
    assert "would remove what was kept of 1 failed build" in checkout.good("gc", "--kept", "--dry-run").stdout
    assert len(checkout.json("gc", "--kept", "--dry-run")["kept"]) == 1
    assert "removed what was kept of 1 failed build" in checkout.good("gc", "--kept").stdout
    assert os.listdir(checkout.home / "kept") == []


def test_sources_not_used_for_long_go_on_request(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("list")
    sources = checkout.home / "sources"
    sources.mkdir()
    for digit, days in (("a", 20), ("b", 2), ("c", 0)):
        file = sources / (digit * 64)
        file.write_text("12345")
        then = time.time() - days * 86400
        os.utime(file, (then, then))
    (sources / "README").write_text("")
    os.utime(sources / "README", (0, 0))
    checkout.good("gc")
    assert len(os.listdir(sources)) == 4
    assert "would remove 1 source, 5 B freed" in checkout.good("gc", "--sources", "--dry-run").stdout
    assert "removed 1 source, 5 B freed" in checkout.good("gc", "--sources").stdout
    checkout.good("gc", "--sources", "--older-than", "0")
    assert sorted(os.listdir(sources)) == ["README", "c" * 64]
