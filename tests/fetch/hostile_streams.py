"""Hostile compressed streams, and archives that become more than they may."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Any

from bootstrap.fetch.member import Bounds
from tests.fetch.archives import (
    COMPRESS,
    END,
    Tar,
    plain,
    zstd,
)
from tests.fetch.case import A, Case


def stream_cases() -> Iterator[Case]:
    data = plain(b"a", b"A") + END
    noise = plain(b"a", zlib.compress(bytes(range(256)) * 99, 0)) + END
    packed = {ending: pack(data) for ending, pack in COMPRESS.items() if ending not in (".tar", ".tgz")}
    damaged = "(the compressed data|not a tar archive|.*the compressed data|.*too soon)"
    for ending, whole in packed.items():

        def case(name: str, data: bytes, refused: str = "", ending: str = ending, **more: Any) -> Case:
            return Case(f"{ending}: {name}", f"a{ending}", lambda: data, refused, **more)

        big = COMPRESS[ending](noise)
        yield case("as it should be", whole, tree=A)
        yield case("nothing", b"", "not a tar archive")
        yield case("zeros", bytes(100), "the compressed data are damaged")
        yield case("something else", b"This is no archive.", "the compressed data are damaged")
        yield case("cut off in its first bytes", whole[:3], "the compressed data end too soon")
        yield case("cut off in the middle", big[: len(big) // 2], ".*the compressed data end too soon")
        yield case("cut off by one byte", whole[:-1], ".*the compressed data end too soon")
        flipped = bytearray(big)
        flipped[len(big) // 2] ^= 0xFF
        yield case("damaged in the middle", bytes(flipped), damaged)
        yield case("garbage after it", whole + b"This is garbage.", ".*the compressed data are damaged")
        yield case("zeros after it", whole + bytes(100), tree=A)
        joined = COMPRESS[ending](data[:700]) + COMPRESS[ending](data[700:])
        yield case("streams one after another", joined, tree=A)
        bounds = Bounds(ratio=100, ratio_from=1 << 20)
        much = "a: the archive unpacks to more than 100 times its size"
        yield Case(f"{ending}: 30 MiB of nothing", f"a{ending}", partial(bomb, ending), much, bounds=bounds)
        twice = COMPRESS[ending](whole)
        yield case("compressed twice", twice, "not a tar archive")
    gz = packed[".tar.gz"]
    yield Case(
        ".tar.gz: a name that leads out",
        "a.tar.gz",
        lambda: gz[:3] + b"\x08" + gz[4:10] + b"../evil\0" + gz[10:],
        tree=A,
    )
    yield Case(
        ".tar.gz: wrong checksum", "a.tar.gz", lambda: gz[:-8] + b"\0\0\0\0" + gz[-4:], ".*data are damaged"
    )
    yield Case(".tar.gz: wrong length", "a.tar.gz", lambda: gz[:-4] + b"\0\0\0\0", ".*data are damaged")
    yield Case(
        ".tar.gz: unknown method",
        "a.tar.gz",
        lambda: gz[:2] + b"\x07" + gz[3:],
        "the compressed data are damaged",
    )
    yield Case(
        ".tar.xz: a dictionary of 4 GiB",
        "a.tar.xz",
        lambda: _xz_dictionary(40),
        "the compressed data are damaged: Memory",
    )
    yield Case(".tar.xz: wrong checksum", "a.tar.xz", lambda: _xz_checksum(), ".*data are damaged")
    yield Case(
        ".tar.xz: lzma without a header",
        "a.tar.xz",
        lambda: lzma.compress(data, lzma.FORMAT_ALONE),
        "the compressed data are damaged",
    )
    zst = packed[".tar.zst"]
    yield Case(
        ".tar.zst: a window of 2 GiB",
        "a.tar.zst",
        lambda: _zstd_window(21),
        "the compressed data are damaged",
    )
    yield Case(
        ".tar.zst: the largest window",
        "a.tar.zst",
        lambda: _zstd_window(31),
        "the compressed data are damaged",
    )
    single = b"\x28\xb5\x2f\xfd\xe0" + (1 << 40).to_bytes(8, "little") + b"\1\0\0"
    yield Case(
        ".tar.zst: a single segment of 1 TiB", "a.tar.zst", lambda: single, "the compressed data are damaged"
    )
    skip = b"\x50\x2a\x4d\x18\4\0\0\0skip"
    yield Case(".tar.zst: frames to skip", "a.tar.zst", lambda: skip + zst + skip, tree=A)
    yield Case(".tar.zst: nothing but frames to skip", "a.tar.zst", lambda: skip * 1000, "not a tar archive")
    yield Case(
        ".tar.zst: a frame to skip of 4 GiB",
        "a.tar.zst",
        lambda: b"\x50\x2a\x4d\x18\xff\xff\xff\xff",
        "the compressed data end too soon",
    )
    yield Case(
        ".tar.zst: wrong checksum", "a.tar.zst", lambda: zst[:-1] + bytes([zst[-1] ^ 1]), ".*data are damaged"
    )
    yield Case(
        ".tar.zst: a dictionary that is not here",
        "a.tar.zst",
        lambda: zst[:4] + b"\x03\x58" + b"\1\2\3\4" + zst[5:],
        "the compressed data are damaged",
    )
    limit = Bounds(size=1000)
    yield Case(
        "tar: more bytes than may be",
        "a.tar",
        lambda: Tar().add("a", bytes(600)).add("b", bytes(600)).bytes(),
        ".*more than 1000 bytes",
        bounds=limit,
    )
    yield Case(
        "tar: hard links to more bytes than may be",
        "a.tar",
        _linked,
        "l16: the archive unpacks to more than 100000 bytes",
        bounds=Bounds(size=100_000),
    )


def bomb(ending: str) -> bytes:
    return COMPRESS[ending](Tar().add("a", bytes(30 << 20)).bytes())


def _linked() -> bytes:
    archive = Tar().add("a", bytes(6000))
    for number in range(1, 40):
        archive.hard_link(f"l{number}", "a")
    return archive.bytes()


def _xz_dictionary(size: int) -> bytes:
    """An xz whose block says that it wants this dictionary (xz file format, sections 3.1, 5.3.1)."""
    data = bytearray(lzma.compress(plain(b"a") + END))
    length = (data[12] + 1) * 4
    data[12 + 4] = size
    data[12 + length - 4 : 12 + length] = zlib.crc32(data[12 : 12 + length - 4]).to_bytes(4, "little")
    return bytes(data)


def _xz_checksum() -> bytes:
    data = bytearray(lzma.compress(plain(b"a") + END))
    data[-40] ^= 1
    return bytes(data)


def _zstd_window(log: int) -> bytes:
    """A zstd frame that says that it wants this window (RFC 8878 section 3.1.1.1.2)."""
    options = {zstd.CompressionParameter.content_size_flag: 0, zstd.CompressionParameter.window_log: 17}
    data = bytearray(zstd.compress(plain(b"a") + END, options=options))
    data[5] = log << 3
    return bytes(data)
