"""bootstrap gc: remove from the store what nothing keeps."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from bootstrap.cli.quantities import parse_age, parse_size
from bootstrap.cli.say import answer, answer_json, counted, has_colour, note, seconds, size
from bootstrap.cli.settings import Settings, json_option, project_options

if TYPE_CHECKING:
    from pathlib import Path

    from bootstrap.cli.session import Session
    from bootstrap.store.policy import Collected, Garbage, Policy
    from bootstrap.storepath import StorePath

_LEAST_AGE_OF_SOURCES = 86400.0
"""Seconds: a build that has fetched its sources may be waiting for its turn."""

_EPILOG = """\b
These stay, each with all that it refers to: what a root names (bootstrap roots), what a running
build or exec uses, what was built or used in the last 14 days (--older-than), what --keep names.
Only space is lost: whatever goes can be built again.

\b
With --max-size, what is not used for long goes first, then what is quickly built again for its
size, until the store is small enough. A file that several paths share counts once, when the last
of them goes; the sizes in the table count it in each.

\b
Examples:
  bootstrap gc --dry-run            what would go, and why it may
  bootstrap gc --max-size 20G
  bootstrap gc --older-than 0 --keep stage2
                                    all but roots, stage2, and what is in use now
  BOOTSTRAP_STORE_LIMIT=20G         in the environment: collect after builds, down to nine tenths
"""


@click.command(name="gc", epilog=_EPILOG, short_help="Remove from the store what nothing keeps.")
@click.option("--dry-run", is_flag=True, help="Tell what would go and why it may; remove nothing.")
@click.option(
    "--max-size", metavar="SIZE", type=parse_size, help="Stop when the store holds no more (20G, 4GiB)."
)
@click.option(
    "--older-than",
    metavar="AGE",
    type=parse_age,
    default="14d",
    show_default=True,
    help="Only what was not used for so long (12h, 30min; 0: whatever is not in use).",
)
@click.option("--keep", metavar="TARGET", multiple=True, help="Keep it although it has no root.")
@click.option("--sources", is_flag=True, help="Remove fetched sources not used for so long, too.")
@click.option("--kept", is_flag=True, help="Remove what --keep-failed has kept of failed builds, too.")
@json_option
@project_options
def command(
    dry_run: bool,
    max_size: int | None,
    older_than: float,
    keep: tuple[str, ...],
    sources: bool,
    kept: bool,
    as_json: bool,
    settings: Settings,
) -> None:
    """Remove every store path that no root, no running program and no recent use keeps."""
    from bootstrap.cli.session import Session
    from bootstrap.store.policy import Policy

    session = Session(settings, keep)
    policy = Policy(older_than=older_than, keep=_paths(session), max_size=max_size)
    done = session.store.find_garbage(policy) if dry_run else _collect(session, policy)
    unused = _unused_sources(session, older_than) if sources else []
    directories = session.store.kept_directories()
    if not dry_run:
        for path, _ in unused:
            path.unlink(missing_ok=True)
        if kept:
            session.store.remove_kept()
    if as_json:
        answer_json(
            {
                "dry_run": dry_run,
                "paths": [_row(each) for each in done.garbage],
                "freed": done.freed,
                "leftovers": done.leftovers,
                "spared": done.spared,
                "sources": [{"file": path.name, "size": count} for path, count in unused],
                "kept": directories if kept else [],
            }
        )
        return
    if dry_run:
        _print_table(done)
    answer(_summary(done, dry_run=dry_run))
    verb = "would remove" if dry_run else "removed"
    if unused:
        answer(f"{verb} {counted(len(unused), 'source')}, {size(sum(count for _, count in unused))} freed")
    if directories and kept:
        answer(f"{verb} what was kept of {counted(len(directories), 'failed build')}")
    elif directories:
        note(
            f"{session.store.home}/kept holds what was kept of {counted(len(directories), 'failed build')} "
            "(--kept removes it)"
        )
    if done.spared:
        note(f"{counted(done.spared, 'path')} meant to go stayed: somebody began to use them")
    if max_size is not None and done.size is not None and done.size > max_size:
        note(f"the store holds {size(done.size)}; nothing more of it may go")


def _paths(session: Session) -> tuple[StorePath, ...]:
    """What is to be kept by name, as far as it is built."""
    if not session.targets:
        return ()
    known = session.store.realisations(target.derivation for target in session.plan.targets)
    return tuple(path for each in known.values() for _, path in each.outputs)


def _collect(session: Session, policy: Policy) -> Collected:
    from bootstrap.cli.stopping import stopping

    with stopping() as cancel, ExitStack() as shown:
        live: Any = None

        def on_progress(gone: int, of: int) -> None:
            nonlocal live
            if not gone and of and not has_colour(sys.stderr):
                note(f"collecting  {counted(of, 'path')}")
            elif of and has_colour(sys.stderr):
                from bootstrap.build.events import Collecting
                from bootstrap.cli.progress import Live

                live = live or shown.enter_context(Live())
                live(Collecting(gone, of))

        return session.store.collect_garbage(
            policy,
            cancel=cancel,
            on_progress=on_progress,
            on_wait=lambda: note("waiting: another process is collecting"),
        )


def _unused_sources(session: Session, older_than: float) -> list[tuple[Path, int]]:
    from pathlib import Path

    from bootstrap.fetch.cache import Cache

    cache = Cache(Path(session.settings.home, "sources"))
    return cache.unused(older_than=max(older_than, _LEAST_AGE_OF_SOURCES))


def _row(each: Garbage) -> dict[str, Any]:
    return {
        "path": str(each.path),
        "size": each.size,
        "last_used": each.last_used,
        "rebuild": each.rebuild,
        "why": _why(each),
    }


def _why(each: Garbage) -> str:
    if each.referrers:
        return f"no root, mentioned only by {counted(each.referrers, 'path')} that may go, too"
    return f"no root, last used {_ago(each.last_used)}"


def _ago(then: float) -> str:
    passed = max(0.0, time.time() - then)
    for unit, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if passed >= 2 * unit:
            return f"{passed // unit:.0f} {name} ago"
    return "a moment ago" if passed < 60 else "a minute ago"


def _print_table(done: Collected) -> None:
    if not done.garbage:
        return
    rows = [
        (
            str(each.path),
            size(each.size),
            _ago(each.last_used),
            seconds(each.rebuild) if each.rebuild is not None else "unknown",
            _why(each),
        )
        for each in done.garbage
    ]
    titles = ("path", "size", "last used", "rebuild", "why it may go")
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(4)]
    for path, count, used, span, why in (titles, *rows):
        answer(f"{path:<{widths[0]}}  {count:>{widths[1]}}  {used:>{widths[2]}}  {span:>{widths[3]}}  {why}")


def _summary(done: Collected, *, dry_run: bool) -> str:
    if not (done.garbage or done.leftovers or done.freed):
        return "nothing to collect"
    what = counted(len(done.garbage), "path")
    if done.leftovers:
        what += f" and {counted(done.leftovers, 'leftover')} of killed builds"
    return f"{'would remove' if dry_run else 'removed'} {what}, {size(done.freed)} freed"
