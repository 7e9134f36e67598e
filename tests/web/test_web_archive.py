"""The call pages over an archive: the same as RingCentral tells, to nobody who may not see that log."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from web_helpers import REDIRECT_URI, Browser, FaultyTransport, client_of

from archive_homes import PostgresHome
from ringback import ConfigurationError
from ringback.archive import Source, duckdb_file, duckdb_parked, open_archive
from ringback.archive.values import Log
from ringback.client.messages import Headers, HttpAnswer
from ringback.client.transports.transport import HttpTransport
from ringback.web import WebSettings, create_app
from ringback.web.archives import Archives, may_see
from ringback.web.callers import Caller
from ringback.web.deployment import Deployment

duckdb = pytest.importorskip("duckdb", reason="the archive needs duckdb: pip install 'ringback[archive]'")

ZONE = ZoneInfo("US/Pacific")
TODAY = datetime.now(ZONE).date()


def days(first: int, last: int = 0, **more: str) -> str:
    """The address of the account's calls from so many days ago to so many days ago."""
    asked = {
        "scope": "account",
        "from": TODAY - timedelta(days=first),
        "to": TODAY - timedelta(days=last),
        **more,
    }
    return "/calls?" + "&".join(f"{name}={value}" for name, value in asked.items())


def synced(platform, path, user, scope):
    """An archive of a user's log, three weeks back."""
    with client_of(platform, HttpTransport(platform.base_url)) as client:
        begun = client.begin_login(redirect_uri=REDIRECT_URI)
        whose = client.finish_login(platform.authorize(begun.url, user), begun.transaction)
        with open_archive(path) as archive:
            archive.sync(Source(client, whose, scope), history=datetime.now(UTC) - timedelta(days=15))
    return path


@pytest.fixture(scope="module")
def account_archive(platform, tmp_path_factory):
    path = tmp_path_factory.mktemp("archive") / "account.duckdb"
    return synced(platform, path, platform.user(admin=True), "account")


@pytest.fixture(scope="module")
def extension_archive(platform, tmp_path_factory):
    path = tmp_path_factory.mktemp("archive") / "extension.duckdb"
    return synced(platform, path, platform.user(admin=False), "extension")


@pytest.fixture(autouse=True)
def let_go_at_once(monkeypatch):
    """These tests write to files that pages read, in the same process."""
    monkeypatch.setattr(duckdb_parked, "KEEP_SECONDS", 0)


@pytest.fixture
def transport(platform):
    return FaultyTransport(HttpTransport(platform.base_url))


@pytest.fixture
def browsers(platform, transport):
    """Makes browsers of an app that reads archives."""
    clients = []

    def made(*paths):
        client = client_of(platform, transport)
        clients.append(client)
        settings = WebSettings(REDIRECT_URI, deployment=Deployment(archives=tuple(map(str, paths))))
        app = create_app(client, settings=settings)
        return lambda: Browser(app, platform)

    yield made
    for client in clients:
        client.close()


@pytest.fixture
def admin(browsers, account_archive, platform):
    browser = browsers(account_archive)()
    browser.log_in(platform.user(admin=True))
    return browser


def moments(page: str) -> list[str]:
    return re.findall(r'data-label="When" class="number"><time datetime="([^"]*)"', page)


def figures(page: str) -> list[str]:
    return re.findall(r"<dd>(.*?)</dd>", page)


def asked_logs(platform):
    return [one for one in platform.journal() if one["path"].endswith("/call-log")]


def test_old_days_come_from_the_archive_alone(admin, platform):
    platform.forget_journal()
    page = admin.get(days(12, 3)).text
    assert asked_logs(platform) == []
    assert re.search(r"From the archive, as of [^<]*\(US/Pacific\)\. <a ", page)
    there = re.search(r'<a href="([^"]*source=ringcentral[^"]*)">Read RingCentral instead', page)
    live = admin.get(html.unescape(there[1])).text
    assert asked_logs(platform)
    assert "Read from RingCentral at" in live
    assert ">Use the archive</a>" in live
    assert moments(page) == moments(live) != []
    assert figures(page) == figures(live)
    assert re.findall(r"<svg.*?</svg>", page, re.S) == re.findall(r"<svg.*?</svg>", live, re.S)


