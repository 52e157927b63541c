"""bootstrap sources: collect every source that targets need, to build from without network."""

from __future__ import annotations

from pathlib import Path

import click

from bootstrap.cli.say import answer, answer_json, note, size
from bootstrap.cli.settings import (
    Settings,
    Supply,
    json_option,
    project_options,
    supply_options,
    targets_argument,
)

_EPILOG = """\b
Examples:
  bootstrap sources stage2                     list them
  bootstrap sources stage2 --to DIR            collect them, with a SHA256SUMS for sha256sum -c
  bootstrap run stage2 --sources DIR --offline build from them
"""


@click.command(name="sources", epilog=_EPILOG, short_help="Collect every source that targets need.")
@targets_argument
@click.option("--to", "directory", metavar="DIR", type=click.Path(path_type=Path), help="Collect them here.")
@json_option
@supply_options
@project_options
def command(
    targets: tuple[str, ...],
    directory: Path | None,
    as_json: bool,
    supply: Supply,
    settings: Settings,
) -> None:
    """List the sources that TARGETS and all below them need; with --to, collect them."""
    from bootstrap.cli.progress import progress
    from bootstrap.cli.session import Session
    from bootstrap.recipe.model import Debian, Source, Url

    session = Session(settings, targets, supply)
    found: dict[str, Source] = {}
    for step in session.plan.steps:
        derivations = [step.derivation]
        derivations += [check.derivation for check in step.checks + step.slow_checks]
        for derivation in derivations:
            for _, material in derivation.sources:
                if isinstance(material, Source):
                    found[material.sha256.hex] = material
    wanted = sorted(found.values(), key=lambda source: (source.file, source.sha256.hex))
    if directory is not None:
        with progress() as view:
            session.fetcher(supply, view).collect(wanted, directory)
        note(f"{len(wanted)} sources, {size(sum(s.size for s in wanted))}, in {directory}")
    if as_json:
        answer_json(
            [
                {
                    "file": source.file,
                    "sha256": source.sha256.hex,
                    "size": source.size,
                    "origins": [
                        {"url": origin.url} if isinstance(origin, Url) else {"debian": origin.path}
                        for origin in source.origins
                        if isinstance(origin, Url | Debian)
                    ],
                }
                for source in wanted
            ]
        )
    elif directory is None:
        for source in wanted:
            answer(f"{source.sha256}  {source.file}  ({size(source.size)})")
