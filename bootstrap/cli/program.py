"""What every program of this house shares: verbs found in a table, errors as exit statuses.

The only place that exits. A verb's module is imported when it is called, so that ``--version`` and
what has nothing to do start quickly.
"""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, NamedTuple, NoReturn

import click

from bootstrap.cli.stopping import hangups
from bootstrap.errors import BootstrapError, Interrupted

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""How write(2) fails where what it writes to takes no more; errors about files have their names."""

CONTEXT_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
"""Of every program's group."""


class Verb(NamedTuple):
    """A verb and its line of help; its module is ``<package>.<name>_verb``, the command ``command``."""

    name: str
    help: str


class Verbs(click.Group):
    """A group whose commands are imported when they are called."""

    def __init__(self, *, package: str, table: Sequence[Verb], **settings: Any) -> None:
        super().__init__(**settings)
        self._package = package
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [verb.name for verb in self._table]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if not any(verb.name == cmd_name for verb in self._table):
            return None
        module = importlib.import_module(f"{self._package}.{cmd_name.replace('-', '_')}_verb")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(verb.name, verb.help) for verb in self._table])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, self.list_commands(ctx), 1)
            hint = f' Did you mean "{near[0]}"?' if near else f" See {self.name} --help."
            raise click.UsageError(f'there is no verb "{name}".{hint}', ctx)
        return super().resolve_command(ctx, args)


def run(program: click.Command, version: str, argv: list[str] | None, *, failed: int = 1) -> int:
    """Runs a program and gives its exit status; every message has been printed by then.

    `failed` is that of errors that have none of their own.
    """
    for number in (signal.SIGTERM, *hangups()):
        signal.signal(number, _terminated)
    _open_missing_streams()
    try:
        result = program.main(args=argv, prog_name=program.name, standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of our standard output went away: nothing more to tell it
        _drop_answer()
        return 128 + signal.SIGPIPE
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _report(Interrupted("interrupted; nothing is left running"), failed)
    except BootstrapError as error:
        return _report(error, failed)
    except OSError as error:
        if error.errno not in _FULL:
            return _own_fault(f"{program.name} {version}", error)
        if error.filename is not None:
            return _report(BootstrapError(f"{os.fsdecode(error.filename)}: {error.strerror}"), failed)
        _drop_answer()
        return _report(BootstrapError(f"the answer cannot be written: {error.strerror}"), failed)
    except Exception as error:
        return _own_fault(f"{program.name} {version}", error)
    return result if isinstance(result, int) else 0


def end(status: int) -> NoReturn:
    """Ends the process, whose work is done and told by now, without Python taking itself apart first:
    that would be a tenth of a short run."""
    os._exit(status)


def _open_missing_streams() -> None:
    """A caller may have closed some of descriptors 0 to 2: the first files we open must not become them."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(descriptor)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def _drop_answer() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(error: BootstrapError, failed: int) -> int:
    from bootstrap.cli.say import report

    report(error)
    return error.exit_status if error.exit_status != BootstrapError.exit_status else failed


def _own_fault(program: str, error: Exception) -> int:
    """What nobody foresaw, with all that helps to find it: EX_SOFTWARE of sysexits(3)."""
    import traceback

    from bootstrap.cli.say import report

    traceback.print_exception(error)
    report(
        BootstrapError(
            f"this is a fault of {program} itself: {error!r}",
            hint="please report it, with the lines above",
        )
    )
    return os.EX_SOFTWARE


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
