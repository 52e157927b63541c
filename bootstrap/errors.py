"""The tree of errors: what can go wrong, and the exit status each ends with.

    BootstrapError                     1
    ├── UsageError                     2   a command line, target or option that means nothing
    ├── RecipeError                    3   faults in recipe files, reported together
    ├── FetchError                     4   a source can be had from none of its origins
    │   └── DigestMismatch             5   bytes came, and they are not the pinned ones
    ├── UnpackError                    4   an archive that cannot be unpacked, or must not be
    ├── PatchError                     4   a patch that does not apply, strictly
    ├── SandboxUnavailable             6   this host forbids namespaces, and how to allow them
    ├── BuildError                     1   a build that did not give its outputs
    │   ├── CommandFailed              1   a command's exit status or signal
    │   ├── LimitExceeded              1   killed whole for passing a limit
    │   ├── OutputRefused              1   an output that must not be kept (device, setuid, ...)
    │   ├── ReferenceForbidden         1   an output that mentions what it must not
    │   └── CheckFailed                1   a check of a result did not hold
    ├── ExpectationMissed              7   built, but with another digest than committed
    ├── StoreError                     8   the store cannot do what was asked (disk, permissions)
    └── Interrupted                  130   Ctrl-C or SIGTERM

Every error says what is wrong, with the value, and in ``hint`` what to do. Only the command line
turns one into an exit status.
"""

from __future__ import annotations


class BootstrapError(Exception):
    """What is wrong (``message``) and what to do about it (``hint``, possibly empty)."""

    exit_status = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class UsageError(BootstrapError):
    """A command line, target or option that means nothing."""

    exit_status = 2


class RecipeError(BootstrapError):
    """Faults in recipe files; the message holds all of them, each with file:line:column."""

    exit_status = 3


class FetchError(BootstrapError):
    """A source can be had from none of its origins; each is listed with its reason."""

    exit_status = 4


class DigestMismatch(FetchError):
    """Bytes came, and they are not the pinned ones."""

    exit_status = 5


class UnpackError(BootstrapError):
    """An archive that cannot be unpacked, or must not be; names the archive and the member."""

    exit_status = 4


class PatchError(BootstrapError):
    """A patch that does not apply strictly; names the patch, the file and the hunk."""

    exit_status = 4


class SandboxUnavailable(BootstrapError):
    """This host forbids the namespaces a build needs; names the setting and how to allow it."""

    exit_status = 6


class BuildError(BootstrapError):
    """A build that did not give its outputs."""


class CommandFailed(BuildError):
    """A command of a build ended with an exit status other than 0, or by a signal."""


class LimitExceeded(BuildError):
    """A build passed a limit and was killed whole; names the limit and how to raise it."""


class OutputRefused(BuildError):
    """An output that is missing, or holds what a store must not (device, socket, fifo, ...)."""


class ReferenceForbidden(BuildError):
    """An output mentions a store path it must not; names the file and the offset."""


class CheckFailed(BuildError):
    """A check of a result did not hold."""


class ExpectationMissed(BootstrapError):
    """A build gave another digest than the one committed beside its recipe."""

    exit_status = 7


class StoreError(BootstrapError):
    """The store cannot do what was asked: disk, permissions, or a store of another version."""

    exit_status = 8


class Interrupted(BootstrapError):
    """The user, or a signal, asked to stop."""

    exit_status = 130
