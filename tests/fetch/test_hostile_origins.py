"""Origins that lie, babble, break off and send elsewhere: a reason each time, never other bytes."""

from __future__ import annotations

import gzip
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bootstrap.errors import DigestMismatch, FetchError
from bootstrap.fetch.fetcher import Fetcher
from tests.fetch.conftest import (
    CONTENTS,
    DATA,
    Answer,
    Request,
    Server,
    fetcher_in,
    source_of,
    without_proxies,
)

SIZE = len(CONTENTS)
HALF = SIZE // 2
LONG = b"9" * 5000


def raw(*pieces: bytes) -> Answer:
    """These bytes, and the connection is closed."""
    return lambda request: request.wfile.write(b"".join(pieces))


def head(*lines: bytes, status: bytes = b"200 OK") -> bytes:
    return b"\r\n".join([b"HTTP/1.1 " + status, *lines, b"", b""])


def only_part(cache: Path) -> None:
    """Nothing that could be taken for a verified file is there."""
    assert all(path.suffix == ".part" for path in cache.iterdir())


LENGTH = b"Content-Length: %d" % SIZE

WRONG = {
    "one bit is another": raw(head(LENGTH), CONTENTS[:-1] + b"\xfe"),
    "one byte more, no length": raw(head(), CONTENTS + b"!"),
    "a length of one more": raw(head(b"Content-Length: %d" % (SIZE + 1)), CONTENTS + b"!"),
    "a length of 5,000 digits": raw(head(b"Content-Length: " + LONG), CONTENTS),
    "a negative length": raw(head(b"Content-Length: -1"), CONTENTS),
    "a length that is no number": raw(head(b"Content-Length: many"), CONTENTS),
    "two lengths": raw(head(LENGTH, b"Content-Length: 5"), CONTENTS),
    "compressed on the way": raw(head(b"Content-Encoding: gzip"), gzip.compress(os.urandom(SIZE))),
    "a bomb": raw(head(b"Content-Encoding: gzip"), gzip.compress(bytes(64 << 20))[:SIZE].ljust(SIZE, b"\0")),
    "a page instead": raw(head(), b"<html>Sign in</html>".ljust(SIZE)),
    "another part than asked for": raw(head(b"Content-Range: bytes 0-9/20", status=b"206 Partial Content")),
}
"""Whole answers with other bytes: a digest mismatch, or no answer at all; never the file."""


@pytest.mark.parametrize("name", WRONG)
def test_other_bytes_are_never_kept(server: Server, fetcher: Fetcher, cache: Path, name: str) -> None:
    server.answers["/x"] = WRONG[name]
    source = source_of(CONTENTS, server.url + "/x")
    with pytest.raises(FetchError, match=r"(?s)thing-1\.0\.tar\.gz: .*sha256 .*/x: "):
        fetcher.fetch(source)
    only_part(cache)
    assert fetcher.have(source) is None


