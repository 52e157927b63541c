"""reprocheck challenge: whether enough rebuilders say the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli.say import answer, answer_json, counted, note
from bootstrap.cli.settings import json_option
from bootstrap.errors import UsageError

if TYPE_CHECKING:
    from reprocheck.statement.challenge import Challenged

_EPILOG = """\b
Exit status: 0 all agree, 1 some disagree, 11 not enough, 2 usage.

\b
Examples:
  reprocheck challenge --key trusted/ --need 2 alice/ bob/ carol/
  reprocheck challenge --key trusted/ --json *.intoto.json
"""


@click.command(name="challenge", epilog=_EPILOG, short_help="Compare what several rebuilders state.")
@click.argument(
    "statements", nargs=-1, required=True, metavar="STATEMENT...", type=click.Path(path_type=Path)
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="A public key that is trusted, or a directory of files *.pub.",
)
@click.option(
    "--need", type=click.IntRange(min=1), default=2, show_default=True, help="Keys that must agree."
)
@json_option
def command(statements: tuple[Path, ...], keys: tuple[Path, ...], need: int, as_json: bool) -> int:
    """Compare STATEMENTs, files or directories of files *.json, made by several rebuilders.

    A rebuilder is a key. Statements that no trusted key signed are told, and not counted.
    """
    from reprocheck.statement.challenge import Agreement, challenge
    from reprocheck.statement.envelope import NotTrusted, read_envelope
    from reprocheck.statement.keys import load_public_keys

    trusted = load_public_keys(list(keys))
    signed, refused = [], {}
    for file in _files(statements):
        try:
            signed.append(read_envelope(file, trusted))
        except NotTrusted as error:
            refused[str(file)] = str(error)
    answers = challenge(signed, need)
    if as_json:
        answer_json({"need": need, "answers": [_json(each) for each in answers], "refused": refused})
    else:
        for each in answers:
            _print(each, need)
        for name, why in refused.items():
            note(f"{name}: not counted: {why}")
    if any(each.agreement is Agreement.DISAGREE for each in answers):
        return 1
    return 0 if answers and all(each.agreement is Agreement.AGREE for each in answers) else 11


def _files(given: tuple[Path, ...]) -> list[Path]:
    files = [file for path in given for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    if not files:
        raise UsageError(
            "no statements in these directories", hint="they are files *.json: reprocheck attest"
        )
    return files


def _print(each: Challenged, need: int) -> None:
    most = len(each.claims[0][1])
    answer(f"{each.name}: {each.agreement}: {most} of {counted(need, 'key')} needed")
    for outputs, keys in each.claims:
        for name, digest in outputs:
            answer(f"  {name}  {digest}")
        answer(f"    stated by {', '.join(keys)}")
    if each.unsure:
        answer(f"  not reproducible where it was checked by {', '.join(each.unsure)}")


def _json(each: Challenged) -> dict[str, object]:
    return {
        "name": each.name,
        "derivation": each.derivation,
        "agreement": str(each.agreement),
        "claims": [{"outputs": dict(outputs), "keys": list(keys)} for outputs, keys in each.claims],
        "unsure": list(each.unsure),
    }
