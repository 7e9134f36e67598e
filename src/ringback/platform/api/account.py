"""GET account: the company itself."""

from __future__ import annotations

from typing import Any

from ringback.platform.company import Account

from . import region
from .answers import encoded
from .api_call import ApiCall
from .dates import written
from .operation import operation


@operation(
    "/restapi/v1.0/account/{accountId}",
    summary="The account",
    group="light",
    app="ReadAccounts",
    user="ReadCompanyInfo",
)
async def account_info(call: ApiCall) -> bytes:
    """The account of the caller (contract 10)."""
    return encoded(_account(call.company.account, call.account_uri, call.world.base_url))


def _account(account: Account, uri: str, base_url: str) -> dict[str, Any]:
    return {
        "uri": uri,
        "id": account.id,
        "bsid": f"{account.id % 10**10:010d}",
        "serviceInfo": {
            "uri": f"{uri}/service-info",
            "brand": {"id": "1210", "name": "RingCentral", "homeCountry": region.country(base_url)},
            "contractedCountry": region.country(base_url),
            "servicePlan": {"id": "6959", "name": "RingEX Advanced", "edition": "Enterprise"},
            "billingPlan": {
                "id": "8853",
                "name": "Monthly-109.98",
                "durationUnit": "Month",
                "duration": 1,
                "type": "Regular",
                "includedPhoneLines": 20,
            },
        },
        "operator": {
            "uri": f"{uri}/extension/{account.operator_id}",
            "id": account.operator_id,
            "extensionNumber": "101",
        },
        "mainNumber": account.main_number,
        "status": "Confirmed",
        "signupInfo": {
            "tosAccepted": True,
            "signupState": ["AccountCreated", "BillingEntered", "CreditCardApproved", "AccountConfirmed"],
            "marketingAccepted": False,
            "creationTime": written(account.created),
        },
        "setupWizardState": "Completed",
        "regionalSettings": {
            **region.settings(base_url),
            "currency": {"id": 1, "code": "USD", "name": "US Dollar", "symbol": "$", "minorSymbol": "¢"},
        },
        "federated": False,
        "outboundCallPrefix": 9,
        "cfid": account.main_number.lstrip("+"),
        "limits": {
            "freeSoftPhoneLinesPerExtension": 1,
            "meetingSize": 100,
            "cloudRecordingStorage": 10,
            "maxMonitoredExtensionsPerUser": 100,
            "maxExtensionNumberLength": 5,
            "siteCodeLength": 0,
            "shortExtensionNumberLength": 3,
        },
    }
