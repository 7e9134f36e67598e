"""Who works at the company, by which names they log in, and what a seed decides."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from ringback.platform.company import Company, Extension, build_company
from ringback.platform.company.phones import as_e164

START = datetime(2026, 11, 17, 21, 30, 12, 345000, tzinfo=UTC)
SEEDS = range(1, 40)


@pytest.fixture
def company() -> Company:
    return build_company(1, START)


def by_number(company: Company, number: str) -> Extension:
    return next(e for e in company.extensions if e.number == number)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_gives_a_whole_company(seed: int) -> None:
    company = build_company(seed, START)
    people = company.extensions
    first = people[0]
    assert first.admin
    assert (first.number, first.id) == ("101", company.account.id)
    assert sum(e.admin for e in people) == 2
    assert sum(e.can_log_in for e in people) >= 12
    assert {"User", "Department", "IvrMenu", "Announcement", "FaxUser"} <= {e.type for e in people}
    queue = next(e for e in people if e.type == "Department")
    assert len(queue.members) >= 3
    assert all(company.extension(member) is not None for member in queue.members)
    assert [e.can_log_in for e in people if e.status == "Disabled"] == [False]
    for unique in ("id", "number", "name", "email"):
        assert len({getattr(e, unique) for e in people}) == len(people)
    phones = [e.direct_number for e in people if e.direct_number]
    assert len(set(phones)) == len(phones)
    assert all("55501" in number for number in (*phones, company.account.main_number))
    assert all(e.email.isascii() and e.email.endswith(".example") for e in people)
    assert any(not e.name.isascii() for e in people)
    assert max(len(e.name) for e in people) > 40
    assert all(len(e.name) <= 129 and max(len(e.first_name), len(e.last_name)) <= 64 for e in people)


def test_the_seed_decides_everything() -> None:
    def told(seed: int) -> list[object]:
        company = build_company(seed, START)
        return [
            company.account,
            company.extensions,
            [company.seeded_password(e.id) for e in company.extensions],
        ]

    assert told(7) == told(7)
    assert told(7) != told(8)


def test_roles(company: Company) -> None:
    admin, user = by_number(company, "102"), by_number(company, "105")
    assert "FullCompanyCallLog" in admin.permissions
    assert user.permissions == {"ReadCompanyInfo", "ReadExtensions", "ReadCallLog", "ReadCallRecording"}


def test_passwords_differ_and_do_not_show(company: Company) -> None:
    people = [e for e in company.extensions if e.can_log_in]
    passwords = [company.seeded_password(e.id) for e in people]
    assert None not in passwords
    assert len(set(passwords)) == len(people)
    assert all(company.seeded_password(e.id) is None for e in company.extensions if not e.can_log_in)
    shown = repr(company) + str(company) + repr(company.account) + repr(company.extensions)
    assert not [password for password in passwords if password in shown]
    assert company.seeded_password(1) is None


def numbers(found: list[Extension]) -> list[str]:
    return [e.number for e in found]


@pytest.mark.parametrize(
    "write",
    [
        "+1{0}555{1}",
        "1{0}555{1}",
        "{0}555{1}",
        "({0}) 555-{1}",
        "{0}-555-{1}",
        "{0}.555.{1}",
        "+1 {0} 555 {1}",
        " +1 ({0}) 555\u2011{1} ",
        "1-{0}-555-{1}",
        "1\u00a0{0}\u00a0555\u00a0{1}",
    ],
)
def test_log_in_by_telephone_number(company: Company, write: str) -> None:
    area = company.account.main_number[2:5]
    direct, main = write.format(area, "0105"), write.format(area, "0100")
    assert numbers(company.candidates(direct, "")) == ["105"]
    assert numbers(company.candidates(direct, "105")) == ["105"]
    assert numbers(company.candidates(direct, "106")) == []
    assert numbers(company.candidates(main, "106")) == ["106"]
    assert numbers(company.candidates(main, " 113 ")) == ["113"]
    assert numbers(company.candidates(main, "")) == ["101"]
    assert numbers(company.candidates(main, "999")) == []


def test_log_in_by_email(company: Company) -> None:
    user = by_number(company, "103")
    for name in (user.email, user.email.upper(), f"  {user.email.title()} "):
        assert company.candidates(name, "") == [user]
        assert company.candidates(name, "103") == [user]
        assert company.candidates(name, "104") == []


def test_who_cannot_log_in_is_no_candidate(company: Company) -> None:
    for extension in company.extensions:
        if extension.can_log_in:
            continue
        assert company.candidates(extension.email, "") == []
        assert company.candidates(extension.direct_number or "", "") == []
        if extension.number:
            assert company.candidates(company.account.main_number, extension.number) == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "nobody@nowhere.example",
        "5550105",
        "+",
        "+1",
        "x" * 10_000,
        "1" * 300,
        "101",
        "\x00",
        "٦٥٠",
        "ext 101",
    ],
)
def test_other_names_are_nobodys(company: Company, name: str) -> None:
    assert company.candidates(name, "") == []
    assert company.candidates(name, "101") == []


def test_long_extension_number_is_nobodys(company: Company) -> None:
    assert company.candidates(company.account.main_number, "1" * 100_000) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("6505550100", "+16505550100"),
        ("+44 20 7946 0958", "+442079460958"),
        ("442079460958", "+442079460958"),
        ("\uff0b1\uff16505550100", "+16505550100"),
        ("12345", None),
        ("+1650555010x", None),
        ("++16505550100", None),
        ("1" * 16, None),
    ],
)
def test_reading_numbers(text: str, number: str | None) -> None:
    assert as_e164(text) == number


def test_a_new_administrator_joins(company: Company) -> None:
    before = company.extensions
    newcomer = company.add_admin(" Robin ", "Ødegård", "robin@developer.example")
    assert company.extensions == [*before, newcomer]
    assert company.extension(newcomer.id) is newcomer
    assert newcomer.admin
    assert newcomer.can_log_in
    assert newcomer.name == "Robin Ødegård"
    assert company.candidates("ROBIN@developer.example", "") == [newcomer]
    assert company.candidates(company.account.main_number, newcomer.number) == [newcomer]
    assert company.seeded_password(newcomer.id) is None
    for taken in ("Robin@Developer.example", before[3].email.upper()):
        with pytest.raises(ValueError, match="taken"):
            company.add_admin("A", "B", taken)
    assert len(company.extensions) == len(before) + 1


def test_joining_at_the_same_time(company: Company) -> None:
    gate, refused = threading.Barrier(16), []

    def join(n: int) -> None:
        gate.wait()
        try:
            company.add_admin("New", str(n), f"new{n % 8}@developer.example")
        except ValueError:
            refused.append(n)

    before = len(company.extensions)
    threads = [threading.Thread(target=join, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    people = company.extensions
    assert len(refused) == 8
    assert len(people) == before + 8
    assert len({e.id for e in people}) == len({e.number for e in people}) == len(people)


def test_start_must_know_its_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        build_company(1, datetime(2026, 1, 1))
