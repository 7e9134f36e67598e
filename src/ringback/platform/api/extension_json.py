"""An extension as the API shows it: short in lists, in full on its own (contract 10)."""

from __future__ import annotations

from typing import Any

from ringback.platform.company import Company, Extension

from . import region
from .dates import written

_ON = (
    "SMS",
    "SMSReceiving",
    "MMS",
    "Pager",
    "PagerReceiving",
    "Voicemail",
    "Fax",
    "FaxReceiving",
    "DND",
    "RingOut",
    "Presence",
    "Intercom",
    "VoipCalling",
    "VoipCallingOnMobile",
    "CallForwarding",
    "CallPark",
    "CallSwitch",
    "InternationalCalling",
    "OnDemandCallRecording",
    "Reports",
    "DeveloperPortal",
    "HDVoice",
    "WebPhone",
    "RCTeams",
    "VideoConferencing",
    "TelephonySessions",
    "PasswordAuth",
    "EmergencyCalling",
)
_OFF = (
    ("SalesForce", "AccountLimitation"),
    ("Paging", "AccountLimitation"),
    ("HipaaCompliance", "AccountLimitation"),
    ("EncryptionAtRest", "AccountLimitation"),
    ("VoicemailToText", "AccountLimitation"),
    ("LinkedSoftphoneLines", "AccountTypeLimitation"),
    ("FreeSoftPhoneLines", "ExtensionLimitation"),
)


def in_list(extension: Extension, account_uri: str, company: Company) -> dict[str, Any]:
    """The record of a list."""
    uri = f"{account_uri}/extension/{extension.id}"
    record: dict[str, Any] = {
        "uri": uri,
        "id": extension.id,
        **({"extensionNumber": extension.number} if extension.number else {}),
        "contact": _contact(extension, company),
        "name": extension.name,
        "type": extension.type,
        "status": extension.status,
        "permissions": {
            "admin": {"enabled": extension.admin},
            "internationalCalling": {"enabled": extension.type == "User"},
        },
        "profileImage": {"uri": f"{uri}/profile-image"},
        "hidden": False,
        "site": {"id": "main-site", "uri": f"{account_uri}/sites/main-site", "name": "Main Site"},
        "creationTime": written(extension.created),
    }
    if extension.type == "User":
        record["roles"] = [_role(extension, account_uri)]
    if extension.type == "Department":
        record["callQueueInfo"] = {
            "slaGoal": 80,
            "slaThresholdSeconds": 30,
            "includeAbandonedCalls": True,
            "abandonedThresholdSeconds": 5,
        }
    return record


def in_full(
    extension: Extension, account_uri: str, company: Company, base_url: str, *, own: bool
) -> dict[str, Any]:
    """One extension on its own; `own`: the caller's, which is told its service features too."""
    record = in_list(extension, account_uri, company)
    record["account"] = {"uri": account_uri, "id": str(extension.account_id)}
    record["departments"] = [
        {"uri": f"{account_uri}/extension/{queue.id}", "id": str(queue.id), "extensionNumber": queue.number}
        for queue in company.extensions
        if extension.id in queue.members
    ]
    record["setupWizardState"] = "NotStarted" if extension.status == "Disabled" else "Completed"
    record["extensionNumbers"] = [extension.number] if extension.number else []
    record["regionalSettings"] = region.settings(base_url)
    if extension.status == "Disabled":
        record["statusInfo"] = {"reason": "Voluntarily", "comment": "Left the company"}
    if own:
        on: list[dict[str, Any]] = [{"featureName": name, "enabled": True} for name in _ON]
        off = [{"featureName": name, "enabled": False, "reason": reason} for name, reason in _OFF]
        record["serviceFeatures"] = on + off
    return record


def _contact(extension: Extension, company: Company) -> dict[str, Any]:
    account = company.account
    contact: dict[str, Any] = {"firstName": extension.first_name}
    if extension.last_name:
        contact["lastName"] = extension.last_name
    contact |= {
        "name": extension.name,
        "company": account.name,
        "email": extension.email,
        "emailAsLoginName": extension.can_log_in,
    }
    if extension.job_title:
        contact["jobTitle"] = extension.job_title
    if extension.department:
        contact["department"] = extension.department
    if extension.direct_number is not None:
        contact["businessPhone"] = extension.direct_number
    if extension.mobile_number is not None:
        contact["mobilePhone"] = extension.mobile_number
    if extension.type == "User":
        address = account.address
        contact["businessAddress"] = {
            "street": address.street,
            "city": address.city,
            "state": address.state,
            "zip": address.zip,
            "country": address.country,
        }
        contact["pronouncedName"] = {"type": "Default", "text": extension.name}
    return contact


def _role(extension: Extension, account_uri: str) -> dict[str, Any]:
    number, name = ("1", "Super Admin") if extension.admin else ("5", "Standard (International)")
    return {
        "uri": f"{account_uri}/user-role/{number}",
        "id": number,
        "displayName": name,
        "autoAssigned": False,
        "siteCompatible": True,
        "siteRestricted": False,
    }
