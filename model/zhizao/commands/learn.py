"""`zhizao learn`: what to find out next, and what it would be worth for a decision."""

from __future__ import annotations

from typing import Any

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_lines, print_table
from zhizao.commands.deciding import decision_options, goal_lines, print_decision, say
from zhizao.commands.output import check_files, print_notes
from zhizao.commands.progress import progress
from zhizao.commands.sizes import Size
from zhizao.commands.study import with_study
from zhizao.parameter_words.names import key_with_name
from zhizao.report.charts.deciding import learning_chart
from zhizao.report.decision_words import amount, learning_size, thing_name, units_of, written
from zhizao.studies.deciding.learn import Learning, Thing, learn
from zhizao.studies.study_options import CompareOptions
from zhizao.words.tables import Language

__all__ = ["command"]

_SHOWN = 8
"""Parameters that are printed if no more are asked for."""
_DRAWS = ("Draws of each structure, at most as many as its fit has members.", "每种结构的抽样次数，至多为成员数。")


@click.command("learn")
@click.argument("policies", nargs=-1, metavar="[POLICY]...")
@decision_options("group", "budget_a_year", "outcome", "worth", "budget", "structures", "weights")
@click.option("--facts", metavar="FILE", help="Facts that could be found out, of your own: [[candidate]] rows.")
@click.option("--all", "everything", is_flag=True, help="Print every parameter, not only those worth most.")
@click.option("--chart", metavar="FILE", help="Draw it into a PNG, SVG or PDF file.")
@with_study(CompareOptions, draws={"default": 300, "texts": _DRAWS})
@common.options(common.output_format, common.language, common.quiet)
def command(
    policies: tuple[str, ...],
    decision: dict[str, Any],
    facts: str | None,
    everything: bool,
    study: CompareOptions,
    chart: str | None,
    output_format: str,
    language: Language,
    quiet: bool,
) -> None:
    """Say what it is worth to know more before choosing among policies: numbers, structures, facts yet to be had.

    POLICY are as for `choose`. The worth of knowing something is how much better the expected payoff of a choice is
    that knows it. What would be seen of each fact is read from the model's own runs, with the error of seeing it.
    --calibration and --funding have no effect, as every structure has its own. Results do not depend on --workers.

    \b
    Examples:
      zhizao learn --worth 25
      zhizao learn baseline services-surge light-vouchers --worth 25 --facts my-facts.toml
      zhizao learn baseline double-grants no-grants --structure facts --draws 1000 --format csv > worth.csv
    """
    check_files(chart=chart, inputs=[*policies, facts, study["firms"]])
    with progress("learn", quiet=quiet) as tell:
        done = learn(policies or None, facts=facts, progress=tell, **decision, **study)
    print_decision(
        done,
        output_format,
        language,
        chart=(chart, learning_chart),
        table=lambda notes: _print(done, notes, language, everything=everything),
        quiet=quiet,
    )


def _print(done: Learning, notes: list[Any], language: Language, *, everything: bool) -> None:
    counted = units_of(done.goal, language)[0]
    print_lines(
        *goal_lines(done.goal, done.structures, language),
        say(
            "learn_how_many",
            language,
            draws=f"{done.draws:,}",
            structures=len(done.structures),
            effective=f"{done.effective:,.0f}",
            seed=done.options.seed,
            seconds=f"{done.seconds:.1f}",
        ),
        say("now", language, policy=done.now, expected=amount(done.expected, done.goal, language)),
    )
    if done.ridge:
        first, second = done.ridge
        mean, spread = written(done.ridge_mean, 2), written(done.ridge_spread, 2)
        print_lines(say("ridge", language, first=first, second=second, mean=mean, spread=spread, unit=counted))
    print_lines("")
    print_notes(notes, language)
    parameters = [one for one in done.things if one.kind == "parameter"]
    hidden = set() if everything else {one.key for one in parameters[_SHOWN:]}
    digits = 1 if done.goal.worth is not None or done.expected >= 1000.0 else 2
    shown = [one for one in done.things if not (one.kind == "parameter" and one.key in hidden)]
    size = Size(done.goal.unit, *learning_size(done, language), language)
    rows = [
        [thing_name(one, language, key_with_name), *_numbers(one, size, digits, ridge=bool(done.ridge))]
        for one in shown
    ]
    headers = [say("what", language), say("value", language, unit=size.unit), say("unseen", language)]
    headers += [say("shorter", language)] if done.ridge else []
    print_table(headers, rows, right=range(1, len(headers)))
    note = say("worth_note", language, left=len(hidden)) if hidden else say("worth_note_all", language)
    print_lines(note)


def _numbers(one: Thing, size: Size, digits: int, *, ridge: bool) -> list[str]:
    value = one.value
    cells = [
        f"{size.fixed(value.value, digits)} ± {size.fixed(value.error, digits)}",
        f"{size.fixed(value.unseen, digits)} ± {size.fixed(value.unseen_error, digits)}",
    ]
    if ridge:
        shorter = "–" if one.kind == "all" else f"{100.0 * (1.0 - value.left):.0f} ± {100.0 * value.left_error:.0f}"
        cells.append(shorter)
    return cells
