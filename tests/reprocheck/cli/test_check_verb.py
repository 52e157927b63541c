"""Recipes and stages checked through the command line, in real sandboxes."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from bootstrap.store import Store
from bootstrap.storepath import StorePath
from tests.cli.checkout import end, processes, wait_until
from tests.reprocheck.cli.conftest import Rechecked

pytestmark = pytest.mark.sandbox

SLOW = """
slow = made("slow", act("sleep", "{span}", "host", "{{out}}/named"))
stage(name = "first", recipes = [slow])
"""
STAGE = """
low = made("low")
clean = made("clean", tools = [low])
host = made("host", act("host", "{out}/named"))
stage(name = "first", recipes = [clean, host])
"""


@pytest.fixture
def project(checkout: Rechecked) -> Rechecked:
    checkout.stage(STAGE)
    return checkout


def answer(done: Any, status: int) -> Any:
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


def test_what_is_the_same_again_is_0_after_two_builds(project: Rechecked) -> None:
    done = project.good("clean")
    assert done.stdout.startswith("clean@1  reproducible  (2 builds, ")
    report = answer(project("check", "clean", "--json"), 0)
    assert (report["verdict"], report["findings"], len(report["builds"])) == ("reproducible", [], 2)
    assert report["builds"][1]["equal_to"] == 1
    assert {each["name"] for each in report["variations"] if each["applied"]} >= {"host.name", "path.build"}


def test_what_differs_only_with_what_the_sandbox_fixes_is_10_with_its_cause_first(project: Rechecked) -> None:
    report = answer(project("host", "--json"), 10)
    assert report["verdict"] == "protected by the sandbox"
    assert report["causes"][0]["cause"] == "host.name"
    assert [(each["path"], each["level"]) for each in report["findings"]] == [("named", "L2")]
    text = project("host").stdout
    assert "out/named  L2: differs only with what the sandbox fixes" in text
    assert "cause       host.name (shown)" in text


def test_what_differs_always_is_1(checkout: Rechecked) -> None:
    checkout.stage(
        'noise = made("noise", act("random", "{out}/noise"))\nstage(name = "first", recipes = [noise])'
    )
    report = answer(checkout("noise", "--json"), 1)
    assert report["verdict"] == "not reproducible"
    assert [each["path"] for each in report["findings"]] == ["noise"]


def test_a_stage_is_all_that_leads_to_it_and_its_worst_verdict(project: Rechecked) -> None:
    value = answer(project("first", "-j", "2", "--json"), 10)
    assert (value["schema"], value["verdict"]) == ("reprocheck.reports/1", "protected by the sandbox")
    assert sorted(each["subject"] for each in value["reports"]) == ["clean@1", "host@1", "low@1"]
    assert value["causes"] == ["host.name"]


def test_several_subjects_are_a_table(project: Rechecked) -> None:
    lines = project("clean", "low", "-q").stdout.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [
        ["reproducible", "low@1"],
        ["reproducible", "clean@1"],
    ]
    assert lines[2] == "2 subjects: 2 reproducible"


def test_progress_is_told_line_by_line_where_there_is_no_terminal(project: Rechecked) -> None:
    lines = project.good("clean").stderr.splitlines()
    assert "checking  clean@1" in lines
    assert any(line.startswith("building  clean@1  build 2: everything varied") for line in lines)
    assert any(line.startswith(" checked  clean@1  reproducible") for line in lines)
    assert "checking" not in project.good("clean", "--quiet").stderr


def test_verdicts_are_kept_and_shown_by_bootstrap(project: Rechecked) -> None:
    project.good("clean")
    project("host")
    assert "  reprocheck  reproducible\n" in project.bootstrap.good("show", "clean").stdout
    assert (
        "  reprocheck  protected by the sandbox: host.name\n" in project.bootstrap.good("show", "host").stdout
    )
    (fact,) = project.bootstrap.json("show", "host")
    assert (fact["verdict"]["verdict"], fact["verdict"]["causes"]) == (
        "protected by the sandbox",
        ["host.name"],
    )
    listed = {row["target"]: row["verdict"] for row in project.bootstrap.json("list")}
    assert listed == {"clean@1": "reproducible", "host@1": "protected by the sandbox"}
    assert "host@1                   built  protected by the sandbox" in project.bootstrap.good("list").stdout
    stats = project.bootstrap.good("stats", "first").stdout
    assert "2 of 3 checked by reprocheck: 1 protected by the sandbox, 1 reproducible" in stats


def test_a_verdict_is_not_shown_of_what_has_none(project: Rechecked) -> None:
    project.bootstrap.good("run", "first")
    assert "reprocheck" not in project.bootstrap.good("show", "clean").stdout
    assert "reprocheck" not in project.bootstrap.good("stats", "first").stdout
    assert {row["verdict"] for row in project.bootstrap.json("list")} == {None}


def test_only_what_has_no_verdict_is_checked_with_changed(project: Rechecked) -> None:
    first = answer(project("host", "--json"), 10)
    done = project("first", "--changed", "--json")
    assert sorted(re.findall("^checking  (.*)", done.stderr, re.MULTILINE)) == ["clean@1", "low@1"]
    assert first in answer(done, 10)["reports"]
    again = project("first", "--changed")
    assert "checking" not in again.stderr
    assert again.returncode == 10


def test_what_meets_in_one_build_is_checked_once(checkout: Rechecked) -> None:
    checkout.stage(
        """
