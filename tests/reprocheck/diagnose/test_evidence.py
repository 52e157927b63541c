"""What differing bytes tell: small real files of two builds, each spelling of each kind of value."""

from __future__ import annotations

import base64
import calendar
import gzip
import io
import struct
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprocheck.compare import diff
from reprocheck.diagnose.evidence import BOUNDS, Evidence, Story, evidence, names_as_spots

LEFT, RIGHT = 1942865863, 2016899339
"""2031-07-26 20:57:43 UTC, 2033-11-29 17:48:59 UTC."""
NOW = 1795250000.0
HOSTS = {"host.name": ("quiet-marmot",)}, {"host.name": ("noisy-weasel",)}


def compared(tmp_path: Path, left: bytes, right: bytes, stories: tuple[Story, Story]) -> Evidence:
    (tmp_path / "left").write_bytes(left)
    (tmp_path / "right").write_bytes(right)
    differences = list(diff(tmp_path / "left", tmp_path / "right", bounds=BOUNDS))
    assert differences
    return evidence(differences, *stories, times=["time.clock", "time.mtime"])


def clocks(left: int = LEFT, right: int = RIGHT, **options: object) -> tuple[Story, Story]:
    """Both builds ran at the same time of the host's, and were told others."""
    return (
        Story(clock=left, started=NOW, ended=NOW + 30, **options),
        Story(clock=right, started=NOW + 40, ended=NOW + 70, **options),
    )


def marked(left: dict[str, tuple], right: dict[str, tuple]) -> tuple[Story, Story]:
    return Story(marks=left), Story(marks=right)


def spelt(form: str, seconds: int) -> bytes:
    return time.strftime(form, time.gmtime(seconds)).encode()


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%SZ",
        "%Y-%m-%dT%H:%M:%S+00:00",
        "%Y/%m/%d %H:%M",
        "%Y%m%d%H%M%S",
        "%Y%m%dT%H%M%SZ",
        "%Y%m%d-%H%M",
        "D:%Y%m%d%H%M%S+00'00'",
        "%a, %d %b %Y %H:%M:%S +0000",
        "%a %b %e %H:%M:%S %Y",
        "%a %b %e %H:%M:%S UTC %Y",
        "%d/%b/%Y:%H:%M:%S +0000",
        "%b %e %Y",
        "%b %d %Y %H:%M:%S",
        "%d %B %Y",
        "%B %d, %Y",
        "%Y-%m-%d",
        "%d.%m.%Y",
        "%m/%d/%Y",
        "%m/%d/%y",
        "%Y%m%d",
        "%H:%M:%S",
    ],
)
def test_the_time_of_the_build_is_known_in_text(tmp_path, form):
    left, right = (b"made at " + spelt(form, moment) + b" by cc\n" for moment in (LEFT, RIGHT))
    found = compared(tmp_path, left, right, clocks())
    assert found.clues[0].name == "time.clock"
    assert found.accounts == {"time.clock"}
    assert "bytes 0x" in found.clues[0].text


@pytest.mark.parametrize("form", ["(c) %Y by us", "%B %Y", "%Y-%m"])
def test_parts_of_a_date_are_weaker_but_seen(tmp_path, form):
    found = compared(tmp_path, spelt(form, LEFT), spelt(form, RIGHT), clocks())
    assert found.clues[0].name == "time.clock"
    assert found.clues[0].strength < 0.7


@pytest.mark.parametrize(
    "spell",
    [
        lambda n: str(n).encode(),
        lambda n: f"{n}.123456".encode(),
        lambda n: str(n * 1000 + 7).encode(),
        lambda n: str(n * 10**6 + 7).encode(),
        lambda n: str(n * 10**9 + 7).encode(),
        lambda n: f"{n:011o}".encode(),
        lambda n: f"{n:08x}".encode(),
        lambda n: struct.pack("<I", n),
        lambda n: struct.pack(">I", n),
        lambda n: struct.pack("<Q", n),
        lambda n: struct.pack(">Q", n),
        lambda n: struct.pack("<Q", n * 1000),
        lambda n: struct.pack(">Q", n * 10**9 + 5),
    ],
)
def test_the_time_of_the_build_is_known_as_a_number(tmp_path, spell):
    left, right = (b"\0\1head " + spell(moment) + b" tail\0" for moment in (LEFT, RIGHT))
    found = compared(tmp_path, left, right, clocks())
    assert found.clues[0].name == "time.clock"


