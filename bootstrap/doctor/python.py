"""Python and the libraries that this program is made with."""

from __future__ import annotations

import importlib
import sys

from bootstrap.doctor.finding import Finding

OLDEST = (3, 11)

LIBRARIES = {
    "blake3": "blake3",
    "click": "click",
    "numpy": "numpy",
    "psutil": "psutil",
    "rich": "rich",
    "securesystemslib": "securesystemslib[crypto]",
    "starlark": "starlark-pyo3",
    "urllib3": "urllib3",
    "backports.zstd" if sys.version_info < (3, 14) else "compression.zstd": "backports.zstd",
}
"""Modules, and the distribution that each is of (`dependencies` of pyproject.toml)."""


def python() -> Finding:
    """The interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST:
        return Finding("python", "bad", f"{version} is too old", "use Python 3.11 or later")
    return Finding("python", "ok", f"{version}, {sys.executable}")


def libraries() -> Finding:
    """Whether every library can be imported."""
    missing = {}
    for module, distribution in LIBRARIES.items():
        try:
            importlib.import_module(module)
        except ImportError as error:
            missing[distribution] = str(error)
    if missing:
        says = "; ".join(f"{name}: {why}" for name, why in missing.items())
        return Finding(
            "libraries",
            "bad",
            says,
            "install them: ./setup in the checkout, or pip install " + " ".join(missing),
        )
    return Finding("libraries", "ok", f"all {len(LIBRARIES)} can be imported")


def locale() -> Finding:
    """For information."""
    return Finding("locale", "ok", "of no influence: builds have LC_ALL=C, and texts are UTF-8")
