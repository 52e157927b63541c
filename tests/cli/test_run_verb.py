"""bootstrap run: what it prints, what it builds, and what it leaves alone."""

from __future__ import annotations

import re

import pytest

from tests.cli.checkout import LOADS, Checkout, events

pytestmark = pytest.mark.sandbox

CHAIN = """
base = made("base")
user = made("user", copy("{base}/name", "{out}/base"), tools = [base])
stage(name = "first", recipes = [base, user])
"""


def test_result_paths_and_nothing_else_go_to_standard_output(checkout: Checkout) -> None:
    checkout.stage(CHAIN)
    done = checkout.good("run", "first")
    assert re.fullmatch(r"(/bootstrap/store/[a-z2-7]{32}-(base|user)-1\n){2}", done.stdout)
    assert events(done.stderr, "built") == ["base@1", "user@1"]


def test_json_tells_target_output_path_and_real_place(checkout: Checkout) -> None:
    checkout.stage(CHAIN)
    (row,) = checkout.json("run", "user")
    assert row.keys() == {"target", "output", "path", "real"}
    assert (row["target"], row["output"], row["real"]) == ("user@1", "out", str(checkout.real(row["path"])))
    assert (checkout.real(row["path"]) / "base").read_text() == "base"


def test_quiet_prints_results_and_errors_only(checkout: Checkout) -> None:
    checkout.stage(CHAIN)
    done = checkout.good("run", "user", "-q")
    assert len(done.stdout.splitlines()) == 1
    assert events(done.stderr, "begun") == events(done.stderr, "built") == []


def test_a_second_run_has_nothing_to_do_and_gives_the_same_answer(checkout: Checkout) -> None:
    checkout.stage(CHAIN)
    first = checkout.good("run", "user")
    second = checkout.good("run", "user")
    assert (second.stdout, second.stderr) == (first.stdout, "nothing to do\n")


def test_a_comment_changes_nothing(checkout: Checkout) -> None:
    checkout.stage(CHAIN)
    checkout.good("run", "user")
    checkout.stage("# a remark\n" + CHAIN)
    done = checkout.good("run", "user")
    assert events(done.stderr, "begun") == []
    assert "nothing to do" in done.stderr


def test_a_change_that_gives_the_same_bytes_stops_at_the_result_it_was_made_to(checkout: Checkout) -> None:
    checkout.stage(CHAIN)
    before = checkout.path("user")
    checkout.stage(CHAIN.replace('made("base")', 'made("base", mkdir("elsewhere"))'))
    done = checkout.good("run", "user")
    assert events(done.stderr, "built") == ["base@1"]
    assert events(done.stderr, "reused") == ["user@1"]
    assert done.stdout.strip() == before


def test_a_change_of_bytes_goes_all_the_way(checkout: Checkout) -> None:
    checkout.stage(CHAIN.replace("{base}/name", "{base}"))
    before = checkout.path("user")
    checkout.stage(
        CHAIN.replace("{base}/name", "{base}").replace(
            'made("base")', 'made("base", write("{out}/more", "more"))'
        )
    )
    done = checkout.good("run", "user")
    assert events(done.stderr, "built") == ["base@1", "user@1"]
    assert done.stdout.strip() != before


def test_the_number_of_jobs_does_not_change_what_comes(checkout: Checkout) -> None:
    wide = [f'{name} = made("{name}", act("print", "{{cores}}"), cores = 0)' for name in "abcd"]
    checkout.stage("\n".join(wide) + "\nstage(name = 'first', recipes = [a, b, c, d])\n")
    ids = checkout.good("hash", "first").stdout
    one = checkout.good("run", "first", "-j", "1").stdout
    assert "1\n" in checkout.good("log", "a").stdout
    again = checkout.good("run", "first", "--rebuild", "-j", "2")
    assert again.stdout == one
    assert events(again.stderr, "built").count("a@1") == 1
    assert checkout.good("hash", "first").stdout == ids


def test_a_lone_build_is_told_all_the_cores_it_may_use(checkout: Checkout) -> None:
    checkout.stage(
        'a = made("a", act("print", "{cores}"), cores = 0)\nstage(name = "first", recipes = [a])\n'
    )
    checkout.good("run", "a", "-j", "2")
    assert checkout.good("log", "a").stdout == "2\n"


def test_a_rebuild_that_gives_the_same_says_so_by_ending_well(checkout: Checkout) -> None:
    checkout.stage(CHAIN)
    before = checkout.path("user")
    done = checkout.good("run", "user", "--rebuild")
    assert events(done.stderr, "built") == ["user@1"]
    assert done.stdout.strip() == before


def test_a_rebuild_that_gives_something_else_shows_both_and_keeps_the_first(checkout: Checkout) -> None:
    checkout.stage(
        """
noise = made("noise", act("random", "{out}/noise"))
user = made("user", copy("{noise}/noise", "{out}/noise"), tools = [noise])
stage(name = "first", recipes = [noise, user])
"""
    )
    before = checkout.path("noise")
    user = checkout.path("user")
    done = checkout("run", "first", "--rebuild")
    assert done.returncode == 7
    assert done.stdout == ""
    assert "noise@1 did not give the same again" in done.stderr
    assert "user@1 did not" not in done.stderr  # it was built from the same input as before
    (now,) = set(re.findall(r"came now +(\S+)", done.stderr))
    assert before in done.stderr
    assert now != before
    assert checkout.real(now).exists()
    assert checkout.good("run", "first").stdout.split() == [before, user]


def test_a_recipe_file_outside_of_the_stages_can_be_run(checkout: Checkout) -> None:
    checkout.stage(CHAIN)
    (checkout.root / "hello.star").write_text(LOADS + 'hello = made("hello")\nother = made("other")\n')
    assert len(checkout.good("run", "hello.star").stdout.splitlines()) == 2
    done = checkout("run", "../hello.star:hello", cwd=checkout.root / "stages")
    assert done.stdout.endswith("-hello-1\n"), done.stderr


def test_a_recipe_file_in_no_project_is_one_by_itself(checkout: Checkout) -> None:
    alone = checkout.root.parent / "alone"
    alone.mkdir()
    (alone / "hello.star").write_text(
        'hello = recipe(name = "hello", version = "1", commands = [mkdir("{out}/a")])\n'
    )
    done = checkout("run", "hello.star", cwd=alone)
    assert done.stdout.endswith("-hello-1\n"), done.stderr


def test_an_unknown_target_is_a_usage_error_that_names_the_nearest(checkout: Checkout) -> None:
    checkout.stage(CHAIN)
    done = checkout("run", "usr")
    assert done.returncode == 2
    assert 'no stage or recipe is called "usr"' in done.stderr
    assert 'did you mean "user"' in done.stderr


def test_the_faults_of_recipes_are_all_told_at_once_with_their_places(checkout: Checkout) -> None:
    checkout.stage('a = made("a", versoin = "2")\nb = made("b", tools = ["a"])\n')
    done = checkout("run", "a")
    assert done.returncode == 3
    assert "stages/00-first/stage.star:2:" in done.stderr
    assert "stages/00-first/stage.star:3:" in done.stderr
    assert 'did you mean "version"' in done.stderr


def test_a_home_that_cannot_be_made_is_an_error_of_the_store(checkout: Checkout) -> None:
    checkout.stage(CHAIN)
    checkout.home.write_text("a file")
    done = checkout("run", "user")
    assert done.returncode == 8
    assert str(checkout.home) in done.stderr
    assert "BOOTSTRAP_HOME" in done.stderr
