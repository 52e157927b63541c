"""Servers that err, lie, drag and break off."""

from __future__ import annotations

import socket
import threading
import time
from email.utils import formatdate
from pathlib import Path

import pytest

from bootstrap.errors import DigestMismatch, FetchError, Interrupted
from bootstrap.fetch.fetcher import Fetcher
from bootstrap.fetch.https import next_address
from bootstrap.fetch.origin import OriginFailed
from tests.fetch.conftest import (
    CERTIFICATE,
    CONTENTS,
    HASTE,
    Request,
    Server,
    fetcher_in,
    source_of,
    without_proxies,
)

HALF = len(CONTENTS) // 2


def whole(request: Request) -> None:
    request.say(200, CONTENTS)


def with_ranges(request: Request) -> None:
    start = request.start
    if start == 0:
        whole(request)
        return
    size = len(CONTENTS)
    request.say(206, CONTENTS[start:], Content_Range=f"bytes {start}-{size - 1}/{size}")


def broken_after_half(request: Request) -> None:
    request.begin(200, Content_Length=str(len(CONTENTS)))
    request.wfile.write(CONTENTS[:HALF])


def test_a_file_is_brought_into_the_cache(server: Server, fetcher: Fetcher, cache: Path) -> None:
    server.answers["/x"] = whole
    source = source_of(CONTENTS, server.url + "/x")
    path = fetcher.fetch(source)
    assert path == cache / source.sha256.hex
    assert path.read_bytes() == CONTENTS
    assert [p.name for p in cache.iterdir()] == [source.sha256.hex]


def test_a_second_fetch_asks_nobody(server: Server, fetcher: Fetcher) -> None:
    server.answers["/x"] = whole
    source = source_of(CONTENTS, server.url + "/x")
    assert fetcher.fetch(source) == fetcher.fetch(source) == fetcher.have(source)
    assert len(server.requests) == 1


def test_chunks_without_a_length_are_read(server: Server, fetcher: Fetcher) -> None:
    def chunked(request: Request) -> None:
        request.begin(200, Transfer_Encoding="chunked")
        for at in range(0, len(CONTENTS), 65536):
            request.wfile.write(b"%x\r\n%b\r\n" % (65536, CONTENTS[at : at + 65536]))
        request.wfile.write(b"0\r\n\r\n")

    server.answers["/x"] = chunked
    assert fetcher.fetch(source_of(CONTENTS, server.url + "/x")).read_bytes() == CONTENTS


def test_wrong_bytes_are_a_digest_mismatch_that_names_both(
    server: Server, fetcher: Fetcher, cache: Path
) -> None:
    server.answers["/x"] = lambda request: request.say(200, bytes(len(CONTENTS)))
    source = source_of(CONTENTS, server.url + "/x")
    with pytest.raises(DigestMismatch) as caught:
        fetcher.fetch(source)
    text = str(caught.value)
    assert source.sha256.hex in text
    assert "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58" in text
    assert server.url in text
    assert "--sources DIR" in text
    assert list(cache.iterdir()) == []


def test_after_wrong_bytes_the_next_origin_is_tried(server: Server, fetcher: Fetcher) -> None:
    server.answers["/wrong"] = lambda request: request.say(200, bytes(len(CONTENTS)))
    server.answers["/right"] = whole
    source = source_of(CONTENTS, server.url + "/wrong", server.url + "/right")
    assert fetcher.fetch(source).read_bytes() == CONTENTS


@pytest.mark.parametrize("size", [0, 1, HALF, len(CONTENTS) - 1, len(CONTENTS) + 1, len(CONTENTS) * 2])
def test_a_length_that_is_not_the_pinned_one_is_a_mismatch(
    server: Server, fetcher: Fetcher, size: int
) -> None:
    server.answers["/x"] = lambda request: request.say(200, (CONTENTS * 2)[:size])
    with pytest.raises(DigestMismatch, match=f"offers {size} bytes, not {len(CONTENTS)}"):
        fetcher.fetch(source_of(CONTENTS, server.url + "/x"))
    assert len(server.requests) == 1


def test_an_endless_answer_is_ended_at_the_first_byte_too_many(server: Server, fetcher: Fetcher) -> None:
    sent = 0

    def endless(request: Request) -> None:
        nonlocal sent
        request.begin(200)
        while not server.stopping.is_set():
            request.wfile.write(CONTENTS)
            sent += len(CONTENTS)

    server.answers["/x"] = endless
    with pytest.raises(DigestMismatch, match="sends more than the"):
        fetcher.fetch(source_of(CONTENTS, server.url + "/x"))
    assert sent < 100 * len(CONTENTS)


