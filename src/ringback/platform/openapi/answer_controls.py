"""The controls under /_local that change how a world answers: faults, quirks, rate limits (design.md)."""

from __future__ import annotations

from ringback.platform.errors import ApiError, parameter_invalid

from .control import Control
from .shapes import ref

CONTROLS: tuple[Control, ...] = (
    Control(
        method="GET",
        path="/_local/faults",
        name="faults",
        summary="The faults that were ordered, in order",
        answer=ref("Faults"),
    ),
    Control(
        method="POST",
        path="/_local/faults",
        name="order_fault",
        summary="Order that something goes wrong",
        answer=ref("Fault"),
        status=201,
        body=ref("FaultOrder"),
        refusals=(parameter_invalid("status"),),
    ),
    Control(method="DELETE", path="/_local/faults", name="clear_faults", summary="Take all faults away"),
    Control(
        method="DELETE",
        path="/_local/faults/{faultId}",
        name="remove_fault",
        summary="Take one fault away",
        refusals=(ApiError(404, "RBK-404", "There is no such fault"),),
    ),
    Control(
        method="GET",
        path="/_local/quirks",
        name="quirks",
        summary="The switches for what RingCentral's own sources disagree on",
        answer=ref("Quirks"),
    ),
    Control(
        method="PUT",
        path="/_local/quirks",
        name="switch_quirks",
        summary="Switch some of them: all that are named, or none",
        answer=ref("Quirks"),
        body=ref("QuirkChange"),
        refusals=(parameter_invalid("quirk"),),
    ),
    Control(
        method="GET",
        path="/_local/limits",
        name="limits",
        summary="The rate limits, and what apps have instead",
        answer=ref("Limits"),
    ),
    Control(
        method="PUT",
        path="/_local/limits",
        name="give_limits",
        summary="Give apps rate limits of their own",
        answer=ref("Limits"),
        body=ref("LimitChange"),
        refusals=(parameter_invalid("limit"),),
    ),
    Control(
        method="DELETE",
        path="/_local/limits",
        name="forgive_limits",
        summary="All apps have the defaults again, and nobody has spent anything",
        answer=ref("Limits"),
    ),
)
