"""What sources are fetched with, and hosts that lack it."""

from __future__ import annotations

import os

from bootstrap.doctor.origins import apt, certificates
from bootstrap.fetch.debian import Apt


def test_a_host_without_apt_is_told_of_the_other_way(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = apt()
    assert (found.state, "no apt-get on PATH" in found.says, "--sources" in found.todo) == (
        "warn",
        True,
        True,
    )


def program(place, script: str) -> str:
    place.write_text(f"#!/bin/sh\n{script}\n")
    os.chmod(place, 0o755)
    return str(place)


def test_an_apt_without_archives_is_a_drawback(tmp_path) -> None:
    programs = Apt(get=program(tmp_path / "get", "exit 0"), helper=program(tmp_path / "helper", "exit 0"))
    assert (apt(programs).state, "no archive" in apt(programs).says) == ("warn", True)


def test_an_apt_that_fails_gives_its_reason(tmp_path) -> None:
    script = 'echo "E: The list of sources could not be read." >&2; exit 100'
    programs = Apt(get=program(tmp_path / "get", script), helper=program(tmp_path / "helper", "exit 0"))
    assert "The list of sources could not be read." in apt(programs).says


def test_archives_are_counted(tmp_path) -> None:
    script = "printf 'Debian\\tDebian\\tmirror://one/\\nDebian\\tDebian\\tmirror://two/\\n'"
    programs = Apt(get=program(tmp_path / "get", script), helper=program(tmp_path / "helper", "exit 0"))
    assert apt(programs).says == "set to 2 archives with a pool"


def test_no_certificates_are_a_drawback(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "missing"))
    found = certificates()
    assert (found.state, "SSL_CERT_FILE" in found.todo) == ("warn", True)


def test_a_directory_of_certificates_is_enough(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    (tmp_path / "5ed36f99.0").write_text("")
    assert certificates().state == "ok"
