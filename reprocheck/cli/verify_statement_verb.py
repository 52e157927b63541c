"""reprocheck verify-statement: whether a statement is signed by somebody who is trusted, and what it says."""

from __future__ import annotations

from pathlib import Path

import click

from bootstrap.cli.say import answer, answer_json, note
from bootstrap.cli.settings import json_option

_EPILOG = """\b
Exit status: 0 a trusted key signed it, 1 none did or it is no statement, 2 usage.

\b
Examples:
  reprocheck verify-statement --key alice.pub musl.intoto.json
  reprocheck verify-statement --key trusted/ *.intoto.json
"""


@click.command(name="verify-statement", epilog=_EPILOG, short_help="Verify a signed statement.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="A public key that is trusted, or a directory of files *.pub.",
)
@json_option
def command(files: tuple[Path, ...], keys: tuple[Path, ...], as_json: bool) -> int:
    """Verify the signatures of statements, and print what those that hold say."""
    from reprocheck.statement.envelope import NotTrusted, read_envelope
    from reprocheck.statement.keys import load_public_keys

    trusted = load_public_keys(list(keys))
    good, bad = [], {}
    for file in files:
        try:
            good.append((file, read_envelope(file, trusted)))
        except NotTrusted as error:
            bad[str(file)] = str(error)
    if as_json:
        answer_json(
            {
                "verified": [
                    {"file": str(file), "keys": list(signed.keys), "statement": signed.statement}
                    for file, signed in good
                ],
                "refused": bad,
            }
        )
        return 1 if bad else 0
    for file, signed in good:
        claim = signed.claim
        causes = f": {', '.join(claim.causes)}" if claim.causes else ""
        answer(f"{file}: {claim.name}: {claim.result}{causes} ({', '.join(claim.properties)})")
        answer(f"  derivation  {claim.derivation}")
        for name, digest in claim.outputs:
            answer(f"  {name:<10}  {digest}")
        answer(f"  signed by   {', '.join(signed.keys)}")
    for name, why in bad.items():
        note(f"{name}: not trusted: {why}")
    return 1 if bad else 0
