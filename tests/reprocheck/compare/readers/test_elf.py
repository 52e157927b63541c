from __future__ import annotations

import struct

from tests.reprocheck.compare.pairs import differences, follow_ups, gave_up, told
from tests.reprocheck.compare.samples import elf

SOURCE = """
const char *when(void) { return WHEN; }
int number(void) { return NUMBER; }
"""


def made(*options: str, when: str = "one", number: int = 1) -> bytes:
    return elf(SOURCE, "-c", f'-DWHEN="{when}"', f"-DNUMBER={number}", *options)


def test_the_function_that_differs_is_named() -> None:
    (found,) = [each for each in differences(made(), made(number=2)) if not each.follows]
    assert found.field == "ELF .text"
    assert found.ranges[0].left.where.startswith("number+0x")
    assert (found.range_count, found.left_bytes) == (1, 1)


def test_a_string_is_told_with_its_section() -> None:
    (found,) = [each for each in differences(made(), made(when="two")) if not each.follows]
    assert found.field.startswith("ELF .rodata")
    assert b"one" in found.ranges[0].left.excerpt


def test_the_build_id_only_follows() -> None:
    source = "int main(void) { return 0; }"
    pair = [elf(source, f"-Wl,--build-id=0x{number:040x}") for number in (1, 2)]
    assert told(*pair) == []
    assert follow_ups(*pair) == {"ELF .note.gnu.build-id"}


def test_a_directory_in_debugging_strings_is_told_as_a_string() -> None:
    pair = [made("-g", "-gz=none", f"-fdebug-prefix-map=.=/{name}") for name in ("first", "other")]
    fields = {field for _, field, _, _ in told(*pair)}
    assert fields & {"ELF .debug_str: string", "ELF .debug_line_str: string"}


def test_compressed_debugging_sections_are_opened() -> None:
    pair = [made("-g3", "-gz=zlib", "-DTEXT=" + "x" * 400 + name) for name in ("first", "other")]
    assert "file//.debug_str" in {path for path, _, _, _ in told(*pair)}


def test_the_compilers_name_is_told() -> None:
    left = made()
    right = left.replace(b"GCC: (", b"BCC: (")
    assert [field for _, field, _, _ in told(left, right)] == ["ELF .comment: string"]


def test_a_header_field_is_named() -> None:
    left = made()
    right = left[:7] + b"\3" + left[8:]
    assert told(left, right) == [("file", "ELF header: EI_OSABI", "0", "3")]


def test_a_section_on_one_side_only() -> None:
    found = differences(made("-g"), made())
    assert "ELF .debug_info" in {each.field for each in found if each.kind == "only left"}


def test_headers_that_lie_are_refused() -> None:
    whole = made()
    shoff = struct.unpack_from("<Q", whole, 40)[0]
    beyond = whole[:40] + struct.pack("<Q", 1 << 60) + whole[48:]
    assert "ends too soon" in gave_up(whole, beyond)
    size = shoff + 64 + 32  # sh_size of section 1
    assert "ELF" in gave_up(whole, whole[:size] + struct.pack("<Q", 1 << 62) + whole[size + 8 :])
    many = whole[:60] + b"\xff\xff" + whole[62:]
    assert "ELF" in gave_up(whole, many)
    assert "of no known byte order" in gave_up(whole, whole[:4] + b"\7" + whole[5:])
