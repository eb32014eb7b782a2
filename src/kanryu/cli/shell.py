"""What all commands share: lazy loading, the language, the JSON envelope, errors to exit codes.

Results go to standard output, everything else to standard error. One envelope for every command:
`{"kanryu": 1, "command": ..., "ok": ..., "result": ..., "problems": [...]}`.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from kanryu.core import errors
from kanryu.core.problems import Problem, collect_told, visible
from kanryu.core.words import preferred_language, say, say_or

# In the order in which `kanryu --help` shows them. The one-line help is `cli.help.NAME` in core/words.
COMMANDS = (
    "demo",
    "check",
    "show",
    "loops",
    "trace",
    "circulation",
    "funnel",
    "roles",
    "ties",
    "vendor",
    "consolidate",
    "ends",
    "compare",
    "stress",
    "clear",
    "debtrank",
    "run",
    "experiment",
    "fit",
    "score",
    "matrix",
    "replay",
    "market",
    "explosive",
    "serve",
    "publish",
    "import",
    "export",
    "generate",
    "explain",
    "doctor",
)
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def module_of(name: str) -> str:
    """The module that holds the command of that name."""
    return "kanryu.cli." + (name + "_" if name in ("import",) else name)


@functools.cache
def available() -> tuple[str, ...]:
    """The commands of which a file exists."""
    from pathlib import Path

    here = Path(__file__).parent
    return tuple(name for name in COMMANDS if (here / (module_of(name).rsplit(".", 1)[1] + ".py")).is_file())


class _Commands(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(available())

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in available():
            return None
        command: click.Command = importlib.import_module(module_of(name)).command
        command.name = name
        command.context_settings = {**_SETTINGS, **command.context_settings}
        return in_language(command, name, context.meta.get("kanryu.lang", "en"))

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        asked = args[args.index("--lang") + 1 :][:1] if "--lang" in args else []
        context.meta["kanryu.lang"] = preferred_language(asked[0] if asked else context.params.get("lang"))
        try:
            return super().resolve_command(context, args)
        except click.UsageError:
            raise errors.UsageError(
                say(preferred_language(), "cli.command_unknown", name=args[0]),
                hint=errors.NotFound(name=args[0], known=available()).hint(preferred_language()),
            ) from None

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        lang = preferred_language(context.params.get("lang"))
        if not available():
            return
        with formatter.section(say(lang, "cli.commands")):
            formatter.write_dl([(name, say_or(lang, f"cli.help.{name}", "")) for name in available()])


def in_language(command: click.Command, name: str, lang: str) -> click.Command:
    """The command with its help in `lang`; an option without a translation keeps its English text."""
    command.help = say_or(lang, f"cli.help.{name}", command.help or "")
    for option in command.get_params(click.Context(command)):
        if isinstance(option, click.Option) and option.help:
            text = say_or(lang, f"options.{option.name}", option.help)
            option.help = say_or(lang, f"options.{name}.{option.name}", text)
    return command


@click.group(
    cls=_Commands,
    context_settings=_SETTINGS,
    invoke_without_command=True,
    epilog="kanryu demo · kanryu loops ai · kanryu trace ai --account nvidia",
)
@click.option("--lang", type=click.Choice(["en", "ja"]), help="Language / 言語", is_eager=True)
@click.option("--version", is_flag=True, help="Show the version.")
@click.pass_context
def kanryu(context: click.Context, lang: str | None, version: bool) -> None:
    """Follow money round in circles. / お金の流れをたどり、還流を見る。"""
    context.ensure_object(dict)["lang"] = lang
    if version:
        from kanryu import __version__

        click.echo(f"kanryu {__version__}")
        context.exit()
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def envelope(command: str, *, ok: bool, result: Any, problems: Sequence[Any] = (), error: Any = None) -> str:
    """The JSON text of one answer; unknown numbers are null, never NaN."""
    import msgspec

    body: dict[str, Any] = {
        "kanryu": 1,
        "command": command,
        "ok": ok,
        "result": result,
        "problems": list(problems),
    }
    if error is not None:
        body["error"] = error
    return msgspec.json.format(msgspec.json.encode(msgspec.to_builtins(body, enc_hook=_plain))).decode()


def _plain(value: Any) -> Any:
    """NumPy scalars and arrays, paths: to what JSON knows."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)


