"""An origin: an https address. The only door to urllib3, which is imported when first needed.

Proxies are those of the environment (``https_proxy``, ``all_proxy``, ``no_proxy``); certificates
are checked against the system's, or those that ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name.
"""

from __future__ import annotations

import email.utils
import http
import random
import re
import socket
import ssl
import time
from threading import Event, Thread
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from bootstrap.errors import Interrupted
from bootstrap.fetch.cache import CHUNK, Incoming
from bootstrap.fetch.origin import OriginFailed, Patience, WrongBytes

if TYPE_CHECKING:
    import urllib3
    from urllib3.response import BaseHTTPResponse

_PASSING = {408, 425, 429, *range(500, 600)}
"""Statuses after which the same request may succeed (RFC 9110 section 15, RFC 6585 section 4)."""

_REDIRECTS = {301, 302, 303, 307, 308}

_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\*)")


class _Passing(Exception):
    """A fault that may be gone at the next try; `wait` is what the server asks for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


def bring(
    url: str, incoming: Incoming, *, patience: Patience, cancelled: Event, allow_http: bool = False
) -> None:
    """Fill `incoming` from an address, going on from what it holds, and verify it.

    If what it held before turns out to have been wrong, it is thrown away and all is fetched
    anew, once. Errors: OriginFailed, WrongBytes, Interrupted.
    """
    doubtful = incoming.done > 0
    failures = 0
    while True:
        if incoming.done == 0:
            doubtful = False
        try:
            _transfer(url, incoming, patience, cancelled, allow_http)
            return incoming.verify()
        except WrongBytes:
            if not doubtful:
                incoming.restart()
                raise
            incoming.restart()
        except _Passing as fault:
            failures += 1
            if failures >= patience.attempts:
                raise OriginFailed(f"{fault} ({failures} tries)") from fault
            wait = fault.wait
            if wait is None:
                wait = min(patience.first_delay * 2 ** (failures - 1), patience.longest_delay)
                wait *= random.uniform(0.75, 1.25)
            elif wait > patience.longest_delay:
                raise OriginFailed(f"{fault}; asks to come back in {wait:.0f} s") from fault
            if cancelled.wait(wait):
                raise Interrupted(f"interrupted while fetching {incoming.source.file}") from None


def next_address(url: str, location: str, *, allow_http: bool = False) -> str:
    """Where a redirect leads. OriginFailed if that is not https, or has a user name in it."""
    try:
        address = urljoin(url, location)
        parts = urlsplit(address)
    except ValueError as error:
        raise OriginFailed(f"redirects to what is no address: {error}") from error
    allowed = ("https", "http") if allow_http and urlsplit(url).scheme == "http" else ("https",)
    if parts.scheme not in allowed:
        raise OriginFailed(f"redirects to {address}, which is not https")
    if parts.username is not None:
        raise OriginFailed(f"redirects to an address of {parts.hostname} with a user name in it")
    return address


def _transfer(url: str, incoming: Incoming, patience: Patience, cancelled: Event, allow_http: bool) -> None:
    """One try: from the request to the last byte, or to what stopped it."""
    import urllib3

    if urlsplit(url).scheme != "https" and not allow_http:
        raise OriginFailed("not an https address")
    with _Watch(patience, cancelled) as watch:
        try:
            with _Answer(url, incoming, watch, patience, allow_http) as response:
                _receive(response, incoming, watch)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            if watch.ended:
                raise watch.why(incoming) from error
            raise _fault(error) from error


class _Answer:
    """The answer to a request for the bytes that are missing, redirects followed."""

    def __init__(
        self, url: str, incoming: Incoming, watch: _Watch, patience: Patience, allow_http: bool
    ) -> None:
        headers = {"Accept-Encoding": "identity", "User-Agent": "bootstrap"}
        if incoming.done:
            headers["Range"] = f"bytes={incoming.done}-"
        for _ in range(patience.redirects + 1):
            self._pool = _pool(url, watch, patience)
            try:
                self.response = self._pool.request(
                    "GET", url, headers=headers, redirect=False, retries=False, preload_content=False
                )
                location = self.response.headers.get("Location")
                if self.response.status not in _REDIRECTS or location is None:
                    return
                self.response.close()
                url = next_address(url, location, allow_http=allow_http)
                self._pool.clear()
            except BaseException:
                self._pool.clear()
                raise
        raise OriginFailed(f"more than {patience.redirects} redirects")

    def __enter__(self) -> BaseHTTPResponse:
        return self.response

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.response.close()
        self._pool.clear()


def _receive(response: BaseHTTPResponse, incoming: Incoming, watch: _Watch) -> None:
    _begin(response, incoming)
    watch.answered()
    size = incoming.source.size
    while incoming.done < size or response.headers.get("Content-Length") is None:
        # As it comes: "Content-Encoding: gzip" was not asked for, and often only repeats that the
        # file is a .gz; to unpack it would give other bytes, and as many as a hostile server likes.
        data = response.read1(CHUNK, decode_content=False)
        if not data:
            break
        watch.came(len(data))
        incoming.write(data)
    if watch.ended:
        raise watch.why(incoming)
    if incoming.done < size:
        raise _Passing(f"breaks off after {incoming.done} of {size} bytes")


def _begin(response: BaseHTTPResponse, incoming: Incoming) -> None:
    """Look at status and headers, so that the next byte read is the next byte wanted."""
    status = response.status
    size = incoming.source.size
    if status == http.HTTPStatus.PARTIAL_CONTENT:
        found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != incoming.done:
            incoming.restart()
            raise _Passing("answers with another range than asked for")
        if found[2] not in ("*", str(size)):
            raise WrongBytes(f"offers {found[2]} bytes, not {size}")
    elif status == http.HTTPStatus.OK:
        length = response.headers.get("Content-Length")
        if length is not None and length != str(size):
            incoming.restart()
            raise WrongBytes(f"offers {length} bytes, not {size}")
        if incoming.done:  # this server knows no ranges
            incoming.restart()
    elif status == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and incoming.done:
        incoming.restart()
        raise _Passing(_status(status))
    elif status in _PASSING:
        raise _Passing(_status(status), _retry_after(response.headers.get("Retry-After")))
    else:
        raise OriginFailed(_status(status))


def _status(status: int) -> str:
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return f"status {status}"


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait: a number or a date (RFC 9110 section 10.2.3)."""
    if value is None:
        return None
    if re.fullmatch(r"[0-9]{1,18}", value):
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError, OSError):
        return None


