"""Every fault of a recipe file is told where it is: faults/*.star, which are made to be read.

A file is cut in chunks by lines of ``---``; each is a stage file of its own. A line that must have
a fault ends in ``### "what is said of it"``, a regular expression, and perhaps ``marks "text"``,
the piece of the line under the carets. There must be no other faults. ``=== path`` begins another
file of the same chunk; a remark after ``---`` names the chunk.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bootstrap.errors import RecipeError
from tests.recipe.memory import STAGE, project

_FAULTS = Path(__file__).parent / "faults"
_EXPECTED = re.compile(r'### "((?:[^"\\]|\\.)*)"(?: marks "((?:[^"\\]|\\.)*)")?')
_TOLD = re.compile(r"^(\S+?):(\d+):(\d+): (.*)$")

BESIDE = {
    "stages/00-one/patches/a.patch": "--- a\n",
    "stages/00-one/patches/b.patch": "--- b\n",
    "lib/elsewhere.star": "def helper(name):\n    return name\n",
}
"""Files that are there for every chunk."""


@dataclass(frozen=True)
class Chunk:
    title: str
    files: dict[str, str]


def _unquote(text: str) -> str:
    return text.replace('\\"', '"')


def chunks() -> Iterator[Chunk]:
    for path in sorted(_FAULTS.glob("*.star")):
        for number, text in enumerate(re.split(r"^---", path.read_text(), flags=re.M)):
            title, _, body = text.partition("\n")
            if number == 0:
                continue  # what the file says about itself
            files: dict[str, str] = {}
            pieces = re.split(r"^=== (.+)\n", body, flags=re.M)
            if pieces[0].strip():
                files[STAGE] = pieces[0]
            files.update(zip(pieces[1::2], pieces[2::2], strict=True))
            yield Chunk(f"{path.stem}: {title.strip(' #') or number}", files)


def told(message: str) -> dict[tuple[str, int], list[tuple[str, str]]]:
    """What an error says: by file and line, the fault's text and the marked piece of the line."""
    found = defaultdict(list)
    for block in message.split("\n\n"):
        lines = block.split("\n")
        head = _TOLD.match(lines[0])
        if head is None:
            continue
        carets = next((line for line in lines if set(line.strip()) <= set("|^ ") and "^" in line), "")
        source = lines[lines.index(carets) - 1] if carets else ""
        marked = source[carets.index("^") : carets.rindex("^") + 1] if carets else ""
        said = "\n".join(line for line in lines if not re.match(r"   [0-9 ]+ \|", line))
        found[head[1], int(head[2])].append((said, marked))
    return found


@pytest.mark.parametrize("chunk", list(chunks()), ids=lambda chunk: chunk.title)
def test_a_fault_is_told_at_its_line(chunk: Chunk) -> None:
    with pytest.raises(RecipeError) as caught:
        project({**BESIDE, **chunk.files})
    faults = told(caught.value.message)
    for file, text in chunk.files.items():
        for number, line in enumerate(text.split("\n"), 1):
            for pattern, marked in _EXPECTED.findall(line):
                here = faults.get((file, number), [])
                fits = [f for f in here if re.search(_unquote(pattern), f[0])]
                assert fits, f"{file}:{number} should say {pattern!r}:\n{caught.value.message}"
                assert marked in ("", fits[0][1]) or _unquote(marked) == fits[0][1], fits[0][0]
                here.remove(fits[0])
    left = [block for here in faults.values() for block, _ in here]
    assert not left, "\n\n".join(left)


def test_a_fault_reads_well() -> None:
    text = 'lua = recipe(\n    name = "lua",\n    version = "5.4",\n    comands = [\n    ],\n)\n'
    with pytest.raises(RecipeError) as caught:
        project(text)
    assert caught.value.message == (
        'stages/00-one/stage.star:4:5: unknown field "comands" of recipe()\n'
        "   4 |     comands = [\n"
        "     |     ^^^^^^^\n"
        '   did you mean "commands"?'
    )


def test_the_faults_of_all_files_are_told_together() -> None:
    with pytest.raises(RecipeError) as caught:
        project({"stages/00-a/stage.star": "x = y\n", "stages/01-b/stage.star": "x = (\n"})
    assert "stages/00-a/stage.star:1:5" in caught.value.message
    assert "stages/01-b/stage.star:1:5" in caught.value.message
    assert caught.value.message.endswith("2 faults")


def test_a_file_that_is_not_utf_8_is_told_where() -> None:
    with pytest.raises(RecipeError, match=rf"{STAGE}:2:6: this is not UTF-8"):
        project({STAGE: b'x = 1\ny = "\xff"\n'})


def test_a_fault_in_a_helper_tells_who_called_it() -> None:
    files = {
        "lib/help.star": "def helper(name):\n    return recipe(name = name, version = 5, commands = [])\n",
        STAGE: 'load("//lib/help.star", "helper")\n\nlua = helper("lua")\n',
    }
    with pytest.raises(RecipeError) as caught:
        project(files)
    assert "lib/help.star:2:32" in caught.value.message
    assert f"called from {STAGE}:3:7" in caught.value.message