def answers(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Decorator that makes a function the body of command `name`.

    The function gets `lang` and its own parameters, and returns `(result, text)`, where `result` is a record and
    `text(lang)` gives what a person reads; or `(result, text, problems)`. Options `--json` and `--lang` are added.
    The exit code is 1 when a problem of level error is returned, 5 when `LimitReached` carries a partial result.
    """

    def wrap(function: Callable[..., Any]) -> click.Command:
        @click.pass_context
        @functools.wraps(function)
        def body(context: click.Context, /, as_json: bool, lang: str | None, **params: Any) -> None:
            lang = preferred_language(lang or (context.obj or {}).get("lang"))
            problems: Sequence[Any] = ()
            code = errors.EXIT_FINE
            told = collect_told()
            try:
                result, text, *more = function(lang=lang, **params)
                problems = more[0] if more else ()
            except errors.LimitReached as limit:
                if limit.partial is None:
                    raise
                result, text, *more = limit.partial
                code = errors.EXIT_LIMIT
                _complain(limit, lang)
            except errors.KanryuError as error:
                if as_json:
                    click.echo(failure(name, error, lang))
                _complain(error, lang)
                context.exit(exit_code_of(error))
            if name != "check":  # check has them already, and shows them its own way
                problems = [*problems, *(problem for problem in told if problem not in problems)]
                _warn(told, params.get("target", ""), lang)
            if code == errors.EXIT_FINE and any(problem.level == "error" for problem in problems):
                code = errors.EXIT_FACTS
            if as_json:
                click.echo(envelope(name, ok=code == errors.EXIT_FINE, result=result, problems=problems))
            else:
                shown = text(lang) if callable(text) else text
                click.echo("\n".join(visible(line) for line in shown.split("\n")))
            context.exit(code)

        options = click.option("--lang", type=click.Choice(["en", "ja"]), help="Language / 言語")(
            click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")(body)
        )
        return click.command(name, help=say_or(preferred_language(), f"cli.help.{name}", ""))(options)

    return wrap


def failure(command: str, error: errors.KanryuError, lang: str) -> str:
    """The envelope of an error."""
    return envelope(
        command,
        ok=False,
        result=None,
        problems=getattr(error, "problems", ()),
        error={"code": error.code, "message": error.text(lang), "hint": error.hint(lang)},
    )


def exit_code_of(error: errors.KanryuError) -> int:
    """The error's code; 1 when what stopped the command is in rows or cells of the user's facts (house style 5)."""
    problems = [problem for problem in getattr(error, "problems", ()) if problem.level == "error"]
    if error.exit_code == errors.EXIT_INPUT and any(p.where.line or p.where.cell for p in problems):
        return errors.EXIT_FACTS
    return error.exit_code


def _complain(error: errors.KanryuError, lang: str) -> None:
    for problem in getattr(error, "problems", ())[:20]:
        click.echo(problem.text(lang), err=True)
    click.echo(f"kanryu: {visible(error.text(lang))}", err=True)
    if error.hint(lang):
        click.echo(f"   {visible(error.hint(lang))}", err=True)


def _warn(told: Sequence[Problem], target: str, lang: str) -> None:
    """Say that the facts behind an answer have errors: what could not be read is not in it."""
    wrong = [problem for problem in told if problem.level == "error"]
    if wrong:
        click.echo(wrong[0].text(lang), err=True)
        click.echo(say(lang, "cli.facts_have_errors", count=len(wrong), target=visible(str(target))), err=True)


def run(args: list[str]) -> int:
    """Run the command line; the exit code of house style section 5."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    lang = preferred_language()
    try:
        outcome = kanryu.main(args, prog_name="kanryu", standalone_mode=False)
        if isinstance(outcome, int):  # click hands back the code of `context.exit`
            return outcome
    except click.exceptions.Exit as leave:
        return int(leave.exit_code)
    except click.Abort:
        return errors.EXIT_INTERRUPTED
    except KeyboardInterrupt:
        click.echo(say(lang, "cli.interrupted"), err=True)
        return errors.EXIT_INTERRUPTED
    except click.ClickException as wrong:
        if "--json" in args:
            click.echo(failure(args[0], errors.UsageError(wrong.format_message()), lang))
        wrong.show()
        return errors.EXIT_USAGE
    except errors.KanryuError as error:
        if "--json" in args:
            click.echo(failure(args[0] if args else "", error, lang))
        _complain(error, lang)
        return exit_code_of(error)
    except BrokenPipeError:
        sys.stderr.close()
        return errors.EXIT_FINE
    return errors.EXIT_FINE
