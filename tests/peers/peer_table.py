"""The programs of other projects that must work with the local platform as they are published."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from story_runner import HERE, ROOT

SECRET, SECRET_PKCE, PUBLIC = "secret", "secret and PKCE", "public, PKCE"


@dataclass(frozen=True)
class Peer:
    """A peer: its name and version, where it is installed, and the module with its part of the story.

    `public`: can it log in for an app without a secret (contract 5.1)?
    """

    name: str
    place: str
    module: str
    public: bool = True

    @property
    def logins(self) -> tuple[str, ...]:
        return (SECRET, SECRET_PKCE, PUBLIC) if self.public else (SECRET, SECRET_PKCE)

    def command(self) -> list[str | Path]:
        """What runs its story; empty when it is not installed here."""
        folder = ROOT / self.place
        if (folder / "package.json").exists():
            node = shutil.which("node")
            installed = (folder / "node_modules").is_dir()
            return [node, HERE / "node" / "story.mjs", self.module, folder] if node and installed else []
        python = folder / "bin" / "python"
        return [python, HERE / "peer_story.py", self.module] if python.exists() else []


PEERS = (
    Peer("ringcentral 0.7.18", ".peers/ringcentral-0.7", "peer_ringcentral", public=False),
    Peer("ringcentral 0.8.5", ".peers/ringcentral-0.8", "peer_ringcentral", public=False),
    Peer("ringcentral 0.9.2", ".venv-sdk", "peer_ringcentral", public=False),
    Peer("ringback.compat", ".venv", "peer_compat"),
    Peer("Authlib", ".peers/generic", "peer_authlib"),
    Peer("requests-oauthlib", ".peers/generic", "peer_requests_oauthlib"),
    Peer("@ringcentral/sdk 5", ".peers/node", "ringcentral_sdk"),
    Peer("@rc-ex/core 1.8", ".peers/node", "rc_ex_core"),
    Peer("openid-client 6", ".peers/node", "openid_client"),
)
