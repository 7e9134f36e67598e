"""`GET /healthz`: the process answers. `GET /readyz`: it may be sent requests. Neither asks RingCentral."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from .context import web

pages = Blueprint("health", __name__)

PATHS = ("/healthz", "/readyz")
"""Answered whatever the Host header: probes come by address, and nothing is in these answers."""


@pages.get("/healthz")
def healthz() -> dict[str, str]:
    """`{"status": "ok"}`; nothing is asked of the vault or of the browser."""
    return {"status": "ok"}


@pages.get("/readyz")
def readyz() -> Response:
    """200, or 503 with what is missing: `vault` (no answer within 2 s), `keys` or `stopping`."""
    missing = web().readiness.missing()
    if missing is None:
        return jsonify(status="ready")
    answer = jsonify(status="not ready", missing=missing)
    answer.status_code = 503
    return answer
