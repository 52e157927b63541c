from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given

from reprocheck.compare import Range, Span
from reprocheck.report import html
from reprocheck.report.model import Report
from reprocheck.report.summary import plain
from tests.reprocheck.report.samples import HOSTILE, REPORTS, difference, report, reproducible

_VOID = {"meta", "br", "!DOCTYPE"}
_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "section", "footer", "h1", "h2", "h3"),
    *("p", "div", "span", "code", "pre", "mark", "strong", "a", "br", "details", "summary"),
    *("ul", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {"class", "id", "title", "href", "open", "lang", "charset", "name", "content", "http-equiv"}


class Page(HTMLParser):
    """Fails for anything but elements that are closed in order, of kinds that can do nothing."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self.ids: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        assert {name for name, _ in attrs} <= _ATTRIBUTES, attrs
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    handle_pi = unknown_decl


def test_a_report_says_what_differs_why_and_what_to_change() -> None:
    text = Page(html.page([report()])).text
    for words in (
        "not reproducible",
        "out/share/doc.gz",
        "4 B in 5 ranges",
        "bytes 0x4-0x7 hold the time of the build (share/doc.gz) (builds 2 and 4)",
        "SOURCE_DATE_EPOCH",
        "build 2: everything varied",
        "it only follows from share/doc.gz",
        "rng together with aslr",
        "ruled out",
        "cpu.features",
        "Build 5 failed",
    ):
        assert words in text, words


def test_differing_bytes_are_marked_and_only_they() -> None:
    page = html.page([report()])
    left = page.partition('class="side left"')[2].partition("</div>")[0]
    assert re.findall(r"<mark>(\w\w)</mark>", left) == ["01", "02", "03", "04"]
    assert "1f 8b 08 00 <mark>01" in left


def test_text_is_shown_as_text() -> None:
    span = Span(start=104, size=4, excerpt=b"made by <b>me</b>, now", excerpt_start=96)
    range = Range(left=span, right=Span(start=104, size=0, excerpt=b"made by ", excerpt_start=96))
    whole = report()
    finding = replace(whole.findings[0], differences=(replace(difference(), ranges=(range,)),))
    page = html.page([replace(whole, findings=(finding,))])
    assert "<pre>made by <mark>&lt;b&gt;m</mark>e&lt;/b&gt;, now</pre>" in page
    assert "<pre>made by </pre>" in page


@pytest.mark.parametrize("words", [HOSTILE, "<!--", "&lt;", "]]>", "<svg/onload=x>", "\x00\u202e"])
def test_hostile_words_stay_words(words: str) -> None:
    page = html.page([report(words, data=words.encode("utf-8", "surrogateescape") * 4), reproducible(words)])
    parsed = Page(page)
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert plain(words) in parsed.text
    page.encode("utf-8")


@given(each=REPORTS)
def test_every_report_is_a_well_formed_page(each: Report) -> None:
    Page(html.page([each, each]))


def test_nothing_is_asked_for_from_outside() -> None:
    page = html.page([report(), report()])
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in page
    assert not re.search(r"url\(|@import|https?:|src=", page)
    parsed = Page(page)
    assert parsed.links == [f"#{id}" for id in parsed.ids]


def test_many_files_make_no_endless_page() -> None:
    whole = report()
    many = replace(whole, findings=whole.findings[1:3] * 50_000)
    page = html.page([many])
    assert len(page) < 200_000
    assert "more" in Page(page).text


def test_the_matrix_tells_what_was_varied_where() -> None:
    page = html.page([report()])
    row = re.search(r"<code>time.clock</code></th>(.*?)</tr>", page)
    assert row is not None
    assert re.findall(r">(varied|·)<", row[1]) == ["·", "varied", "·", "varied", "·"]
    assert re.findall(r"<td><strong>(.)</strong></td>", page) == ["A", "B", "A", "B", "–"]


def test_a_browser_shows_it(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no chromium on this host")
    (tmp_path / "page.html").write_text(html.page([report(HOSTILE), report()]), "utf-8")
    done = subprocess.run(
        [
            chromium,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--enable-logging=stderr",
            f"--user-data-dir={tmp_path}/profile",
            "--dump-dom",
            (tmp_path / "page.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    dom = Page(done.stdout.partition("</html>")[0] + "</html>")
    assert "demo@1" in dom.text
    assert "Content Security Policy" not in done.stderr
    assert dom.text.count("not reproducible") >= 3
