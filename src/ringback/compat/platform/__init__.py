"""Logging in and calling, in the official SDK's shapes."""

from .auth import Auth
from .events import Events
from .platform import Platform

__all__ = ["Auth", "Events", "Platform"]
