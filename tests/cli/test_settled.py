"""What was in order before is looked at again as soon as anything that was read has changed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bootstrap.cli import settled
from bootstrap.store import Store
from bootstrap.store.removal import remove_tree
from tests.cli.checkout import Checkout, events, wait_until

pytestmark = pytest.mark.sandbox

USES_FILES = """
data = recipe(
    name = "data",
    version = "1",
    source = files("data/*", strip = "data/"),
    commands = [copy(".", "{out}")],
)
stage(name = "first", recipes = [data])
"""


@pytest.fixture
def data(checkout: Checkout) -> Path:
    """The file that the recipe takes in, after a run that has been remembered."""
    checkout.stage(USES_FILES)
    file = checkout.root / "stages/00-first/data/file"
    file.parent.mkdir()
    file.write_text("one")
    time.sleep(0.15)  # what changed just before it was read is not remembered
    checkout.good("run", "data")
    assert checkout.good("run", "data").stderr == "nothing to do\n"
    return file


def has_built(checkout: Checkout) -> bool:
    return events(checkout.good("run", "data").stderr, "built") == ["data@1"]


def test_a_change_of_a_local_file_builds_anew(checkout: Checkout, data: Path) -> None:
    data.write_text("other")
    assert has_built(checkout)


def test_a_change_of_the_same_size_builds_anew(checkout: Checkout, data: Path) -> None:
    data.write_text("two")
    assert has_built(checkout)


def test_a_change_with_the_old_time_set_back_builds_anew(checkout: Checkout, data: Path) -> None:
    status = data.stat()
    data.write_text("two")
    os.utime(data, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert has_built(checkout)


def test_an_executable_bit_builds_anew(checkout: Checkout, data: Path) -> None:
    data.chmod(0o755)
    assert has_built(checkout)


def test_a_new_file_that_the_pattern_matches_builds_anew(checkout: Checkout, data: Path) -> None:
    data.with_name("another").write_text("")
    assert has_built(checkout)


def test_a_file_taken_away_builds_anew(checkout: Checkout, data: Path) -> None:
    data.with_name("another").write_text("")
    assert has_built(checkout)
    time.sleep(0.15)
    checkout.good("run", "data")
    data.unlink()
    assert has_built(checkout)


def test_a_result_that_is_gone_is_built_anew(checkout: Checkout, data: Path) -> None:
    remove_tree(checkout.home)
    assert has_built(checkout)


def test_a_new_stage_is_noticed(checkout: Checkout, data: Path) -> None:
    checkout.stage("broken(", "01-second")
    assert checkout("run", "data").returncode == 3


def test_an_edit_while_the_build_runs_is_seen_by_the_next_run(checkout: Checkout) -> None:
    text = 'slow = made("slow", act("sleep", "1", "write", "{out}/text", "one"))\n'
    text += 'stage(name = "first", recipes = [slow])\n'
    checkout.stage(text)
    time.sleep(0.15)
    with checkout.running("run", "slow") as process:
        assert process.stderr is not None
        wait_until(lambda: "begun" in process.stderr.readline())  # type: ignore[union-attr]
        checkout.stage(text.replace("one", "two"))
        path = process.communicate(timeout=30)[0].strip()
    assert (checkout.real(path) / "text").read_text() == "one"
    assert (checkout.real(checkout.path("slow")) / "text").read_text() == "two"


def test_other_options_are_another_question(checkout: Checkout) -> None:
    checkout.stage(
        """
word = option("word", default = "one", choices = ["one", "two"])
a = made("a", write("{out}/word", word))
stage(name = "first", recipes = [a])
"""
    )
    time.sleep(0.15)
    one = checkout.path("a")
    two = checkout.path("a", "--option", "word=two")
    assert (checkout.real(one) / "word").read_text() == "one"
    assert (checkout.real(two) / "word").read_text() == "two"


def test_what_is_recalled_is_held(checkout: Checkout, data: Path) -> None:
    with Store.open(checkout.home) as store:
        (found,) = settled.recall(store, settled.key(str(checkout.root), ["data"], [], "built")) or []
        assert checkout.good("gc", "--older-than", "0").stdout == "nothing to collect\n"
        assert store.info(found.path) is not None
    assert "removed 1 path" in checkout.good("gc", "--older-than", "0").stdout
    assert has_built(checkout)