BABBLE = {
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
    "no protocol": CONTENTS,
    "nothing but a newline": b"\r\n",
    "a status that is no number": b"HTTP/1.1 fine\r\n\r\n",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "a status of 0": b"HTTP/1.1 000 OK\r\n\r\n",
    "HTTP/0.9": b"<html>",
    "a header of 1 MiB": b"HTTP/1.1 200 OK\r\nA: " + b"a" * (1 << 20) + b"\r\n\r\n",
    "a status line of 1 MiB": b"HTTP/1.1 200 " + b"a" * (1 << 20) + b"\r\n\r\n",
    "10,000 headers": b"HTTP/1.1 200 OK\r\n" + b"A: a\r\n" * 10_000 + b"\r\n",
    "to be continued, without end": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
    "headers that are none": b"HTTP/1.1 200 OK\r\n\0\xff\r\n:\r\n\r\n",
    "a chunk of no size": head(b"Transfer-Encoding: chunked") + b"many\r\n",
    "a chunk of a negative size": head(b"Transfer-Encoding: chunked") + b"-5\r\nhello\r\n",
    "a chunk of 5,000 digits": head(b"Transfer-Encoding: chunked") + LONG + b"\r\n",
    "a chunk that breaks off": head(b"Transfer-Encoding: chunked") + b"ffff\r\nhello",
    "a chunk without its end": head(b"Transfer-Encoding: chunked") + b"5\r\nhelloworld",
    "chunks without end": head(b"Transfer-Encoding: chunked") + b"1;" + b"x" * (1 << 20) + b"\r\nx\r\n",
    "no chunks": head(b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "a length, and nothing": head(LENGTH),
}


@pytest.mark.parametrize("name", BABBLE)
def test_what_is_no_answer_is_a_reason(server: Server, fetcher: Fetcher, cache: Path, name: str) -> None:
    server.answers["/x"] = raw(BABBLE[name])
    with pytest.raises(FetchError, match="/x: ") as caught:
        fetcher.fetch(source_of(CONTENTS, server.url + "/x"))
    assert len(caught.value.message) < 2000
    only_part(cache)


def test_a_file_that_is_said_to_be_compressed_is_taken_as_it_comes(server: Server, fetcher: Fetcher) -> None:
    packed = gzip.compress(CONTENTS)
    server.answers["/x"] = raw(head(b"Content-Encoding: gzip", b"Content-Length: %d" % len(packed)), packed)
    assert fetcher.fetch(source_of(packed, server.url + "/x")).read_bytes() == packed


# redirects


def test_a_redirect_to_another_host_is_followed(server: Server, fetcher: Fetcher) -> None:
    server.answers["/x"] = lambda r: r.say(302, Location=server.url.replace("127.0.0.1", "localhost") + "/y")
    server.answers["/y"] = lambda r: r.say(200, CONTENTS)
    assert fetcher.fetch(source_of(CONTENTS, server.url + "/x")).read_bytes() == CONTENTS


REDIRECTS = {
    "a file": ("file:///etc/passwd", "which is not https"),
    "data": ("data:text/plain,hello", "which is not https"),
    "ftp": ("ftp://127.0.0.1/x", "which is not https"),
    "javascript": ("javascript:alert(1)", "which is not https"),
    "a login": ("//me:secret@127.0.0.1/x", "with a user name in it"),
    "half an address": ("http://[::1", "what is no address"),
    "a port that is none": ("http://127.0.0.1:99999999/x", ""),
    "a host of dots": ("http://..../x", ""),
    "a host of 300 letters": (f"http://{'a' * 300}.invalid/x", ""),
    "nobody": ("http://127.0.0.1:1/x", "Connection refused"),
    "itself": ("/x", "more than 3 redirects"),
    "nothing": ("", "more than 3 redirects"),
    "an address of 5,000 characters": ("/" + "a" * 5000, ""),
    "control characters": ("/\x7f\x1b[2J", ""),
}


@pytest.mark.parametrize("name", REDIRECTS)
def test_a_redirect_to_what_cannot_be_had_is_a_reason(server: Server, fetcher: Fetcher, name: str) -> None:
    location, reason = REDIRECTS[name]
    server.answers["/x"] = lambda r: r.say(302, Location=location)
    with pytest.raises(FetchError, match=f"/x: .*{reason}") as caught:
        fetcher.fetch(source_of(CONTENTS, server.url + "/x"))
    assert "secret" not in caught.value.message


def test_a_redirect_without_an_address_is_a_status_like_another(server: Server, fetcher: Fetcher) -> None:
    server.answers["/x"] = lambda r: r.say(302)
    with pytest.raises(FetchError, match="302 Found"):
        fetcher.fetch(source_of(CONTENTS, server.url + "/x"))


# TLS


@pytest.fixture
def https(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Server]]:
    """Starts a server with a certificate, which is also the only one trusted."""
    without_proxies(monkeypatch)
    servers: list[Server] = []

    def start(name: str) -> Server:
        monkeypatch.setenv("SSL_CERT_FILE", str(DATA / f"{name}.pem"))
        servers.append(Server("https", DATA / f"{name}.pem"))
        servers[-1].answers["/x"] = lambda request: request.say(200, CONTENTS)
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("expired", "has expired"), ("future", "not yet valid"), ("elsewhere", "mismatch")],
)
def test_a_certificate_that_is_not_good_is_refused(
    https: Callable[[str], Server], tmp_path: Path, name: str, reason: str
) -> None:
    server = https(name)
    with pytest.raises(FetchError, match=f"certificate refused: .*{reason}"):
        fetcher_in(tmp_path, allow_http=False).fetch(source_of(CONTENTS, server.url + "/x"))
    assert server.requests == []


def test_a_redirect_from_https_to_http_is_refused(
    https: Callable[[str], Server], server: Server, tmp_path: Path
) -> None:
    server.answers["/x"] = lambda request: request.say(200, CONTENTS)
    secure = https("localhost")
    secure.answers["/x"] = lambda request: request.say(302, Location=server.url + "/x")
    for allow_http in (False, True):
        with pytest.raises(FetchError, match="which is not https"):
            fetcher_in(tmp_path, allow_http=allow_http).fetch(source_of(CONTENTS, secure.url + "/x"))
    assert server.requests == []


