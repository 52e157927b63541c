"""Ctrl-C as a wish, for work that chooses where it can stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread


def hangups() -> list[signal.Signals]:
    """SIGHUP, unless it is ignored, as nohup(1) has it."""
    return [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]


@contextmanager
def stopping() -> Iterator[Event]:
    """An event that SIGINT, SIGTERM and SIGHUP set, instead of breaking in wherever they come; never set in
    another than the main thread, which gets no signals."""
    event = Event()
    if current_thread() is not main_thread():
        yield event
        return
    numbers = (signal.SIGINT, signal.SIGTERM, *hangups())
    before = [signal.signal(number, lambda *_: event.set()) for number in numbers]
    try:
        yield event
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
