"""RingCentral's other APIs: their paths are known, and answered 501 with what there is instead (CMN-202)."""

from __future__ import annotations

from ringback.platform.errors import ApiError
from ringback.platform.serving.cors import OTHER_APIS

EMULATED = (
    "API versions, account, extension, call-log, call-log-sync, call-log-extract-sync, active-calls, "
    "recording, and OAuth 2.0"
)
_OTHER_VERSIONS = ("/restapi/v2/", "/restapi/v1/", "/restapi/v3/")
_AT_ROOT = """
    batch-provisioning calendar client-info cloud-storage dictionary glip number-parser number-pool
    subscription team-messaging uplink webhook
"""
_OF_ACCOUNT = """
    a2p-sms address-book-bulk-upload answering-rule assigned-role audit-trail business-address
    business-hours call-blocking call-flip-numbers call-monitoring-groups call-queues call-recording
    call-recordings company-call-handling custom-fields custom-greeting delegation department device
    device-inventory device-management devices directory emergency-address-auto-update
    emergency-locations extension-bulk-update fax-cover-page forward-all-company-calls forwarding-number
    greeting integrations ivr-menus ivr-prompts line-sharing locations lookup meetings
    meetings-configuration message-store message-store-configuration message-store-report
    message-store-templates messages overflow-settings paging-only-groups park-locations phone-number
    phone-numbers presence recording-settings reporting service-info sip-info sites
    sms-registration-brands subaccounts telephony templates user-role video-configuration voicemail
"""
_OF_EXTENSION = """
    address-book address-book-sync administered-sites answering-rule assignable-roles assigned-role
    authz-profile business-hours call-blocking call-queue-presence call-queues caller-blocking caller-id
    calling-rates comm-handling company-pager conferencing contact contact-sync cost-center
    custom-greeting delegators device dial-in emergency-locations favorite fax feature features
    forwarding-number grant greeting meeting meetings meetings-configuration message-store
    message-store-configuration message-store-templates message-sync mms mobile-delivery
    notification-settings overflow-settings park-locations phone-number presence profile-image ring-out
    ringout service-info sms sms-templates states telephony unified-presence user-role video
    video-configuration voicemail
"""
# First segments below /restapi/v1.0/, below an account, and below an extension.
_ROOT_WORDS, _ACCOUNT_WORDS, _EXTENSION_WORDS = (
    frozenset(text.split()) for text in (_AT_ROOT, _OF_ACCOUNT, _OF_EXTENSION)
)


def known_elsewhere(path: str) -> bool:
    """Is this a path of another of RingCentral's APIs, outside /restapi/v1.0?"""
    return path.startswith(OTHER_APIS) or path.startswith(_OTHER_VERSIONS)


def refusal(path: str) -> ApiError | None:
    """501 CMN-202 for a path that RingCentral has and Ringback has not; None for one that nobody has."""
    name = _name(path)
    if name is None:
        return None
    return ApiError(
        501,
        "CMN-202",
        f"[{name}] is an API of RingCentral that this local platform does not emulate. "
        f"It emulates: {EMULATED}",
        why=f"{name} is not emulated",
    )


def _name(path: str) -> str | None:
    if known_elsewhere(path):
        return "/".join(path.split("/")[1:3])
    parts = path.removeprefix("/restapi/v1.0/").split("/")
    if parts[0] in _ROOT_WORDS:
        return parts[0]
    if parts[0] != "account" or len(parts) < 3:
        return None
    if parts[2] in _ACCOUNT_WORDS:
        return parts[2]
    if parts[2] == "extension" and len(parts) >= 5 and parts[4] in _EXTENSION_WORDS:
        return parts[4]
    return None