def test_a_server_that_says_nothing_is_given_up(server: Server, fetcher: Fetcher) -> None:
    server.answers["/x"] = lambda request: request.wfile.flush()
    with pytest.raises(FetchError, match=r"\(3 tries\)") as caught:
        fetcher.fetch(source_of(CONTENTS, server.url + "/x"))
    assert not isinstance(caught.value, DigestMismatch)
    assert len(server.requests) == 3


def test_a_server_that_never_answers_is_given_up(server: Server, tmp_path: Path) -> None:
    def dripping(request: Request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not server.stopping.wait(0.05):
            request.wfile.write(b"X-Waiting: yes\r\n")

    server.answers["/x"] = dripping
    began = time.monotonic()
    with pytest.raises(FetchError, match="no answer within 1 s"):
        fetcher_in(tmp_path).fetch(source_of(CONTENTS, server.url + "/x"))
    assert time.monotonic() - began < 10


def test_a_transfer_that_drips_is_given_up(server: Server, fetcher: Fetcher) -> None:
    def dripping(request: Request) -> None:
        request.begin(200, Content_Length=str(len(CONTENTS)))
        for at in range(len(CONTENTS)):
            request.wfile.write(CONTENTS[at : at + 1])
            if server.stopping.wait(0.05):
                return

    server.answers["/x"] = dripping
    with pytest.raises(FetchError, match="brings less than 1000 bytes a second"):
        fetcher.fetch(source_of(CONTENTS, server.url + "/x"))


def test_a_transfer_that_stands_still_is_given_up(server: Server, fetcher: Fetcher) -> None:
    def still(request: Request) -> None:
        request.begin(200, Content_Length=str(len(CONTENTS)))
        request.wfile.write(CONTENTS[:10])
        server.stopping.wait(5)

    server.answers["/x"] = still
    with pytest.raises(FetchError, match=r"timed out|brings less"):
        fetcher.fetch(source_of(CONTENTS, server.url + "/x"))


def test_a_transfer_that_breaks_goes_on_where_it_was(server: Server, fetcher: Fetcher) -> None:
    def breaking(request: Request) -> None:
        (broken_after_half if request.count == 1 else with_ranges)(request)

    server.answers["/x"] = breaking
    assert fetcher.fetch(source_of(CONTENTS, server.url + "/x")).read_bytes() == CONTENTS
    assert server.requests == [("/x", None), ("/x", f"bytes={HALF}-")]


def test_what_has_come_is_kept_for_the_next_run(server: Server, fetcher: Fetcher, cache: Path) -> None:
    def only_half(request: Request) -> None:
        (broken_after_half if request.count == 1 else lambda r: r.say(503))(request)

    server.answers["/x"] = only_half
    source = source_of(CONTENTS, server.url + "/x")
    with pytest.raises(FetchError):
        fetcher.fetch(source)
    assert (cache / f"{source.sha256}.part").stat().st_size == HALF
    assert fetcher.have(source) is None
    server.answers["/x"] = with_ranges
    assert fetcher.fetch(source).read_bytes() == CONTENTS
    assert server.requests[-1] == ("/x", f"bytes={HALF}-")


def test_a_server_without_ranges_is_read_anew(server: Server, fetcher: Fetcher) -> None:
    server.answers["/x"] = lambda r: (broken_after_half if r.count == 1 else whole)(r)
    assert fetcher.fetch(source_of(CONTENTS, server.url + "/x")).read_bytes() == CONTENTS


def test_a_part_that_was_wrong_is_thrown_away_and_all_fetched_anew(
    server: Server, fetcher: Fetcher, cache: Path
) -> None:
    server.answers["/x"] = with_ranges
    source = source_of(CONTENTS, server.url + "/x")
    cache.mkdir()
    (cache / f"{source.sha256}.part").write_bytes(bytes(1000))
    assert fetcher.fetch(source).read_bytes() == CONTENTS
    assert server.requests == [("/x", "bytes=1000-"), ("/x", None)]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_status_is_tried_again(server: Server, fetcher: Fetcher, status: int) -> None:
    server.answers["/x"] = lambda r: r.say(status) if r.count < 3 else whole(r)
    assert fetcher.fetch(source_of(CONTENTS, server.url + "/x")).read_bytes() == CONTENTS


@pytest.mark.parametrize(
    ("status", "phrase"), [(404, "Not Found"), (403, "Forbidden"), (410, "Gone"), (299, "")]
)
def test_a_lasting_status_is_not_tried_again(
    server: Server, fetcher: Fetcher, status: int, phrase: str
) -> None:
    server.answers["/x"] = lambda r: r.say(status)
    with pytest.raises(FetchError, match=f"{status} {phrase}".strip()):
        fetcher.fetch(source_of(CONTENTS, server.url + "/x"))
    assert len(server.requests) == 1


@pytest.mark.parametrize("value", ["0", "-", "soon"])
def test_retry_after_is_kept_to(server: Server, fetcher: Fetcher, value: str) -> None:
    server.answers["/x"] = lambda r: r.say(429, Retry_After=value) if r.count == 1 else whole(r)
    assert fetcher.fetch(source_of(CONTENTS, server.url + "/x")).read_bytes() == CONTENTS


@pytest.mark.parametrize("kind", ["time", "date"])
def test_who_asks_to_come_back_much_later_is_given_up(server: Server, fetcher: Fetcher, kind: str) -> None:
    value = "3600" if kind == "time" else formatdate(time.time() + 3600, usegmt=True)
    server.answers["/x"] = lambda r: r.say(503, Retry_After=value)
    with pytest.raises(FetchError, match=r"asks to come back in 3[56]"):
        fetcher.fetch(source_of(CONTENTS, server.url + "/x"))
    assert len(server.requests) == 1


def test_redirects_are_followed(server: Server, fetcher: Fetcher) -> None:
    server.answers["/a"] = lambda r: r.say(302, Location="/b/")
    server.answers["/b/"] = lambda r: r.say(301, Location="c")
    server.answers["/b/c"] = whole
    assert fetcher.fetch(source_of(CONTENTS, server.url + "/a")).read_bytes() == CONTENTS


def test_redirects_have_an_end(server: Server, fetcher: Fetcher) -> None:
    server.answers["/a"] = lambda r: r.say(302, Location="/a")
    with pytest.raises(FetchError, match="more than 3 redirects"):
        fetcher.fetch(source_of(CONTENTS, server.url + "/a"))


@pytest.mark.parametrize("location", ["http://example.org/x", "ftp://example.org/x", "file:///etc/passwd"])
def test_a_redirect_away_from_https_is_refused(location: str) -> None:
    with pytest.raises(OriginFailed, match="not https"):
        next_address("https://example.org/x", location, allow_http=True)


def test_a_redirect_with_a_password_in_it_is_refused() -> None:
    with pytest.raises(OriginFailed, match="user name"):
        next_address("https://example.org/x", "https://me:secret@example.org/x")


def test_an_http_address_is_refused(server: Server, tmp_path: Path) -> None:
    server.answers["/x"] = whole
    with pytest.raises(FetchError, match="not an https address"):
        fetcher_in(tmp_path, allow_http=False).fetch(source_of(CONTENTS, server.url + "/x"))
    assert server.requests == []


def test_nobody_listening_is_a_reason(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(FetchError, match=r"Connection refused \(3 tries\)"):
            fetcher.fetch(source_of(CONTENTS, f"http://127.0.0.1:{port}/x"))


def test_a_certificate_of_nobody_known_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_proxies(monkeypatch)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    server = Server("https")
    server.answers["/x"] = whole
    try:
        with pytest.raises(FetchError, match=r"certificate refused.*SSL_CERT_FILE"):
            fetcher_in(tmp_path, allow_http=False).fetch(source_of(CONTENTS, server.url + "/x"))
    finally:
        server.close()
    assert server.requests == []


def test_ssl_cert_file_names_who_is_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_proxies(monkeypatch)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server = Server("https")
    server.answers["/x"] = lambda r: (broken_after_half if r.count == 1 else with_ranges)(r)
    try:
        fetcher = fetcher_in(tmp_path, allow_http=False)
        assert fetcher.fetch(source_of(CONTENTS, server.url + "/x")).read_bytes() == CONTENTS
    finally:
        server.close()


def test_the_proxy_of_the_environment_is_used(
    server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url.replace("://", "://me:pass%20word@"))
    asked: list[str | None] = []

    def proxy(request: Request) -> None:
        asked.append(request.headers.get("Proxy-Authorization"))
        whole(request)

    server.answers["http://origin.invalid/x"] = proxy
    assert fetcher.fetch(source_of(CONTENTS, "http://origin.invalid/x")).read_bytes() == CONTENTS
    assert asked == ["Basic bWU6cGFzcyB3b3Jk"]


def test_cancel_ends_a_transfer_at_once(server: Server, tmp_path: Path) -> None:
    reached = threading.Event()

    def still(request: Request) -> None:
        request.begin(200, Content_Length=str(len(CONTENTS)))
        reached.set()
        server.stopping.wait(20)

    server.answers["/x"] = still
    patient = fetcher_in(tmp_path, patience=None)

    def cancel() -> None:
        reached.wait(10)
        patient.cancel()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        patient.fetch(source_of(CONTENTS, server.url + "/x"))
    canceller.join()
    assert time.monotonic() - began < 5


def test_haste_is_shorter_than_the_default() -> None:
    assert HASTE.stall < 1
