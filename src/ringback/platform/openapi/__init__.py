"""The platform's own OpenAPI 3.1 document, in our own words, served at /_local/openapi.json."""

from .handler import openapi

__all__ = ["openapi"]
