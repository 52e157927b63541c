from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reprocheck.report import markdown
from reprocheck.report.model import Report
from reprocheck.report.summary import plain
from tests.reprocheck.report.samples import HOSTILE, REPORTS, report, reproducible


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def rendered(source: str) -> Tags:
    return Tags(MarkdownIt("commonmark", {"html": True}).enable("table").render(source))


def test_it_is_short_and_details_are_folded_away() -> None:
    text = markdown.text([report()])
    assert text.startswith("### `demo@1 share/doc.gz`: not reproducible\n")
    before = text.partition("<details>")[0]
    assert "| `time.clock` (shown) | The result holds the time" in before
    assert len(before.splitlines()) < 15
    assert text.count("<details>") == text.count("</details>") == 5


def test_several_subjects_are_a_table_and_what_is_well_has_no_details() -> None:
    text = markdown.text([reproducible(), report()])
    assert "| reproducible | `clean@1` |  | 2 | 1.1 s |" in text
    assert text.count("### `") == 1


def test_hostile_words_stay_words() -> None:
    page = rendered(markdown.text([report(HOSTILE), reproducible(HOSTILE)]))
    assert page.found <= {
        *("h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "pre"),
        *("ul", "ol", "li", "details", "summary", "blockquote"),
    }
    assert page.attributes <= {"style", "start"}  # alignment of a table's cells, numbers of a list
    assert plain(HOSTILE) in page.text


@given(words=st.text(alphabet=st.sampled_from("`|ab @#<>*_[]()\\\n-1."), min_size=1))
def test_a_code_span_shows_what_it_was_given(words: str) -> None:
    page = rendered(f"x {markdown.code(words)} x")
    # GFM undoes \\| only within tables; blanks at line ends and runs of blanks are the renderer's
    assert page.text.replace("\\|", "|").split() == ["x", *plain(words).split(), "x"]
    assert page.found == {"p", "code"}


@given(words=st.text(alphabet=st.sampled_from("`|ab #<>*_[]()\\\n-+=1.&;~!"), min_size=1))
def test_escaped_words_show_what_they_were(words: str) -> None:
    page = rendered(f"x\n\n{markdown.escape(words)}")
    assert page.text.split() == ["x", *plain(words).split()]
    assert page.found == {"p"}


@given(each=REPORTS)
def test_every_report_has_its_details_closed(each: Report) -> None:
    text = re.sub("(?m)^(```+)\n(.*?\n)?\\1$", "", markdown.text([each]), flags=re.DOTALL)
    assert text.count("\n<details>") == text.count("\n</details>")