def test_the_newest_calls_are_read_from_ringcentral_and_count_too(admin, platform):
    platform.forget_journal()
    for more in ({}, {"sort": "-duration"}, {"result": "answered", "sort": "from", "page": "2"}):
        page, live = (
            admin.get(days(9, -3, **more, **source)).text for source in ({}, {"source": "ringcentral"})
        )
        assert re.search(r"From the archive, as of .*; calls since .* were read from RingCentral at", page)
        assert moments(page) == moments(live) != []
        assert figures(page) == figures(live)
    first = asked_logs(platform)[0]
    assert first["status"] == 200


@pytest.mark.parametrize("asked", [{}, {"direction": "inbound"}])
def test_files_hold_what_ringcentral_tells(admin, asked):
    rows = [
        [row["session_id"] for row in csv.DictReader(io.StringIO(admin.get(days(6, **asked, **source)).text))]
        for source in ({"format": "csv"}, {"format": "csv", "source": "ringcentral"})
    ]
    assert rows[0] == rows[1] != []
    lines = [
        [json.loads(line) for line in admin.get(days(6, **asked, **source)).text.splitlines()]
        for source in ({"format": "jsonl"}, {"format": "jsonl", "source": "ringcentral"})
    ]
    assert [without_address(one) for one in lines[0]] == [without_address(one) for one in lines[1]] != []


def test_whole_files_hold_every_call(admin, tmp_path):
    count = len(list(csv.DictReader(io.StringIO(admin.get(days(6, format="csv")).text))))
    file = tmp_path / "calls.parquet"
    file.write_bytes(admin.get(days(6, format="parquet")).data)
    with duckdb.connect() as database:
        found = database.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchone()
    assert found == (count,)
    assert admin.get(days(6, format="xlsx")).data.startswith(b"PK")


def without_address(told):
    return {name: value for name, value in told.items() if name != "uri"}


def test_more_calls_than_a_worksheet_holds_are_refused_before_it_begins(admin, monkeypatch):
    monkeypatch.setattr("ringback.web.calls_export.MOST_ROWS", 10)
    answer = admin.get(days(6, format="xlsx"))
    assert answer.status_code == 422
    assert "do not fit into a worksheet" in answer.text


def test_a_plain_user_sees_nothing_of_the_accounts_archive(browsers, account_archive, platform):
    browser = browsers(account_archive)()
    browser.log_in(platform.user(admin=False))
    for more in (
        {},
        {"format": "csv"},
        {"format": "jsonl"},
        {"source": "archive"},
        {"page": "2", "sort": "from"},
    ):
        for window in ((12, 3), (5, 0)):
            answer = browser.get(days(*window, **more))
            assert answer.status_code == 403, more
            assert "CMN-408" in answer.text
            assert "From the archive" not in answer.text
            assert moments(answer.text) == []
    assert browser.get(days(12, 3).replace("scope=account", "scope=extension")).status_code == 200


def test_without_a_login_there_is_nothing(browsers, account_archive):
    browser = browsers(account_archive)()
    for more in ({}, {"format": "csv"}):
        assert browser.get(days(12, 3, **more)).status_code == 303


def test_an_extensions_archive_is_its_own_users_alone(browsers, extension_archive, account_archive, platform):
    new = browsers(extension_archive, account_archive)
    owner, other, admin = new(), new(), new()
    owner.log_in(platform.user(admin=False))
    other.log_in(platform.user(admin=False, nth=1))
    admin.log_in(platform.user(admin=True))
    own = days(12, 3).replace("scope=account", "scope=extension")
    page = owner.get(own).text
    assert "From the archive" in page
    assert moments(page) == moments(owner.get(f"{own}&source=ringcentral").text) != []
    for browser in (other, admin):
        answer = browser.get(own)
        assert "From the archive" not in answer.text
        assert moments(answer.text) != moments(page)
    assert "From the archive" in admin.get(days(12, 3)).text


