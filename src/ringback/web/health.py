"""`GET /healthz`: the process answers. It asks nothing of the vault, of RingCentral or of the browser."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> dict[str, str]:
    """`{"status": "ok"}`."""
    return {"status": "ok"}
