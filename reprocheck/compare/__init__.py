"""Two files or trees, and every place where they differ.

difference.py  what is found: kinds, ranges of bytes, excerpts
bounds.py      what looking closely at one pair of files may cost
content.py     bytes at hand, in a file, in a window of either: read anywhere, in pieces
ranges.py      where two contents differ, byte by byte
align.py       the same where bytes were put in or left out
tree.py        two trees, walked together; what is the same is not read
index.py       a tree as a value, made once and kept
pair.py        two contents: the reader that knows them, or else byte ranges
part.py        a content as a row of named parts, compared part by part
readers/       one file for each format
schema.py      differences as JSON
"""

from __future__ import annotations

from reprocheck.compare.bounds import Bounds
from reprocheck.compare.difference import Difference, Kind, Range, Span
from reprocheck.compare.tree import diff

__all__ = ["Bounds", "Difference", "Kind", "Range", "Span", "diff"]
