from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reprocheck.compare import Range, Span
from reprocheck.compare.bounds import Bounds
from reprocheck.compare.content import Bytes
from reprocheck.compare.ranges import find, spelt
from reprocheck.report.excerpt import Window, text, windows


def seen(*ranges: Range) -> list[Window]:
    return windows(ranges, text=64, digits=16, before_text=16, before_digits=4)


def span(start: int, size: int, excerpt: bytes, excerpt_start: int = 0) -> Span:
    return Span(start=start, size=size, excerpt=excerpt, excerpt_start=excerpt_start)


def test_ranges_near_each_other_share_a_window() -> None:
    left, right = b"Sat Jul 26 20:57", b"Tue Nov 29 17:48"
    ranges = [Range(left=span(at, 3, left), right=span(at, 3, right)) for at in (0, 4, 8)]
    (window,) = seen(*ranges)
    assert window.is_text
    assert list(window.left.runs()) == [
        (b"Sat", True),
        (b" ", False),
        (b"Jul", True),
        (b" ", False),
        (b"26 ", True),
        (b"20:57", False),
    ]
    assert window.right.data == right


def test_ranges_far_from_each_other_do_not() -> None:
    data = bytes(range(128, 192))
    near = Range(left=span(20, 2, data), right=span(20, 2, data))
    far = Range(left=span(90, 2, data, 74), right=span(90, 2, data, 74))
    first, second = seen(near, far)
    assert (first.is_text, first.left.start, len(first.left.data)) == (False, 16, 16)
    assert (second.left.start, second.left.differing) == (86, frozenset({4, 5}))


def test_what_was_put_in_has_nothing_on_the_other_side() -> None:
    (window,) = seen(Range(left=span(3, 0, b"abcdef"), right=span(3, 2, b"abcXYdef")))
    assert list(window.left.runs()) == [(b"abcdef", False)]
    assert list(window.right.runs()) == [(b"abc", False), (b"XY", True), (b"def", False)]


def test_an_empty_side_has_no_runs() -> None:
    (window,) = seen(Range(left=span(0, 0, b""), right=span(0, 1, b"x")))
    assert list(window.left.runs()) == []


@given(left=st.binary(min_size=1, max_size=60), right=st.binary(min_size=1, max_size=60))
def test_windows_show_the_bytes_that_are_there_and_mark_the_first_that_differs(
    left: bytes, right: bytes
) -> None:
    contents = Bytes(left), Bytes(right)
    ranges = spelt(find(*contents, most=16), *contents, Bounds())
    for window in seen(*ranges):
        for side, data, each in (
            (window.left, left, window.first.left),
            (window.right, right, window.first.right),
        ):
            assert (
                b"".join(run for run, _ in side.runs()) == side.data == data[side.start :][: len(side.data)]
            )
            assert not each.size or each.start - side.start in side.differing


@given(data=st.binary())
def test_text_has_a_character_for_each_byte(data: bytes) -> None:
    assert len(text(data)) == len(data)
    assert text(data).isprintable()
