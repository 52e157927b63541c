"""completion: the script that completes a program's verbs and options in a shell."""

from __future__ import annotations

import click

from bootstrap.cli.say import answer

_EPILOG = """\b
Examples:
  bootstrap completion bash > ~/.local/share/bash-completion/completions/bootstrap
  bootstrap completion fish > ~/.config/fish/completions/bootstrap.fish
  reprocheck completion bash > ~/.local/share/bash-completion/completions/reprocheck
"""


@click.command(name="completion", epilog=_EPILOG, short_help="Print a shell's completion script.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    program = context.find_root().command
    name = program.name or ""
    if kind is not None:
        answer(kind(program, {}, name, f"_{name.upper()}_COMPLETE").source())
