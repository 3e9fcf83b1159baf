"""`zhizao scenarios`: what there is, what one sets, and the schema of their files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from zhizao.calendar import BRANCH, MONTHS, month_name
from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_json, print_lines, print_table
from zhizao.commands.words import word
from zhizao.errors import in_language
from zhizao.parameter_words.names import group_title, key_with_name
from zhizao.parameter_words.units import unit_name
from zhizao.policy.schedule import Block
from zhizao.report.changes import say_change, worded
from zhizao.report.words import scenario_question, scenario_title
from zhizao.scenario.alive_note import not_alive_note
from zhizao.scenario.chain import own_scenarios
from zhizao.scenario.changed import Change, policy_changes
from zhizao.scenario.file import Theme
from zhizao.scenario.scenario import (
    GivenSettings,
    Scenario,
    list_scenarios,
    load_scenario,
    parse_setting,
    scenario_schema,
)
from zhizao.words.tables import Language

__all__ = ["command"]

_THEMES: tuple[Theme | None, ...] = ("yardstick", "money", "design", "services", "mix", "shock", None)
"""The themes of the list, in its order."""


@click.group("scenarios", invoke_without_command=True)
@common.options(common.output_format, common.language)
@click.pass_context
def command(ctx: click.Context, output_format: str, language: Language) -> None:
    """List the shipped scenarios.

    Scenarios are stacked with plus signs: A+B changes what A changes and what B changes.

    \b
    Examples:
      zhizao scenarios
      zhizao scenarios show services-surge --resolved
      zhizao scenarios schema > scenario.schema.json
    """
    if ctx.invoked_subcommand is not None:
        return
    found = list_scenarios()
    rows: list[dict[str, Any]] = [
        {
            "name": scenario.name,
            "title": scenario.title,
            "question": scenario.question,
            "extends": scenario.extends,
            "path": str(scenario.path),
        }
        for scenario in found
    ]
    print_as(output_format, rows=lambda: rows, table=lambda: _print_list(found, language))


@command.command("show")
@click.argument("name")
@click.option("--full", is_flag=True, help="Show every change of every file it builds on, from the first month on.")
@click.option("--resolved", is_flag=True, help="Show for every lever, in one month, which file set it.")
@click.option("--month", metavar="YYYY-MM", help=f"The month to resolve; {BRANCH} if not given. Implies --resolved.")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help=f"Also set a lever from {BRANCH}; can be repeated."
)
@common.options(common.output_format, common.language)
def show(
    name: str,
    full: bool,
    resolved: bool,
    month: str | None,
    settings: tuple[str, ...],
    output_format: str,
    language: Language,
) -> None:
    """Show what a scenario changes: a shipped name, a TOML file, or several of them joined by plus signs.

    Each lever that differs from the policy in force: before, after, since when, and why.

    \b
    Examples:
      zhizao scenarios show baseline
      zhizao scenarios show services-surge --lang zh
      zhizao scenarios show chain-leaders+light-vouchers --resolved
      zhizao scenarios show my-policy.toml --resolved
    """
    scenario = load_scenario(name).with_changes(GivenSettings(dict(map(parse_setting, settings)), "--set"))
    if resolved or month is not None:
        _show_resolved(scenario, month or BRANCH, output_format, language)
        return
    in_force = load_scenario(own_scenarios()[0])
    changed = policy_changes(scenario, in_force)
    if full or not changed:
        _show_files(scenario, changed, output_format, language)
    else:
        _show_changes(scenario, changed, output_format, language)


def _show_changes(scenario: Scenario, changed: Sequence[Change], output_format: str, language: Language) -> None:
    """Show what a scenario has otherwise than the policy in force."""

    def table() -> None:
        _print_head(scenario, language)
        rows = worded(changed, language)
        headers = [say_change(f"column {name}", language) for name in ("lever", "change", "holds", "reason")]
        shown = [[f"{row.lever}\n{row.key}", row.step, row.holds, row.reason] for row in rows]
        print_table(headers, shown, lines=True)
        _print_tail(scenario, language)
        print_lines(word("more of a scenario", language, name=scenario.name))

    print_as(
        output_format,
        value=lambda: _described(scenario) | _both(scenario, changed),
        rows=lambda: [_as_row(change) for change in changed],
        table=table,
    )


def _both(scenario: Scenario, changed: Sequence[Change]) -> dict[str, Any]:
    """Return what the files set, and what is then otherwise than under the policy in force."""
    return {
        "changes": [_change(block) for block in scenario.blocks],
        "against_the_policy_in_force": [_as_row(change) for change in changed],
    }


def _as_row(change: Change) -> dict[str, Any]:
    """Return a change as plain values, what it depends on as its file says it."""
    return {**asdict(change), "when": str(change.when or "")}


def _print_head(scenario: Scenario, language: Language) -> None:
    print_lines(scenario_title(scenario, language), scenario_question(scenario, language), scenario.source, "")


def _print_tail(scenario: Scenario, language: Language) -> None:
    print_lines(*(in_language(text, language) for text in (*scenario.remarks, *not_alive_note([scenario]))))


def _show_files(scenario: Scenario, changed: Sequence[Change], output_format: str, language: Language) -> None:
    """Show every change of the files that a scenario builds on."""
    changes = [_change(block) for block in scenario.blocks]
    hanging = any("when" in change for change in changes)
    rows = [
        {
            "from": change["from"],
            "until": change["until"],
            **({"when": change.get("when")} if hanging else {}),
            "file": change["file"],
            "what": what,
            "key": key,
            "value": value,
        }
        for change in changes
        for what, key, value in _parts(change)
    ]

    def table() -> None:
        _print_head(scenario, language)
        names = ("from", "until", *(["when"] if hanging else []), "file", "what", "key", "value")
        headers = [word(key, language) for key in names]
        shown = [row | {"key": _key_cell(row["what"], row["key"], language)} for row in rows]
        print_table(headers, [[_shown(cell) for cell in row.values()] for row in shown], lines=language == "zh")
        _print_parameters(scenario, language)
        _print_tail(scenario, language)

    print_as(
        output_format, value=lambda: _described(scenario) | _both(scenario, changed), rows=lambda: rows, table=table
    )


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors.

    \b
    Example:
      zhizao scenarios schema > scenario.schema.json
    """
    print_json(scenario_schema())


