"""What sources are fetched with: apt for Debian's archives, certificates for https. Nothing is fetched."""

from __future__ import annotations

import os
import ssl
from threading import Event

from bootstrap.doctor.finding import Finding
from bootstrap.fetch.debian import Apt, DebianArchives
from bootstrap.fetch.origin import OriginFailed, Patience

_OTHERWISE = "or hand the files in: --sources DIR"


def apt(programs: Apt | None = None) -> Finding:
    """Whether `debian(...)` origins can be had."""
    archives = DebianArchives(programs or Apt(), patience=Patience(answer=20.0), cancelled=Event())
    try:
        count = len(archives.archives())
    except OriginFailed as failure:
        todo = f"build on Debian or a derivative, whose apt has archives (apt-get update), {_OTHERWISE}"
        return Finding("apt", "warn", f"{failure}: what only Debian has cannot be fetched", todo)
    return Finding("apt", "ok", f"set to {count} archive{'s' if count > 1 else ''} with a pool")


def certificates() -> Finding:
    """Whether https origins can be trusted: OpenSSL's own places, or SSL_CERT_FILE and SSL_CERT_DIR."""
    paths = ssl.get_default_verify_paths()
    try:
        count = ssl.create_default_context().cert_store_stats()["x509_ca"]
    except (ssl.SSLError, OSError):
        count = 0
    if count or _has_any(paths.capath):
        return Finding("certificates", "ok", f"{count or 'some'} authorities are trusted")
    return Finding(
        "certificates",
        "warn",
        "no certificate authority is trusted: nothing can be fetched over https",
        f"install ca-certificates, or name a bundle in SSL_CERT_FILE, {_OTHERWISE}",
    )


def _has_any(directory: str | None) -> bool:
    try:
        return bool(directory and os.listdir(directory))
    except OSError:
        return False
