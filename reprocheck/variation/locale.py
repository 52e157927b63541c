"""The locale: another language, and another encoding.

The language is Turkish, whose letters have another order and whose i has another capital. Hosts seldom
have it, so it is compiled by localedef(1) where that and its sources are there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from bootstrap.errors import BootstrapError
from reprocheck.variation.model import Observed, Variation
from reprocheck.variation.proof import became, both, seen

LANGUAGE = "tr"
"""The name of the compiled locale, beneath a LOCPATH; short, since the control's is C."""

_SOURCE = "/usr/share/i18n/locales/tr_TR"
_ENCODING = "C.UTF-8"


def compile_language(directory: str | os.PathLike[str]) -> None:
    """Compiles the locale `LANGUAGE` beneath a directory, for LOCPATH; takes about a second."""
    target = Path(directory, LANGUAGE)
    done = subprocess.run(
        ["localedef", "-i", "tr_TR", "-f", "UTF-8", str(target)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    # localedef(1) ends with 1 after mere warnings.
    if done.returncode not in (0, 1) or not target.is_dir():
        raise BootstrapError(f"localedef could not compile a locale: {done.stderr.strip()[:500]}")


def _why_not() -> str:
    if shutil.which("localedef") is None or not Path(_SOURCE).exists():
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
        cost="a second, once, to compile it",
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
