"""`kanryu serve CASE [--port N] [--no-browser]`: the page, from this machine, for this machine."""

from __future__ import annotations

import sys

import click
import msgspec

from kanryu.cli.shell import envelope, exit_code_of, failure
from kanryu.core.errors import KanryuError
from kanryu.core.words import preferred_language, say, say_or


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """`kanryu serve CASE --json`: what is served where, printed before the first answer.

    address : what to open; with the token behind `#` when one is required
    token_required : other machines can reach the server, and must name the token
    """

    address: str
    case: str
    host: str
    port: int
    token_required: bool


RESULT = Served


@click.command("serve", help=say_or(preferred_language(), "cli.help.serve", ""))
@click.argument("target", metavar="CASE", default="ai")
@click.option("--port", type=click.IntRange(0, 65535), default=8600, show_default=True, help="0 = any free port.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Another address needs --open-to-network.")
@click.option("--open-to-network", is_flag=True, help="Answer other machines too, with a token.")
@click.option("--name", "names", multiple=True, help="A further host name that the server answers to (repeatable).")
@click.option("--lang", type=click.Choice(["en", "ja"]), help="Language / 言語")
@click.option("--json", "as_json", is_flag=True, help="The address as one JSON object instead of text.")
@click.pass_context
def command(
    context: click.Context,
    target: str,
    port: int,
    no_browser: bool,
    host: str,
    open_to_network: bool,
    names: tuple[str, ...],
    lang: str | None,
    as_json: bool,
) -> None:
    """Read the case, open the page, answer until interrupted."""
    from kanryu.web.serving import Serving

    lang = preferred_language(lang or (context.obj or {}).get("lang"))
    try:
        serving = Serving(target, host=host, port=port, open_to_network=open_to_network, names=names)
    except KanryuError as error:
        if as_json:
            click.echo(failure("serve", error, lang))
            context.exit(exit_code_of(error))
        raise
    settings = serving.settings
    if as_json:
        served = Served(
            address=serving.address(lang),
            case=serving.shelf.first,
            host=settings.host,
            port=settings.port,
            token_required=bool(settings.token),
        )
        click.echo(envelope("serve", ok=True, result=served))
    else:
        click.echo(say(lang, "web.serve.at", address=serving.address(lang)))
        click.echo(say(lang, "web.serve.stop" if not open_to_network else "web.serve.stop_open"))
    sys.stdout.flush()
    serving.run(open_browser=None if no_browser else serving.address(lang))
