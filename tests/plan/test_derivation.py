"""The canonical bytes of a derivation, and its id."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bootstrap.digest import Sha256, digest
from bootstrap.plan.derivation import Derivation, Output, canonical_json
from bootstrap.recipe.model import (
    Compare,
    Copy,
    Exec,
    Files,
    Limits,
    LocalFile,
    Location,
    MakeDirectory,
    MakeSymlink,
    Source,
    Unhex,
    Url,
    Write,
)
from bootstrap.storepath import StorePath

GOLDEN = Path(__file__).parents[1] / "golden"
HERE = Location("stages/00-one/stage.star", 1, 1)


def local(name: str, text: bytes, *, executable: bool = False) -> LocalFile:
    return LocalFile(
        name=name, path=f"stages/{name}", digest=digest(text), size=len(text), executable=executable
    )


MUSL = Output(digest(b"musl"), "dev")

PLANNED = Derivation(
    name="lua",
    version="5.4.4",
    inputs=(("musl.dev", MUSL), ("tcc", Output(digest(b"tcc"), "out"))),
    sources=(
        (
            "",
            Source(
                file="lua-5.4.4.tar.gz",
                sha256=Sha256("0123456789abcdef" * 4),
                size=360876,
                origins=(Url("https://www.lua.org/ftp/lua-5.4.4.tar.gz"),),
                unpack=True,
                strip=1,
                patches=(local("z.patch", b"z"), local("a.patch", b"a")),
                where=HERE,
            ),
        ),
        ("ours", Files(files=(local("a", b"a"), local("b", b"b", executable=True)))),
    ),
    commands=(
        MakeDirectory(path="{out}/bin"),
        Exec(
            argv=("{tcc}/bin/tcc", "-I{musl.dev}/include", 'quote " backslash \\ tab \t é € 😀 \x7f \x01'),
            cwd="src",
            stdin="in",
            stdout="out",
            env=(("A", "1"), ("B", "{{}}")),
        ),
        Copy(source="lua", target="{out}/bin/lua", executable=True),
        Write(path="{out}/note", text="a note\n"),
        MakeSymlink(target="lua", path="{out}/bin/lua5.4"),
        Compare(left="a", right="b"),
    ),
    env=(("CORES", "{cores}"), ("PATH", "{tcc}/bin"), ("out", "{out}")),
    outputs=("dev", "out"),
    shell="tcc",
    limits=Limits(time=2.5, memory=1 << 30, output=5, log=6, processes=512),
)

RESOLVED = PLANNED.resolve(
    {
        MUSL: StorePath("m" * 32, "musl-1.2.3-dev"),
        Output(digest(b"tcc"), "out"): StorePath("t" * 32, "tcc-0.9.27"),
    }
)

CHECK = Derivation(
    name="lua",
    version="5.4.4",
    inputs=(("out", Output(digest(b"lua"), "out")),),
    commands=(Exec(argv=("{out}/bin/lua", "-e", "print(1)")),),
    outputs=(),
    check=True,
    stdout="1\n",
)


def test_the_canonical_form_of_unhex() -> None:
    unhex = Unhex(source="a.hex", target="{out}/a", executable=True)
    (command,) = replace(CHECK, commands=(unhex,)).fields()["commands"]
    assert command == {"kind": "unhex", "source": "a.hex", "target": "{out}/a", "executable": True}


@pytest.mark.parametrize(
    ("name", "derivation"), [("planned", PLANNED), ("resolved", RESOLVED), ("check", CHECK)]
)
def test_canonical_bytes_are_those_of_the_golden_file(name: str, derivation: Derivation) -> None:
    readable = json.loads((GOLDEN / f"derivation-{name}.json").read_text())
    assert derivation.canonical_bytes() == (GOLDEN / f"derivation-{name}.bytes").read_bytes()
    assert derivation.fields() == readable["fields"]
    assert derivation.id.hex == readable["id"]


def test_the_id_is_the_digest_of_the_canonical_bytes() -> None:
    assert PLANNED.id == digest(PLANNED.canonical_bytes())


def test_the_canonical_bytes_are_a_header_and_rfc_8785() -> None:
    header, _, body = PLANNED.canonical_bytes().partition(b"\n")
    assert header == b"bootstrap derivation 1"
    assert body == rfc8785.dumps(PLANNED.fields())


def test_a_resolved_derivation_names_all_inputs_by_store_path() -> None:
    assert RESOLVED.is_resolved
    assert not PLANNED.is_resolved
    assert RESOLVED.resolve({}) == RESOLVED


def test_an_input_without_a_store_path_cannot_be_resolved() -> None:
    with pytest.raises(KeyError):
        PLANNED.resolve({})


def test_what_cannot_change_a_result_does_not_enter_the_id() -> None:
    sources = tuple(
        (place, replace(m, origins=(), where=Location("x", 2, 2)) if isinstance(m, Source) else m)
        for place, m in PLANNED.sources
    )
    limits = replace(PLANNED.limits, time=None, output=None, files=7, log=None)
    assert replace(PLANNED, sources=sources, limits=limits).id == PLANNED.id


@pytest.mark.parametrize(
    "change",
    [
        {"name": "lua2"},
        {"version": "5.4.5"},
        {"system": "aarch64-linux"},
        {"contract": 99},
        {"inputs": PLANNED.inputs[1:]},
        {"sources": PLANNED.sources[1:]},
        {"commands": PLANNED.commands[::-1]},
        {"env": ()},
        {"outputs": ("out",)},
        {"shell": ""},
        {"limits": replace(PLANNED.limits, memory=None)},
        {"limits": replace(PLANNED.limits, processes=None)},
        {"check": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_field_enters_the_id(change: dict[str, Any]) -> None:
    assert replace(PLANNED, **change).id != PLANNED.id


# RFC 8785 knows integers below 2^53 only.
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(plain)
def test_canonical_json_is_that_of_another_implementation(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(plain)
def test_canonical_json_is_json(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(), st.integers(0, 9)), st.randoms())
def test_canonical_json_does_not_depend_on_the_order_of_a_dict(value: dict[str, int], random: Any) -> None:
    items = list(value.items())
    random.shuffle(items)
    assert canonical_json(dict(items)) == canonical_json(value)


@pytest.mark.parametrize("value", [1.0, [1.5], {"a": [float("nan")]}])
def test_floating_point_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)