def test_a_server_that_does_not_speak_tls_is_a_reason(server: Server, tmp_path: Path) -> None:
    url = server.url.replace("http:", "https:")
    with pytest.raises(FetchError, match=r"/x: .*\(3 tries\)"):
        fetcher_in(tmp_path).fetch(source_of(CONTENTS, url + "/x"))


def reset(request: Request, sent: bytes) -> None:
    """Send bytes and reset the connection, which loses what was not read yet (SO_LINGER, socket(7))."""
    request.wfile.write(sent)
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.connection.close()


def from_start(request: Request) -> bytes:
    """A right answer to a request for a part, or for the whole."""
    start = request.start
    status = b"206 Partial Content" if start else b"200 OK"
    place = b"Content-Range: bytes %d-%d/%d" % (start, SIZE - 1, SIZE)
    return (
        head(b"Content-Length: %d" % (SIZE - start), *[place] * bool(start), status=status) + CONTENTS[start:]
    )


# connections that break


@pytest.mark.parametrize("sent", [0, 10, 300, HALF])
def test_a_connection_that_is_reset_is_tried_again(server: Server, fetcher: Fetcher, sent: int) -> None:
    def answer(request: Request) -> None:
        if request.count == 1:
            reset(request, from_start(request)[:sent])
        else:
            request.wfile.write(from_start(request))

    server.answers["/x"] = answer
    assert fetcher.fetch(source_of(CONTENTS, server.url + "/x")).read_bytes() == CONTENTS


def test_a_connection_that_is_reset_each_time_is_given_up(server: Server, fetcher: Fetcher) -> None:
    server.answers["/x"] = lambda request: reset(request, from_start(request)[:200])
    with pytest.raises(FetchError, match=r"/x: .*\(3 tries\)"):
        fetcher.fetch(source_of(CONTENTS, server.url + "/x"))
    assert len(server.requests) == 3


RANGES = {
    "an earlier range": b"bytes %d-%d/%d" % (HALF - 1, SIZE - 1, SIZE),
    "a later range": b"bytes %d-%d/%d" % (HALF + 1, SIZE - 1, SIZE),
    "the whole": b"bytes 0-%d/%d" % (SIZE - 1, SIZE),
    "a range of 5,000 digits": b"bytes " + LONG + b"-" + LONG + b"/" + LONG,
    "no numbers": b"bytes a-b/c",
    "another unit": b"lines 1-2/3",
    "nothing": b"",
}


@pytest.mark.parametrize("name", RANGES)
def test_another_range_than_asked_for_is_not_appended(server: Server, fetcher: Fetcher, name: str) -> None:
    def answer(request: Request) -> None:
        if request.count == 1:
            request.wfile.write(head(LENGTH) + CONTENTS[:HALF])
        elif request.start:
            place = b"Content-Range: " + RANGES[name]
            request.wfile.write(head(place, status=b"206 Partial Content") + CONTENTS[HALF:])
        else:
            request.wfile.write(from_start(request))

    server.answers["/x"] = answer
    assert fetcher.fetch(source_of(CONTENTS, server.url + "/x")).read_bytes() == CONTENTS


def test_a_right_range_of_wrong_bytes_is_thrown_away_and_all_fetched_anew(
    server: Server, fetcher: Fetcher, cache: Path
) -> None:
    def answer(request: Request) -> None:
        data = from_start(request)
        request.wfile.write(data if not request.start else data[:-1] + b"\xfe")

    server.answers["/x"] = answer
    source = source_of(CONTENTS, server.url + "/x")
    cache.mkdir()
    (cache / f"{source.sha256}.part").write_bytes(CONTENTS[:HALF])
    assert fetcher.fetch(source).read_bytes() == CONTENTS
    assert server.requests == [("/x", f"bytes={HALF}-"), ("/x", None)]


def test_a_range_of_another_size_in_all_is_a_mismatch(server: Server, fetcher: Fetcher, cache: Path) -> None:
    def answer(request: Request) -> None:
        start = request.start
        place = b"Content-Range: bytes %d-%d/%d" % (start, SIZE, SIZE + 1)
        request.wfile.write(head(place, status=b"206 Partial Content") + CONTENTS[start:] + b"!")

    server.answers["/x"] = answer
    source = source_of(CONTENTS, server.url + "/x")
    cache.mkdir()
    (cache / f"{source.sha256}.part").write_bytes(CONTENTS[:HALF])
    with pytest.raises(DigestMismatch, match=f"offers {SIZE + 1} bytes, not {SIZE}"):
        fetcher.fetch(source)
    assert server.requests == [("/x", f"bytes={HALF}-"), ("/x", None)]
    only_part(cache)


RETRY_AFTER = [
    "\x1c\t5",
    "1e400",
    "-5",
    "٣",
    "9" * 5000,
    "Wed, 99 Oct 9999 99:99:99 GMT",
    "Mon, 1 Jan 0001 00:00:00 GMT",
]


