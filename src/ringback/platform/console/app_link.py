"""The link that prefills the create-app form (contract 13.2), and what it gets wrong."""

from __future__ import annotations

from dataclasses import replace

from ringback.platform.authorization import redirect_uris
from ringback.platform.console.new_app import CARRIERS, JWT, AppForm, known_carriers, value_errors
from ringback.platform.permissions import CATALOGUE
from ringback.platform.platform_types import PLATFORM_TYPES
from ringback.platform.serving.parameters import Parameters

# Undocumented in newer links (contract 13.2): grantType=PersonalJWT and grant-type=jwt.
_JWT_GRANTS = frozenset({"personaljwt", "jwt"})
_CODE_GRANTS = frozenset({"authorizationcode", "authorization_code", "auth-code", "code"})


def from_link(link: Parameters) -> AppForm:
    """The form that a link fills, its mistakes next to their fields. Unknown parameters (utm_…) are ignored.

    A link without a description, as the login quick start's, brings one made of the name, so that the
    developer has but to press Create; it may be changed.
    """
    errors: dict[str, str] = {}
    fixed: set[str] = set()
    name = (link.get("name") or "").strip()
    form = AppForm(
        name=name,
        description=(link.get("desc") or "").strip() or _description_of(name),
        redirect_uris=redirect_uris.distinct((link.get("redirectUri") or "").split(",")),
    )
    form = replace(form, link_description=form.description)
    public = link.get("public")
    if public in {"true", "false"}:
        form = replace(form, public=public == "true")
        fixed.add("public")
    elif public is not None:
        errors["public"] = "The link's value for public is neither true nor false."
    form = _with_type(form, link, fixed, errors)
    form = _with_permissions(form, link, fixed, errors)
    form = _with_carriers(form, link, errors)
    errors = {**value_errors(form, complete=False), **errors}
    return replace(form, fixed=frozenset(fixed), errors=errors)


def _description_of(name: str) -> str:
    return f"{name[:200]}, created from a link." if name else ""


def _with_type(form: AppForm, link: Parameters, fixed: set[str], errors: dict[str, str]) -> AppForm:
    kind, grant = link.get("type"), link.get("grantType") or link.get("grant-type")
    known = PLATFORM_TYPES.get(kind or "")
    if kind is not None and known is None:
        errors["type"] = f"The link asks for the type {kind[:40]}, which does not exist."
    elif known is not None:
        form = replace(form, platform_type=known.id)
        fixed.add("type")
    if grant is None or grant.lower() in _CODE_GRANTS:
        return form
    if grant.lower() not in _JWT_GRANTS:
        errors.setdefault("type", f"The link asks for the grant type {grant[:40]}, which does not exist.")
        return form
    fixed.add("type")
    return form if form.jwt else replace(form, platform_type=JWT)


def _with_permissions(form: AppForm, link: Parameters, fixed: set[str], errors: dict[str, str]) -> AppForm:
    asked = link.get("permissions") or link.get("permission")
    if asked is None:
        return form
    ids = frozenset(part.strip() for part in asked.split(",") if part.strip())
    unknown = sorted(ids - CATALOGUE.keys())
    if unknown:
        errors["permissions"] = f"The link asks for unknown permissions: {', '.join(unknown)[:200]}."
    else:
        fixed.add("permissions")
    return replace(form, permissions=ids & CATALOGUE.keys())


def _with_carriers(form: AppForm, link: Parameters, errors: dict[str, str]) -> AppForm:
    """Brand partners count for public apps only; the quick start's link names some for a private one."""
    asked = [part.strip() for part in (link.get("carriers") or "").split(",") if part.strip()]
    if not form.public or not asked:
        return form
    unknown = sorted(set(asked) - CARRIERS.keys())
    if unknown:
        errors["carriers"] = f"The link names unknown brand partners: {', '.join(unknown)[:100]}."
    return replace(form, carriers=known_carriers(asked))