@pytest.mark.parametrize("name", ["server", "account_id", "path"])
def test_an_archive_of_another_server_account_or_log_is_not_shown(
    browsers, account_archive, platform, tmp_path, name
):
    copy = tmp_path / "other.duckdb"
    copy.write_bytes(account_archive.read_bytes())
    with duckdb.connect(str(copy)) as database:
        database.execute("UPDATE about SET value = value || '9' WHERE name = ?", [name])
    browser = browsers(copy)()
    browser.log_in(platform.user(admin=True))
    page = browser.get(days(12, 3)).text
    assert "Read from RingCentral at" in page
    assert "the archive" not in page


def caller(**changed) -> Caller:
    told = {"account_id": "7", "is_admin": True, **changed}
    return Caller(UTC, "UTC", True, "role", "Ada", "101", 0.0, **told)


def test_who_may_see_what():
    account = Log("https://a", "1", "/restapi/v1.0/account/~/call-log", "7")
    own = Log("https://a", "1", "/restapi/v1.0/account/~/extension/~/call-log", "7")
    named = Log("https://a", "9", "/restapi/v1.0/account/~/extension/1/call-log", "7")
    nobodys = Log("https://a", "1", "/restapi/v1.0/account/~/call-log", None)
    assert may_see(account, "https://a", "2", caller(), "account")
    for log, server, user, who, scope in (
        (account, "https://b", "1", caller(), "account"),
        (account, "https://a", "1", caller(is_admin=False), "account"),
        (account, "https://a", "1", caller(account_id="8"), "account"),
        (account, "https://a", "1", caller(account_id=""), "account"),
        (account, "https://a", "1", caller(), "extension"),
        (nobodys, "https://a", "1", caller(), "account"),
        (nobodys, "https://a", "1", caller(account_id=""), "account"),
        (own, "https://a", "2", caller(), "extension"),
        (own, "https://a", "1", caller(), "account"),
        (own, "https://b", "1", caller(), "extension"),
        (named, "https://a", "9", caller(), "extension"),
        (named, "https://a", "1", caller(account_id="8"), "extension"),
        (named, "https://a", "~", caller(), "extension"),
    ):
        assert not may_see(log, server, user, who, scope), (log, server, user, who, scope)
    assert may_see(own, "https://a", "1", caller(is_admin=False, account_id=""), "extension")
    assert may_see(named, "https://a", "1", caller(is_admin=False), "extension")


def test_at_a_rate_limit_the_archives_part_shows_at_once(admin, transport):
    admin.get(days(12, 3))
    transport.only_api = True
    transport.fault = HttpAnswer(429, Headers({"Retry-After": "60"}), b'{"errorCode": "CMN-301"}')
    answer = admin.get(days(9))
    assert answer.status_code == 202
    assert int(answer.headers["Retry-After"]) >= 1
    assert moments(answer.text)
    assert "are still being read" in answer.text
    assert re.search(r"calls since .* are not among these", answer.text)
    assert "data-progress" in answer.text
    progress = admin.get(days(9).replace("/calls?", "/calls/progress?")).json
    assert progress["finished"] is False
    transport.fault = None


def test_trouble_on_the_way_is_told_above_the_archives_part(admin, transport):
    admin.get(days(12, 3))
    transport.only_api = True
    transport.fault = HttpAnswer(503, Headers({}), b"")
    page = admin.get(days(9)).text
    assert moments(page)
    assert re.search(r"calls since .* are not among these", page)
    assert 'role="alert"' in page
    assert admin.get(days(9, format="csv")).status_code >= 500


def test_whom_ringcentral_refuses_the_archive_is_not_shown(admin, transport):
    admin.get(days(12, 3))
    transport.only_api = True
    told = {"errorCode": "CMN-408", "permissionName": "ReadCompanyCallLog", "message": "no"}
    transport.fault = HttpAnswer(
        403, Headers({"Content-Type": "application/json"}), json.dumps(told).encode()
    )
    answer = admin.get(days(9))
    assert answer.status_code == 403
    assert moments(answer.text) == []


