"""What our pages are drawn with: Bootstrap from its package, icons, filters, the language; and sent small."""

from __future__ import annotations

from flask import Flask
from flask_bootstrap import Bootstrap5

from ringback.compiled_templates import CompiledTemplates

from . import call_words, compression, formats, texts
from .charts import markup
from .icons import icon, icon_symbol, icon_use
from .words import duration_in_words

_STATIC_SECONDS = 3600


def install(app: Flask, home: str) -> None:
    """Let `app` draw our templates; `home` is the endpoint that the name in the top bar leads to.

    Comes before whatever else looks at answers: what is compressed is the whole answer.
    """
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _STATIC_SECONDS
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = CompiledTemplates()
    app.jinja_env.globals.update(icon=icon, icon_symbol=icon_symbol, icon_use=icon_use, home=home)
    app.jinja_env.filters.update(
        duration=duration_in_words,
        number=formats.number,
        percent=formats.percent,
        word=call_words.word,
        kind_of_call=call_words.kind_of_call,
        second=formats.second,
        minute=formats.minute,
        time_of_day=formats.time_of_day,
        chart_bars=markup.bars,
        chart_marks=markup.marks,
        chart_rows=markup.table_rows,
    )
    Bootstrap5(app)
    texts.install(app)
    compression.install(app)
    app.add_url_rule("/favicon.ico", "favicon", lambda: app.send_static_file("ringback.svg"))
