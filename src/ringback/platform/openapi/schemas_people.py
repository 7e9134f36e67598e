"""Schemas of the account and its extensions (contract 10)."""

from __future__ import annotations

from .schemas_common import enabled, page_of
from .shapes import Schema, flag, link, many, moment, number, one_of, record, ref, text

_STATUSES = ("Enabled", "Disabled", "Frozen", "NotActivated", "Unassigned")
_SETUP = ("NotStarted", "Incomplete", "Completed", "Unknown")

_SHORT: dict[str, Schema] = {
    "uri": link(),
    "id": number("What stands in paths"),
    "extensionNumber": text("The short number"),
    "contact": ref("Contact"),
    "name": text("First and last name"),
    "type": text("User, Department (a call queue), IvrMenu, Voicemail, ..."),
    "status": one_of(*_STATUSES),
    "permissions": record(
        {
            "admin": enabled("May it manage the account"),
            "internationalCalling": enabled("May it call abroad"),
        }
    ),
    "profileImage": record({"uri": link()}),
    "roles": many(
        record(
            {
                "uri": link(),
                "id": text(),
                "displayName": text(),
                "autoAssigned": flag(),
                "siteCompatible": flag(),
                "siteRestricted": flag(),
            }
        )
    ),
    "hidden": flag("Is it left out of the company directory"),
    "site": record({"id": text(), "uri": link(), "name": text()}),
    "creationTime": moment(),
    "callQueueInfo": record(
        {
            "slaGoal": number("Percent of calls to be answered in time"),
            "slaThresholdSeconds": number("What in time means"),
            "includeAbandonedCalls": flag(),
            "abandonedThresholdSeconds": number(),
        },
        description="Only for call queues",
    ),
}
_SHORT_OPTIONAL = ("extensionNumber", "roles", "callQueueInfo")

SCHEMAS: dict[str, Schema] = {
    "Account": record(
        {
            "uri": link(),
            "id": number("What stands in paths"),
            "bsid": text("The account's number in billing"),
            "mainNumber": text("E.164, with plus"),
            "status": one_of("Initial", "Unconfirmed", "Confirmed", "Disabled"),
            "setupWizardState": one_of(*_SETUP),
            "serviceInfo": record(
                {
                    "uri": link(),
                    "brand": record({"id": text(), "name": text(), "homeCountry": ref("Country")}),
                    "contractedCountry": ref("Country"),
                    "servicePlan": record({"id": text(), "name": text(), "edition": text()}),
                    "billingPlan": record(
                        {
                            "id": text(),
                            "name": text(),
                            "durationUnit": text(),
                            "duration": number(),
                            "type": text(),
                            "includedPhoneLines": number(),
                        }
                    ),
                }
            ),
            "operator": record(
                {"uri": link(), "id": number(), "extensionNumber": text()},
                description="Who takes calls to nobody in particular",
            ),
            "signupInfo": record(
                {
                    "tosAccepted": flag(),
                    "signupState": many(text()),
                    "marketingAccepted": flag(),
                    "creationTime": moment(),
                }
            ),
            "regionalSettings": ref("RegionalSettings"),
            "federated": flag("Is it one of several accounts that share a directory"),
            "outboundCallPrefix": number("The digit for a line outside", minimum=2, maximum=9),
            "cfid": text(),
            "limits": record(
                {
                    name: number()
                    for name in (
                        "freeSoftPhoneLinesPerExtension",
                        "meetingSize",
                        "cloudRecordingStorage",
                        "maxMonitoredExtensionsPerUser",
                        "maxExtensionNumberLength",
                        "siteCodeLength",
                        "shortExtensionNumberLength",
                    )
                }
            ),
        },
        description="The company",
    ),
    "Contact": record(
        {
            "firstName": text(),
            "lastName": text(),
            "name": text(),
            "company": text(),
            "email": text(),
            "emailAsLoginName": flag("Does one log in with the e-mail address"),
            "jobTitle": text(),
            "department": text(),
            "businessPhone": text("E.164, with plus"),
            "mobilePhone": text("E.164, with plus"),
            "businessAddress": record(
                {name: text() for name in ("street", "city", "state", "zip", "country")}
            ),
            "pronouncedName": record({"type": text(), "text": text()}),
        },
        optional=(
            "lastName",
            "jobTitle",
            "department",
            "businessPhone",
            "mobilePhone",
            "businessAddress",
            "pronouncedName",
        ),
        description="How to reach somebody",
    ),
    "ExtensionInList": record(_SHORT, optional=_SHORT_OPTIONAL, description="An extension, in short"),
    "ExtensionPage": page_of("ExtensionInList", "A page of extensions"),
    "Extension": record(
        {
            **_SHORT,
            "account": record({"uri": link(), "id": text()}),
            "departments": many(
                record({"uri": link(), "id": text(), "extensionNumber": text()}),
                "The call queues it belongs to",
            ),
            "setupWizardState": one_of(*_SETUP),
            "statusInfo": record({"reason": text(), "comment": text()}, optional=("comment",)),
            "extensionNumbers": many(text()),
            "regionalSettings": ref("RegionalSettings"),
            "serviceFeatures": many(
                record(
                    {"featureName": text(), "enabled": flag(), "reason": text("Why it is off")},
                    optional=("reason",),
                ),
                "What the plan lets it do; shown to itself only",
            ),
        },
        optional=(*_SHORT_OPTIONAL, "statusInfo", "serviceFeatures"),
        description="An extension: somebody, or something, that can be called",
    ),
}
