"""The company's account, drawn from a seed."""

from __future__ import annotations

from datetime import datetime, timedelta

from .dice import dice
from .model import Account, Address
from .names import COMPANIES, STREETS, plain
from .phones import HOME_AREAS, home_number

_ZIPS = {"415": "941", "650": "943", "408": "951", "510": "946", "925": "945"}


def build_account(seed: int, start: datetime) -> Account:
    """The company's account. Its age counts back from `start` (UTC)."""
    rng = dice(seed, "account")
    area, town = rng.choice(HOME_AREAS)
    name = rng.choice(COMPANIES)
    city, state = town.split(", ")
    account_id = 400_000_000_000 + rng.randrange(10_000, 900_000) * 100_000 + 8
    return Account(
        id=account_id,
        name=name,
        main_number=home_number(area, 0),
        operator_id=account_id,
        domain=plain(name.replace(" & ", " and ")).replace(".", "-") + ".example",
        address=Address(
            street=f"{rng.randrange(10, 980)} {rng.choice(STREETS)}",
            city=city,
            state=state,
            zip=f"{_ZIPS[area]}{rng.randrange(10, 40)}",
            country="United States",
        ),
        created=start - timedelta(days=rng.randrange(500, 1500), seconds=rng.randrange(86_400)),
    )
