"""The commands: what each is called, which options it takes, and what it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from . import calls_options, completing, options
from .calls_group import calls
from .failures import FAILED, one_line, say_failure, system_failure
from .helped import Group
from .shell_commands import completion, man
from .vault_group import vault


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from ringback.client.version import VERSION

        click.echo(f"ringback {VERSION}")
        context.exit()


@click.group(
    name="ringback",
    cls=Group,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
def app() -> None:
    """Log RingCentral users in and call the API. Not affiliated with RingCentral."""


@app.command()
@options.web_port
@options.of_the_platform
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
def demo(web_port: int, no_browser: bool, **told: Any) -> None:
    """Local platform and web app in one command, with a made-up company to log in to.

    Needs no account.
    """
    from .demo_command import run_demo
    from .platform_command import PlatformOptions

    with one_line():
        run_demo(PlatformOptions(**told), web_port, browser=not no_browser)


@app.command()
@options.web_port
@options.host
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Serve with gunicorn and this many processes (pip install 'ringback[production]').",
)
def web(web_port: int, host: str, workers: int | None) -> None:
    """The web app, against the server in RC_SERVER_URL.

    Settings come from the environment or .env.
    """
    from .web_command import run_web
    from .web_workers import run_workers

    with one_line():
        if workers is None:
            run_web(host, web_port)
        else:
            run_workers(host, web_port, workers)


@app.command()
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening a browser.")
@click.option(
    "--timeout",
    "seconds",
    type=click.IntRange(1, 600),
    default=300,
    show_default=True,
    help="How many seconds to wait for the login.",
)
@click.option("--jwt-env", "jwt", is_flag=True, help="Log in with the JWT in RC_USER_JWT, without a browser.")
@click.option("--json", "as_json", is_flag=True, help="Print who is logged in then as JSON.")
def login(no_browser: bool, seconds: int, jwt: bool, as_json: bool) -> None:
    """Log in to RingCentral in a browser, for the commands that call the API.

    RC_REDIRECT_URL must be registered and lead to a port of this machine.
    """
    from .login_command import run_login

    with one_line():
        run_login(browser=not no_browser, seconds=seconds, jwt=jwt, as_json=as_json)


@app.command()
@click.option("--everywhere", is_flag=True, help="End the login for every browser and program that holds it.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
def logout(everywhere: bool, as_json: bool) -> None:
    """Log out, and revoke the tokens unless another program holds the login too."""
    from .login_command import run_logout

    with one_line():
        run_logout(everywhere=everywhere, as_json=as_json)


@app.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def whoami(as_json: bool) -> None:
    """Who is logged in: name, extension, permissions, expiry."""
    from .login_command import run_whoami

    with one_line():
        click.echo(run_whoami(as_json=as_json))


@app.command()
@click.option(
    "--user",
    "user_id",
    metavar="ID",
    shell_complete=completing.users,
    help="Whose login to look at; default: who is logged in here.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(user_id: str | None, as_json: bool) -> None:
    """Look at everything a login needs, and say what to change and where. Changes nothing."""
    from .doctor_command import run_doctor

    with one_line():
        code, text = run_doctor(user_id=user_id, as_json=as_json)
        click.echo(text)
    raise click.exceptions.Exit(code)


app.add_command(calls)


@app.command()
@click.argument("method", type=click.Choice(["GET"]))
@click.argument("path")
@click.option("--query", multiple=True, metavar="NAME=VALUE", help="A parameter; can be given several times.")
@click.option("--all", "all_pages", is_flag=True, help="All pages: a line of JSON a record.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON; an answer that is none fails.")
@options.no_wait
@options.quiet
def api(
    method: str,
    path: str,
    query: tuple[str, ...],
    all_pages: bool,
    as_json: bool,
    no_wait: bool,
    quiet: bool,
) -> None:
    """Call any endpoint, for example /restapi/v1.0/account/~/extension, and print what it answers.

    Changes nothing: GET only.
    """
    from .api_command import run_api

    with one_line():
        run_api(method, path, query, all_pages=all_pages, as_json=as_json, wait=not no_wait, quiet=quiet)


@app.group()
def recordings() -> None:
    """The sound of recorded calls."""


@recordings.command()
@calls_options.of_the_log
@calls_options.filters
@click.option(
    "--folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to; what is there already is not fetched again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print how many there were as JSON.")
@options.no_wait
@options.quiet
def download(folder: Path, as_json: bool, **told: Any) -> None:
    """Fetch the recordings of a log's calls; of the last 24 hours unless told otherwise.

    What was broken off is gone on with the next time.
    """
    from .recordings_command import run_download

    with one_line():
        click.echo(run_download(calls_options.Asked.of(told), folder, as_json=as_json))


app.add_command(vault)
app.add_command(completion)
app.add_command(man)


@app.group(invoke_without_command=True, subcommand_metavar="[COMMAND [ARGS]...]")
@options.of_the_platform
@options.web_port
@click.pass_context
def platform(context: click.Context, /, web_port: int, **told: Any) -> None:
    """The local platform alone: RingCentral's side, to develop and test against.

    --web-port says where your web app is: the seeded app's redirect URI leads there.
    """
    if context.invoked_subcommand is not None:
        _refuse_options(context)
        return
    from .platform_command import PlatformOptions, run_platform

    with one_line():
        run_platform(PlatformOptions(**told), web_port)


@platform.command()
@click.option("--client-id", required=True, help="Whose report; the development or the production ID.")
@click.option(
    "--profile",
    type=click.Choice(["2019", "today"]),
    default="2019",
    show_default=True,
    help="The rules of graduation, or today's report.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    show_default=True,
    help="What is printed.",
)
@click.option("--server", help="The platform's base URL; default RC_SERVER_URL, else http://localhost:8000.")
def readiness(client_id: str, profile: str, form: str, server: str | None) -> None:
    """Is an app ready? Asks a running platform."""
    from .readiness_command import run_readiness

    with one_line():
        code, text = run_readiness(client_id, profile=profile, form=form, server=server)
        click.echo(text)
    raise click.exceptions.Exit(code)


def _refuse_options(context: click.Context) -> None:
    """Options that start a platform have no say in what asks a running one: better said than ignored."""
    for parameter in context.command.params:
        name = parameter.name
        if name and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(
                f"{parameter.opts[0]} starts a platform; `{context.invoked_subcommand}` asks a running one",
                context,
            )


def run() -> None:
    """Parse the command line and carry it out."""
    try:
        app(prog_name="ringback")
    except OSError as error:
        say_failure(system_failure(error))
        raise SystemExit(FAILED) from None
