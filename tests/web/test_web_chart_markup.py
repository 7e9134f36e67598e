"""Charts as HTML: what people are called is escaped, and ends neither cell nor row."""

import pytest

from ringback.web.charts import Bar, Chart, Mark, markup

NAME = '<b>O\'Neill</b> & "Sons"\x1f\x1e'
ESCAPED = "&lt;b&gt;O&#x27;Neill&lt;/b&gt; &amp; &quot;Sons&quot;"


@pytest.fixture
def chart():
    return Chart(
        key="talk",
        title="Talk time",
        description="",
        width=100,
        height=30,
        bars=(Bar("talk", 1, 2, 3.5, 4, NAME), Bar("fax", 1, 2, 3, 4, "")),
        marks=(Mark(1, 2, NAME, "end"), Mark(1, 2, "7", look="in-heat-3")),
        headings=("Person", "Calls", "Talk time"),
        rows=((NAME, "1,234", "0:05"), ("Ann", "2", "")),
    )


def test_bars_say_their_numbers_and_have_their_patterns(chart):
    first, second = markup.bars(chart).rstrip().split("\n")
    assert first.startswith('<rect class="bar bar-talk" x="1" y="2" width="3.5" height="4"><title>')
    assert ESCAPED in first
    assert second == (
        '<rect class="bar bar-fax" x="1" y="2" width="3" height="4" fill="url(#p-fax)"><title></title></rect>'
    )


def test_marks_are_texts_with_their_look(chart):
    first, second = markup.marks(chart).rstrip().split("\n")
    assert first.startswith('<text translate="no" class="mark" x="1" y="2" text-anchor="end">')
    assert ESCAPED in first
    assert second == ('<text translate="no" class="mark in-heat-3" x="1" y="2" text-anchor="start">7</text>')


def test_rows_have_a_heading_and_their_numbers(chart):
    assert markup.table_rows(chart).splitlines() == [
        f'<tr><th scope="row" translate="no">{ESCAPED}  </th>'
        '<td class="right">1,234</td><td class="right">0:05</td></tr>',
        '<tr><th scope="row" translate="no">Ann</th><td class="right">2</td><td class="right"></td></tr>',
    ]
