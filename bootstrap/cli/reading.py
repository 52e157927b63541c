"""How far reading the store has come: a bar with bytes per second, or a line now and then."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bootstrap.cli.say import has_colour, note, size

_EVERY = 10.0
"""Seconds between two lines where there is no terminal."""


@contextmanager
def reading(*, quiet: bool) -> Iterator[tuple[Callable[[int, int], None], Callable[[int], None]]]:
    """What `Store.verify_all` is to be given as `on_start` and `on_read`."""
    if quiet:
        yield lambda paths, total: None, lambda count: None
        return
    if not has_colour(sys.stderr):
        lines = _Lines()
        yield lines.start, lines.read
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as view:
        task = view.add_task("verifying", total=None)
        yield (
            lambda paths, total: view.update(task, description=f"verifying {paths:,} paths", total=total),
            lambda count: view.advance(task, count),
        )


class _Lines:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = self._total = 0
        self._told = time.monotonic()

    def start(self, paths: int, total: int) -> None:
        self._total = total
        note(f"verifying {paths:,} paths, at most {size(total)}")

    def read(self, count: int) -> None:
        with self._lock:
            self._done += count
            if time.monotonic() - self._told >= _EVERY:
                self._told = time.monotonic()
                note(f"verified {size(self._done)} of at most {size(self._total)}")
