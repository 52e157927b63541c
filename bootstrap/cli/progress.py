"""What happens while a plan is carried out: a live view on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import Any, Protocol

from bootstrap.build.events import Event, Fetching, Finished, Line, Planned, Started, Waiting
from bootstrap.cli.say import note, seconds, size


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
    return Live() if sys.stderr.isatty() else Plain()


def finished_line(event: Finished) -> str:
    """One line for what has ended: what became of it, its name, how long, where it is."""
    where = "  ".join(str(path) for _, path in event.outputs)
    return f"{event.how:>7}  {event.title}  ({seconds(event.seconds)})  {where}".rstrip()


def planned_line(event: Planned) -> str:
    if not event.to_do:
        return "nothing to do"
    return f"{event.to_do} to build or check, {event.there} there already"


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
                case Planned():
                    note(planned_line(event))
                case Fetching() if event.done >= event.size and event.file not in self._fetched:
                    self._fetched.add(event.file)
                    note(f"fetched  {event.file}  ({size(event.size)})")
                case Started():
                    note(f"  begun  {event.title}")
                case Waiting():
                    note(f"waiting  {event.title}: another process is building it")
                case Finished():
                    note(finished_line(event))


class Live:
    """One line for each running build with its newest line of log; ended ones scroll away above."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live as RichLive

        self._console = Console(stderr=True, highlight=False)
        self._live = RichLive(
            console=self._console, refresh_per_second=8, transient=True, get_renderable=self._table
        )
        self._lock = threading.Lock()
        self._running: dict[Any, tuple[Started, float]] = {}
        self._lines: dict[Any, str] = {}
        self._fetching: dict[str, Fetching] = {}
        self._to_do = 0
        self._done = 0

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
            match event:
                case Planned():
                    self._to_do = event.to_do
                    self._print(planned_line(event), "dim")
                case Fetching():
                    self._fetching[event.file] = event
                    if event.done >= event.size:
                        del self._fetching[event.file]
                        self._print(f"fetched  {event.file}  ({size(event.size)})", "dim")
                case Started():
                    self._running[event.id] = (event, time.monotonic())
                case Waiting():
                    self._lines[event.id] = "another process is building it"
                case Line():
                    self._lines[event.id] = event.text
                case Finished():
                    self._running.pop(event.id, None)
                    self._lines.pop(event.id, None)
                    self._done += 1
                    style = {"failed": "bold red", "built": "green"}.get(event.how, "dim")
                    self._print(finished_line(event), style)

    def _print(self, text: str, style: str) -> None:
        from rich.text import Text

        self._console.print(Text(text, style), soft_wrap=True)

    def _table(self) -> Any:
        from rich.table import Table
        from rich.text import Text

        from bootstrap.build.failure import printable

        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        now = time.monotonic()
        with self._lock:
            for id, (event, began) in self._running.items():
                passed = seconds(now - began)
                if event.expected >= 1:
                    passed += f" of ~{seconds(event.expected)}"
                line = printable(self._lines.get(id, ""))
                table.add_row(Text(event.title, "bold"), passed, Text(line, "dim"))
            for file, fetching in self._fetching.items():
                share = f"{size(fetching.done)} of {size(fetching.size)}"
                table.add_row(Text(f"fetching {file}", "cyan"), share, "")
            if self._to_do:
                table.add_row(Text(f"{self._done} of {self._to_do} done", "dim"), "", "")
        return table
