"""The plain answer to a choice, in sentences."""

from __future__ import annotations

from zhizao.report.decision_words import (
    budget_words,
    chosen_elsewhere,
    decision_word,
    outcome_size,
    structure_name,
    written,
)
from zhizao.report.words import scenario_title
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import label
from zhizao.studies.deciding.answer import Against
from zhizao.studies.deciding.choose import Choice
from zhizao.words.place import money_in_words, month_in_words
from zhizao.words.tables import Language, in_a_row

__all__ = ["answer_lines"]

say = decision_word


def answer_lines(done: Choice, language: Language) -> list[str]:
    """Return sentences that say which policy is best, what it brings and costs, and how sure that is."""
    found, budget = done.answer, budget_words(done.goal, language)
    until = month_in_words(done.options.until, language)
    key = "answer of all" if not budget else "answer within" if found.among > 1 else "answer nothing else"
    lines = [
        say(key, language, **_named(done, found.policy, language), among=found.among, of=found.of, budget=budget),
        say(
            "answer gives",
            language,
            outcome=label(done.goal.outcome, language),
            until=until,
            value=_value(done, language),
        ),
        say(
            "answer costs",
            language,
            money=money_in_words(found.money, language),
            year=money_in_words(found.money_a_year, language),
            until=until,
        ),
        *(_against(done, one, language) for one in found.against),
        _sure(done, language),
    ]
    if found.too_dear:
        named = [
            say(
                "one too dear",
                language,
                **_named(done, one.policy, language),
                value=_with_unit(done, one.outcome, language),
                needs=money_in_words(one.needs, language),
            )
            for one in found.too_dear
        ]
        lines.append(say("answer too dear", language, list=in_a_row(named, language)))
    return lines


def _named(done: Choice, policy: str, language: Language) -> dict[str, str]:
    """Return the title and the name of a policy."""
    scenario = done.scenarios[done.policies.index(policy)]
    return {"title": scenario_title(scenario, language), "policy": policy}


def _value(done: Choice, language: Language) -> str:
    value = _with_unit(done, done.answer.outcome, language)
    firms = done.answer.firms
    return value if firms is None else say("answer firms", language, value=value, firms=written(firms, 0))


def _with_unit(done: Choice, value: float, language: Language) -> str:
    """Return an outcome as people say it: a share in per cent."""
    if done.goal.counted_in == MONEY_UNIT:
        return money_in_words(value, language)
    factor, unit = outcome_size(done.goal, [value], language)
    return f"{written(factor * value, 1)}{'' if language == 'zh' else ' '}{'%' if done.goal.is_share else unit}"


def _against(done: Choice, one: Against, language: Language) -> str:
    factor, unit = outcome_size(done.goal, (one.more, one.low, one.high), language)
    digits = 1 if factor >= 1.0 else 2
    firms = "" if one.firms is None else say("answer more firms", language, firms=_signed(one.firms, 0))
    return say(
        "answer against",
        language,
        **_named(done, one.policy, language),
        more=_signed(factor * one.more, digits),
        unit=unit,
        firms=firms,
        low=_signed(factor * one.low, digits),
        high=_signed(factor * one.high, digits),
        better=written(100.0 * one.better, 0),
        money=_plus(money_in_words(one.money, language)),
    )


def _signed(value: float, digits: int) -> str:
    return _plus(written(value, digits))


def _plus(text: str) -> str:
    return text if text.startswith("−") else f"+{text}"


def _sure(done: Choice, language: Language) -> str:
    [one] = [found for found in done.criteria if found.criterion.name == "expected"]
    if not one.by_structure:
        readings = say("answer one reading", language, name=structure_name(done.structures[0], language))
    elif others := chosen_elsewhere(done, one, language, str):
        readings = say("answer other readings", language, list=in_a_row(others, language))
    else:
        readings = say("answer all readings", language)
    return say("answer sure", language, sure=written(100.0 * one.sure, 0), readings=readings)
