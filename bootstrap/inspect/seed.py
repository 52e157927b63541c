"""What a seed brings: bytes that nobody in the chain has compiled, and that its recipes alone use."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bootstrap.digest import Digest, digest
from bootstrap.plan.derivation import Derivation
from bootstrap.plan.plan import Plan
from bootstrap.recipe.model import Files, Source, Unhex

SEEDS = "seeds/"
"""Where the recipes lie with which a chain begins."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A pinned file from outside, or the bytes that a file of hexadecimal digits stands for."""

    name: str
    sha256: str
    size: int
    source: Source | None
    """None for what is kept as hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What is there before anything is built."""

    parts: tuple[Part, ...]
    """By name."""

    @property
    def size(self) -> int:
        """Bytes; of files from outside as they are fetched."""
        return sum(part.size for part in self.parts)

    @property
    def digest(self) -> Digest:
        """BLAKE3 of ``sha256 LF`` of each part, sorted."""
        return digest("".join(sorted(f"{part.sha256}\n" for part in self.parts)).encode())


def seed(plan: Plan, root: Path) -> Seed:
    """What the seed of a plan brings, for a project at `root`. OSError if a file of it cannot be read."""
    parts: dict[str, Part] = {}
    others: set[str] = set()
    for step in plan.steps:
        is_seed = step.where.file.startswith(SEEDS)
        if is_seed:
            parts.update((part.sha256, part) for part in _unhexed(step.derivation, root))
        for _, material in step.derivation.sources:
            if isinstance(material, Source):
                part = Part(material.file, material.sha256.hex, material.size, material)
                if is_seed:
                    parts[part.sha256] = part
                else:
                    others.add(part.sha256)
    brought = [part for sha256, part in parts.items() if sha256 not in others]
    return Seed(parts=tuple(sorted(brought, key=lambda part: (part.name, part.sha256))))


def _unhexed(derivation: Derivation, root: Path) -> Iterator[Part]:
    local = {
        f"{place}/{file.name}" if place else file.name: file.path
        for place, material in derivation.sources
        if isinstance(material, Files)
        for file in material.files
    }
    for command in derivation.commands:
        if isinstance(command, Unhex) and command.source in local:
            path = local[command.source]
            text = re.sub(r"#.*", "", (root / path).read_text(encoding="utf-8"))
            data = bytes.fromhex("".join(text.split()))
            yield Part(path, hashlib.sha256(data).hexdigest(), len(data), None)
