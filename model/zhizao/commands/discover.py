"""`zhizao discover`: in which futures a policy fails."""

from __future__ import annotations

from typing import Any

import click

from zhizao.commands import options as common
from zhizao.commands.analysis_words import say
from zhizao.commands.console import print_as, print_lines, print_table
from zhizao.commands.output import print_notes, say_notes
from zhizao.parameter_words.names import input_name
from zhizao.parameter_words.units import unit_name
from zhizao.results.wording import number
from zhizao.studies.discovery.boxes import Box, Limit
from zhizao.studies.discovery.discover import FAILS, Discovery, discover
from zhizao.studies.discovery.tree import Rule, Tree
from zhizao.words.tables import Language

__all__ = ["command"]


@click.command("discover")
@click.argument("folder", metavar="DIR")
@click.option("--scenario", metavar="NAME", help="A scenario of the sweep; the first if not given.")
@click.option("--fails", default=FAILS, show_default=True, metavar="CONDITION", help="When a run counts as failed.")
@click.option(
    "--threshold", type=float, default=0.8, show_default=True, help="Least share of the runs in a box that fail."
)
@click.option("--min-mass", type=float, default=0.05, show_default=True, help="Least share of all runs in a box.")
@click.option("--boxes", type=int, default=2, show_default=True, metavar="N", help="Boxes to find at most.")
@click.option("--depth", type=int, default=4, show_default=True, metavar="N", help="Depth of the tree at most.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Seed of the tree's folds.")
@common.options(common.output_format, common.language)
def command(
    folder: str,
    scenario: str | None,
    fails: str,
    threshold: float,
    min_mass: float,
    boxes: int,
    depth: int,
    seed: int,
    output_format: str,
    language: Language,
) -> None:
    """Show in which futures of the sweep in DIR a policy fails: boxes (PRIM) and a tree.

    A condition is an outcome, one of < <= > >=, and a number. --format csv gives the restrictions of the boxes.

    \b
    Examples:
      zhizao discover runs/policies-and-futures
      zhizao discover runs/policies-and-futures --scenario services-surge --fails "level2_share_true_end < 0.7"
    """
    found = discover(
        folder,
        fails=fails,
        scenario=scenario,
        threshold=threshold,
        min_mass=min_mass,
        boxes=boxes,
        depth=depth,
        seed=seed,
    )
    say_notes(found.notes, output_format, language, quiet=False)
    print_as(
        output_format, value=found.to_dict, rows=lambda: _restrictions(found), table=lambda: _print(found, language)
    )


def _restrictions(found: Discovery) -> list[dict[str, Any]]:
    return [
        {
            "box": index,
            "coverage": box.coverage,
            "density": box.density,
            "mass": box.mass,
            "input": limit.input,
            "unit": found.units[limit.input],
            "low": limit.low,
            "high": limit.high,
            "values": " ".join(limit.values),
            "quasi_p": limit.quasi_p,
        }
        for index, box in enumerate(found.boxes, 1)
        for limit in box.limits
    ]


def _print(found: Discovery, language: Language) -> None:
    rate = number(found.rate, "share of runs", language)
    print_lines(
        found.title,
        say(
            "fails",
            language,
            scenario=found.scenario,
            condition=found.condition,
            failing=f"{found.failing:,}",
            runs=f"{found.runs:,}",
            rate=rate,
            dropped=f"{found.dropped:,}",
        ),
    )
    _print_shared(found, language)
    print_notes(found.notes, language)
    if found.one_sided:
        sides = {0: "nothing fails", found.runs: "everything fails"}
        print_lines(say(sides.get(found.failing, "too few"), language))
        return
    threshold = number(found.threshold, "share of runs", language)
    if found.rate >= found.threshold:
        print_lines("", say("dense anywhere", language, threshold=threshold))
    else:
        print_lines("", say("boxes", language, threshold=threshold))
    for index, box in enumerate(found.boxes, 1):
        _print_box(box, index, found.units, language)
    if found.tree is not None:
        _print_tree(found.tree, found.units, language)


def _print_shared(found: Discovery, language: Language) -> None:
    """Say what the runs share, where they share something or cannot be tested."""
    if not found.testable:
        print_lines(say("not testable", language, draws=f"{found.draws:,}", points=f"{found.points:,}"))
    elif found.runs > max(found.draws, found.points):
        print_lines(say("shared", language, draws=f"{found.draws:,}", points=f"{found.points:,}"))


def _print_box(box: Box, index: int, units: dict[str, str], language: Language) -> None:
    if not box.dense:
        print_lines(say("not dense", language))
    density, coverage, mass = (
        number(value, "share of runs", language) for value in (box.density, box.coverage, box.mass)
    )
    values = {"number": index, "runs": f"{box.runs:,}", "density": density, "coverage": coverage, "mass": mass}
    print_lines("", say("box", language, **values))
    chinese = language == "zh"
    rows = [
        [
            _limit(limit, language) + (f"\n{limit.input}" if chinese else ""),
            _unit(limit, units, language),
            f"{limit.quasi_p:.2g}",
        ]
        for limit in box.limits
    ]
    headers = [say("inside", language), say("unit", language), say("quasi p", language)]
    print_table(headers, rows or [[say("everywhere", language), "", ""]], right=[2], lines=chinese)
    if box.unseen is not None and box.p is not None:
        share = number(box.unseen, "share of runs", language)
        print_lines(say("unseen", language, share=share, p=f"{box.p:.2g}"))
    if box.dense and not box.sure:
        print_lines(say("unsure", language))


def _print_tree(tree: Tree, units: dict[str, str], language: Language) -> None:
    if tree.explained is None:
        return
    if not tree.sure:
        print_lines("", say("no tree", language))
        return
    explained = number(tree.explained, "share of", language)
    print_lines("", say("tree", language, depth=tree.depth, explained=explained))
    rows = []
    for leaf in tree.leaves:
        rules = [f"{_limit(rule, language)} {_unit(rule, units, language)}".rstrip() for rule in leaf.rules]
        where = f"{say('and', language)}\n".join(rules) or say("everywhere", language)
        rows.append([where, f"{leaf.runs:,}", number(leaf.fails, "share of runs", language)])
    headers = [say("where", language), say("runs", language), say("share fails", language)]
    print_table(headers, rows, right=[1, 2], lines=True)


def _unit(limit: Limit | Rule, units: dict[str, str], language: Language) -> str:
    """Return the unit of a restriction; words have none."""
    return "" if limit.values or not units[limit.input] else unit_name(units[limit.input], language, percent=False)


def _limit(limit: Limit | Rule, language: Language) -> str:
    """Write a restriction, such as ``0.3 < levels.erosion ≤ 0.9``; in Chinese with the name of the input."""
    name = input_name(limit.input, language) if language == "zh" else limit.input
    if limit.values:
        return f"{name}: {', '.join(limit.values)}"
    low = "" if limit.low is None else f"{limit.low:.3g}"
    high = "" if limit.high is None else f"{limit.high:.3g}"
    if low and high:
        return f"{low} < {name} ≤ {high}"
    return f"{name} > {low}" if low else f"{name} ≤ {high}"
