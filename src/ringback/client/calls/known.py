"""The values that RingCentral's document of August 2026 names for fields of call log records (contract 11.2).

Records hold plain strings: the service may send values that are not here, and does so before documents do.
"""

from __future__ import annotations

from typing import Literal

View = Literal["Simple", "Detailed"]
Direction = Literal["Inbound", "Outbound"]
CallType = Literal["Voice", "Fax"]
Transport = Literal["PSTN", "VoIP"]
RecordingType = Literal["Automatic", "OnDemand", "All"]

# fmt: off
Action = Literal[
    "Accept Call", "Barge In Call", "Call Park", "Call Return", "CallOut-CallMe", "Calling Card",
    "Conference Call", "E911 Update", "Emergency", "External Application", "FindMe", "FollowMe", "FreeSPDL",
    "Hunting", "Incoming Fax", "Monitoring", "Move", "Outgoing Fax", "Paging", "Park Location", "Phone Call",
    "Phone Login", "Pickup", "RC Meetings", "Ring Directly", "RingMe", "RingOut Mobile", "RingOut PC",
    "RingOut Web", "Sip Forwarding", "Support", "Text Relay", "Transfer", "Unknown", "VoIP Call",
    "VoiceChat Call",
]
Result = Literal[
    "911", "933", "Abandoned", "Accepted", "Answered Not Accepted", "Blocked", "Busy", "Call Failed",
    "Call Failure", "Call connected", "Carrier is not active", "Declined", "EDGE trunk misconfigured",
    "Fax Not Sent", "Fax Partially Sent", "Fax Poor Line", "Fax Receipt Error", "Fax on Demand", "Hang Up",
    "IP Phone Offline", "In Progress", "Internal Error", "International Disabled", "International Restricted",
    "Missed", "No Answer", "No Calling Credit", "Not Allowed", "Partial Receive", "Phone Login",
    "Receive Error", "Received", "Rejected", "Reply", "Restricted Number", "Send Error", "Sent",
    "Sent to Voicemail", "Stopped", "Suspended account", "Unknown", "Voicemail", "Wrong Number",
    "Answered Elsewhere", "Callback requested",
]
Reason = Literal[
    "Accepted", "Bad Number", "Call Loop", "Calls Not Accepted", "Carrier is not active", "Connected",
    "Customer 611 Restricted", "EDGE trunk misconfigured", "Emergency Address not defined",
    "Failed Try Again", "Fax Not Received", "Fax Not Sent", "Fax Partially Sent", "Fax Poor Line",
    "Fax Prepare Error", "Fax Save Error", "Fax Send Error", "Hang Up", "Info 411 Restricted",
    "Internal Call Error", "Internal Error", "International Disabled", "International Restricted",
    "Line Busy", "Max Call Limit", "No Answer", "No Credit", "No Digital Line", "Not Answered",
    "Number Blocked", "Number Disabled", "Number Not Allowed", "Receive Error", "Resource Error",
    "Restricted Number", "Stopped", "Too Many Calls", "Unknown", "Wrong Number",
]
InternalType = Literal[
    "Local", "LongDistance", "International", "Sip", "RingMe", "RingOut", "Usual", "TollFreeNumber",
    "VerificationNumber", "Vma", "LocalNumber", "ImsOutgoing", "ImsIncoming", "Unknown",
]
LegType = Literal[
    "SipForwarding", "ServiceMinus2", "ServiceMinus3", "PstnToSip", "Accept", "FindMe", "FollowMe",
    "TestCall", "FaxSent", "CallBack", "CallingCard", "RingDirectly", "RingOutWebToSubscriber",
    "RingOutWebToCaller", "SipToPstnMetered", "RingOutClientToSubscriber", "RingOutClientToCaller", "RingMe",
    "TransferCall", "SipToPstnUnmetered", "RingOutDeviceToSubscriber", "RingOutDeviceToCaller",
    "RingOutOneLegToCaller", "ExtensionToExtension", "CallPark", "PagingServer", "Hunting",
    "OutgoingFreeSpDl", "ParkLocation", "CallMeCallOut", "ConferenceCall", "MobileApp", "MoveToConference",
    "Unknown", "MeetingsCall", "SilentMonitoring", "Monitoring", "Pickup", "ImsCall", "JoinCall",
    "TextRelay", "IvaCall", "VoiceChat",
]
DelegationType = Literal["Coworker", "QueueForwarding", "Unknown"]
# fmt: on
