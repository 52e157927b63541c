"""The fixture assert_reproducible, in tests of another project."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.checkout import processes, wait_until
from tests.cli.conftest import act, home
from tests.reprocheck.cli.conftest import Rechecked, checkout

__all__ = ["act", "checkout", "home"]

pytest_plugins = ["pytester"]

STAGE = """
clean = made("clean")
host = made("host", act("host", "{out}/named"))
stage(name = "first", recipes = [clean, host])
"""


def run(pytester: pytest.Pytester, tests: str, *words: str) -> pytest.RunResult:
    pytester.makepyfile(tests)
    return pytester.runpytest_subprocess("-p", "reprocheck.pytest_plugin", "-W", "error", *words)


@pytest.mark.sandbox
@pytest.mark.parametrize("processes", ["0", "2"])
def test_targets_of_the_project_at_rootdir(
    pytester: pytest.Pytester, checkout: Rechecked, processes: str
) -> None:
    checkout.stage(STAGE)
    tests = """
        import pytest

        def test_clean(assert_reproducible):
            assert_reproducible("clean")

        def test_protected(assert_reproducible):
            assert_reproducible("clean", "host", protected=True)

        def test_allowed(assert_reproducible):
            assert_reproducible("host", allowed=("host.name",))

        def test_not_allowed(assert_reproducible):
            assert_reproducible("host", allowed=("path.build",))

        def test_no_target(assert_reproducible):
            with pytest.raises(Exception, match="absent"):
                assert_reproducible("absent")
        """
    words = ("--rootdir", str(checkout.root), "--bootstrap-home", str(checkout.home), "-n", processes)
    result = run(pytester, tests, *words)
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*AssertionError: host@1  protected by the sandbox: host.name*",
            "E*out/named  L2: differs only with what the sandbox fixes",
        ]
    )
    result.stdout.no_fnmatch_line("*pytest_plugin.py:*")


@pytest.mark.sandbox
def test_commands(pytester: pytest.Pytester) -> None:
    (pytester.mkdir("source") / "text").write_text("text\n")
    tests = """
        import pytest

        def test_clean(assert_reproducible):
            script = 'umask 022; cat text > "$OUT/a"; echo "$WORD" > "$OUT/b"'
            assert_reproducible.command(["sh", "-c", script], source="source", env={"WORD": "word"})

        def test_noise(assert_reproducible):
            script = "umask 022; mkdir dist; cat /proc/sys/kernel/random/uuid > dist/a"
            assert_reproducible.command(["sh", "-c", script], out="dist", protected=True)

        def test_thorough(assert_reproducible):
            script = 'umask 022; if test "$(nproc)" = 1; then echo one; else echo more; fi > "$OUT/a"'
            assert_reproducible.command(["sh", "-c", script], only=("cpu.count",))
            with pytest.raises(AssertionError, match="cpu.count"):
                assert_reproducible.command(["sh", "-c", script], only=("cpu.count",), thorough=True)

        def test_fails(assert_reproducible):
            assert_reproducible.command(["false"], allowed=("rng",), only=("host",))
        """
    result = run(pytester, tests)
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        ["E*AssertionError: sh -c *  not reproducible*", "E*AssertionError: false  build failed*"]
    )


@pytest.mark.sandbox
def test_ctrl_c_ends_the_run_and_leaves_nothing(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    span = f"300.{os.getpid()}9"
    test = f'def test_it(assert_reproducible): assert_reproducible.command(["sleep", "{span}"])\n'
    file = pytester.makepyfile(f"{test}\ndef test_other(): pass")
    words = ["-m", "pytest", "-p", "reprocheck.pytest_plugin", "-p", "no:cacheprovider", str(file)]
    with subprocess.Popen([sys.executable, *words], text=True, stdout=subprocess.PIPE) as process:
        try:
            wait_until(lambda: processes(span))
            process.send_signal(signal.SIGINT)
            stdout, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert "passed" not in stdout
    assert processes(span) == []
    assert list(tmp_path.glob("reprocheck-*/tmp/*")) == []


def test_those_who_do_not_use_it_import_nothing() -> None:
    script = (
        "import sys, pytest; before = set(sys.modules); import reprocheck.pytest_plugin; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["reprocheck", "reprocheck.pytest_plugin"]


def test_it_is_an_entry_point() -> None:
    import tomllib

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    name = "reprocheck.pytest_plugin"
    assert project["entry-points"]["pytest11"] == {name: name}
