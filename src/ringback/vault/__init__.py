"""Where logins live between requests: sealed records, back ends, and the lease to refresh one."""

from .errors import SealError, VaultError, VaultUnavailable
from .keyring import KeyRing, new_key
from .logins import Login, Vault
from .store import LEASE_SECONDS, Lease, LoginKey, LoginRow, Store, StoreReport
from .urls import open_store

__all__ = [
    "LEASE_SECONDS",
    "KeyRing",
    "Lease",
    "Login",
    "LoginKey",
    "LoginRow",
    "SealError",
    "Store",
    "StoreReport",
    "Vault",
    "VaultError",
    "VaultUnavailable",
    "new_key",
    "open_store",
]