@given(st.integers(10**9, 2**32 - 1), st.integers(0, 10**6), st.sampled_from("<>"))
def test_a_binary_time_at_any_offset_is_found(moment, padding, order):
    from reprocheck.diagnose.moments import moments

    data = bytes(padding % 13) + struct.pack(order + "I", moment) + b"xyz"
    start = padding % 13
    assert any(each.first == moment and each.start == start for each in moments(data, start, start + 4))


def test_a_clock_that_runs_may_have_gone_on_until_the_build_ended(tmp_path):
    left, right = (str(moment + 25).encode() for moment in (LEFT, RIGHT))
    assert compared(tmp_path, left, right, clocks(runs=True)).accounts == {"time.clock"}
    assert not compared(tmp_path, left, right, clocks(runs=False)).accounts


def test_a_time_of_the_hosts_clock_is_that_of_a_file(tmp_path):
    left, right = str(int(NOW) + 3).encode(), str(int(NOW) + 45).encode()
    assert compared(tmp_path, left, right, clocks()).clues[0].name == "time.mtime"


def test_without_another_clock_a_time_of_the_build_is_the_clocks(tmp_path):
    stories = Story(started=NOW, ended=NOW + 30), Story(started=NOW + 40, ended=NOW + 70)
    left, right = str(int(NOW) + 3).encode(), str(int(NOW) + 45).encode()
    assert compared(tmp_path, left, right, stories).clues[0].name == "time.clock"


def test_a_time_of_no_window_means_nothing(tmp_path):
    found = compared(tmp_path, b"1111111111", b"1222222222", clocks())
    assert not any(clue.name.startswith("time.clock") for clue in found.clues)


def test_one_moment_in_two_zones_is_the_zones_doing(tmp_path):
    left, right = spelt("%Y-%m-%d %H:%M:%S", 10**9), spelt("%Y-%m-%d %H:%M:%S", 10**9 + 9 * 3600)
    found = compared(tmp_path, left, right, clocks())
    assert (found.clues[0].name, found.accounts) == ("time.tz", {"time.tz"})


def test_local_time_of_the_build_tells_clock_and_zone(tmp_path):
    left, right = spelt("%Y-%m-%d %H:%M:%S", LEFT), spelt("%Y-%m-%d %H:%M:%S", RIGHT + 5 * 3600)
    found = compared(tmp_path, left, right, clocks())
    assert {"time.clock", "time.tz"} <= found.strengths().keys()


def test_the_time_in_a_gzip_header(tmp_path):
    left, right = (gzip.compress(b"contents", mtime=moment) for moment in (LEFT, RIGHT))
    found = compared(tmp_path, left, right, clocks())
    assert found.accounts == {"time.clock"}
    assert "MTIME" in found.text("time.clock")


def tar(**fields: object) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        member = tarfile.TarInfo("dir/file")
        for name, value in fields.items():
            setattr(member, name, value)
        archive.addfile(member)
    return stream.getvalue()


def test_the_time_in_a_tar_header(tmp_path):
    found = compared(tmp_path, tar(mtime=LEFT), tar(mtime=RIGHT), clocks())
    assert found.accounts == {"time.clock"}


def test_a_file_time_in_a_compressed_tar(tmp_path):
    left, right = (gzip.compress(tar(mtime=int(NOW) + n), mtime=0) for n in (3, 50))
    found = compared(tmp_path, left, right, clocks())
    assert found.accounts == {"time.mtime"}


def test_the_owner_in_a_tar_header(tmp_path):
    marks = (
        {"user.uid": (1234,), "user.name": ("somebody",)},
        {"user.uid": (5678,), "user.name": ("visitors",)},
    )
    left, right = tar(uid=1234, uname="somebody"), tar(uid=5678, uname="visitors")
    found = compared(tmp_path, left, right, marked(*marks))
    assert found.accounts == {"user.uid", "user.name"}


def test_modes_in_a_tar_header_point_to_the_umask(tmp_path):
    found = compared(tmp_path, tar(mode=0o644), tar(mode=0o660), clocks())
    assert found.clues[0].name == "user.umask"


