"""The locale is compiled once, and again when anything that decides its bytes is another."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bootstrap.errors import BootstrapError
from reprocheck.variation import locale
from reprocheck.variation.table import find

why_not = find("locale").obstacle()
pytestmark = pytest.mark.skipif(bool(why_not), reason=why_not)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources, which can be changed."""
    copy = tmp_path / "i18n"
    for part in ("locales", "charmaps"):
        (copy / part).mkdir(parents=True)
    for path in (
        *Path("/usr/share/i18n/locales").iterdir(),
        *Path("/usr/share/i18n/charmaps").glob("UTF-8*"),
    ):
        os.symlink(path, copy / path.relative_to("/usr/share/i18n"))
    monkeypatch.setattr(locale, "_SOURCES", copy)
    monkeypatch.setattr(locale, "_SOURCE", copy / "locales" / "tr_TR")
    return copy


def inodes(directory: Path) -> set[int]:
    return {path.stat().st_ino for path in directory.rglob("*")}


def test_it_is_compiled_once_and_nothing_else_is_left(cache: Path, tmp_path: Path) -> None:
    first = locale.compiled(tmp_path / "a")
    before = inodes(first)
    assert (first / locale.LANGUAGE / "LC_COLLATE").is_file()
    assert locale.compiled(tmp_path / "b") == first
    assert inodes(first) == before
    assert list((cache / "reprocheck/locales").iterdir()) == [first]
    assert not (tmp_path / "a").exists()


def test_two_at_once_do_not_disturb_each_other(cache: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(locale.compiled, (tmp_path / "a", tmp_path / "b")))
    assert found[0] == found[1]
    assert list((cache / "reprocheck/locales").iterdir()) == [found[0]]


@pytest.mark.parametrize("name", ["locales/tr_TR", "locales/iso14651_t1", "locales/iso14651_t1_common"])
def test_a_source_that_changed_gives_another(cache: Path, sources: Path, name: str) -> None:
    before = locale._key()
    content = (sources / name).read_bytes()
    (sources / name).unlink()
    (sources / name).write_bytes(content + b"% changed\n")
    assert locale._key() != before


def test_another_compiler_gives_another(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = locale._key()
    other = tmp_path / "bin" / "localedef"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\necho localedef 9.99\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", f"{other.parent}:/usr/bin:/bin")
    assert locale._key() != before


def test_sources_that_do_not_matter_do_not_count(cache: Path, sources: Path) -> None:
    before = locale._key()
    (sources / "locales/de_DE").unlink()
    assert locale._key() == before


@pytest.mark.parametrize("cache_home", ["relative", "/proc/nowhere", ""])
def test_where_none_can_be_kept_it_is_compiled_each_time(
    cache_home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", cache_home)
    monkeypatch.setenv("HOME", "/proc/nobody")
    monkeypatch.chdir(tmp_path)
    assert locale.compiled(tmp_path / "a") == tmp_path / "a"
    assert os.listdir(tmp_path) == ["a"]


def test_what_cannot_be_compiled_is_an_error_and_leaves_nothing(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy("/bin/false", tmp_path / "localedef")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BootstrapError, match="localedef could not compile"):
        locale.compiled(tmp_path / "a")
    assert list((cache / "reprocheck/locales").iterdir()) == []
