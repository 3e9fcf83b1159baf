"""`zhizao choose`: which policy to choose where one cannot know, by several criteria."""

from __future__ import annotations

import math
from typing import Any

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_lines, print_table
from zhizao.commands.deciding import decision_options, goal_lines, print_decision, say
from zhizao.commands.output import check_files, print_notes
from zhizao.commands.progress import progress
from zhizao.commands.sizes import Size, size_of
from zhizao.commands.study import with_study
from zhizao.evidence.ensembles import FIRST_CALIBRATION
from zhizao.report.answer import answer_lines
from zhizao.report.charts.deciding import choice_chart
from zhizao.report.decision_words import (
    budget_words,
    chosen_elsewhere,
    outcome_size,
    payoff_size,
    regret_size,
    units_of,
)
from zhizao.scenario.chain import is_own
from zhizao.studies.deciding.choose import MEASURES, Choice, Chosen, choose
from zhizao.studies.study_options import CompareOptions
from zhizao.words.tables import Language, in_a_row

__all__ = ["command"]

_SHARES = ("best", "met")


@click.command("choose")
@click.argument("policies", nargs=-1, metavar="[POLICY]...")
@decision_options("group", "budget_a_year", "outcome", "worth", "budget", "require", "structures", "weights")
@click.option("--chart", metavar="FILE", help="Draw it into a PNG, SVG or PDF file.")
@with_study(CompareOptions)
@common.options(common.output_format, common.language, common.quiet)
def command(
    policies: tuple[str, ...],
    decision: dict[str, Any],
    study: CompareOptions,
    chart: str | None,
    output_format: str,
    language: Language,
    quiet: bool,
) -> None:
    """Say which policy is best, for whom and within which budget, and how sure that is.

    POLICY are shipped names or TOML files, at least two; every shipped scenario but shocks if none is named. All meet
    the same futures, and several criteria choose. A structure is a reading of the evidence that no interval expresses
    (`zhizao structures`); --calibration and --funding have no effect, as every structure has its own. Results do not
    depend on --workers.

    \b
    Examples:
      zhizao choose --for small --budget-a-year 200
      zhizao choose baseline services-surge light-vouchers --worth 5
      zhizao choose --budget 250 --require "level2_share_true_end >= 0.8" --require "public_spend_total <= 220"
    """
    check_files(chart=chart, inputs=[*policies, study["firms"]])
    with progress("choose", quiet=quiet) as tell:
        done = choose(policies or None, progress=tell, **decision, **study)
    print_decision(
        done,
        output_format,
        language,
        chart=(chart, choice_chart),
        table=lambda notes: _print(done, notes, language),
        quiet=quiet,
    )


def _print(done: Choice, notes: list[Any], language: Language) -> None:
    futures = len(done.structures) * done.options.draws
    print_lines(*answer_lines(done, language), *_next(done, language), "")
    print_lines(
        *goal_lines(done.goal, done.structures, language),
        say(
            "how_many",
            language,
            futures=f"{futures:,}",
            structures=len(done.structures),
            draws=f"{done.options.draws:,}",
            seed=done.options.seed,
            seconds=f"{done.seconds:.1f}",
        ),
    )
    budget = budget_words(done.goal, language)
    if budget:
        out = [name for name, allowed in zip(done.policies, done.allowed, strict=True) if not allowed]
        names = in_a_row(out, language) or say("nobody", language)
        print_lines(say("budgeted", language, budget=budget, list=names))
    if done.goal.outcome.over:
        print_lines(say("ratio", language))
    print_lines("")
    print_notes(notes, language)
    _print_criteria(done, language)
    _print_policies(done, language)
    _print_steps(done, language)


