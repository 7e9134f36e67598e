"""What an account is subscribed to (contract 10)."""

from __future__ import annotations

from .base import Record, Ref
from .region import Country


class Brand(Ref, frozen=True, gc=False):
    """Whose service it is: RingCentral's own (1210), or a partner's."""

    name: str | None = None
    home_country: Country | None = None


class Plan(Ref, frozen=True, gc=False):
    """A service plan (`edition`) or a billing plan (`duration` in `duration_unit`)."""

    name: str | None = None
    edition: str | None = None
    freemium_product_type: str | None = None
    type: str | None = None
    duration: int | None = None
    duration_unit: str | None = None
    included_phone_lines: int | None = None


class ServiceInfo(Record, frozen=True, gc=False):
    """The account's plans and brand."""

    uri: str | None = None
    brand: Brand | None = None
    u_brand: Brand | None = None
    contracted_country: Country | None = None
    service_plan: Plan | None = None
    target_service_plan: Plan | None = None
    billing_plan: Plan | None = None
