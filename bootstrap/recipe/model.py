"""What an author writes, as values: Source, Files, Command, Check, Recipe, Stage.

Recipes refer to each other as objects (`Input.recipe`), so a `Recipe` is the root of a graph
without cycles. A recipe or stage is equal to itself only: two with the same fields may still be
two generations of one thing. Nothing here knows a store path.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bootstrap.digest import Digest, Sha256


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a recipe file: path from the project's root, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Url:
    """An origin: an https address of the very file."""

    url: str


@dataclass(frozen=True, slots=True)
class Debian:
    """An origin: a file of a Debian archive by its pool path, on whatever mirror apt is set to."""

    path: str


Origin = Url | Debian


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """One file beside a recipe: its name in `Files`, where it lies, and what it held when read."""

    name: str
    """Relative path it is known by inside the build; no "..", not absolute."""
    path: str
    """Where it lies, relative to the project's root."""
    digest: Digest
    size: int
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Local files by content, sorted by name."""

    files: tuple[LocalFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file from outside, pinned by sha256 and size, and what becomes of it in a build."""

    file: str
    sha256: Sha256
    size: int
    origins: tuple[Origin, ...]
    unpack: bool
    """Unpacked into a directory, or handed in as the file it is."""
    strip: int
    """Leading path components dropped from every member while unpacking."""
    patches: tuple[LocalFile, ...] = ()
    """Applied in this order after unpacking, as ``patch -p1`` without fuzz."""
    where: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Exec:
    """Run a program: argv[0] is an absolute path inside the sandbox or is found on PATH."""

    argv: tuple[str, ...]
    cwd: str = ""
    """Relative to /build, or absolute."""
    stdout: str = ""
    """A file to write standard output to, instead of the log; relative to cwd."""
    stdin: str = ""
    """A file to read standard input from, instead of /dev/null."""
    env: tuple[tuple[str, str], ...] = ()
    """Added to the build's environment for this command alone; sorted by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeDirectory:
    """Make a directory and those above it."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Copy a file, or a directory's contents with all beneath, onto a path; parents are made."""

    source: str
    target: str
    executable: bool = False
    """Give a file the executable bit, whatever its source has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Write a text file in UTF-8; parents are made."""

    path: str
    text: str
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeSymlink:
    """Make a symbolic link at `path` that points at `target`."""

    target: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unhex:
    """Write the bytes that a file of commented hexadecimal digits stands for; parents are made."""

    source: str
    target: str
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """Fail unless two files, or two directories with all beneath, are byte for byte the same."""

    left: str
    right: str


Command = Exec | MakeDirectory | Copy | Write | MakeSymlink | Unhex | Compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a build may use; going past one kills it whole. None: the default of the sandbox."""

    time: float | None = None
    """Seconds of wall time."""
    memory: int | None = None
    """Bytes."""
    output: int | None = None
    """Bytes of all outputs together, and of the working directory."""
    files: int | None = None
    """Names in all outputs together and in the working directory."""
    log: int | None = None
    """Bytes of log."""
    processes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An output of another recipe under the name by which this recipe speaks of it."""

    name: str
    recipe: Recipe
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A test of a result: commands in a sandbox of their own that sees the result read-only."""

    name: str
    commands: tuple[Command, ...]
    tools: tuple[Input, ...] = ()
    """Sorted by name."""
    path: tuple[str, ...] = ()
    """Names of the outputs and inputs whose ``bin`` is on PATH, in its order."""
    shell: str = ""
    """The name of the tool whose ``bin/sh`` stands at /bin/sh; "": there is none."""
    sources: tuple[tuple[str, Source | Files], ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    stdout: str | None = None
    """What standard output of all commands together must be, exactly; None: anything."""
    slow: bool = False
    """Only run when asked for; the others run with every build."""
    limits: Limits = field(default_factory=Limits)
    where: Location


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recipe:
    """What an author writes: name, version, sources, inputs, commands, outputs, tests."""

    name: str
    version: str
    sources: tuple[tuple[str, Source | Files], ...] = ()
    """By directory under /build, "" being /build itself; sorted."""
    tools: tuple[Input, ...] = ()
    """Run while building; the product must not refer to them. Sorted by name."""
    libs: tuple[Input, ...] = ()
    """End up in the product, which may refer to them. Sorted by name."""
    path: tuple[str, ...] = ()
    """Names of the inputs whose ``bin`` is on PATH, in its order: tools as given, then libs."""
    env: tuple[tuple[str, str], ...] = ()
    commands: tuple[Command, ...] = ()
    outputs: tuple[str, ...] = ("out",)
    forbid: tuple[Recipe | Stage, ...] = ()
    """No reference to these may remain, not even through `libs`."""
    allow: tuple[tuple[str, str], ...] = ()
    """Names of recipes that may be referred to although a rule forbids it, each with its reason;
    sorted."""
    tests: tuple[Check, ...] = ()
    limits: Limits = field(default_factory=Limits)
    shell: str = ""
    """The name of the tool whose ``bin/sh`` stands at /bin/sh; "": there is none."""
    cores: int = 1
    """The most cores its commands can make use of; 0: all there are."""
    description: str = ""
    variable: str = ""
    """The name its author gave the value in the file; tells generations of one recipe apart."""
    where: Location

    @property
    def title(self) -> str:
        """name@version, as people write it."""
        return f"{self.name}@{self.version}"

    def __repr__(self) -> str:
        return f"Recipe({self.title}, {self.where})"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """A named set of recipes with rules on what their results may refer to."""

    name: str
    recipes: tuple[Recipe, ...]
    """The stage's results, in the order given."""
    forbid: tuple[Recipe | Stage, ...] = ()
    """No result may refer to an output of these, directly or through others. A stage stands for
    all that was needed to build its results."""
    description: str = ""
    where: Location

    def __repr__(self) -> str:
        return f"Stage({self.name}, {self.where})"
