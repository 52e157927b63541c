"""reprocheck make-key: an ed25519 key to sign statements with."""

from __future__ import annotations

from pathlib import Path

import click

from bootstrap.cli.say import answer

_EPILOG = """\b
Examples:
  reprocheck make-key ~/.config/bootstrap/key
"""


@click.command(name="make-key", epilog=_EPILOG, short_help="Make a key to sign statements with.")
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> int:
    """Make an ed25519 key at FILE, for its owner only to read, and the public one at FILE.pub."""
    from reprocheck.statement.keys import make_key

    answer(f"private  {file}    keep it to yourself")
    answer(f"public   {make_key(file)}    give it to whoever is to trust you")
    return 0
