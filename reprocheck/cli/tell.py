"""Reports told in the form that was asked for, and the exit status that they come to."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bootstrap.cli.say import answer, note
from bootstrap.errors import UsageError

if TYPE_CHECKING:
    from reprocheck.report.model import Report

F = TypeVar("F", bound=Callable[..., Any])

STATUSES = {
    "reproducible": 0,
    "not reproducible": 1,
    "protected by the sandbox": 10,
    "inconclusive": 11,
    "build failed": 12,
}
"""Exit statuses, by verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How reports are to be told."""

    as_json: bool
    as_markdown: bool
    page: Path | None
    """Where they are to be written as HTML as well."""


def report_options(function: F) -> F:
    """Adds --json, --markdown and --html; the verb gets them as ``form``."""

    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON (report.schema.json).")
    @click.option("--markdown", "as_markdown", is_flag=True, help="Answer in Markdown, for a pull request.")
    @click.option(
        "--html",
        "page",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write the report as one page of HTML, too.",
    )
    @functools.wraps(function)
    def verb(*args: Any, as_json: bool, as_markdown: bool, page: Path | None, **rest: Any) -> Any:
        if as_json and as_markdown:
            raise UsageError(
                "--json and --markdown are two forms of one answer", hint="leave one of them out"
            )
        if page is not None and not os.access(page.absolute().parent, os.W_OK):
            # better now than after all the builds
            raise UsageError(f"cannot write {page}", hint="--html wants a file in a directory that is there")
        return function(*args, form=Form(as_json=as_json, as_markdown=as_markdown, page=page), **rest)

    return verb  # type: ignore[return-value]


def tell(reports: Sequence[Report], form: Form) -> int:
    """Prints the answer; gives the exit status, of several reports that of the worst."""
    from reprocheck.report.summary import worst

    if form.page is not None:
        _write_page(reports, form.page)
    for line in _lines(reports, form):
        # names may hold bytes that are no UTF-8; in JSON the backslash makes an escape of them
        answer(line.encode("utf-8", "backslashreplace").decode("utf-8"))
    return STATUSES[worst(reports)]


def _lines(reports: Sequence[Report], form: Form) -> Sequence[str]:
    if form.as_json:
        from reprocheck.report.schema import several_to_json

        return [json.dumps(several_to_json(reports), indent=2, ensure_ascii=False)]
    if form.as_markdown:
        from reprocheck.report.markdown import text

        return [text(reports).rstrip("\n")]
    from reprocheck.report.paint import Paint
    from reprocheck.report.terminal import lines

    return list(lines(reports, Paint.suiting(sys.stdout)))


def _write_page(reports: Sequence[Report], page: Path) -> None:
    from reprocheck.report.html import page as whole_page

    try:
        page.write_text(whole_page(reports), "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {page}: {error.strerror}", hint="--html wants a file") from error
    note(f"written to {page}")
