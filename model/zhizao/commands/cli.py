"""The command line: `zhizao COMMAND`. Each command is a module of `zhizao.commands`, loaded when called."""

from __future__ import annotations

import contextlib
import difflib
import errno
import importlib
import os
import sys
import traceback
import warnings
from typing import Any, NoReturn

import click

from zhizao.commands.help_language import (
    ENGLISH,
    HELP_OPTIONS,
    HelpContext,
    ask_for_language,
    asked_language,
    language_of_errors,
    language_of_help,
    shows_help_in,
)
from zhizao.commands.wrong_usage import usage_errors_in
from zhizao.district.folder import DEFAULT, use_district
from zhizao.district.folder import VARIABLE as DISTRICT_VARIABLE
from zhizao.errors import InputError, OutputError, in_language, out_of_resources, resources_message, writing_output
from zhizao.files import leave_no_empty_folders
from zhizao.garbage import loading_for_good, not_looked_for
from zhizao.ideas.file import VARIABLE, use_ideas
from zhizao.interrupts import STOPPED, exit_status, heed_interrupts, interrupts_are_over
from zhizao.isolation import own_process
from zhizao.room import check_room
from zhizao.words.of_errors import error_in

__all__ = ["COMMANDS", "main", "program"]

COMMANDS: dict[str, str] = {
    "run": "One history and one future of a scenario, month by month.",
    "compare": "Scenarios side by side: paired differences with intervals.",
    "report": "A page to look at, a workbook and charts: one folder, no network.",
    "brief": "A few dated pages of Word, or slides: the answer, for those who decide.",
    "reach": "The cheapest mix that meets a target with a given probability.",
    "sweep": "Many runs by a design, resumable, on this machine or on a Dask cluster.",
    "sensitivity": "Which inputs of a sweep matter: Sobol' indices, Morris or PAWN.",
    "discover": "In which futures of a sweep a policy fails: boxes and a tree.",
    "app": "The dashboard: move the levers in a browser and see what changes.",
    "calibrate": "Fit the model to the report's figures again, or check the shipped fit.",
    "update": "New facts for a fit that there is: weighted, not fitted again.",
    "pool": "Our fit in the light of another place's facts.",
    "rerun": "The same numbers again, from the record of a stored study.",
    "evidence": "The report's figures, and what the model gives for each.",
    "district": "Make the folder of a place, check it before any fit, show it.",
    "experiments": "Experiments that were really made, and what the model gives for each.",
    "structures": "Readings that no interval expresses: how likely, and what holds in all.",
    "choose": "Which policy to choose where one cannot know: regret, requirements, criteria.",
    "learn": "What to find out next, and what knowing it would be worth for a choice.",
    "frontier": "Mixes of policy that no other beats in many objectives at once.",
    "watch": "What it is worth to look before deciding: a policy that adapts against fixed ones.",
    "responses": "What each lever and number moves, and which are not alive.",
    "scenarios": "List the scenarios, show what one sets, print their schema.",
    "params": "Every parameter and lever: unit, bounds, role, interval, source.",
}
"""Name and purpose of every command, so that the help needs none of them."""


class Program(click.Group):
    """The commands, loaded one at a time, and what is said when one of them cannot go on."""

    context_class = HelpContext
    alone = False
    """Whether this process runs nothing else, as `main` says."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        with loading_for_good() if self.alone else not_looked_for():
            command: click.Command = importlib.import_module(f"zhizao.commands.{cmd_name}").command
        for each in (command, *(command.commands.values() if isinstance(command, click.Group) else ())):
            each.context_class = HelpContext
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options of the program; the district and the language of help may also stand after the command."""
        ask_for_language(ctx, language_of_errors(args))
        language, args = language_of_help(args)
        shows_help_in(language, ctx)
        with usage_errors_in(ctx):
            return super().parse_args(ctx, _district_first(args))

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
            check_room()
            with usage_errors_in(ctx):
                result = super().invoke(ctx)
            with writing_output():
                sys.stdout.flush()
        except OutputError as error:
            _silence_output()
            _say(str(error), ctx)
            ctx.exit(2)
        except InputError as error:
            for line in _said(error, ctx):
                click.echo(line, err=True)
            ctx.exit(2)
        except KeyboardInterrupt as interrupt:
            interrupts_are_over()
            _say(str(interrupt) or STOPPED, ctx)
            ctx.exit(exit_status())
        except BrokenPipeError:
            _leave_quietly()
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None:
                _silence_output()  # the help of a command, which click prints
                _say(str(OutputError(error)), ctx)
                ctx.exit(2)
            what = "memory" if isinstance(error, MemoryError) else out_of_resources(error)
            if what is None:
                _tell_fault(error, ctx)
                ctx.exit(1)
            if ctx.params["debug"]:
                traceback.print_exception(error)
            click.echo(in_language(resources_message(what), asked_language(ctx)), err=True)
            ctx.exit(2)
        finally:
            leave_no_empty_folders()
        return result


