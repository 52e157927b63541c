"""Debian archives through apt: scripts that play apt, and the real one."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.digest import Sha256
from bootstrap.errors import DigestMismatch, FetchError, Interrupted
from bootstrap.fetch.debian import Apt
from bootstrap.recipe.model import Debian, Source
from tests.fetch.conftest import HASTE, fetcher_in, source_of

CONTENTS = b"an upstream tarball\n"
POOL = "pool/main/l/lua5.4/lua5.4_5.4.4.orig.tar.gz"
MIRROR = "http://mirror.example/debian/"
SECURITY = "http://mirror.example/debian-security/"
DERIVATIVE = "http://other.example/packages/"


class FakeApt:
    """apt-get and apt-helper as shell scripts that write down how they were called."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.calls = directory / "calls"
        self.calls.touch()
        self.programs = Apt(get=str(directory / "apt-get"), helper=str(directory / "apt-helper"))
        self.says([f"Debian\tDebian\t{MIRROR}"])
        self.gives(CONTENTS)

    def says(self, targets: list[str], uris: list[str] | None = None) -> None:
        """What `indextargets` and `update --print-uris` print."""
        (self.directory / "targets").write_text("".join(f"{line}\n" for line in targets))
        (self.directory / "uris").write_text("".join(f"{line}\n" for line in uris or []))
        self._script(
            "apt-get",
            f"cd {self.directory}; case $1 in indextargets) cat targets ;; update) cat uris ;; esac",
        )

    def gives(self, contents: bytes) -> None:
        (self.directory / "contents").write_bytes(contents)
        self.does(f'cat {self.directory}/contents > "$6"')

    def does(self, script: str) -> None:
        """What `apt-helper -qq -o Acquire::Retries=N download-file URI FILE HASH SIZE` does."""
        self._script("apt-helper", script)

    def _script(self, name: str, text: str) -> None:
        path = self.directory / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.calls}\n{text}\n')
        path.chmod(0o755)

    def asked(self) -> list[str]:
        """Addresses that apt-helper was called for."""
        return [
            line.split()[5] for line in self.calls.read_text().splitlines() if line.startswith("apt-helper")
        ]


@pytest.fixture
def apt(tmp_path: Path) -> FakeApt:
    directory = tmp_path / "apt"
    directory.mkdir()
    return FakeApt(directory)


SOURCE = source_of(CONTENTS, Debian(POOL))


def fetch(tmp_path: Path, apt: FakeApt, source: Source = SOURCE) -> bytes:
    return fetcher_in(tmp_path, apt=apt.programs).fetch(source).read_bytes()


def test_a_file_comes_from_the_mirror_that_apt_uses(tmp_path: Path, apt: FakeApt) -> None:
    assert fetch(tmp_path, apt) == CONTENTS
    assert apt.asked() == [MIRROR + POOL]
    assert f"SHA256:{SOURCE.sha256} Checksum-FileSize:{SOURCE.size}" in apt.calls.read_text()
    assert os.listdir(tmp_path / "sources") == [SOURCE.sha256.hex]


def test_apt_is_asked_for_its_mirrors_once(tmp_path: Path, apt: FakeApt) -> None:
    fetcher = fetcher_in(tmp_path, apt=apt.programs)
    fetcher.fetch(SOURCE)
    apt.gives(b"2")
    fetcher.fetch(source_of(b"2", Debian(POOL)))
    assert apt.calls.read_text().count("indextargets") == 1


def test_the_main_archive_comes_first_then_others_of_debian(tmp_path: Path, apt: FakeApt) -> None:
    apt.says(
        [
            f"Somebody\tTheirs\t{DERIVATIVE}",
            f"Debian\tDebian-Security\t{SECURITY}",
            f"Debian\tDebian\t{MIRROR}",
            f"Debian\tDebian\t{MIRROR}",
        ]
    )
    apt.does('echo "E: Failed to fetch $5  404  Not Found [IP: 1.2.3.4 80]" >&2; exit 100')
    with pytest.raises(FetchError) as caught:
        fetch(tmp_path, apt)
    assert apt.asked() == [MIRROR + POOL, SECURITY + POOL]
    assert f"{POOL}: {MIRROR}: 404  Not Found [IP: 1.2.3.4 80]; {SECURITY}: 404" in str(caught.value)


