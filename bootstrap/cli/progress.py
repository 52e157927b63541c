"""What happens while a plan is carried out: a live view on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from bootstrap.build.events import Collecting, Event, Fetching, Finished, Line, Planned, Started, Waiting
from bootstrap.build.failure import printable
from bootstrap.cli.say import has_colour, note, seconds, size

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from bootstrap.digest import Digest


class Progress(Protocol):
    """Shows events; used as a context manager around the work. Called from many threads."""

    def __enter__(self) -> Progress: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def __call__(self, event: Event) -> None: ...


def progress(*, quiet: bool = False) -> Progress:
    """The view that suits standard error: live, plain, or none."""
    if quiet:
        return Plain(quiet=True)
    return Live() if has_colour(sys.stderr) else Plain()


def finished_line(event: Finished) -> str:
    """One line for what has ended: what became of it, its name, how long, where it is."""
    where = "  ".join(str(path) for _, path in event.outputs)
    return f"{event.how:>7}  {event.title}  ({seconds(event.seconds)})  {where}".rstrip()


def planned_line(event: Planned) -> str:
    return f"{event.to_do} to build or check, {event.there} there already"


def fetched_line(event: Fetching) -> str:
    return f"fetched  {event.file}  ({size(event.size)})"


class Plain:
    """A line when something begins and when it ends; no control characters."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._lock = threading.Lock()
        self._fetched: set[str] = set()

    def __enter__(self) -> Plain:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __call__(self, event: Event) -> None:
        if self._quiet:
            return
        with self._lock:
            match event:
                case Planned() if event.to_do:
                    note(planned_line(event))
                case Fetching() if event.done >= event.size and event.file not in self._fetched:
                    self._fetched.add(event.file)
                    note(fetched_line(event))
                case Started():
                    note(f"  begun  {event.title}")
                case Waiting():
                    note(f"waiting  {event.title}: another process is building it")
                case Finished():
                    note(finished_line(event))


@dataclass(slots=True)
class _Row:
    """A build that runs or waits, as the live view shows it."""

    title: str
    line: str
    expected: float = 0.0
    began: float = field(default_factory=time.monotonic)


class Live:
    """One line for each running build with its newest line of log; ended ones scroll away above."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live as RichLive

        # Guards what the view is made of. Never held while printing: the thread that refreshes the
        # view takes rich's own lock first and then this one.
        self._lock = threading.Lock()
        self._rows: dict[Digest, _Row] = {}
        self._fetching: dict[str, Fetching] = {}
        self._fetched: set[str] = set()
        self._collecting: Collecting | None = None
        self._to_do = 0
        self._done = 0
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
        self._live.__exit__(kind, error, trace)

    def __call__(self, event: Event) -> None:
        with self._lock:
            told = self._take(event)
        if told is not None:
            self._console.print(told, soft_wrap=True)

    def _take(self, event: Event) -> Text | None:
        """Notes what happened; gives what is to scroll away above the view."""
        from rich.text import Text

        match event:
            case Planned() if event.to_do:
                self._to_do = event.to_do
                return Text(planned_line(event), "dim")
            case Fetching() if event.done < event.size:
                self._fetching[event.file] = event
            case Fetching() if event.file not in self._fetched:
                self._fetching.pop(event.file, None)
                self._fetched.add(event.file)
                return Text(fetched_line(event), "dim")
            case Waiting():
                self._rows[event.id] = _Row(event.title, "another process is building it")
            case Started():
                self._rows[event.id] = _Row(event.title, "", event.expected)
            case Line() if event.id in self._rows:
                self._rows[event.id].line = printable(event.text)
            case Collecting():
                self._collecting = event
            case Finished():
                self._rows.pop(event.id, None)
                self._done += 1
                style = {"failed": "bold red", "built": "green"}.get(event.how, "dim")
                return Text(finished_line(event), style)
        return None

    def _table(self) -> Table:
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        now = time.monotonic()
        with self._lock:
            for row in self._rows.values():
                passed = seconds(now - row.began)
                if row.expected >= 1:
                    passed += f" of ~{seconds(row.expected)}"
                table.add_row(Text(row.title, "bold"), passed, Text(row.line, "dim"))
            for file, fetching in self._fetching.items():
                share = f"{size(fetching.done)} of {size(fetching.size)}"
                table.add_row(Text(f"fetching {file}", "cyan"), share, "")
            if self._collecting is not None:
                done = f"{self._collecting.gone:,} of {self._collecting.of:,} paths"
                table.add_row(Text("collecting", "bold"), done, "")
            if self._to_do:
                table.add_row(Text(f"{self._done} of {self._to_do} done", "dim"), "", "")
        return table
