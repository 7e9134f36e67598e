"""Mistakes that mypy must name: each line says which error it expects."""

from __future__ import annotations

from ringback import AsyncUser, RingCentral, User


def mistakes(user: User) -> None:
    user.calls("everybody")  # E: arg-type
    print(user.extension().nickname)  # E: attr-defined
    user.get(5)  # E: arg-type
    print(user.session().access_token)  # E: attr-defined
    RingCentral(client="x")  # E: call-arg
    for call in user.calls():
        call.duration + 1  # E: operator
        call.start_time = call.start_time  # E: misc


async def mistakes_in_a_loop(user: AsyncUser) -> None:
    print(user.get("/x").status)  # E: attr-defined
    for call in user.calls():  # E: attr-defined
        print(call)
    await user.calls()  # E: misc
