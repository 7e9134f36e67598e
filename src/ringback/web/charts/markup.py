"""The shapes and table rows of a chart as HTML: thousands of cells a page, too many for a template."""

from __future__ import annotations

from html import escape

from markupsafe import Markup

from .shapes import Chart

_PATTERNED = frozenset({"not-answered", "voicemail", "fax", "other"})
_BETWEEN = "\N{UNIT SEPARATOR}"
_ROW_ENDS = "\N{RECORD SEPARATOR}"


def bars(chart: Chart) -> Markup:
    """A rect each, which says its numbers when pointed at."""
    return Markup(  # noqa: S704 - looks and numbers are ours, what is told is escaped
        "".join(
            f'<rect class="bar bar-{one.look}" x="{one.x}" y="{one.y}" width="{one.width}" '
            f'height="{one.height}"{_pattern(one.look)}><title>{escape(one.told)}</title></rect>\n'
            for one in chart.bars
        )
    )


def marks(chart: Chart) -> Markup:
    """A text each."""
    told = _names(chart)
    return Markup(  # noqa: S704 - looks and numbers are ours, texts are escaped
        "".join(
            f'<text{told} class="mark{" " * bool(one.look)}{one.look}" x="{one.x}" y="{one.y}" '
            f'text-anchor="{one.anchor}">{escape(one.text)}</text>\n'
            for one in chart.marks
        )
    )


def table_rows(chart: Chart) -> Markup:
    """The rows of the table behind the drawing: a heading and its numbers."""
    told = escape(_ROW_ENDS.join(_BETWEEN.join(map(_plain, row)) for row in chart.rows))
    if not told:
        return Markup("")
    row_begins = f'<tr><th scope="row"{_names(chart)}>'
    html = []
    for row in told.split(_ROW_ENDS):
        head, between, rest = row.partition(_BETWEEN)
        cells = rest.replace(_BETWEEN, '</td><td class="right">')
        numbers = f'<td class="right">{cells}</td>' if between else ""
        html.append(f"{row_begins}{head}</th>{numbers}</tr>\n")
    return Markup("".join(html))  # noqa: S704 - every text was escaped


def _plain(text: str) -> str:
    return text.replace(_BETWEEN, " ").replace(_ROW_ENDS, " ")


def _pattern(look: str) -> str:
    return f' fill="url(#p-{look})"' if look in _PATTERNED else ""


def _names(chart: Chart) -> str:
    """People's names are not for translating."""
    return ' translate="no"' if chart.key == "talk" else ""
