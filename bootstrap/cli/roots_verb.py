"""bootstrap roots: the names that keep results from being collected."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from bootstrap.cli.say import answer, answer_json, note, size
from bootstrap.cli.settings import Settings, json_option, project_options
from bootstrap.errors import UsageError

if TYPE_CHECKING:
    from bootstrap.store import Store
    from bootstrap.storepath import StorePath

_EPILOG = """\b
A root keeps a store path and all that it refers to. It is a link in the directory "roots" of the
store's home, so it is also a place at which the result can be found.

\b
Examples:
  bootstrap roots
  bootstrap roots add lua lua@5.4.4
  bootstrap run stage2 --root mine  builds, then names each result: mine-lua-5.4.4, ...
  bootstrap roots remove lua
"""


@click.command(
    name="roots", epilog=_EPILOG, short_help="Name what is to be kept.", options_metavar="[OPTIONS]"
)
@click.argument("words", nargs=-1, metavar="[add NAME TARGET | remove NAME...]")
@json_option
@project_options
def command(words: tuple[str, ...], as_json: bool, settings: Settings) -> None:
    """List the roots: name, size of the closure, since when, store path. Or add one, which must be
    built (TARGET may be a store path), or remove some."""
    match words:
        case ():
            _list(settings, as_json=as_json)
        case "add", name, target:
            _add(settings, name, target)
        case "remove", _, *_:
            _remove(settings, words[1:])
        case _:
            raise UsageError(
                f"bootstrap roots {' '.join(words)} means nothing",
                hint="bootstrap roots, bootstrap roots add NAME TARGET, bootstrap roots remove NAME...",
            )


def _list(settings: Settings, *, as_json: bool) -> None:
    from bootstrap.cli.session import Session

    store = Session(settings).store
    found = [(root, _closure_size(store, root.path)) for root in store.roots()]
    if as_json:
        answer_json(
            [
                {
                    "name": root.name,
                    "path": str(root.path),
                    "real": store.real(root.path),
                    "closure_size": count,
                    "since": root.since,
                }
                for root, count in found
            ]
        )
        return
    width = max((len(root.name) for root, _ in found), default=0)
    for root, count in found:
        kept = "not built" if count is None else size(count)
        since = datetime.datetime.fromtimestamp(root.since).strftime("%Y-%m-%d %H:%M")
        answer(f"{root.name:<{width}}  {kept:>9}  {since}  {root.path}")


def _add(settings: Settings, name: str, target: str) -> None:
    from bootstrap.cli.results import results
    from bootstrap.cli.session import Session
    from bootstrap.store.roots import check_root_name

    check_root_name(name)
    session = Session(settings, [target])
    set_roots(session.store, name, results(session))


def _remove(settings: Settings, names: Sequence[str]) -> None:
    from bootstrap.cli.session import Session

    store = Session(settings).store
    missing = [name for name in names if not store.remove_root(name)]
    if missing:
        raise UsageError(f"there is no root {', '.join(missing)}", hint="bootstrap roots lists them")


def set_roots(store: Store, name: str, paths: Sequence[StorePath]) -> None:
    """Gives a name to a result, or of several NAME-<name> to each. UsageError if these are not different."""
    named = {name: paths[0]} if len(paths) == 1 else {f"{name}-{path.name}": path for path in paths}
    if len(named) < len(paths):
        twice = ", ".join(each for each, count in Counter(path.name for path in paths).items() if count > 1)
        raise UsageError(f"several results are called {twice}", hint="give each a root of its own")
    for each, path in sorted(named.items()):
        store.set_root(each, path)
        note(f"root {each}  {path}")


def _closure_size(store: Store, path: StorePath) -> int | None:
    """Bytes of a path and all that it refers to; None if it is not there."""
    if not store.hold([path], as_used=False):
        return None
    return sum(info.size for info in store.infos(store.closure([path])).values())
