"""`user.calls` against the local platform: filters, pages ahead, deletions and expiry in the middle."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from ringback import CallRecord

LOG = "/restapi/v1.0/account/~/extension/~/call-log"


@pytest.fixture
def admin(place, rc):
    return place.log_in(rc, next(user for user in place.users if user["admin"]))


def window(place, days=7):
    end = place.visits.server.world.clock.now()
    return {"date_from": end - timedelta(days=days), "date_to": end}


def test_filters_leave_what_they_name(place, admin):
    whole = list(admin.calls("account", **window(place)))
    number = next(one.from_.phone_number for one in whole if one.from_ and one.from_.phone_number)
    written = f"{number[:2]} ({number[2:5]}) {number[5:8]}-{number[8:]}"
    with_it = list(admin.calls("account", **window(place), phone_number=written))
    assert [one.id for one in with_it] == [
        one.id for one in whole if number in (one.from_.phone_number, one.to.phone_number)
    ]
    recorded = list(admin.calls("account", **window(place), recording_type="All"))
    assert recorded
    assert [one.id for one in recorded] == [one.id for one in whole if one.recording]
    session = whole[5].session_id
    assert {one.session_id for one in admin.calls("account", session_id=session)} == {session}
    zone = ZoneInfo("Asia/Kathmandu")
    elsewhere = {name: end.astimezone(zone) for name, end in window(place).items()}
    assert [one.id for one in admin.calls("account", **elsewhere)] == [one.id for one in whole]


def test_pages_ahead_hold_the_same_records(place, admin):
    whole = [one.id for one in admin.calls("account", **window(place))]
    assert [one.id for one in admin.calls("account", **window(place), per_page=40, prefetch=True)] == whole
    left = admin.calls("account", **window(place), per_page=40, prefetch=True)
    assert isinstance(next(left), CallRecord)
    del left  # no thread stays behind: the interpreter would wait for it


def test_deletions_behind_the_reader_lose_nothing(place, rc):
    user = place.log_in(rc, place.users[0])
    whole = [one.id for one in user.calls(**window(place), per_page=1000)]
    assert len(whole) > 30
    paged = user.calls(**window(place), per_page=10)
    read = [next(paged).id for _ in range(10)]
    world = place.visits.server.world
    with world.lock:
        for gone in read[:7]:
            world.calls.overlay.delete(int(user.id), gone, int(world.clock.now().timestamp() * 1000))
    read += [one.id for one in paged]
    assert read == whole


def test_an_expiry_in_the_middle_is_not_noticed(place, admin):
    whole = [one.id for one in admin.calls("account", **window(place))]
    paged = admin.calls("account", **window(place), per_page=100)
    read = [next(paged).id]
    place.visits.advance(2 * 3600)
    read += [one.id for one in paged]
    assert read == whole
    assert len(place.refreshes()) == 1


def test_originals_hold_all_that_was_sent(admin):
    sent = admin.get("/restapi/v1.0/account/~/call-log", params={"perPage": 1000}).json()["records"]
    assert [one.to_dict() for one in admin.calls("account", original=True)] == sent


def test_another_extensions_log_is_asked_for_by_its_id(place, admin):
    other = next(user for user in place.users if not user["admin"])
    records = list(admin.calls(extension_id=other["extensionId"]))
    assert records
    assert all(f"/extension/{other['extensionId']}/" in one.uri for one in records)