def test_archives_of_others_are_asked_where_there_is_none_of_debian(tmp_path: Path, apt: FakeApt) -> None:
    apt.says([f"Somebody\tTheirs\t{DERIVATIVE}"])
    assert fetch(tmp_path, apt) == CONTENTS
    assert apt.asked() == [DERIVATIVE + POOL]


def test_where_no_lists_were_fetched_yet_the_configuration_is_asked(tmp_path: Path, apt: FakeApt) -> None:
    apt.says(
        [],
        [
            f"'{MIRROR}dists/bookworm/InRelease' mirror_debian_dists_bookworm_InRelease 0 ",
            f"'{MIRROR}dists/bookworm/main/binary-amd64/Packages.xz' mirror_Packages 0 ",
            "'http://flat.example/./InRelease' flat_InRelease 0 ",
        ],
    )
    assert fetch(tmp_path, apt) == CONTENTS
    assert apt.asked() == [MIRROR + POOL]


def test_archives_that_apt_has_not_fetched_yet_come_last(tmp_path: Path, apt: FakeApt) -> None:
    apt.says(
        [f"Somebody\tTheirs\t{DERIVATIVE}", f"Debian\tDebian\t{MIRROR}"],
        [f"'{uri}dists/bookworm/InRelease' x_InRelease 0 " for uri in (SECURITY, MIRROR, DERIVATIVE)],
    )
    apt.does('echo "E: Failed to fetch $5  404  Not Found" >&2; exit 100')
    with pytest.raises(FetchError):
        fetch(tmp_path, apt)
    assert apt.asked() == [MIRROR + POOL, SECURITY + POOL]


def test_an_apt_without_archives_is_a_reason(tmp_path: Path, apt: FakeApt) -> None:
    apt.says([])
    with pytest.raises(FetchError, match="set to no archive with a pool"):
        fetch(tmp_path, apt)


def test_an_apt_that_fails_is_a_reason(tmp_path: Path, apt: FakeApt) -> None:
    Path(apt.programs.get).write_text(
        "#!/bin/sh\necho 'E: The list of sources could not be read.' >&2; exit 100\n"
    )
    with pytest.raises(FetchError, match=r"apt-get indextargets: The list of sources could not be read\."):
        fetch(tmp_path, apt)


def test_a_host_without_apt_is_a_reason(tmp_path: Path, apt: FakeApt) -> None:
    Path(apt.programs.get).unlink()
    with pytest.raises(FetchError, match="this host has no apt"):
        fetch(tmp_path, apt)


def test_a_host_without_apt_helper_is_a_reason(tmp_path: Path, apt: FakeApt) -> None:
    Path(apt.programs.helper).unlink()
    with pytest.raises(FetchError, match="this host's apt has no"):
        fetch(tmp_path, apt)


def test_what_apt_finds_wrong_is_a_mismatch(tmp_path: Path, apt: FakeApt) -> None:
    digits = "ab" * 32
    apt.does(
        "cat >&2 <<END\nW: something\n"
        "E: Failed to fetch $5  Hash Sum mismatch\n   Hashes of expected file:\n    - SHA256:00\n"
        f"   Hashes of received file:\n    - SHA256:{digits}\nEND\nexit 100"
    )
    with pytest.raises(DigestMismatch, match=f"gives other bytes: sha256 {digits}"):
        fetch(tmp_path, apt)


def test_a_size_that_apt_finds_wrong_is_a_mismatch(tmp_path: Path, apt: FakeApt) -> None:
    apt.does('echo "E: Failed to fetch $5  File has unexpected size (7 != 20). Mirror sync?" >&2; exit 100')
    with pytest.raises(DigestMismatch, match=r"File has unexpected size \(7 != 20\)"):
        fetch(tmp_path, apt)


def test_apt_is_not_believed(tmp_path: Path, apt: FakeApt) -> None:
    apt.gives(CONTENTS.upper())
    with pytest.raises(DigestMismatch, match="gives other bytes: sha256"):
        fetch(tmp_path, apt)