def _fault(error: Exception) -> _Passing | OriginFailed:
    """Whether another try is worth while, and what to tell: the innermost cause, in its own words."""
    cause: BaseException = error
    while (inner := cause.__cause__ or getattr(cause, "reason", None) or cause.__context__) is not None:
        if not isinstance(inner, BaseException):
            break
        cause = inner
    if isinstance(cause, ssl.SSLCertVerificationError):
        return OriginFailed(f"certificate refused: {cause.verify_message} (SSL_CERT_FILE names others)")
    if isinstance(cause, socket.gaierror):
        reason = f"name not resolved: {cause.strerror}"
        return OriginFailed(reason) if cause.errno == socket.EAI_NONAME else _Passing(reason)
    if isinstance(cause, TimeoutError):
        return _Passing("timed out")
    if isinstance(cause, OSError) and cause.strerror:
        return _Passing(cause.strerror)
    return _Passing(str(cause) or type(cause).__name__)


def _pool(url: str, watch: _Watch, patience: Patience) -> urllib3.PoolManager:
    """Connections that the watch can end, by way of the environment's proxy if it names one."""
    import urllib3

    # `_new_conn` is where urllib3 opens the socket, before TLS: the watch must see it by then.
    class Plain(urllib3.connection.HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return watch.over(super()._new_conn())

    class Secure(urllib3.connection.HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return watch.over(super()._new_conn())

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    timeout = urllib3.Timeout(connect=patience.connect, read=patience.stall)
    proxy = _proxy(url)
    manager: urllib3.PoolManager
    if proxy is None:
        manager = urllib3.PoolManager(num_pools=1, timeout=timeout)
    else:
        parts = urlsplit(proxy)
        headers = None
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers = urllib3.make_headers(proxy_basic_auth=login)
            proxy = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        try:
            manager = urllib3.ProxyManager(proxy, num_pools=1, timeout=timeout, proxy_headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise OriginFailed(f"the environment's proxy cannot be used: {error}") from error
    manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return manager


def _proxy(url: str) -> str | None:
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


class _Watch:
    """Ends a transfer that is cancelled, late or slow, by shutting its sockets down.

    Timeouts of a socket bound one receive only: a server that sends a byte now and then would
    never meet one.
    """

    def __init__(self, patience: Patience, cancelled: Event) -> None:
        self._patience = patience
        self._cancelled = cancelled
        self._sockets: list[socket.socket] = []
        self._over = Event()
        self._answered = False
        self._came = 0
        self.ended = ""
        """Why the watch ended the transfer; empty if it did not."""
        self._thread = Thread(target=self._run, name="fetch-watch", daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def over(self, opened: socket.socket) -> socket.socket:
        """From now on this socket is ended too."""
        self._sockets.append(opened.dup())
        return opened

    def answered(self) -> None:
        """The headers are there: from now on bytes must keep coming."""
        self._answered = True

    def came(self, count: int) -> None:
        self._came += count

    def why(self, incoming: Incoming) -> Exception:
        """What to raise for a transfer that the watch has ended."""
        if self._cancelled.is_set():
            return Interrupted(f"interrupted while fetching {incoming.source.file}")
        return _Passing(self.ended)

    def _run(self) -> None:
        patience = self._patience
        tick = min(0.1, patience.stall / 10, patience.answer / 10)
        since = time.monotonic()
        answered = False
        counted = 0
        while not self._over.wait(tick):
            now = time.monotonic()
            if self._answered and not answered:
                answered, since = True, now
            if self._cancelled.is_set():
                self.ended = "interrupted"
            elif not answered and now - since > patience.answer:
                self.ended = f"no answer within {patience.answer:.0f} s"
            elif answered and now - since > patience.stall:
                if self._came - counted < patience.slowest * (now - since):
                    self.ended = f"brings less than {patience.slowest} bytes a second"
                since, counted = now, self._came
            if self.ended:
                break
        # A socket may be opened after the end was decided, by a connection under way.
        while self.ended and not self._over.wait(tick / 2):
            self._shut()
        for one in self._sockets:
            one.close()

    def _shut(self) -> None:
        for one in list(self._sockets):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
