"""bootstrap audit: all that a person must trust or read for targets."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from bootstrap.cli.say import answer, answer_json, size
from bootstrap.cli.settings import (
    Settings,
    Supply,
    json_option,
    project_options,
    supply_options,
    targets_argument,
)

if TYPE_CHECKING:
    from bootstrap.cli.session import Session
    from bootstrap.fetch.fetcher import Fetcher
    from bootstrap.inspect.audit import Audit, Upstream
    from bootstrap.inspect.contents import Contents
    from bootstrap.recipe.model import Source

_EPILOG = """\b
Sources are fetched if need be, unpacked once (archives that they are packed in, too), and every file is
looked at: text is counted in lines, machine code in bytes, and files that a program wrote are listed with
what would write them again. A build may leave some of them alone.

\b
Examples:
  bootstrap audit stage0
  bootstrap audit python --generated       every generated file of the sources
  bootstrap audit stage2 --json
"""


@click.command(name="audit", epilog=_EPILOG, short_help="Tell what must be trusted or read for a target.")
@targets_argument
@click.option("--generated", is_flag=True, help="List every generated file.")
@json_option
@supply_options
@project_options
def command(
    targets: tuple[str, ...], generated: bool, as_json: bool, supply: Supply, settings: Settings
) -> None:
    """Tell what TARGETS rest on: seed, hand-written source, patches, upstream sources, host."""
    from bootstrap.cli.progress import progress
    from bootstrap.cli.session import Session
    from bootstrap.inspect.audit import audit

    session = Session(settings, targets, supply)
    with progress() as view:
        fetcher = session.fetcher(supply, view)
        found = audit(
            session.plan,
            session.root,
            session.project.files,
            lambda source: _contents(session, fetcher, source),
        )
    if as_json:
        answer_json(_as_json(found))
    else:
        _tell(found, generated=generated)


def _contents(session: Session, fetcher: Fetcher, source: Source) -> Contents:
    """Of a source as it comes; remembered, since a pinned file never changes."""
    from bootstrap.fetch.lay import lay
    from bootstrap.inspect import contents as module

    key = f"contents {module.VERSION} {source.sha256.hex} {source.unpack}"
    known = session.store.recall(key)
    if known is not None:
        return module.from_json(json.loads(known))
    from dataclasses import replace

    archive = fetcher.fetch(source)
    with session.store.new_build_directory() as place:
        plain = replace(source, patches=(), strip=0)
        lay(plain, target=place.path, archive=archive, project=session.root)
        module.unpack_within(place.path)
        found = module.contents(place.path)
    session.store.remember(key, json.dumps(asdict(found)).encode())
    return found


def _as_json(found: Audit) -> dict[str, Any]:
    return {
        "seed": {
            "bytes": found.seed_bytes,
            "machine_code": [{"file": name, "bytes": count} for name, count in found.seed],
            "written": {"files": found.seed_written[0], "lines": found.seed_written[1]},
        },
        "written": [asdict(each) for each in found.written],
        "patches": {"files": found.patched[0], "lines": found.patched[1]},
        "sources": [
            {
                "file": each.source.file,
                "sha256": each.source.sha256.hex,
                "size": each.source.size,
                "of_seed": each.of_seed,
                "patches": [{"file": patch.path, "lines": lines} for patch, lines in each.patches],
                **asdict(each.contents),
            }
            for each in found.upstream
        ],
        "host": dict(found.host),
    }


def _tell(found: Audit, *, generated: bool) -> None:
    answer(f"seed: {found.seed_bytes:,} bytes of machine code in {len(found.seed)} files")
    for name, count in found.seed:
        if ":" not in name:
            answer(f"  {name:<60} {count:>12,} bytes, as hexadecimal digits")
    for each in found.upstream:
        if each.of_seed:
            code = sum(file.size for file in each.contents.code)
            answer(f"  {each.source.file:<60} {code:>12,} bytes in {len(each.contents.code)} files")
    total = sum(each.lines for each in found.written)
    answer(f"\nwritten by hand in this project: {total:,} lines")
    for written in found.written:
        place = f"{written.directory or '.'} ({written.language})"
        answer(f"  {place:<60} {written.lines:>8,} lines in {written.files} files")
    files, lines = found.seed_written
    if files:
        answer(f"  {'of these what a seed builds its programs from':<60} {lines:>8,} lines in {files} files")
    files, lines = found.patched
    answer(f"\npatches to upstream sources: {files} files, {lines:,} lines")
    answer("\nupstream sources, unpacked:")
    for each in found.upstream:
        if not each.of_seed:
            _tell_source(each)
    if generated:
        answer("\ngenerated files:")
        for each in found.upstream:
            for file in each.contents.generated:
                answer(f"  {each.source.file}: {file.path}, {file.lines:,} lines: {file.by}")
    answer("\nthe host:")
    for name, what in found.host:
        answer(f"  {name:<10} {what}")


def _tell_source(each: Upstream) -> None:
    contents = each.contents
    answer(f"  {each.source.file:<60} {contents.lines:>9,} lines in {contents.files:,} files")
    makers = Counter(file.by for file in contents.generated)
    for maker, count in sorted(makers.items()):
        lines = sum(file.lines for file in contents.generated if file.by == maker)
        answer(f"    {count:>5} generated, {lines:,} lines: {maker}")
    if contents.code:
        answer(
            f"    {len(contents.code):>5} of machine code: {', '.join(code.path for code in contents.code)}"
        )
    if contents.data:
        answer(f"    {contents.data:>5} neither text nor code, {size(contents.data_bytes)}")
