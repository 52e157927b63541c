"""hx: every remark of hx.hex is true, and it does what its README says, with any input."""

from __future__ import annotations

import importlib.util
import os
import re
import stat
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.seeds.hex.conftest import HX, SEED, TC, WITHOUT_ROOM, run
from tests.seeds.hex.hex_listing import check_code, check_fields
from tests.seeds.hex.hex_model import model

LINE = re.compile(
    r"(?P<bytes>(?:[0-9A-F]{2} )*[0-9A-F]{2}) +# 0x(?P<at>[0-9A-F]{3})  (?P<claim>[^;]+?) *(?:; .+)?"
)
LABEL = re.compile(r"# (\w+):")
END = b"\n\n\n"


@pytest.fixture(scope="session")
def lint() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lint", SEED / "0-hx" / "lint.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_remark_is_true(hx: Path) -> None:
    binary = hx.read_bytes()
    base = int.from_bytes(binary[0x48:0x50], "little")
    lines, labels = [], {}
    for text in HX.read_text().splitlines():
        if label := LABEL.fullmatch(text):
            labels[label[1]] = base + len(b"".join(lines_bytes for lines_bytes, _, _ in lines))
        elif text and not text.startswith("#"):
            line = LINE.fullmatch(text)
            assert line, text
            lines.append((bytes.fromhex(line["bytes"]), int(line["at"], 16), line["claim"]))
    offset = 0
    for code, at, claim in lines:
        assert at == offset, claim
        if " = " in claim:
            check_fields(claim, binary, at, at + len(code))
        else:
            check_code(claim, code, base + at, labels)
        offset += len(code)
    assert offset == len(binary) == int.from_bytes(binary[0x58:0x60], "little")
    assert f"{offset} bytes" in HX.read_text().split("\n")[0]


def test_the_segment_holds_what_the_memory_map_says(hx: Path) -> None:
    binary = hx.read_bytes()
    start, size = (int.from_bytes(binary[at : at + 8], "little") for at in (0x48, 0x60))
    regions = [int(word, 16) for word in re.findall(r"^#   0x(\w{7})  ", HX.read_text(), re.MULTILINE)]
    assert regions == sorted(regions)
    assert (regions[0], regions[-1]) == (start, start + size)
    assert regions[2] == 2 * regions[1]
    assert regions[2] - regions[1] >= 4 * 0x10000


def test_it_has_fewer_than_256_bytes_and_no_labels(hx: Path) -> None:
    assert len(hx.read_bytes()) < 256
    assert not re.search(r"^[^#\n]*[:@]", HX.read_text(), re.MULTILINE)


def test_it_reproduces_itself(hx: Path, tmp_path: Path) -> None:
    assert run(hx, HX, tmp_path / "hx") == (0, b"", b"")
    assert (tmp_path / "hx").read_bytes() == hx.read_bytes()
    assert run(tmp_path / "hx", HX, tmp_path / "again") == (0, b"", b"")
    assert (tmp_path / "again").read_bytes() == hx.read_bytes()


def test_the_output_is_an_executable_file(hx: Path, tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        run(hx, HX, tmp_path / "out")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o755


def through(hx: Path, text: bytes, place: Path) -> bytes:
    (place / "in").write_bytes(text)
    assert run(hx, place / "in", place / "out") == (0, b"", b"")
    return (place / "out").read_bytes()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("48 89 C7", "4889c7"),
        ("ab cd EF aB", "abcdefab"),
        ("4889C7", "4889c7"),
        ("90 # 91\n92", "9092"),
        ("90 #", "90"),
        ("90 # a :ab @cd\n", "90"),
        (":ab @ab", "fcffffff"),
        ("@ab :ab", "00000000"),
        ("@ab 90 :ab", "0100000090"),
        (":ab 90 90 @ab", "9090faffffff"),
        ("EB@ab 90:ab@ab", "eb0100000090fcffffff"),
        (":aa :bb 90 @aa @bb", "90fbfffffff7ffffff"),
        ("\t90\r\n\x0091", "9091"),
    ],
)
def test_bytes_labels_references_and_remarks(hx: Path, tmp_path: Path, text: str, expected: str) -> None:
    assert through(hx, text.encode() + END, tmp_path).hex() == expected