one = made("low", act("print", "one"))
two = made("low", act("print", "two"))
left, right = [made("above", tools = [low]) for low in (one, two)]
tools = {"left": left, "right": right}
top = recipe(name = "top", version = "1", tools = tools, commands = [write("{out}/a", "")])
stage(name = "first", recipes = [top])
"""
    )
    done = checkout("first", "--json")
    value = answer(done, 0)
    assert len(value["reports"]) == 5
    assert (
        len({each["subject"] for each in value["reports"]}) == 5 or done.stderr.count("checking  above") == 1
    )
    assert done.stderr.count("checking  above") == 1
    assert "checking" not in checkout("first", "--changed").stderr


def test_a_changed_recipe_has_no_verdict_yet(project: Rechecked) -> None:
    project.good("clean")
    project.stage(STAGE.replace('made("clean",', 'made("clean", act("print", "more"),'))
    assert "checking  clean@1" in project.good("clean", "--changed").stderr


def test_a_check_of_some_variations_leaves_no_verdict(project: Rechecked) -> None:
    report = answer(project("host", "--only", "host", "--json"), 10)
    assert {each["name"] for each in report["variations"]} == {"host.name", "host.domain"}
    assert answer(project("host", "--without", "host.name", "--json"), 0)["verdict"] == "reproducible"
    assert project.bootstrap.json("show", "host")[0]["verdict"] is None


def test_a_thorough_check_tells_all_stories_and_counts_as_an_ordinary_one(project: Rechecked) -> None:
    assert "\n  not tried   cpu.features-cpuid, seed, path.build-length" in project("first").stdout
    report = answer(project("clean", "--json"), 0)
    assert {each["name"] for each in report["variations"] if not each["asked"]} >= {"time.clock-year"}
    assert "building  clean@1" in project.good("clean", "--thorough", "--changed").stderr
    report = answer(project("clean", "--thorough", "--json"), 0)
    assert len(report["builds"]) == 4
    assert "time.clock-dst" in {each["name"] for each in report["variations"] if each["applied"]}
    assert "building" not in project.good("clean", "--changed").stderr
    assert "building" not in project.good("clean", "--thorough", "--changed").stderr


def test_another_story_is_tried_when_it_is_named(checkout: Rechecked) -> None:
    checkout.stage('clean = made("clean")\nstage(name = "first", recipes = [clean])')
    report = answer(checkout("clean", "--only", "time.clock-year", "--json"), 0)
    assert [each["varied"] for each in report["builds"]] == [[], ["time.clock-year"]]
    report = answer(checkout("clean", "--only", "time.clock", "--json"), 0)
    assert [each["varied"] for each in report["builds"]] == [[], ["time.clock"]]
    words = ("--only", "time.clock", "--only", "time.clock-year")
    report = answer(checkout("clean", *words, "--json"), 0)
    assert [each["varied"] for each in report["builds"]] == [[], ["time.clock"], ["time.clock-year"]]
    words = ("--only", "time.clock", "--without", "time.elapsed", "--thorough")
    report = answer(checkout("clean", *words, "--json"), 0)
    assert [each["varied"] for each in report["builds"]] == [[], ["time.clock"]]


def test_a_page_and_markdown_are_written(project: Rechecked, tmp_path: Path) -> None:
    done = project("host", "--html", str(tmp_path / "page.html"), "--markdown")
    assert done.returncode == 10
    assert done.stdout.startswith("### `host@1`: protected by the sandbox\n")
    assert "host.name" in (tmp_path / "page.html").read_text("utf-8")


def test_what_builds_left_can_be_kept(project: Rechecked, tmp_path: Path) -> None:
    project("host", "--keep", str(tmp_path / "kept"))
    names = {number: (tmp_path / "kept/host@1" / number / "out/named").read_text() for number in ("1", "2")}
    assert names["1"] != names["2"]
    again = project("host", "--keep", str(tmp_path / "kept"))
    assert again.returncode == 2
    assert "new directory" in again.stderr


def test_a_build_that_fails_is_12_and_a_verdict(project: Rechecked) -> None:
    project.stage(STAGE.replace("[clean, host]", '[clean, made("bad", act("exit", "3")), host]'))
    report = answer(project("bad", "--json"), 12)
    assert report["verdict"] == "build failed"
    assert "exit status 3" in report["builds"][0]["message"]
    value = answer(project("first", "--json", "--keep-going"), 12)
    assert {each["subject"]: each["verdict"] for each in value["reports"]} == {
        "bad@1": "build failed",
        "low@1": "reproducible",
        "clean@1": "reproducible",
        "host@1": "protected by the sandbox",
    }


def test_what_inputs_were_collected_is_built_for_the_check(project: Rechecked) -> None:
    project.bootstrap.good("run", "clean", "--root", "clean")
    project.bootstrap.good("gc", "--older-than", "0")
    assert "reproducible" in project.good("clean").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing",), 'no stage or recipe is called "nothing"'),
        (("clean", "--only", "host.nam"), "host.name"),
        (("clean", "--changed", "--only", "host"), "--changed"),
        (("clean", "--json", "--markdown"), "two forms"),
        (("clean", "--only", "host", "--without", "host"), "no variation is left"),
        (("clean", "--html", "/nowhere/page.html"), "cannot write"),
    ],
)
def test_what_means_nothing_is_2_and_says_why(project: Rechecked, words: tuple[str, ...], said: str) -> None:
    done = project(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def wake_once(span: str) -> None:
    """Ends the sleep of those who have said by now that SIGUSR1 is not to end them (proc_pid_status(5))."""
    for pid in processes(span):
        try:
            caught = re.search(r"^SigCgt:\t(\w+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if caught is not None and int(caught[1], 16) >> (signal.SIGUSR1 - 1) & 1:
            os.kill(pid, signal.SIGUSR1)
    time.sleep(0.02)


def wake(span: str) -> None:
    wait_until(lambda: processes(span))
    wait_until(lambda: wake_once(span) or not processes(span))


def test_an_interrupted_check_leaves_nothing_running_and_goes_on_from_there(checkout: Rechecked) -> None:
    span = f"300.{os.getpid()}7"
    checkout.stage(SLOW.format(span=span))

    with checkout.bootstrap.running("run", "slow") as process:
        wake(span)
        assert process.wait(30) == 0
    with checkout.running("slow") as process:
        wake(span)  # the build with everything varied
        wait_until(lambda: processes(span))
        status, stderr = end(process, signal.SIGINT)
    assert status == 130
    assert "--changed" in stderr
    assert "Traceback" not in stderr
    wait_until(lambda: not processes(span))
    with Store.open(checkout.home) as store:
        assert len(store._database.read("SELECT id FROM unfinished")) == 1
    with checkout.running("slow", "--changed") as process:
        while process.poll() is None:
            wake_once(span)
        stdout, stderr = process.communicate()
    assert process.returncode == 10
    assert "host.name" in stdout
    assert "build 2: everything varied, to see" not in stderr


def test_builds_of_one_subject_run_side_by_side_and_end_together(checkout: Rechecked) -> None:
    span = f"300.{os.getpid()}8"
    checkout.stage(f'slow = made("slow", act("sleep", "{span}"))\nstage(name = "first", recipes = [slow])')
    with checkout.bootstrap.running("run", "slow") as process:
        wake(span)
        assert process.wait(30) == 0
    with checkout.running("slow", "-j", "2", "--further", "4") as process:
        wake(span)  # the build with everything varied
        wait_until(lambda: len(processes(span)) == 2)
        status, stderr = end(process, signal.SIGINT)
    assert status == 130
    assert "Traceback" not in stderr
    assert "build 4: everything varied, further build 2" in stderr
    wait_until(lambda: not processes(span))


def test_outputs_are_told_by_the_digits_of_their_store_paths(project: Rechecked) -> None:
    report = answer(project("clean", "--json"), 0)
    path = StorePath.parse(project.bootstrap.path("clean"))
    assert report["outputs"] == {"out": f"bootstrap-output:{path.hash}"}
    assert re.fullmatch("[0-9a-f]{64}", report["derivation"])
