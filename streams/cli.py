"""The `livecue` command: one file a command in `streams.commands`, loaded when it is asked for."""

from __future__ import annotations

import importlib
import pkgutil
import signal
import sys
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from features.errors import LivecueError
from streams import commands

__all__ = ["COMMANDS", "create_cli", "main"]

COMMANDS = (
    "demo",
    "up",
    "broker",
    "topics",
    "worker",
    "health",
    "console",
    "simulate",
    "replay",
    "explain",
    "erase",
    "doctor",
    "config",
)
"""All commands, in the order of the help page."""


# What Typer makes of ctrl-C, whenever it comes.
_INTERRUPTED = 130
_AGAIN_S = 0.05


class _Commands(TyperGroup):
    """Loads a command's module when it is needed, and says expected failures without a traceback.

    Exit codes: 0 also after ctrl-C and SIGTERM, 1 failed, 2 bad input.
    """

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as the base class has it
        present = {module.name for module in pkgutil.iter_modules(commands.__path__)}
        return [name for name in COMMANDS if name in present]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.list_commands(ctx):
            return None
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        importlib.import_module(f"{commands.__name__}.{cmd_name}").register(single)
        command = typer.main.get_command(single)
        command.name = cmd_name
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except SystemExit as ended:
            if ended.code != _INTERRUPTED:
                raise
            sys.exit(0)
        except OSError as error:
            _say_why(error)
            sys.exit(1)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except LivecueError as error:
            typer.echo(f"livecue: {error}", err=True)
            raise typer.Exit(1) from None
        except ValueError as error:
            if not _is_settings_error(error):
                raise
            typer.echo(f"livecue: {error}", err=True)
            raise typer.Exit(2) from None


def _say_why(error: OSError) -> None:
    """Say it as far as anybody can still be told: it may be the output itself that is full."""
    try:
        typer.echo(nl=False)
    except OSError:
        sys.stdout = None  # else the interpreter tries once more as it ends, and complains
    place = "" if error.filename is None else f": {error.filename}"
    with suppress(OSError):
        typer.echo(f"livecue: {error.strerror or error}{place}", err=True)


def _is_settings_error(error: ValueError) -> bool:
    # Looked up late: the settings are what makes a start slow.
    from config import SettingsError

    return isinstance(error, SettingsError)


def create_cli() -> typer.Typer:
    """The command line application, with nothing loaded yet."""
    app = typer.Typer(
        cls=_Commands,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def livecue(
        version: Annotated[
            bool,
            typer.Option(
                "--version", help="Say the version.", is_eager=True, callback=_say_version
            ),
        ] = False,
    ) -> None:
        """Real-time personal live-stream reminders: Kafka in, Kafka out."""

    return app


def _say_version(asked: bool) -> None:
    # As soon as it is read, since a group wants a command after it.
    if asked:
        from importlib.metadata import version

        typer.echo(version("livecue"))
        raise typer.Exit


def _interrupt_again(lost: Any) -> None:
    """Interrupt once more, a moment later, where Python had to ignore it: in the midst of imports.

    It cannot be raised in `__del__` and in what weak references call.
    """
    if isinstance(lost.exc_value, KeyboardInterrupt):
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_S)
    else:
        sys.__unraisablehook__(lost)


def main() -> None:
    """The console script. SIGTERM ends it just as ctrl-C does, with everything stopped."""
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.default_int_handler)
    sys.unraisablehook = _interrupt_again
    create_cli()(prog_name="livecue")