def test_every_byte_does_what_the_model_says(hx: Path, tmp_path: Path) -> None:
    for byte in range(256):
        for text in (b"12%c34" % byte, b"%c5 6%c" % (byte, byte), b"@%cx 77:%cx" % (byte, byte)):
            assert through(hx, text + END, tmp_path) == model(text + END), text


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=60),
        st.lists(
            st.sampled_from(
                [b"0", b"9", b"A", b"f", b"4C ", b":", b"@", b"#", b"ab", b":ab", b"@ab", b"@zz", b"\n"]
            ),
            max_size=40,
        ).map(b"".join),
    )
)
@example(b":ab 90 :ab 91 @ab")
@example(b"@zz")
@example(b"@\0\0")
def test_any_input_gives_what_the_model_says(hx: Path, tmp_path: Path, text: bytes) -> None:
    assert through(hx, text + END, tmp_path) == model(text + END)


def test_all_labels_at_once_and_megabytes_of_input(hx: Path, tmp_path: Path) -> None:
    names = [bytes([a, b]) for a in range(33, 127) for b in range(33, 127)]
    text = b"".join(b":%b 90 @%b # a remark\n" % (name, names[-1 - i]) for i, name in enumerate(names))
    text += b"90 91 92 93 # remark\n" * 200_000 + END
    assert through(hx, text, tmp_path) == model(text)


def test_a_last_remark_without_an_end_is_right_or_fails(hx: Path, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"90 0A # remark")
    assert run(hx, tmp_path / "in", tmp_path / "out")[0] == 0
    assert (tmp_path / "out").read_bytes() == b"\x90\x0a"
    (tmp_path / "in").write_bytes(b"90 # remark")
    assert run(hx, tmp_path / "in", tmp_path / "none")[0] != 0
    assert not (tmp_path / "none").exists()


def test_what_cannot_be_opened_or_written_fails(hx: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(hx, tmp_path / "absent", out)[0] != 0
    assert run(hx, tmp_path, out)[0] != 0
    assert not out.exists()
    assert run(hx, HX, tmp_path / "absent" / "out")[0] != 0
    assert run(hx, HX, tmp_path)[0] != 0
    assert run(*WITHOUT_ROOM, hx, HX, out)[0] != 0
    assert run(hx, HX)[0] != 0
    assert run(hx)[0] != 0


def test_what_does_not_fit_fails(hx: Path, tmp_path: Path) -> None:
    with (tmp_path / "in").open("wb") as file:
        file.truncate(33 << 20)
    assert run(hx, tmp_path / "in", tmp_path / "out")[0] != 0
    assert not (tmp_path / "out").exists()


def test_the_seeds_hex_files_have_no_fault(lint: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint.main([str(HX), str(TC)]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90 4G\n", ["1: 4G is no byte, :label or @label"]),
        ("90\n4 8\n", ["2: 4 is no byte, :label or @label", "2: 8 is no byte, :label or @label"]),
        ("123\n", ["1: 123 is no byte, :label or @label"]),
        (":a\n", ["1: :a is no byte, :label or @label"]),
        (":abc @a-\n", ["1: :abc is no byte, :label or @label", "1: @a- is no byte, :label or @label"]),
        (":ab90\n", ["1: :ab90 is no byte, :label or @label"]),
        ("90\n@ab\n", ["2: label ab is not defined"]),
        (":ab\n\n:ab\n", ["3: label ab is defined in line 1 already"]),
        ("90 # remark", ["1: the last line does not end"]),
        (":ab @ab 90 4889c7 # 4G :ab @zz\n", []),
    ],
)
def test_what_hx_does_not_check_is_found_beforehand(
    lint: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, expected: list[str]
) -> None:
    file = tmp_path / "x.hex"
    file.write_text(text)
    assert lint.main([str(file)]) == int(bool(expected))
    assert capsys.readouterr().out == "".join(f"{file}:{fault}\n" for fault in expected)
