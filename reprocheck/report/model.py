"""A report: what a check of one subject found, as values for whoever shows or keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reprocheck.cause import Level
from reprocheck.compare import Difference
from reprocheck.subject import Kind


class Verdict(StrEnum):
    """The answer in a word. Exit statuses: docs/reference/reprocheck.md."""

    REPRODUCIBLE = "reproducible"
    PROTECTED = "protected by the sandbox"
    """It differs, but only with what our sandbox fixes."""
    NOT_REPRODUCIBLE = "not reproducible"
    INCONCLUSIVE = "inconclusive"
    """It differs, and no cause could be shown for some file."""
    BUILD_FAILED = "build failed"
    """A build failed with nothing varied, or now and then; nothing was compared."""


class Confidence(StrEnum):
    """How sure a cause is."""

    SHOWN = "shown"
    """Builds that differ in this alone differ in the file."""
    LIKELY = "likely"
    """The differing bytes hold values of it."""
    POSSIBLE = "possible"
    """It was not ruled out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason to believe in a cause."""

    text: str
    """For people: "bytes 0x10-0x13 hold the time of the build (big-endian seconds)"."""
    builds: tuple[int, ...] = ()
    """The builds that prove it, by number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCause:
    """A cause, as far as it was shown."""

    cause: str
    confidence: Confidence
    evidence: tuple[Evidence, ...] = ()
    together_with: tuple[str, ...] = ()
    """Causes that must vary at once for it to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One file that differs."""

    output: str
    path: str
    """From the output's top; "" for the output itself."""
    level: Level
    causes: tuple[FoundCause, ...]
    """The most certain first; empty if it is inconclusive."""
    differences: tuple[Difference, ...]
    """The first of them, between the control and the first build that differs from it."""
    difference_count: int
    builds: tuple[int, int]
    """The two builds that `differences` compares, by number."""
    follows: str = ""
    """The path of another finding that this one only follows from: a checksum, a container."""
    writer: str = ""
    """The program that made it, where that was noted."""
    ruled_out: tuple[str, ...] = ()
    """Variations that do not change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedVariation:
    """A variation, and whether it took."""

    name: str
    text: str
    applied: bool
    why_not: str = ""
    asked: bool = True
    """False: it is only tried when asked for, and was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRow:
    """One build of the check."""

    number: int
    """From 1 on; 1 is the stored result where there is one."""
    what: str
    """"stored", "everything varied", "only time.clock varied", "nothing varied"."""
    varied: tuple[str, ...]
    ok: bool
    seconds: float
    equal_to: int | None
    """The first build before it with the same result."""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that a check found."""

    subject: str
    kind: Kind
    verdict: Verdict
    causes: tuple[FoundCause, ...]
    """Of the whole result, the most certain first."""
    findings: tuple[Finding, ...]
    variations: tuple[AppliedVariation, ...]
    builds: tuple[BuildRow, ...]
    derivation: str = ""
    """What was built: the id of the resolved derivation, or the BLAKE3 of a command and its source."""
    outputs: tuple[tuple[str, str], ...] = ()
    """(name, digest) of the control result; a digest is "algorithm:value": that of a tree
    ("blake3:" and 64 digits), or the digits of a store path ("bootstrap-output:" and 32)."""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    """What else a person should know: a build that fails only under a variation, what silence is worth."""
