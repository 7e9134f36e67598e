"""The REST API over the company: account, extensions, call logs and their syncs, active calls, recordings."""

from starlette.routing import BaseRoute

from .account import account_info
from .active_calls import company_active_calls, extension_active_calls
from .call_log import company_call_log, extension_call_log
from .call_log_delete import delete_call_log
from .call_log_sync import company_sync, extension_sync
from .call_record import company_record, delete_record, extension_record
from .extensions import extension_info, extension_list
from .extract_sync import company_extract
from .info import version, versions
from .operation import Operation
from .recordings import recording_content, recording_info
from .routing import ApiRoute

OPERATIONS: tuple[Operation, ...] = (
    versions,
    version,
    account_info,
    extension_list,
    extension_info,
    extension_call_log,
    delete_call_log,
    extension_record,
    delete_record,
    extension_sync,
    extension_active_calls,
    company_call_log,
    company_record,
    company_sync,
    company_extract,
    company_active_calls,
    recording_info,
    recording_content,
)


def api_routes() -> list[BaseRoute]:
    """The routes: /restapi, all below /restapi/v1.0, and RingCentral's APIs that are not emulated."""
    return [ApiRoute(OPERATIONS)]


__all__ = ["OPERATIONS", "Operation", "api_routes"]