def _next(done: Choice, language: Language) -> list[str]:
    """Return the commands that say more of the policy that the answer names."""
    names = [one.name if is_own(one.path) else str(one.path) for one in done.scenarios]
    policy, first = names[done.policies.index(done.answer.policy)], names[0]
    likeliest = max(done.structures, key=lambda one: one.weight).calibration
    fit = "" if likeliest == FIRST_CALIBRATION else f" --calibration {likeliest}"
    commands = {"show": f"zhizao scenarios show {policy}"}
    if policy != first:
        commands["why"] = f"zhizao compare {first} {policy} --by size --full{fit}"
        commands["brief"] = f"zhizao brief brief.docx {first} {policy}{fit}"
    return [say("next", language), *(f"  {line}: {say(f'next {key}', language)}" for key, line in commands.items())]


def _print_criteria(done: Choice, language: Language) -> None:
    print_lines(say("chooses", language))
    rows = [
        [
            say(one.criterion.name, language),
            one.policy or say("nobody", language),
            f"{100.0 * one.sure:.0f}",
            _elsewhere(done, one, language),
        ]
        for one in done.criteria
    ]
    headers = [say(name, language) for name in ("criterion", "choice", "sure", "elsewhere")]
    print_table(headers, rows, right=[2])
    everything = {one.policy for one in done.criteria}.union(*(one.by_structure for one in done.criteria))
    held = len(everything) == 1
    print_lines(say("holds", language, policy=everything.pop()) if held else say("holds_not", language), "")


def _elsewhere(done: Choice, one: Chosen, language: Language) -> str:
    if one.holds is None:
        return "–"
    if one.holds:
        return say("everywhere", language)
    return "\n".join(chosen_elsewhere(done, one, language, lambda policy: policy or say("nobody", language)))


def _print_policies(done: Choice, language: Language) -> None:
    shown = [name for name in MEASURES if name in done.measures and (name != "payoff" or done.goal.worth is not None)]
    order = sorted(range(len(done.policies)), key=lambda place: -done.measures["payoff"][place, 0])
    sizes = _sizes(done, language)
    rows = [[done.policies[place], *(_cell(done, name, place, sizes[name]) for name in shown)] for place in order]
    print_lines(say("judged", language, unit=sizes["regret_mean"].unit))
    named = {name: say(f"of {name}", language) for name in shown}
    in_sentence = [name for name in shown if name.startswith("regret")]
    headers = [text if name in in_sentence else sizes[name].header(text) for name, text in named.items()]
    headers.insert(0, say("policy", language))
    print_table(headers, rows, right=range(1, len(headers)), lines=True)


def _sizes(done: Choice, language: Language) -> dict[str, Size]:
    """Return the size of each column; regrets have one together."""
    goal, largest = done.goal, {name: found[:, 0] for name, found in done.measures.items()}
    regret = Size(goal.unit, *regret_size(done, language), language)
    own = {
        "outcome": Size(goal.counted_in, *outcome_size(goal, largest["outcome"].tolist(), language), language),
        "payoff": Size(goal.unit, *payoff_size(goal, largest["payoff"].tolist(), language), language),
        "money": size_of(largest["money"], language),
    }
    plain = Size("", 1.0, "", language)
    return {name: own.get(name, regret if name.startswith("regret") else plain) for name in done.measures}


def _cell(done: Choice, name: str, place: int, size: Size) -> str:
    value, low, high = (100.0 if name in _SHARES else 1.0) * done.measures[name][place]
    if math.isnan(value):
        return "–"
    digits = 0 if name in (*_SHARES, "money") else 1
    return f"{size.fixed(value, digits)}\n{size.fixed(low, digits)} … {size.fixed(high, digits)}"


def _print_steps(done: Choice, language: Language) -> None:
    if not done.steps:
        return
    print_lines(say("priced", language, unit=units_of(done.goal, language)[0]))
    size = size_of((one.worth for one in done.steps), language)
    rows = [
        [
            done.policies[one.policy],
            size.fixed(one.worth, 2),
            "–" if math.isnan(one.low) else f"{size.fixed(one.low, 2)} … {size.fixed(one.high, 2)}",
        ]
        for one in done.steps
    ]
    print_table(
        [say("policy", language), size.header(say("from_worth", language)), say("range", language)], rows, right=[1, 2]
    )
