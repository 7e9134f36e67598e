"""The table of RingCentral's codes in docs/errors.md, made from the catalogue. Run it to write the page."""

from pathlib import Path

from ringback.oauth.remedies import CATALOGUE

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"
_MARK = "<!-- codes: `python tests/errors_page.py` writes what follows -->\n"


def page():
    """The whole page as it should be: its own words up to the mark, then the table."""
    words = PAGE.read_text().partition(_MARK)[0]
    rows = [f"| {code} | {known.cause} | {known.remedy} |" for code, known in sorted(CATALOGUE.items())]
    return (
        words + _MARK + "\n".join(["", "| code | what it means | what to do |", "|---|---|---|", *rows, ""])
    )


if __name__ == "__main__":
    PAGE.write_text(page())
