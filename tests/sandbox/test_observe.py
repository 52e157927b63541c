"""What is observed is what a command sees, and observing changes nothing."""

from __future__ import annotations

import json
import os
from binascii import crc32
from dataclasses import asdict, replace

import pytest

from bootstrap.recipe.model import Limits
from bootstrap.sandbox import Sandbox
from bootstrap.sandbox.conditions import Conditions
from bootstrap.sandbox.inside import observe
from bootstrap.sandbox.inside.commands import Streams
from bootstrap.sandbox.inside.conditions import Carried

pytestmark = pytest.mark.sandbox

CONDITIONS = Conditions(
    host_name="elsewhere",
    domain_name="example",
    uid=4321,
    gid=1234,
    user_name="somebody",
    umask=0o027,
    limits=(("RLIMIT_NOFILE", 300, 500),),
    build="/else/where",
    processors=(0,),
    files=(("/proc/cpuinfo", b"model: none\nmore\n"), ("/nowhere", b"")),
    leftovers=(("/tmp/left", b"x"),),
)

SEEN = """
import json, os, resource, socket, time
uname, here = os.uname(), os.stat(".")
print(json.dumps({
    "host_name": socket.gethostname(),
    "domain_name": open("/proc/sys/kernel/domainname").read().strip(),
    "uname.release": uname.release, "uname.version": uname.version, "uname.machine": uname.machine,
    "user.uid": os.getuid(), "user.gid": os.getgid(), "umask": os.umask(0), "directory": os.getcwd(),
    "limits.RLIMIT_NOFILE": resource.getrlimit(resource.RLIMIT_NOFILE),
    "limits.RLIMIT_STACK": resource.getrlimit(resource.RLIMIT_STACK),
    "terminal": [os.isatty(n) for n in (0, 1, 2)],
    "personality": int(open("/proc/self/personality").read(), 16),
    "processors.affinity": sorted(os.sched_getaffinity(0)), "processors.online": os.cpu_count(),
    "pid": os.getpid() - 1, "device": here.st_dev, "environment": dict(os.environ),
    "leftovers": ["/tmp/left"] if os.path.exists("/tmp/left") else [],
}))
"""


def member(observed, name):
    for part in name.split("."):
        observed = observed[part]
    return observed


@pytest.mark.parametrize("root", ["contract", "host"])
@pytest.mark.parametrize("terminal", [False, True])
def test_it_is_what_a_command_sees(build, root, terminal):
    given = replace(CONDITIONS, terminal=terminal)
    outcome = build.py(SEEN, conditions=given, root=root, env={"ODD": "é"})
    assert outcome.ok, build.output
    seen = json.loads(build.output)
    seen["environment"].pop("LC_CTYPE", None)  # Python's own (PEP 538)
    for name, value in seen.items():
        assert member(outcome.observed, name) == value, name
    assert outcome.observed["user"]["name"] == outcome.observed["user"]["group"] == "somebody"


def test_its_members_are_those_that_are_documented(build):
    outcome = build.sh("true", conditions=CONDITIONS)
    lines = (observe.__doc__ or "").splitlines()
    documented = {line.split()[0] for line in lines if line.startswith("    ") and line[4] != " "}
    assert documented == outcome.observed.keys() | {"unseen"}


def test_clocks_random_bytes_and_files_are_plausible(build):
    outcome = build.py("import time; print(time.time(), time.monotonic())", conditions=CONDITIONS)
    realtime, monotonic = (float(number) for number in build.output.split())
    seen = outcome.observed
    assert 0 <= realtime - seen["clock"]["realtime"] < 600
    assert 0 <= monotonic - seen["clock"]["monotonic"] < 600
    assert abs(seen["clock"]["realtime"] - seen["clock"]["time"]) < 600
    assert abs(seen["mtime"] - realtime) < 600
    assert abs(seen["uptime"] - seen["clock"]["boottime"]) < 2
    assert len({*seen["random"].values()}) == 2
    assert {len(digits) for digits in seen["random"].values()} == {32}
    assert sorted(seen["readdir"]) == list("abcdefgh")
    assert seen["memory"] > 1 << 20
    assert seen["files"] == {
        "/nowhere": None,
        "/proc/cpuinfo": {"crc32": crc32(b"model: none\nmore\n"), "line": "model: none"},
    }
    assert seen["files_absent"] == ["/nowhere"]


def test_it_leaves_nothing_behind(build):
    assert build.says("ls -A . /tmp", conditions=Conditions()) == ".:\n\n/tmp:\n"


def test_a_file_of_the_builds_own_in_its_way_stays(build):
    (build.build / ".observed").mkdir()
    (build.build / ".observed" / "a").write_text("own")
    outcome = build.sh("cat .observed/*", conditions=Conditions())
    assert build.output == "own"
    assert outcome.observed["readdir"] is None


def test_a_locale_that_is_not_there_is_null(build):
    seen = [
        build.sh("true", conditions=Conditions(), root="host", env={"LC_ALL": name}).observed["locale"]
        for name in ("C", "C.UTF-8", "xx_XX")
    ]
    assert seen == ["C", "C.UTF-8", None]


def test_the_time_zone_is_the_environments(build):
    outcome = build.sh("true", conditions=Conditions(), env={"TZ": "ABC+5:30"})
    assert outcome.observed["time_zone"] == "2001-09-08 20:16:40 -0530 ABC"


def test_a_large_environment_is_measured_and_shortened(build):
    small = build.sh("true", conditions=Conditions(), env={"FILLER": ""}).observed
    large = build.sh("true", conditions=Conditions(), env={"FILLER": "é" * 50_000}).observed
    assert large["environment_size"] - small["environment_size"] == 100_000
    assert large["environment"]["FILLER"] == "é" * 128


def test_an_ordinary_build_is_not_observed(build):
    assert build.sh("true").observed == {}


def test_it_is_told_of_builds_that_fail_are_killed_or_do_nothing(build, launcher, tmp_path):
    assert build.sh("exit 3", conditions=Conditions()).observed["umask"] == 0o022
    killed = build.sh("sleep 60", conditions=Conditions(), limits=Limits(time=0.5))
    assert killed.limit == "time"
    assert killed.observed["umask"] == 0o022
    nothing = launcher.run(Sandbox(conditions=Conditions()), log=tmp_path / "log")
    assert nothing.observed["directory"] == "/build"


def test_if_nothing_can_be_observed_this_is_told():
    given = {"conditions": asdict(Conditions()), "build": "/no/such/directory", "limits": []}
    told = Carried(given).observe({}, Streams(0, 1, 2), lambda pid: os.waitpid(pid, 0)[1])
    assert "/no/such/directory" in told.pop("unseen")
    assert told == {"files_absent": [], "refused": {}}
