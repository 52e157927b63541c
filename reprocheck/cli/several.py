"""Several subjects checked at once, until all are done or one cannot go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from reprocheck.cli.progress import Progress
from reprocheck.report.model import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One subject to be checked."""

    title: str
    seconds: float
    """What one build of it takes, as far as that is known: the longest begin first."""
    run: Callable[[threading.Event], Report]
    """Checks it; Interrupted soon after the event is set."""


def carry_out(checks: Sequence[Check], view: Progress, *, at_once: int) -> list[Report]:
    """The reports, in the order of the checks.

    Whatever is raised, Interrupted or an error of one check, is raised once nothing runs any more.
    """
    cancel = threading.Event()

    def one(check: Check) -> Report:
        view.begun(check.title)
        report = check.run(cancel)
        view.ended(report)
        return report

    futures: dict[Future[Report], Check] = {}
    with view, ThreadPoolExecutor(at_once, "check") as pool:
        try:
            for check in sorted(checks, key=lambda check: -check.seconds):
                futures[pool.submit(one, check)] = check
            reports = {id(futures[done]): done.result() for done in as_completed(futures)}
        except BaseException:
            cancel.set()
            pool.shutdown(cancel_futures=True)
            raise
    return [reports[id(check)] for check in checks]
