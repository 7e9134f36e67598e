"""A wait for the rate limit over two gunicorn workers, reloaded in the middle: once, and never lost."""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

import pytest
from campaigns.deployment import deployed
from campaigns.service import wait_until
from campaigns.stores import store
from campaigns.visitor import Visitor

pytest.importorskip("gunicorn", reason="gunicorn is missing: it comes with ringback[production]")

ASKED = "/calls?scope=extension"


@pytest.mark.skipif(sys.platform == "win32", reason="gunicorn runs on POSIX systems")
def test_a_wait_outlives_the_workers_that_began_it(tmp_path: Path):
    with (
        store("sqlite") as place,
        deployed(place, 20, rate_limits=True, TMPDIR=str(tmp_path)) as web,
    ):
        visitor = Visitor(web.port, web.platform, web.platform.usernames[0])
        visitor.log_in()
        web.platform.ask("POST", "clock", {"mode": "frozen"})
        while visitor.get("/test?api=extension-call-log", status=None).status_code == 200:
            pass  # until RingCentral asks for a pause
        answers = [visitor.get(ASKED, status=202) for _ in range(6)]
        address = html.unescape(re.search(r'data-progress="([^"]*)"', answers[0].text)[1])
        polls = [visitor.get(address).json() for _ in range(10)]
        assert {poll["finished"] for poll in polls} == {False}
        assert all(poll["seconds_left"] > 0 for poll in polls)
        web.reload()
        polls = [visitor.get(address).json() for _ in range(10)]
        assert {poll["finished"] for poll in polls} == {False}
        assert all(poll["seconds_left"] > 0 for poll in polls)
        web.platform.forget()
        web.platform.advance(120)
        wait_until(lambda: all(visitor.get(address).json()["finished"] for _ in range(6)))
        assert [visitor.get(ASKED).status_code for _ in range(6)] == [200] * 6
        entries = web.platform.ask("GET", "journal")["entries"]
        pages = [one for one in entries if one["path"].endswith("/call-log")]
        assert [one["status"] for one in pages] == [200]
        assert "unexpected" not in web.log
