"""A valid file of every format, made on the spot; a second one that differs in its contents only."""

from __future__ import annotations

import bz2
import gzip
import importlib.util
import io
import lzma
import marshal
import struct
import subprocess
import tarfile
import zipfile
import zlib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fetch.archives import zstd

TIME = 1_000_000_000


def gz(data: bytes, *, mtime: int = TIME, name: str = "") -> bytes:
    file = io.BytesIO()
    with gzip.GzipFile(name, "wb", mtime=mtime, fileobj=file) as out:
        out.write(data)
    return file.getvalue()


def tar(members: dict[str, bytes], format: int = tarfile.GNU_FORMAT, **fields: object) -> bytes:
    """Members in this order; `fields` are attributes of `tarfile.TarInfo` of every one."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=format) as out:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), TIME
            for field, value in fields.items():
                setattr(info, field, value)
            out.addfile(info, io.BytesIO(data))
    return file.getvalue()


def zip_file(
    members: dict[str, bytes], *, time: tuple[int, ...] = (2001, 9, 9, 1, 46, 40), **fields: object
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, time)  # type: ignore[arg-type]
            info.compress_type = zipfile.ZIP_DEFLATED
            for field, value in fields.items():
                setattr(info, field, value)
            out.writestr(info, data)
    return file.getvalue()


def ar(members: dict[str, bytes], *, date: int = TIME, uid: int = 0, mode: int = 0o100644) -> bytes:
    data = b"!<arch>\n"
    for name, contents in members.items():
        title = name if name == "//" else name + "/"
        header = f"{title:<16}{date:<12}{uid:<6}{0:<6}{mode:<8o}{len(contents):<10}`\n"
        data += header.encode() + contents + b"\n" * (len(contents) % 2)
    return data


def cpio(members: dict[str, bytes], *, mtime: int = TIME, inode: int = 1) -> bytes:
    data = b""
    for name, contents in {**members, "TRAILER!!!": b""}.items():
        numbers = (inode, 0o100644, 0, 0, 1, mtime, len(contents), 0, 0, 0, 0, len(name) + 1, 0)
        entry = b"070701" + "".join(f"{number:08X}" for number in numbers).encode() + name.encode() + b"\0"
        entry += bytes(-len(entry) % 4) + contents
        data += entry + bytes(-len(entry) % 4)
    return data


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    data = b"\x89PNG\r\n\x1a\n"
    for kind, contents in ((b"IHDR", bytes(13)), *chunks, (b"IEND", b"")):
        data += struct.pack(">I", len(contents)) + kind + contents
        data += struct.pack(">I", zlib.crc32(kind + contents))
    return data


def pyc(source: str, filename: str = "/build/module.py", mtime: int = TIME) -> bytes:
    header = importlib.util.MAGIC_NUMBER + struct.pack("<III", 0, mtime, len(source))
    return header + marshal.dumps(compile(source, filename, "exec"))


@cache
def elf(source: str, *options: str) -> bytes:
    """An object file, from C by gcc."""
    with TemporaryDirectory() as directory:
        file = Path(directory, "made")
        argv = ["gcc", *options, "-x", "c", "-", "-o", str(file)]
        subprocess.run(argv, input=source, text=True, cwd=directory, check=True)
        return file.read_bytes()


def samples() -> dict[str, tuple[bytes, bytes]]:
    """By format: two files of it, valid ones."""
    one, other = b"first line\nsecond line\n" * 20, b"first line\nsecond place\n" * 20
    return {
        "text": (one, other),
        "binary": (bytes(range(256)) * 4, bytes(range(256)) * 3 + b"other"),
        "gzip": (gz(one), gz(other, mtime=TIME + 1)),
        "bzip2": (bz2.compress(one), bz2.compress(other)),
        "xz": (lzma.compress(one), lzma.compress(other)),
        "zstd": (zstd.compress(one), zstd.compress(other)),
        "tar": (tar({"a": one, "b": other}), tar({"b": one, "a": one}, mtime=TIME + 9)),
        "pax": (tar({"ä" * 80: one}, tarfile.PAX_FORMAT), tar({"ä" * 80: other}, tarfile.PAX_FORMAT)),
        "tar.gz": (gz(tar({"a": one})), gz(tar({"a": other}))),
        "zip": (zip_file({"a": one, "b": one}), zip_file({"a": other, "c": one}, comment=b"made")),
        "ar": (ar({"a.o": one, "b.o": one}), ar({"a.o": other}, date=TIME + 1)),
        "cpio": (cpio({"a": one, "b": b""}), cpio({"a": other}, mtime=TIME + 1)),
        "PNG": (
            png((b"tIME", b"\x07\xd1\x09\x09\x01\x2e\x28")),
            png((b"tIME", b"\x07\xd2\x09\x09\x01\x2e\x28")),
        ),
        "pyc": (pyc("def f(x): return [x, 1.5, 'a']"), pyc("def f(x): return (x, 'b', 10**30)", "/other.py")),
        "ELF": (elf("int main(void) { return 1; }", "-c", "-g"), elf("int main(void) { return 77; }", "-c")),
    }
