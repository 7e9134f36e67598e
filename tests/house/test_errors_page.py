"""docs/errors.md is the catalogue of codes, and the catalogue has every code that the contract names."""

import re

from errors_page import PAGE, page
from ringback.oauth.remedies import CATALOGUE

OAUTH = (
    "101 102 105 106 108 109 110 111 112 113 123 125 127 140 141 142 146 147 148 150 153 163 164 165 167 168"
    " 210 213 222 232 236 250 251 270 347"
)
API = (
    "CMN-100 CMN-101 CMN-103 CMN-104 CMN-106 CMN-110 CMN-407 CMN-406 CLG-101 CLG-102 CLG-103 CLG-104 CLG-105"
    " CLG-110 AGW-401 AGW-402 OAU-149 OAU-128 OAU-129 OAU-213 OAU-151 CMN-405 CMN-401 CMN-408 CMN-419 CMN-404"
    " CMN-109 CMN-112 CMN-113 CMN-403 CMN-402 CMN-102 CMN-120 CMN-204 CMN-107 CMN-301 CMN-302 CMN-303 CMN-304"
    " CMN-310 CMN-203 CMN-202 CMN-201"
)


def test_every_code_of_the_contract_has_a_cause_and_a_remedy():
    codes = {f"OAU-{number}" for number in OAUTH.split()} | set(API.split())
    assert codes == set(CATALOGUE)
    for code, known in CATALOGUE.items():
        assert known.cause, code
        assert known.remedy.endswith("."), code


def test_the_page_is_the_catalogue():
    assert PAGE.read_text() == page(), "run: python tests/errors_page.py"


def test_every_code_that_the_local_platform_sends_is_in_the_catalogue():
    from pathlib import Path

    import ringback

    text = "".join(path.read_text() for path in (Path(ringback.__file__).parent / "platform").rglob("*.py"))
    sent = set(re.findall(r'"((?:OAU|CMN|AGW|CLG)-[0-9]{3})"', text))
    assert sent
    assert sent <= set(CATALOGUE)
