"""An archive in PostgreSQL: one sync at a time, lost connections, other schemas; each one clear line."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta

import pytest
from archive_desk import kept

from archive_homes import PostgresHome
from ringback.archive import ArchiveError, Source, open_archive
from ringback.archive.places import SCHEMA, PostgresPlace, place_of
from ringback.archive.postgres_reader import PostgresReader
from ringback.archive.questions import Question
from ringback.archive.rows import CallRow, RecordRow
from ringback.archive.values import Log, Progress, Query, Step, Window

PASSWORD = "a password of the tests"


@pytest.fixture
def home():
    found = PostgresHome()
    yield found
    found.remove()


def refused(place, **how):
    with pytest.raises(ArchiveError) as error:
        open_archive(place, **how)
    text = str(error.value)
    assert "\n" not in text
    assert PASSWORD not in text
    assert "%20" not in text
    return text


def test_a_url_names_a_schema():
    assert place_of("postgresql://me@db/calls") == PostgresPlace("postgresql://me@db/calls", SCHEMA)
    with_others = place_of("postgresql://db/calls?sslmode=verify-full&schema=sales&connect_timeout=3")
    assert with_others == PostgresPlace(
        "postgresql://db/calls?sslmode=verify-full&connect_timeout=3", "sales"
    )
    assert place_of("calls.duckdb").name == "calls.duckdb"
    assert "secret" not in repr(place_of("postgresql://me:secret@db/calls"))
    for wrong in ("?schema=Sales", "?schema=a;b", "?schema=pg_x", "?schema=", "?schema=a&schema=b"):
        with pytest.raises(ArchiveError, match="must be one name"):
            place_of("postgresql://me:secret@db/calls" + wrong)
    with pytest.raises(ArchiveError, match="There is no archive behind mysql://"):
        place_of("mysql://me:secret@db/calls")


def test_an_unreachable_server_and_a_refusal_are_one_line_without_the_password(home):
    url = home.server.url
    assert "refuses" in refused(home.server.url_at("127.0.0.1", password="not it"))
    assert "does not exist" in refused(home.server.url_at("127.0.0.1", database="none"))
    assert "failed" in refused(re.sub(r":\d+/", ":1/", url))
    assert "not a URL" in refused(url.replace("/postgres", "/postgres?port=x"))
    assert "There is no archive" in refused(home.place, create=False)
    assert home.sql(f"SELECT to_regnamespace('{home.schema}')") == [(None,)]
    with open_archive(home.place) as archive:
        shown = repr(archive.store)
    assert home.schema in shown
    assert "password" not in shown


def test_a_schema_that_is_something_else_is_left_alone(home):
    assert "something else" in refused(f"{home.server.url}?schema=information_schema")
    home.server.execute(f"CREATE SCHEMA {home.schema}", f"CREATE TABLE {home.schema}.records (x int)")
    assert "something else" in refused(home.place)
    assert home.sql("SELECT count(*) FROM records") == [(0,)]
    home.sql("DROP TABLE records")
    open_archive(home.place).close()  # an empty schema is taken
    home.sql("UPDATE about SET value = '99' WHERE name = 'version'")
    assert "version 99" in refused(home.place)


def test_who_may_not_make_a_schema_is_told_so(home):
    role = f"reader_{home.schema}"
    home.server.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
    place = home.place.replace("//ringback:", f"//{role}:")
    try:
        assert "permission denied" in refused(place)
        open_archive(home.place).close()
        home.server.execute(
            f"GRANT USAGE ON SCHEMA {home.schema} TO {role}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {home.schema} TO {role}",
        )
        with open_archive(place, create=False) as archive:
            assert archive.totals().records == 0
            with pytest.raises(ArchiveError, match="permission denied"):
                archive.store.claim(Log("s", "u", "p"))
    finally:
        home.server.execute(f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_an_archive_is_of_one_log_and_the_next_one_goes_into_another_schema(desk, home):
    begin = desk.now() - timedelta(weeks=5)
    with open_archive(home.place) as archive:
        archive.sync(desk.source, history=begin)
        with pytest.raises(ArchiveError, match=r"The archive is of .*schema"):
            archive.sync(Source(desk.client, desk.user, "extension"))


def test_one_syncs_and_others_read(desk, home):
    with open_archive(home.place) as archive, open_archive(home.place) as other:
        seen = []

        def tell(_):
            if not seen:
                with pytest.raises(ArchiveError, match="being synced by another process"):
                    other.sync(desk.source)
                seen.append(other.totals())
                child = desk.child(home.place)
                seen.append(child.communicate("go\n", timeout=60)[0])

        archive.sync(desk.source, history=desk.now() - timedelta(weeks=5), tell=tell)
        assert seen[0].records > 0
        assert "is being synced by another process" in seen[1]
        assert PASSWORD not in seen[1]
        other.sync(desk.source, history=desk.now() - timedelta(weeks=5))


def test_a_connection_that_is_lost_in_the_middle_ends_the_sync_and_the_next_goes_on(desk, home):
    begin = desk.now() - timedelta(weeks=8)
    told = []

    def cut(line):
        told.append(line)
        if len(told) == 2:
            home.server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'ringback' AND pid <> pg_backend_pid()"
            )

    with open_archive(home.place) as archive:
        with pytest.raises(ArchiveError, match="The connection to the archive") as lost:
            archive.sync(desk.source, history=begin, tell=cut)
        assert PASSWORD not in str(lost.value)
        held = archive.totals().records
        assert 0 < held < len(desk.listed(begin))
        archive.sync(desk.source, history=begin)
        assert kept(archive, begin) == desk.listed(begin)
        assert all(one.right for one in archive.verify(desk.source))


def row(key, moment, **changes):
    empty = dict.fromkeys(one.name for one in dataclasses.fields(RecordRow))
    told = {"id": key, "session_id": key, "start_time": moment, "direction": "Inbound", "type": "Voice"}
    return RecordRow(**(empty | told | {"json": "{}"} | changes))


def test_a_step_is_whole_or_not_at_all_and_text_may_hold_anything(home):
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    good = row("1", moment, from_name="a\0b'\"\\ 💬")
    with open_archive(home.place) as archive:
        store = archive.store
        store.apply(Step(moment, Progress(moment), {"1": good}), lambda texts: [])
        assert home.sql("SELECT from_name FROM records") == [("a\N{REPLACEMENT CHARACTER}b'\"\\ 💬",)]

        def broken(texts):
            raise RuntimeError("in the middle")

        window = Window(moment, moment + timedelta(days=1))
        store.plan([window], Progress(moment, "before"))
        with pytest.raises(RuntimeError):
            store.apply(
                Step(moment, Progress(moment, "after"), {"2": row("2", moment)}, window=window), broken
            )
        assert [one.id for one in archive.records(Query())] == ["1"]
        assert archive.progress().sync_state == "before"
        assert archive.windows() == [window]


def call(key, moment, name="Sales"):
    empty = dict.fromkeys(one.name for one in dataclasses.fields(CallRow))
    told = {
        "session_id": key,
        "start_time": moment,
        "newest_time": moment,
        "newest_id": key,
        "record_ids": key,
    }
    told |= {"direction": "Inbound", "type": "Voice", "outcome": "missed", "queue_key": name, "talker": name}
    figures = dict.fromkeys(("ring_seconds", "talk_seconds", "duration", "talker_seconds"), 7)
    marks = {"number_marks": 0, "extension_marks": 0, "from_key": "", "to_key": ""}
    return CallRow(**(empty | told | figures | marks))


def test_what_is_counted_is_kept_until_the_archive_changes(home):
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    asked = Question(moment - timedelta(days=1), moment + timedelta(days=1))
    with open_archive(home.place) as archive:
        reader = PostgresReader(archive.store)
        for count in (1, 2, 3):
            key = str(count)
            step = Step(moment, Progress(moment), {key: row(key, moment)})
            archive.store.apply(step, lambda texts, key=key: [call(key, moment)])
            for _ in range(2):
                with reader.ask(asked) as answers:
                    assert answers.in_window() == answers.summary(UTC, ()).calls == count
                    assert [(one.name, one.calls) for one in answers.summary(UTC, ()).talkers] == [
                        ("", count)
                    ]
        home.sql("DELETE FROM calls")  # nobody but a sync may; it shows that the answers were kept
        with reader.ask(asked) as answers:
            assert answers.in_window() == 3


def test_a_name_longer_than_an_index_takes_is_cut_there_and_whole_elsewhere(home):
    moment, name = datetime(2026, 3, 1, tzinfo=UTC), "n" * 5000
    with open_archive(home.place) as archive:
        step = Step(moment, Progress(moment), {"1": row("1", moment, from_name=name)})
        archive.store.apply(step, lambda texts: [call("1", moment, name)])
    assert home.sql("SELECT length(queue_key), length(talker) FROM calls") == [(100, 100)]
    assert home.sql("SELECT length(from_name) FROM records") == [(5000,)]
