"""Garbage in the forms of the pages, sent by somebody who is signed in: refused or taken, never a fault."""

from __future__ import annotations

import logging
from itertools import count

import pytest
from garbage_requests import NAMES, VALUES
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from page_forms import Visitor

from ringback.platform.server import PlatformServer

BOUNDED = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
# What signs the visitor out is sent, but seldom.
_SELDOM = ("/sign-out", "/password", "/delete")


def test_no_form_breaks_a_page(unlimited: PlatformServer, caplog: pytest.LogCaptureFixture) -> None:
    worlds = (Visitor(unlimited.base_url, f"forms-{number}") for number in count())
    visitor = next(worlds)
    assert visitor.sign_in()
    visitor.create_app()
    pages = visitor.pages(30)
    assert any("/apps/" in path for path in pages), pages
    answered: set[int] = set()
    sent: set[str] = set()

    def again() -> None:
        nonlocal visitor
        while not visitor.sign_in():
            visitor = next(worlds)

    # What is drawn depends on no answer: which of the forms and fields there are is counted out.
    @BOUNDED
    @given(
        st.sampled_from(pages),
        st.integers(0, 50),
        st.booleans(),
        st.lists(st.tuples(NAMES | st.integers(0, 50), VALUES), max_size=3),
    )
    def holds(path: str, which: int, seldom: bool, changes: list[tuple[str | int, str]]) -> None:
        forms, _ = visitor.look(path)
        if any("password" in form.fields and form.action.endswith("/sign-in") for form in forms):
            again()
            forms, _ = visitor.look(path)
        forms = [form for form in forms if seldom or not form.action.endswith(_SELDOM)]
        if not forms:
            return
        form = forms[which % len(forms)]
        own = sorted(form.names) or ["none"]
        changed = {own[n % len(own)] if isinstance(n, int) else n: value for n, value in changes}
        answer = visitor.post(form, changed)
        assert answer.status_code < 500, (form.action, changed)
        answered.add(answer.status_code)
        sent.add(form.action.rpartition("/")[2])

    with caplog.at_level(logging.ERROR):
        holds()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert len(sent) >= 4, sent
    assert len(answered) >= 2, answered
