"""Schemas that answers share: refusals in both shapes, pages of a list (contract 3 and 11.1)."""

from __future__ import annotations

from .shapes import Schema, flag, link, many, number, record, ref, text

_ENTRY = {
    "errorCode": text("What programs go by, such as CMN-101"),
    "message": text("What happened, for people; programs must not rely on it"),
    "parameterName": text("Which parameter it is about"),
    "parameterValue": text("The value that was refused"),
    "permissionName": text("Which permission is missing"),
    "pageStatus": text("The HTTP status of the page where a login stopped"),
    "pageCode": text("The code that the page shows"),
}
_EXTRAS = ("parameterName", "parameterValue", "permissionName", "pageStatus", "pageCode")

SCHEMAS: dict[str, Schema] = {
    "ApiErrorEntry": record(_ENTRY, optional=_EXTRAS, description="One reason for a refusal"),
    "ApiError": record(
        {
            **_ENTRY,
            "errorCode": text("The first entry's code, or the older word for it, such as TokenInvalid"),
            "errors": many(ref("ApiErrorEntry"), minItems=1),
        },
        optional=_EXTRAS,
        description="A refusal by the API. The first entry of `errors` stands on top once more.",
    ),
    "OAuthError": record(
        {
            "error": text("The kind of refusal (RFC 6749 5.2), such as invalid_grant"),
            "error_description": text("What happened, for people"),
            "errors": many(
                record({"errorCode": _ENTRY["errorCode"], "message": _ENTRY["message"]}),
                "The numbered reason, such as OAU-213",
            ),
        },
        optional=("errors",),
        description="A refusal by the authorization server.",
    ),
    "Paging": record(
        {
            "perPage": number("The most records a page holds", minimum=1, maximum=1000),
            "page": number("This page, from 1; left out when it is empty", minimum=1),
            "pageStart": number("Index of its first record in the whole list, from 0", minimum=0),
            "pageEnd": number("Index of its last record", minimum=0),
            "totalPages": number("How many pages there are; call logs do not count them", minimum=0),
            "totalElements": number("How many records there are", minimum=0),
        },
        optional=("page", "pageStart", "pageEnd", "totalPages", "totalElements"),
        description="Where a page lies in its list",
    ),
    "PageLink": record({"uri": link()}, description="The address of a page"),
    "Navigation": record(
        {name: ref("PageLink") for name in ("firstPage", "nextPage", "previousPage", "lastPage")},
        optional=("nextPage", "previousPage", "lastPage"),
        description="Where to go from a page. A list has been read when nextPage is missing.",
    ),
    "Country": record(
        {
            "uri": link(),
            "id": text(),
            "name": text(),
            "isoCode": text("Two letters (ISO 3166)"),
            "callingCode": text("Without plus"),
        },
        description="A country",
    ),
    "Language": record(
        {"id": text(), "name": text(), "localeCode": text("Such as en-US")}, description="A language"
    ),
    "RegionalSettings": record(
        {
            "timezone": record(
                {
                    "uri": link(),
                    "id": text(),
                    "name": text("As in the IANA database"),
                    "description": text(),
                    "bias": text("Minutes ahead of UTC, without daylight saving"),
                }
            ),
            "homeCountry": ref("Country"),
            "language": ref("Language"),
            "greetingLanguage": ref("Language"),
            "formattingLocale": ref("Language"),
            "timeFormat": text("12h or 24h"),
            "currency": record(
                {
                    "id": number(),
                    "code": text("ISO 4217"),
                    "name": text(),
                    "symbol": text(),
                    "minorSymbol": text(),
                }
            ),
        },
        optional=("currency",),
        description="Language, time zone and ways of writing; the account's has its currency too",
    ),
    "ApiVersion": record(
        {
            "uri": link(),
            "versionString": text(),
            "releaseDate": text(format="date-time"),
            "uriString": text("As it stands in paths"),
        },
        description="One version of the API",
    ),
    "ApiVersions": record(
        {
            "uri": link(),
            "apiVersions": many(ref("ApiVersion")),
            "serverVersion": text(),
            "serverRevision": text(),
        },
        description="The versions that this server has",
    ),
}


def page_of(item: str, description: str) -> Schema:
    """A page of a list of these."""
    return record(
        {
            "uri": link("This page, with the filters in force written out"),
            "records": many(ref(item)),
            "paging": ref("Paging"),
            "navigation": ref("Navigation"),
        },
        description=description,
    )


def enabled(description: str) -> Schema:
    """A switch in an object of its own, as the API writes it."""
    return record({"enabled": flag()}, description=description)
