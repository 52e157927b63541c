"""Reports to be shown: one that looks like a real one, one whose every word is hostile, any at all."""

from __future__ import annotations

from hypothesis import strategies as st

from reprocheck.cause import CAUSES, Level
from reprocheck.compare import Difference, Kind, Range, Span
from reprocheck.report.model import (
    AppliedVariation,
    BuildRow,
    Confidence,
    Evidence,
    Finding,
    FoundCause,
    Report,
    Verdict,
)

HOSTILE = "</style></pre><script src=//x>\"'`````|\x1b[2J\r\n@everyone ](javascript:0)\udc80-->"
"""A file name that tries to end every context that it may be shown in."""


def difference(
    words: str = "gzip header: MTIME", data: bytes = b"\x1f\x8b\x08\0\x01\x02\x03\x04\0\x03"
) -> Difference:
    left = Span(start=4, size=4, excerpt=data, where=words)
    right = Span(start=4, size=4, excerpt=data[:4] + b"\xff\xfe" + data[6:], where=words)
    return Difference(
        place=(b"share/doc.gz", words.encode("utf-8", "surrogateescape")),
        kind=Kind.BYTES,
        field=words,
        ranges=(Range(left=left, right=right),),
        range_count=5,
        left_bytes=4,
        right_bytes=4,
    )


def report(words: str = "share/doc.gz", *, data: bytes = b"\x1f\x8b\x08\0\x01\x02\x03\x04\0\x03") -> Report:
    """Not reproducible: one file with a cause, two more like it, one that follows, one without a cause."""
    cause = FoundCause(
        cause="time.clock",
        confidence=Confidence.SHOWN,
        evidence=(Evidence(text=f"bytes 0x4-0x7 hold the time of the build ({words})", builds=(2, 4)),),
    )
    likely = FoundCause(cause="rng", confidence=Confidence.LIKELY, together_with=("aslr",))

    def finding(path: str, causes: tuple[FoundCause, ...], **more: str) -> Finding:
        return Finding(
            output="out",
            path=path,
            level=Level.OUTSIDE,
            causes=causes,
            differences=(difference(words, data),),
            difference_count=3,
            builds=(1, 2),
            ruled_out=() if causes else ("locale", "host.name"),
            **more,
        )

    return Report(
        subject=f"demo@1 {words}",
        kind="recipe",
        verdict=Verdict.NOT_REPRODUCIBLE,
        causes=(cause, likely),
        findings=(
            finding(words, (cause,), writer=f"gzip -9 {words}"),
            finding("share/second.gz", (cause,)),
            finding("share/third.gz", (cause,)),
            finding("share/SUMS", (), follows=words),
            finding("lib/table", (likely,)),
            finding("lib/odd", ()),
        ),
        variations=(
            AppliedVariation(name="time.clock", text="the clock: 2 years ahead", applied=True),
            AppliedVariation(name="host.name", text=words, applied=True),
            AppliedVariation(name="cpu.features", text="another processor", applied=False, why_not=words),
        ),
        builds=(
            BuildRow(number=1, what="stored", varied=(), ok=True, seconds=0.5, equal_to=None),
            BuildRow(
                number=2,
                what="everything varied",
                varied=("time.clock", "host.name"),
                ok=True,
                seconds=0.6,
                equal_to=None,
            ),
            BuildRow(number=3, what="nothing varied", varied=(), ok=True, seconds=0.5, equal_to=1),
            BuildRow(
                number=4,
                what="only time.clock varied",
                varied=("time.clock",),
                ok=True,
                seconds=0.5,
                equal_to=2,
            ),
            BuildRow(
                number=5,
                what=words,
                varied=("host.name",),
                ok=False,
                seconds=0.1,
                equal_to=None,
                message=words,
            ),
        ),
        outputs=(("out", "bootstrap-output:" + "a" * 32),),
        seconds=2.2,
        notes=(f"a note: {words}",),
    )


def reproducible(subject: str = "clean@1") -> Report:
    return Report(
        subject=subject,
        kind="recipe",
        verdict=Verdict.REPRODUCIBLE,
        causes=(),
        findings=(),
        variations=(AppliedVariation(name="time.clock", text="the clock", applied=True),),
        builds=(
            BuildRow(number=1, what="stored", varied=(), ok=True, seconds=0.5, equal_to=None),
            BuildRow(
                number=2, what="everything varied", varied=("time.clock",), ok=True, seconds=0.6, equal_to=1
            ),
        ),
        seconds=1.1,
    )


def _tuples(of: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=3).map(tuple)


_TEXT = st.text(max_size=12)
_NUMBER = st.integers(0, 1 << 64)
_SECONDS = st.floats(0, 1e9)
_NAME = st.one_of(st.sampled_from(sorted(CAUSES)), _TEXT)
_SPANS = st.builds(
    Span, start=_NUMBER, size=_NUMBER, excerpt=st.binary(max_size=70), excerpt_start=_NUMBER, where=_TEXT
)
_DIFFERENCES = st.builds(
    Difference,
    place=_tuples(st.binary(max_size=8)),
    kind=st.sampled_from(Kind),
    field=_TEXT,
    left=_TEXT,
    right=_TEXT,
    ranges=_tuples(st.builds(Range, left=_SPANS, right=_SPANS)),
    range_count=_NUMBER,
    left_bytes=_NUMBER,
    right_bytes=_NUMBER,
    follows=st.booleans(),
    note=_TEXT,
).filter(lambda difference: bool(difference.place))
_CAUSES = st.builds(
    FoundCause,
    cause=_NAME,
    confidence=st.sampled_from(Confidence),
    evidence=_tuples(st.builds(Evidence, text=_TEXT, builds=_tuples(_NUMBER))),
    together_with=_tuples(_NAME),
)
_FINDINGS = st.builds(
    Finding,
    output=_TEXT,
    path=_TEXT,
    level=st.sampled_from(Level),
    causes=_tuples(_CAUSES),
    differences=_tuples(_DIFFERENCES),
    difference_count=_NUMBER,
    builds=st.tuples(_NUMBER, _NUMBER),
    follows=_TEXT,
    writer=_TEXT,
    ruled_out=_tuples(_TEXT),
)

REPORTS = st.builds(
    Report,
    subject=_TEXT,
    kind=st.sampled_from(["recipe", "command"]),
    verdict=st.sampled_from(Verdict),
    causes=_tuples(_CAUSES),
    findings=_tuples(_FINDINGS),
    variations=_tuples(
        st.builds(AppliedVariation, name=_TEXT, text=_TEXT, applied=st.booleans(), why_not=_TEXT)
    ),
    builds=_tuples(
        st.builds(
            BuildRow,
            number=_NUMBER,
            what=_TEXT,
            varied=_tuples(_TEXT),
            ok=st.booleans(),
            seconds=_SECONDS,
            equal_to=st.none() | _NUMBER,
            message=_TEXT,
        )
    ),
    derivation=st.just("") | st.binary(min_size=32, max_size=32).map(bytes.hex),
    outputs=st.dictionaries(_TEXT, _TEXT, max_size=3).map(lambda outputs: tuple(outputs.items())),
    seconds=_SECONDS,
    notes=_tuples(_TEXT),
)
"""Any report."""
