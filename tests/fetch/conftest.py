"""A server that serves as it is told, sources of it, and fetchers that do not wait long."""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bootstrap.digest import Sha256
from bootstrap.fetch.fetcher import Fetcher
from bootstrap.fetch.origin import Patience
from bootstrap.recipe.model import Location, Origin, Source, Url

CONTENTS = bytes(range(256)) * 4096
"""What most sources of the tests hold: 1 MiB."""

HASTE = Patience(
    connect=2.0,
    answer=1.0,
    stall=0.5,
    slowest=1000,
    attempts=3,
    first_delay=0.01,
    longest_delay=0.5,
    redirects=3,
)

DATA = Path(__file__).parent / "data"

CERTIFICATE = DATA / "localhost.pem"
"""A certificate for localhost that is good for these tests only, and its key; beside it some that are
signed by themselves, too, and are for elsewhere, for the last century, for the next."""


class Request(BaseHTTPRequestHandler):
    """One request, answered by the function that the server was given for its path."""

    protocol_version = "HTTP/1.1"
    server: Server
    count: int
    """How many requests there were for this path, this one included."""

    def do_GET(self) -> None:
        with self.server.guard:
            self.server.requests.append((self.path, self.headers.get("Range")))
            self.count = sum(path == self.path for path, _ in self.server.requests)
        try:
            self.server.answers[self.path](self)
        except (OSError, ssl.SSLError):
            pass  # the client has had enough
        self.close_connection = True

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer."""
        self.begin(status, **{"Content-Length": str(len(body)), **headers})
        self.wfile.write(body)

    def begin(self, status: int, **headers: str) -> None:
        """Status and headers; keywords have _ for -."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    @property
    def start(self) -> int:
        """The first byte asked for."""
        return int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))

    def log_message(self, format: str, *args: Any) -> None:
        pass


Answer = Callable[[Request], None]
"""Answers a request in whatever way."""


class Server(ThreadingHTTPServer):
    """Serves on a port of its own until closed."""

    daemon_threads = True
    block_on_close = True

    def __init__(self, scheme: str = "http", certificate: Path = CERTIFICATE) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.answers: dict[str, Answer] = {}
        self.requests: list[tuple[str, str | None]] = []
        self.guard = threading.Lock()
        self.stopping = threading.Event()
        host = "127.0.0.1"
        if scheme == "https":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"{scheme}://{host}:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that refuses a certificate is no fault of the server

    def close(self) -> None:
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    without_proxies(monkeypatch)
    server = Server()
    yield server
    server.close()


def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def source_of(
    contents: bytes, *origins: Origin | str, file: str = "thing-1.0.tar.gz", **fields: Any
) -> Source:
    """A source that holds `contents`; texts are addresses."""
    values: dict[str, Any] = {
        "file": file,
        "sha256": Sha256(hashlib.sha256(contents).hexdigest()),
        "size": len(contents),
        "origins": tuple(Url(o) if isinstance(o, str) else o for o in origins),
        "unpack": False,
        "strip": 0,
        "where": Location("stages/00-test/stage.star", 1, 1),
    }
    return Source(**{**values, **fields})


def fetcher_in(tmp_path: Path, **options: Any) -> Fetcher:
    """A fetcher of quick despair that takes addresses without TLS."""
    return Fetcher(tmp_path / "sources", **{"patience": HASTE, "allow_http": True, **options})


@pytest.fixture
def fetcher(tmp_path: Path) -> Fetcher:
    return fetcher_in(tmp_path)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "sources"