def _district_first(args: list[str]) -> list[str]:
    """Return the arguments with every ``--district DIR`` before the command."""
    named: list[str] = []
    others: list[str] = []
    left = iter(args)
    for argument in left:
        if argument == "--":
            others += [argument, *left]
        elif argument == "--district":
            named += [argument, *[value for value in [next(left, None)] if value is not None]]
        elif argument.startswith("--district="):
            named.append(argument)
        else:
            others.append(argument)
    if others[:2] in (["district", "check"], ["district", "show"]):
        named += [part for folder in _folder_of(others[2:]) for part in ("--district", folder)]
    return named + others


def _folder_of(args: list[str]) -> list[str]:
    """Return the folder that `zhizao district check` or `show` names first, if it does: it must be known at once."""
    return args[:1] if args and not args[0].startswith("-") else []


def _leave_quietly() -> NoReturn:
    """End when the reader of our output has gone, without a complaint at the last flush."""
    _silence_output()
    sys.exit(0)


def _silence_output() -> None:
    """Let what is left of our output go nowhere, so that the last flush does not complain again."""
    with contextlib.suppress(OSError, ValueError):  # there is no descriptor where tests replace a terminal
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_closed_streams() -> None:
    """Put the null device in the place of standard streams that are closed, before another file gets their number."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _tell_fault(error: Exception, ctx: click.Context) -> None:
    if ctx.params["debug"]:
        traceback.print_exception(error)
    text = str(error).strip().splitlines()
    reason = f": {text[0][:300]}" if text else ""
    click.echo(f"{type(error).__name__}{reason}", err=True)
    _say("this is a fault of zhizao; please report it (--debug shows where it happened)", ctx)


def _said(error: InputError, ctx: click.Context) -> tuple[str, ...]:
    """Return what is wrong with what the user gave, in the language of errors."""
    language = asked_language(ctx)
    if language != ENGLISH:
        with contextlib.suppress(InputError):  # units are those of the district, which may be what is wrong
            said: tuple[str, ...] = importlib.import_module("zhizao.parameter_words.units").problems_in(error, language)
            return said
    return error.in_language(language)


def _say(text: str, ctx: click.Context) -> None:
    """Say on standard error why a command ends, in the language of errors."""
    click.echo(error_in(asked_language(ctx), text), err=True)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"zhizao {importlib.import_module('zhizao.version').version()}")
        ctx.exit()


def _use_ideas(ctx: click.Context, _: click.Parameter, file: str | None) -> None:
    """Put a file of ideas in force before anything of the model is loaded."""
    if file is not None and not ctx.resilient_parsing:
        try:
            use_ideas(file)
        except InputError as error:
            raise click.UsageError("\n".join(_said(error, ctx)), ctx) from error


def _use_district(ctx: click.Context, _: click.Parameter, named: str | None) -> None:
    """Put a district in force before anything of the model is loaded."""
    if named is not None and not ctx.resilient_parsing:
        try:
            use_district(named)
        except InputError as error:
            raise click.UsageError("\n".join(_said(error, ctx)), ctx) from error


@click.group(cls=Program, context_settings={"help_option_names": HELP_OPTIONS, "max_content_width": 100})
@click.option("--debug", is_flag=True, envvar="ZHIZAO_DEBUG", help="Show where an error happened.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
@click.option(
    "--ideas",
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=_use_ideas,
    envvar=VARIABLE,
    help="A Python file with rules, instruments, outcomes or a model of your own; it is run.",
)
@click.option(
    "--district",
    metavar="DIR",
    is_eager=True,
    expose_value=False,
    callback=_use_district,
    envvar=DISTRICT_VARIABLE,
    help=f"The folder of a district, or the name of a shipped one; {DEFAULT} if not given.",
)
def program(debug: bool) -> None:
    """Simulate a district's industrial policy: firms, subsidies and services, month by month.

    \b
    Questions, and what answers them:
      which policy does most?     zhizao compare
      for which firms?            zhizao compare baseline light-vouchers --by size
      at what cost, and why?      zhizao compare baseline light-vouchers --full
      what does it change?        zhizao scenarios show light-vouchers
      what if reports are true?   zhizao compare baseline assessment-crackdown
      small firms, 200 m a year?  zhizao choose --for small --budget-a-year 200
      for our own list of firms?  zhizao compare --firms list.xlsx
      a brief for Monday          zhizao brief monday.docx baseline light-vouchers
      all that a command does     zhizao COMMAND --help
    """


def _plain_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """Return a warning as Python shows it; only what it says, where that is for the user."""
    ours = category.__module__.startswith("zhizao.")
    ctx = click.get_current_context(silent=True)
    said = error_in(asked_language(ctx), str(message)) if ctx and ours else message
    return f"{said}\n" if ours else f"{filename}:{lineno}: {category.__name__}: {message}\n"


def main() -> None:
    """Run the program."""
    _open_closed_streams()
    own_process()
    program.alone = True
    heed_interrupts()
    warnings.formatwarning = _plain_warning
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese is not a reason to stop
    try:
        program()
    except OSError as error:  # help and version are printed before there is a command to run
        _silence_output()
        click.echo(str(OutputError(error)), err=True)
        sys.exit(2)
    finally:
        interrupts_are_over()


if __name__ == "__main__":
    main()
