"""The real stages: they build, their checks hold, and what is said of them is true."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bootstrap.plan.make import make_plan
from bootstrap.recipe.evaluate import evaluate
from tests.stages.conftest import FIRST_RUNG, ROOT, WITH_STAGE3, Chain

pytestmark = [pytest.mark.stages, pytest.mark.sandbox]

PROJECT = evaluate(ROOT, options={})
STAGES = [stage.name for stage in PROJECT.stages]
RESULTS = [step for step in make_plan(PROJECT, STAGES).steps if step.stage in STAGES]
TARGETS = [
    *(step.derivation.title for step in RESULTS if WITH_STAGE3 or step.stage not in ("stage3", "stage4")),
    FIRST_RUNG,
]


@pytest.mark.parametrize("target", TARGETS)
def test_a_result_builds_as_expected_and_all_its_checks_hold(chain: Chain, target: str) -> None:
    chain("check", target, "--offline")


@pytest.mark.skipif(not WITH_STAGE3, reason="takes hours: BOOTSTRAP_TEST_STAGE3=1 does it")
def test_the_last_gcc_built_by_itself_is_the_same(chain: Chain) -> None:
    """So are the libc and the linker that it is built with; equal bytes meet at one path."""
    for name in ("gcc", "musl", "binutils"):
        before, last = (chain.paths(f"stages/03-compilers/stage.star:{each}") for each in (f"{name}1", name))
        assert list(before.values()) == list(last.values())


SEEDS = sorted(path.name for path in (ROOT / "seeds").iterdir())


def test_seeds_of_different_origin_lead_to_the_same_store_paths(chain: Chain) -> None:
    first, *others = [chain.paths("stage0", "--seed", seed) for seed in SEEDS]
    assert others == [first] * (len(SEEDS) - 1)
    assert {"tcc", "musl"} <= {name.partition("@")[0] for name in first}


def test_the_seeds_themselves_give_different_compilers(chain: Chain) -> None:
    """Else the test above would show nothing."""
    first = {
        tuple(re.findall(r"^  out .*$", chain("show", "stage0:first", "--seed", seed), re.M))
        for seed in SEEDS
    }
    assert len(first) == len(SEEDS)


def test_nothing_of_the_stages_is_left_to_do_the_second_time(chain: Chain) -> None:
    chain("run", "stage2", "--offline")
    again = chain.start("run", "stage2", "--offline")
    assert (again.returncode, again.stderr) == (0, "nothing to do\n")


def copy_of_checkout(tmp_path: Path) -> Path:
    copy = tmp_path / "another place"
    for part in ("stages", "seeds", "lib"):
        if (ROOT / part).exists():
            shutil.copytree(ROOT / part, copy / part)
    return copy


def test_a_checkout_elsewhere_with_other_comments_has_nothing_to_build(chain: Chain, tmp_path: Path) -> None:
    here = chain.paths("stage2")
    copy = copy_of_checkout(tmp_path)
    recipe = copy / "stages" / "00-toolchain" / "musl.star"
    recipe.write_text("# a remark\n\n" + recipe.read_text().replace(" = ", "  =  "))
    there = chain.at(copy)
    assert there("plan", "stage2", "musl").endswith("nothing to do\n")
    assert there.paths("stage2") == here


def test_a_change_to_musl_that_gives_the_same_bytes_rebuilds_musl_only(chain: Chain, tmp_path: Path) -> None:
    before = chain.paths("stage2", "musl")
    copy = copy_of_checkout(tmp_path)
    patch = copy / "stages" / "00-toolchain" / "patches" / "musl" / "zz-remark.patch"
    patch.write_text(
        "A remark where the compiler sees none.\n"
        "--- a/src/env/__environ.c\n+++ b/src/env/__environ.c\n@@ -1,1 +1,1 @@\n"
        "-#include <unistd.h>\n+#include <unistd.h> /* a remark */\n"
    )
    changed = chain.at(copy).start("run", "stage2", "musl", "--offline")
    assert changed.returncode == 0, changed.stderr
    built = {line.split()[1] for line in changed.stderr.splitlines() if line.startswith("  built")}
    assert built == {"musl@1.2.3"}
    assert chain.at(copy).paths("stage2", "musl") == before


def test_lua_and_python_start_through_exec(chain: Chain) -> None:
    assert chain("exec", "lua", "--", "lua", "-e", "print(6 * 7)") == "42\n"
    program = "import sys; print(sys.executable, sys.version_info[:2] >= (3, 11))"
    said = chain("exec", "python-tcc", "--", "python3", "-c", program)
    assert re.fullmatch(r"/bootstrap/store/\w{32}-python-tcc-[\d.]+/bin/python3 True\n", said)


OTHER_USER = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def _python_for_others() -> str:
    """A Python that another user can run, and that finds what is installed for this one."""
    twice = "import subprocess, sys, blake3, starlark; sys.exit(subprocess.call([sys.executable, '-c', '']))"
    env = {**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path))}
    for python in (sys.executable, "/usr/bin/python3"):
        argv = [*OTHER_USER, python, "-c", twice]
        if subprocess.run(argv, env=env, cwd="/", capture_output=True, check=False).returncode == 0:
            return python
    pytest.skip(f"no other user can run {sys.executable}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_gets_the_same_paths_as_root(chain: Chain) -> None:
    ours = chain.paths("stage0")
    home = Path("/tmp") / f"bootstrap-test-{os.getpid()}"
    home.mkdir(mode=0o755)
    try:
        os.chown(home, 65534, 65534)
        copy = home / "checkout"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*"))
        shutil.copytree(chain.sources, home / "sources")
        subprocess.run(["chmod", "-R", "a+rX", str(home)], check=True)
        python = _python_for_others()
        other = Chain(home / "home", home / "sources", copy, python=(*OTHER_USER, python))
        done = other.start("run", "stage0", "--offline")
        assert done.returncode == 0, done.stderr
        assert sorted(done.stdout.split()) == sorted(ours.values())
    finally:
        subprocess.run(["rm", "-rf", str(home)], check=True)
