"""The locale: another language, and another encoding.

The language is Turkish, whose letters have another order and whose i has another capital. Hosts seldom
have it, so it is compiled by localedef(1) where that and its sources are there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from bootstrap.digest import digest
from bootstrap.errors import BootstrapError
from reprocheck.variation.model import Observed, Variation
from reprocheck.variation.proof import became, both, seen

LANGUAGE = "tr"
"""The name of the compiled locale, beneath a LOCPATH; short, since the control's is C."""

_NAME = "tr_TR"
_SOURCES = Path("/usr/share/i18n")
_SOURCE = _SOURCES / "locales" / _NAME
_ENCODING = "C.UTF-8"
_READS = re.compile(rb'^\s*(?:copy|include)\s+"([^"]+)"', re.MULTILINE)  # locale(5)


def compiled(otherwise: Path) -> Path:
    """A LOCPATH that holds the locale `LANGUAGE`: in the user's cache, where it stays, or if none can be
    written to, in the new directory `otherwise`. Compiling takes a second or two.

    BootstrapError if it cannot be compiled.
    """
    cache = _cache()
    if cache is None:
        otherwise.mkdir()
        _compile(otherwise)
        return otherwise
    kept = cache / _key()
    if not kept.is_dir():
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            made = Path(scratch, "made")
            made.mkdir()
            _compile(made)
            try:
                made.rename(kept)
            except OSError:
                if not kept.is_dir():  # nobody else was quicker
                    raise
    return kept


def _cache() -> Path | None:
    """Where compiled locales are kept (XDG Base Directory Specification); None if that cannot be."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(named if os.path.isabs(named) else os.path.expanduser("~/.cache"))
    directory = base / "reprocheck" / "locales"
    try:
        if base.is_absolute():
            directory.mkdir(0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return directory if base.is_absolute() and os.access(directory, os.W_OK | os.X_OK) else None


def _key() -> str:
    """Another one for whatever could give other bytes: the compiler, and all sources that it reads."""
    sources = {path: path.read_bytes() for path in _SOURCES.glob("charmaps/UTF-8*")}
    left = [_SOURCE]
    while left:
        path = left.pop()
        if path not in sources and path.is_file():
            sources[path] = path.read_bytes()
            left += [path.with_name(os.fsdecode(name)) for name in _READS.findall(sources[path])]
    listed = [f"{path.name} {digest(content).hex}" for path, content in sorted(sources.items())]
    return digest("\n".join([_localedef("--version").stdout, *listed]).encode()).hex


def _compile(directory: Path) -> None:
    target = directory / LANGUAGE
    done = _localedef("-i", _NAME, "-f", "UTF-8", str(target))
    # localedef(1) ends with 1 after mere warnings.
    if done.returncode not in (0, 1) or not target.is_dir():
        raise BootstrapError(f"localedef could not compile a locale: {done.stderr.strip()[:500]}")


def _localedef(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["localedef", *words],
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _why_not() -> str:
    if shutil.which("localedef") is None or not _SOURCE.exists():
        return f"no locale can be compiled here: localedef and {_SOURCE} are needed (Debian: package locales)"
    return ""


def _is_had(control: Observed, varied: Observed) -> bool:
    """setlocale(3) did not refuse it, where that could be asked."""
    return seen(varied, "locale") is not None


ROWS = (
    Variation(
        name="locale",
        cause="locale",
        text="the locale: Turkish, in UTF-8",
        cost="a second or two, once, to compile it",
        vary=lambda c: c.variable("LC_ALL", LANGUAGE),
        took=both(became("environment.LC_ALL", LANGUAGE), _is_had),
        obstacle=_why_not,
    ),
    Variation(
        name="locale-encoding",
        cause="locale",
        text=f"the encoding: UTF-8 ({_ENCODING})",
        vary=lambda c: c.variable("LC_ALL", _ENCODING),
        took=both(became("environment.LC_ALL", _ENCODING), _is_had),
        instead_of=("locale",),
    ),
)
