"""The command line: `zhizao COMMAND`. Each command is a module of `zhizao.commands`, loaded when called."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
import traceback
from typing import Any, NoReturn

import click

from zhizao.errors import InputError

__all__ = ["COMMANDS", "main", "program"]

COMMANDS: dict[str, str] = {
    "run": "One history and one future of a scenario, month by month.",
    "compare": "Scenarios side by side: paired differences with intervals.",
    "report": "A page to look at, a workbook and charts: one folder, no network.",
    "reach": "The cheapest mix that meets a target with a given probability.",
    "sweep": "Many runs by a design, resumable, on this machine or on a Dask cluster.",
    "sensitivity": "Which inputs of a sweep matter: Sobol' indices, Morris or PAWN.",
    "discover": "In which futures of a sweep a policy fails: boxes and a tree.",
    "app": "The dashboard: move the levers in a browser and see what changes.",
    "calibrate": "Fit the model to the report's figures again, or check the shipped fit.",
    "rerun": "The same numbers again, from the record of a stored study.",
    "evidence": "The report's figures, and what the model gives for each.",
    "scenarios": "List the scenarios, show what one sets, print their schema.",
    "params": "Every parameter and lever: unit, bounds, role, interval, source.",
}
"""Name and purpose of every command, so that the help needs none of them."""

_INTERRUPTED = 130


class Program(click.Group):
    """The commands, loaded one at a time, and what is said when one of them cannot go on."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"zhizao.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for, or say which one may have been meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0][:80], COMMANDS, n=1, cutoff=0.5)
            hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(COMMANDS)}."
            ctx.fail(f"there is no command {args[0][:80]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what stops it into words and an exit code."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except InputError as error:
            for line in error.problems:
                click.echo(line, err=True)
            ctx.exit(2)
        except MemoryError:
            click.echo("there is too little memory for this; ask for fewer firms, draws or workers", err=True)
            ctx.exit(2)
        except KeyboardInterrupt as interrupt:
            click.echo(str(interrupt) or "stopped; nothing was left half-written", err=True)
            ctx.exit(_INTERRUPTED)
        except BrokenPipeError:
            _leave_quietly()
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            _tell_fault(error, debug=ctx.params["debug"])
            ctx.exit(1)
        return result


def _leave_quietly() -> NoReturn:
    """End when the reader of our output has gone, without a complaint at the last flush."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def _tell_fault(error: Exception, *, debug: bool) -> None:
    if debug:
        traceback.print_exception(error)
    text = str(error).strip().splitlines()
    reason = f": {text[0][:300]}" if text else ""
    click.echo(f"{type(error).__name__}{reason}", err=True)
    click.echo("this is a fault of zhizao; please report it (--debug shows where it happened)", err=True)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"zhizao {importlib.import_module('zhizao.version').version()}")
        ctx.exit()


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, envvar="ZHIZAO_DEBUG", help="Show where a fault happened.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
              help="Show the version.")  # fmt: skip
def program(debug: bool) -> None:
    """Simulate a district's industrial policy: firms, subsidies and services, month by month.

    \b
    Examples:
      zhizao compare
      zhizao run services-surge --seed 7
      zhizao COMMAND --help
    """


def main() -> None:
    """Run the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese is no reason to stop
    program()


if __name__ == "__main__":
    main()
