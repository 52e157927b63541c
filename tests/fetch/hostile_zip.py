"""Hostile zip archives."""

from __future__ import annotations

import bz2
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from bootstrap.fetch.member import Bounds
from tests.fetch.archives import (
    zip_from,
    zip_member,
    zip_of,
)
from tests.fetch.case import A, Case, file, link


def _zip(name: str, data: bytes | Callable[[], bytes], refused: str = "", **more: Any) -> Case:
    made = data if callable(data) else lambda: data
    return Case(f"zip: {name}", "a.zip", made, refused, **more)


def zip_cases() -> Iterator[Case]:
    a = zip_member(b"a", b"A")
    whole = zip_from(a)
    no_zip = "not a zip archive"
    yield _zip("as it should be", whole, tree=A)
    yield _zip("dotdot", zip_of(("../evil", b"", 0)), r'\.\./evil: its name has "\.\."')
    yield _zip("absolute", zip_of(("/evil", b"", 0)), "/evil: its name is absolute")
    yield _zip("backslashes", zip_of((r"..\evil", b"", 0)), tree={rb"..\evil": file()})
    yield _zip("NUL", zip_from(zip_member(b"a\0b")), ".*NUL")
    yield _zip("empty name", zip_from(zip_member(b"")), "has no name")
    yield _zip("256 bytes", zip_of(("n" * 256, b"", 0)), "a component of its name has 256 bytes")
    yield _zip("257 directories deep", zip_of(("d/" * 256 + "f", b"", 0)), "lies 257 directories deep")
    yield _zip("not UTF-8", zip_from(zip_member(b"\xff\xfe", b"A")), tree={b"\xff\xfe": file(b"A")})
    yield _zip("said to be UTF-8, and not", zip_from(zip_member(b"\xff\xfe", b"A", flags=0x800)), no_zip)
    path = b"up" + (11).to_bytes(2, "little") + b"\1" + zlib.crc32(b"a").to_bytes(4, "little") + b"../bad"
    yield _zip("another name in Unicode", zip_from(zip_member(b"a", b"A", extra=path)), tree=A)
    yield _zip("link out", zip_of(("l", b"../x", 0o120777)), "l: links to .*out of the tree")
    yield _zip("link to an absolute name", zip_of(("l", b"/x", 0o120777)), "l: links to .*an absolute name")
    yield _zip("link of 5,000 bytes", zip_of(("l", b"x" * 5000, 0o120777)), "l: its link target is no path")
    yield _zip("link with a NUL", zip_of(("l", b"a\0b", 0o120777)), "l: its link target is no path")
    yield _zip(
        "file through a link",
        zip_of(("l", b".", 0o120777), ("l/evil", b"", 0)),
        "l/evil: in its way is a symbolic link",
    )
    yield _zip("link kept", zip_of(("l", b"a", 0o120777)), tree={b"l": link(b"a")})
    yield _zip("named pipe", zip_of(("p", b"", 0o10644)), "p: is a device, a named pipe or a socket")
    yield _zip("character device", zip_of(("p", b"", 0o20644)), "p: is a device, a named pipe or a socket")
    yield _zip("socket", zip_of(("p", b"", 0o140644)), "p: is a device, a named pipe or a socket")
    yield _zip("setuid", zip_of(("a", b"A", 0o104755)), tree={b"a": file(b"A", 0o755)})
    yield _zip(
        "two files of one name",
        zip_from(zip_member(b"a", b"x"), zip_member(b"a", b"y")),
        "a: the archive has another file",
    )
    yield _zip("the same file twice", zip_from(a, a), tree=A)
    yield _zip(
        "file over a directory",
        zip_of(("a/", b"", 0o40755), ("a", b"x", 0)),
        "a: .*a directory of the same name",
    )
    yield _zip("encrypted", zip_from(zip_member(b"a", b"x", flags=1)), "a: is encrypted")
    yield _zip("strongly encrypted", zip_from(zip_member(b"a", b"x", flags=0x41)), "a: is encrypted")
    yield _zip("patched data", zip_from(zip_member(b"a", b"x", flags=0x20)), "a: cannot be read")
    yield _zip(
        "unknown method",
        zip_from(zip_member(b"a", b"x", method=97)),
        r"a: is neither stored nor deflated \(method 97\)",
    )
    packed = bz2.compress(bytes(50 << 20))
    yield _zip(
        "bzip2, which cannot be bounded",
        zip_from(zip_member(b"a", b"x", method=12, packed=packed)),
        ".*method 12",
    )
    yield _zip(
        "lzma, which cannot be bounded", zip_of(("a", b"A", 0), method=zipfile.ZIP_LZMA), ".*method 14"
    )
    yield _zip("wrong checksum", zip_from(zip_member(b"a", b"A", crc=1)), "a: cannot be read: Bad CRC")
    yield _zip(
        "a size too large",
        zip_from(zip_member(b"a", b"A", size=2, packed=b"A")),
        "a: (cannot be read|ends after)",
    )
    yield _zip(
        "a size too small", zip_from(zip_member(b"a", b"AB", size=1)), "a: (cannot be read|holds more)"
    )
    empty = zip_from(zip_member(b"a", b"AB", size=0))
    yield _zip("a size of 0", empty, "a: (cannot be read|holds more)")
    yield _zip(
        "deflated data that are none",
        zip_from(zip_member(b"a", b"A", method=8, packed=b"\xff" * 9)),
        "a: cannot be read",
    )
    deflated = zlib.compress(b"A" * 5000)[2:-4]
    cut = zip_from(zip_member(b"a", b"A" * 5000, method=8, packed=deflated[:-9]))
    yield _zip("deflated data cut off", cut, "a: (cannot be read|ends after)")
    yield _zip(
        "another name in the local header",
        zip_from(zip_member(b"a", b"A", local_name=b"b")),
        "a: cannot be read",
    )
    yield _zip(
        "an offset beyond the end",
        zip_from(zip_member(b"a", b"A", offset=1 << 30)),
        "a member reaches into the directory",
    )
    yield _zip(
        "an offset at the directory",
        zip_from(zip_member(b"a", b"A", offset=32)),
        "a member reaches into the directory",
    )
    yield _zip(
        "an offset at the wrong place", zip_from(a, zip_member(b"b", b"A", offset=1)), ".*shares its bytes"
    )
    shared = zip_from(zip_member(b"a", b"A"), (b"", zip_member(b"a", b"A", offset=0)[1]))
    yield _zip("one member named twice", shared, "a: shares its bytes with another member")
    yield _zip("members within one another", _overlapping(), ".*shares its bytes with another member")
    descriptor = zip_from(zip_member(b"a", b"A", flags=8))
    yield _zip("sizes told after the data", descriptor, tree=A)
    zip64 = b"\1\0\x10\0" + (1 << 40).to_bytes(8, "little") + (1).to_bytes(8, "little")
    lie = zip_from(zip_member(b"a", b"A", size=0xFFFFFFFF, extra=zip64))
    yield _zip("zip64 that says 1 TiB", lie, "(a: the archive|the archive) unpacks to more than")
    short = zip_from(zip_member(b"a", b"A", size=0xFFFFFFFF, extra=b"\1\0\x10\0"))
    yield _zip("zip64 without its numbers", short, no_zip)
    yield _zip(
        "an extra field that is too long",
        zip_from(zip_member(b"a", b"A", extra=b"\1\0\xff\xff")),
        "(not a zip|a: )",
    )
    yield _zip("64 KiB of extra fields", zip_from(zip_member(b"a", b"A", extra=b"zz\0\0" * 16000)), tree=A)
    yield _zip("a month 0 and a day 0", zip_from(zip_member(b"a", b"A", time=0)), tree=A)
    yield _zip("times out of range", zip_from(zip_member(b"a", b"A", time=0xFFFFFFFF)), tree=A)
    yield _zip("a count that lies", zip_from(a, count=60000), tree=A)
    yield _zip("nothing", b"", no_zip)
    yield _zip("empty archive", zip_from(), tree={})
    yield _zip("cut off at its end", whole[:-5], no_zip)
    yield _zip("cut off in its directory", whole[:50], no_zip)
    yield _zip("without its first bytes", whole[10:], "a: begins before the archive")
    yield _zip("a program before it", b"#!/bin/sh\nexit 0\n" + whole, tree=A)
    yield _zip("bytes after its end", whole + b"garbage", tree=A)
    yield _zip("said to be the second of two parts", whole[:-18] + b"\1\0\1\0" + whole[-14:], tree=A)
    yield _zip("archive in an archive", zip_of(("a.zip", whole, 0)), tree={b"a.zip": file(whole)})
    bounds = Bounds(ratio=100, ratio_from=1 << 20)
    bomb = lambda: zip_of(*((str(number), bytes(1 << 20), 0) for number in range(8)))  # noqa: E731
    yield _zip("8 MiB of nothing", bomb, ".*more than 100 times its size", bounds=bounds)
    many = lambda: zip_from(*(zip_member(b"%d" % number) for number in range(1001)), count=0)  # noqa: E731
    yield _zip(
        "one entry too many",
        many,
        "1000: the archive has more than 1000 entries",
        bounds=Bounds(entries=1000),
    )


def _overlapping() -> bytes:
    """Each member's data are the next member, header and all, and one core of zeros for them all
    (D. Fifield, "A better zip bomb", WOOT 2019)."""
    core = zlib.compress(bytes(1 << 20))[2:-4]
    body, entries = core, []
    for number in reversed(range(4)):
        data, entry = zip_member(b"%d" % number, packed=body, size=1 << 20, method=8, crc=0)
        body = data
        entries.append((len(data), entry))
    directory = b"".join(entry(len(body) - length) for length, entry in entries)
    count = len(entries).to_bytes(2, "little") * 2
    sizes = len(directory).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    return body + directory + b"PK\5\6\0\0\0\0" + count + sizes + b"\0\0"