def test_a_download_that_outgrows_its_size_is_ended(tmp_path: Path, apt: FakeApt) -> None:
    apt.does('head -c 1000 /dev/zero > "$6"; sleep 30')
    began = time.monotonic()
    with pytest.raises(DigestMismatch, match="sends more than the 20 bytes pinned"):
        fetch(tmp_path, apt)
    assert time.monotonic() - began < 10


def test_a_download_that_stands_still_is_ended(tmp_path: Path, apt: FakeApt) -> None:
    apt.does("sleep 60")
    began = time.monotonic()
    with pytest.raises(FetchError, match="apt-helper makes no progress"):
        fetcher_in(tmp_path, apt=apt.programs, patience=replace(HASTE, connect=0.1)).fetch(SOURCE)
    assert time.monotonic() - began < 30


def test_cancel_ends_apt_and_all_it_started(tmp_path: Path, apt: FakeApt) -> None:
    apt.does(f"sleep 61 & echo $! > {tmp_path}/pid; wait")
    fetcher = fetcher_in(tmp_path, apt=apt.programs, patience=None)

    def cancel() -> None:
        _appears(tmp_path / "pid")
        fetcher.cancel()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(Interrupted):
        fetcher.fetch(SOURCE)
    canceller.join()
    _ends(int((tmp_path / "pid").read_text()))
    assert os.listdir(tmp_path / "sources") == []


def _appears(path: Path) -> None:
    for _ in range(500):
        if path.exists() and path.read_text().endswith("\n"):
            return
        time.sleep(0.01)


def _ends(pid: int) -> None:
    for _ in range(500):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.01)
    raise AssertionError(f"process {pid} is still there")


def test_names_and_passwords_of_mirrors_are_not_shown(tmp_path: Path, apt: FakeApt) -> None:
    apt.says(["Debian\tDebian\thttp://me:secret@mirror.example/debian/"])
    apt.does('echo "E: Failed to fetch http://mirror.example/x  404  Not Found" >&2; exit 100')
    with pytest.raises(FetchError) as caught:
        fetch(tmp_path, apt)
    assert "secret" not in str(caught.value)
    assert "http://mirror.example/debian/: 404  Not Found" in str(caught.value)


def test_an_archive_on_disk_is_copied_from(tmp_path: Path, apt: FakeApt) -> None:
    apt.says(["Debian\tDebian\tfile:/srv/debian/"])
    assert fetch(tmp_path, apt) == CONTENTS
    assert apt.asked() == [f"copy:/srv/debian/{POOL}"]


LUA = Source(
    file="lua-5.4.4.tar.gz",
    sha256=Sha256("164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61"),
    size=360876,
    origins=(Debian(POOL),),
    unpack=True,
    strip=1,
    where=SOURCE.where,
)


@pytest.mark.network
@pytest.mark.skipif(shutil.which("apt-get") is None, reason="this host has no apt")
def test_the_real_apt_brings_a_file(tmp_path: Path) -> None:
    path = fetcher_in(tmp_path, patience=None).fetch(LUA)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == LUA.sha256.hex
    assert path.stat().st_uid == os.geteuid()


@pytest.mark.network
@pytest.mark.skipif(shutil.which("apt-get") is None, reason="this host has no apt")
def test_the_real_apt_tells_that_a_file_is_not_there(tmp_path: Path) -> None:
    source = source_of(CONTENTS, Debian("pool/main/n/none/none_0.orig.tar.gz"))
    with pytest.raises(FetchError, match="404"):
        fetcher_in(tmp_path, patience=None).fetch(source)


@pytest.mark.network
@pytest.mark.skipif(shutil.which("apt-get") is None, reason="this host has no apt")
def test_the_real_apt_tells_of_other_bytes(tmp_path: Path) -> None:
    source = source_of(b"?" * LUA.size, Debian(POOL))
    with pytest.raises(DigestMismatch, match=LUA.sha256.hex):
        fetcher_in(tmp_path, patience=None).fetch(source)
