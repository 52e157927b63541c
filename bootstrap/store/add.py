"""From what a build left to store paths: references found, own digits replaced, moved in place.

The outputs lie on the store's file system already and belong to us, so files are never copied.

1. Each output is surveyed: refused or made normal, hashed and scanned, in one walk.
2. Outputs of one build may refer to each other, by scratch path. They are taken in the order of
   these references; each gets the digits of those before it, then its own are known.
3. Files are shared with the pool, directories sealed, and all outputs renamed into the store, with
   a lock on each path. Then one transaction registers them. A kill before it leaves files that
   nothing knows of, which the next to add the same path replaces, or the next collection removes.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise

from bootstrap.errors import OutputRefused
from bootstrap.store.durability import boot_id
from bootstrap.store.facts import Facts
from bootstrap.store.layout import Layout
from bootstrap.store.locks import lock
from bootstrap.store.pool import share
from bootstrap.store.replacement import put_in_place
from bootstrap.store.rewrite import (
    Patch,
    patched,
    patched_file,
    patched_node,
    with_nodes,
    write_file,
    write_symlink,
)
from bootstrap.store.survey import NAME, TIME, Place, Survey, seal, survey
from bootstrap.store.trouble import shown, system_error
from bootstrap.store.uses import Uses, note_use
from bootstrap.store.values import Added
from bootstrap.storepath import FILLER, StorePath, output_digest
from bootstrap.tree import Directory, File, Node, Symlink, root_digest, walk


@dataclass(kw_only=True)
class Output:
    """One output on its way."""

    name: str
    real: bytes
    scratch: StorePath
    survey: Survey
    own: list[tuple[Place, int]] = field(default_factory=list)
    """Where its own scratch digits stand."""
    siblings: dict[str, list[tuple[Place, int]]] = field(default_factory=dict)
    """Where those of other outputs stand, by output name."""
    occurrences: dict[StorePath, tuple[bytes, int]] = field(default_factory=dict)


def add_outputs(
    layout: Layout,
    facts: Facts,
    uses: Uses,
    outputs: Mapping[str, tuple[str, StorePath]],
    candidates: Collection[StorePath],
    distrusted: Collection[StorePath] = (),
) -> dict[str, Added]:
    """See `bootstrap.store.store.Store.add_outputs` and `distrust`."""
    return keep(layout, facts, uses, take(outputs, candidates), distrusted)


def take(
    outputs: Mapping[str, tuple[str, StorePath]], candidates: Collection[StorePath]
) -> dict[str, Output]:
    """Surveys each output; they are normal afterwards, and still where they were."""
    by_hash: dict[bytes, StorePath] = {path.hash.encode(): path for path in candidates}
    scratches = {scratch.hash.encode(): name for name, (_, scratch) in outputs.items()}
    return {
        name: _survey(name, real, scratch, by_hash, scratches)
        for name, (real, scratch) in sorted(outputs.items())
    }


def from_outside(real: str, name: str, survey: Survey, candidates: Iterable[StorePath]) -> Output:
    """A tree that is no build's output: it does not know where it will lie."""
    output = Output(name="out", real=os.fsencode(real), scratch=StorePath("", name), survey=survey)
    _note(output, {path.hash.encode(): path for path in candidates}, {})
    return output


def keep(
    layout: Layout,
    facts: Facts,
    uses: Uses,
    surveyed: Mapping[str, Output],
    distrusted: Collection[StorePath] = (),
) -> dict[str, Added]:
    """Moves surveyed outputs into the store, in the place of what is distrusted there.

    They are in use from before they are registered.
    """
    added: dict[str, Added] = {}
    try:
        for name in _in_order(surveyed):
            added[name] = _finish(surveyed[name], added)
        moved = [(surveyed[name], added[name]) for name in added]
        _move(layout, facts, uses, moved, added, distrusted)
    except OSError as error:
        raise system_error("store an output", error) from error
    return {name: added[name] for name in sorted(added)}


def _survey(
    name: str,
    real: str,
    scratch: StorePath,
    by_hash: Mapping[bytes, StorePath],
    scratches: Mapping[bytes, str],
) -> Output:
    place = os.fsencode(real)
    directory, base = os.path.split(place)
    try:
        parent = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise system_error(f"store output {name}", error) from error
    try:
        try:
            os.lstat(base, dir_fd=parent)
        except FileNotFoundError as error:
            raise OutputRefused(
                f'output "{name}" is missing: nothing is at {scratch}',
                hint=f"a command of the recipe must make {{{name}}}",
            ) from error
        output = Output(
            name=name,
            real=place,
            scratch=scratch,
            survey=survey(parent, base, [*by_hash, *scratches]),
        )
    finally:
        os.close(parent)
    _note(output, by_hash, scratches)
    return output


def _note(output: Output, by_hash: Mapping[bytes, StorePath], scratches: Mapping[bytes, str]) -> None:
    for where, offset, hash in output.survey.found:
        if hash in scratches:
            _note_scratch(output, scratches[hash], where, offset)
            continue
        path = by_hash[hash]
        if path not in output.occurrences:
            output.occurrences[path] = _entry(output.survey.root, where, offset)


def _note_scratch(output: Output, whose: str, where: Place, offset: int) -> None:
    if where.kind == NAME:
        other = "its own" if whose == output.name else f'output "{whose}"\'s'
        path, _ = _entry(output.survey.root, where, offset)
        raise OutputRefused(
            f'output "{output.name}": the name of {shown(path)} holds the digits of {other} store path, '
            "which change when the output is finished",
            hint="name it after something else than the path it is installed at",
        )
    if whose == output.name:
        output.own.append((where, offset))
    else:
        output.siblings.setdefault(whose, []).append((where, offset))


