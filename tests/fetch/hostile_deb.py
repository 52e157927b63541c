"""Hostile Debian packages."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

from bootstrap.fetch.member import Bounds
from tests.fetch.archives import (
    BINARY,
    CONTROL,
    END,
    deb_of,
    header,
    plain,
)
from tests.fetch.case import DIRECTORY, A, Case, link
from tests.fetch.hostile_streams import bomb


def deb_cases() -> Iterator[Case]:
    data = plain(b"./a", b"A") + END

    def case(name: str, deb: bytes, refused: str = "", **more: Any) -> Case:
        return Case(f"deb: {name}", "x.deb", lambda: deb, refused, **more)

    d = (b"data.tar", data)
    yield case("as it should be", deb_of(BINARY, CONTROL, d), tree=A)
    yield case("nothing", b"", "not an ar archive")
    yield case("no more than a beginning", b"!<arch>\n", "not a Debian package: it is empty")
    yield case("another archive", data, "not an ar archive")
    yield case("thin archive", b"!<thin>\n" + deb_of(BINARY, d)[8:], "not an ar archive")
    yield case(
        "wrong order", deb_of(CONTROL, BINARY, d), "not a Debian package: its first part is not debian-binary"
    )
    yield case("control after data", deb_of(BINARY, d, CONTROL), tree=A)
    yield case("no data", deb_of(BINARY, CONTROL), "the package has no data.tar")
    yield case("data twice", deb_of(BINARY, d, d), "the package has two data.tar")
    yield case(
        "data twice, compressed in two ways",
        deb_of(BINARY, d, (b"data.tar.gz", gzip.compress(data))),
        ".*two data.tar",
    )
    yield case(
        "unknown compression",
        deb_of(BINARY, (b"data.tar.rar", data)),
        r"the package's data.tar\.rar is of an unknown",
    )
    yield case("an ending that is not text", deb_of(BINARY, (b"data.tar\xff", data)), ".*unknown compression")
    yield case(
        "another compression than said",
        deb_of(BINARY, (b"data.tar.xz", gzip.compress(data))),
        "the compressed data are damaged",
    )
    yield case("cut off in its data", deb_of(BINARY, d)[:-600], "the ar archive ends too soon")
    yield case("cut off in a header", deb_of(BINARY, d)[:100], "damaged header at byte 72")
    yield case("bytes after its end", deb_of(BINARY, d) + b"more", "damaged header")
    yield case("a size beyond the end", deb_of(BINARY, d, size=b"9999999999"), "the ar archive ends too soon")
    yield case("a negative size", deb_of(BINARY, d, size=b"-1"), "damaged header")
    yield case("no size", deb_of(BINARY, d, size=b""), "damaged header")
    yield case("a size that is no number", deb_of(BINARY, d, size=b"0x10"), "damaged header")
    yield case("a size too small", deb_of(BINARY, d, size=b"512"), ".*damaged header")
    yield case(
        "a long name",
        deb_of(BINARY, (b"#1/20", b"data.tar".ljust(20, b"\0") + data)),
        "the package has no data.tar",
    )
    yield case(
        "dotdot", deb_of(BINARY, (b"data.tar", plain(b"./../evil") + END)), r'.*evil: its name has "\.\."'
    )
    yield case(
        "absolute", deb_of(BINARY, (b"data.tar", plain(b"/evil") + END)), "/evil: its name is absolute"
    )
    up = header(b"./d/l", kind=b"2", link=b"/../../evil") + END
    yield case(
        "a link from the root and out",
        deb_of(BINARY, (b"data.tar", up)),
        r"d/l: links to .*, out of the tree",
    )
    root = {b"d": DIRECTORY, b"d/l": link(b"../evil")}
    absolute = header(b"./d/l", kind=b"2", link=b"/evil") + END
    yield case("a link from the root", deb_of(BINARY, (b"data.tar", absolute)), tree=root)
    yield case(
        "a link to the root",
        deb_of(BINARY, (b"data.tar", header(b"l", kind=b"2", link=b"/") + END)),
        tree={b"l": link(b".")},
    )
    device = header(b"n", kind=b"3") + END
    yield case("character device", deb_of(BINARY, (b"data.tar", device)), "n: is a character device")
    packed = deb_of(BINARY, (b"data.tar.xz", bomb(".tar.xz")))
    yield case(
        "30 MiB of nothing",
        packed,
        "a: .*more than 100 times its size",
        bounds=Bounds(ratio=100, ratio_from=1 << 20),
    )
