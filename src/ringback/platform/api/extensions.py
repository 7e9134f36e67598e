"""GET extension and the extension list: who is in the company."""

from __future__ import annotations

from ringback.platform.company import Extension
from ringback.platform.errors import not_found, parameter_invalid

from .extension_json import in_full, in_list
from .operation import ApiCall, encoded, operation
from .paging import frame

STATUSES = frozenset({"Enabled", "Disabled", "Frozen", "NotActivated", "Unassigned"})
TYPES = frozenset(
    {
        "User",
        "Department",
        "Announcement",
        "Voicemail",
        "DigitalUser",
        "VirtualUser",
        "FaxUser",
        "PagingOnly",
        "SharedLinesGroup",
        "DelegatedLinesGroup",
        "GroupCallPickup",
        "IvrMenu",
        "ApplicationExtension",
        "ProxyAdmin",
        "RoomConnector",
        "ParkLocation",
        "Limited",
        "Bot",
        "Site",
        "Room",
        "FlexibleUser",
        "TieLine",
        "Unknown",
    }
)
_LONGEST_NUMBER = 8


@operation(
    "/restapi/v1.0/account/{accountId}/extension",
    group="medium",
    app="ReadAccounts",
    user="ReadExtensions",
)
async def extension_list(call: ApiCall) -> bytes:
    """The extensions that pass the filters, in the company's order, a page at a time (contract 10)."""
    query = call.query
    number = query.text("extensionNumber")
    if number is not None and len(number) > _LONGEST_NUMBER:
        raise parameter_invalid("extensionNumber")
    emails = query.texts("email")
    statuses = query.choices("status", STATUSES)
    types = query.choices("type", TYPES)
    page, per_page = query.page(), query.per_page()
    folded = {email.casefold() for email in emails}

    def wanted(extension: Extension) -> bool:
        return (
            number in (None, extension.number)
            and (not folded or extension.email.casefold() in folded)
            and (not statuses or extension.status in statuses)
            and (not types or extension.type in types)
        )

    found = [extension for extension in call.company.extensions if wanted(extension)]
    first = (page - 1) * per_page
    shown = found[first : first + per_page]
    filters = [
        *([] if number is None else [("extensionNumber", number)]),
        *(("email", value) for value in emails),
        *(("status", value) for value in statuses),
        *(("type", value) for value in types),
    ]
    around = frame(
        f"{call.account_uri}/extension",
        filters,
        page,
        per_page,
        found=len(shown),
        more=first + per_page < len(found),
        total=len(found),
    )
    records = [in_list(extension, call.account_uri, call.company) for extension in shown]
    return encoded(
        {
            "uri": around["uri"],
            "records": records,
            "paging": around["paging"],
            "navigation": around["navigation"],
        }
    )


@operation(
    "/restapi/v1.0/account/{accountId}/extension/{extensionId}",
    group="light",
    app="ReadAccounts",
    user="ReadExtensions",
)
async def extension_info(call: ApiCall) -> bytes:
    """One extension; its service features are shown to itself only (contract 10)."""
    if call.extension is None:
        raise not_found("extensionId")
    own = call.extension.id == call.user.id
    return encoded(in_full(call.extension, call.account_uri, call.company, call.world.base_url, own=own))
