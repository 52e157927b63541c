"""The program: finds the verb, and turns errors into messages and exit statuses.

The only place that exits. A verb's module is imported when it is called, so that
``bootstrap --version`` and a run with nothing to do start quickly.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from types import FrameType

import click

from bootstrap import __version__
from bootstrap.cli.verbs import VERBS
from bootstrap.errors import BootstrapError, Interrupted

_EPILOG = """\b
Targets:
  stage2              every result of a stage
  lua   lua@5.4.4     a recipe by name, or name and version
  stage2:lua          a recipe of a stage
  python.test         another output than "out"
  path/to/file.star   every recipe of a file

\b
Exit status:
  0 done   1 a build or check failed   2 usage   3 faults in recipes   4 a source cannot be had
  5 wrong bytes from an origin   6 this host forbids sandboxes   7 another digest than expected
  8 the store cannot do it   70 a fault of bootstrap itself   130 interrupted

\b
Examples:
  bootstrap run stage2
  bootstrap exec python -- python3 -c 'print(2 ** 100)'
  bootstrap plan lua
"""


class _Verbs(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [verb.name for verb in VERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if not any(verb.name == cmd_name for verb in VERBS):
            return None
        module = importlib.import_module(f"bootstrap.cli.{cmd_name}_verb")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(verb.name, verb.help) for verb in VERBS])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, self.list_commands(ctx), 1)
            hint = f' Did you mean "{near[0]}"?' if near else " See bootstrap --help."
            raise click.UsageError(f'there is no verb "{name}".{hint}', ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Verbs,
    name="bootstrap",
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="bootstrap", message="%(prog)s %(version)s")
def program() -> None:
    """Builds software from nothing: from a readable seed, every step sandboxed, every result
    stored under the hash of its content."""


def main(argv: list[str] | None = None) -> None:
    """The console script. Exits with the statuses of `bootstrap.errors`."""
    sys.exit(status(argv))


def status(argv: list[str] | None = None) -> int:
    """Runs the program and gives its exit status; every message has been printed by then."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        result = program.main(args=argv, prog_name="bootstrap", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of our standard output went away: nothing more to tell it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _report(Interrupted("interrupted; nothing is left running"))
    except BootstrapError as error:
        return _report(error)
    except Exception as error:
        return _own_fault(error)
    return result if isinstance(result, int) else 0


def _report(error: BootstrapError) -> int:
    from bootstrap.cli.say import report

    report(error)
    return error.exit_status


def _own_fault(error: Exception) -> int:
    """What nobody foresaw, with all that helps to find it: EX_SOFTWARE of sysexits(3)."""
    import traceback

    from bootstrap.cli.say import report

    traceback.print_exception(error)
    report(
        BootstrapError(
            f"this is a fault of bootstrap {__version__} itself: {error!r}",
            hint="please report it, with the lines above",
        )
    )
    return os.EX_SOFTWARE


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
