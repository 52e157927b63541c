"""Sources: collected, checked, built from without network; and what is said when one is not to be had."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from tests.cli.checkout import Checkout

pytestmark = pytest.mark.sandbox

DATA = b"the bytes that are pinned\n"
SHA256 = hashlib.sha256(DATA).hexdigest()
STAGE = f"""
a = recipe(
    name = "a",
    version = "1",
    source = source(
        file = "data.txt",
        sha256 = "{SHA256}",
        size = {len(DATA)},
        origins = ["https://one.invalid/data.txt", "https://two.invalid/"],
    ),
    commands = [copy("data.txt", "{{out}}/data")],
)
stage(name = "first", recipes = [a])
"""


@pytest.fixture
def given(checkout: Checkout, tmp_path: Path) -> Path:
    """A directory that holds the source."""
    checkout.stage(STAGE)
    directory = tmp_path / "given"
    directory.mkdir()
    (directory / "data.txt").write_bytes(DATA)
    return directory


def test_a_directory_of_sources_serves_without_network(checkout: Checkout, given: Path) -> None:
    done = checkout.good("run", "a", "--offline", "--sources", str(given))
    assert (checkout.real(done.stdout.strip()) / "data").read_bytes() == DATA


def test_the_environment_may_name_the_directories(checkout: Checkout, given: Path) -> None:
    checkout.good("run", "a", "--offline", BOOTSTRAP_SOURCES=f"/nowhere:{given}")


def test_a_source_that_is_not_to_be_had_is_one_error_with_every_origin(
    checkout: Checkout, given: Path
) -> None:
    (given / "data.txt").unlink()
    done = checkout("run", "a", "--offline", "--sources", str(given))
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.count("error: ") == 1
    for part in (SHA256, str(given), "https://one.invalid/data.txt", "https://two.invalid/data.txt"):
        assert part in done.stderr
    assert "needed by   a@1, defined at stages/00-first/stage.star:3:" in done.stderr


def test_wrong_bytes_have_a_status_of_their_own(checkout: Checkout, given: Path) -> None:
    (given / "data.txt").write_bytes(DATA.upper())
    done = checkout("run", "a", "--offline", "--sources", str(given))
    assert done.returncode == 5
    assert SHA256 in done.stderr


def test_what_is_collected_passes_sha256sum_and_builds_offline(
    checkout: Checkout, given: Path, tmp_path: Path
) -> None:
    to = tmp_path / "to"
    checkout.good("sources", "a", "--offline", "--sources", str(given), "--to", str(to))
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=to, check=True)
    other = ("--home", str(checkout.home / "another"))
    assert checkout("run", "a", "--offline", *other).returncode == 4
    checkout.good("run", "a", "--offline", "--sources", str(to), *other)


def test_without_a_directory_they_are_listed(checkout: Checkout, given: Path) -> None:
    assert checkout.good("sources", "a").stdout == f"{SHA256}  data.txt  ({len(DATA)} B)\n"
    (row,) = checkout.json("sources", "a")
    assert row["origins"] == [
        {"url": "https://one.invalid/data.txt"},
        {"url": "https://two.invalid/data.txt"},
    ]


def test_a_plan_says_what_would_be_fetched_until_it_is_there(checkout: Checkout, given: Path) -> None:
    assert f"fetch  data.txt  ({len(DATA)} B)" in checkout.good("plan", "a").stdout
    checkout.good("sources", "a", "--offline", "--sources", str(given), "--to", str(given / "to"))
    assert "fetch" not in checkout.good("plan", "a").stdout


def test_a_directory_that_is_not_there_is_a_usage_error(checkout: Checkout, given: Path) -> None:
    assert checkout("run", "a", "--sources", "/nowhere").returncode == 2


def test_a_missing_digest_is_printed_to_paste_if_the_file_is_at_hand(checkout: Checkout, given: Path) -> None:
    checkout.stage(STAGE.replace(f'sha256 = "{SHA256}",', "").replace(f"size = {len(DATA)},", ""))
    done = checkout("plan", "a", "--sources", str(given))
    assert done.returncode == 3
    assert f'paste: sha256 = "{SHA256}", size = {len(DATA)}' in done.stderr
