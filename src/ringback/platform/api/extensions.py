"""GET extension and the extension list: who is in the company."""

from __future__ import annotations

from ringback.platform.company import Extension

from .answers import encoded
from .api_call import ApiCall
from .extension_json import in_full, in_list
from .operation import operation
from .paging import PAGE, PER_PAGE, frame, framed
from .parameters import Choices, Text, Texts

NUMBER = Text(name="extensionNumber", description="Only the extension with this short number", longest=8)
EMAIL = Texts(name="email", description="Only extensions with these e-mail addresses", longest=254)
STATUS = Choices(
    name="status",
    description="Only extensions of these statuses; Unassigned selects those without a number",
    enum=("Enabled", "Disabled", "Frozen", "NotActivated", "Unassigned"),
)
TYPE = Choices(
    name="type",
    description="Only extensions of these types; Department is a call queue",
    enum=(
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
    ),
)


@operation(
    "/restapi/v1.0/account/{accountId}/extension",
    summary="The extensions of the account",
    group="medium",
    app="ReadAccounts",
    user="ReadExtensions",
    parameters=(NUMBER, EMAIL, STATUS, TYPE, PAGE, PER_PAGE),
)
async def extension_list(call: ApiCall) -> bytes:
    """The extensions that pass the filters, in the company's order, a page at a time (contract 10)."""
    query = call.query
    number, emails = NUMBER.read(query), EMAIL.read(query)
    statuses, types = STATUS.read(query), TYPE.read(query)
    page, per_page = PAGE.read(query), PER_PAGE.read(query)
    folded = {email.casefold() for email in emails}

    def wanted(extension: Extension) -> bool:
        return (
            number in (None, extension.number)
            and (not folded or extension.email.casefold() in folded)
            and (not statuses or _has_status(extension, statuses))
            and (not types or extension.type in types)
        )

    found = call.company.extensions
    if number is not None or folded or statuses or types:
        found = [extension for extension in found if wanted(extension)]
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
    account_uri, company = call.account_uri, call.company
    return framed(around, [encoded(in_list(extension, account_uri, company)) for extension in shown])


def _has_status(extension: Extension, statuses: tuple[str, ...]) -> bool:
    return extension.status in statuses or ("Unassigned" in statuses and not extension.number)


@operation(
    "/restapi/v1.0/account/{accountId}/extension/{extensionId}",
    summary="One extension",
    group="light",
    app="ReadAccounts",
    user="ReadExtensions",
)
async def extension_info(call: ApiCall) -> bytes:
    """One extension; its service features are shown to itself only (contract 10)."""
    whose = call.whose
    own = whose.id == call.user.id
    return encoded(in_full(whose, call.account_uri, call.company, call.world.base_url, own=own))
