"""Files across builds: one whose name is not the same in each is still one file."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bootstrap.tree import Directory, Node

_MOST = 100
"""Names in one directory that are paired by likeness."""

Value = tuple[bytes, bytes] | None
"""What a file is in one build: its name, its kind and digest; None if it is not there."""


@dataclass(slots=True)
class Tracked:
    """One file (or symlink, or directory of which only one build has the like) in all builds."""

    path: bytes
    """Its path in the first build that has it: the output's name, then the path in it."""
    found: dict[int, tuple[bytes, Node]] = field(default_factory=dict)
    """By build: its path there, and what it is."""

    def value(self, number: int) -> Value:
        if number not in self.found:
            return None
        path, node = self.found[number]
        return os.path.basename(path), node.kind + node.digest.raw


def tracked(trees: Mapping[int, Node]) -> list[Tracked]:
    """The files that are not the same in all trees, by path; trees by number of the build."""
    return list(_walked(b"", trees))


def _walked(path: bytes, trees: Mapping[int, Node]) -> Iterator[Tracked]:
    nodes = list(trees.values())
    if all(node.kind == nodes[0].kind and node.digest == nodes[0].digest for node in nodes):
        return
    if not all(isinstance(node, Directory) for node in nodes):
        yield Tracked(path=path, found={number: (path, node) for number, node in trees.items()})
        return
    entries = {number: dict(node.entries) for number, node in trees.items() if isinstance(node, Directory)}
    everywhere = set.intersection(*(set(each) for each in entries.values()))
    for name in sorted(everywhere):
        inner = {number: each[name] for number, each in entries.items()}
        yield from _walked(path + b"/" + name if path else name, inner)
    odd = {
        number: {name: node for name, node in each.items() if name not in everywhere}
        for number, each in entries.items()
    }
    yield from _paired(path, odd)


def _paired(path: bytes, odd: Mapping[int, dict[bytes, Node]]) -> Iterator[Tracked]:
    """Files of which some build has none of this name, paired by name, then contents, then likeness."""
    groups: list[Tracked] = []
    by_name: dict[bytes, list[Tracked]] = defaultdict(list)
    by_digest: dict[bytes, list[Tracked]] = defaultdict(list)
    for number in sorted(odd):
        rest = dict(odd[number])
        for same in ("name", "digest", "likeness"):
            for name, node in sorted(rest.items()):
                if same == "name":
                    candidates = by_name[name]
                elif same == "digest":
                    candidates = by_digest[node.digest.raw]
                else:
                    candidates = _alike(name, groups, number) if len(rest) <= _MOST >= len(groups) else []
                group = next((each for each in candidates if number not in each.found), None)
                if group is None:
                    continue
                del rest[name]
                group.found[number] = _joined(path, name), node
                by_name[name].append(group)
                by_digest[node.digest.raw].append(group)
        for name, node in sorted(rest.items()):
            group = Tracked(path=_joined(path, name), found={number: (_joined(path, name), node)})
            groups.append(group)
            by_name[name].append(group)
            by_digest[node.digest.raw].append(group)
    yield from groups


def _joined(path: bytes, name: bytes) -> bytes:
    return path + b"/" + name if path else name


def _alike(name: bytes, groups: list[Tracked], number: int) -> list[Tracked]:
    """Those whose name begins and ends alike for at least a third of it, the most alike first."""
    scored = []
    for group in groups:
        if number in group.found:
            continue
        other = os.path.basename(group.path)
        before = _common(name, other)
        behind = _common(name[before:][::-1], other[before:][::-1])
        if 3 * (before + behind) >= max(len(name), len(other)):
            scored.append((-(before + behind), group.path, group))
    return [group for *_, group in sorted(scored, key=lambda each: each[:2])]


def _common(one: bytes, other: bytes) -> int:
    """Bytes at the beginning that are equal."""
    short = min(len(one), len(other))
    return next((at for at in range(short) if one[at] != other[at]), short)
