"""The REST API over the company: account, extensions, call logs."""

from starlette.routing import BaseRoute

from .account import account_info
from .call_log import company_call_log, extension_call_log
from .extensions import extension_info, extension_list
from .operation import Operation, route

OPERATIONS: tuple[Operation, ...] = (
    account_info,
    extension_list,
    extension_info,
    extension_call_log,
    company_call_log,
)


def api_routes() -> list[BaseRoute]:
    """The routes of the API, for paths under /restapi/v1.0/account/."""
    return [route(operation) for operation in OPERATIONS]


__all__ = ["OPERATIONS", "Operation", "api_routes"]
