"""The kinds of calling app one can create, and what each kind may do (contract 4, 13.1 and 13.2)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlatformType:
    """One kind of app. A public client holds no secret and must use PKCE; no `code_flow`: no user logs in."""

    id: str
    label: str
    public_client: bool
    code_flow: bool = True


_ALL = (
    PlatformType("ServerWeb", "Server-side web app", public_client=False),
    PlatformType("BrowserBased", "Client-side web app (single page)", public_client=True),
    PlatformType("MobileAndroid", "Android app", public_client=True),
    PlatformType("MobileIOS", "iOS app", public_client=True),
    PlatformType("MobileOther", "Other mobile app", public_client=True),
    PlatformType("DesktopWindows", "Windows desktop app", public_client=True),
    PlatformType("DesktopMac", "Mac desktop app", public_client=True),
    PlatformType("DesktopOther", "Other desktop app", public_client=True),
    PlatformType("ServerBot", "Server-side bot", public_client=False),
    PlatformType("ServerOther", "Server app without users", public_client=False, code_flow=False),
    PlatformType("JWT", "Server app with a JWT login", public_client=False, code_flow=False),
)
PLATFORM_TYPES = {kind.id: kind for kind in _ALL}
