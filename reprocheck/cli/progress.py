"""What happens while subjects are checked: a live view on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from bootstrap.cli.say import counted, has_colour, note, seconds
from reprocheck.report.paint import Paint
from reprocheck.report.summary import plain
from reprocheck.report.terminal import verdict_line

if TYPE_CHECKING:
    from rich.table import Table

    from reprocheck.report.model import Report


class Progress(Protocol):
    """Shows what happens; used as a context manager around the work. Called from many threads."""

    def __enter__(self) -> Progress: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def begun(self, subject: str) -> None:
        """Its check has begun."""

    def building(self, subject: str, number: int, what: str, why: str, *, beside: int = 0) -> None:
        """A build has begun: its number, what is varied in it, why it is done ("" for no reason), and how
        many others run beside it."""

    def line(self, subject: str, text: str) -> None:
        """The newest line of a build's log."""

    def ended(self, report: Report) -> None:
        """A check came to its end."""


def progress(subjects: int, *, quiet: bool) -> Progress:
    """The view that suits standard error: live, plain, or none."""
    if quiet:
        return Plain(quiet=True)
    return Live(subjects) if has_colour(sys.stderr) else Plain()


def _build_text(number: int, what: str, why: str) -> str:
    return plain(f"build {number}: {what}" + (f", {why}" if why else ""))


class Plain:
    """A line when something begins and when it ends; no control characters."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet

    def __enter__(self) -> Plain:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def begun(self, subject: str) -> None:
        self._note(f"checking  {plain(subject)}")

    def building(self, subject: str, number: int, what: str, why: str, *, beside: int = 0) -> None:
        self._note(f"building  {plain(subject)}  {_build_text(number, what, why)}")

    def line(self, subject: str, text: str) -> None:
        return None

    def ended(self, report: Report) -> None:
        self._note(f" checked  {verdict_line(report, Paint(colour=False))}")

    def _note(self, text: str) -> None:
        if not self._quiet:
            note(text)


@dataclass(slots=True)
class _Row:
    """A subject that is being checked, as the live view shows it."""

    what: str = "comparing"
    line: str = ""
    began: float = field(default_factory=time.monotonic)


class Live:
    """A line for each subject that is being checked; what has ended scrolls away above."""

    def __init__(self, subjects: int) -> None:
        from rich.console import Console
        from rich.live import Live as RichLive

        # Guards what the view is made of. Never held while printing: the thread that refreshes the
        # view takes rich's own lock first and then this one.
        self._lock = threading.Lock()
        self._rows: dict[str, _Row] = {}
        self._done = 0
        self._subjects = subjects
        self._console = Console(stderr=True, highlight=False)
        self._live = RichLive(
            console=self._console, refresh_per_second=8, transient=True, get_renderable=self._table
        )

    def __enter__(self) -> Live:
        self._live.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # of a terminal that was closed
            self._live.__exit__(kind, error, trace)

    def begun(self, subject: str) -> None:
        with self._lock:
            self._rows[subject] = _Row()

    def building(self, subject: str, number: int, what: str, why: str, *, beside: int = 0) -> None:
        with self._lock:
            more = f" (and {counted(beside, 'build')} beside it)" if beside else ""
            self._rows[subject].what = _build_text(number, what, why) + more
            self._rows[subject].line = ""

    def line(self, subject: str, text: str) -> None:
        with self._lock:
            self._rows[subject].line = plain(text)

    def ended(self, report: Report) -> None:
        from rich.text import Text

        with self._lock:
            self._rows.pop(report.subject, None)
            self._done += 1
        with suppress(OSError):
            self._console.print(Text.from_ansi(verdict_line(report, Paint(colour=True))), soft_wrap=True)

    def _table(self) -> Table:
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=2)
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        now = time.monotonic()
        with self._lock:
            for subject, row in self._rows.items():
                passed = seconds(now - row.began)
                table.add_row(Text(plain(subject), "bold"), passed, Text(row.what), Text(row.line, "dim"))
            if self._subjects > 1:
                table.add_row(Text(f"{self._done} of {self._subjects} checked", "dim"), "", "", "")
        return table
