"""The pages' texts in the reader's language: catalogues, which one a request gets, and the calls for code.

Texts are written in English in the code, and marked by `gettext` and `ngettext` (in templates by `_` and
`{% trans %}`). A language is a file `translations/LANGUAGE/LC_MESSAGES/messages.po`, read as it is. Outside a
request everything is English, so that functions without a request use the same calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TypeVar, cast

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, Domain, get_translations
from flask_babel import get_locale as _locale_of_request

from ringback import ConfigurationError

TRANSLATIONS = Path(__file__).parent / "translations"
ENGLISH = Locale("en")
_FILE = Path("LC_MESSAGES") / "messages.po"
T = TypeVar("T")


def gettext(text: str, /, **values: object) -> str:
    """`text` in the reader's language, with `values` in its places `%(name)s`."""
    told = str(_translations().ugettext(text))
    return told % values if values else told


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """The form of a text that fits `count`, which is also there as `%(num)s`."""
    return str(_translations().ungettext(one, many, count)) % {"num": count, **values}


def marked(text: str) -> str:
    """`text` itself: a constant that `gettext` gets later, marked for those who collect the texts."""
    return text


def locale() -> Locale:
    """The reader's language; English outside a request."""
    return _once_a_request("ringback_locale", lambda: _locale_of_request() or ENGLISH)


def _translations() -> NullTranslations:
    """The catalogue of the reader's language; English's, which is none, outside a request."""
    return cast(NullTranslations, _once_a_request("ringback_catalogue", get_translations))


def _once_a_request(name: str, find: Callable[[], T]) -> T:
    """What `find` gives: a page asks for it thousands of times, and in a request it stays what it is."""
    if not has_request_context():
        return find()
    held = g.get(name)
    if held is None:
        held = find()
        setattr(g, name, held)
    return cast(T, held)


def languages(folder: Path = TRANSLATIONS) -> tuple[str, ...]:
    """The languages there are, English first."""
    found = sorted(path.name for path in folder.glob("*") if (path / _FILE).is_file())
    return ("en", *(name for name in found if name != "en"))


def install(app: Flask, folder: Path = TRANSLATIONS) -> None:
    """Let `app` answer each request in the language that its browser likes best of those in `folder`.

    Raises ConfigurationError, one line that names the file, for a catalogue that cannot be used.
    """
    known = languages(folder)
    for name in known[1:]:
        _catalogue(folder / name / _FILE)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    _Babel(folder).init_app(app, locale_selector=lambda: _chosen(known))
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _translations().ugettext(text),
        ngettext=lambda one, many, count: _translations().ungettext(one, many, count),
        newstyle=True,
    )
    app.context_processor(lambda: {"language": str(locale()).replace("_", "-"), "locale": locale()})
    if len(known) > 1:
        app.after_request(_say_language)


def _chosen(known: Sequence[str]) -> str:
    """The first of the browser's languages that there is; `fr-CH` is content with `fr`."""
    liked = [name.replace("-", "_") for name, quality in request.accept_languages if quality > 0]
    return negotiate_locale(liked, known) or "en"


def _say_language(response: Response) -> Response:
    """Caches must not hand one reader's language to another."""
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = str(locale()).replace("_", "-")
        response.headers.add("Vary", "Accept-Language")
    return response


class _Catalogues(Domain):  # type: ignore[misc]  # flask-babel has no types
    """Catalogues as translators write them, without a compiled file beside each."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def get_translations(self) -> NullTranslations:
        """The catalogue of this request's language; English's, which is none, outside a request."""
        return _catalogue(self._folder / str(locale()) / _FILE)


class _Babel(Babel):  # type: ignore[misc]  # flask-babel has no types
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._catalogues = _Catalogues(folder)

    @property
    def domain_instance(self) -> Domain:
        """Where `gettext` finds its catalogue."""
        return self._catalogues


@cache
def _catalogue(path: Path) -> NullTranslations:
    """The catalogue in a file, once read. Raises ConfigurationError for one that pages would fall over."""
    if not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    try:
        language = Locale.parse(path.parts[-3])
        with path.open("rb") as file:
            catalog = read_po(file, locale=language, abort_invalid=True)
        wrong = [(message.lineno, str(error)) for message, errors in catalog.check() for error in errors]
        write_mo(compiled, catalog)
    except (PoFileError, UnknownLocaleError, ValueError, OSError) as error:
        raise _unusable(path, str(error)) from None
    if wrong:
        raise _unusable(path, f"line {wrong[0][0]}: {wrong[0][1]}")
    compiled.seek(0)
    return Translations(compiled)


def _unusable(path: Path, why: str) -> ConfigurationError:
    place = "/".join(path.parts[-3:])
    return ConfigurationError(
        f"The translation {place} cannot be used: {why}", remedy="Correct the file, or take it out."
    )
