"""Several subjects checked at once, until all are done or one cannot go on."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from bootstrap.errors import Interrupted, StoreError
from reprocheck.cli.progress import Progress
from reprocheck.report.model import Report
from reprocheck.report.summary import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One subject to be checked."""

    title: str
    seconds: float
    """What one build of it takes, as far as that is known: the longest begin first."""
    run: Callable[[threading.Event], Report]
    """Checks it; Interrupted soon after the event is set."""


def carry_out(
    checks: Sequence[Check], view: Progress, *, at_once: int, cancel: threading.Event
) -> list[Report]:
    """The reports, in the order of the checks. `cancel` ends them all.

    Whatever is raised, Interrupted or an error of one check, is raised once nothing runs any more.
    """

    def one(check: Check) -> Report:
        view.begun(check.title)
        try:
            report = check.run(cancel)
        except OSError as error:
            raise _trouble(check.title, error) from error
        view.ended(report)
        return report

    futures: dict[Future[Report], Check] = {}
    with view, ThreadPoolExecutor(at_once, "check") as pool:
        try:
            for check in sorted(checks, key=lambda check: -check.seconds):
                futures[pool.submit(one, check)] = check
            reports = {id(futures[done]): done.result() for done in as_completed(futures)}
        except BaseException as error:
            was_wanted = cancel.is_set()
            cancel.set()
            pool.shutdown(cancel_futures=True)
            if was_wanted and not isinstance(error, Interrupted):
                # Ctrl-C reaches programs that we run, too, and what they were for fails.
                raise Interrupted("interrupted; nothing is left running") from error
            raise
    return [reports[id(check)] for check in checks]


def _trouble(title: str, error: OSError) -> Exception:
    """What to raise for a system call that failed during a check: of a full disk, what to do."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO):
        return error
    where = f" ({os.fsdecode(error.filename)})" if error.filename is not None else ""
    return StoreError(
        f"{plain(title)} cannot be checked: {error.strerror}{where}",
        hint="builds are done on the disk of BOOTSTRAP_HOME, of commands in TMPDIR; some of them in /dev/shm",
    )
