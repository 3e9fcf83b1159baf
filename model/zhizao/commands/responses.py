"""`zhizao responses`: what each lever and number moves, and which are dead."""

from __future__ import annotations

from collections.abc import Sequence

import click

from zhizao.calendar import BRANCH
from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table
from zhizao.commands.output import print_notes, say_notes
from zhizao.commands.progress import progress
from zhizao.commands.sizes import Size, size_of
from zhizao.commands.study import with_study
from zhizao.parameter_words.names import key_with_name
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.wording import unit_of_difference
from zhizao.studies.options import Options, check_options, made_by
from zhizao.studies.responses import LOOKED_AT, Moved, responses
from zhizao.studies.study_options import DrawsOptions
from zhizao.words.tables import Language, words_of

__all__ = ["command"]

say = words_of("responses")
_POINTS = ("level2_share_true_end", "level2_share_end")


@click.command("responses")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option(
    "--base", default="baseline", show_default=True, metavar="NAME", help="The policy in which they are moved."
)
@with_study(DrawsOptions)
@common.options(common.output_format, common.language, common.quiet)
def command(
    keys: tuple[str, ...], base: str, study: DrawsOptions, output_format: str, language: Language, quiet: bool
) -> None:
    """Move each lever and each number between its ends, one at a time, and print what that moves.

    KEY is the key of a lever or number, or how it begins; everything is moved if none is named. What moves none of
    the outcomes but public money by more than three standard errors is marked as not alive.

    \b
    Examples:
      zhizao responses
      zhizao responses grants specialists --draws 100
      zhizao responses valuation --format csv > responses.csv
    """
    options = check_options(**study)  # reads the firms, which are then not read again
    read: DrawsOptions = {**study, "firms": options.register}
    with progress("responses", quiet=quiet) as tell:
        found = responses(keys, base=base, progress=tell, **read)
    say_notes(options.notes, output_format, language, quiet=quiet)
    rows = [one.to_dict() for one in found]
    print_as(
        output_format,
        value=lambda: {**made_by(options), "responses": rows},
        rows=lambda: rows,
        table=lambda: _print(found, options, language),
    )


def _print(found: Sequence[Moved], options: Options, language: Language) -> None:
    print_notes(options.notes, language)
    rows = []
    tried = [one for one in found if one.tried]
    sizes = {name: size_of((one.mean(name) for one in tried), language, _unit(name)) for name in LOOKED_AT}
    for one in found:
        row = one.to_dict()
        state = "alive" if one.alive else "dead" if one.tried else "not tried"
        numbers = [_cell(one, outcome, sizes[outcome]) if one.tried else "" for outcome in LOOKED_AT]
        rows.append([_key(row["key"], language), row["low"], row["high"], *numbers, say(state, language)])
    headers = [say(key, language) for key in ("key", "low", "high")]
    headers += [*(sizes[name].header(say(name, language)) for name in LOOKED_AT), say("state", language)]
    print_table(headers, rows, right=range(1, 3 + len(LOOKED_AT)))
    alive = sum(one.alive for one in tried)
    print_lines(
        "",
        say(
            "note",
            language,
            alive=alive,
            tried=len(tried),
            left=len(found) - len(tried),
            draws=options.draws,
            branch=BRANCH,
        ),
    )


def _unit(outcome: str) -> str:
    return unit_of_difference(OUTCOMES_BY_NAME[outcome].unit)


def _key(key: str, language: Language) -> str:
    """Return the key of a lever or number, in Chinese with its name; of a choice, what it is set to stays behind it."""
    plain, equals, chosen = key.partition("=")
    try:
        return f"{key_with_name(plain, language)}{equals}{chosen}"
    except KeyError:
        return key


def _cell(one: Moved, outcome: str, size: Size) -> str:
    times, digits = (100.0, 1) if outcome in _POINTS else (1.0, 0)
    mark = "" if one.moves(outcome) else "·"
    mean = size.fixed(times * one.mean(outcome), digits, sign=True)
    return f"{mean} ± {size.fixed(times * one.error(outcome), digits)}{mark}"
