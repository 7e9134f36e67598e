"""Companies of other sizes: their people and lines, what is out of range, and people who change."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from ringback.platform.company import Company, CompanySize, build_company
from ringback.platform.company.layout import layout
from ringback.platform.state import State

START = datetime(2026, 11, 17, 21, 30, 12, 345000, tzinfo=UTC)


@pytest.mark.parametrize("employees", [2, 5, 10, 13, 14, 64, 500, 2000, 10_000])
def test_a_company_of_any_size_is_whole(employees: int) -> None:
    company = build_company(3, START, CompanySize(employees, employees, 1))
    people = company.extensions
    users = [e for e in people if e.can_log_in]
    assert len(users) == employees
    assert users[0].admin
    assert not all(e.admin for e in users)
    assert people[0].id == company.account.id == company.account.operator_id
    for unique in ("id", "email"):
        assert len({getattr(e, unique) for e in people}) == len(people)
    for present in ("number", "direct_number"):
        given = [getattr(e, present) for e in people if getattr(e, present)]
        assert len(set(given)) == len(given)
    assert all(len(e.number) <= 5 for e in people)
    assert all(e.created <= START for e in people)
    assert all(e.email.isascii() and len(e.name) <= 129 for e in people)
    assert {"Enabled", "Disabled", "NotActivated", "Unassigned"} <= {e.status for e in people}
    assert next(e.number for e in people if e.status == "Unassigned") == ""
    ids = {e.id for e in users}
    queues = [e for e in people if e.type == "Department"]
    assert all(e.members and set(e.members) <= ids for e in queues)
    assert len(queues) == max(1, (employees + 7) // 16)
    assert company.extension(users[-1].id) is users[-1]
    assert company.candidates(users[-1].email.upper(), "") == [users[-1]]
    if users[-1].direct_number:
        assert company.candidates(users[-1].direct_number, "") == [users[-1]]
    assert company.seeded_password(users[-1].id)


@pytest.mark.parametrize("employees", [2, 3, 9, 10, 13, 16, 74, 75, 1234])
def test_everybody_sits_somewhere_once(employees: int) -> None:
    plan = layout(employees)
    seats = [n for team in (*plan.queues, *plan.desks, plan.others) for n in team]
    assert sorted(seats) == list(range(employees))
    assert all(plan.queues)
    assert all(plan.desks)


def test_a_larger_company_begins_like_the_demos() -> None:
    small, large = build_company(3, START), build_company(3, START, CompanySize(2000, 156_000, 90))
    names = [(e.id, e.name, e.number) for e in small.extensions[:18]]
    assert [(e.id, e.name, e.number) for e in large.extensions[:18]] == names


def test_volume_follows_the_figures() -> None:
    company = build_company(3, START, CompanySize(200, 8000, 30))
    days = Counter[bool]()
    for day in range(28):
        date = (START - timedelta(days=day)).date()
        frame = company.schedule.day(date.toordinal())
        assert frame.total > (200 if frame.idle else 7000)
        days[frame.idle] += frame.total
    assert 7_500 < days[False] / 20 < 8_500


def test_figures_left_out_are_the_demos_and_calls_go_with_people() -> None:
    assert CompanySize.of() == CompanySize()
    assert CompanySize.of(employees=130) == CompanySize(130, 1900, 90)
    assert CompanySize.of(calls_per_day=7, days=3) == CompanySize(13, 7, 3)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ((1, 10, 10), "employees must be 2 to 10000"),
        ((10_001, 10, 10), "employees"),
        ((10, 0, 10), "calls_per_day must be 1"),
        ((10, 20_001, 10), "at most 2000 for each employee: here 20000"),
        ((10, 10, 0), "days"),
        ((10, 10, 3_651), "days"),
    ],
)
def test_figures_out_of_range(figures: tuple[int, int, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        CompanySize(*figures)


def test_roles_and_statuses_change_and_are_kept() -> None:
    state = State()
    company = build_company(1, START, state=state)
    users = [e for e in company.extensions if e.can_log_in]
    assert company.set_admin(users[4].id, True).admin
    changed = company.extension(users[4].id)
    assert changed is not None
    assert "FullCompanyCallLog" in changed.permissions
    gone = company.set_status(users[5].id, "Disabled")
    assert not gone.can_log_in
    assert company.candidates(gone.email, "") == []
    newcomer = company.add_user("Ada", "New", "ada@developer.example", now=START)
    assert not newcomer.admin
    order = [e.id for e in company.extensions]
    assert order[-1] == newcomer.id
    again = State()
    copy = build_company(1, START, state=again)
    again.load(state.dump())
    assert copy.extensions == company.extensions
    assert build_company(1, START).extensions != company.extensions
    assert company.set_status(gone.id, "Enabled").can_log_in


def test_the_last_administrator_stays() -> None:
    company = build_company(1, START)
    first, second = (e for e in company.extensions if e.admin)
    company.set_admin(first.id, False)
    with pytest.raises(ValueError, match="last administrator"):
        company.set_admin(second.id, False)
    with pytest.raises(ValueError, match="last administrator"):
        company.set_status(second.id, "Disabled")
    assert company.extension(second.id) == second


def test_only_users_have_roles(company: Company) -> None:
    queue = next(e for e in company.extensions if e.type == "Department")
    for wrong in (queue.id, 1):
        with pytest.raises(ValueError, match="no such user"):
            company.set_admin(wrong, True)
    with pytest.raises(ValueError, match="no status"):
        company.set_status(company.account.id, "Asleep")


@pytest.fixture
def company() -> Company:
    return build_company(1, START)