def test_the_time_in_a_zip_file(tmp_path):
    def zipped(moment: int) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(zipfile.ZipInfo("member", time.gmtime(moment)[:6]), "contents")
        return stream.getvalue()

    found = compared(tmp_path, zipped(LEFT), zipped(RIGHT), clocks())
    assert found.accounts == {"time.clock"}
    assert "MS-DOS" in found.text("time.clock")


def test_the_source_time_in_a_pyc(tmp_path):
    import importlib._bootstrap_external as pyc

    code = compile("x = 1", "module.py", "exec")
    left, right = (bytes(pyc._code_to_timestamp_pyc(code, moment, 5)) for moment in (LEFT, RIGHT))
    found = compared(tmp_path, left, right, clocks())
    assert found.clues[0].name == "time.clock"


def test_the_time_and_owner_in_an_ar_header(tmp_path):
    def archive(moment: int, uid: int) -> bytes:
        return b"!<arch>\n" + b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (b"a.o/", moment, uid, 0, 0o644, 2) + b"hi"

    stories = tuple(
        Story(clock=moment, marks={"user.uid": (uid,)}, started=NOW, ended=NOW + 1)
        for moment, uid in ((LEFT, 1234), (RIGHT, 5678))
    )
    found = compared(tmp_path, archive(LEFT, 1234), archive(RIGHT, 5678), stories)
    assert found.accounts == {"time.clock", "user.uid"}


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: text.encode(),
        lambda text: text.upper().encode(),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode().hex().encode(),
        lambda text: base64.b64encode(text.encode()),
        lambda text: base64.b64encode(b"x" + text.encode() + b"yz"),
        lambda text: base64.b64encode(b"xy" + text.encode() + b"z"),
        lambda text: gzip.compress(text.encode(), mtime=0),
    ],
)
def test_a_name_is_known_however_it_is_written(tmp_path, spell):
    left, right = (b"at " + spell(marks["host.name"][0]) + b" .\n" for marks in HOSTS)
    if left.startswith(b"at \x1f\x8b"):
        left, right = left[3:-3], right[3:-3]
    found = compared(tmp_path, left, right, marked(*HOSTS))
    assert found.clues[0].name == "host.name"
    assert found.accounts == {"host.name"}


@pytest.mark.parametrize(
    "spell", [lambda path: path, lambda path: path.replace("/", "%2F"), lambda path: path.replace("/", "#")]
)
def test_a_path_is_known_however_it_is_escaped(tmp_path, spell):
    marks = {"path.build": ("/build/somewhere",)}, {"path.build": ("/quite/elsewhere",)}
    left, right = (f"in {spell(each['path.build'][0])}/a.c\n".encode() for each in marks)
    found = compared(tmp_path, left, right, marked(*marks))
    assert (found.clues[0].name, found.clues[0].strength > 0.8) == ("path.build", True)


@pytest.mark.parametrize(
    "spell",
    [
        lambda n: str(n).encode(),
        lambda n: f"{n:o}".encode(),
        lambda n: f"{n:#x}".encode(),
        lambda n: struct.pack("<I", n),
        lambda n: struct.pack(">I", n),
        lambda n: struct.pack("<q", n),
        lambda n: struct.pack(">q", n),
    ],
)
def test_a_number_is_known_however_it_is_written(tmp_path, spell):
    left, right = (b"is: " + spell(number) + b" .\n" for number in (54321, 45678))
    found = compared(tmp_path, left, right, marked({"user.uid": (54321,)}, {"user.uid": (45678,)}))
    assert found.clues[0].name == "user.uid"


def test_a_value_beside_the_difference_is_no_evidence(tmp_path):
    left, right = b"quiet-marmot said one thing\n", b"quiet-marmot said two thing\n"
    found = compared(tmp_path, left, right, marked(*HOSTS))
    assert "host.name" not in found.strengths()


def test_a_value_that_explains_only_one_of_two_places_does_not_account_for_the_file(tmp_path):
    left, right = b"quiet-marmot\nsame\nalpha\n", b"noisy-weasel\nsame\nomega\n"
    found = compared(tmp_path, left, right, marked(*HOSTS))
    assert (found.clues[0].name, found.accounts) == ("host.name", frozenset())


