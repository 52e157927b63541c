"""The cache, local directories, the order of origins, and many at once."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bootstrap.errors import DigestMismatch, FetchError, Interrupted, StoreError
from bootstrap.fetch.fetcher import Fetcher
from bootstrap.recipe.model import Debian, Source
from tests.fetch.conftest import CONTENTS, Answer, Request, Server, fetcher_in, source_of

OTHER = b"other contents\n"


def serving(contents: bytes) -> Answer:
    return lambda request: request.say(200, contents)


def test_a_local_directory_is_looked_in_first_by_name(server: Server, tmp_path: Path) -> None:
    source = source_of(CONTENTS, server.url + "/x")
    (tmp_path / source.file).write_bytes(CONTENTS)
    assert fetcher_in(tmp_path, local_dirs=[tmp_path]).fetch(source).read_bytes() == CONTENTS
    assert server.requests == []


def test_a_local_directory_is_looked_in_by_sha256(tmp_path: Path) -> None:
    source = source_of(CONTENTS)
    (tmp_path / source.file).write_bytes(OTHER)
    (tmp_path / source.sha256.hex).write_bytes(CONTENTS)
    assert fetcher_in(tmp_path, local_dirs=[tmp_path]).fetch(source).read_bytes() == CONTENTS


def test_another_file_of_the_same_name_is_named_in_the_error(tmp_path: Path) -> None:
    source = source_of(CONTENTS)
    (tmp_path / source.file).write_bytes(OTHER)
    with pytest.raises(DigestMismatch, match=r"thing-1.0.tar.gz has 15 bytes, not 1048576"):
        fetcher_in(tmp_path, local_dirs=[tmp_path]).fetch(source)


def test_other_bytes_of_the_same_size_are_a_mismatch(tmp_path: Path) -> None:
    source = source_of(CONTENTS)
    (tmp_path / source.file).write_bytes(bytes(len(CONTENTS)))
    with pytest.raises(DigestMismatch, match="gives other bytes: sha256 30e14955"):
        fetcher_in(tmp_path, local_dirs=[tmp_path]).fetch(source)


def test_a_local_file_that_is_no_file_is_a_reason(tmp_path: Path) -> None:
    source = source_of(CONTENTS)
    (tmp_path / source.file).mkdir()
    with pytest.raises(FetchError, match="is not a regular file"):
        fetcher_in(tmp_path, local_dirs=[tmp_path]).fetch(source)


def test_the_error_lists_every_origin_with_its_reason_and_what_to_look_for(
    server: Server, tmp_path: Path
) -> None:
    server.answers["/x"] = lambda request: request.say(404)
    source = source_of(CONTENTS, server.url + "/x", "https://127.0.0.1:1/y")
    with pytest.raises(FetchError) as caught:
        fetcher_in(tmp_path, local_dirs=[tmp_path, tmp_path / "none"]).fetch(source)
    text = str(caught.value)
    assert f"sha256 {source.sha256}, {source.size} bytes" in text
    assert f"{tmp_path}: holds neither thing-1.0.tar.gz nor {source.sha256}" in text
    assert f"{tmp_path / 'none'}: no such directory" in text
    assert f"{server.url}/x: 404 Not Found" in text
    assert "https://127.0.0.1:1/y: Connection refused" in text
    assert "pass --sources DIR" in text
    assert type(caught.value) is FetchError


def test_a_source_without_origins_says_so(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="names no origin"):
        fetcher.fetch(source_of(CONTENTS))


def test_offline_touches_no_network(server: Server, tmp_path: Path) -> None:
    source = source_of(CONTENTS, server.url + "/x", Debian("pool/main/t/thing/thing_1.0.orig.tar.gz"))
    with pytest.raises(FetchError) as caught:
        fetcher_in(tmp_path, offline=True).fetch(source)
    assert str(caught.value).count("not asked: offline") == 2
    assert server.requests == []


def test_a_file_of_another_size_in_the_cache_is_fetched_again(
    server: Server, fetcher: Fetcher, cache: Path
) -> None:
    server.answers["/x"] = serving(CONTENTS)
    source = source_of(CONTENTS, server.url + "/x")
    fetcher.fetch(source)
    damaged = cache / source.sha256.hex
    damaged.chmod(0o644)
    damaged.write_bytes(b"short")
    assert fetcher.have(source) is None
    assert fetcher.fetch(source).read_bytes() == CONTENTS


def test_a_part_that_is_whole_needs_no_origin(fetcher: Fetcher, cache: Path) -> None:
    source = source_of(CONTENTS)
    cache.mkdir()
    (cache / f"{source.sha256}.part").write_bytes(CONTENTS)
    assert fetcher.fetch(source).read_bytes() == CONTENTS


@pytest.mark.parametrize("part", [bytes(len(CONTENTS)), bytes(len(CONTENTS) + 1)])
def test_a_part_that_is_whole_but_wrong_is_thrown_away(
    server: Server, fetcher: Fetcher, cache: Path, part: bytes
) -> None:
    server.answers["/x"] = serving(CONTENTS)
    source = source_of(CONTENTS, server.url + "/x")
    cache.mkdir()
    (cache / f"{source.sha256}.part").write_bytes(part)
    assert fetcher.fetch(source).read_bytes() == CONTENTS


def test_an_empty_file_can_be_a_source(server: Server, fetcher: Fetcher) -> None:
    server.answers["/x"] = serving(b"")
    assert fetcher.fetch(source_of(b"", server.url + "/x")).read_bytes() == b""


def test_threads_that_want_the_same_file_fetch_it_once(server: Server, fetcher: Fetcher) -> None:
    server.answers["/x"] = serving(CONTENTS)
    source = source_of(CONTENTS, server.url + "/x")
    with ThreadPoolExecutor(8) as pool:
        paths = set(pool.map(fetcher.fetch, [source] * 8))
    assert [path.read_bytes() == CONTENTS for path in paths] == [True]
    assert len(server.requests) == 1


def _fetch_in_a_process(directory: Path, source: Source) -> None:
    os._exit(0 if fetcher_in(directory).fetch(source).read_bytes() == CONTENTS else 1)


def test_processes_that_want_the_same_file_fetch_it_once(server: Server, tmp_path: Path) -> None:
    server.answers["/x"] = serving(CONTENTS)
    source = source_of(CONTENTS, server.url + "/x")
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_fetch_in_a_process, args=(tmp_path, source)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(server.requests) == 1


def test_who_waits_for_another_can_be_interrupted(server: Server, tmp_path: Path) -> None:
    reached = threading.Event()

    def slow(request: Request) -> None:
        reached.set()
        server.stopping.wait(1)
        request.say(200, CONTENTS)

    server.answers["/x"] = slow
    source = source_of(CONTENTS, server.url + "/x")
    first, second = fetcher_in(tmp_path, patience=None), fetcher_in(tmp_path, patience=None)
    thread = threading.Thread(target=first.fetch, args=(source,))
    thread.start()
    reached.wait(5)
    second.cancel()
    with pytest.raises(Interrupted):
        second.fetch(source)
    thread.join()


def test_fetch_all_brings_all(server: Server, fetcher: Fetcher) -> None:
    sources = []
    for number in range(10):
        server.answers[f"/{number}"] = serving(b"%d" % number)
        sources.append(source_of(b"%d" % number, f"{server.url}/{number}", file=f"{number}.txt"))
    paths = fetcher.fetch_all([*sources, sources[0]])
    assert {source: path.read_bytes() for source, path in paths.items()} == {
        source: b"%d" % number for number, source in enumerate(sources)
    }


def test_fetch_all_tells_of_every_failure_in_one_error(server: Server, fetcher: Fetcher) -> None:
    server.answers["/none"] = lambda request: request.say(404)
    server.answers["/wrong"] = serving(OTHER)
    with pytest.raises(DigestMismatch) as caught:
        fetcher.fetch_all(
            [
                source_of(b"1", server.url + "/none", file="one.txt"),
                source_of(CONTENTS, server.url + "/wrong", file="two.txt"),
            ]
        )
    assert "one.txt: not to be had" in caught.value.message
    assert "two.txt: other bytes came" in caught.value.message


def test_progress_ends_with_all_bytes(server: Server, tmp_path: Path) -> None:
    server.answers["/x"] = serving(CONTENTS)
    source = source_of(CONTENTS, server.url + "/x")
    seen: list[tuple[Source, int]] = []
    fetcher_in(tmp_path, on_progress=lambda *event: seen.append(event)).fetch(source)
    assert seen[-1] == (source, len(CONTENTS))


def test_a_cache_that_cannot_be_written_is_no_fault_of_an_origin(tmp_path: Path, server: Server) -> None:
    (tmp_path / "sources").write_text("a file where the directory should be")
    server.answers["/x"] = serving(CONTENTS)
    with pytest.raises(StoreError, match="the cache of sources"):
        fetcher_in(tmp_path).fetch(source_of(CONTENTS, server.url + "/x"))


def test_collected_sources_are_checked_by_sha256sum(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    server.answers["/x"] = serving(CONTENTS)
    server.answers["/y"] = serving(OTHER)
    sources = [source_of(CONTENTS, server.url + "/x"), source_of(OTHER, server.url + "/y", file="y")]
    fetcher.collect(sources, tmp_path / "to")
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path / "to", check=True)
    assert sorted(p.name for p in (tmp_path / "to").iterdir()) == ["SHA256SUMS", "thing-1.0.tar.gz", "y"]


def test_what_was_collected_is_enough_to_go_on_offline(
    server: Server, fetcher: Fetcher, tmp_path: Path
) -> None:
    server.answers["/x"] = serving(CONTENTS)
    server.answers["/y"] = serving(OTHER)
    sources = [source_of(CONTENTS, server.url + "/x"), source_of(OTHER, server.url + "/y")]
    collected = fetcher.collect(sources, tmp_path / "to")
    assert {one.source for one in collected} == set(sources)
    assert len({one.name for one in collected}) == 2
    again = fetcher_in(tmp_path / "elsewhere", local_dirs=[tmp_path / "to"], offline=True)
    assert [again.fetch(source).read_bytes() for source in sources] == [CONTENTS, OTHER]


def test_a_damaged_file_of_the_cache_is_not_collected(
    server: Server, fetcher: Fetcher, tmp_path: Path
) -> None:
    server.answers["/x"] = serving(CONTENTS)
    source = source_of(CONTENTS, server.url + "/x")
    damaged = fetcher.fetch(source)
    damaged.chmod(0o644)
    damaged.write_bytes(bytes(len(CONTENTS)))
    with pytest.raises(DigestMismatch, match="changed since it was fetched"):
        fetcher.collect([source], tmp_path / "to")
    assert list((tmp_path / "to").iterdir()) == []