def test_days_before_the_archive_and_new_ones_are_read_from_ringcentral(admin):
    assert "The archive begins only at" in admin.get(days(40, 38)).text
    assert "Read from RingCentral at" in admin.get(days(-2, -3)).text


def test_no_calls_and_the_last_page(admin):
    assert re.search(
        r"[\d,]+ calls of these days do not match", admin.get(days(12, 3, number="000000000")).text
    )
    page = admin.get(days(12, 3, page="99999")).text
    assert moments(page)
    assert 'rel="next"' not in page


def test_an_archive_that_is_held_for_long_is_told_without_its_path(admin, account_archive, monkeypatch):
    monkeypatch.setattr(duckdb_file, "READER_SECONDS", 0.05)
    with duckdb.connect(str(account_archive)):
        answer = admin.get(days(12, 3))  # what it knows of the archive it knows from before
        file = admin.get(days(12, 3, format="csv"))
    assert answer.status_code == file.status_code == 503
    assert "being written to" in answer.text
    assert "Read RingCentral instead" in answer.text
    for one in (answer, file):
        assert str(account_archive) not in one.text
    assert "From the archive" in admin.get(days(12, 3)).text


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("none.duckdb", "There is no archive"),
        ("notes.txt", "is not a call archive"),
        ("duckdb:///none.duckdb", "There is no archive"),
        ("redis://localhost", "no archive behind redis"),
        ("postgresql://me:secret@localhost:1/calls", "The connection to the archive .* failed"),
    ],
)
def test_a_wrong_setting_is_one_line(tmp_path, monkeypatch, place, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("notes\n" * 1000)
    deployment = Deployment.from_environment({"RINGBACK_ARCHIVE": f" {place} ,"})
    with pytest.raises(ConfigurationError, match=words) as refused:
        Archives.of(deployment.archives)
    assert str(refused.value).startswith("RINGBACK_ARCHIVE: ")
    assert "secret" not in f"{refused.value}{deployment!r}"
    assert "\n" not in str(refused.value)


def test_an_archive_on_postgresql_is_read_the_same_way(browsers, platform):
    home = PostgresHome()
    try:
        browser = browsers(synced(platform, home.place, platform.user(admin=True), "account"))()
        browser.log_in(platform.user(admin=True))
        platform.forget_journal()
        assert "From the archive, as of" in browser.get(days(12, 3)).text
        assert asked_logs(platform) == []
        for window, more in (
            ((12, 3), {}),
            ((9, -3), {"sort": "-duration"}),
            ((9, -3), {"number": "650", "sort": "from", "page": "2"}),
        ):
            page, live = (
                browser.get(days(*window, **more, **source)).text
                for source in ({}, {"source": "ringcentral"})
            )
            assert "From the archive" in page
            assert moments(page) == moments(live) != []
            assert figures(page) == figures(live)
        rows = [
            [row["session_id"] for row in csv.DictReader(io.StringIO(browser.get(address).text))]
            for address in (days(6, format="csv"), days(6, format="csv", source="ringcentral"))
        ]
        assert rows[0] == rows[1] != []
        plain = browsers(home.place)()
        plain.log_in(platform.user(admin=False))
        assert plain.get(days(12, 3)).status_code == 403
    finally:
        home.remove()


def test_deleted_calls_are_not_shown(browsers, account_archive, platform, tmp_path):
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(account_archive.read_bytes())
    browser = browsers(copy)()
    browser.log_in(platform.user(admin=True))
    before = moments(browser.get(days(12, 3)).text)
    with duckdb.connect(str(copy)) as database:
        database.execute(
            "UPDATE calls SET deleted = true WHERE start_time = ?", [datetime.fromisoformat(before[0])]
        )
    assert before[0] not in moments(browser.get(days(12, 3)).text)
