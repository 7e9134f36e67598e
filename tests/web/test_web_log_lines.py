"""Structured logs: a JSON object a line from an allow-list of fields, request ids, and nothing secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from web_helpers import REDIRECT_URI, WEB, Browser

from ringback import RingCentral
from ringback.production.log_lines import JsonLines, TextLines
from ringback.web import WebSettings, create_app
from ringback.web.deployment import Deployment
from ringback.web.proxies import TrustedProxies


class Written(list):
    """What was logged, as objects."""

    def objects(self) -> list[dict]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    stream: io.StringIO


@pytest.fixture
def written() -> Iterator[Written]:
    """The log of `ringback`, as JSON lines."""
    kept = Written()
    kept.stream = io.StringIO()
    handler = logging.StreamHandler(kept.stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("ringback")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield kept
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_a_line_for_each_request_with_these_fields_and_no_query(browser: Browser, written: Written):
    answer = browser.get("/calls/recording/77?number=5550100&code=SECRET")
    (line,) = [one for one in written.objects() if one.get("method")]
    assert line["method"] == "GET"
    assert line["route"] == "/calls/recording/<recording_id>"
    assert line["path"] == "/calls/recording/77"
    assert line["status"] == answer.status_code
    assert line["duration_ms"] >= 0
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert line["level"] == "INFO"
    assert line["time"].endswith("+00:00")
    assert "SECRET" not in written.stream.getvalue()
    assert "5550100" not in written.stream.getvalue()


def test_a_login_leaves_no_code_state_or_token(browser: Browser, written: Written):
    callback = browser.callback()
    browser.get(callback)
    query = dict(part.split("=", 1) for part in callback.partition("?")[2].split("&"))
    text = written.stream.getvalue()
    assert "/oauth2callback" in text
    assert query["code"] not in text
    assert query["state"] not in text
    browser.get(callback)
    assert any(one["status"] == 400 for one in written.objects() if "status" in one)


def test_an_error_has_its_class_and_code(app: Flask, written: Written, browser: Browser, monkeypatch):
    def fail() -> None:
        raise ValueError("SECRET in an error of ours")

    app.add_url_rule("/broken", "broken", fail)
    answer = browser.get("/broken")
    (line,) = [one for one in written.objects() if one.get("error")]
    assert line["error"] == "ValueError"
    assert line["reference"] in answer.text
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "SECRET" not in written.stream.getvalue()


@pytest.mark.parametrize(
    ("trusted", "given", "kept"),
    [
        ("", "from-outside-1234", False),
        ("127.0.0.1", "from-outside-1234", True),
        ("127.0.0.1", "0af7651916cd43dd8448eb211c80319c", True),
        ("127.0.0.1", "short", False),
        ("127.0.0.1", "has blanks and <tags>", False),
        ("127.0.0.1", "x" * 65, False),
    ],
)
def test_a_request_id_from_outside_counts_only_from_a_trusted_proxy(rc: RingCentral, trusted, given, kept):
    settings = WebSettings(REDIRECT_URI, deployment=Deployment(TrustedProxies.of(trusted, "")))
    client = create_app(rc, settings=settings).test_client()
    answered = client.get("/healthz", base_url=WEB, headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert (answered == given) is kept
    assert 8 <= len(answered) <= 64


@pytest.mark.parametrize("lines", [TextLines(), JsonLines()])
def test_what_libraries_log_is_one_line_without_query_or_error_text(lines):
    try:
        raise OSError("SECRET text")
    except OSError:
        import sys

        told = sys.exc_info()
    said = "Error handling request %s\nnext"
    record = logging.LogRecord(
        "gunicorn.error",
        logging.ERROR,
        __file__,
        1,
        said,
        ("/x?code=SECRET",),
        told,
    )
    text = lines.format(record)
    assert "\n" not in text
    assert "SECRET" not in text
    assert "OSError" in text


def test_only_known_fields_are_written():
    record = logging.LogRecord("ringback.web", logging.INFO, __file__, 1, "x", (), None)
    record.ringback = {"status": 200, "token": "SECRET", "query": "SECRET", "code": ""}
    line = json.loads(JsonLines().format(record))
    assert set(line) == {"time", "level", "logger", "message", "process", "status"}
