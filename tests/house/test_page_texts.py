"""Templates and error pages say nothing to people that no catalogue gives (docs/translating.md)."""

import ast
import re
import sys
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "web"))
from unwrapped import unwrapped  # noqa: E402 - it lives beside the tests of the web app

WEB = ROOT / "src" / "ringback" / "web"
TEMPLATES, CODE = sorted((WEB / "templates").glob("*.html")), sorted(WEB.rglob("*.py"))
TRANSLATED = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
# Names of formats and products, the same in every language, and words of the API that are looked up.
NAMES = {"Ringback", "CSV", "Excel", "Parquet", "Outbound", "Internal", "UTC"}
ATTRIBUTE = re.compile(r'[a-z-]+="')  # of a macro that gives nothing else
SAID = re.compile(r"[A-Z][a-z]+|[A-Za-z]+ [a-z]+")


def parsed(path):
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    return environment.parse(path.read_text(encoding="utf-8"))


def constants(node):
    """Texts inside expressions that are not on their way through a catalogue."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Call) and getattr(child.node, "name", "") in TRANSLATED:
            continue
        if isinstance(child, nodes.Const) and isinstance(child.value, str):
            yield child.value
        yield from constants(child)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_of_its_own(path):
    tree = parsed(path)
    page = " ".join(data.data for data in tree.find_all(nodes.TemplateData))
    assert [text for text in unwrapped(page, NAMES) if not ATTRIBUTE.match(text)] == []
    said = {text for text in constants(tree) if SAID.fullmatch(text.strip()) and text not in NAMES}
    # Written so in attributes and queries; nobody reads them.
    assert {text for text in said if "%" not in text and not re.match(r"[a-z-]+( [a-z-]+)*$", text)} == set()


def untranslatable(tree):
    """Texts for error pages that go through no catalogue, and f-strings that no catalogue can hold."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in ("gettext", "ngettext", "marked"):
            yield from (one for one in node.args[:2] if isinstance(one, ast.JoinedStr))
        shown = node.args[1:] if node.func.id == "Trouble" else []
        if node.func.id == "abort":
            shown = [one.value for one in node.keywords if one.arg == "description"]
        for one in shown:
            if isinstance(one, ast.JoinedStr) or (isinstance(one, ast.Constant) and one.value):
                yield one


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(WEB)))
def test_an_error_page_says_what_a_catalogue_has(path):
    found = untranslatable(ast.parse(path.read_text(encoding="utf-8")))
    assert [ast.unparse(one) for one in found] == []