def _entry(root: Node, where: Place, offset: int) -> tuple[bytes, int]:
    """A place as path and offset; of a hash in names of a directory, which were scanned together."""
    if where.kind != NAME:
        return where.path, offset
    parent = next(node for path, node in walk(root) if path == where.path)
    assert isinstance(parent, Directory)
    for name, _ in parent.entries:
        if offset < len(name):
            break
        offset -= len(name) + 1
    return (where.path + b"/" + name if where.path else name), offset


def _in_order(outputs: Mapping[str, Output]) -> list[str]:
    """Names of outputs, each after those it refers to; OutputRefused for a cycle."""
    done: list[str] = []
    on_the_way: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        if name in on_the_way:
            cycle = [*on_the_way[on_the_way.index(name) :], name]
            lines = []
            for holder, mentioned in pairwise(cycle):
                place, offset = outputs[holder].siblings[mentioned][0]
                lines.append(f"  {holder}/{shown(place.path)}, byte {offset}, mentions {mentioned}")
            raise OutputRefused(
                f"outputs refer to each other in a circle: {' -> '.join(cycle)}\n" + "\n".join(lines),
                hint="paths come from contents, so one of them must do without the other; "
                "move the file to the output it mentions",
            )
        on_the_way.append(name)
        for sibling in sorted(outputs[name].siblings):
            visit(sibling)
        on_the_way.pop()
        done.append(name)

    for name in sorted(outputs):
        visit(name)
    return done


def _finish(output: Output, added: Mapping[str, Added]) -> Added:
    """Computes the final path, and writes final digits in the place of scratch ones."""
    survey = output.survey
    hashed: dict[bytes, list[Patch]] = {}
    for sibling, places in output.siblings.items():
        for place, offset in places:
            hashed.setdefault(place.path, []).append((offset, added[sibling].path.hash.encode()))
    written = {path: list(patches) for path, patches in hashed.items()}
    for place, offset in output.own:
        hashed.setdefault(place.path, []).append((offset, FILLER))
    nodes = _nodes(survey.root, set(hashed))
    directory, top = os.path.split(output.real)
    if isinstance(survey.root, Directory):
        directory, top = output.real, b""
    parent = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        changed: dict[bytes, Node] = {
            path: patched_node(parent, path or top, nodes[path], patches) for path, patches in hashed.items()
        }
        tree = root_digest(with_nodes(survey.root, changed))
        digest = output_digest(
            output.scratch.name, tree, [(place.path, offset) for place, offset in output.own]
        )
        path = StorePath(digest.base32, output.scratch.name)
        for place, offset in output.own:
            written.setdefault(place.path, []).append((offset, path.hash.encode()))
        contents = dict(survey.contents)
        for where, patches in written.items():
            node = nodes[where]
            if isinstance(node, Symlink):
                write_symlink(parent, where or top, patched(node.target, patches))
            elif isinstance(node, File):
                write_file(parent, where or top, patches, executable=node.executable)
                contents[where] = patched_file(parent, where or top, node, [])
        survey.contents = list(contents.items())
    finally:
        os.close(parent)
    occurrences = dict(output.occurrences)
    for sibling, places in output.siblings.items():
        place, offset = places[0]
        occurrences[added[sibling].path] = (place.path, offset)
    return Added(
        path=path,
        digest=digest,
        tree=tree,
        size=survey.size,
        files=survey.files,
        references=tuple(sorted(occurrences)),
        self_references=len(output.own),
        occurrences=occurrences,
        was_there=False,
    )


def _nodes(root: Node, paths: set[bytes]) -> dict[bytes, Node]:
    if not paths:
        return {}
    return {path: node for path, node in walk(root) if path in paths}


def _move(
    layout: Layout,
    facts: Facts,
    uses: Uses,
    outputs: list[tuple[Output, Added]],
    added: dict[str, Added],
    distrusted: Collection[StorePath],
) -> None:
    with ExitStack() as held:
        paths = sorted({result.path for _, result in outputs})
        for path in paths:
            held.enter_context(lock(f"{layout.locks}/{path.basename}"))
        uses.hold(paths)
        note_use(layout, paths)
        new: dict[StorePath, Added] = {}
        for output, result in outputs:
            known = result.path in new or facts.has(result.path)
            if known:
                added[output.name] = result._replace(was_there=True)
            else:
                new[result.path] = result
            is_good = known and result.path not in distrusted
            if not is_good or not os.path.lexists(layout.real(result.path)):
                put(layout, output.real, result.path, output.survey)
        if new:
            facts.add_paths(list(new.values()), boot_id())


def put(layout: Layout, real: bytes, path: StorePath, survey: Survey) -> None:
    """Renames a surveyed tree to its place; the caller holds the path's lock. Not yet registered."""
    directory, base = os.path.split(real)
    target = os.fsencode(layout.real(path))
    parent = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        share(layout, parent, base, survey.contents)
        # renaming a directory rewrites its "..", for which it must be writable: its own turn is last
        seal(parent, base, [inner for inner in reversed(survey.directories) if inner])
        put_in_place(real, target)
    finally:
        os.close(parent)
    if isinstance(survey.root, Directory):
        os.chmod(target, 0o555)
        os.utime(target, ns=(TIME, TIME))
