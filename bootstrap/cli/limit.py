"""The limit of the store's size that collects by itself: BOOTSTRAP_STORE_LIMIT."""

from __future__ import annotations

import os

from bootstrap.cli.quantities import parse_size
from bootstrap.cli.say import counted, note, size
from bootstrap.cli.stopping import stopping
from bootstrap.errors import BootstrapError, Interrupted
from bootstrap.store import Store
from bootstrap.store.policy import Policy

_AFTERWARDS = 0.9
"""Of the limit: else every build would collect again."""


class _OtherCollector(Exception):
    pass


def keep_limit(store: Store, *, quiet: bool) -> None:
    """Collects if the store has grown past its limit. What this store object holds, what others use
    and what has a root stays. Whatever goes wrong is said, and is no error but Interrupted."""
    text = os.environ.get("BOOTSTRAP_STORE_LIMIT", "")
    if not text:
        return
    try:
        told = _keep(store, parse_size(text), text)
    except _OtherCollector:
        return
    except Interrupted:
        raise
    except BootstrapError as error:
        note(f"BOOTSTRAP_STORE_LIMIT is not kept: {error.message}")
    except OSError as error:
        note(f"BOOTSTRAP_STORE_LIMIT is not kept: {error}")
    else:
        if told and not quiet:
            note(told)


def _keep(store: Store, limit: int, text: str) -> str:
    """What there is to say about it."""
    if not store.is_larger_than(limit):
        return ""

    def on_wait() -> None:
        raise _OtherCollector

    policy = Policy(older_than=0.0, max_size=int(limit * _AFTERWARDS))
    with stopping() as cancel:
        done = store.collect_garbage(policy, cancel=cancel, on_wait=on_wait)
    what = f"{counted(len(done.garbage), 'path')}, {size(done.freed)} freed"
    told = f"collected {what} (BOOTSTRAP_STORE_LIMIT={text})"
    if done.size is not None and done.size > limit:
        told += f"; the other {size(done.size)} are in use or have a root"
    return told