def test_a_variable_that_only_one_build_has_is_evidence(tmp_path):
    stories = marked({}, {"env.var": ("REPROCHECK_CANARY=42",)})
    found = compared(tmp_path, b"A=1\nB=2\n", b"A=1\nREPROCHECK_CANARY=42\nB=2\n", stories)
    assert found.clues[0].name == "env.var"


@pytest.mark.parametrize(
    ("left", "right", "cause"),
    [
        (b"a\nb\nc\n", b"c\nb\na\n", "order.readdir"),
        (b"['a', 'b', 'c']\n", b"['c', 'a', 'b']\n", "order.hash"),
        (b"wrote /tmp/tmp.aB3dE6gH9k\n", b"wrote /tmp/tmp.Zy9xW7vU5t\n", "tmpname"),
        (b"/tmp/ccAbCdEf.o: in main\n", b"/tmp/ccZyXwVu.o: in main\n", "tmpname"),
        (b"id 6e8bc430-9c3a-11d9-9669-0800200c9a66\n", b"id 16fd2706-8baf-433b-82eb-8c7fada847da\n", "rng"),
        (b"at 0x7ffd12345678\n", b"at 0x7ffd8765fed0\n", "aslr"),
        (b"at 0x55d0c0de1000\n", b"at 0x56001badc0de\n", "aslr"),
        (struct.pack("<QQ", 1, 0x7FFD12345678), struct.pack("<QQ", 1, 0x7FFE87654321), "aslr"),
        (b"compiled in 1.284 s\n", b"compiled in 3.901 s\n", "time.elapsed"),
    ],
)
def test_what_holds_no_known_value_is_judged_by_its_looks(tmp_path, left, right, cause):
    found = compared(tmp_path, left, right, clocks())
    assert found.clues[0].name == cause
    assert not found.accounts


def test_a_name_is_looked_at_like_bytes():
    differences = names_as_spots("log.quiet-marmot.txt", "log.noisy-weasel.txt")
    found = evidence(differences, *marked(*HOSTS))
    assert found.accounts == {"host.name"}


def test_a_random_identifier_is_no_duration_where_the_clock_runs(tmp_path):
    running = Story(clock=RIGHT, runs=True)
    ids = b"id 6ecf5f3c-7d2e-4c3b-9a1f-0c2d4e6f8a1b\n", b"id 295a1111-8e3f-4d4c-8b20-1d3e5f709b2c\n"
    found = compared(tmp_path, *ids, (Story(clock=LEFT), running))
    assert found.resembles == {"rng"}
    assert "time.elapsed" not in found.strengths()


@pytest.mark.parametrize(
    ("standing", "running", "cause"),
    [(b"3 us", b"8125 us", "time.elapsed"), (b"20000 x", b"731 x", "benchmark")],
)
def test_a_number_that_a_running_clock_changes_is_a_duration_or_a_count(tmp_path, standing, running, cause):
    stories = Story(clock=LEFT), Story(clock=LEFT, runs=True)
    assert compared(tmp_path, b"N " + standing, b"N " + running, stories).clues[0].name == cause
    assert compared(tmp_path, b"N " + running, b"N " + standing, stories[::-1]).clues[0].name == cause


def test_numbers_without_a_cause_of_their_own_may_be_inodes(tmp_path):
    for left, right in ((b"tag 71240f-5\n", b"tag 712335-5\n"), (b"7401528 a\n", b"7401999 a\n")):
        assert "inode" in compared(tmp_path, left, right, (Story(), Story())).strengths()


def test_a_renamed_member_of_an_archive_is_looked_at(tmp_path):
    names = "quiet-marmot/a", "noisy-weasel/a"
    left, right = (tar(name=name) for name in names)
    found = compared(tmp_path, left, right, marked(*HOSTS))
    assert (found.clues[0].name, found.accounts) == ("host.name", {"host.name"})


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_bytes_break_it_and_none_accuse_the_host_without_its_name(tmp_path_factory, left, right):
    if left == right:
        return
    found = compared(tmp_path_factory.mktemp("any"), left, right, marked(*HOSTS))
    assert "host.name" not in found.strengths()


def test_the_moments_of_these_tests_are_what_they_say():
    assert calendar.timegm((2031, 7, 26, 20, 57, 43)) == LEFT
