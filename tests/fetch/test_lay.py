"""Materials in a build's directory."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bootstrap.digest import digest
from bootstrap.errors import DigestMismatch, FetchError, PatchError, UnpackError
from bootstrap.fetch.lay import lay
from bootstrap.recipe.model import Files, LocalFile
from tests.fetch.conftest import source_of


def tarball() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        info = tarfile.TarInfo("thing-1.0/hello")
        info.size = 6
        archive.addfile(info, io.BytesIO(b"hello\n"))
    return file.getvalue()


PATCH = b"--- a/hello\n+++ b/hello\n@@ -1 +1 @@\n-hello\n+goodbye\n"


def local(project: Path, name: str, contents: bytes, **fields: Any) -> LocalFile:
    path = project / "stages" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(contents)
    return LocalFile(name=name, path=f"stages/{name}", digest=digest(contents), size=len(contents), **fields)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "build"
    path.mkdir()
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "cached"
    path.write_bytes(tarball())
    return path


def assert_normal(target: Path) -> None:
    for path in [target, *target.rglob("*")]:
        assert path.lstat().st_mtime_ns == 1_000_000_000, path


def test_a_source_is_unpacked_and_patched(tmp_path: Path, target: Path, archive: Path) -> None:
    second = b"--- a/hello\n+++ b/hello\n@@ -1 +1,2 @@\n goodbye\n+and thanks\n"
    patches = (local(tmp_path, "1.patch", PATCH), local(tmp_path, "2.patch", second))
    source = source_of(archive.read_bytes(), unpack=True, strip=1, patches=patches)
    lay(source, target=target, archive=archive, project=tmp_path)
    assert (target / "hello").read_bytes() == b"goodbye\nand thanks\n"
    assert_normal(target)


def test_a_source_that_is_not_to_be_unpacked_is_copied_under_its_name(
    tmp_path: Path, target: Path, archive: Path
) -> None:
    archive.chmod(0o444)
    lay(source_of(archive.read_bytes()), target=target, archive=archive, project=tmp_path)
    copied = target / "thing-1.0.tar.gz"
    assert copied.read_bytes() == tarball()
    assert copied.stat().st_mode & 0o777 == 0o644
    assert_normal(target)


def test_files_are_copied_with_their_executable_bits(tmp_path: Path, target: Path) -> None:
    files = Files(
        files=(
            local(tmp_path, "deep/er/run", b"#!\n", executable=True),
            local(tmp_path, "deep/text", b"x"),
        )
    )
    lay(files, target=target, archive=None, project=tmp_path)
    assert (target / "deep/er/run").stat().st_mode & 0o777 == 0o755
    assert (target / "deep/text").stat().st_mode & 0o777 == 0o644
    assert (target / "deep/text").read_bytes() == b"x"
    assert_normal(target)


def test_several_materials_can_lie_in_one_directory(tmp_path: Path, target: Path, archive: Path) -> None:
    lay(
        source_of(archive.read_bytes(), unpack=True, strip=1),
        target=target,
        archive=archive,
        project=tmp_path,
    )
    lay(Files(files=(local(tmp_path, "more", b"x"),)), target=target, archive=None, project=tmp_path)
    assert sorted(os.listdir(target)) == ["hello", "more"]
    assert_normal(target)


def test_a_local_file_in_the_way_of_another_is_refused(tmp_path: Path, target: Path, archive: Path) -> None:
    lay(
        source_of(archive.read_bytes(), unpack=True, strip=1),
        target=target,
        archive=archive,
        project=tmp_path,
    )
    with pytest.raises(UnpackError, match="hello: something of this name lies there already"):
        lay(Files(files=(local(tmp_path, "hello", b"x"),)), target=target, archive=None, project=tmp_path)


def test_a_patch_that_changed_since_the_recipes_were_read_is_refused(
    tmp_path: Path, target: Path, archive: Path
) -> None:
    patch = local(tmp_path, "1.patch", PATCH)
    (tmp_path / patch.path).write_bytes(PATCH + b"\n")
    source = source_of(archive.read_bytes(), unpack=True, strip=1, patches=(patch,))
    with pytest.raises(DigestMismatch, match=r"stages/1\.patch: changed since the recipes were read"):
        lay(source, target=target, archive=archive, project=tmp_path)


def test_a_local_file_that_is_gone_is_named(tmp_path: Path, target: Path) -> None:
    file = local(tmp_path, "gone", b"x")
    (tmp_path / file.path).unlink()
    with pytest.raises(FetchError, match="stages/gone: No such file"):
        lay(Files(files=(file,)), target=target, archive=None, project=tmp_path)


def test_a_file_of_the_cache_that_changed_is_refused(tmp_path: Path, target: Path, archive: Path) -> None:
    source = source_of(archive.read_bytes(), unpack=True, strip=1)
    archive.write_bytes(tarball()[:-1] + b"?")
    with pytest.raises(DigestMismatch, match="changed since it was fetched"):
        lay(source, target=target, archive=archive, project=tmp_path)
    assert list(target.iterdir()) == []


def test_a_patch_that_does_not_apply_is_named_by_its_path(
    tmp_path: Path, target: Path, archive: Path
) -> None:
    patch = local(tmp_path, "1.patch", PATCH.replace(b"-hello", b"-hallo"))
    source = source_of(archive.read_bytes(), unpack=True, strip=1, patches=(patch,))
    with pytest.raises(PatchError, match=r"stages/1\.patch: hello: hunk 1 \(@@ -1 \+1 @@\) does not apply"):
        lay(source, target=target, archive=archive, project=tmp_path)


def test_a_source_without_its_archive_is_a_mistake_of_the_caller(tmp_path: Path, target: Path) -> None:
    with pytest.raises(ValueError, match="laid from its archive"):
        lay(source_of(b""), target=target, archive=None, project=tmp_path)
