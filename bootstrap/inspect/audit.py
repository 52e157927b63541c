"""All that a person must trust or read for a target.

What is handed to its builds falls into: machine code (the seed), what the project's authors wrote by
hand, patches to other people's sources, and these sources themselves, of which some files were
generated. What is not handed in and yet decides is the host: kernel, Python, this program.
"""

from __future__ import annotations

import os
import platform
import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import bootstrap
from bootstrap.inspect.contents import Contents
from bootstrap.inspect.seed import SEEDS, seed
from bootstrap.plan.plan import Plan
from bootstrap.recipe.model import Files, LocalFile, Source

_LANGUAGES = {
    ".c": "C",
    ".cc": "C++",
    ".h": "C",
    ".hex": "hex",
    ".lua": "Lua",
    ".py": "Python",
    ".star": "Starlark",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Files that the project's authors wrote: of one directory, in one language."""

    directory: str
    language: str
    files: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """One source from outside, and the patches that are applied to it."""

    source: Source
    contents: Contents
    patches: tuple[tuple[LocalFile, int], ...]
    """Each patch with its added and removed lines."""
    of_seed: bool
    """Only a seed's recipe uses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What a target rests on."""

    seed: tuple[tuple[str, int], ...]
    """Machine code that a seed brings: file, and bytes."""
    written: tuple[Written, ...]
    seed_written: tuple[int, int]
    """Of what is written, what is handed to the seed's builds: files and lines. Recipes and what only
    checks use are not among them."""
    upstream: tuple[Upstream, ...]
    build_patches: tuple[tuple[LocalFile, int], ...]
    """Patches that are applied by builds, to what they unpack themselves, with their lines."""
    host: tuple[tuple[str, str], ...]
    """Parts of the host, each with its version or size."""

    @property
    def seed_bytes(self) -> int:
        return sum(size for _, size in self.seed)

    @property
    def patched(self) -> tuple[int, int]:
        """Patch files, and the lines they add and remove."""
        applied = (*(patch for source in self.upstream for patch in source.patches), *self.build_patches)
        counts = {file.path: lines for file, lines in applied}
        return len(counts), sum(counts.values())


@dataclass
class _Gathered:
    sources: dict[tuple[str, int], Source] = field(default_factory=dict)
    local: dict[str, LocalFile] = field(default_factory=dict)
    local_of_seed: set[str] = field(default_factory=set)
    """Paths of what the seed's builds are handed."""


def audit(plan: Plan, root: Path, recipe_files: Iterable[str], read: Callable[[Source], Contents]) -> Audit:
    """What the targets of a plan rest on. `read` tells the contents of a source, unpacked but not
    patched; `recipe_files` are those that were evaluated, from the project's root."""
    gathered = _gather(plan)
    parts = seed(plan, root).parts
    of_seed = {part.source.sha256 for part in parts if part.source is not None}
    upstream = tuple(
        _upstream(source, root, read(source), of_seed=source.sha256 in of_seed)
        for _, source in sorted(gathered.sources.items(), key=lambda item: (item[1].file, item[0]))
    )
    code = [(part.name, part.size) for part in parts if part.source is None]
    code += [
        (f"{source.source.file}: {code.path}", code.size)
        for source in upstream
        if source.of_seed
        for code in source.contents.code
    ]
    build_patches = {path: file for path, file in gathered.local.items() if path.endswith(".patch")}
    recipes = {path for path in recipe_files if path.endswith(".star")}
    return Audit(
        seed=tuple(code),
        written=_written(root, recipes | gathered.local.keys() - build_patches.keys()),
        seed_written=(
            len(gathered.local_of_seed),
            sum(_lines(root / path) for path in gathered.local_of_seed),
        ),
        upstream=upstream,
        build_patches=tuple(
            (file, _changed_lines(root / path)) for path, file in sorted(build_patches.items())
        ),
        host=_host(),
    )


def _gather(plan: Plan) -> _Gathered:
    gathered = _Gathered()
    for step in plan.steps:
        for _, material in step.derivation.sources:
            match material:
                case Files(files=files):
                    gathered.local.update((file.path, file) for file in files)
                    if step.where.file.startswith(SEEDS):
                        gathered.local_of_seed.update(file.path for file in files)
                case Source():
                    key = (material.sha256.hex, material.strip)
                    known = gathered.sources.get(key)
                    if known is None or len(known.patches) < len(material.patches):
                        gathered.sources[key] = material
    return gathered


def _upstream(source: Source, root: Path, contents: Contents, *, of_seed: bool) -> Upstream:
    patches = tuple((patch, _changed_lines(root / patch.path)) for patch in source.patches)
    return Upstream(source=source, contents=contents, patches=patches, of_seed=of_seed)


def _changed_lines(patch: Path) -> int:
    lines = patch.read_bytes().splitlines()
    return sum(line[:1] in (b"+", b"-") and line[:4] not in (b"+++ ", b"--- ") for line in lines)


def _written(root: Path, paths: Iterable[str]) -> tuple[Written, ...]:
    counts: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for path in paths:
        key = (posixpath.dirname(path), _LANGUAGES.get(posixpath.splitext(path)[1], "text"))
        files, lines = counts[key]
        counts[key] = (files + 1, lines + _lines(root / path))
    return tuple(
        Written(directory=directory, language=language, files=files, lines=lines)
        for (directory, language), (files, lines) in sorted(counts.items())
    )


def _host() -> tuple[tuple[str, str], ...]:
    return (
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("Python", platform.python_version()),
        ("bootstrap", f"{_own_lines():,} lines of Python"),
    )


def _own_lines() -> int:
    directory = os.path.dirname(os.path.abspath(bootstrap.__file__))
    return sum(_lines(path) for path in Path(directory).rglob("*.py"))


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")
