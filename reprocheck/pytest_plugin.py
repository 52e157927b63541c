"""A pytest plugin: the fixture `assert_reproducible`. Imports nothing of ours until a test uses it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from reprocheck.report.model import Report


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("reprocheck").addoption(
        "--bootstrap-home", metavar="DIR", help="Where the store is kept (else BOOTSTRAP_HOME)."
    )


@pytest.fixture
def assert_reproducible(pytestconfig: pytest.Config) -> AssertReproducible:
    """Asserts that targets of the project at rootdir give the same again; `.command`: that a command does."""
    return AssertReproducible(pytestconfig.rootpath, pytestconfig.getoption("--bootstrap-home"))


class AssertReproducible:
    """What the fixture gives; holds nothing that changes."""

    def __init__(self, root: Path, home: str | None = None, *, sources: Sequence[str] = ()) -> None:
        """`root` is a directory of the project; `home` and `sources` as of the command line, where the
        environment counts if they are not given."""
        self._root = root
        self._home = home
        self._sources = sources

    def __call__(
        self,
        *targets: str,
        allowed: Collection[str] = (),
        protected: bool = False,
        only: Collection[str] = (),
        without: Collection[str] = (),
        thorough: bool = False,
    ) -> None:
        """AssertionError with the report unless all targets are reproducible, or differ only for causes that
        are `allowed`, or, if `protected`, only with what the sandbox fixes. Builds what is missing.

        Errors: BootstrapError for targets that mean nothing, sandboxes that cannot be made, and the like.
        """
        __tracebackhide__ = True
        import click

        from bootstrap.cli.session import Session
        from bootstrap.cli.settings import Settings, home_directory, supply
        from reprocheck.cli.checking import Manner, check
        from reprocheck.cli.choice import chosen, method

        choice = chosen(only, without, thorough=thorough)
        manner = Manner(
            choice=choice,
            method="" if only or without else method(choice.rows, thorough=thorough),
            jobs=_jobs(),
            quiet=True,
        )
        settings = Settings(home=home_directory(self._home), start=str(self._root), options=())
        supplied = supply(self._sources)
        with _stopping(), click.Context(click.Command("reprocheck")):  # closes the store
            reports, status = check(Session(settings, targets, supplied), supplied, manner)
        if reports is None or (status and not reports):
            raise AssertionError(f"{', '.join(targets)}: not built: see what was printed to standard error")
        _assert_accepted(reports, allowed, protected)

    def command(
        self,
        argv: Sequence[str],
        *,
        source: str | os.PathLike[str] | None = None,
        env: Mapping[str, str] | None = None,
        out: str = "",
        allowed: Collection[str] = (),
        protected: bool = False,
        only: Collection[str] = (),
        without: Collection[str] = (),
        thorough: bool = False,
    ) -> None:
        """The same of a command, which leaves its result in the directory that $OUT names, or in `out` of
        its source; `source` is copied for each build."""
        __tracebackhide__ = True
        from reprocheck.cli.checking import check_command
        from reprocheck.cli.choice import chosen

        with _stopping():
            report = check_command(
                argv,
                choice=chosen(only, without, thorough=thorough),
                source=None if source is None else Path(source),
                env=env or {},
                out=out,
                jobs=_jobs(),
                quiet=True,
            )
        _assert_accepted([report], allowed, protected)


def _jobs() -> int:
    """This process's share of the cores, where several run tests at once (pytest-xdist)."""
    from bootstrap.build.machine import cores

    return max(1, cores() // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


@contextmanager
def _stopping() -> Iterator[None]:
    """An interruption ends the whole run of pytest, not one test."""
    from bootstrap.errors import Interrupted

    try:
        yield
    except Interrupted as error:
        raise KeyboardInterrupt(str(error)) from None


def _assert_accepted(reports: Sequence[Report], allowed: Collection[str], protected: bool) -> None:
    __tracebackhide__ = True
    from reprocheck.report.paint import Paint
    from reprocheck.report.terminal import lines

    if not all(_accepted(report, allowed, protected) for report in reports):
        raise AssertionError("\n".join(lines(reports, Paint(colour=False))))


def _accepted(report: Report, allowed: Collection[str], protected: bool) -> bool:
    from reprocheck.report.model import Verdict

    if report.verdict is Verdict.REPRODUCIBLE or (protected and report.verdict is Verdict.PROTECTED):
        return True
    if report.verdict not in (Verdict.PROTECTED, Verdict.NOT_REPRODUCIBLE):
        return False
    return all(
        finding.causes
        and all({cause.cause, *cause.together_with} <= set(allowed) for cause in finding.causes)
        for finding in report.findings
    )
