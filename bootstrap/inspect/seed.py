"""What a seed brings: the pinned bytes that its recipes alone use."""

from __future__ import annotations

from dataclasses import dataclass

from bootstrap.digest import Digest, digest
from bootstrap.plan.plan import Plan
from bootstrap.recipe.model import Source

SEEDS = "seeds/"
"""Where the recipes lie with which a chain begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """Pinned files from outside that nothing but a seed's recipes is built from."""

    sources: tuple[Source, ...]
    """By file name."""

    @property
    def size(self) -> int:
        """Bytes, as they are fetched."""
        return sum(source.size for source in self.sources)

    @property
    def digest(self) -> Digest:
        """BLAKE3 of ``sha256 LF`` of each file, sorted."""
        return digest("".join(sorted(f"{source.sha256.hex}\n" for source in self.sources)).encode())


def seed(plan: Plan) -> Seed:
    """What the seed of a plan brings."""
    brought: dict[str, Source] = {}
    others: set[str] = set()
    for step in plan.steps:
        for _, material in step.derivation.sources:
            if isinstance(material, Source):
                if step.where.file.startswith(SEEDS):
                    brought[material.sha256.hex] = material
                else:
                    others.add(material.sha256.hex)
    sources = (source for sha256, source in brought.items() if sha256 not in others)
    return Seed(sources=tuple(sorted(sources, key=lambda source: (source.file, source.sha256))))
