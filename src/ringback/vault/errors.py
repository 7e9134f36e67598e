"""What can go wrong with the vault. None of these ever destroys a stored login."""

from __future__ import annotations

from ringback.oauth.errors import RingbackError


class VaultError(RingbackError):
    """The root of the vault's errors."""


class SealError(VaultError):
    """A sealed record cannot be opened: another key, damage, or a record moved to another row."""


class VaultUnavailable(VaultError):
    """The store cannot be read or written now; nothing was changed, and trying again is safe."""


class BackupError(VaultError):
    """A backup cannot be written, or is none that can be imported here; nothing was changed."""