def _print_list(found: Sequence[Scenario], language: Language) -> None:
    """Print names and titles under the headings of their themes."""
    rows: list[list[str]] = []
    for theme in _THEMES:
        listed = [[f"  {s.name}", scenario_title(s, language)] for s in found if s.theme == theme]
        if listed:
            rows += [*([["", ""]] if rows else []), [word(f"theme {theme or 'others'}", language), ""], *listed]
    print_table([word("name", language), word("title", language)], rows)
    print_lines(word("more of scenarios", language))


def _described(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "title": scenario.title,
        "title_zh": scenario.title_zh,
        "question": scenario.question,
        "question_zh": scenario.question_zh,
        "source": scenario.source,
        "extends": scenario.extends,
        "path": str(scenario.path),
        "network": scenario.network,
        "parameters": dict(scenario.parameter_changes),
        "remarks": list(scenario.remarks),
        "not_alive": list(scenario.not_alive),
    }


def _change(block: Block) -> dict[str, Any]:
    return {
        "from": month_name(block.start),
        "until": month_name(block.end) if block.end < MONTHS - 1 else None,
        "file": block.file,
        **({"when": str(block.when)} if block.when else {}),
        "off": list(block.off),
        "set": dict(block.settings),
        "multiply": dict(block.factors),
    }


def _parts(change: dict[str, Any]) -> list[tuple[str, str, float | str]]:
    """Return what one change does, line by line: what is done, to which key, with which value."""
    lines: list[tuple[str, str, float | str]] = [("off", group, "") for group in change["off"]]
    lines += [("set", key, value) for key, value in change["set"].items()]
    lines += [("multiply", key, value) for key, value in change["multiply"].items()]
    return lines


def _key_cell(what: str, key: str, language: Language) -> str:
    """Return the key that a change sets, or the group of levers that it turns off; in Chinese with its name."""
    if what == "off":
        return f"{group_title(key, language)}\n{key}" if language == "zh" else key
    return key_with_name(key, language)


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value or "")


def _print_parameters(scenario: Scenario, language: Language) -> None:
    if scenario.network != "supply":
        print_lines(f"network: {scenario.network}")
    if scenario.parameter_changes:
        headers = [word(key, language) for key in ("key", "value", "file")]
        files = scenario.parameter_files
        rows = [
            [key_with_name(key, language), _shown(value), files[key]]
            for key, value in scenario.parameter_changes.items()
        ]
        print_table(headers, rows, right=[1], lines=language == "zh")


def _show_resolved(scenario: Scenario, month: str, output_format: str, language: Language) -> None:
    resolved = scenario.resolved(month)
    rows = [{"key": key, "value": value, "unit": unit, "file": file} for key, value, unit, file in resolved]

    def table() -> None:
        print_lines(f"{scenario_title(scenario, language)}: {month}")
        headers = [word(key, language) for key in ("key", "value", "unit", "file")]
        shown = [
            [key_with_name(key, language), _shown(value), unit_name(unit, language, percent=False), file]
            for key, value, unit, file in resolved
            if file != "default"
        ]
        print_table(headers, shown, right=[1], lines=language == "zh")
        print_lines(word("at default", language, count=len(rows) - len(shown)))

    print_as(
        output_format,
        value=lambda: _described(scenario) | {"month": month, "resolved": rows},
        rows=lambda: rows,
        table=table,
    )
