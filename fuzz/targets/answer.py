"""What a server says before the bytes: its status, its headers, where it redirects to."""

from __future__ import annotations

import email.parser
import hashlib
import io
from threading import Event

import urllib3

from bootstrap.digest import Sha256
from bootstrap.fetch import https
from bootstrap.fetch.cache import Cache
from bootstrap.fetch.origin import OriginFailed, Patience
from bootstrap.recipe.model import Location, Source
from fuzz.scratch import surroundings

LONGEST = 1024
_CONTENTS = b"0123456789"
_SOURCE = Source(
    file="a.tar",
    sha256=Sha256(hashlib.sha256(_CONTENTS).hexdigest()),
    size=len(_CONTENTS),
    origins=(),
    unpack=False,
    strip=0,
    where=Location("stage.star", 1, 1),
)


def try_one(data: bytes) -> None:
    """The first line begins with the status; then headers, an empty line, and the body."""
    status, _, rest = data.partition(b"\n")
    head, _, body = rest.partition(b"\n\n")
    headers = urllib3.HTTPHeaderDict(email.parser.Parser().parsestr(head.decode("latin-1")).items())
    try:
        https.next_address("https://example.org/a/b", headers.get("Location", ""))
    except OriginFailed:
        pass
    try:
        answer = urllib3.HTTPResponse(
            io.BytesIO(body),
            headers,
            int(status) if status.isdigit() and len(status) == 3 else 200,
            preload_content=False,
        )
    except urllib3.exceptions.InvalidHeader:
        return  # which a request raises, too
    around = surroundings()
    with Cache(around.target).incoming(_SOURCE, lambda _: None) as incoming:
        incoming.write(_CONTENTS[:4])
        try:
            https._receive(answer, incoming, https._Watch(Patience(), Event()))
            incoming.verify()
        except (https._Passing, OriginFailed, urllib3.exceptions.HTTPError, OSError):
            return
        assert incoming.keep().read_bytes() == _CONTENTS
    around.assert_untouched()
