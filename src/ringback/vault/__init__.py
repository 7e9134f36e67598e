"""Where logins live between requests: sealed records, back ends, and the lease to refresh one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringback.lazy_names import lazy_names

if TYPE_CHECKING:
    from .errors import BackupError, SealError, VaultError, VaultUnavailable
    from .exporting import Exported, export_logins
    from .importing import Imported, import_logins
    from .keyring import KeyRing, new_key
    from .logins import Login, Vault
    from .resealing import Resealed, reseal
    from .store import LEASE_SECONDS, Lease, LoginKey, LoginRow, Store, StoreReport
    from .urls import open_store

_FROM = {
    "errors": "BackupError SealError VaultError VaultUnavailable",
    "exporting": "Exported export_logins",
    "importing": "Imported import_logins",
    "keyring": "KeyRing new_key",
    "logins": "Login Vault",
    "resealing": "Resealed reseal",
    "store": "LEASE_SECONDS Lease LoginKey LoginRow Store StoreReport",
    "urls": "open_store",
}

__all__ = [
    "LEASE_SECONDS",
    "BackupError",
    "Exported",
    "Imported",
    "KeyRing",
    "Lease",
    "Login",
    "LoginKey",
    "LoginRow",
    "Resealed",
    "SealError",
    "Store",
    "StoreReport",
    "Vault",
    "VaultError",
    "VaultUnavailable",
    "export_logins",
    "import_logins",
    "new_key",
    "open_store",
    "reseal",
]

__getattr__, __dir__ = lazy_names(__name__, _FROM)