@pytest.mark.parametrize("value", RETRY_AFTER, ids=lambda value: ascii(value)[:20])
def test_a_retry_after_that_makes_no_sense_is_passed_over(
    server: Server, fetcher: Fetcher, value: str
) -> None:
    def answer(request: Request) -> None:
        line = b"Retry-After: " + value.encode()
        request.wfile.write(
            head(line, b"Content-Length: 0", status=b"503 No") if request.count == 1 else from_start(request)
        )

    server.answers["/x"] = answer
    assert fetcher.fetch(source_of(CONTENTS, server.url + "/x")).read_bytes() == CONTENTS


# killed


FETCH = """
import sys
from pathlib import Path
from tests.fetch.conftest import CONTENTS, fetcher_in, source_of
fetcher_in(Path(sys.argv[1]), patience=None).fetch(source_of(CONTENTS, sys.argv[2]))
"""


@pytest.mark.parametrize("sent", [0, 1, HALF, SIZE - 1])
def test_a_transfer_that_is_killed_goes_on_in_the_next_run(
    server: Server, tmp_path: Path, cache: Path, sent: int
) -> None:
    reached = threading.Event()

    def answer(request: Request) -> None:
        data = from_start(request)
        if request.count > 1:
            request.wfile.write(data)
            return
        request.wfile.write(data[: len(data) - SIZE + sent])
        reached.set()
        server.stopping.wait(20)

    server.answers["/x"] = answer
    source = source_of(CONTENTS, server.url + "/x")
    part = cache / f"{source.sha256}.part"
    path = ":".join(entry for entry in sys.path if entry)
    command = [sys.executable, "-c", FETCH, str(tmp_path), server.url + "/x"]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})
    assert reached.wait(30)
    while not part.exists() or part.stat().st_size < sent:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (cache / source.sha256.hex).exists()
    assert part.read_bytes() == CONTENTS[:sent]
    fetcher = fetcher_in(tmp_path)
    assert fetcher.have(source) is None
    assert fetcher.fetch(source).read_bytes() == CONTENTS
    assert server.requests[-1] == ("/x", f"bytes={sent}-" if sent else None)
    assert [path.name for path in cache.iterdir()] == [source.sha256.hex]


def test_a_run_that_is_killed_before_the_last_step_can_be_taken_up(
    server: Server, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    server.answers["/x"] = raw(head(LENGTH), CONTENTS)
    source = source_of(CONTENTS, server.url + "/x")
    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", die)
        with pytest.raises(KeyboardInterrupt):
            fetcher_in(tmp_path).fetch(source)
    part = cache / f"{source.sha256}.part"
    assert part.stat().st_mode & 0o200  # who is not root could not open it again
    kept = fetcher_in(tmp_path).fetch(source)
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (CONTENTS, 0o444)


# names of files


NAMES = ["-rf", " ", ".hidden", "SHA256SUMS", "a'\"$;b", "ä", "n" * 200]


@pytest.mark.parametrize("name", NAMES)
def test_a_source_may_have_a_weird_name(server: Server, tmp_path: Path, name: str) -> None:
    server.answers["/x"] = lambda request: request.say(200, CONTENTS)
    source = source_of(CONTENTS, server.url + "/x", file=name)
    fetcher_in(tmp_path).collect([source], tmp_path / "to")
    again = fetcher_in(tmp_path / "again", local_dirs=[tmp_path / "to"], offline=True)
    assert again.fetch(source).read_bytes() == CONTENTS
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path / "to", check=True)


def test_a_name_that_no_file_system_takes_is_a_reason(tmp_path: Path) -> None:
    source = source_of(CONTENTS, file="n" * 300)
    with pytest.raises(FetchError, match="File name too long"):
        fetcher_in(tmp_path, local_dirs=[tmp_path]).fetch(source)


def test_a_local_file_that_is_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    source = source_of(CONTENTS)
    os.mkfifo(tmp_path / source.file)
    with pytest.raises(FetchError, match="is not a regular file"):
        fetcher_in(tmp_path, local_dirs=[tmp_path]).fetch(source)


def test_a_cache_entry_that_is_a_link_or_a_directory_is_not_taken_for_the_file(
    server: Server, fetcher: Fetcher, cache: Path
) -> None:
    cache.mkdir()
    source = source_of(CONTENTS)
    (cache / source.sha256.hex).symlink_to("/dev/zero")
    assert fetcher.have(source) is None
    (cache / source.sha256.hex).unlink()
    (cache / source.sha256.hex).mkdir()
    assert fetcher.have(source) is None
