"""Hostile tar archives: names, links, kinds, numbers, headers that lie."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import Any

from bootstrap.fetch.member import Bounds
from tests.fetch.archives import (
    END,
    Tar,
    base256,
    extended,
    header,
    octal,
    padded,
    plain,
    record,
)
from tests.fetch.case import DIRECTORY, A, Case, file, link


def _tar(name: str, data: bytes | Tar, refused: str = "", **more: Any) -> Case:
    return Case(
        f"tar: {name}", "a.tar", data.bytes if isinstance(data, Tar) else lambda: data, refused, **more
    )


def tar_cases() -> Iterator[Case]:
    for group in (_names, _links, _kinds, _duplicates, _numbers, _structure, _pax, _gnu, _sparse):
        yield from group()


def _names() -> Iterator[Case]:
    dotdot = r'its name has "\.\."'
    yield _tar("dotdot", Tar().add("../evil"), rf"\.\./evil: {dotdot}")
    yield _tar("dotdot within", Tar().add("a/../../evil"), dotdot)
    yield _tar("dotdot that leads back in", Tar().add("d/../a"), dotdot)
    yield _tar("dotdot at the end", Tar().directory("d").add("d/.."), dotdot)
    yield _tar("dotdot as a directory", Tar().directory(".."), dotdot)
    yield _tar("absolute", Tar().add("/etc/evil"), "/etc/evil: its name is absolute")
    yield _tar("absolute with more slashes", Tar().add("///etc/evil"), ".*its name is absolute")
    yield _tar("absolute directory", Tar().directory("/etc/"), "/etc: its name is absolute")
    yield _tar(
        "absolute by prefix", header(b"evil", prefix=b"/etc", magic=b"ustar\x0000") + END, ".*is absolute"
    )
    yield _tar("dotdot by prefix", header(b"evil", prefix=b"..", magic=b"ustar\x0000") + END, ".*" + dotdot)
    yield _tar("NUL", extended(b"x", record(b"path", b"a\0b")) + plain(b"a") + END, r"a\\x00b: .*NUL")
    yield _tar("empty name", plain(b"") + END, "has no name")
    yield _tar("only a dot", Tar().add("."), "has no name")
    yield _tar("dots and slashes", Tar().add("././/a", b"A"), tree=A)
    yield _tar("file with a slash at its end", plain(b"d/") + END, tree={b"d": file()})
    yield _tar("directory as of old", header(b"d/", kind=b"\0") + END, tree={b"d": DIRECTORY})
    yield _tar("three dots", Tar().add("..."), tree={b"...": file()})
    yield _tar("backslashes", Tar().add(r"..\evil"), tree={rb"..\evil": file()})
    yield _tar("a drive", Tar().add("C:evil"), tree={b"C:evil": file()})
    yield _tar("255 bytes", Tar().add("n" * 255), tree={b"n" * 255: file()})
    yield _tar("256 bytes", Tar().add("n" * 256), "a component of its name has 256 bytes")
    yield _tar("4199 bytes", Tar().add("n/" * 2100), "its name has 4199 bytes")
    yield _tar("4096 bytes", Tar().add("n" * 200 + "/n" * 1948), "its name has 4096 bytes")
    yield _tar("256 directories deep", Tar().add("d/" * 255 + "f"), names=256)
    yield _tar("257 directories deep", Tar().add("d/" * 256 + "f"), "lies 257 directories deep, of which 256")
    yield _tar("not UTF-8", Tar().add("\udcff\udcfe"), tree={b"\xff\xfe": file()})
    yield _tar("newline and escapes", Tar().add("a\n\x1b[2J"), tree={b"a\n\x1b[2J": file()})
    yield _tar("escapes in a refused name", Tar().add("../\x1b[2J\n"), r"\.\./\\x1b\[2J\\n: its name")
    yield _tar("blanks", Tar().add(" ").add("a "), tree={b" ": file(), b"a ": file()})
    pair = {b"README": file(b"1"), b"readme": file(b"2")}
    yield _tar("names that differ in case", Tar().add("README", b"1").add("readme", b"2"), tree=pair)
    pair = {"é".encode(): file(b"1"), "e\u0301".encode(): file(b"2")}
    yield _tar("names that look alike", Tar().add("é", b"1").add("e\u0301", b"2"), tree=pair)


def _links() -> Iterator[Case]:
    others = "which leads out of the tree through other links"
    yield _tar("link out", Tar().symlink("d/l", "../../x"), r"d/l: links to \.\./\.\./x, out of the tree")
    yield _tar(
        "link to an absolute name", Tar().symlink("l", "/etc/passwd"), "l: links to /etc/passwd, an abs"
    )
    yield _tar("link out and in again", Tar().symlink("l", "../target/a"), ".*out of the tree")
    yield _tar("empty link", Tar().symlink("l", ""), "its link target is no path")
    yield _tar("link of 4096 bytes", Tar().symlink("l", "x/" * 2048), "its link target is no path")
    nul = extended(b"x", record(b"linkpath", b"a\0b")) + header(b"l", kind=b"2", link=b"a") + END
    yield _tar("link with a NUL", nul, "its link target is no path")
    yield _tar(
        "link out through a link",
        Tar().directory("a").symlink("a/t", "..").symlink("l", "a/t/.."),
        ".*" + others,
    )
    ahead = Tar().symlink("l", "a/t/..").directory("a").symlink("a/t", "..")
    yield _tar("link out through a later link", ahead, f"l: links to a/t/.., {others}")
    chain = Tar().symlink("d/1", "..").symlink("d/2", "1/d/1").symlink("l", "d/2/..")
    yield _tar("link out through a chain", chain, ".*" + others)
    yield _tar(
        "links in a circle",
        Tar().symlink("a", "b").symlink("b", "a"),
        tree={b"a": link(b"b"), b"b": link(b"a")},
    )
    yield _tar("link to nothing", Tar().symlink("a", "none"), tree={b"a": link(b"none")})
    yield _tar(
        "file through a link", Tar().symlink("d", ".").add("d/evil"), "d/evil: in its way is a symbolic link"
    )
    through = Tar().symlink("d", "e").symlink("e", "..").add("d/evil")
    yield _tar("file through a chain of links", through, "d/evil: in its way is a symbolic link")
    yield _tar(
        "directory over a link", Tar().symlink("d", ".").directory("d"), "d: in its way is a symbolic link"
    )
    yield _tar(
        "file over a link", Tar().symlink("a", "evil").add("a", b"x"), "a: .*symbolic link of the same name"
    )
    yield _tar("link over a file", Tar().add("a", b"x").symlink("a", "b"), "a: .*a file of the same name")
    yield _tar(
        "link over a directory", Tar().directory("a").symlink("a", "b"), "a: .*a directory of the same name"
    )
    yield _tar(
        "another link of the same name", Tar().symlink("a", "b").symlink("a", "c"), "a: .*of the same name"
    )
    yield _tar("the same link twice", Tar().symlink("a", "b").symlink("a", "b"), tree={b"a": link(b"b")})
    yield _tar("hard link out", Tar().hard_link("l", "../../etc/passwd"), r'l: its name has "\.\."')
    yield _tar(
        "hard link to an absolute name", Tar().hard_link("l", "/etc/passwd"), "l: its name is absolute"
    )
    yield _tar("hard link ahead", Tar().hard_link("l", "a").add("a"), "l: .*not an earlier file")
    yield _tar("hard link to nothing", Tar().hard_link("l", ""), "l: has no name")
    yield _tar(
        "hard link to a directory", Tar().directory("d").hard_link("l", "d"), "l: .*not an earlier file"
    )
    yield _tar("hard link to what lies beside", Tar().hard_link("l", "evil"), "l: .*not an earlier file")
    by = Tar().symlink("d", ".").add("a").hard_link("l", "d/a")
    yield _tar("hard link through a link", by, "l: .*not an earlier file")
    yield _tar(
        "hard link to a link out",
        Tar().symlink("d/up", "../a").hard_link("l", "d/up"),
        r"l: links to \.\./a, out",
    )
    kept = {b"a": link(b"b"), b"l": link(b"b")}
    yield _tar("hard link to a link", Tar().symlink("a", "b").hard_link("l", "a"), tree=kept)
    yield _tar("hard link to itself", Tar().add("a", b"A").hard_link("a", "a"), tree=A)
    yield _tar(
        "hard link over another file",
        Tar().add("a", b"1").add("b", b"2").hard_link("b", "a"),
        "b: .*another file",
    )


def _kinds() -> Iterator[Case]:
    yield _tar("character device", Tar().add("n", type=tarfile.CHRTYPE), "n: is a character device")
    yield _tar("block device", Tar().add("n", type=tarfile.BLKTYPE), "n: is a block device")
    yield _tar("named pipe", Tar().add("n", type=tarfile.FIFOTYPE), "n: is a named pipe")
    for kind in (b"V", b"M", b"D", b"N", b"Z", b"\xff"):
        yield _tar(f"kind {kind!r}", header(kind=kind) + END, "a: is of an unknown kind")
    yield _tar("contiguous file", header(kind=b"7", size=octal(1)) + padded(b"A") + END, tree=A)
    bits = Tar().add("u", mode=0o4755).add("g", mode=0o2644).add("t", mode=0o1777).add("none", mode=0)
    bits.directory("d", mode=0o7000).add("d/f", mode=0o400)
    tree = {
        b"u": file(mode=0o755),
        b"g": file(),
        b"t": file(mode=0o755),
        b"none": file(),
        b"d": DIRECTORY,
        b"d/f": file(),
    }
    yield _tar("setuid, setgid, sticky, no rights", bits, tree=tree)
    extra = Tar().add("a", b"A", pax_headers={"SCHILY.xattr.user.x": "y", "SCHILY.acl.access": "user::rwx"})
    yield _tar("extended attributes", extra, tree=A)
    owner = Tar().add("a", b"A", uid=1 << 60, gid=-1, uname="root", gname="n" * 1000)
    yield _tar("owners out of range", owner, tree=A)
    for time in (-1, 1 << 62, 1e300, float("inf"), float("nan")):
        yield _tar(
            f"time {time}",
            extended(b"x", record(b"mtime", str(time).encode())) + plain(b"a", b"A") + END,
            tree=A,
        )


def _duplicates() -> Iterator[Case]:
    another = "a: the archive has another file of the same name"
    same = Tar().directory("d").add("d/a", b"A").directory("d").add("d/a", b"A")
    yield _tar("the same file twice", same, tree={b"d": DIRECTORY, b"d/a": file(b"A")})
    yield _tar("two files of one name", Tar().add("a", b"x").add("a", b"y"), another)
    yield _tar(
        "two files of one name, spelt in two ways", Tar().add("a", b"x").add("./a", b"y"), r"\./" + another
    )
    yield _tar("a longer file of the same name", Tar().add("a", b"x").add("a", b"xy"), another)
    yield _tar("a shorter file of the same name", Tar().add("a", b"xy").add("a", b"x"), another)
    yield _tar("the same file with another mode", Tar().add("a", b"x").add("a", b"x", mode=0o755), another)
    yield _tar("file over a directory", Tar().directory("a").add("a"), "a: .*a directory of the same name")
    yield _tar("directory over a file", Tar().add("a").directory("a"), "a: in its way is a file")
    yield _tar("file beneath a file", Tar().add("a").add("a/b"), "a/b: in its way is a file")


def _numbers() -> Iterator[Case]:
    yield _tar("size with a minus", header(size=b"-0000000001\0") + END, "(not a tar archive|.*negative)")
    yield _tar("negative size in base 256", header(size=base256(-1)) + END, "(not a tar archive|.*negative)")
    yield _tar(
        "negative size later", plain(b"b") + header(size=base256(-512)) + END, ".*its size is negative"
    )
    yield _tar(
        "most negative size", plain(b"b") + header(size=base256(-(1 << 87))) + END, ".*(negative|damaged)"
    )
    yield _tar("size in base 256", header(size=base256(1)) + padded(b"A") + END, tree=A)
    yield _tar("size of 8 EiB", header(size=base256(1 << 63)) + END, "a: the archive unpacks to more than")
    yield _tar(
        "largest size", header(size=b"\x80" + b"\xff" * 11) + END, "a: the archive unpacks to more than"
    )
    yield _tar("size beyond the end", header(size=octal(5000)) + END, "a: the archive ends too soon")
    yield _tar("size that is no number", header(size=b"some bytes!!") + END, "not a tar archive")
    yield _tar("size of blanks", header(size=b" " * 12) + END, tree={b"a": file()})
    yield _tar("wrong checksum", header(checksum=b"000000\0 ") + END, "not a tar archive")
    yield _tar("checksum that is no number", header(checksum=b"checksum") + END, "not a tar archive")
    wrong = plain(b"a", b"A") + header(b"b", checksum=b"000001\0 ") + END
    yield _tar("wrong checksum later", wrong, "damaged header at byte 1024")
    high = plain(b"n\xff\xfe") + END
    yield _tar("bytes above 127 in a header", high, tree={b"n\xff\xfe": file()})
    yield _tar(
        "a directory with a size",
        header(b"d", kind=b"5", size=octal(512)) + plain(b"a", b"A") + END,
        tree={b"d": DIRECTORY, **A},
    )


def _structure() -> Iterator[Case]:
    whole = plain(b"a", b"A")
    yield _tar("nothing", b"", "not a tar archive")
    yield _tar("empty archive", bytes(10240), tree={})
    yield _tar("one block of zeros", bytes(512), tree={})
    yield _tar("zeros, too short for a block", bytes(511), "not a tar archive")
    yield _tar("no archive", b"<html>" * 500, "not a tar archive")
    yield _tar("no end", whole, tree=A)
    yield _tar("half an end", whole + bytes(512), tree=A)
    yield _tar("cut off in the first header", whole[:300], "not a tar archive")
    yield _tar("cut off in contents", header(size=octal(4000)) + bytes(2000), "a: the archive ends too soon")
    yield _tar("cut off before contents", header(size=octal(1)), "a: the archive ends too soon")
    yield _tar("cut off in padding", whole[:600], "the archive ends too soon")
    yield _tar("cut off in a header", whole + header(b"b")[:200], "damaged header at byte 1024")
    yield _tar("cut off after a long name", whole + extended(b"L", b"b\0"), "damaged header")
    yield _tar("cut off in a long name", whole + extended(b"L", b"b" * 600)[:700], "damaged header")
    yield _tar("cut off after a pax header", whole + extended(b"x", record(b"path", b"b")), "damaged header")
    yield _tar(
        "cut off in a pax header", whole + extended(b"x", record(b"path", b"b"))[:515], "damaged header"
    )
    yield _tar("bytes after the end", whole + END + b"more" * 500, tree=A)
    yield _tar("archives one after another", (whole + END) + plain(b"b") + END, tree=A)
    inner = Tar().add("../evil").bytes()
    yield _tar("archive in an archive", Tar().add("a.tar", inner), tree={b"a.tar": file(inner)})
    yield Case("tar: 100,000 entries", "a.tar", lambda: _many(100_000), names=100_000)
    few = Bounds(entries=1000)
    yield Case("tar: as many entries as may be", "a.tar", lambda: _many(1000), names=1000, bounds=few)
    yield Case(
        "tar: one entry too many",
        "a.tar",
        lambda: _many(1001),
        "1000: the archive has more than 1000 entries",
        bounds=few,
    )
    implied = Tar()
    for number in range(100):
        implied.add(f"{number}/" + "d/" * 20 + "f")
    yield _tar("entries that are only implied", implied, ".*more than 1000 entries", bounds=few)


def _many(count: int) -> bytes:
    return b"".join(header(b"%d" % number) for number in range(count)) + END


def _pax() -> Iterator[Case]:
    def x(records: bytes, member: bytes = plain(b"a", b"A")) -> bytes:
        return extended(b"x", records) + member + END

    dotdot = r'its name has "\.\."'
    yield _tar("pax path out", x(record(b"path", b"../evil")), rf"\.\./evil: {dotdot}")
    yield _tar("pax path, absolute", x(record(b"path", b"/evil")), "/evil: its name is absolute")
    yield _tar("pax path, not UTF-8", x(record(b"path", b"\xff")), tree={b"\xff": file(b"A")})
    yield _tar("pax path, empty", x(record(b"path", b"")), "has no name")
    yield _tar(
        "pax path, twice", x(record(b"path", b"../b") + record(b"path", b"b")), tree={b"b": file(b"A")}
    )
    target = x(record(b"linkpath", b"../../evil"), header(b"l", kind=b"2", link=b"a"))
    yield _tar("pax link out", target, "l: links to .*, out of the tree")
    yield _tar("pax size too large", x(record(b"size", b"5000")), "a: the archive ends too soon")
    yield _tar(
        "pax size of 8 EiB", x(record(b"size", b"%d" % (1 << 63))), "a: the archive unpacks to more than"
    )
    yield _tar(
        "pax size of 4,000 digits", x(record(b"size", b"9" * 4000)), "a: the archive unpacks to more than"
    )
    yield _tar(
        "pax size of 5,000 digits", x(record(b"size", b"9" * 5000)), "(not a tar archive|damaged header|a: )"
    )
    yield _tar("pax size, negative", x(record(b"size", b"-1")), "(not a tar archive|.*negative)")
    yield _tar("pax size, no number", x(record(b"size", b"many")), "(not a tar archive|damaged header|a: )")
    yield _tar(
        "pax size too small",
        x(record(b"size", b"0"), header(size=octal(512)) + bytes(512)),
        tree={b"a": file()},
    )
    yield _tar("pax record that is too long", x(b"99 path=b\n"), "(not a tar archive|damaged header)")
    yield _tar("pax record of length 0", x(b"0 path=b\n"), "(not a tar archive|damaged header)")
    yield _tar("pax record without =", x(b"8 path \n"), "(not a tar archive|damaged header)")
    yield _tar("pax record without length", x(b"path=b\n"), "(not a tar archive|damaged header)")
    yield _tar(
        "pax header of 4 GiB",
        header(kind=b"x", size=octal((1 << 33) - 1)) + END,
        "a header of the archive claims",
    )
    yield _tar(
        "pax header of a negative size",
        header(kind=b"x", size=base256(-512)) + END,
        ".*(header|negative|no tar|not a tar)",
    )
    yield _tar(
        "pax header of 2 MiB", x(record(b"comment", b"c" * (2 << 20))), "a header of the archive claims"
    )
    twice = extended(b"x", record(b"path", b"b")) + x(record(b"path", b"c"))
    yield _tar("pax header of a pax header", twice, tree={b"b": file(b"A")})
    yield _tar(
        "pax headers without end",
        extended(b"x", record(b"path", b"b")) * 5000,
        "(not a tar archive|damaged header)",
    )
    g = extended(b"g", record(b"path", b"../evil")) + plain(b"a") + END
    yield _tar("global pax path out", g, rf"\.\./evil: {dotdot}")
    g = extended(b"g", record(b"path", b"b")) + plain(b"a", b"1") + plain(b"c", b"2") + END
    yield _tar("global pax path for two files", g, "b: the archive has another file")
    fields = b"".join(record(b"field%d" % number, b"x") for number in range(200))
    yield _tar(
        "200 global pax fields",
        extended(b"g", fields) + plain(b"a") + END,
        "the archive has more than 100 fields",
    )
    sparse = record(b"GNU.sparse.major", b"1") + record(b"GNU.sparse.minor", b"0")
    name = sparse + record(b"GNU.sparse.name", b"../evil") + record(b"GNU.sparse.realsize", b"0")
    yield _tar("pax name of a sparse file out", x(name, plain(b"a", padded(b"0\n"))), dotdot)


def _gnu() -> Iterator[Case]:
    member = plain(b"a", b"A") + END
    yield _tar("long name out", extended(b"L", b"../evil\0") + member, r'\.\./evil: its name has "\.\."')
    yield _tar("long name without NUL", extended(b"L", b"b") + member, tree={b"b": file(b"A")})
    yield _tar("long name, empty", extended(b"L", b"\0") + member, "(has no name|not a tar archive)")
    yield _tar(
        "long name with more after its NUL", extended(b"L", b"b\0../evil") + member, tree={b"b": file(b"A")}
    )
    yield _tar(
        "long names of one file",
        extended(b"L", b"b\0") + extended(b"L", b"c\0") + member,
        tree={b"b": file(b"A")},
    )
    yield _tar(
        "long name of 8 GiB",
        header(kind=b"L", size=octal((1 << 33) - 1)) + END,
        "a header of the archive claims",
    )
    yield _tar(
        "long name of a negative size",
        header(kind=b"L", size=base256(-1)) + END,
        ".*(header|negative|not a tar)",
    )
    yield _tar(
        "long name of 4096 bytes", extended(b"L", b"n/" * 2048) + member, "its name has 4096? ?.*bytes"
    )
    yield _tar("long names without end", extended(b"L", b"n\0") * 5000, "not a tar archive")
    out = extended(b"K", b"../../evil\0") + header(b"l", kind=b"2") + END
    yield _tar("long link out", out, "l: links to .*, out of the tree")


def _old_sparse(size: int, *places: tuple[int, int], data: bytes = b"", more: bytes = b"") -> bytes:
    """A sparse file as GNU tar wrote it before pax: at most four places in the header itself."""
    table = b"".join(octal(at) + octal(length) for at, length in places).ljust(96, b"\0")
    head = header(
        b"s",
        kind=b"S",
        size=octal(len(data)),
        sparse=table + (b"\1" if more else b"\0"),
        real_size=octal(size),
    )
    return head + more + padded(data) + END


def _sparse() -> Iterator[Case]:
    senseless = "s: the map of its holes makes no sense"
    D = b"D" * 512
    filled = {b"s": file(bytes(1000) + D + bytes(500))}
    yield _tar("sparse, old", _old_sparse(2012, (1000, 512), data=D), tree=filled)
    yield _tar("sparse, backwards", _old_sparse(4096, (1024, 512), (0, 512), data=D + D), senseless)
    yield _tar("sparse, overlapping", _old_sparse(4096, (0, 512), (100, 512), data=D + D), senseless)
    yield _tar(
        "sparse, beyond its size",
        _old_sparse(100, (0, 512), data=D),
        "s: holds more than the 100 bytes|" + senseless,
    )
    yield _tar(
        "sparse, more data than there are",
        _old_sparse(4096, (0, 4096), data=D),
        "s: the archive ends too soon",
    )
    empty = header(b"s", kind=b"S", real_size=base256(1 << 41)) + END
    yield _tar("sparse, 2 TiB of hole", empty, "s: the archive unpacks to more than")
    minus = header(b"s", kind=b"S", real_size=base256(-1)) + END
    yield _tar("sparse, negative size", minus, "(not a tar archive|.*negative)")
    block = b"".join(octal(number) + octal(0) for number in range(21)).ljust(504, b"\0") + b"\1" + bytes(7)
    endless = _old_sparse(0, more=block * 40)[: 40 * 512]
    yield _tar("sparse, a map without end", endless, "(not a tar archive|s: |damaged)")

    def pax(*fields: tuple[bytes, bytes], contents: bytes = D) -> bytes:
        records = b"".join(record(b"GNU.sparse." + name, value) for name, value in fields)
        return extended(b"x", records) + plain(b"s", contents) + END

    one = (b"major", b"1"), (b"minor", b"0"), (b"name", b"s")
    bad = "(not a tar archive|damaged header|s: )"
    filled = {b"s": file(bytes(1000) + D + bytes(500))}
    zero = (b"size", b"2012"), (b"numblocks", b"1"), (b"offset", b"1000"), (b"numbytes", b"512")
    yield _tar("sparse 0.0", pax(*zero), tree=filled)
    yield _tar(
        "sparse 0.1", pax((b"size", b"2012"), (b"numblocks", b"1"), (b"map", b"1000,512")), tree=filled
    )
    yield _tar("sparse 0.1, an odd map", pax((b"size", b"2012"), (b"map", b"1000,512,7")), tree=filled)
    yield _tar("sparse 0.1, no numbers", pax((b"size", b"2012"), (b"map", b"a,b")), bad)
    yield _tar("sparse 0.1, negative", pax((b"size", b"2012"), (b"map", b"-1000,512")), bad)
    yield _tar("sparse 0.1, 5,000 digits", pax((b"size", b"2012"), (b"map", b"1" * 5000 + b",512")), bad)
    yield _tar("sparse 0.1, without size", pax((b"map", b"1000,512")), bad)
    good = pax(*one, (b"realsize", b"2012"), contents=padded(b"1\n1000\n512\n") + D)
    yield _tar("sparse 1.0", good, tree=filled)
    yield _tar("sparse 1.0, no map", pax(*one, (b"realsize", b"2012"), contents=b"x" * 512), bad)
    yield _tar(
        "sparse 1.0, a count that lies",
        pax(*one, (b"realsize", b"9"), contents=padded(b"99999999\n0\n")),
        bad,
    )
    yield _tar("sparse 1.0, a map without end", pax(*one, (b"realsize", b"9"), contents=b"1" * 4096), bad)
    yield _tar(
        "sparse 1.0, size of 8 EiB",
        pax(*one, (b"realsize", b"%d" % (1 << 63)), contents=padded(b"0\n")),
        "s: the archive unpacks to more",
    )
